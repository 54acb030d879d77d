"""The whole process dies in mid-work, three times: every notice and every stale profile is dealt with, none twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from .installation import Installation, MailServer

NOTICES, PROFILES, KILLS = 400, 60, 3

pytestmark = [pytest.mark.slow]


def wait_until(what: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.05)
    return what()


def test_killed_in_mid_work_three_times(tmp_path: Path) -> None:
    with MailServer() as mail:
        installation = Installation(tmp_path, mail)
        made = installation.ask("make", NOTICES, PROFILES)
        assert (made["notices"], made["not_mailed"], made["stale"]) == (NOTICES, NOTICES, PROFILES)
        try:
            for _ in range(KILLS):
                enough = mail.taken + 15
                process = installation.serve()
                # In the middle: some mail has left since the start, and some is still to leave.
                assert wait_until(partial(mail.has_taken, enough), 60), installation.log()
                installation.kill(process)
                left = installation.ask("state")
                assert left["not_mailed"] > 0, "killed too late to prove anything"
                # The dead process's leases bind for minutes; here they pass at once.
                installation.ask("pass_time", 600)
            installation.serve()

            def is_done() -> bool:
                found = installation.ask("state")
                return not found["not_mailed"] and not found["stale"]

            assert wait_until(is_done, 120), installation.ask("state")
        finally:
            installation.stop()
        found = installation.ask("state")
    # A suggestion's own notices leave in the weekly letter, so only ours are at the mail server.
    assert len(mail.copies) == NOTICES
    # A process killed between the mail server's answer and the mark sends that one again, with the same Message-ID, by
    # which mail programs know it for the same letter: at most one for each worker that was killed.
    again = sum(copies - 1 for copies in mail.copies.values())
    assert again <= KILLS * 2
    assert max(mail.copies.values()) <= 2
    assert found["with_suggestions"] == PROFILES
    assert (found["twice"], found["mixed"], found["leased"]) == (0, 0, 0)
    assert "Traceback" not in installation.log()
