"""One script asks for meetings without end: the limit is named, a refusal costs the same to the last, nothing grows.

Ten thousand take more than a minute here, so the suite sends a thousand; more of them, against a database file, by
`python tests/reliability/inside.py flood 10000` (`tests/reliability/test_race.py`).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conversations.models import Contact
from conversations.rules import LIMITS
from conversations.services.budget import ContactsSpent
from core.errors import DomainError
from events.addresses import of_round
from events.models import MeetingRequest
from events.services import requests
from notifications.models import Notification

from .making import NOW, Fair, make_fair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
REQUESTS = 1_000
BY_BROWSER = 40
ALLOWED = LIMITS[-1][1]
"""Of a newcomer's in a week."""


def grown() -> tuple[int, int, int]:
    return MeetingRequest.objects.count(), Contact.objects.count(), Notification.objects.count()


def test_a_thousand_requests_from_one_script(client: Client) -> None:
    fair = make_fair(people=31)
    me, *others = fair.people
    client.force_login(me.user)
    said: Counter[str] = Counter()
    for n in range(BY_BROWSER):
        sent = {"message": "Hei!", "language": "fi"}
        page = client.post(of_round("round_ask", fair.round, others[n % len(others)].pk), sent)
        said["asked" if page.status_code == 302 else page.context["form"].non_field_errors()[0]] += 1
    assert said.pop("asked") == ALLOWED
    limit = [words for words in said if str(ALLOWED) in words]
    assert limit, "the page says how many, and when the next one is free"
    assert sum(said.values()) == BY_BROWSER - ALLOWED
    before = grown()
    assert before == (ALLOWED, ALLOWED, ALLOWED)

    first = cost_of_one(fair, others[-1])
    refused: Counter[str] = Counter()
    for n in range(REQUESTS - BY_BROWSER - 2):
        with pytest.raises(DomainError) as told:
            requests.make_request(
                round=fair.round, asker=me, asked=others[n % len(others)], by=me.user, now=NOW, message="Hei!"
            )
        refused[type(told.value).__name__] += 1
    assert set(refused) == {"ContactsSpent", "AlreadyAsked"}
    assert cost_of_one(fair, others[-1]) == first <= 16
    assert grown() == before


def cost_of_one(fair: Fair, asked: Any) -> int:
    """Queries of one that is refused."""
    me = fair.people[0]
    with CaptureQueriesContext(connection) as ran, pytest.raises(ContactsSpent):
        requests.make_request(round=fair.round, asker=me, asked=asked, by=me.user, now=NOW, message="Hei!")
    return len(ran)
