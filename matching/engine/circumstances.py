"""What a pair is worth beside its words: place, kinds of party, experience, and the attention that others have had."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Floats, Ints
from matching.engine.index import Entry, Index
from matching.engine.kinds import TOGETHER
from matching.engine.weights import Weights

COMMON_GROUND = 1000.0
"""Points of text at which place and kinds count half: else neighbours with one word in common would stand before those
who can help from two towns away."""
NEAR_KM = 40.0
SELDOM = 0.25
"""Up to this part of the fair number one is shown seldom, and gives way the less."""
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
    index: Index, entry: Entry, slots: Ints, text: Floats, shown: Floats, weights: Weights, *, flipped: bool = False
) -> Facts:
    """`shown` is in how many lists each stands high, where 1 is the fair number. Whoever is shown gives way to those
    who never are, and the more the farther beyond that number. It takes nobody off a list: of what the words give, some
    always stays."""
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
        -np.rint(np.minimum(given_way(shown, text, weights), MOST_HELD * text)),
        km,
        works,
    )


def given_way(shown: Floats, text: Floats, weights: Weights) -> Floats:
    """Points. Whoever is shown now and then gives way by a share of what the words give; beyond the fair number more
    and more is taken, and never all of `weights.attention`."""
    excess = np.log2(np.maximum(shown, 1.0))
    points: Floats = weights.attention * excess / (excess + 2) + weights.shown * np.minimum(shown / SELDOM, 1.0) * text
    return points
