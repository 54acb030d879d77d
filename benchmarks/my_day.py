"""A thousand participants have their own day open, and one change is pushed: how soon do their browsers have it?

    .venv/bin/python benchmarks/my_day.py [--people 1000] [--pushes 5] [--limit 1.0] [--folder FOLDER]

A server process (uvicorn) and a redis-server of its own, real websockets, each with the session of a participant of its
own. The database is SQLite in a folder that is thrown away, or DATABASE_URL's, which must be empty. What is announced
is said from another process than the server's, as a worker does, and the clock runs from before it is written until
each socket has it. Prints median, 95th percentile and the slowest of all sockets and pushes; the same of a meeting that
is moved, for the two who meet; the server's memory a connection; and what else the machine did. Exit code 1 when the
95th percentile is above the limit or a socket did not hear.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import event_pages
import fill

ROOT = Path(__file__).resolve().parents[1]
OPENED_AT_ONCE = 50
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise LookupError(pid)


def busy(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sessions_of(users: list[Any]) -> list[str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    keys = []
    for user in users:
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        keys.append(str(store.session_key))
    return keys


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit("The server ended before it opened.")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("The server did not open in time.")


class Reader:
    """One socket, and when it last heard what is looked for."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}

    async def read(self, connection: Any, marks: list[str]) -> None:
        async for text in connection:
            now = time.perf_counter()
            for mark in marks:
                if mark in text:
                    self.heard.setdefault(mark, now)


async def measure(options: argparse.Namespace, port: int, event: Any, keys: list[str], server: int) -> int:
    import websockets
    from asgiref.sync import sync_to_async

    readers = [Reader() for _key in keys]
    marks: list[str] = []
    tasks: list[asyncio.Task[None]] = []
    connections: list[Any] = []
    before = memory(server)
    gate = asyncio.Semaphore(OPENED_AT_ONCE)
    made = int(time.time())

    async def open_one(number: int) -> None:
        async with gate:
            connection = await websockets.connect(
                f"ws://127.0.0.1:{port}/ws/fi/events/{event.pk}/day/{made + 3600}/",
                additional_headers={"Cookie": f"sessionid={keys[number]}"},
                origin=f"http://127.0.0.1:{port}",
                open_timeout=PATIENCE,
                ping_interval=None,
                max_queue=None,
            )
        connections.append(connection)
        tasks.append(asyncio.ensure_future(readers[number].read(connection, marks)))

    began = time.perf_counter()
    await asyncio.gather(*(open_one(number) for number in range(len(keys))))
    print(f"{len(connections)} sockets opened in {time.perf_counter() - began:.1f} s")
    await asyncio.sleep(2)
    each = (memory(server) - before) / len(keys)
    print(f"the server's memory: {before / 2**20:.0f} MiB before, {each / 1024:.0f} KiB a connection")

    taken: list[float] = []
    lost, worked = 0, busy(server)
    for push in range(options.pushes):
        mark = f"Kahvi {push} on katettu."
        marks.append(mark)
        began = time.perf_counter()
        await sync_to_async(announce)(event, mark)
        until = began + 30
        while any(mark not in one.heard for one in readers) and time.perf_counter() < until:
            await asyncio.sleep(0.05)
        times = [one.heard[mark] - began for one in readers if mark in one.heard]
        lost += len(readers) - len(times)
        taken += times
        await asyncio.sleep(0.5)
    slow = quantiles(taken, n=20)[-1]
    print(
        f"announced to {len(readers)}, {options.pushes} times: median {median(taken):.2f} s, p95 {slow:.2f} s, slowest "
        f"{max(taken):.2f} s, {lost} not heard"
    )
    print(f"the server worked {(busy(server) - worked) / options.pushes:.2f} s of processor time a push")
    await one_moved(event, readers, marks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*(connection.close() for connection in connections), return_exceptions=True)
    return 1 if lost or slow > options.limit else 0


async def one_moved(event: Any, readers: list[Reader], marks: list[str]) -> None:
    """A meeting goes to another table: the two who meet have their day drawn anew."""
    from asgiref.sync import sync_to_async

    marks.append('id="day-live"')
    began = time.perf_counter()
    await sync_to_async(move)(event)
    await asyncio.sleep(5)
    times = [one.heard['id="day-live"'] - began for one in readers if 'id="day-live"' in one.heard]
    print(f"a meeting moved: {len(times)} sockets drew their day anew, the slowest after {max(times, default=0):.2f} s")


def announce(event: Any, text: str) -> None:
    from django.utils import timezone

    from events.services import announcing

    announcing.announce(event=event, text=text, language="fi", by=event.created_by, now=timezone.now())


def move(event: Any) -> None:
    from django.utils import timezone

    from events.models import Meeting
    from events.services import meetings

    now = timezone.now()
    meeting = Meeting.objects.select_related("slot").filter(slot__round__event=event, starts_at__gt=now)[0]
    meeting.table = 999
    meetings.revise(meeting, now=now)
    meeting.save()
    meetings.tell_parties("events.meeting_moved", meeting, now=now, was=meeting.starts_at.isoformat(), table_was=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--pushes", type=int, default=5)
    parser.add_argument("--limit", type=float, default=1.0)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if shutil.which("redis-server") is None:
        sys.exit("There is no redis-server on this machine.")
    folder = options.folder or Path(tempfile.mkdtemp(prefix="solmu-my-day-"))
    port, redis_port = free_port(), free_port()
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{redis_port}/0"
    os.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
    quiet = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    redis = subprocess.Popen(["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", *quiet], cwd="/")
    server = None
    try:
        fill.prepare(folder)
        from django.db import connection, connections
        from django.utils import timezone

        from accounts.models import Representative, User
        from events.models import Event

        fill.fill(options.people, claimed=1.0)
        first_of: dict[int, Any] = {}
        for one in Representative.objects.select_related("profile", "user").order_by("pk"):
            first_of.setdefault(one.user_id, one)
        people = list(first_of.values())[: options.people]
        assert len(people) == options.people, len(people)
        now = timezone.now()
        event = event_pages.make_event(1, people, now - timedelta(days=7))
        host, _is_new = User.objects.get_or_create(email="host@filled.example", defaults={"is_coordinator": True})
        moments = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=8)}
        Event.objects.filter(pk=event.pk).update(created_by=host, **moments)
        later = now + timedelta(hours=2)
        turn = event.rounds.get().slots.order_by("starts_at")[event_pages.MEETINGS_EACH - 1]
        turn.meetings.update(starts_at=later, ends_at=later + timedelta(minutes=20))
        event = Event.objects.select_related("created_by", "organiser").get(pk=event.pk)
        keys = sessions_of([one.user for one in people])
        vendor = connection.vendor
        connections.close_all()
        command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
        command += ["--ws-per-message-deflate", "false"]
        server = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=os.environ.copy())
        wait_for(f"http://127.0.0.1:{port}/healthz", server)
        print(f"{vendor}, {options.people} participants; load of the machine {os.getloadavg()[0]:.1f}")
        code = asyncio.run(measure(options, port, event, keys, server.pid))
        print(f"load of the machine afterwards {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        return code
    finally:
        for process in (server, redis):
            if process is not None:
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:  # uvicorn waits for sockets that nobody closes any more
                    process.kill()
                    process.wait()


if __name__ == "__main__":
    sys.exit(main())
