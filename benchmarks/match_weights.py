"""Chooses the matcher's weights on past collaborations alone, and prints them as `matching/engine/data/weights.json`.

    .venv/bin/python benchmarks/match_weights.py BENCH/matching/dev [--write]

Reads `history.jsonl` and `orgs.jsonl` and nothing else: of the projects before the split the newest fifth is taken for
the future of those before it, and the fifth before that likewise (a fifth drawn by lot shares its hubs with the rest,
and misjudges what is found without them); a party's own text is put together from its past projects, as the data's
makers did it. For each of the three tasks (a need as text; an organisation that looks for partners, without and with a
history of its own; the first counts as much as the other two) every part of the score is worked out once, then weights
are tried one part at a time, and the one that makes the objective greatest is kept, until none does better. The
objective is the mean over folds and tasks of log nDCG@10 + 0.8 log recall@50 + 0.8 log nDCG@10 without hubs; at
*spread*, with coverage and Gini of exposure held to limits.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from language import analyse
from matching.engine import Index, Weights
from matching.engine.circumstances import MOST_HELD, given_way, weigh_facts
from matching.engine.scoring import compare, score
from matching.files import bridge_of_files, candidate_of_row, party_of_row, party_of_text

FIFTHS = 5
FOLDS = 2
HUB = 5
PARTS = ("best", "sum", "need", "name", "place", "country", "attention", "need_attention")
MORE_PARTS = {"accuracy": ("experience",), "spread": ()}
"""*Spread* says nothing for being well known, whatever the past says of it."""
POWERS, PASTS = (2.0, 2.5, 3.0), (0.0, 0.5, 1.0)
CHOICES = {"power": POWERS, "past": PASTS, "fair": (1.0, 2.0, 4.0), "shown": (0.0, 0.03, 0.07, 0.1)}
STEPS = (0.0, 0.33, 0.6, 0.8, 1.25, 1.6, 3.0)
LEAST_ATTENTION = 50.0
"""An installation may share attention more strongly than the file says, which multiplies what stands there."""
LIMITS: dict[str, dict[str, tuple[float, float]]] = {
    "accuracy": {},
    "spread": {"call": (0.24, 0.87), "cold": (0.345, 0.83), "warm": (0.42, 0.83)},
}
"""Least coverage and greatest Gini, by task. A fold has fewer questions than a whole period: it covers less, and falls
more evenly on partners."""
SHAKES = 6
"""Climbs that begin where the best so far ended, every part of it up or down by chance."""

START = {
    "accuracy": Weights(
        power=2.0,
        best=1000,
        sum=400,
        need=2,
        name=1500,
        experience=200,
        place=300,
        country=150,
        kinds=100,
        mutual=0.5,
        attention=100,
        need_attention=100,
        shown=0.0,
        fair=1.0,
        past=1.0,
    ),
    "spread": Weights(
        power=2.5,
        best=3000,
        sum=1500,
        need=1,
        name=3000,
        experience=0,
        place=1000,
        country=2000,
        kinds=200,
        mutual=0.5,
        attention=400,
        need_attention=600,
        shown=0.07,
        fair=1.0,
        past=1.0,
    ),
}
"""Where the search begins. Mutual gain is not in the data, and its kinds of parties are not ours: both stay."""

NOTHING = dict.fromkeys(("best", "sum", "name", "experience", "place", "country", "kinds", "mutual"), 0.0)
ZERO = replace(START["accuracy"], need=1.0, **NOTHING)


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


class Task:
    """Queries of one fold and one task, each part of their scores as a table (queries × parties)."""

    def __init__(
        self, name: str, index: Index, queries: Iterable[tuple[Any, set[int], set[int]]], hubs: set[int]
    ) -> None:
        self.name = name
        slots = np.flatnonzero(index.key.all >= 0).astype(np.int32)
        keys = index.key.all[slots].tolist()
        rows: dict[str, list[Any]] = defaultdict(list)
        relevant, barred = [], []
        for asker, answers, known in queries:
            index.replace(asker)
            entry = index.entry(asker.key)
            near = np.isin(slots, index.candidates(asker.key))
            compared = compare(index, entry, slots)
            held = np.zeros(len(slots), np.float32)
            for past in PASTS if name == "warm" else PASTS[:1]:
                for power in POWERS:
                    found = score(index, compared, len(slots), replace(ZERO, power=power, past=past, sum=1))
                    rows[f"sum{power}, {past}"].append(found.text)
                rows[f"best, {past}"].append(score(index, compared, len(slots), replace(ZERO, past=past, best=1)).text)
            rows["name"].append(score(index, compared, len(slots), replace(ZERO, name=1)).text)
            much = np.full(len(slots), 1e9, np.float32)
            whole = weigh_facts(
                index, entry, slots, much, held, replace(ZERO, place=1000, country=1000, kinds=1000, experience=1000)
            )
            rows["place"].append(whole.place / 1000)
            rows["country"].append(whole.country / 1000)
            rows["kinds"].append(whole.kinds / 1000)
            rows["experience"].append(whole.experience / 1000)
            index.remove(asker.key)
            relevant.append([key in answers for key in keys])
            barred.append([key in known or not candidate for key, candidate in zip(keys, near.tolist(), strict=True)])
        self.parts = {part: np.array(row, np.float32) for part, row in rows.items()}
        self.relevant, self.barred = np.array(relevant), np.array(barred)
        self.hub = np.array([key in hubs for key in keys])
        self.tie = np.linspace(0, 1e-3, len(keys))

    def scores(self, chosen: Weights) -> Any:
        past = chosen.past if self.name == "warm" else PASTS[0]
        text = chosen.best * self.parts[f"best, {past}"] + chosen.sum * self.parts[f"sum{chosen.power}, {past}"]
        text = text * (chosen.need if self.name == "call" else 1) + chosen.name * self.parts["name"]
        measure = text / (text + 1000.0)
        around = sum(getattr(chosen, part) * self.parts[part] for part in ("place", "country", "kinds"))
        base = text + measure * around
        base = np.where(self.barred, -1e9, base + chosen.experience * self.parts["experience"]) - self.tie
        attention = chosen.need_attention if self.name == "call" else chosen.attention
        if attention or chosen.shown:
            shown = np.bincount(self._top(base, 10).ravel(), minlength=base.shape[1]).astype(np.float32)
            shown /= chosen.fair * max(1.0, float(shown.mean()))
            given = given_way(shown, text, replace(chosen, attention=attention))
            base = base - np.minimum(given, MOST_HELD * text)
        return base

    @staticmethod
    def _top(scores: Any, count: int) -> Any:
        top = np.argpartition(-scores, count, 1)[:, :count]
        order = np.argsort(-np.take_along_axis(scores, top, 1), 1, kind="stable")
        return np.take_along_axis(top, order, 1)

    def measure(self, chosen: Weights) -> tuple[float, float, float, float, float]:
        """nDCG@10, recall@50, nDCG@10 without hubs, coverage, Gini of exposure."""
        scores = self.scores(chosen)
        top = self._top(scores, 50)
        hits = np.take_along_axis(self.relevant, top, 1)
        shown = np.sort(np.bincount(top[:, :10].ravel(), minlength=scores.shape[1]))
        size = len(shown)
        gini = ((2 * np.arange(size) - size + 1) * shown).sum() / (size * shown.sum())
        answers = self.relevant & ~self.hub
        asked = answers.any(1)
        without = self._top(np.where(self.hub, -1e9, scores), 10)
        return (
            _ndcg(hits, self.relevant.sum(1)),
            float((hits.sum(1) / self.relevant.sum(1)).mean()),
            _ndcg(np.take_along_axis(answers, without, 1)[asked], answers.sum(1)[asked]),
            float((shown > 0).mean()),
            float(gini),
        )


def _ndcg(hits: Any, wanted: Any) -> float:
    gains = 1 / np.log2(np.arange(10) + 2)
    ideal = np.concatenate([[0], np.cumsum(gains)])[np.minimum(10, wanted)]
    return float((hits[:, :10] @ gains / ideal).mean())


def folds(orgs: list[dict[str, Any]], history: list[dict[str, Any]]) -> list[Task]:
    """The newest fifths of the past, each as the future of what was before it."""
    dated = sorted(history, key=lambda project: (project["date"], project["id"]))
    fifth = len(dated) // FIFTHS
    bridge = bridge_of_files()
    reading = lru_cache(maxsize=None)(lambda text, language: tuple(analyse(text, language)))
    tasks = []
    for fold in range(FOLDS):
        split = len(dated) - (fold + 1) * fifth
        past, future = dated[:split], dated[split : split + fifth]
        works: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for project in past:
            for one in set(project["participants"]):
                works[one].append(project)
        number = {org["id"]: n for n, org in enumerate(orgs) if org["id"] in works}
        rows = {org["id"]: {**org, **_text_of(works[org["id"]])} for org in orgs if org["id"] in works}
        index = Index(reading, bridge)
        for org, row in rows.items():
            index.replace(candidate_of_row(number[org], row, works[org]))
        index.settle()
        hubs = {number[org] for org, done in works.items() if len(done) >= HUB}
        known = {org: {number[o] for p in done for o in p["participants"]} for org, done in works.items()}
        calls = []
        for project in future:
            answers = {number[o] for o in project["participants"] if o in number}
            if answers:
                calls.append((party_of_text(10**7, project), answers, set[int]()))
        tasks.append(Task("call", index, calls, hubs))
        news: dict[str, set[int]] = defaultdict(set)
        for project in future:
            for one in set(project["participants"]) & number.keys():
                news[one] |= {number[o] for o in project["participants"] if o in number} - known[one]
        for name, history in (("cold", {}), ("warm", works)):
            partners = [
                (replace(party_of_row(number[one], rows[one], history.get(one, ())), key=10**7), answers, known[one])
                for one, answers in sorted(news.items())
                if answers
            ]
            tasks.append(Task(name, index, partners, hubs))
        print(f"fold {fold}: {len(calls)} needs, {len(partners)} organisations", file=sys.stderr)
    return tasks


def _text_of(works: list[dict[str, Any]]) -> dict[str, Any]:
    """A party's own text: title and beginning of up to three of its newest works, and their themes."""
    newest = sorted(works, key=lambda work: (work["date"], work["id"]), reverse=True)[:3]
    themes = list(dict.fromkeys(theme for work in newest for theme in work["themes"]))[:12]
    length = 900 // len(newest)
    return {
        "text": " ".join(f"{w['title']}. {w['text'][:length].rpartition(' ')[0]}" for w in newest),
        "themes": themes,
    }


def objective(tasks: list[Task], point: str) -> Callable[[Weights], float]:
    def value(chosen: Weights) -> float:
        sums: Counter[str] = Counter()
        figures: dict[str, list[tuple[float, ...]]] = defaultdict(list)
        for task in tasks:
            figures[task.name].append(task.measure(chosen))
        for name, found in figures.items():
            ndcg, recall, without, coverage, gini = np.mean(found, 0)
            sums[name] = np.log(ndcg) + 0.8 * np.log(recall) + 0.8 * np.log(without)
            if name in LIMITS[point]:
                least, most = LIMITS[point][name]
                sums[name] -= 6 * max(0.0, least - coverage) + 6 * max(0.0, gini - most)
        return float(2 * sums["call"] + sums["cold"] + sums["warm"])

    return value


def choose(tasks: list[Task], point: str) -> Weights:
    """The best of many climbs, for each ends on the hill where it began."""
    value = objective(tasks, point)
    start = START[point]
    starts = (start, replace(start, best=start.best / 10), replace(start, sum=start.sum / 10, fair=4.0))
    parts = (*PARTS, *MORE_PARTS[point])
    best = max((climb(value, one, parts) for one in starts), key=value)
    chance = random.Random(1)
    for _shake in range(SHAKES):
        shaken = {part: _round(getattr(best, part) * math.exp(chance.gauss(0, 0.7))) for part in parts}
        chosen = {part: chance.choice(choices) for part, choices in CHOICES.items()}
        best = max(best, climb(value, replace(best, **shaken, **chosen), parts), key=value)
    return best


def climb(value: Callable[[Weights], float], start: Weights, parts: Sequence[str]) -> Weights:
    best, found = value(start), start
    while True:
        before = best
        for part, choices in CHOICES.items():
            for choice in choices:
                tried = replace(found, **{part: choice})
                if (worth := value(tried)) > best + 1e-3:
                    best, found = worth, tried
        for part in parts:
            now = getattr(found, part)
            for step in STEPS:
                tried = replace(found, **{part: _round((now or 200.0) * step)})
                if tried.place + tried.country > tried.best:
                    continue  # neighbours do not stand before those who can help
                if min(tried.attention, tried.need_attention) < LEAST_ATTENTION:
                    continue
                if (worth := value(tried)) > best + 1e-3:
                    best, found = worth, tried
        if best <= before + 1e-3:
            return found


def _round(value: float) -> float:
    """Two figures say enough."""
    return float(f"{value:.2g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights file")
    given = parser.parse_args()
    tasks = folds(read_lines(given.folder / "orgs.jsonl"), read_lines(given.folder / "history.jsonl"))
    chosen = {}
    for point in ("accuracy", "spread"):
        found = choose(tasks, point)
        chosen[point] = asdict(found)
        print(point, asdict(found), file=sys.stderr)
        for name in ("call", "cold", "warm"):
            figures = np.mean([task.measure(found) for task in tasks if task.name == name], 0)
            titles = ("nDCG@10", "recall@50", "without hubs", "coverage", "Gini")
            print(
                f"  {name}: " + ", ".join(f"{t} {f:.3f}" for t, f in zip(titles, figures, strict=True)), file=sys.stderr
            )
    text = json.dumps(chosen, indent=2) + "\n"
    print(text)
    if given.write:
        from matching.engine.weights import FILE

        FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
