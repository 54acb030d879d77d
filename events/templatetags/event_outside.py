"""What an event's page says of itself to machines, and its cover as a drawing in the page."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from events.cover import WIDTH, cover
from events.models import Event
from events.queries import outside as queries

register = template.Library()

ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@register.simple_tag
def structured_data(event: Event) -> SafeString:
    """JSON-LD. A block of data, which the Content-Security-Policy lets be: browsers run nothing of it."""
    text = json.dumps(queries.structured_data(event, timezone.now()), ensure_ascii=False).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # every "<", ">" and "&" is escaped


@register.simple_tag
def cover_url(event: Event) -> str:
    return queries.cover_url(event)


@register.simple_tag
def page_url(event: Event) -> str:
    return queries.page_url(event)


@register.simple_tag
def event_cover(event: Any) -> SafeString:
    """The bark and the knot, whose ends run on to the edges; decoration, so it says nothing to those who do not see."""
    drawn = cover(event.title, queries.first_theme(event))
    unit = drawn.size / 24

    def x(value: float) -> str:
        return f"{drawn.knot_x + value * unit:.1f}"

    def y(value: float) -> str:
        return f"{drawn.knot_y + value * unit:.1f}"

    radius = f"{5 * unit:.1f}"
    one = (
        f"M0 {y(4.5)}H{x(12)}a{radius} {radius} 0 0 1 0 {10 * unit:.1f}H{x(9.6)}M{x(4.4)} {y(14.5)}H0"
        f"M{WIDTH} {y(19.5)}H{x(12)}a{radius} {radius} 0 0 1 0 {-10 * unit:.1f}H{x(14.4)}M{x(19.6)} {y(9.5)}H{WIDTH}"
    )
    marks = (
        ("cover-dark" if m.is_dark else "cover-mark", m.x, m.y, m.length, f"{m.height:.1f}", f"{m.height / 2:.1f}")
        for m in drawn.marks
    )
    return format_html(
        '<svg class="cover" viewBox="0 0 {w} {h}" preserveAspectRatio="xMaxYMid slice" aria-hidden="true">{marks}'
        '<path class="cover-thread" d="{path}" stroke-width="{stroke}"/></svg>',
        w=WIDTH,
        h=drawn.height,
        marks=format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>', marks),
        path=one,
        stroke=f"{drawn.stroke:.1f}",
    )
