"""Pages of an event that many open at once, beside pretalx's public schedule on the same PostgreSQL: requests a second.

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres REDIS_URL=redis://127.0.0.1:6379 \\
        .venv/bin/python benchmarks/beside_pretalx.py --pretalx VENV [--seconds 10] [--turns 3] [--limit 2]

VENV is a virtual environment in which the peer has been installed:

    pip install "pretalx==2025.2.2" "psycopg[binary]" redis gunicorn faker freezegun

Makes a database for each on that server and drops both in the end. pretalx gets the conference that its own
`create_test_event` makes, ours a fair with as many sessions in as many rooms, 200 participants and 1,000 meetings. Each
is served by one process (gunicorn, as pretalx documents it; uvicorn) with Redis as its cache, and asked by four readers
at once, by turns. pretalx's schedule is a frame that its script fills from a second address, so a reader asks for both
of them; the frame alone is printed, too, and is what the limit is held against. Exit code 1 below the limit.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import event_pages
import fill
from my_day import ROOT, free_port, sessions_of, wait_for

READERS = 4
PEOPLE = 200
OURS, PEER = "solmu_beside", "pretalx_beside"
EVENT = "democon"
PEER_SETTINGS = """
[filesystem]
data = {folder}
[site]
debug = False
url = http://127.0.0.1:{port}
secret = {secret}
[database]
backend = postgresql
name = {name}
user = {user}
password = {password}
host = {host}
port = {db_port}
[redis]
location = {redis}/12
session = True
"""


@contextmanager
def databases(address: str) -> Iterator[None]:
    import psycopg

    def drop(connection: Any) -> None:
        for name in (OURS, PEER):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    with psycopg.connect(address, autocommit=True) as connection:
        drop(connection)
        for name in (OURS, PEER):
            connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            drop(connection)


@contextmanager
def served(command: list[str], address: str, env: dict[str, str], cwd: Path) -> Iterator[None]:
    process = subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(address, process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def make_peer(venv: Path, env: dict[str, str]) -> None:
    def manage(*words: str) -> None:
        done = subprocess.run(
            [venv / "bin" / "python", "-m", "pretalx", *words], env=env, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"pretalx {words[0]}: {done.stderr[-500:]}")

    manage("migrate")
    manage("rebuild")
    who = "email='a@b.example', password='kaksi-talvea-9', name='A'"
    made = f"from pretalx.person.models import User; User.objects.create_superuser({who})"
    manage("shell", "--unsafe-disable-scopes", "-c", made)
    manage("create_test_event", "--seed", "1")


def get(address: str, path: str, cookie: str = "") -> bytes:
    asked = urllib.request.Request(address + path, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return bytes(answer.read())


class Page:
    """What one reader asks for, one address after the other, and how often a second four have got it."""

    def __init__(self, title: str, port: int, *paths: str, cookie: str = "") -> None:
        self.title, self.port, self.paths = title, port, paths
        self.headers = {"Cookie": cookie} if cookie else {}
        self.rates: list[float] = []

    def take_turn(self, seconds: float) -> None:
        counts, bad = [0] * READERS, list[str]()
        began = time.perf_counter()

        def read(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            while time.perf_counter() - began < seconds:
                for path in self.paths:
                    connection.request("GET", path, headers=self.headers)
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status != http.HTTPStatus.OK:
                        bad.append(f"{path}: {answer.status}")
                        return
                counts[number] += 1

        threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if bad:
            sys.exit(bad[0])
        self.rates.append(sum(counts) / (time.perf_counter() - began))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pretalx", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--limit", type=float, default=2)
    options = parser.parse_args()
    server, redis = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    parts = urlsplit(server)
    ours, theirs = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="solmu-beside-") as thrown, databases(server):
        folder = Path(thrown)
        (folder / "pretalx.cfg").write_text(
            PEER_SETTINGS.format(
                folder=folder / "pretalx",
                port=theirs,
                secret="not-a-secret-" * 4,
                name=PEER,
                user=parts.username or "postgres",
                password=parts.password or "",
                host=parts.hostname,
                db_port=parts.port or 5432,
                redis=redis,
            ),
            encoding="utf-8",
        )
        (folder / "pretalx").mkdir()
        env = {**os.environ, "PRETALX_CONFIG_FILE": str(folder / "pretalx.cfg")}
        make_peer(options.pretalx, env)
        gunicorn = [str(options.pretalx / "bin" / "gunicorn"), "pretalx.wsgi", "-w", "1", "-b", f"127.0.0.1:{theirs}"]
        with served(gunicorn, f"http://127.0.0.1:{theirs}/{EVENT}/", env, folder):
            talks = json.loads(get(f"http://127.0.0.1:{theirs}", f"/{EVENT}/schedule/widgets/schedule.json"))
            os.environ.update(
                DATABASE_URL=urlunsplit(parts._replace(path=f"/{OURS}")),
                REDIS_URL=f"{redis}/11",
                SITE_URL=f"http://127.0.0.1:{ours}",
            )
            slug, cookie = make_ours(folder / "solmu", len(talks["talks"]), len(talks["rooms"]))
            uvicorn = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(ours)]
            with served(uvicorn, f"http://127.0.0.1:{ours}/healthz", os.environ.copy(), ROOT):
                frame, data = f"/{EVENT}/schedule/", f"/{EVENT}/schedule/widgets/schedule.json"
                peers = [
                    Page("pretalx: schedule, its frame alone", theirs, frame),
                    Page("pretalx: schedule, frame and data", theirs, frame, data),
                ]
                mine = [
                    Page("ours: an event's public page", ours, f"/fi/events/{slug}/"),
                    Page("ours: its programme", ours, f"/fi/events/{slug}/programme/"),
                    Page("ours: a participant's own programme", ours, f"/fi/events/{slug}/my-day/", cookie=cookie),
                ]
                print(f"{len(talks['talks'])} sessions in {len(talks['rooms'])} rooms, {READERS} readers at once")
                for page in (*peers, *mine):
                    page.take_turn(2)
                    page.rates.clear()
                for _turn in range(options.turns):
                    for page in (*peers, *mine):
                        page.take_turn(options.seconds)
    least = [median(page.rates) for page in peers]
    for page in peers:
        print(f"{page.title:42}{median(page.rates):8.1f} a second")
    good = True
    for page in mine:
        rate = median(page.rates)
        good &= rate >= options.limit * least[0]
        print(f"{page.title:42}{rate:8.1f} a second, {rate / least[0]:.2f} x the frame, {rate / least[1]:.2f} x both")
    return 0 if good else 1


def make_ours(folder: Path, sessions: int, rooms: int) -> tuple[str, str]:
    """The event's slug, and the cookie of one of its participants."""
    fill.prepare(folder)
    from django.db import connections
    from django.utils import timezone

    from accounts.models import Representative

    fill.fill(PEOPLE, claimed=1.0)
    first_of: dict[int, Any] = {}
    for one in Representative.objects.select_related("profile", "user").order_by("pk"):
        first_of.setdefault(one.user_id, one)
    event_pages.SESSIONS, event_pages.ROOMS = sessions, rooms
    people = list(first_of.values())
    event = event_pages.make_event(1, people, timezone.now())
    cookie = f"sessionid={sessions_of([people[0].user])[0]}"
    connections.close_all()
    return event.slug, cookie


if __name__ == "__main__":
    sys.exit(main())
