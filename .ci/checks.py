"""Every check and test, one after another, each with its time; what could not be run is said at the end.

`python3 run.py test` calls it in the project's own environment; `--only NAME` (several) runs a part.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = ["accounts", "catalogue", "events", "matching", "platform"]
DEMO = {"SOLMU_DEMO": "1"}
PRODUCTION = {
    "SOLMU_DEMO": "0",
    "SECRET_KEY": "checked-here-and-used-nowhere-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "solmu.example.fi",
    "SITE_URL": "https://solmu.example.fi",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.fi:587",
}


@dataclass
class Check:
    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)


def tool(name: str) -> str:
    return str(BIN / name)


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def have(program: str, package: str, skipped: list[str]) -> bool:
    """Whether the machine has a program; as root on Debian it is installed."""
    if shutil.which(program):
        return True
    if os.name != "nt" and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"   installing {package} ...", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", package], check=False, **quiet)  # type: ignore[call-overload]
    if shutil.which(program):
        return True
    skipped.append(f"{program} is not on this machine (package {package})")
    return False


def checks(skipped: list[str]) -> list[Check]:
    python = sys.executable
    solmu = tool("solmu")
    found = [
        Check("style", [tool("ruff"), "check", "."]),
        Check("format", [tool("ruff"), "format", "--check", "--quiet", "."]),
        Check("types", [tool("mypy")]),
        Check("imports", [tool("lint-imports")]),
        Check("templates", [tool("djlint"), "templates", "--lint", "--quiet"]),
        Check("security", [tool("bandit"), "-q", "-c", "pyproject.toml", "-r", *CODE]),
        Check("migrations", [solmu, "makemigrations", "--check", "--dry-run"], DEMO),
        Check("settings", [solmu, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        Check("compose", [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]),
        Check("dockerfile", [tool("hadolint"), "Dockerfile"]),
    ]
    if have("xgettext", "gettext", skipped):
        found.append(Check("translations", [solmu, "check_translations"], DEMO))
    pytest = [python, "-m", "pytest", "-q"]
    # Browser tests are a run of their own; the engines and the scripts that kill whole servers meet no database of the
    # run's.
    apart = ["--ignore", "tests/e2e"]
    found.append(Check("tests", [*pytest, "-n", "2", *apart]))
    if answers(5432) and answers(6379):
        services = {"TEST_DATABASE_URL": database_url(), "TEST_REDIS_URL": "redis://127.0.0.1:6379"}
        found.append(
            Check("tests on PostgreSQL and Redis", [*pytest, "-n", "2", *apart, "--ignore", "tests/engines"], services)
        )
    else:
        skipped.append("PostgreSQL and Redis do not answer on 127.0.0.1: the tests on them were not run")
    if chromium(skipped):
        found.append(Check("browser", [*pytest, "tests/e2e"], {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}))
    return found


def database_url() -> str:
    return os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def chromium(skipped: list[str]) -> bool:
    named = os.environ.get("CHROMIUM", "")
    if named and Path(named).exists():
        return True
    return have("chromium", "chromium", skipped)


def main() -> int:
    parser = argparse.ArgumentParser(prog="run.py test")
    parser.add_argument("--only", action="append", help="run only the check of this name")
    options = parser.parse_args()
    os.chdir(ROOT)
    skipped: list[str] = []
    failed: list[str] = []
    began = time.monotonic()
    for check in checks(skipped):
        if options.only and check.name not in options.only:
            continue
        print(f"── {check.name}", flush=True)
        start = time.monotonic()
        clean = {key: value for key, value in os.environ.items() if key not in PRODUCTION}
        result = subprocess.run(check.command, env={**clean, **check.env, "PYTHONDONTWRITEBYTECODE": "1"}, check=False)
        ok = result.returncode == 0
        print(f"   {'passed' if ok else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
        if not ok:
            failed.append(check.name)
    print(f"\nIn all {time.monotonic() - began:.0f} s.")
    for sentence in skipped:
        print(f"Could not be run: {sentence}.")
    print(f"Failed: {', '.join(failed)}." if failed else "Everything that was run passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
