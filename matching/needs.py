"""A need that somebody wrote: as the matcher reads it, its answer from the index, and the answer read for a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import Profile
from matching import evidence
from matching.engine import Attention, Document, Party, Role, for_need, suggest
from matching.indexing import index_in_step, party_of, read_texts, vocabulary
from matching.models import Question
from matching.queries import attention, proposable_to, vetoes
from matching.tuned import weights_in_force

ASKER = -1
"""The key of a need in the index, for as long as it is asked; profiles have positive ones."""
KEPT = 30
SHOWN = 10
"""More are kept than shown: some may be hidden, or bar the asker, before the page is looked at again."""


@dataclass(frozen=True)
class Found:
    """A partner for a need. `evidence` is what `matching.evidence` wrote."""

    other: Profile
    direction: str
    evidence: Mapping[str, Any]


def party_of_need(data: Mapping[str, Any]) -> Party:
    """The need alone, as if it were a party that looks for just that."""
    document = Document("need", Role.SEEKS, data["text"], data["language"], frozenset(data["themes"]))
    return Party(ASKER, (document,), shown=False, reads=False)


def says_something(data: Mapping[str, Any]) -> bool:
    """Whether a word is left to look for when those that every text has are taken out."""
    return any(read.units for read in read_texts(party_of_need(data), vocabulary()))


def answer_need(question: Question) -> dict[str, Any]:
    """The best partners now, as JSON for the row. The asker's place and kind count; its own texts do not."""
    profile = question.profile
    barred = set(Profile.objects.represented_by(question.by).values_list("pk", flat=True))
    if profile is not None:
        barred |= vetoes(profile.pk)
    return find_for(party_of_need(question.data), profile, barred)


def find_for(party: Party, profile: Profile | None, barred: Collection[int]) -> dict[str, Any]:
    """The best partners for what is said by nobody in the index: a need in words, an offer with an end. The place and
    the kind are the profile's, if there is one. In a worker: the index is there."""
    if profile is not None:
        known = party_of(profile)
        party = replace(party, kind=known.kind, place=known.place, place_code=known.place_code)
    counts, fair = attention()
    with index_in_step() as index:
        index.replace(party)
        try:
            found = suggest(
                index,
                party.key,
                vetoes=barred,
                attention=Attention(counts, fair),
                length=KEPT,
                weigh=for_need(weights_in_force()),
            )
        finally:
            index.remove(party.key)
    return {"found": [[one.other, str(one.direction), evidence.write(one)] for one in found]}


def read_answer(question: Question, *, user: Any, profile: Profile | None) -> list[Found]:
    """The first of those that the asker may see now: who was hidden, blocked or barred since is left out."""
    kept = (question.answer or {}).get("found", [])
    barred = vetoes(profile.pk) if profile is not None else set()
    wanted = [other for other, _direction, _evidence in kept if other not in barred]
    own = Profile.objects.represented_by(user).values("pk")
    seen = proposable_to(user).exclude(pk__in=own).in_bulk(wanted)
    found = [Found(seen[other], direction, data) for other, direction, data in kept if other in seen]
    return found[:SHOWN]
