"""`solmu`: manage.py as a command, and settings' complaints as one line."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    # The same as in settings, which commands on files alone do not read.
    data = os.environ.get("SOLMU_DATA") or Path(__file__).parents[2] / "var"
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(data) / "compiled"))
    if sys.argv[1:2] == ["match"]:
        # Works on files alone: no settings, no database.
        from matching.files import main as match

        raise SystemExit(match(sys.argv[2:]))
    if sys.argv[1:2] == ["schedule"]:
        from events.scheduling.command import main as schedule

        raise SystemExit(schedule(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.stderr.write(f"solmu: {problem}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
