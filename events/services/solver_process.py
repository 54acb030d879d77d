"""The solver as a process of its own: fed, listened to, stopped, and never left behind."""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import IO, Any

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds between writing down how far it has come; a page that polls needs no more."""
PATIENCE = 15.0
"""Seconds beyond the time given, after which a process that does not end is ended."""


@dataclass
class Answer:
    """What the process has said so far. Neither a solution nor a failure at its end: it died, with `best` in hand."""

    progress: dict[str, Any] = field(default_factory=dict)
    solution: dict[str, Any] | None = None
    best: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None

    def hear(self, message: dict[str, Any]) -> None:
        if "progress" in message:
            said = message["progress"]
            self.progress["stage"] = said["stage"]
            if said["stage"] == "weight":
                self.progress["best_weight"] = said["best"]
                if said["bound"] is not None:
                    self.progress["weight_bound"] = said["bound"]
            else:
                self.progress["best_breaks"] = said["best"]
        elif "best" in message:
            self.best = message["best"]
        elif "solution" in message:
            self.solution = message["solution"]
        elif "impossible" in message:
            self.failure = {"code": "impossible", "obstacles": message["impossible"]}
        elif "failed" in message:
            self.failure = {"code": "failed", "why": message["failed"]}


def run_process(asked: dict[str, Any], *, look: Callable[[Answer], bool]) -> Answer:
    """Solve what is asked (`{"effort", "problem"}`). `look` is called now and then; when it says True, the search is
    stopped and the best so far kept.
    """
    answer = Answer()
    with subprocess.Popen(
        [sys.executable, "-m", "events.scheduling"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        try:
            _converse(process, asked, answer, look)
        finally:
            _close(process.stdin)
            # Also when the worker itself is being stopped: the process must not outlive it.
            if process.poll() is None:
                process.kill()
    return answer


def _converse(
    process: subprocess.Popen[str], asked: dict[str, Any], answer: Answer, look: Callable[[Answer], bool]
) -> None:
    lines: queue.Queue[str | None] = queue.Queue()
    Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    _write(process.stdin, json.dumps(asked))
    give_up = time.monotonic() + float(asked["effort"]["seconds"]) + PATIENCE
    next_look = 0.0
    stopped = False
    while time.monotonic() < give_up:
        try:
            line = lines.get(timeout=LOOK_EVERY)
        except queue.Empty:
            pass
        else:
            if line is None:
                return
            _hear(answer, line)
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + LOOK_EVERY
            if look(answer) and not stopped:
                stopped = True
                _write(process.stdin, "stop")
    log.warning("the solver did not end in time and was ended")


def _hear(answer: Answer, line: str) -> None:
    try:
        answer.hear(json.loads(line))
    except (ValueError, KeyError, TypeError):
        log.warning("the solver said something that cannot be read: %.200s", line)


def _write(stream: IO[str] | None, line: str) -> None:
    if stream is None:
        return
    try:
        stream.write(line + "\n")
        stream.flush()
    except OSError:  # it has ended; its last words, or their lack, tell how
        pass


def _close(stream: IO[str] | None) -> None:
    """What was written to a process that had ended by then is lost, and is no failure."""
    if stream is not None:
        with contextlib.suppress(OSError):
            stream.close()


def _read(stream: IO[str] | None, lines: queue.Queue[str | None]) -> None:
    for line in stream or ():
        lines.put(line)
    lines.put(None)
