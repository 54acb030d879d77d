"""PostgreSQL, Redis, a worker of its own: workers die in mid-work, Redis goes away; nothing is left or done twice."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from .installation import Installation, MailServer, free_port
from .test_killed import wait_until

POSTGRES = os.environ.get("TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432")
NOTICES, MORE, PROFILES = 200, 60, 30


def postgres_answers() -> bool:
    try:
        psycopg.connect(f"{POSTGRES}/postgres", connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


@contextmanager
def database(name: str) -> Iterator[str]:
    """The address of one that is there for as long as it is used."""
    name = f"solmu_{name}_{os.getpid()}_{free_port()}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield f"{POSTGRES}/{name}"
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


pytestmark = [
    pytest.mark.slow,
    pytest.mark.services,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="there is no redis-server on this machine"),
    pytest.mark.skipif(not postgres_answers(), reason=f"no PostgreSQL at {POSTGRES}"),
]


class Redis:
    """A Redis of the test's own, that keeps nothing when it goes."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)
        assert wait_until(self._answers, 10)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def region(tmp_path: Path, redis: Redis, mail: MailServer) -> Iterator[Installation]:
    """An installation on PostgreSQL and Redis, with its rows made and nothing started."""
    with database("reliability") as url:
        installation = Installation(tmp_path, mail, DATABASE_URL=url, REDIS_URL=redis.url)
        try:
            installation.ask("make", NOTICES, PROFILES)
            yield installation
        finally:
            installation.stop()


def start_worker(region: Installation) -> subprocess.Popen[bytes]:
    return region.start("celery", "-A", "config.celery:app", "worker", "-c", "2", "-l", "WARNING")


def start_beat(region: Installation) -> subprocess.Popen[bytes]:
    return region.start("celery", "-A", "config.celery:app", "beat", "-S", "celery.beat:Scheduler", "--pidfile=")


def start_web(region: Installation) -> subprocess.Popen[bytes]:
    web = region.start("uvicorn", "config.asgi:application", "--port", str(region.port), "--log-level", "warning")
    region.wait_until_open(web)
    return web


def everything_is_done(region: Installation) -> bool:
    found = region.ask("state")
    return not found["not_mailed"] and not found["stale"]


def assert_all_once(region: Installation, mail: MailServer, *, notices: int, again: int) -> None:
    """Each notice reached the mail server; at most `again` of them twice, under the same Message-ID."""
    found = region.ask("state")
    assert len(mail.copies) == notices
    assert mail.taken - notices <= again
    assert max(mail.copies.values()) <= 2
    assert found["with_suggestions"] == PROFILES
    assert (found["twice"], found["mixed"], found["leased"]) == (0, 0, 0)


def test_workers_killed_in_mid_work(region: Installation, mail: MailServer) -> None:
    start_beat(region)
    for _ in range(3):
        enough = mail.taken + 15
        worker = start_worker(region)
        assert wait_until(partial(mail.has_taken, enough), 90), region.log()
        region.kill(worker)
        assert region.ask("pass_time", 600)["not_mailed"] > 0, "killed too late to prove anything"
    start_worker(region)
    assert wait_until(partial(everything_is_done, region), 120), region.ask("state")
    assert_all_once(region, mail, notices=NOTICES, again=6)


def test_redis_goes_away_in_mid_work(region: Installation, redis: Redis, mail: MailServer) -> None:
    start_web(region)
    start_worker(region)
    start_beat(region)
    assert wait_until(partial(mail.has_taken, 15), 90), region.log()
    redis.kill()
    # People see nothing of it: pages open at once, signed in or not.
    cookie = region.ask("sessions", 1)["people"][0]["session"]
    for headers in ({}, {"Cookie": f"sessionid={cookie}"}):
        began = time.monotonic()
        request = urllib.request.Request(f"{region.url}/fi/", headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200
        assert time.monotonic() - began < 10
    # What happens meanwhile is written down, and waits for nobody.
    meanwhile = region.ask("more", MORE)
    assert meanwhile["not_mailed"] >= MORE
    assert meanwhile["stale"] == PROFILES
    assert meanwhile["seconds"] < 15
    redis.start()
    # All messages were lost with it; beat's sweeps find the work.
    assert wait_until(partial(everything_is_done, region), 180), (region.ask("state"), region.log()[-3000:])
    assert_all_once(region, mail, notices=NOTICES + MORE, again=0)
