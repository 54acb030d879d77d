"""`solmu match`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from matching.engine.ranking import LENGTH
from matching.engine.weights import DEFAULT_POINT, POINTS
from matching.files.rows import BadLine, read_history, read_profiles, read_queries
from matching.files.table import match


def main(arguments: Sequence[str]) -> int:
    """`solmu match`: profiles in, one JSON line a query out. Exit code 2 for a file or a line that cannot be read."""
    parser = argparse.ArgumentParser(prog="solmu match", description="Partners for profiles in files, with reasons.")
    parser.add_argument("profiles", type=Path, help="profiles, a JSON line each")
    parser.add_argument("--history", type=Path, help="works with their participants, a JSON line each")
    parser.add_argument("--queries", type=Path, help="whom or what to match; without it every profile")
    parser.add_argument("--point", choices=POINTS, default=DEFAULT_POINT, help="operating point (default: %(default)s)")
    parser.add_argument("--cold", action="store_true", help="use nothing of the asker's own history")
    parser.add_argument("--top", type=_top, default=LENGTH, help="length of each list (default: %(default)s)")
    given = parser.parse_args(arguments)
    try:
        profiles = read_profiles(given.profiles)
        works = read_history(given.history) if given.history else {}
        queries = read_queries(given.queries, profiles) if given.queries else None
        for key, found in match(
            profiles, works, queries, point=given.point, cold=given.cold, top=given.top, hands=os.cpu_count() or 1
        ):
            matches = [{"id": one.id, "score": one.score, "reasons": one.reasons} for one in found]
            sys.stdout.write(orjson.dumps({"id": key, "matches": matches}).decode() + "\n")
    except BadLine as problem:
        sys.stderr.write(f"solmu match: {problem}\n")
        return 2
    except OSError as problem:
        sys.stderr.write(f"solmu match: {problem.filename}: {problem.strerror}\n")
        return 2
    return 0


def _top(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("must be between 1 and 1000")
    return number
