"""What a score is made of: for each suggestion the words, themes and facts that gave its points, grouped by the pair of
documents they stand in.

All candidates are told in one go, as columns of numbers that are cut into groups at the end: fifty suggestions have a
thousand words, and an object for each would cost more than finding the fifty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from matching.engine.circumstances import Facts
from matching.engine.columns import Floats, Ints
from matching.engine.documents import THEME_PREFIX
from matching.engine.index import Index
from matching.engine.kinds import KINDS as KIND_NAMES
from matching.engine.loops import share_out
from matching.engine.scoring import GAINS, KIND_NUMBER, KINDS, Compared, Gain, Kind, Scored

TERMS_KEPT = 8
"""Of a pair's words the weightiest are kept by name; the rest of each kind stands together as one."""

Group = tuple[str, str, str, str, list[str | int]]
"""Kind, gain, my document, their document; and by turns label and points, the weightiest first. The label is the word
or theme that the two share, the kilometres or the kinds; empty for what is left over of a kind."""


class Term(NamedTuple):
    """One part of the score."""

    kind: Kind
    gain: Gain
    points: int
    mine: str = ""
    theirs: str = ""
    label: str = ""


def terms_of(groups: Iterable[Sequence[Any]]) -> list[Term]:
    """Each part by itself; also of groups that have been JSON."""
    return [
        Term(_KIND[kind], _GAIN[gain], points, mine, theirs, label)
        for kind, gain, mine, theirs, words in groups
        for label, points in zip(words[::2], words[1::2], strict=True)
    ]


_KIND = {str(kind): kind for kind in Kind}
_GAIN = {str(gain): gain for gain in Gain}


@dataclass(slots=True)
class Parts:
    """Parts of several candidates' scores, one an element: whose (`row`), of which kind, in which of my and of their
    documents (-1: in none), how many points."""

    row: Ints
    kind: Ints
    mine: Ints
    theirs: Ints
    points: Ints
    labels: list[str]


def tell(
    index: Index, compared: Compared, scored: Scored, facts: Facts, chosen: Ints, slots: Ints, *, flipped: bool = False
) -> tuple[list[list[Group]], list[int]]:
    """The groups and the sum of their points, for each of the chosen candidates (sorted numbers, of those at `slots`);
    `flipped`: as each of them is told of the party."""
    parts = _join([text_parts(index, compared, scored, chosen), _fact_parts(index, compared, facts, chosen, slots)])
    sums = np.bincount(parts.row, parts.points, len(chosen)).astype(np.int64).tolist()
    return _group(index, compared, parts, len(chosen), flipped=flipped), sums


def text_parts(index: Index, compared: Compared, scored: Scored, chosen: Ints) -> Parts:
    """The words that the chosen candidates' meetings are made of, each with its share of their points."""
    told, told_points, themes, theme_points, left = share_out(
        chosen,
        len(KINDS),
        scored.owner,
        scored.kind,
        scored.mine,
        scored.theirs,
        scored.points,
        scored.asks_mine,
        compared.found,
        compared.found_begin,
        compared.local,
        index.term.all,
        index.asking.all,
        index.having.all,
        index.chosen.all,
        compared.my_asking,
        compared.my_having,
        compared.my_chosen,
        TERMS_KEPT,
    )
    row, at, term = told.T
    left = np.rint(left).astype(np.int64)
    rest, rest_kind = np.nonzero(left > 0)
    none = np.full(len(rest), -1)
    names = index.terms
    return _join(
        [
            Parts(
                row,
                scored.kind[at],
                scored.mine[at],
                scored.theirs[at],
                np.rint(told_points).astype(np.int64),
                [names[number] for number in term.tolist()],
            ),
            Parts(rest, rest_kind, none, none, left[rest, rest_kind], [""] * len(rest)),
            _theme_parts(index, themes[:, 0], themes[:, 1], theme_points),
        ]
    )


def _theme_parts(index: Index, row: Ints, terms: Ints, points: Floats) -> Parts:
    """Themes that both have chosen, not only written of, each as one: what is told of a theme is that both have it, in
    whichever document and whatever need or offer it stands."""
    amounts = np.rint(points).astype(np.int64)
    some = np.flatnonzero(amounts)
    names = [index.terms[number] for number in terms[some].tolist()]
    own = [name.startswith(THEME_PREFIX) for name in names]
    none = np.full(len(some), -1)
    return Parts(
        row[some],
        np.where(own, KIND_NUMBER[Kind.THEME], KIND_NUMBER[Kind.WIDER_THEME]).astype(np.int64),
        none,
        none,
        amounts[some],
        [name.partition(":")[2] for name in names],
    )


def _fact_parts(index: Index, compared: Compared, facts: Facts, chosen: Ints, slots: Ints) -> Parts:
    """Place, country, kinds of party, experience and attention, each where it gives or takes something."""
    amounts = np.array([facts.place, facts.country, facts.kinds, facts.experience, facts.attention])[:, chosen]
    which, row = np.nonzero(amounts)
    me, they = compared.me.party, index.facts.all[slots[chosen]]
    km, works = np.rint(facts.km[chosen]), facts.works[chosen]
    labels: list[str] = []
    for fact in range(len(amounts)):
        those = row[which == fact]
        if fact == 0:
            labels += [f"{n:.0f}" for n in km[those].tolist()]
        elif fact == 1:
            labels += [me.country] * len(those)
        elif fact == 2:
            labels += ["|".join(sorted((me.kind, KIND_NAMES[n]))) for n in they["kind"][those].tolist()]
        elif fact == 3:
            labels += [str(n) for n in works[those].tolist()]
        else:
            labels += [""] * len(those)
    none = np.full(len(row), -1)
    return Parts(row, _FACT_KINDS[which], none, none, amounts[which, row].astype(np.int64), labels)


_FACT_KINDS = np.array(
    [KIND_NUMBER[kind] for kind in (Kind.PLACE, Kind.COUNTRY, Kind.KINDS, Kind.EXPERIENCE, Kind.ATTENTION)]
)


def _join(parts: Sequence[Parts]) -> Parts:
    return Parts(
        np.concatenate([one.row for one in parts]),
        np.concatenate([one.kind for one in parts]),
        np.concatenate([one.mine for one in parts]),
        np.concatenate([one.theirs for one in parts]),
        np.concatenate([one.points for one in parts]),
        [label for one in parts for label in one.labels],
    )


def _group(index: Index, compared: Compared, parts: Parts, rows: int, *, flipped: bool) -> list[list[Group]]:
    width = len(compared.documents) + 1
    height = compared.me.last - compared.me.first + 1
    group = ((parts.row * len(KINDS) + parts.kind) * height + parts.mine + 1) * width + parts.theirs + 1
    order = np.argsort(group, kind="stable")
    group = group[order]
    begins = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]])) if len(group) else order
    bounds = [*begins.tolist(), len(group)]
    numbers = order.tolist()
    words: list[str | int] = [""] * (2 * len(numbers))
    words[::2] = [parts.labels[number] for number in numbers]
    words[1::2] = parts.points[order].tolist()
    heads = order[begins]
    mine_keys = [*(index.document_key(number) for number in range(compared.me.first, compared.me.last)), ""]
    theirs = parts.theirs[heads]
    their_numbers = np.where(theirs < 0, -1, compared.documents[theirs] if len(compared.documents) else -1).tolist()
    keys = [index.document_key(number) if number >= 0 else "" for number in their_numbers]
    here = [mine_keys[number] for number in parts.mine[heads].tolist()]
    here, there = (keys, here) if flipped else (here, keys)
    names = [_NAMES[number] for number in parts.kind[heads].tolist()]
    said = [words[2 * begin : 2 * end] for begin, end in pairwise(bounds)]
    groups = [
        (kind, gain, mine, theirs, told)
        for (kind, gain), mine, theirs, told in zip(names, here, there, said, strict=True)
    ]
    cuts = np.searchsorted(parts.row[heads], np.arange(rows + 1)).tolist()
    return [groups[begin:end] for begin, end in pairwise(cuts)]


_NAMES = [(str(kind), str(GAINS.get(kind, Gain.BOTH))) for kind in KINDS]
