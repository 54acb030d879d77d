"""Pages of an event that many open at once, beside pretalx's public schedule on the same PostgreSQL: requests a second.

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres REDIS_URL=redis://127.0.0.1:6379 \\
        .venv/bin/python benchmarks/beside_pretalx.py --pretalx VENV [--seconds 10] [--turns 3] [--limit 2]

VENV is a virtual environment in which the peer has been installed:

    pip install "pretalx==2025.2.2" "psycopg[binary]" redis gunicorn faker freezegun

Makes a database for each on that server and drops both in the end. pretalx gets the conference that its own
`create_test_event` makes, ours a fair with as many sessions in as many rooms, 200 participants and 1,000 meetings. Each
is served by one process (gunicorn, as pretalx documents it; uvicorn) with Redis as its cache, and asked by four readers
at once, by turns. pretalx's schedule is a frame that its script fills from a second address, so a reader asks for both
of them; the frame alone is printed, too, and is what the limit is held against.

A participant's own programme is asked of all participants by turns. It is kept and given while it is true
(docs/adr/0034), so it is printed of a first look, which draws it, of a look again, and of both mixed, one first look in
`MIXED`; the limit is held against the mixture, and a first look has none. Exit code 1 below the limit.
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
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count, permutations
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import event_pages
import fill
import profiles
from my_day import ROOT, free_port, sessions_of, wait_for

READERS = 4
PEOPLE = 200
MIXED = 5
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


def analyse(address: str) -> None:
    """Both databases know their tables, as a server does by itself within minutes."""
    import psycopg

    for name in (PEER, OURS):
        with psycopg.connect(urlunsplit(urlsplit(address)._replace(path=f"/{name}")), autocommit=True) as connection:
            connection.execute("ANALYZE")


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
    """What one reader asks for, one address after the other, and how often a second four have got it.

    Of several `people` (cookies) each asks in turn. One look in `first` is a first one: at an address that has not been
    asked for before. Without a `limit` the page is printed and nothing is demanded of it.
    """

    def __init__(
        self, title: str, port: int, *paths: str, people: Sequence[str] = (), first: int = 0, limit: bool = True
    ) -> None:
        self.title, self.port, self.paths, self.first, self.limit = title, port, paths, first, limit
        self.people = [{"Cookie": cookie} for cookie in people] or [{}]
        self.looks = count()
        self.rates: list[float] = []

    def look(self, connection: http.client.HTTPConnection) -> str:
        """What went wrong, or nothing."""
        number = next(self.looks)
        new = f"?look={number}-{self.first}" if self.first and number % self.first == 0 else ""
        for path in self.paths:
            connection.request("GET", path + new, headers=self.people[number % len(self.people)])
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.HTTPStatus.OK:
                return f"{path}: {answer.status}"
        return ""

    def take_turn(self, seconds: float) -> None:
        counts, bad = [0] * READERS, list[str]()
        began = time.perf_counter()

        def read(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            while time.perf_counter() - began < seconds:
                if wrong := self.look(connection):
                    bad.append(wrong)
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

    def warm_up(self) -> None:
        """Each of its people has looked, and four have read for a while."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for _one in self.people if not self.first else ():
            if wrong := self.look(connection):
                sys.exit(wrong)
        self.take_turn(2)
        self.rates.clear()


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
            slug, cookies = make_ours(folder / "solmu", len(talks["talks"]), len(talks["rooms"]))
            analyse(server)
            uvicorn = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(ours)]
            with served(uvicorn, f"http://127.0.0.1:{ours}/healthz", os.environ.copy(), ROOT):
                frame, data = f"/{EVENT}/schedule/", f"/{EVENT}/schedule/widgets/schedule.json"
                peers = [
                    Page("pretalx: schedule, its frame alone", theirs, frame),
                    Page("pretalx: schedule, frame and data", theirs, frame, data),
                ]
                day = f"/fi/events/{slug}/my-day/"
                mine = [
                    Page("ours: an event's public page", ours, f"/fi/events/{slug}/"),
                    Page("ours: its programme", ours, f"/fi/events/{slug}/programme/"),
                    Page("ours: own programme, looked at again", ours, day, people=cookies),
                    Page("ours: own programme, a first look", ours, day, people=cookies, first=1, limit=False),
                    Page(f"ours: own programme, one first of {MIXED}", ours, day, people=cookies, first=MIXED),
                ]
                print(f"{len(talks['talks'])} sessions in {len(talks['rooms'])} rooms, {READERS} readers at once")
                for page in (*peers, *mine):
                    page.warm_up()
                for _turn in range(options.turns):
                    for page in (*peers, *mine):
                        page.take_turn(options.seconds)
    least = [median(page.rates) for page in peers]
    for page in peers:
        print(f"{page.title:42}{median(page.rates):8.1f} a second")
    good = True
    for page in mine:
        rate = median(page.rates)
        good &= rate >= options.limit * least[0] or not page.limit
        print(f"{page.title:42}{rate:8.1f} a second, {rate / least[0]:.2f} x the frame, {rate / least[1]:.2f} x both")
    return 0 if good else 1


def make_ours(folder: Path, sessions: int, rooms: int) -> tuple[str, list[str]]:
    """The event's slug, and the cookies of its participants."""
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
    suggest_each_other(event)
    cookies = [f"sessionid={key}" for key in sessions_of([one.user for one in people])]
    connections.close_all()
    return event.slug, cookies


def suggest_each_other(event: Any) -> None:
    """Those who meet have been suggested to each other, so that their programmes say why."""
    from django.utils import timezone

    from events.models import MeetingParty
    from matching.models import Suggestion

    made = {f"made-{one.number}": one for one in profiles.make(PEOPLE)}
    sides: dict[int, list[Any]] = defaultdict(list)
    rows = MeetingParty.objects.filter(meeting__slot__round__event=event).order_by("pk")
    for meeting, pk, slug in rows.values_list("meeting", "profile", "profile__slug"):
        sides[meeting].append((pk, made[slug]))
    pairs = dict.fromkeys((one, other) for two in sides.values() for one, other in permutations(two))
    now = timezone.now()
    Suggestion.objects.bulk_create(
        fill.suggestion(*one, *other, place % fill.LENGTH, now) for place, (one, other) in enumerate(pairs)
    )


if __name__ == "__main__":
    sys.exit(main())
