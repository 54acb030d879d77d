"""How times are said: a day with its weekday, and the clock as each language writes it here."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def clock(moment: datetime) -> str:
    """9.20 in Finnish and Swedish, 9:20 in English; always of twenty-four hours."""
    local = timezone.localtime(moment)
    sign = ":" if (get_language() or "fi").startswith("en") else "."
    return f"{local.hour}{sign}{local.minute:02}"


def day(moment: datetime | date) -> str:
    """Torstai 3.12.2026: the weekday comes first, for people agree on weekdays."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return f"{date_format(local, 'l')} {local.day}.{local.month}.{local.year}"


def when(moment: datetime) -> str:
    return _("%(day)s at %(time)s") % {"day": day(moment), "time": clock(moment)}


def span(start: datetime, end: datetime) -> str:
    """9.20–9.40."""
    return f"{clock(start)}–{clock(end)}"
