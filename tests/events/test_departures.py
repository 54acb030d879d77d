"""When a person ends their account, nobody waits for them in vain."""

from __future__ import annotations

import pytest

from accounts.models import Representative
from accounts.services.users import delete_user
from events.models import Meeting, Registration
from notifications.models import Notification
from tests.events.making import NOW, agree, make_event, make_pair, make_user, register
from tests.factories.people import make_user as somebody

pytestmark = pytest.mark.django_db


def test_meetings_fall_and_the_other_side_is_told() -> None:
    pair = make_pair()
    meeting = agree(pair)
    Representative.objects.create(profile=pair.rauhala, user=somebody(), role="owner", since=NOW)
    delete_user(user=pair.aino, now=NOW)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CANCELLED
    assert Notification.objects.filter(user=pair.bo, kind="events.meeting_cancelled").count() == 1


def test_registrations_end() -> None:
    event = make_event(make_user(is_coordinator=True))
    row = register(event, "Lähtijä Oy")
    Representative.objects.create(profile=row.profile, user=somebody(), role="owner", since=NOW)
    delete_user(user=row.user, now=NOW)
    assert not Registration.objects.filter(pk=row.pk).exclude(state=Registration.State.CANCELLED).exists()
