"""How times are said: a day with its weekday, and the clock as each language writes it here."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core.clocks import comes_twice


def clock(moment: datetime) -> str:
    """9.20 in Finnish and Swedish, 9:20 in English; always of twenty-four hours.

    In the hour that comes twice, on the night when summer time ends, it says which of the two it is.
    """
    local = timezone.localtime(moment)
    sign = ":" if (get_language() or "fi").startswith("en") else "."
    told = f"{local.hour}{sign}{local.minute:02}"
    if not comes_twice(local):
        return told
    return (_("%(time)s (winter time)") if local.fold else _("%(time)s (summer time)")) % {"time": told}


def day(moment: datetime | date) -> str:
    """Torstai 3.12.2026: the weekday comes first, for people agree on weekdays."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return f"{date_format(local, 'l')} {local.day}.{local.month}.{local.year}"


def when(moment: datetime) -> str:
    return _("%(day)s at %(time)s") % {"day": day(moment), "time": clock(moment)}


def span(start: datetime, end: datetime) -> str:
    """9.20–9.40."""
    return f"{clock(start)}–{clock(end)}"


def event_when(event: Any) -> str:
    """When an event is, in one line: day and times, or the days alone of one that lasts whole days."""
    first = timezone.localdate(event.starts_at)
    last = timezone.localdate(event.ends_at - timedelta(seconds=1))
    if event.is_all_day:
        return day(first) if first == last else f"{day(first)} – {day(last)}"
    if first == timezone.localdate(event.ends_at):
        return f"{day(first)}, {span(event.starts_at, event.ends_at)}"
    return f"{when(event.starts_at)} – {when(event.ends_at)}"


def event_times(event: Any) -> str:
    """The times beside a day that is told already: "9.20–15.00", "20.00–5.3. 2.00", "until 5.3."; "" of a whole day."""
    last = timezone.localtime(event.ends_at - timedelta(seconds=1) if event.is_all_day else event.ends_at)
    is_one_day = timezone.localdate(event.starts_at) == last.date()
    if event.is_all_day:
        return "" if is_one_day else f"– {last.day}.{last.month}."
    if is_one_day:
        return span(event.starts_at, event.ends_at)
    return f"{clock(event.starts_at)}–{last.day}.{last.month}. {clock(event.ends_at)}"


def round_name(round: Any) -> str:
    """What kind of meetings the round is of."""
    names = {
        "solved": pgettext("round", "Meetings by request"),
        "free": pgettext("round", "Free booking"),
        "hosted": pgettext("round", "Fixed tables"),
        "speed": pgettext("round", "Speed round"),
    }
    return names[round.style]


def round_label(round: Any) -> str:
    """The kind and the time, to tell the rounds of one event apart; with the day where the event has several."""
    event = round.event
    is_one_day = timezone.localdate(event.starts_at) == timezone.localdate(event.ends_at - timedelta(seconds=1))
    times = span(round.starts_at, round.ends_at)
    return f"{round_name(round)}, {times if is_one_day else f'{day(round.starts_at)} {times}'}"
