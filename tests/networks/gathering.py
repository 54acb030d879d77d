"""A running network with members, for tests of its meetings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from accounts.models import Profile, User
from events.models import Registration
from networks.models import Coordinator, Group, GroupMember, Membership, MembershipChange, Network, NetworkMeeting
from networks.services import meetings
from tests.factories.people import NOW, make_profile, make_user

_number = count(1)


@dataclass
class Gathering:
    network: Network
    anu: User
    host: Profile
    members: list[Membership] = field(default_factory=list)
    users: list[User] = field(default_factory=list)

    def plan(self, count: int = 1, **fields: Any) -> list[NetworkMeeting]:
        """On Thursdays at nine, two weeks apart, from ten days on."""
        group = fields.pop("group", None)
        first = fields.pop("first", NOW.date() + timedelta(days=10))
        values = {
            "days": [first + timedelta(weeks=2 * number) for number in range(count)],
            "at": time(9, 0),
            "minutes": 120,
            "place": "Keskuskatu 1",
            **fields,
        }
        return meetings.plan_series(
            network=self.network, plan=meetings.SeriesPlan(**values), group=group, by=self.anu, now=NOW
        )

    def come(self, meeting: NetworkMeeting, *numbers: int, here: bool = False) -> list[Registration]:
        return [
            Registration.objects.create(
                event=meeting.event,
                profile=self.members[number].profile,
                user=self.users[number],
                registered_at=NOW,
                checked_in_at=NOW if here else None,
            )
            for number in numbers
        ]

    def group(self, *numbers: int) -> Group:
        made = Group.objects.create(network=self.network, name="Sivuvirrat", made_at=NOW)
        for number in numbers:
            GroupMember.objects.create(group=made, membership=self.members[number], since=NOW)
        return made


def make_gathering(members: int = 8, **fields: Any) -> Gathering:
    """Anu is an owner of the town that hosts the network, and its coordinator."""
    number = next(_number)
    anu = make_user("Anu")
    host = make_profile("Joensuu", by=anu, kind=Profile.Kind.MUNICIPALITY)
    values = {"state": Network.State.RUNNING, "started_at": NOW, "admission": Network.Admission.OPEN, **fields}
    network = Network.objects.create(
        slug=f"puu-{number}", name_fi="Puuverkosto", organiser=host, created_by=anu, **values
    )
    Coordinator.objects.create(network=network, user=anu, since=NOW)
    made = Gathering(network, anu, host)
    for n in range(members):
        user = make_user(f"Jäsen {n}")
        profile = make_profile(f"Yritys {n}", by=user)
        made.users.append(user)
        member = Membership.objects.create(
            network=network, profile=profile, state=Membership.State.MEMBER, state_since=NOW, member_since=NOW
        )
        MembershipChange.objects.create(membership=member, to_state=Membership.State.MEMBER, at=NOW)
        made.members.append(member)
    return made


def later(meeting: NetworkMeeting, minutes: int = 30) -> datetime:
    return meeting.event.starts_at + timedelta(minutes=minutes)
