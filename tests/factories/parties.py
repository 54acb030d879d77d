"""A small town as the matcher sees it, and what the matcher's tests ask of what it says."""

from __future__ import annotations

from collections.abc import Iterable

from language import analyse
from matching.engine import (
    Bridge,
    Document,
    Index,
    Kind,
    Party,
    Point,
    Role,
    Suggested,
    suggest_pair,
)
from matching.engine.reasons import Reason, Span, give_reasons

LIPERI = Point(62.53, 29.38)
KONTIOLAHTI = Point(62.77, 29.85)


def party(
    key: int, role: Role, text: str, language: str = "fi", *, themes: Iterable[str] = (), **more: object
) -> Party:
    """One with a single text."""
    documents = (Document(str(role), role, text, language),) if text else ()
    return Party(key, documents, frozenset(themes), **more)  # type: ignore[arg-type]  # the fields of a party


SAW = Party(
    1,
    (
        Document("does", Role.DOES, "Valmistamme puuelementtejä ja asennamme ne.", "fi"),
        Document("seeks", Role.SEEKS, "Etsimme kutterinlastulle pysyvää vastaanottajaa.", "fi"),
    ),
    frozenset({"puun-sivuvirrat"}),
    "company",
    place=LIPERI,
    place_code="426",
    country="12",
)
BEDDING = party(
    2,
    Role.OFFERS,
    "Lastua ja purua otamme vastaan ympäri vuoden.",
    themes={"puun-sivuvirrat"},
    kind="company",
    place=KONTIOLAHTI,
    place_code="276",
    country="12",
)
TOWN = party(
    3,
    Role.SEEKS,
    "Etsimme puuelementtien asentajaa kolmeen päiväkotiin.",
    kind="municipality",
    place=LIPERI,
    place_code="426",
    country="12",
)
BAKERY = party(4, Role.OFFERS, "Ruisleipää ja pullaa.", themes={"leipomot"}, kind="company")
EVERYBODY = (SAW, BEDDING, TOWN, BAKERY)


def index_of(*parties: Party, bridge: Bridge | None = None, places: frozenset[str] = frozenset()) -> Index:
    index = Index(analyse, bridge, places)
    for one in parties:
        index.replace(one)
    return index


def only(found: Suggested | None) -> Suggested:
    assert found is not None
    return found


def score(index: Index, me: int, other: int) -> int:
    found = suggest_pair(index, me, other)
    return found.score if found else 0


def kinds_of(found: Suggested) -> set[Kind]:
    return {term.kind for term in found.terms}


def labels(found: Suggested, kind: Kind) -> set[str]:
    return {term.label for term in found.terms if term.kind == kind}


def reason_of(index: Index, found: Suggested, kind: Kind) -> Reason:
    mine, theirs = (index.read(index.party(key)) for key in (found.me, found.other))
    return next(reason for reason in give_reasons(found.terms, mine, theirs) if reason.kind == kind)


def words_of(one: Party, spans: Iterable[Span]) -> list[str]:
    found = []
    for span in spans:
        document = one.document(span.document)
        assert document is not None
        found.append(document.text[span.start : span.end])
    return found


def keys_of(found: Iterable[Suggested]) -> list[int]:
    return [one.other for one in found]
