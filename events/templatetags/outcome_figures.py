"""Pictures of what came of meetings: SVG made here, each with its words; the table stands under them."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from events.models import FollowUp, MeetingParty
from events.queries.outcomes import Figures, Share

register = template.Library()

WIDTH = 200
ROW = 26
NAMES = 146
"""Room for the longest name of an answer in three languages."""


@register.simple_tag
def target_bar(share: Share) -> SafeString:
    """A scale of a hundred with what is seen in the field as a band on it, and the own share as a bar."""
    if share.percent is None:
        return SafeString("")
    told = {"percent": share.percent, "low": share.low, "high": share.high}
    label = (
        _("%(percent)d %%; in the field at least %(low)d %%")
        if share.high == 100
        else _("%(percent)d %%; in the field %(low)d to %(high)d %%")
    ) % told
    return format_html(
        '<svg viewBox="0 0 {w} 28" role="img" aria-label="{label}"><rect class="c-line" width="{w}" height="4" y="12"/>'
        '<rect class="c-edge" x="{from_}" width="{band}" height="20" y="4"/>'
        '<rect class="c-thread" width="{own}" height="8" y="10"/></svg>',
        w=WIDTH,
        label=label,
        from_=f"{WIDTH * share.low / 100:.1f}",
        band=f"{WIDTH * (share.high - share.low) / 100:.1f}",
        own=f"{WIDTH * share.percent / 100:.1f}",
    )


@register.simple_tag
def bars(rows: list[tuple[str, int | None]]) -> SafeString:
    """A bar for each answer with its number; a small number that is not told has a dash and no bar."""
    most = max((count or 0 for _name, count in rows), default=0) or 1
    drawn = format_html_join(
        "",
        '<text class="c-text" x="{3}" y="{1}" text-anchor="end">{0}</text><rect class="c-ink" x="{4}" width="{5}" '
        'y="{2}" height="16"/><text class="c-text" x="{6}" y="{1}">{7}</text>',
        [
            (
                name,
                ROW * n + 15,
                ROW * n + 3,
                NAMES - 8,
                NAMES,
                f"{110 * (count or 0) / most:.1f}",
                f"{NAMES + 6 + 110 * (count or 0) / most:.1f}",
                "–" if count is None else count,
            )
            for n, (name, count) in enumerate(rows)
        ],
    )
    label = "; ".join(f"{name}: {_('not told') if count is None else count}" for name, count in rows)
    return format_html(
        '<svg class="bars" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">{drawn}</svg>',
        w=NAMES + 150,
        h=ROW * len(rows),
        label=label,
        drawn=drawn,
    )


def _named(choices: list[tuple[object, object]], counts: Mapping[str, int | None]) -> list[tuple[str, int | None]]:
    return [(str(label), counts.get(str(value), 0)) for value, label in choices]


@register.simple_tag
def verdict_rows(figures: Figures) -> list[tuple[str, int | None]]:
    names = {
        "held": _("Held"),
        "missed": _("Somebody did not come"),
        "called_off": _("Called off in time"),
        "cancelled": _("Cancelled before"),
        "disputed": _("Told differently"),
        "unknown": _("Nothing said"),
    }
    return [(label, figures.verdicts.get(key, 0)) for key, label in names.items()]


@register.simple_tag
def useful_rows(figures: Figures) -> list[tuple[str, int | None]]:
    return list(reversed(_named(list(MeetingParty.Useful.choices), figures.useful)))


@register.simple_tag
def next_rows(figures: Figures) -> list[tuple[str, int | None]]:
    return _named(list(MeetingParty.NextStep.choices), figures.next_step)


@register.simple_tag
def came_rows(figures: Figures, days: int) -> list[tuple[str, int | None]]:
    return _named(list(FollowUp.Came.choices), figures.came.get(str(days), {}))


@register.filter
def asked_after(figures: Figures, days: int) -> int | None:
    return figures.asked.get(str(days), 0)
