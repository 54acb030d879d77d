"""Pictures of the coordinator's figures: SVG made here, each with its words; the table stands under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

COLUMN, TALL, MOST = 26, 72, 56
"""A month's width, the height of the ground line, and the tallest column."""


@register.simple_tag
def months_picture(counts: Mapping[int, int | None], name: str) -> SafeString:
    """A column for each month that has begun, with its number; a small number that is not told has a dash."""
    most = max((count or 0 for count in counts.values()), default=0) or 1
    drawn = [
        (
            COLUMN * (month - 1) + 3,
            f"{TALL - MOST * (count or 0) / most + 14:.0f}",
            COLUMN - 6,
            f"{MOST * (count or 0) / most:.0f}",
            COLUMN * (month - 1) + COLUMN // 2,
            f"{TALL - MOST * (count or 0) / most + 10:.0f}",
            "–" if count is None else count,
            TALL + 28,
            month,
        )
        for month, count in counts.items()
    ]
    told = "; ".join(f"{month_name(m)}: {_('not told') if n is None else n}" for m, n in counts.items())
    return format_html(
        '<svg class="months" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        COLUMN * 12,
        TALL + 34,
        f"{name}. {told}",
        format_html_join(
            "",
            '<rect class="c-ink" x="{0}" y="{1}" width="{2}" height="{3}"/><text class="c-text" text-anchor="middle" '
            'x="{4}" y="{5}">{6}</text><text class="c-text quiet" text-anchor="middle" x="{4}" y="{7}">{8}</text>',
            drawn,
        ),
    )


@register.filter
def month_name(month: int) -> str:
    return str(MONTHS[month]).capitalize()


@register.filter
def month_short(month: int) -> str:
    return str(MONTHS_3[month])


@register.filter
def lasting(hours: float | None) -> str:
    """A time as people say it: hours under two days, then days."""
    if hours is None:
        return "–"
    if hours < 48:
        n = max(1, round(hours))
        return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}
    n = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


@register.filter
def of_key(counts: Mapping[int, int | None], key: int) -> int | None:
    return counts.get(key)


@register.filter
def kind_rows(rows: Sequence[tuple[str, str, object]], name: str) -> list[tuple[str, int | None]]:
    """(label, number) of one column of the table by kind, for the bars."""
    return [(label, getattr(counts, name)) for _value, label, counts in rows]
