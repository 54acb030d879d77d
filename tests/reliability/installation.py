"""An installation of its own for a test: a data folder, processes that can be killed, a mail server that remembers."""

from __future__ import annotations

import email
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ("DJANGO_", "SOLMU_", "PYTEST_", "DATABASE_", "REDIS_", "EMAIL_", "SECRET_", "ALLOWED_", "SITE_")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class MailServer:
    """Takes every message and remembers how often each Message-ID came. Takes a moment for each, as real ones do."""

    def __init__(self, seconds: float = 0.01) -> None:
        self.copies: Counter[str] = Counter()
        self._seconds = seconds
        self._lock = threading.Lock()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        message = email.message_from_bytes(envelope.content)
        time.sleep(self._seconds)
        with self._lock:
            self.copies[str(message["Message-ID"])] += 1
        return "250 taken"

    @property
    def taken(self) -> int:
        with self._lock:
            return sum(self.copies.values())

    def has_taken(self, count: int) -> bool:
        return self.taken >= count

    def __enter__(self) -> MailServer:
        self._controller.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._controller.stop()


class Installation:
    def __init__(self, data: Path, mail: MailServer | None = None, **settings: str) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        self.env = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SOLMU_DEMO": "1",
            "SOLMU_DATA": str(data),
            "SITE_URL": self.url,
            "SOLMU_PRH_URL": "",
            "LOG_LEVEL": "WARNING",
            **({"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"} if mail else {}),
            **settings,
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def ask(self, command: str, *arguments: object, seconds: float = 180) -> dict[str, Any]:
        script = str(Path(__file__).with_name("inside.py"))
        done = subprocess.run(
            [sys.executable, script, command, *map(str, arguments)],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """A process of the installation, in a process group of its own, so that the whole of it can be killed."""
        with (self.data / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        return process

    def serve(self) -> subprocess.Popen[bytes]:
        process = self.start("config.cli", "serve", "--port", str(self.port))
        self.wait_until_open(process)
        return process

    def wait_until_open(self, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended before it opened:\n{self.log()[-3000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not open in time")

    def log(self) -> str:
        return (self.data / "log.txt").read_text(encoding="utf-8", errors="replace")

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        """As a power cut does: nothing is tidied up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill(process)
