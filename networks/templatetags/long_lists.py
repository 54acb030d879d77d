"""Lists of hundreds of members, written in one go: a template's loop takes several times as long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.queries.names import Named
from core import long_choices
from networks.queries.outside import Member
from networks.queries.rotation import Seated

register = template.Library()


@register.simple_tag
def options(members: Iterable[Sequence[Any]], chosen: Any = None) -> SafeString:
    """Of a select; each member with its key and name first."""
    return long_choices.options(((key, name) for key, name, *_more in members), {str(chosen)})


@register.simple_tag
def name_links(members: Iterable[Named]) -> SafeString:
    """The lines of a list, each a link to the member's page."""
    rows = (f'<li><a href="{escape(one.url)}">{escape(one.name)}</a></li>' for one in members)
    return mark_safe("".join(rows))  # nosec B308 B703  # each part is escaped


@register.simple_tag
def card_lines(members: Iterable[Member]) -> SafeString:
    """The same for a card on another site, with places; links open outside its frame."""
    told = f'<span class="vh"> {escape(_("(opens in a new tab)"))}</span>'
    rows = (
        f'<li><a href="{escape(one.url)}" target="_blank" rel="noopener">{escape(one.name)}{told}</a>'
        f"{_place(one.place)}</li>"
        for one in members
    )
    return mark_safe("".join(rows))  # nosec B308 B703  # each part is escaped


@register.simple_tag
def table_lines(tables: Iterable[tuple[int, Iterable[Seated]]]) -> SafeString:
    """The tables of a meeting with who sits at each."""
    called = _("Table %(number)s")
    rows = (
        f"<li><h3>{escape(called % {'number': number})}</h3><ul>{''.join(map(_sits, seats))}</ul></li>"
        for number, seats in tables
    )
    return mark_safe("".join(rows))  # nosec B308 B703  # each part is escaped


def _sits(seat: Seated) -> str:
    beside = f' <span class="muted">{escape(seat.organisation)}</span>' if seat.person else ""
    return f"<li><b>{escape(seat.person or seat.organisation)}</b>{beside}</li>"


@register.simple_tag
def missing_picks(tables: Iterable[tuple[int, Iterable[Seated]]]) -> SafeString:
    """A box for each who has a place."""
    called, rows = _("Table %(number)s"), []
    for number, seats in tables:
        table = called % {"number": number}
        for seat in seats:
            beside = f"{table}, {seat.organisation}" if seat.person else table
            rows.append((seat.pk, seat.person or seat.organisation, beside))
    return _picks("missing", rows)


@register.simple_tag
def arrived_picks(guests: Iterable[Any]) -> SafeString:
    """A box for each who has none and may come (`services.seating.Guest`)."""
    return _picks("arrived", ((one.key, one.name, one.profile.name if one.registration else "") for one in guests))


def _picks(name: str, rows: Iterable[tuple[Any, str, str]]) -> SafeString:
    made = (
        f'<label class="pick"><input type="checkbox" name="{name}" value="{escape(str(key))}">'
        f"<span>{escape(said)}</span>{f'<small>{escape(beside)}</small>' if beside else ''}</label>"
        for key, said, beside in rows
    )
    return mark_safe("".join(made))  # nosec B308 B703  # each part is escaped


def _place(place: str) -> str:
    return f' <span class="muted small">{escape(place)}</span>' if place else ""
