"""What sharing attention costs: quality against exposure on past collaborations, and where the curve bends.

    .venv/bin/python benchmarks/exposure_curve.py BENCH [--write]

BENCH holds `matching/dev/` (orgs.jsonl, history.jsonl). As when the weights were chosen (`match_weights.py`), only what
lies before the split is read: a fifth of the past at a time is taken for the future. At both operating points attention
is shared so many times as strongly as the weights file says, and the first ten of every list are looked at: nDCG@10,
with how evenly organisations stand in them (Gini) and how many stand in any (coverage). Each figure is a mean over
folds and tasks, a need counting as much as the two tasks of partners together.

The knee is where a curve lies farthest above the line between its ends (`matching.exposure.knee`); the ends are no
sharing at all and the most that can be chosen.

`--write` keeps the points in `matching/engine/data/exposure.json`, which the page of settings draws, and the picture in
`docs/pictures/exposure.svg`.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from match_weights import Task, folds, read_lines

from matching import exposure
from matching.engine import weights
from matching.engine.weights import MOST_ATTENTION, POINTS, tune

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, MOST_ATTENTION)
TASKS = {"call": 2.0, "cold": 1.0, "warm": 1.0}
"""How much each counts."""
MEASURES = ("ndcg", "recall", "without_hubs", "coverage", "gini")
PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "exposure.svg"
WORDS = exposure.Words(
    label="Quality against exposure at both operating points, attention shared from not at all to three times",
    quality="nDCG@10 on past collaborations",
    coverage="organisations in somebody's first ten",
    points={"accuracy": "accuracy", "spread": "spread"},
)


def measure(tasks: list[Task], point: str, strength: float) -> dict[str, Any]:
    base = weights(point)
    chosen = tune(base, attention=strength)
    found: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for task in tasks:
        found[task.name].append(task.measure(chosen))
    means = {name: np.mean(found[name], 0) for name in TASKS}
    whole = sum(TASKS[name] * means[name] for name in TASKS) / sum(TASKS.values())
    return {
        "attention": strength,
        **_figures(whole),
        "tasks": {task: _figures(means[task]) for task in TASKS},
    }


def _figures(means: Any) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(MEASURES, means, strict=True)}


def tell(point: str, found: dict[str, Any]) -> None:
    print(f"{point}: attention {found['weights']['attention']:g} in the file")
    print(
        f"  {'times':>5s}  " + "  ".join(f"{name:>12s}" for name in MEASURES) + "   nDCG@10 / coverage / Gini by task"
    )
    for level in found["levels"]:
        tasks = "  ".join(
            f"{task} {one['ndcg']:.3f} / {one['coverage']:.3f} / {one['gini']:.3f}"
            for task, one in level["tasks"].items()
        )
        print(f"  {level['attention']:5g}  " + "  ".join(f"{level[name]:12.4f}" for name in MEASURES) + f"   {tasks}")
    levels = [exposure.Level(one["attention"], one["ndcg"], one["coverage"], one["gini"]) for one in found["levels"]]
    for evenness in ("coverage", "gini"):
        print(f"  the knee by {evenness}: {exposure.knee(levels, evenness).attention:g} times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--write", action="store_true", help="keep the points and the picture")
    given = parser.parse_args()
    folder = given.bench / "matching" / "dev"
    tasks = folds(read_lines(folder / "orgs.jsonl"), read_lines(folder / "history.jsonl"))
    found = {
        point: {
            "weights": asdict(weights(point)),
            "levels": [measure(tasks, point, strength) for strength in STRENGTHS],
        }
        for point in POINTS
    }
    for point in POINTS:
        tell(point, found[point])
    if given.write:
        keep(found)


def keep(found: dict[str, Any]) -> None:
    exposure.FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    PICTURE.write_text(exposure.draw(exposure.curves(), WORDS, alone=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
