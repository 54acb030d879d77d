"""The score of a pair: a sum of terms, each with the words or facts that made it.

Points are whole numbers (10,000 is more than any pair reaches), so that terms sum to the score exactly, on every
machine, and rows can be sorted by it in a database.

How a pair is scored:

1. Documents meet by the table `MEETINGS`: what A looks for with what B offers (A gains), the other way round (B gains),
   and what both do (both gain). The best three meetings of a kind count 1, ½ and ¼: an organisation is its documents,
   not one merged text.
2. Within a meeting each unit of the one text counts by its best term in the other, by the term's rarity.
3. Each kind saturates: `weight · raw / (raw + half)`. So a pair in which both gain a little beats one in which a single
   side gains much, and no long text wins by its length.
4. Themes, place and kinds of party add a little, and only to a pair that has something in common already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import log2

from matching.engine.documents import FIELD_PREFIX, THEME_PREFIX, Read
from matching.engine.index import Entry, Index
from matching.engine.parties import Party, Role


class Kind(StrEnum):
    NEED_MEETS_OFFER = "need_meets_offer"
    OFFER_MEETS_NEED = "offer_meets_need"
    SHARED_NEED = "shared_need"
    SHARED_FIELD = "shared_field"
    PAST_WORK = "past_work"
    THEME = "theme"
    WIDER_THEME = "wider_theme"
    PLACE = "place"
    KINDS = "kinds"
    ATTENTION = "attention"


class Gain(StrEnum):
    """Whom a term speaks for."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Meeting:
    kind: Kind
    one: Role
    other: Role
    weight: float


NEED_MEETINGS = (
    Meeting(Kind.NEED_MEETS_OFFER, Role.SEEKS, Role.OFFERS, 1.0),
    Meeting(Kind.NEED_MEETS_OFFER, Role.SEEKS, Role.DOES, 0.7),
    Meeting(Kind.NEED_MEETS_OFFER, Role.SEEKS, Role.PAST, 0.6),
    Meeting(Kind.NEED_MEETS_OFFER, Role.SEEKS, Role.THEMES, 0.4),
)
"""Read from either side: the seeker's document first."""

SHARED_MEETINGS = (
    Meeting(Kind.SHARED_NEED, Role.SEEKS, Role.SEEKS, 1.0),
    Meeting(Kind.SHARED_FIELD, Role.DOES, Role.DOES, 1.0),
    Meeting(Kind.SHARED_FIELD, Role.DOES, Role.OFFERS, 0.6),
    Meeting(Kind.SHARED_FIELD, Role.OFFERS, Role.DOES, 0.6),
    Meeting(Kind.SHARED_FIELD, Role.DOES, Role.THEMES, 0.3),
    Meeting(Kind.SHARED_FIELD, Role.THEMES, Role.DOES, 0.3),
    Meeting(Kind.PAST_WORK, Role.PAST, Role.PAST, 1.0),
    Meeting(Kind.PAST_WORK, Role.DOES, Role.PAST, 0.8),
    Meeting(Kind.PAST_WORK, Role.PAST, Role.DOES, 0.8),
    Meeting(Kind.PAST_WORK, Role.PAST, Role.THEMES, 0.3),
    Meeting(Kind.PAST_WORK, Role.THEMES, Role.PAST, 0.3),
)
"""Two offers never meet: whoever sells the same is a competitor, not a partner."""

BEST_MEETINGS = (1.0, 0.5, 0.25)
USED_AGAIN = 0.3
"""Two words of the one text that meet the same word of the other say nearly the same thing twice."""

KINDS_TOGETHER: dict[frozenset[str], float] = {
    frozenset({"company", "education"}): 1.0,
    frozenset({"company", "research"}): 1.0,
    frozenset({"company", "student"}): 1.0,
    frozenset({"company", "municipality"}): 0.8,
    frozenset({"company", "public_body"}): 0.5,
    frozenset({"company", "association"}): 0.5,
    frozenset({"association", "municipality"}): 0.8,
    frozenset({"association", "education"}): 0.5,
    frozenset({"association", "resident"}): 0.6,
    frozenset({"association", "student"}): 0.4,
    frozenset({"municipality", "research"}): 0.6,
    frozenset({"municipality", "education"}): 0.6,
    frozenset({"municipality", "student"}): 0.5,
    frozenset({"municipality", "public_body"}): 0.4,
    frozenset({"research", "student"}): 0.5,
    frozenset({"research", "public_body"}): 0.5,
    frozenset({"education", "research"}): 0.4,
    frozenset({"education", "public_body"}): 0.4,
}
"""Kinds that seldom meet on their own and gain by it. Two of the same kind add nothing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Most points that each part can give, and the evidence (sum of rarities) at which half of them is reached."""

    need: int = 3500
    need_half: float = 8.0
    shared_need: int = 400
    field: int = 1200
    past: int = 900
    shared_half: float = 14.0
    themes: int = 1600
    themes_half: float = 6.0
    wider_theme: float = 0.25
    place: int = 800
    place_km: float = 40.0
    kinds: int = 300
    shared_points_half: int = 1000
    attention: int = 900


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a party's document. A theme has no place in a text: then the whole document is empty ("themes")."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the score. `mine` and `theirs` are the words that made it; `label` the matching term, the
    theme, the kilometres or the kinds."""

    kind: Kind
    gain: Gain
    points: int
    mine: tuple[Span, ...] = ()
    theirs: tuple[Span, ...] = ()
    mine_document: str = ""
    their_document: str = ""
    label: str = ""

    def flipped(self) -> Term:
        kind = {
            Kind.NEED_MEETS_OFFER: Kind.OFFER_MEETS_NEED,
            Kind.OFFER_MEETS_NEED: Kind.NEED_MEETS_OFFER,
        }.get(self.kind, self.kind)
        gain = {Gain.MINE: Gain.THEIRS, Gain.THEIRS: Gain.MINE}.get(self.gain, self.gain)
        return replace(
            self,
            kind=kind,
            gain=gain,
            mine=self.theirs,
            theirs=self.mine,
            mine_document=self.their_document,
            their_document=self.mine_document,
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """What `me` and `other` have for each other, from `me`'s side. The score is the sum of the terms."""

    me: int
    other: int
    terms: tuple[Term, ...] = field(default=())

    @property
    def score(self) -> int:
        return sum(term.points for term in self.terms)

    def flipped(self) -> Pair:
        return Pair(self.other, self.me, tuple(term.flipped() for term in self.terms))

    def with_attention(self, shown: int, fair: float, weights: Weights = WEIGHTS) -> Pair:
        """Less for a party that already stands high in more lists than its fair share: the same few are not for all."""
        if shown <= fair or fair <= 0:
            return self
        excess = log2(shown / fair)
        points = -round(weights.attention * excess / (excess + 2))
        return replace(self, terms=(*self.terms, Term(Kind.ATTENTION, Gain.BOTH, points))) if points else self


@dataclass(slots=True)
class _Evidence:
    amount: float
    one: int
    other: int
    term: str


def score_pair(index: Index, me: int, other: int, weights: Weights = WEIGHTS) -> Pair:
    """Both directions at once. The same pair scores the same from either side, to the point."""
    low, high = min(me, other), max(me, other)
    one, two = index.entry(low), index.entry(high)
    terms = [
        *_need(index, one, two, weights),
        *(term.flipped() for term in _need(index, two, one, weights)),
        *_shared(index, one, two, weights),
        *_themes(index, one.party, two.party, weights),
    ]
    if terms:
        shared = sum(term.points for term in terms)
        terms += _circumstances(one.party, two.party, shared / (shared + weights.shared_points_half), weights)
    pair = Pair(low, high, tuple(sorted(terms, key=_order)))
    return pair if me == low else pair.flipped()


def _order(term: Term) -> tuple[int, str, str, str, str]:
    return (-term.points, term.kind, term.mine_document, term.their_document, term.label)


def _need(index: Index, seeker: Entry, giver: Entry, weights: Weights) -> list[Term]:
    """What `seeker` looks for and `giver` has."""
    found = _meetings(index, seeker, giver, NEED_MEETINGS)
    return _terms(found, seeker, giver, Kind.NEED_MEETS_OFFER, Gain.MINE, weights.need, weights.need_half)


def _shared(index: Index, one: Entry, two: Entry, weights: Weights) -> list[Term]:
    found = _meetings(index, one, two, SHARED_MEETINGS)
    terms: list[Term] = []
    for kind, points in (
        (Kind.SHARED_NEED, weights.shared_need),
        (Kind.SHARED_FIELD, weights.field),
        (Kind.PAST_WORK, weights.past),
    ):
        of_kind = [meeting for meeting in found if meeting[0] == kind]
        terms += _terms(of_kind, one, two, kind, Gain.BOTH, points, weights.shared_half)
    return terms


_Found = tuple[Kind, Read, Read, float, list[_Evidence]]


def _meetings(index: Index, one: Entry, two: Entry, table: Iterable[Meeting]) -> list[_Found]:
    """Every meeting of two documents with something in common; each with its weight."""
    found: list[_Found] = []
    if one.terms.isdisjoint(two.terms):
        return found
    for meeting in table:
        for read in one.reads:
            if read.role != meeting.one:
                continue
            for their in two.reads:
                if their.role == meeting.other:
                    evidence = _compare(index, read, their)
                    if evidence:
                        found.append((meeting.kind, read, their, meeting.weight, evidence))
    return found


def _compare(index: Index, one: Read, other: Read) -> list[_Evidence]:
    found: list[_Evidence] = []
    for number, unit in enumerate(one.units):
        best: tuple[float, str] | None = None
        for term, weight in unit.terms.items():
            there = other.best.get(term)
            if there is not None:
                amount = weight * there[0] * index.rarity(term)
                if best is None or (-amount, term) < (-best[0], best[1]):
                    best = (amount, term)
        if best is not None:
            found.append(_Evidence(best[0], number, other.best[best[1]][1], best[1]))
    found.sort(key=lambda evidence: (-evidence.amount, evidence.one))
    average = index.average_units()
    # A text much longer than others meets more words by chance.
    length = 1.0 / (0.7 + 0.3 * max(1.0, len(other.units) / average))
    used: set[int] = set()
    for evidence in found:
        evidence.amount *= length * (USED_AGAIN if evidence.other in used else 1.0)
        used.add(evidence.other)
    return found


def _terms(found: list[_Found], one: Entry, two: Entry, kind: Kind, gain: Gain, most: int, half: float) -> list[Term]:
    """The best three meetings as terms; a unit that met already in a better one is not paid again."""
    ranked = sorted(found, key=lambda m: (-m[3] * sum(e.amount for e in m[4]), m[1].key, m[2].key))
    paid: set[tuple[str, str]] = set()
    pieces: list[tuple[float, Read, Read, _Evidence]] = []
    for factor, (_kind, read, their, weight, evidence) in zip(BEST_MEETINGS, ranked, strict=False):
        for piece in evidence:
            mark = (read.key, read.units[piece.one].lemma)
            if mark not in paid:
                paid.add(mark)
                pieces.append((factor * weight * piece.amount, read, their, piece))
    raw = sum(amount for amount, *_rest in pieces)
    if raw <= 0:
        return []
    points = most * raw / (raw + half)
    terms = []
    for amount, read, their, piece in pieces:
        mine, theirs = read.units[piece.one], their.units[piece.other]
        share = round(points * amount / raw)
        if share > 0:
            terms.append(
                Term(
                    kind,
                    gain,
                    share,
                    tuple(Span(read.key, start, end) for start, end in mine.places),
                    tuple(Span(their.key, start, end) for start, end in theirs.places),
                    read.key,
                    their.key,
                    piece.term,
                )
            )
    return terms


def _themes(index: Index, one: Party, two: Party, weights: Weights) -> list[Term]:
    """Themes that both have; and the wider theme, where each has another theme of the same field."""
    amounts = {slug: (Kind.THEME, index.rarity(THEME_PREFIX + slug)) for slug in one.themes & two.themes}
    parents = index.bridge.parents
    shared_fields = {parents.get(slug, slug) for slug in amounts}
    mine = {parents.get(slug, slug) for slug in one.themes - two.themes}
    theirs = {parents.get(slug, slug) for slug in two.themes - one.themes}
    for slug in (mine & theirs) - shared_fields - amounts.keys():
        amounts[slug] = (Kind.WIDER_THEME, weights.wider_theme * index.rarity(FIELD_PREFIX + slug))
    raw = sum(amount for _kind, amount in amounts.values())
    if raw <= 0:
        return []
    points = weights.themes * raw / (raw + weights.themes_half)
    found = [
        Term(kind, Gain.BOTH, round(points * amount / raw), label=slug)
        for slug, (kind, amount) in sorted(amounts.items())
    ]
    return [term for term in found if term.points > 0]


def _circumstances(one: Party, two: Party, measure: float, weights: Weights) -> list[Term]:
    """Place and kinds of party, in the measure (0–1) in which there is something to do together: else neighbours with
    one word in common would stand before those who can help from two towns away."""
    terms = []
    same = bool(one.place_code) and one.place_code == two.place_code
    if same or (one.place is not None and two.place is not None):
        km = 0.0 if same or one.place is None or two.place is None else one.place.km_to(two.place)
        points = round(measure * weights.place / (1 + km / weights.place_km))
        if points > 0:
            terms.append(Term(Kind.PLACE, Gain.BOTH, points, label=str(round(km))))
    points = round(measure * weights.kinds * KINDS_TOGETHER.get(frozenset({one.kind, two.kind}), 0.0))
    if points > 0:
        terms.append(Term(Kind.KINDS, Gain.BOTH, points, label="|".join(sorted((one.kind, two.kind)))))
    return terms
