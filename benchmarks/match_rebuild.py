"""Everybody's fifty best anew: our engine beside TF-IDF and brute force, as most people would do it.

    uv sync --group bench
    .venv/bin/python benchmarks/match_rebuild.py [--sizes 5000 25000 100000] [--only peer] [--max-df 0.5] [--limit 1.0]

Made-up profiles (`profiles.py`), the same for both. Each method works in a process of its own, so that its peak of
memory is its own too: everything from the profiles in memory to fifty numbers for each. The peer is scikit-learn:
words of the whole text, `TfidfVectorizer` to unit length, rows times all by sparse products in blocks, the best by
`argpartition`. It reads no languages, tells no reasons and looks at no roles.

CPU seconds stand beside those of the clock, for a machine that does other things too. Exit code 1 when ours takes more
than the limit times the peer's seconds at any size that both did.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import profiles

LENGTH = 50
BLOCK = 200
OURS_UP_TO = 25_000
"""Beyond this a rebuild in one process takes too long to be worth waiting for."""

Best = list[list[int]]


def peer(rows: list[dict[str, Any]], max_df: float) -> Best:
    """The fifty nearest of each by cosine."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(max_df=max_df, dtype=np.float32).fit_transform([row["text"] for row in rows])
    turned = vectors.T.tocsr()
    best: Best = []
    for start in range(0, len(rows), BLOCK):
        near = vectors[start : start + BLOCK] @ turned
        for place in range(near.shape[0]):
            here = slice(near.indptr[place], near.indptr[place + 1])
            others, scores = near.indices[here], near.data[here]
            scores[others == start + place] = 0
            if len(scores) > LENGTH:
                kept = np.argpartition(scores, -LENGTH)[-LENGTH:]
                others, scores = others[kept], scores[kept]
            best.append(others[np.argsort(-scores)].tolist())
    return best


def ours(rows: list[dict[str, Any]], max_df: float) -> Best:
    """The fifty that the engine proposes to each."""
    from language import analyse
    from matching.engine import Document, Index, Party, Point, Role, suggest
    from matching.engine.ranking import LENGTH
    from matching.files import bridge_of_files

    index = Index(analyse, bridge_of_files())
    for row in rows:
        documents = [Document(d["role"], Role(d["role"]), d["text"], d["lang"]) for d in row["documents"]]
        index.replace(
            Party(
                key=row["number"],
                documents=tuple(documents),
                themes=frozenset(row["themes"]),
                kind=row["kind"],
                place=Point(row["lat"], row["lon"]),
                place_code=row["municipality"],
                shown=row["visibility"] != "hidden",
            )
        )
    return [[one.other for one in suggest(index, row["number"], length=LENGTH)] for row in rows]


METHODS: dict[str, Callable[[list[dict[str, Any]], float], Best]] = {"peer": peer, "ours": ours}


def work(method: str, file: Path, max_df: float) -> None:
    """In a process of its own: what it took, as JSON."""
    with file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    METHODS[method](rows[:LENGTH], 1.0)  # libraries and dictionaries are read
    before, read = _peak(), time.process_time()
    began = time.perf_counter()
    best = METHODS[method](rows, max_df)
    seconds, cpu = time.perf_counter() - began, time.process_time() - read
    lengths = sum(len(one) for one in best) / len(best)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": _peak(), "before": before, "each": lengths}))


def _peak() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(method: str, file: Path, max_df: float) -> dict[str, float]:
    command = [sys.executable, __file__, "--work", method, "--file", str(file), "--max-df", str(max_df)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 5_000, 25_000, 100_000])
    parser.add_argument("--only", choices=list(METHODS))
    parser.add_argument("--limit", type=float, default=1.0)
    parser.add_argument(
        "--max-df", type=float, default=0.5, help="the peer leaves out words of a larger share of texts"
    )
    parser.add_argument("--work", choices=list(METHODS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, options.file, options.max_df)
        return 0
    over = False
    print(
        f"{'profiles':>9} {'method':7}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}{'of it texts':>12}{'each':>6}",
        flush=True,
    )
    for size in options.sizes:
        taken = {}
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            for one in profiles.make(size):
                file.write(json.dumps(one.line(), ensure_ascii=False) + "\n")
            file.flush()
            for method in METHODS:
                if options.only in (None, method) and (method == "peer" or size <= OURS_UP_TO):
                    found = taken[method] = measure(method, Path(file.name), options.max_df)
                    figures = f"{found['seconds']:9.1f}{found['cpu']:9.1f}{found['peak']:9.0f}{found['before']:12.0f}"
                    print(f"{size:9} {method:7}{figures}{found['each']:6.0f}", flush=True)
        if len(taken) == len(METHODS):
            ratio = taken["ours"]["seconds"] / taken["peer"]["seconds"]
            over |= ratio > options.limit
            print(f"{size:9} ours takes {ratio:.2f} times the peer's seconds", flush=True)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
