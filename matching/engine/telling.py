"""What a score is made of: for each suggestion the words, themes and facts that gave its points, grouped by the pair of
documents they stand in.

All candidates are told in one go, as columns of numbers that are written as JSON at the end: fifty suggestions have a
thousand words, and an object for each would cost more than finding the fifty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import orjson

from matching.engine.circumstances import Facts
from matching.engine.columns import Floats, Ints
from matching.engine.documents import THEME_PREFIX
from matching.engine.index import Index
from matching.engine.kinds import KINDS as KIND_NAMES
from matching.engine.loops import share_out, spell
from matching.engine.scoring import GAINS, KIND_NUMBER, KINDS, Compared, Gain, Kind, Scored

TERMS_KEPT = 8
"""Of a pair's words the weightiest are kept by name; the rest of each kind stands together as one."""

Group = Sequence[Any]
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
    documents (-1: in none), how many points, and the label's number in the index."""

    row: Ints
    kind: Ints
    mine: Ints
    theirs: Ints
    points: Ints
    label: Ints


def tell(
    index: Index, compared: Compared, scored: Scored, facts: Facts, chosen: Ints, slots: Ints, *, flipped: bool = False
) -> tuple[list[str], list[int]]:
    """The groups as JSON and the sum of their points, for each of the chosen candidates (sorted numbers, of those at
    `slots`); `flipped`: as each of them is told of the party."""
    parts = _join([text_parts(index, compared, scored, chosen), _fact_parts(index, compared, facts, chosen, slots)])
    sums = np.bincount(parts.row, parts.points, len(chosen)).astype(np.int64).tolist()
    return _write(index, compared, parts, len(chosen), flipped=flipped), sums


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
    none, unnamed = np.full(len(rest), -1), np.full(len(rest), index.numbers[""])
    points = np.rint(told_points).astype(np.int64)
    return _join(
        [
            Parts(row, scored.kind[at], scored.mine[at], scored.theirs[at], points, term),
            Parts(rest, rest_kind, none, none, left[rest, rest_kind], unnamed),
            _theme_parts(index, themes[:, 0], themes[:, 1], theme_points),
        ]
    )


def _theme_parts(index: Index, row: Ints, terms: Ints, points: Floats) -> Parts:
    """Themes that both have chosen, not only written of, each as one: what is told of a theme is that both have it, in
    whichever document and whatever need or offer it stands."""
    amounts = np.rint(points).astype(np.int64)
    some = np.flatnonzero(amounts)
    each, which = np.unique(terms[some], return_inverse=True)
    names = [index.terms[number] for number in each.tolist()]
    own = [name.startswith(THEME_PREFIX) for name in names]
    kinds = np.where(own, KIND_NUMBER[Kind.THEME], KIND_NUMBER[Kind.WIDER_THEME]).astype(np.int64)
    labels = _numbers(index, [name.partition(":")[2] for name in names])
    none = np.full(len(some), -1)
    return Parts(row[some], kinds[which], none, none, amounts[some], labels[which])


def _fact_parts(index: Index, compared: Compared, facts: Facts, chosen: Ints, slots: Ints) -> Parts:
    """Place, country, kinds of party, experience and attention, each where it gives or takes something."""
    amounts = np.array([facts.place, facts.country, facts.kinds, facts.experience, facts.attention])[:, chosen]
    which, row = np.nonzero(amounts)
    me, they = compared.me.party, index.facts.all[slots[chosen]]
    km, works = np.rint(facts.km[chosen]), facts.works[chosen]
    pairs = _numbers(index, ["|".join(sorted((me.kind, kind))) for kind in KIND_NAMES])
    labels = np.full(len(row), index.numbers[""])
    for fact, said in (
        (0, _numbers(index, [f"{n:.0f}" for n in km[row[which == 0]].tolist()])),
        (1, index.numbers[me.country]),
        (2, pairs[they["kind"][row[which == 2]]]),
        (3, _numbers(index, [str(n) for n in works[row[which == 3]].tolist()])),
    ):
        labels[which == fact] = said
    none = np.full(len(row), -1)
    return Parts(row, _FACT_KINDS[which], none, none, amounts[which, row].astype(np.int64), labels)


def _numbers(index: Index, labels: Sequence[str]) -> Ints:
    return np.fromiter(map(index.numbers.__getitem__, labels), np.int64, len(labels))


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
        np.concatenate([one.label for one in parts]),
    )


def _write(index: Index, compared: Compared, parts: Parts, rows: int, *, flipped: bool) -> list[str]:
    width = len(compared.documents) + 1
    height = compared.me.last - compared.me.first + 1
    group = ((parts.row * len(KINDS) + parts.kind) * height + parts.mine + 1) * width + parts.theirs + 1
    order = np.argsort(group, kind="stable")
    # The last, which -1 means, is none.
    nameless = index.numbers[""]
    mine = np.append(index.document_name.all[compared.me.first : compared.me.last], nameless)[parts.mine]
    theirs = np.append(index.document_name.all[compared.documents], nameless)[parts.theirs]
    here, there = (theirs, mine) if flipped else (mine, theirs)
    written, ends = spell(
        rows,
        group[order],
        parts.row[order],
        parts.kind[order],
        here[order],
        there[order],
        parts.label[order],
        parts.points[order],
        _HEADS,
        _HEAD_ENDS,
        *index.numbers.spelled(),
    )
    whole = written.tobytes()
    return [whole[begin:end].decode() for begin, end in pairwise([0, *ends.tolist()])]


HEADS = {kind: orjson.dumps([kind, GAINS.get(kind, Gain.BOTH)]).decode()[:-1] for kind in KINDS}
"""How a group of each kind begins. No label does: after a label comes a number."""
_HEADS = np.frombuffer("".join(HEADS.values()).encode(), np.uint8)
_HEAD_ENDS = np.array([0, *accumulate(len(head) for head in HEADS.values())])
