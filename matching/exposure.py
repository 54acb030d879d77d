"""What sharing attention costs, as it was measured on past collaborations: the curve, its bend, and its picture.

The points come from `benchmarks/exposure_curve.py`, which writes them beside the weights that they were measured with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor
from pathlib import Path

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FILE = Path(__file__).parent / "engine" / "data" / "exposure.json"

WIDTH, HEIGHT = 480, 330
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 34, 46
RULED = 0.02
"""A line across for each so much quality."""
STYLE = (
    "svg{background:#fff}.c-text{font:600 12px sans-serif;fill:#15211c}.c-quiet{fill:#4a5750}.c-grid{stroke:#d5dbd3}"
    ".c-curve{fill:none;stroke:#15211c;stroke-width:2}.c-dot{fill:#15211c}.c-bend{fill:#fff;stroke:#15211c;"
    "stroke-width:2}.c-chosen{fill:#a8123f}.c-ring{fill:none;stroke:#a8123f;stroke-width:2.5}"
)
"""The look's colours, for the picture that stands alone."""


@dataclass(frozen=True)
class Level:
    """The lists with attention shared so many times as strongly as the weights file says. `quality` is nDCG@10,
    `coverage` the share of organisations in somebody's first ten, `gini` how unevenly they stand there (0 even)."""

    attention: float
    quality: float
    coverage: float
    gini: float


Curves = Mapping[str, Sequence[Level]]
"""By operating point, the weakest sharing first."""


@cache
def curves() -> Curves:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        point: tuple(Level(one["attention"], one["ndcg"], one["coverage"], one["gini"]) for one in found["levels"])
        for point, found in kept.items()
    }


def knee(levels: Sequence[Level], evenness: str = "coverage") -> Level:
    """Where the curve lies farthest above the line between its ends, both axes measured from end to end (Satopää et al.
    2011). Before it evenness is cheap, after it dear. `evenness` is measured by "coverage" or by "gini"."""
    first, last = levels[0], levels[-1]

    def evenly(level: Level) -> float:
        return level.coverage if evenness == "coverage" else 1 - level.gini

    def above(level: Level) -> float:
        won = (evenly(level) - evenly(first)) / (evenly(last) - evenly(first))
        return won + (level.quality - last.quality) / (first.quality - last.quality)

    return max(levels, key=above)


def nearest(levels: Sequence[Level], attention: float) -> Level:
    return min(levels, key=lambda level: abs(level.attention - attention))


@dataclass(frozen=True)
class Words:
    """What the picture says, in the reader's language; `label` is for those who do not see it."""

    label: str
    quality: str | Promise
    coverage: str | Promise
    points: Mapping[str, str | Promise]
    chosen: str | Promise = ""
    number: Callable[[float], str] = "{:.2f}".format


def draw(found: Curves, words: Words, chosen: tuple[str, float] | None = None, *, alone: bool = False) -> SafeString:
    """The curves as SVG. `chosen` (point, attention) is marked; each curve's bend is a hollow dot. `alone`: with its
    own colours, for a file."""
    paper = _paper(found)
    pieces = [_axes(paper, words), *(_curve(paper, levels, words.points[point]) for point, levels in found.items())]
    if chosen is not None:
        pieces.append(_mark(paper, nearest(found[chosen[0]], chosen[1]), words.chosen))
    return format_html(
        '<svg{} viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        SafeString(' xmlns="http://www.w3.org/2000/svg"') if alone else "",
        WIDTH,
        HEIGHT,
        words.label,
        SafeString(f"<style>{STYLE}</style>") if alone else "",
        format_html_join("", "{}", ((piece,) for piece in pieces)),
    )


@dataclass(frozen=True)
class _Paper:
    """Where a level stands in the picture: evenness to the right, quality upwards."""

    most: float
    low: float
    high: float

    def x(self, coverage: float) -> str:
        return f"{LEFT + (WIDTH - LEFT - RIGHT) * coverage / self.most:.1f}"

    def y(self, quality: float, below: float = 0) -> str:
        share = (quality - self.low) / (self.high - self.low)
        return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share + below:.1f}"


def _paper(found: Curves) -> _Paper:
    every = [level for levels in found.values() for level in levels]
    qualities = [level.quality for level in every]
    return _Paper(
        most=ceil(max(level.coverage for level in every) * 20) / 20,
        low=floor((min(qualities) - RULED / 4) / RULED) * RULED,
        high=ceil(max(qualities) / RULED) * RULED,
    )


def _axes(paper: _Paper, words: Words) -> SafeString:
    lines = round((paper.high - paper.low) / RULED) + 1
    heights = [paper.low + number * RULED for number in range(lines)]
    tens = range(int(paper.most * 10 + 0.01) + 1)
    return format_html(
        '<text class="c-text" x="4" y="16">{}</text><text class="c-text" x="{}" y="{}" text-anchor="end">{}</text>{}{}',
        words.quality,
        WIDTH - RIGHT,
        HEIGHT - 8,
        words.coverage,
        format_html_join(
            "",
            '<path class="c-grid" d="M{} {}H{}"/>'
            '<text class="c-text c-quiet" x="{}" y="{}" text-anchor="end">{}</text>',
            [(LEFT, paper.y(at), WIDTH - RIGHT, LEFT - 6, paper.y(at, 4), words.number(at)) for at in heights],
        ),
        format_html_join(
            "",
            '<text class="c-text c-quiet" x="{}" y="{}" text-anchor="middle">{} %</text>',
            [(paper.x(ten / 10), HEIGHT - BOTTOM + 18, ten * 10) for ten in tens],
        ),
    )


def _curve(paper: _Paper, levels: Sequence[Level], name: str | Promise) -> SafeString:
    bend, last = knee(levels), levels[-1]
    places = [(paper.x(level.coverage), paper.y(level.quality)) for level in levels]
    dots = [("c-dot", x, y, "3") for x, y in places]
    dots.append(("c-bend", paper.x(bend.coverage), paper.y(bend.quality), "4.5"))
    return format_html(
        '<polyline class="c-curve" points="{}"/>{}'
        '<text class="c-text" x="{}" y="{}" text-anchor="end" dx="-12">{}</text>',
        " ".join(f"{x},{y}" for x, y in places),
        format_html_join("", '<circle class="{}" cx="{}" cy="{}" r="{}"/>', dots),
        paper.x(last.coverage),
        paper.y(last.quality, 4),
        name,
    )


def _mark(paper: _Paper, level: Level, words: str | Promise) -> SafeString:
    return format_html(
        '<circle class="c-chosen" cx="{x}" cy="{y}" r="5"/><circle class="c-ring" cx="{x}" cy="{y}" r="10"/>'
        '<text class="c-text" x="{x}" y="{above}" text-anchor="middle">{words}</text>',
        x=paper.x(level.coverage),
        y=paper.y(level.quality),
        above=paper.y(level.quality, -16),
        words=words,
    )
