"""The page of suggestions at 1,000 and at 100,000 profiles: as many queries, and as quick.

    .venv/bin/python benchmarks/suggestion_page.py [--small 1000] [--large 100000] [--requests 300] [--limit 1.2]
        [--postgres postgres://postgres@127.0.0.1:5432] [--keep FOLDER]

Fills two databases with made-up profiles (`fill.py`), and asks for the page as representatives of profiles that have a
list, in two processes by turns in random order, so that what else the machine does falls on both alike. Prints medians,
95th percentiles, their ratio, the number of queries, and what the database does for them, which no clock disturbs
(SQLite's steps, PostgreSQL's rows read). Exit code 1 when the ratio is above the limit, the queries are not as many, or
one of them works more in the large database.

SQLite, unless `--postgres` names a server where databases may be made; they are dropped again. `--keep` leaves the two
SQLite databases in a folder, and uses them when they are there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

HERE = Path(__file__).parent
WARM_UP = 60
PEOPLE = 100
TIMES = 3
GROWN, FEW = 1.5, 500
"""A query that does so many times as much, and more than a little, grows with what others have."""


class Side:
    """A process that has one of the databases, and answers with what a request took."""

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), "--answer"],
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.taken: list[float] = []
        self.every: list[float] = []

    def ask(self, what: str, number: int = 0) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what} {number}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            sys.exit("A process that answers has ended; what it said stands above.")
        return json.loads(line)

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def answer() -> None:
    """The process of a side: reads commands, one a line."""
    import fill

    fill.prepare(Path(os.environ["SOLMU_DATA"]))
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from accounts.models import Representative

    owners = Representative.objects.filter(profile__suggestions__isnull=False, profile__visibility="public")
    # A list's owners by the number of their profile: the same people, as far as they are in both databases.
    chosen = owners.order_by("profile_id").distinct().select_related("user")
    people = random.Random(1).sample(list(chosen), min(PEOPLE, chosen.count()))
    clients = [Client(SERVER_NAME="localhost") for _person in people]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person.user)
    url = reverse("suggestions")

    def get(number: int) -> float:
        began = time.perf_counter()
        response = clients[number % len(clients)].get(url)
        taken = time.perf_counter() - began
        assert response.status_code == 200, response.status_code
        assert b'id="open"' in response.content, "the page proposes nobody"
        return taken

    def queries(number: int) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            get(number)
        return [query["sql"] for query in captured.captured_queries]

    def work(number: int) -> list[tuple[str, int]]:
        return [(_shape(sql), _work(sql)) for sql in queries(number) if sql.startswith("SELECT")]

    def plans(number: int) -> list[str]:
        how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        return [
            "\n    ".join([sql, *(str(row[-1]) for row in _rows(f"{how} {sql}"))])
            for sql in queries(number)
            if sql.startswith("SELECT")
        ]

    commands = {"get": get, "count": lambda n: len(queries(n)), "work": work, "plans": plans}
    for line in sys.stdin:
        what, number = line.split()
        sys.stdout.write(json.dumps(commands[what](int(number))) + "\n")
        sys.stdout.flush()


def _rows(sql: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        # Without parameters, so that a % in the text is itself.
        cursor.cursor.execute(sql) if connection.vendor == "sqlite" else cursor.execute(sql.replace("%", "%%"), [])
        found: list[Any] = cursor.fetchall()
        return found


def _shape(sql: str) -> str:
    """The query without its values, the same for whoever asks."""
    return re.sub(r"\((?:\?, )*\?\)", "(?)", re.sub(r"'[^']*'|\b\d+\b", "?", sql))


def _work(sql: str) -> int:
    """What the database does for a query, whatever else the machine does: SQLite's steps, PostgreSQL's rows read."""
    from django.db import connection

    if connection.vendor == "sqlite":
        steps = [0]

        def hundred() -> None:
            steps[0] += 100

        connection.connection.set_progress_handler(hundred, 100)
        _rows(sql)
        connection.connection.set_progress_handler(None, 0)
        return steps[0]
    plan = _rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")[0][0]
    return _rows_read((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])


def _rows_read(node: dict[str, Any]) -> int:
    kinds = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    own = round(sum(node.get(kind, 0) for kind in kinds) * node["Actual Loops"])
    return int(own) + sum(_rows_read(part) for part in node.get("Plans", []))


@contextmanager
def database(number: int, folder: Path, postgres: str) -> Iterator[dict[str, str]]:
    """The settings of a database with so many profiles; lists for as many of them as there are people to ask."""
    data = folder / str(number)
    env = {"SOLMU_DATA": str(data)}
    name = f"solmu_page_{number}_{os.getpid()}"
    if postgres:
        _run_sql(postgres, f"CREATE DATABASE {name}")
        env["DATABASE_URL"] = f"{postgres.rstrip('/')}/{name}"
    try:
        if postgres or not data.exists():
            # A tenth of many have lists, and so many rows; of a few, all.
            lists = max(0.1, min(1.0, 1000 / number))
            command = [sys.executable, str(HERE / "fill.py"), str(number), "--folder", str(data)]
            began = time.perf_counter()
            subprocess.run(
                [*command, "--lists", str(lists), "--answers", "20"], env={**os.environ, **env}, check=True,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
            print(f"{number} profiles filled in {time.perf_counter() - began:.0f} s", flush=True)
        yield env
    finally:
        if postgres:
            _run_sql(postgres, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _run_sql(server: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(f"{server.rstrip('/')}/postgres", autocommit=True) as connection:
        connection.execute(sql)


def measure(small: Side, large: Side, requests: int) -> None:
    """Each side is asked equally often, in random order and by people at random.

    Each request is made three times, far apart, and the quickest counts: what a busy machine adds is not the page's.
    """
    chance = random.Random(2)
    who = [chance.randrange(PEOPLE) for _n in range(requests)]
    for number in who[:WARM_UP]:
        for side in (small, large):
            side.ask("get", number)
    for side in (small, large):
        side.taken = [float("inf")] * requests
    turns = [(side, n) for side in (small, large) for n in range(requests)]
    for _n in range(TIMES):
        chance.shuffle(turns)
        for side, n in turns:
            taken = side.ask("get", who[n])
            side.every.append(taken)
            side.taken[n] = min(side.taken[n], taken)


def most_work(side: Side) -> dict[str, int]:
    """By the query's shape, over twenty people."""
    found: dict[str, int] = {}
    for number in range(20):
        for shape, work in side.ask("work", number):
            found[shape] = max(work, found.get(shape, 0))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=300, help="of each, three times")
    parser.add_argument("--limit", type=float, default=1.2)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--plans", action="store_true", help="print how the large one finds its rows")
    options = parser.parse_args()
    if options.answer:
        answer()
        return 0
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="solmu-page-")))
        envs = [stack.enter_context(database(n, folder, options.postgres)) for n in (options.small, options.large)]
        sides = [Side(env) for env in envs]
        for side in sides:
            stack.callback(side.end)
        small, large = sides
        counts = [{side.ask("count", n) for n in range(20)} for side in sides]
        works = [most_work(side) for side in sides]
        if options.plans:
            print(*large.ask("plans"), sep="\n")
        measure(small, large, options.requests)
    return report((small, large), counts, works, options)


def _ms95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1] * 1000


def report(
    sides: tuple[Side, Side], counts: list[set[int]], works: list[dict[str, int]], options: argparse.Namespace
) -> int:
    where = "PostgreSQL" if options.postgres else "SQLite"
    unit = "rows read" if options.postgres else "steps"
    p95 = []
    for number, side, count, work in zip((options.small, options.large), sides, counts, works, strict=True):
        p95.append(_ms95(side.taken))
        print(
            f"{where}, {number} profiles: {len(side.taken)} requests, median {median(side.taken) * 1000:.1f} ms, "
            f"p95 {p95[-1]:.1f} ms (of every try {_ms95(side.every):.1f}), "
            f"queries {', '.join(map(str, sorted(count)))}, {sum(work.values())} {unit}"
        )
    ratio = p95[1] / p95[0]
    print(
        f"p95 {ratio:.2f} times (limit {options.limit}), median {median(sides[1].taken) / median(sides[0].taken):.2f}"
    )
    grown = [
        f"{works[0].get(shape, 0)} → {work} {unit}: {shape[:4000]}"
        for shape, work in works[1].items()
        if work > GROWN * works[0].get(shape, 0) + FEW
    ]
    print(*(grown or ["no query works more"]), sep="\n")
    return 0 if ratio <= options.limit and counts[0] == counts[1] and not grown else 1


if __name__ == "__main__":
    sys.exit(main())
