"""Every check and test, one after another, a line each with its time; what could not be run is said at the end.

`python3 run.py test` calls it in the project's own environment. `--only NAME` (several) runs a part, `--list` names
them. A check that passes says nothing more; one that fails shows what it said. Tests tell their totals either way.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = [
    "accounts",
    "catalogue",
    "conversations",
    "events",
    "matching",
    "networks",
    "opportunities",
    "platform",
    "studies",
]
CODE += ["run.py", "manage.py"]
DEMO = {"SOLMU_DEMO": "1"}
PRODUCTION = {
    "SECRET_KEY": "checked-here-and-used-nowhere-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "solmu.example.fi",
    "SITE_URL": "https://solmu.example.fi",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.fi:587",
}
# The machine's own settings must not change what is checked, nor make each of its many processes compile what it reads.
FOREIGN = {*PRODUCTION, "SOLMU_DEMO", "SOLMU_DATA", "SOLMU_EMBEDDED", "DATABASE_URL", "REDIS_URL", "DEBUG"}
FOREIGN |= {"PYTHONDONTWRITEBYTECODE"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Machine:
    """What this machine has beside Python, and what it was found not to have."""

    missing: list[str] = field(default_factory=list)
    tried_packages: bool = False

    def program(self, names: tuple[str, ...], package: str, without: str) -> str:
        """The path of a program, installed from the system's packages where we may; '' if it cannot be had."""
        found = self._find(names)
        if not found and self._may_install():
            print(f"   installing {package} ...", flush=True)
            if not self.tried_packages:
                self._quietly("apt-get", "update", "-qq")
                self.tried_packages = True
            self._quietly("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
            found = self._find(names)
        if not found:
            self.missing.append(f"{without} (there is no {names[0]} on this machine; package {package})")
        return found

    def _find(self, names: tuple[str, ...]) -> str:
        return next((path for name in names if (path := shutil.which(name))), "")

    def _may_install(self) -> bool:
        return os.name != "nt" and os.geteuid() == 0 and shutil.which("apt-get") is not None

    def _quietly(self, *command: str) -> None:
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def chromium(self) -> str:
        named = os.environ.get("CHROMIUM", "")
        if named and Path(named).exists():
            return named
        return self.program(BROWSERS, "chromium", "browser tests")

    def postgres(self) -> str:
        """The address of a PostgreSQL server whose superuser may be used for databases of our own; '' if none."""
        named = os.environ.get("TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432")
        try:
            import psycopg

            psycopg.connect(f"{named}/postgres", connect_timeout=3).close()
        except Exception as problem:  # noqa: BLE001 (whatever the reason, those tests cannot be run, and are told of)
            self.missing.append(
                f"tests on PostgreSQL and Redis (no PostgreSQL at {named}: {str(problem).splitlines()[0]})"
            )
            return ""
        return named


@dataclass
class Check:
    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    is_test: bool = False


def tool(name: str) -> str:
    return str(BIN / name)


def pytest(name: str, *arguments: str, **env: str) -> Check:
    return Check(name, [sys.executable, "-m", "pytest", "-q", *arguments], env, is_test=True)


def static_checks() -> Iterator[Check]:
    solmu = tool("solmu")
    schema = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    yield Check("style", [tool("ruff"), "check", "--output-format", "concise", "."])
    yield Check("format", [tool("ruff"), "format", "--check", "--output-format", "concise", "."])
    yield Check("types", [tool("mypy")])
    yield Check("imports", [tool("lint-imports"), "--no-logo"])
    yield Check("templates", [tool("djlint"), "templates", "--lint", "--quiet"])
    yield Check("security", [tool("bandit"), "-q", "-c", "pyproject.toml", "-r", *CODE])
    yield Check("migrations", [solmu, "makemigrations", "--check", "--dry-run"], DEMO)
    yield Check("settings", [solmu, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION)
    yield Check("compose", schema)
    yield Check("dockerfile", [tool("hadolint"), "--failure-threshold", "warning", "Dockerfile"])


def everything(machine: Machine, chosen: Callable[[str], bool], stack: contextlib.ExitStack) -> Iterator[Check]:
    """The quick ones first. What needs something of the machine looks for it only when it is chosen."""
    yield Check("prepare", [tool("solmu"), "compile_translations"], DEMO)
    yield Check("dictionaries", [sys.executable, "-m", "language"])
    yield from static_checks()
    if chosen("translations") and machine.program(("xgettext",), "gettext", "the gate of translations"):
        yield Check("translations", [tool("solmu"), "check_translations"], DEMO)
    # Browser tests are runs of their own: Django's guard against queries in a coroutine is off there.
    yield pytest("tests", "-n", "2", "--ignore", "tests/e2e")
    services = chosen("tests on PostgreSQL and Redis") or chosen("browser on PostgreSQL, Redis and a worker")
    postgres = machine.postgres() if services else ""
    redis = ""
    if postgres and machine.program(("redis-server",), "redis-server", "tests on PostgreSQL and Redis"):
        redis = stack.enter_context(own_redis())
    if postgres and redis:
        database = f"{postgres}/solmu_checks_{os.getpid()}"
        env = {"TEST_DATABASE_URL": database, "TEST_REDIS_URL": redis}
        apart = ["--ignore", "tests/e2e", "--ignore", "tests/engines", "--ignore", "tests/language"]
        yield pytest("tests on PostgreSQL and Redis", "-n", "2", "-m", "not slow", *apart, **env)
    browsing = chosen("browser") or chosen("browser on PostgreSQL, Redis and a worker")
    chromium = machine.chromium() if browsing else ""
    if chromium:
        env = {"CHROMIUM": chromium, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
        yield pytest("browser", "-n", "2", "--dist", "loadgroup", "--reruns", "1", "tests/e2e", **env)
        if postgres and redis:
            env |= {"SOLMU_E2E_SERVICES": "1", "SOLMU_E2E_POSTGRES": postgres, "SOLMU_E2E_REDIS": f"{redis}/7"}
            journeys = ("--reruns", "1", "tests/e2e/test_journeys.py")
            yield pytest("browser on PostgreSQL, Redis and a worker", *journeys, **env)


@contextlib.contextmanager
def own_redis() -> Iterator[str]:
    """A Redis for this run alone, so that nobody's keys are met and emptying it harms nobody."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        try:
            for _ in range(50):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.1)
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def run(check: Check) -> bool:
    """Tests speak as they go; a check is heard only when it fails."""
    env = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    env |= check.env
    if check.is_test:
        print(f"\n── {check.name}", flush=True)
    start = time.monotonic()
    heard = None if check.is_test else subprocess.PIPE
    done = subprocess.run(check.command, env=env, stdout=heard, stderr=heard and subprocess.STDOUT, check=False)
    ok = done.returncode == 0
    print(f"{'ok    ' if ok else 'FAILED'} {check.name} ({time.monotonic() - start:.0f} s)", flush=True)
    if not ok and done.stdout:
        print(done.stdout.decode("utf-8", "replace").rstrip(), flush=True)
    return ok


def main() -> int:
    parser = argparse.ArgumentParser(prog="run.py test")
    parser.add_argument("--only", action="append", metavar="NAME", help="run only the check of this name (several)")
    parser.add_argument("--list", action="store_true", help="name the checks that this machine can run")
    options = parser.parse_args()
    os.chdir(ROOT)
    machine = Machine()
    passed: list[str] = []
    failed: list[str] = []
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        for check in everything(machine, lambda name: not options.only or name in options.only, stack):
            if options.list:
                print(check.name)
            elif not options.only or check.name in options.only:
                (passed if run(check) else failed).append(check.name)
    if options.list:
        return 0
    print(f"\n{len(passed)} checks passed, {len(failed)} failed, in {(time.monotonic() - began) / 60:.1f} min.")
    for sentence in machine.missing:
        print(f"Not run: {sentence}.")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
