"""The matcher on real collaborations and on needs and offers as people write them, beside its bars.

    .venv/bin/python benchmarks/match_quality.py BENCH [--only call cold warm language]

BENCH holds `matching/` (dev/orgs.jsonl, history.jsonl, queries_call.jsonl, queries_partner.jsonl, score.py) and
`language/` (dev/needs.jsonl, offers.jsonl, score.py). Each list is made by `solmu match`, as anybody would, and scored
by the data's own `score.py`. The weights were chosen without these answers (`match_weights.py`). Exit code 1 when a
figure misses its bar.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

RUNS = {
    ("call", "accuracy"): {"ndcg@10": 0.165, "recall@50": 0.43, "nohub_ndcg@10": 0.110},
    ("call", "spread"): {
        "ndcg@10": 0.150, "recall@50": 0.39, "coverage": 0.29, "nohub_ndcg@10": 0.108, "gini_exposure": 0.90,
    },
    ("cold", "spread"): {
        "ndcg@10": 0.105, "recall@50": 0.26, "coverage": 0.36, "nohub_ndcg@10": 0.048, "gini_exposure": 0.87,
    },
    ("warm", "spread"): {
        "ndcg@10": 0.105, "recall@50": 0.25, "coverage": 0.45, "nohub_ndcg@10": 0.053, "gini_exposure": 0.87,
    },
    ("warm", "accuracy"): {"ndcg@10": 0.155, "recall@50": 0.31, "nohub_ndcg@10": 0.055},
}  # fmt: skip
"""Bars: at least so much, and of Gini at most."""
LANGUAGE = {True: {"hit@1": 0.47, "hit@3": 0.83}, False: {"hit@1": 0.22, "hit@3": 0.52}}
"""With and without themes."""


def match(*arguments: Any, to: Path) -> None:
    command = [sys.executable, "-m", "config.cli", "match", *map(str, arguments)]
    with to.open("w", encoding="utf-8") as out:
        subprocess.run(command, stdout=out, check=True)


def score(*arguments: Any) -> str:
    done = subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True, text=True)
    return done.stdout


def tell(name: str, figures: dict[str, float], bars: dict[str, float]) -> bool:
    """Prints a line; whether every bar is reached."""
    words, good = [], True
    for measure, bar in bars.items():
        reached = figures[measure] <= bar if "gini" in measure else figures[measure] >= bar
        good &= reached
        words.append(f"{measure} {figures[measure]:.4f} ({'' if reached else 'MISSES '}{bar:g})")
    print(f"{name:18s} " + "  ".join(words), flush=True)
    return good


def collaborations(folder: Path, task: str, point: str, work: Path) -> bool:
    dev = folder / "matching" / "dev"
    queries = dev / ("queries_call.jsonl" if task == "call" else "queries_partner.jsonl")
    ranked = work / f"{task}-{point}.jsonl"
    cold = ["--cold"] if task == "cold" else []
    history = dev / "history.jsonl"
    match(dev / "orgs.jsonl", "--history", history, "--queries", queries, "--point", point, *cold, to=ranked)
    script = folder / "matching" / "score.py"
    figures = json.loads(score(script, queries, ranked, "--orgs", dev / "orgs.jsonl", "--history", history))
    return tell(f"{task}, {point}", figures, RUNS[task, point])


def languages(folder: Path, themes: bool, work: Path) -> bool:
    dev = folder / "language" / "dev"
    files = {}
    for name in ("needs", "offers"):
        rows = [json.loads(line) for line in (dev / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        files[name] = work / f"{name}.jsonl"
        lines = [json.dumps(row if themes else {**row, "themes": []}) for row in rows]
        files[name].write_text("\n".join(lines) + "\n", encoding="utf-8")
    ranked = work / "language.jsonl"
    match(files["offers"], "--queries", files["needs"], "--top", 150, to=ranked)
    right = {row["id"]: row["relevant"][0] for row in map(json.loads, (dev / "needs.jsonl").open(encoding="utf-8"))}
    places = []
    for line in ranked.open(encoding="utf-8"):
        row = json.loads(line)
        found = [one["id"] for one in row["matches"]]
        places.append(found.index(right[row["id"]]) if right[row["id"]] in found else len(found))
    figures = {f"hit@{n}": sum(place < n for place in places) / len(places) for n in (1, 3)}
    return tell(f"language{', themes' if themes else ''}", figures, LANGUAGE[themes])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=("call", "cold", "warm", "language"))
    given = parser.parse_args()
    wanted = given.only or ("call", "cold", "warm", "language")
    good = True
    with tempfile.TemporaryDirectory() as work:
        for task, point in RUNS:
            if task in wanted:
                good &= collaborations(given.folder, task, point, Path(work))
        if "language" in wanted:
            for themes in (True, False):
                good &= languages(given.folder, themes, Path(work))
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
