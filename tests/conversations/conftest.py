"""Two strangers, and how one writes to the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Profile, Representative, User
from conversations.models import Message
from conversations.services.messages import send_message
from matching.models import Connection
from tests.factories.people import NOW, make_profile, make_user

Say = Callable[..., Message]


@pytest.fixture
def aino(db: None) -> User:
    return make_user("Aino Aho")


@pytest.fixture
def bo(db: None) -> User:
    return make_user("Bo Berg")


@pytest.fixture
def saw(aino: User) -> Profile:
    return make_profile("Ahon Saha Oy", by=aino, slug="saha")


@pytest.fixture
def yard(bo: User) -> Profile:
    return make_profile("Bergs Varv Ab", by=bo, slug="varv")


@pytest.fixture
def cecilia(yard: Profile) -> User:
    """Bo's colleague."""
    user = make_user("Cecilia Cedervall")
    Representative.objects.create(profile=yard, user=user, role="member", since=NOW)
    return user


@pytest.fixture
def connected(saw: Profile, yard: Profile) -> Connection:
    a, b = sorted((saw, yard), key=lambda profile: profile.pk)
    return Connection.objects.create(a=a, b=b, made_at=NOW)


@pytest.fixture
def say() -> Say:
    def run(
        profile: Profile, other: Profile, text: str = "Hei, sopisiko tavata ensi viikolla?", **more: Any
    ) -> Message:
        by = more.pop("by", None) or profile.representatives.all()[0].user
        return send_message(profile=profile, other=other, text=text, by=by, **{"now": NOW, **more})

    return run
