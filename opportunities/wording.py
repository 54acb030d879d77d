"""Small pieces of text on offers and needs."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import places
from opportunities.models import Opportunity


def said_of(one: Opportunity) -> str:
    """Whose it is, what kind, where and until when, in a line."""
    direction = _("Needed") if one.is_need else _("Offered")
    parts = [one.profile.name, f"{direction}: {one.get_kind_display()}"]
    if one.source:
        parts.append(_("Offered by %(source)s") % {"source": one.source})
    if one.municipality:
        parts.append(places.name(one.municipality))
    day = date_format(one.last_day, "SHORT_DATE_FORMAT")
    return ". ".join([*parts, _("Open until %(day)s") % {"day": day}]) + "."
