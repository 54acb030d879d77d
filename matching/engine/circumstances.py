"""What a pair is worth beside its words: place, kinds of party, experience, and the attention that others have had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine.index import Entry, Floats, Index, Ints
from matching.engine.kinds import TOGETHER
from matching.engine.scoring import Gain, Kind, Term
from matching.engine.weights import Weights

COMMON_GROUND = 1000.0
"""Points of text at which place and kinds count half: else neighbours with one word in common would stand before those
who can help from two towns away."""
NEAR_KM = 40.0
MOST_HELD = 0.9
"""Of what words give, attention takes this share at most."""


@dataclass(slots=True)
class Facts:
    """What each candidate is worth beside its words: points by part; `km` and `works` are what made them."""

    place: Floats
    country: Floats
    kinds: Floats
    experience: Floats
    attention: Floats
    km: Floats
    works: Ints

    @property
    def points(self) -> Floats:
        return self.place + self.country + self.kinds + self.experience + self.attention


def weigh_facts(
    index: Index, entry: Entry, slots: Ints, text: Floats, held: Floats, weights: Weights, *, flipped: bool = False
) -> Facts:
    """`held` is how much each is held back (0–1) for standing high in the lists of many. It lowers, and takes nobody
    off a list: of what the words give, some always stays."""
    me, they = index.facts.all[entry.slot], index.facts.all[slots]
    measure = text / (text + COMMON_GROUND)
    dlat, dlon = they["lat"] - me["lat"], they["lon"] - me["lon"]
    h = np.sin(dlat / 2) ** 2 + np.cos(me["lat"]) * np.cos(they["lat"]) * np.sin(dlon / 2) ** 2
    km = 6371.0 * 2 * np.arcsin(np.sqrt(np.minimum(1.0, h)))
    km = np.where((me["place"] > 0) & (they["place"] == me["place"]), 0.0, km)
    near = np.where(np.isnan(km), 0.0, 1 / (1 + np.nan_to_num(km) / NEAR_KM))
    together = TOGETHER[me["kind"]][they["kind"]]
    works = np.full(len(slots), me["works"]) if flipped else they["works"]
    return Facts(
        np.rint(measure * weights.place * near),
        np.rint(measure * weights.country * ((me["country"] > 0) & (they["country"] == me["country"]))),
        np.rint(measure * weights.kinds * together),
        np.rint(weights.experience * np.log1p(works)),
        -np.rint(np.minimum(held * weights.attention, MOST_HELD * text)),
        km,
        works,
    )


def fact_terms(facts: Facts, chosen: Ints, kinds: Sequence[str], countries: Sequence[str]) -> list[list[Term]]:
    """Of each of the chosen candidates; `kinds` and `countries` are theirs, in the same order."""
    found: list[list[Term]] = [[] for _ in chosen]
    km = [str(round(one)) if one == one else "" for one in facts.km[chosen].tolist()]
    works = map(str, facts.works[chosen].tolist())
    rows = (
        (Kind.PLACE, facts.place, km),
        (Kind.COUNTRY, facts.country, countries),
        (Kind.KINDS, facts.kinds, kinds),
        (Kind.EXPERIENCE, facts.experience, works),
        (Kind.ATTENTION, facts.attention, [""] * len(km)),
    )
    for kind, points, labels in rows:
        for terms, amount, label in zip(found, points[chosen].tolist(), labels, strict=True):
            if amount:
                terms.append(Term(kind, Gain.BOTH, int(amount), label=label))
    return found


def held_back(shown: Floats, fair: float) -> Floats:
    """0 for whoever stands high in no more lists than is fair, towards 1 as it stands in many more."""
    if fair <= 0:
        return np.zeros(len(shown), np.float32)
    excess = np.log2(np.maximum(shown / fair, 1.0))
    held: Floats = (excess / (excess + 2)).astype(np.float32)
    return held
