"""Pictures of how matching stands: SVG made here, each with its words; the table stands under them."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from matching.engine.evenness import BOUNDS
from matching.health import Day, Figures
from matching.models import Tuning

register = template.Library()

SIDE = 180
BAR, GAP = 18, 8
WIDTH = 200


@register.simple_tag
def lorenz_curve(figures: Figures) -> SafeString:
    """What share of all places the least shown have: the straight line is when all have as many."""
    steps = len(figures.lorenz) - 1
    points = " ".join(f"{SIDE * n / steps:.1f},{SIDE - SIDE * share:.1f}" for n, share in enumerate(figures.lorenz))
    half = figures.lorenz[steps // 2]
    return format_html(
        '<svg viewBox="-4 -4 {w} {h}" role="img" aria-label="{label}">'
        '<path class="c-grid" fill="none" d="M0 0V{s}H{s}"/>'
        '<path class="c-even" d="M0 {s}L{s} 0"/>'
        '<polyline class="c-curve" points="{points}"/>'
        '<text class="c-text" x="0" y="{y}">0</text><text class="c-text" x="{s}" y="{y}" text-anchor="end">100 %</text>'
        "</svg>",
        w=SIDE + 8,
        h=SIDE + 24,
        s=SIDE,
        y=SIDE + 15,
        points=points,
        label=_("The half that is shown least has %(percent)d %% of the places") % {"percent": round(100 * half)},
    )


@register.simple_tag
def groups(figures: Figures) -> list[tuple[str, int]]:
    """How often, and how many profiles stand so often among somebody's first ten."""
    ends = [*(bound - 1 for bound in BOUNDS[1:]), None]
    names = [
        f"{start}–" if end is None else str(start) if start == end else f"{start}–{end}"
        for start, end in zip(BOUNDS, ends, strict=True)
    ]
    return list(zip(names, figures.spread, strict=True))


@register.simple_tag
def histogram(figures: Figures) -> SafeString:
    """A bar for each group, and its number beside it."""
    rows = groups(figures)
    most = max((count for _name, count in rows), default=0) or 1
    bars = [
        (
            f"{120 * count / most:.1f}",
            (BAR + GAP) * n,
            name,
            (BAR + GAP) * n + 13,
            f"{54 + 120 * count / most:.1f}",
            count,
        )
        for n, (name, count) in enumerate(rows)
    ]
    label = "; ".join(_("%(often)s times: %(n)d profiles") % {"often": name, "n": count} for name, count in rows)
    drawn = format_html_join(
        "",
        '<rect class="c-ink" x="48" width="{0}" y="{1}" height="18"/><text class="c-text" x="40" y="{3}" '
        'text-anchor="end">{2}</text><text class="c-text" x="{4}" y="{3}">{5}</text>',
        bars,
    )
    return format_html(
        '<svg viewBox="0 0 220 {h}" role="img" aria-label="{label}">{drawn}</svg>',
        h=(BAR + GAP) * len(rows),
        label=label,
        drawn=drawn,
    )


@register.simple_tag
def trend(days: Sequence[Day], measure: str, label: str) -> SafeString:
    """A line of the days, the oldest first, between zero and the highest; nothing before there are two."""
    if len(days) < 2:
        return SafeString("")
    shown = list(reversed(days))
    values = [float(getattr(day.figures, measure)) for day in shown]
    top = max(values) or 1.0
    points = " ".join(
        f"{WIDTH * n / (len(values) - 1):.1f},{50 - 44 * value / top:.1f}" for n, value in enumerate(values)
    )
    return format_html(
        '<svg viewBox="-3 0 {w} 72" role="img" aria-label="{label}"><path class="c-grid" d="M0 50H{width}"/>'
        '<polyline class="c-curve" points="{points}"/><text class="c-text" x="0" y="66">{first}</text>'
        '<text class="c-text" x="{width}" y="66" text-anchor="end">{last}</text></svg>',
        w=WIDTH + 6,
        width=WIDTH,
        points=points,
        first=date_format(shown[0].day, "j.n."),
        last=date_format(shown[-1].day, "j.n."),
        label=label,
    )


@register.filter
def point_name(point: str) -> str:
    return str(Tuning.Point(point).label)
