"""Parties that talk together, for the tests of conversations in groups."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from accounts.models import Profile, Representative, User
from conversations.models import GroupMessage, GroupTalk
from conversations.queries import groups as queries
from conversations.queries import messages as message_queries
from conversations.services import groups
from matching.models import Connection
from notifications.models import Notification
from tests.factories.people import NOW, make_profile, make_user


def connect(profiles: Iterable[Profile]) -> None:
    for one, other in combinations(sorted(profiles, key=lambda profile: profile.pk), 2):
        Connection.objects.get_or_create(a=one, b=other, defaults={"made_at": NOW})


class Scene:
    """Four who are all connected with each other, and a fifth who is connected with the first alone."""

    def __init__(self) -> None:
        self.users = {name: make_user(f"{name} Aho") for name in ("Aino", "Bo", "Cecilia", "Dan", "Eva")}
        self.profiles = {name: make_profile(f"{name}s Oy", by=user) for name, user in self.users.items()}
        connect(self.profiles[name] for name in ("Aino", "Bo", "Cecilia", "Dan"))
        connect(self.profiles[name] for name in ("Aino", "Eva"))

    def make(self, *names: str, by: str = "Aino", **more: Any) -> GroupTalk:
        others = [self.profiles[name] for name in names or ("Bo", "Cecilia")]
        values = {"name": "Yhteinen tarjous", "by": self.users[by], "now": NOW, **more}
        return groups.make(profile=self.profiles[by], others=others, **values)

    def say(self, talk: GroupTalk, who: str, text: str = "Hei kaikki!", **more: Any) -> GroupMessage:
        return groups.write(talk=talk, text=text, by=self.users[who], **{"now": NOW, **more})

    def colleague(self, name: str) -> User:
        user = make_user("Kollega Aho")
        Representative.objects.create(profile=self.profiles[name], user=user, role="member", since=NOW)
        return user

    def unread(self, who: str) -> int:
        return message_queries.unread_count(self.users[who])

    def sees(self, talk: GroupTalk, who: str) -> list[str] | None:
        here = queries.presence(talk.pk, self.users[who])
        return [one.text for one in queries.thread(here).messages] if here is not None else None


def notices_to(user: User, kind: str) -> list[Notification]:
    return list(Notification.objects.filter(user=user, kind=kind).order_by("pk"))
