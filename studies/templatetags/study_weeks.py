"""A school's year and all schools' year by weeks: SVG made here; the lists beside them say the same in words."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studies import weeks
from studies.queries.schools import Calendar, KindYear, SchoolYear, Span

register = template.Library()

NAMES, WEEK, HEAD, ROW = 118, 11, 20, 24
"""Room for the longest kind in three languages; a week's width; the months' line; a row's height."""


def _frame(year: int, rows: int, this_week: int | None, drawn: SafeString, css: str, label: str = "") -> SafeString:
    """Months on top, a hairline where each begins, the thread at this week."""
    width, height = NAMES + weeks.count(year) * WEEK, HEAD + rows * ROW
    months = format_html_join(
        "",
        '<path class="grid-line" d="M{0} {1}V{2}"/><text class="c-text quiet" x="{3}" y="13">{4}</text>',
        [
            (f"{NAMES + at * WEEK:.1f}", 4, height, f"{NAMES + at * WEEK + 3:.1f}", str(MONTHS_3[month]))
            for month, at in weeks.months(year)
        ],
    )
    now = SafeString("")
    if this_week is not None:
        now = format_html(
            '<rect class="this-week" x="{}" y="{}" width="{}" height="{}"/>',
            NAMES + (this_week - 1) * WEEK,
            HEAD - 2,
            WEEK,
            rows * ROW + 1,
        )
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" {}>{}{}{}</svg>', css, width, height, said, now, months, drawn
    )


def _name(row: int, name: str) -> SafeString:
    return format_html('<text class="c-text" x="0" y="{}">{}</text>', HEAD + row * ROW + 16, name)


def _bars(row: int, parts: Sequence[tuple[int, int]], css: str, tall: int) -> SafeString:
    top = HEAD + row * ROW + (ROW - tall) / 2
    return format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        [
            (css, NAMES + (first - 1) * WEEK + 1, f"{top:.0f}", (last - first + 1) * WEEK - 2, tall)
            for first, last in parts
        ],
    )


@register.simple_tag
def school_weeks(row: SchoolYear, year: int, this_week: int | None) -> SafeString:
    """Terms as a thin line, a bar for what suits. Hidden from screen readers: the list under it is the words."""
    drawn = []
    at = 0
    terms = [where for _term, where in row.shown_terms]
    if terms:
        drawn.append(_name(at, _("Terms")) + _bars(at, terms, "c-edge", 4))
        at += 1
    for kind, spans in row.spans:
        parts = [part for span in spans for part in span.parts]
        drawn.append(_name(at, str(kind.label)) + _bars(at, parts, "c-ink", 14))
        at += 1
    return _frame(year, at, this_week, SafeString("".join(drawn)), "weeks hide-s") if at else SafeString("")


@register.simple_tag
def all_weeks(calendar: Calendar) -> SafeString:
    """For each kind a column a week, as tall as many schools it suits; the tallest is the most that any week has."""
    most = max((count for kind in calendar.kinds for count in kind.counts), default=0) or 1
    drawn = []
    for row, kind in enumerate(calendar.kinds):
        foot = HEAD + (row + 1) * ROW - 3
        columns = [
            (NAMES + week * WEEK + 1, f"{foot - 18 * count / most:.1f}", WEEK - 2, f"{18 * count / most:.1f}")
            for week, count in enumerate(kind.counts)
            if count
        ]
        drawn.append(
            _name(row, str(kind.kind.label))
            + format_html_join("", '<rect class="c-ink" x="{}" y="{}" width="{}" height="{}"/>', columns)
        )
    label = _("How many schools each week suits, by kind of work. The table under it tells the same.")
    return _frame(
        calendar.year, len(calendar.kinds), calendar.this_week, SafeString("".join(drawn)), "weeks hide-s", label
    )


@register.filter
def weeks_text(span: Span) -> str:
    """ "weeks 36–50", "week 8"."""
    if span.first == span.last:
        return _("week %(n)d") % {"n": span.first}
    return _("weeks %(first)d–%(last)d") % {"first": span.first, "last": span.last}


@register.filter
def days_text(span: Span) -> str:
    """The days of the stretch that begins in the year."""
    if span.starts is None or span.ends is None:
        return ""
    return f"{date_format(span.starts, 'SHORT_DATE_FORMAT')} – {date_format(span.ends, 'SHORT_DATE_FORMAT')}"


@register.filter
def stretches_text(kind: KindYear) -> str:
    """ "2–20, 34–50": the weeks that suit somebody."""
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in kind.stretches)


@register.filter
def busiest_text(kind: KindYear) -> str:
    """Which weeks suit the most schools, and how many: "36–40 (3 schools)"."""
    most = max(kind.counts, default=0)
    best = weeks.joined(week for week, count in enumerate(kind.counts, start=1) if count == most)
    told = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in best)
    schools = ngettext("%(n)d school", "%(n)d schools", most) % {"n": most}
    return f"{told} ({schools})"
