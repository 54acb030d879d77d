"""The year's wheel as a picture: SVG made here, with the table under it saying the same."""

from __future__ import annotations

from datetime import date
from math import cos, pi, sin

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from networks.queries.wheel import Kind, Mark, Year

register = template.Library()

SIDE = 400
CENTRE = SIDE / 2
RIM, NAMES, HUB = 166, 182, 62
RINGS = {Kind.MEETING: 142, Kind.PUBLIC: 142, Kind.GROUP: 115, Kind.TERM: 88, Kind.RENEWAL: 88}
"""Radii: the whole network's own outermost, then the groups', then the dates of members and terms."""


@register.simple_tag
def wheel(year: Year) -> SafeString:
    """The months clockwise from the top; a mark for each day that has something; the hand at today."""
    label = _("The network's year %(year)d: %(what)s. The table below tells the same.") % {
        "year": year.year,
        "what": _summary(year),
    }
    return format_html(
        '<svg class="wheel" viewBox="0 0 {side} {side}" role="img" aria-label="{label}">{sectors}{series}{hand}{marks}'
        '<text class="wheel__year" x="{c}" y="{c}" dy=".35em" text-anchor="middle">{year}</text></svg>',
        side=SIDE,
        c=f"{CENTRE:.0f}",
        label=label,
        year=year.year,
        sectors=_sectors(year),
        series=_series(year),
        hand=_hand(year),
        marks=format_html_join("", "{}", [(_mark(mark, year.year),) for mark in year.marks]),
    )


@register.simple_tag
def wheel_key(kind: Kind) -> SafeString:
    """The mark of a kind alone, for the legend and the table."""
    return format_html('<svg class="wheel-key" viewBox="-10 -10 20 20" aria-hidden="true">{}</svg>', _shape(kind))


@register.simple_tag
def wheel_kind(kind: Kind) -> str:
    return {
        Kind.MEETING: _("Meeting of the network"),
        Kind.GROUP: _("Meeting of a group"),
        Kind.PUBLIC: _("Public day"),
        Kind.RENEWAL: _("Membership to be renewed"),
        Kind.TERM: _("Term of a group ends"),
    }[kind]


def _summary(year: Year) -> str:
    met = sum(1 for mark in year.marks if mark.kind in (Kind.MEETING, Kind.GROUP, Kind.PUBLIC))
    other = len(year.marks) - met
    parts = [ngettext("%(n)d meeting", "%(n)d meetings", met) % {"n": met}]
    if other:
        parts.append(ngettext("%(n)d other date", "%(n)d other dates", other) % {"n": other})
    return ", ".join(parts)


def _angle(day: date) -> float:
    """Of the middle of the day, in radians clockwise from the top; a leap year's days are a little narrower."""
    first = date(day.year, 1, 1)
    return 2 * pi * ((day - first).days + 0.5) / (date(day.year + 1, 1, 1) - first).days


def _at(radius: float, angle: float) -> tuple[str, str]:
    return f"{CENTRE + radius * sin(angle):.1f}", f"{CENTRE - radius * cos(angle):.1f}"


def _sectors(year: Year) -> SafeString:
    busy = {mark.day.month for mark in year.marks}
    parts = []
    for month in range(1, 13):
        begins = _angle(date(year.year, month, 1))
        following = date(year.year + month // 12, month % 12 + 1, 1)
        ends = 2 * pi if month == 12 else _angle(following)
        begins = 0.0 if month == 1 else begins
        corners = (*_at(RIM, begins), *_at(RIM, ends), *_at(HUB, ends), *_at(HUB, begins))
        middle = (begins + ends) / 2
        name_x, name_y = _at(NAMES, middle)
        parts.append(
            format_html(
                '<path class="wheel__month{busy}" d="M{} {}A{rim} {rim} 0 0 1 {} {}L{} {}A{hub} {hub} 0 0 0 {} {}Z"/>'
                '<text class="wheel__name{busy}" x="{x}" y="{y}" dy=".35em" text-anchor="middle">{name}</text>',
                *corners,
                rim=RIM,
                hub=HUB,
                busy=" is-busy" if month in busy else "",
                x=name_x,
                y=name_y,
                name=_short(date(year.year, month, 1)),
            )
        )
    return format_html_join("", "{}", [(part,) for part in parts])


def _short(month: date) -> str:
    return date_format(month, "M").rstrip(".")[:5]


def _series(year: Year) -> SafeString:
    """An arc from the first to the last meeting of each series in the year."""
    spans: dict[tuple[int, int], list[date]] = {}
    for mark in year.marks:
        if mark.series is not None:
            spans.setdefault((mark.series, RINGS[mark.kind]), []).append(mark.day)
    arcs = []
    for (_number, radius), days in spans.items():
        begins, ends = _angle(days[0]), _angle(days[-1])
        if ends > begins:
            arcs.append((*_at(radius, begins), radius, radius, int(ends - begins > pi), *_at(radius, ends)))
    return format_html_join("", '<path class="wheel__series" d="M{} {}A{} {} 0 {} 1 {} {}"/>', arcs)


def _hand(year: Year) -> SafeString:
    if year.today is None:
        return SafeString("")
    angle = _angle(year.today)
    (x1, y1), (x2, y2) = _at(HUB, angle), _at(RIM, angle)
    return format_html(
        '<line class="wheel__hand" x1="{}" y1="{}" x2="{}" y2="{}"><title>{}</title></line>',
        x1, y1, x2, y2, pgettext("wheel", "Today"),
    )  # fmt: skip


def _mark(mark: Mark, year: int) -> SafeString:
    x, y = _at(RINGS[mark.kind], _angle(mark.day))
    told = ": ".join(part for part in (date_format(mark.day, "j.n."), mark.group, mark.title) if part)
    return format_html('<g transform="translate({} {})"><title>{}</title>{}</g>', x, y, told, _shape(mark.kind))


def _shape(kind: Kind) -> SafeString:
    """Told apart by shape, not by colour alone."""
    return SafeString(  # nosec: constants
        {
            Kind.MEETING: '<circle class="c-ink" r="6.5"/>',
            Kind.GROUP: '<circle class="wheel__open" r="5.5"/>',
            Kind.PUBLIC: '<path class="c-thread" d="M0-9 9 0 0 9-9 0Z"/>',
            Kind.RENEWAL: '<rect class="c-ink" x="-5" y="-5" width="10" height="10"/>',
            Kind.TERM: '<rect class="wheel__open" x="-4.5" y="-4.5" width="9" height="9"/>',
        }[kind]
    )
