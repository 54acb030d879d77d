"""Pictures of matching's figures: SVG made here, each with its words; the table stands under them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.ground import ENOUGH, Ground

register = template.Library()

STEP = 18
DOT = 6


@register.simple_tag
def gauge(ground: Ground) -> SafeString:
    """A knot for each profile that is wanted, the first ones filled; the thread runs through a theme that carries."""
    there = min(ground.profiles, ENOUGH)
    dots = [("c-ink" if n < there else "c-hole", STEP * n + STEP // 2, STEP // 2, DOT) for n in range(ENOUGH)]
    return format_html(
        '<svg class="gauge" viewBox="0 0 {width} {step}" role="img" aria-label="{label}">'
        '<rect class="{line}" x="{start}" y="{y}" width="{length}" height="3"/>{dots}</svg>',
        width=STEP * ENOUGH,
        step=STEP,
        label=_("%(there)d of the %(enough)d profiles wanted") % {"there": there, "enough": ENOUGH},
        line="c-thread" if ground.carries else "c-line",
        start=STEP // 2,
        y=STEP / 2 - 1.5,
        length=STEP * (ENOUGH - 1),
        dots=format_html_join("", '<circle class="{}" cx="{}" cy="{}" r="{}"/>', dots),
    )


@register.simple_tag
def lacks(ground: Ground) -> str:
    """What a theme lacks, in words: *3 more profiles; 1 that looks for something*."""
    parts = []
    if ground.missing:
        parts.append(ngettext("{n} more profile", "{n} more profiles", ground.missing).format(n=ground.missing))
    if ground.seekers_missing:
        text = ngettext("{n} that looks for something", "{n} that look for something", ground.seekers_missing)
        parts.append(text.format(n=ground.seekers_missing))
    if ground.givers_missing:
        text = ngettext("{n} that offers something", "{n} that offer something", ground.givers_missing)
        parts.append(text.format(n=ground.givers_missing))
    return ", ".join(parts)


@register.simple_tag
def share_bar(part: int, whole: int, label: str) -> SafeString:
    """So many of so many."""
    if not whole:
        return SafeString("")
    return format_html(
        '<svg viewBox="0 0 200 34" role="img" aria-label="{label}"><rect class="c-line" width="200" height="12" y="4"/>'
        '<rect class="c-ink" width="{held}" height="12" y="4"/><text class="c-text" x="0" y="31">{part}</text>'
        '<text class="c-text" x="200" y="31" text-anchor="end">{whole}</text></svg>',
        label=label,
        held=f"{200 * part / whole:.1f}",
        part=part,
        whole=whole,
    )
