"""Pictures of a schedule's figures: SVG made here, each with its words; the table stands under them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from events.queries.rounds import Spread

register = template.Library()

WIDTH = 200
MOST_DOTS = 8


@register.simple_tag
def share_bar(spread: Spread) -> SafeString:
    """How many of the agreed meetings have a time."""
    if not spread.wished:
        return SafeString("")
    return format_html(
        '<svg viewBox="0 0 {w} 34" role="img" aria-label="{label}"><rect class="c-line" width="{w}" height="12" y="4"/>'
        '<rect class="c-thread" width="{held}" height="12" y="4"/><text class="c-text" x="0" y="31">{n}</text>'
        '<text class="c-text" x="{w}" y="31" text-anchor="end">{all}</text></svg>',
        w=WIDTH,
        held=f"{WIDTH * spread.held / spread.wished:.1f}",
        n=spread.held,
        all=spread.wished,
        label=_("%(held)d of %(wished)d agreed meetings have a time") % {"held": spread.held, "wished": spread.wished},
    )


@register.simple_tag
def count_dots(spread: Spread) -> SafeString:
    """A column for each number of meetings, a dot for a person; with many people a dot stands for several."""
    if not spread.by_count:
        return SafeString("")
    tallest = max(people for _count, people in spread.by_count)
    each = -(-tallest // MOST_DOTS)
    step = min(34.0, (WIDTH - 16) / max(1, len(spread.by_count) - 1)) if len(spread.by_count) > 1 else 34.0
    dots: list[tuple[str, str]] = []
    texts: list[tuple[str, int]] = []
    for place, (count, people) in enumerate(spread.by_count):
        x = f"{8 + place * step:.1f}"
        dots += [(x, f"{52 - 9 * n:.0f}") for n in range(-(-people // each))]
        texts.append((x, count))
    label = "; ".join(
        _("%(count)d meetings: %(people)d people") % {"count": count, "people": people}
        for count, people in spread.by_count
    )
    return format_html(
        '<svg viewBox="-6 -20 {w} 92" role="img" aria-label="{label}">{dots}{texts}</svg>',
        w=WIDTH,
        label=label,
        dots=format_html_join("", '<circle class="c-ink" cx="{}" cy="{}" r="3.5"/>', dots),
        texts=format_html_join("", '<text class="c-text" x="{}" y="70" text-anchor="middle">{}</text>', texts),
    )
