"""Everybody accepts into the same slots at once: double bookings (none), and what those who lose are told.

    .venv/bin/python benchmarks/race.py [--parties 200] [--rounds 50] [--at-once 40]
        [--database postgresql://…]

Each round has six slots of eight tables, where participants agree times themselves. All parties accept at the same
moment, in every second round the very same slot; at that moment those who asked also accept meetings elsewhere. Without
`--database` it runs on SQLite in a folder of its own; the database that is named has to be empty.

All answers of a round are worked out in one process, with one interpreter and on SQLite with one lock for writing, at
about 20 ms of computing each: 220 of them take four seconds, 50 rounds four minutes, after the half minute in which the
database is made. How far it has come is told on the way.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.reliability.installation import Installation

AT_A_TIME = 5
"""Rounds in one process, after which it is told how far it has come."""
PATIENCE = 1_800
"""Seconds for them, on a machine that does other things too."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parties", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=40, help="requests at work at a time (the server's own: 8)")
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    said: Counter[str] = Counter()
    held, seconds = True, 0.0
    with tempfile.TemporaryDirectory() as folder:
        settings = {"REQUESTS_AT_ONCE": str(options.at_once)}
        if options.database:
            settings["DATABASE_URL"] = options.database
        installation = Installation(Path(folder), **settings)
        done = 0
        while done < options.rounds:
            number = min(AT_A_TIME, options.rounds - done)
            answer = installation.ask("race", options.parties, number, seconds=PATIENCE)
            done += number
            said.update(answer["said"])
            held = held and answer["constraints"]
            for key in ("agreed", "outside", "lost", "unnamed", "without_alternatives", "double"):
                total[key] += answer[key]
            seconds += answer["seconds"]
            print(f"{done:4} rounds, {seconds:.0f} s, {total['double']} double bookings", file=sys.stderr, flush=True)
    kind = "PostgreSQL" if options.database else "SQLite"
    answers = sum(said.values())
    print(f"{kind}: {done} rounds, {options.parties} parties each, {answer['at_once']} at work at a time")
    print(f"  {answers} answers in {seconds:.0f} s: {1000 * seconds / max(1, answers):.0f} ms each")
    print(f"  meetings agreed in the rounds {total['agreed']}, outside at the same moment {total['outside']}")
    print(
        f"  lost {total['lost']}: " + ", ".join(f"{n} × {name}" for name, n in said.most_common() if name != "agreed")
    )
    print(f"  lost without a named answer {total['unnamed']}, without alternatives {total['without_alternatives']}")
    print(f"  double bookings {total['double']}; the database refuses them itself: {'yes' if held else 'NO'}")
    return 1 if total["double"] or total["unnamed"] or total["without_alternatives"] or not held else 0


if __name__ == "__main__":
    sys.exit(main())
