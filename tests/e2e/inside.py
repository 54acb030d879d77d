"""What the tests ask of the server's inside, in a process that has its settings.

python -m tests.e2e.inside

A question a line, [command, {name: value}] as JSON, and a line for each answer: {"answer": ...} or {"problem": ...}.
Each is answered by a fork, so that nothing that one leaves behind is met by the next.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django

django.setup()

from accounts.models import Profile, Representative
from events.models import Event
from tests.e2e import (
    addresses,
    advising,
    afterwards,
    asking,
    booking,
    coursing,
    daytime,
    made,
    midway,
    mixed,
    network_year,
    purchasing,
    studying,
    summering,
    switched,
)


def profile_facts(slug: str) -> dict[str, Any]:
    one = Profile.objects.get(slug=slug)
    return {"status": one.status, "claimed": one.claimed_at is not None, "visibility": one.visibility}


COMMANDS: dict[str, Callable[..., Any]] = {
    "sessions": made.sessions,
    "session": made.session,
    "pages": addresses.pages,
    "midway": midway.windows,
    "pointing_to": switched.pointing_to,
    "profile": profile_facts,
    "showpiece": made.showpiece,
    "profile_of": lambda email: Representative.objects.get(user__email=email).profile.slug,
    "company": made.company,
    "pair": made.pair,
    "town": purchasing.town,
    "open_day": advising.open_day,
    "asking": lambda: asking.asking().slug,
    "booking": booking.booking,
    "mixed": mixed.mixed,
    "ask_seated": mixed.ask_seated,
    "newest_request": booking.newest_request,
    "door": asking.door,
    "afterwards": afterwards.facts,
    "came_of": afterwards.came_of,
    "presses": asking.presses,
    "today": daytime.today,
    "announce": daytime.announce,
    "day": daytime.facts,
    "season_host": summering.host,
    "season_apply_too": summering.apply_too,
    "season_answers": summering.answers,
    "latecomer": daytime.latecomer,
    "reopen": daytime.reopen,
    "held": daytime.held,
    "neighbours": network_year.neighbours,
    "join": network_year.join,
    "invited": network_year.invited,
    "all_register": network_year.all_register,
    "day_begun": daytime.begun,
    "day_over": daytime.over,
    "published": studying.published,
    "fill_companies": coursing.fill_companies,
    "fill_students": coursing.fill_students,
    "allocated": coursing.allocated,
    "hand_in_all": coursing.hand_in_all,
    "say_all": coursing.say_all,
    "come": lambda slug, people: len(made.come(Event.objects.get(slug=slug), people)),
    "person": lambda email, name="": made.person(email, name).pk,
    "ask_around": lambda slug: made.ask_around(Event.objects.get(slug=slug)),
}

LONGEST = 300
"""Seconds that an answer may take."""


def tell(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def answer(command: str, values: dict[str, Any]) -> None:
    """Print the answer, in a process of its own; it ends with it."""
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        if status:
            tell(problem=f"{command} was ended: {os.waitstatus_to_exitcode(status)}")
        return
    signal.alarm(LONGEST)
    try:
        tell(answer=COMMANDS[command](**values))
    except Exception:  # noqa: BLE001 (the one who asked raises it)
        tell(problem=traceback.format_exc())
    os._exit(0)


if __name__ == "__main__":
    for line in sys.stdin:
        answer(*json.loads(line))
