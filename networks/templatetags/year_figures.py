"""Pictures of a network's year: SVG made here, each with its words; the table stands beside or under them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks import picture
from networks.queries.met import Drawn
from networks.queries.year import Funnel
from networks.wording import STAGE_NAMES

register = template.Library()

WIDTH, BAR, GAP = 320, 20, 26
"""Of the funnel: its width, a bar's height, and the slope between two, on which the next one's name stands."""
NUMBERS = 46
"""Room for a number of five signs."""
COLUMN, TALL = 30, 72
LONGEST_NAME = 27


@register.filter
def times(n: int) -> str:
    """How often, in words."""
    return ngettext("once", "%(n)s times", n) % {"n": n}


@register.simple_tag
def funnel_picture(rows: Sequence[tuple[str, int | None]]) -> SafeString:
    """A bar for each stage, as wide as its count, and the slopes between them; one that is not told has a dash."""
    room = WIDTH - NUMBERS
    most = max((count or 0 for _name, count in rows), default=0) or 1
    wide = [room * (count or 0) / most for _name, count in rows]
    slopes, bars = [], []
    for n, (name, count) in enumerate(rows):
        top = n * (BAR + GAP) + GAP
        if n + 1 < len(rows) and count and rows[n + 1][1] is not None:
            slopes.append(
                (f"0,{top + BAR} {wide[n]:.0f},{top + BAR} {wide[n + 1]:.0f},{top + BAR + GAP} 0,{top + BAR + GAP}",)
            )
        shown = "–" if count is None else count
        bars.append((f"{wide[n]:.0f}", top, BAR, f"{wide[n] + 6:.0f}", top + 14, shown, top - 8, name))
    label = "; ".join(f"{name}: {_('not told') if count is None else count}" for name, count in rows)
    return format_html(
        '<svg class="funnel" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        WIDTH,
        len(rows) * (BAR + GAP),
        label,
        format_html_join("", '<polygon class="c-line" points="{}"/>', slopes),
        format_html_join(
            "",
            '<rect class="c-ink" width="{}" y="{}" height="{}"/><text class="c-text" x="{}" y="{}">{}</text>'
            '<text class="c-text name" x="2" y="{}">{}</text>',
            bars,
        ),
    )


@register.simple_tag
def years_picture(beside: Sequence[Funnel], stage: str) -> SafeString:
    """A column for each year of one stage, the oldest on the left."""
    counts = [(one.year, len(one.of(stage))) for one in beside]
    most = max((count for _year, count in counts), default=0) or 1
    drawn = [
        (
            COLUMN * n + 4,
            f"{TALL - 56 * count / most + 14:.0f}",
            COLUMN - 8,
            f"{56 * count / most:.0f}",
            COLUMN * n + COLUMN / 2,
            f"{TALL - 56 * count / most + 10:.0f}",
            count,
            TALL + 28,
            f"{year % 100:02d}",
        )
        for n, (year, count) in enumerate(counts)
    ]
    label = "; ".join(f"{year}: {count}" for year, count in counts)
    return format_html(
        '<svg class="columns" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        COLUMN * 5,
        TALL + 34,
        f"{STAGE_NAMES[stage]}. {label}",
        format_html_join(
            "",
            '<rect class="c-ink" x="{0}" y="{1}" width="{2}" height="{3}"/><text class="c-text" text-anchor="middle" '
            'x="{4}" y="{5}">{6}</text><text class="c-text quiet" text-anchor="middle" x="{4}" y="{7}">’{8}</text>',
            drawn,
        ),
    )


@register.simple_tag
def met_picture(drawn: Drawn, label: str, chosen: Any = None) -> SafeString:
    """The circle of members with a line for each pair; whoever has met nobody has an empty dot and a red name."""
    key = chosen.pk if chosen else None
    lines = format_html_join("", '<path class="w{}" d="{}"/>', drawn.picture.lines)
    own = format_html('<path class="own" d="{}"/>', drawn.picture.chosen) if drawn.picture.chosen else ""
    dot = 5 if len(drawn.names) > 40 else 7
    nodes = (
        f'<g class="{"alone" if not one.partners else "chosen" if one.key == key else "met"}">'
        f'<circle cx="{one.x}" cy="{one.y}" r="{dot}"/><text x="{one.label_x}" y="{one.label_y}" '
        f'transform="rotate({one.turn} {one.label_x} {one.label_y})" '
        f'text-anchor="{"end" if one.is_left else "start"}">{escape(_short(drawn.names[one.key]))}</text></g>'
        for one in drawn.picture.nodes
    )
    return format_html(
        '<svg class="circle" viewBox="0 0 {size} {size}" role="img" aria-label="{label}">{lines}{own}{nodes}</svg>',
        size=picture.SIZE,
        label=label,
        lines=lines,
        own=own,
        nodes=mark_safe("".join(nodes)),  # nosec B308 B703  # the names are escaped, the rest are numbers
    )


@register.simple_tag
def stage_rows(told: Any) -> list[tuple[str, int | None]]:
    """Of a report's figures: (name, count) in the order of the funnel."""
    return [(str(STAGE_NAMES[stage]), count) for stage, count in told.stages.items()]


@register.filter
def named_counts(stages: Sequence[Any]) -> list[tuple[str, int | None]]:
    return [(one.name, one.count) for one in stages]


@register.filter
def size_of(funnel: Funnel, stage: str) -> int:
    return len(funnel.of(stage))


@register.simple_tag
def stage_names() -> list[tuple[str, str]]:
    return [(stage, str(name)) for stage, name in STAGE_NAMES.items()]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
