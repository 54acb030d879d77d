"""Many people writing at once on the embedded default (SQLite, one process): what is lost, what fails, how long.

    .venv/bin/python benchmarks/concurrent_writers.py [--writers 50] [--seconds 20]

Starts a server of its own with a profile for each writer; each opens the form of their profile's words, changes a text
and sends it, again and again, while the embedded worker matches the changed profiles.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.reliability.installation import Installation
from tests.reliability.writers import write_at_once


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder))
        installation.ask("make", 0, options.writers)
        try:
            installation.serve()
            outcome = write_at_once(installation, writers=options.writers, seconds=options.seconds)
        finally:
            installation.stop()
    print(outcome)
    for error in sorted(set(outcome.errors))[:10]:
        print(f"  {outcome.errors.count(error)} × {error}")
    return 1 if outcome.errors or outcome.lost else 0


if __name__ == "__main__":
    sys.exit(main())
