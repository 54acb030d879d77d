"""What the tests ask of the server's inside, in a process that has its settings.

python -m tests.e2e.inside <command> '<values as JSON>'    prints its answer as JSON on the last line
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from accounts.models import Profile, Representative
from events.models import Event
from tests.e2e import addresses, made, midway


def profile_facts(slug: str) -> dict[str, Any]:
    one = Profile.objects.get(slug=slug)
    return {"status": one.status, "claimed": one.claimed_at is not None, "visibility": one.visibility}


COMMANDS: dict[str, Callable[..., Any]] = {
    "sessions": made.sessions,
    "session": made.session,
    "pages": addresses.pages,
    "midway": midway.windows,
    "profile": profile_facts,
    "showpiece": made.showpiece,
    "profile_of": lambda email: Representative.objects.get(user__email=email).profile.slug,
    "company": made.company,
    "pair": made.pair,
    "come": lambda slug, people: len(made.come(Event.objects.get(slug=slug), people)),
    "person": lambda email, name="": made.person(email, name).pk,
    "ask_around": lambda slug: made.ask_around(Event.objects.get(slug=slug)),
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](**json.loads(sys.argv[2]))) + "\n")
