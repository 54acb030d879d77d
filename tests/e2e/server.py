"""A real server for the browser: processes of its own, with the demo in its data folder.

Several test processes share one server. The first to ask starts it, under a lock file; each leaves a mark while it
uses it, and the one who started it waits for the others' marks to go before stopping it.

SOLMU_E2E_SERVICES=1 runs the same on PostgreSQL and Redis, with the web, the worker and beat as separate processes.
SOLMU_E2E_DATA=<folder> keeps the data folder, so that the next run need not make the demo.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 420
"""Making the demo takes most of it."""
SERVICES = os.environ.get("SOLMU_E2E_SERVICES") == "1"
POSTGRES = os.environ.get("SOLMU_E2E_POSTGRES", "postgres://postgres@127.0.0.1:5432")
REDIS = os.environ.get("SOLMU_E2E_REDIS", "redis://127.0.0.1:6379/9")

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass
class Server:
    url: str
    data: Path
    env: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    inside: subprocess.Popen[str] | None = None

    def ask(self, command: str, **values: Any) -> Any:
        """Something that only the inside knows or can make quickly (see inside.py)."""
        if self.inside is None:
            self.inside = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.inside"],
                cwd=ROOT, env=self.env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert self.inside.stdin is not None
        assert self.inside.stdout is not None
        self.inside.stdin.write(json.dumps([command, values]) + "\n")
        self.inside.stdin.flush()
        told = {"problem": f"The inside ended before it answered {command}"}
        for line in self.inside.stdout:
            if line.startswith('{"'):
                told = json.loads(line)
                break
        if "problem" in told:
            raise RuntimeError(told["problem"][-3000:])
        return told["answer"]

    def leave(self) -> None:
        """Ask no more."""
        if self.inside is not None:
            self.inside.communicate()


def _environment(data: Path, port: int, database: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DJANGO_", "SOLMU_", "PYTEST_", "COV_")) and name not in ("DATABASE_URL", "REDIS_URL")
    }
    env = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SOLMU_DEMO": "1",
        "SOLMU_DATA": str(data),
        "SITE_URL": f"http://127.0.0.1:{port}",
        # No request leaves the machine, neither the browser's nor the server's.
        "SOLMU_PRH_URL": "",
        "LOG_LEVEL": "WARNING",
        "VISITORS_PAGE_SECONDS": "0",
        "PYTHONPATH": str(ROOT / "platform"),
    }
    if database:
        env |= {"DATABASE_URL": f"{POSTGRES}/{database}", "REDIS_URL": REDIS}
    return env


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _commands(port: int) -> list[list[str]]:
    if not SERVICES:
        return [["-m", "config.cli", "serve", "--port", str(port)]]
    celery = ["-m", "celery", "-A", "config.celery"]
    return [
        ["-m", "uvicorn", "config.asgi:application", "--port", str(port), "--log-level", "warning"],
        [*celery, "worker", "--concurrency", "2", "--loglevel", "warning"],
        [*celery, "beat", "--schedule", "{data}/beat", "--pidfile", "", "--loglevel", "warning"],
    ]


def _database_statement(statement: str) -> None:
    import psycopg

    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def start(data: Path) -> Server:
    port = _free_port()
    database = f"solmu_e2e_{port}" if SERVICES else ""
    server = Server(f"http://127.0.0.1:{port}", data, _environment(data, port, database))
    if SERVICES:
        _database_statement(f'CREATE DATABASE "{database}"')
        for name in ("migrate", "demo"):
            subprocess.run(
                [sys.executable, "-m", "config.cli", name],
                cwd=ROOT, env=server.env, check=True, capture_output=True, timeout=START_SECONDS,
            )  # fmt: skip
    for number, command in enumerate(_commands(port)):
        with (data / f"process-{number}.log").open("wb") as log:
            words = [word.replace("{data}", str(data)) for word in command]
            server.processes.append(
                subprocess.Popen([sys.executable, *words], cwd=ROOT, env=server.env, stdout=log, stderr=log)
            )
    _wait(server)
    return server


def _wait(server: Server) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        for number, process in enumerate(server.processes):
            if process.poll() is not None:
                log = (server.data / f"process-{number}.log").read_text(encoding="utf-8")
                raise RuntimeError(f"The server ended before it opened:\n{log[-3000:]}")
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    stop(server)
    raise RuntimeError("The server did not open in time.")


def stop(server: Server) -> None:
    server.leave()
    for process in reversed(server.processes):
        process.terminate()
    for process in server.processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    database = server.env.get("DATABASE_URL", "").rpartition("/")[2]
    if database:
        _database_statement(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@contextmanager
def alone() -> Iterator[Server]:
    """A server for this process only."""
    kept = os.environ.get("SOLMU_E2E_DATA", "")
    data = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="solmu-e2e-"))
    data.mkdir(parents=True, exist_ok=True)
    try:
        server = start(data)
        try:
            yield server
        finally:
            stop(server)
    finally:
        if not kept:
            shutil.rmtree(data, ignore_errors=True)


@contextmanager
def shared() -> Iterator[Server]:
    """The server of this run of tests, which the processes of pytest-xdist have together."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if not run:
        with alone() as server:
            yield server
        return
    meeting_place = Path(tempfile.gettempdir()) / f"solmu-e2e-run-{run}"
    marks = meeting_place / "marks"
    marks.mkdir(parents=True, exist_ok=True)
    mark = marks / str(os.getpid())
    mark.touch()
    try:
        descriptor = os.open(meeting_place / "lock", os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        try:
            met = _met(meeting_place)
            yield met
            met.leave()
        finally:
            mark.unlink()
        return
    os.close(descriptor)
    try:
        with alone() as server:
            _tell(meeting_place, {"url": server.url, "data": str(server.data), "env": server.env})
            yield server
            mark.unlink()
            until = time.monotonic() + 900
            while any(marks.iterdir()) and time.monotonic() < until:
                time.sleep(0.5)
    except RuntimeError as problem:
        _tell(meeting_place, {"problem": str(problem)})
        raise
    finally:
        time.sleep(0.5)
        shutil.rmtree(meeting_place, ignore_errors=True)


def _tell(meeting_place: Path, facts: dict[str, Any]) -> None:
    part = meeting_place / "part"
    part.write_text(json.dumps(facts), encoding="utf-8")
    part.replace(meeting_place / "server.json")


def _met(meeting_place: Path) -> Server:
    told = meeting_place / "server.json"
    until = time.monotonic() + START_SECONDS
    while not told.exists():
        if time.monotonic() > until:
            raise RuntimeError("The server that another process starts did not open in time.")
        time.sleep(0.3)
    facts = json.loads(told.read_text(encoding="utf-8"))
    if "problem" in facts:
        raise RuntimeError(facts["problem"])
    return Server(facts["url"], Path(facts["data"]), facts["env"])
