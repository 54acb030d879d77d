"""A network about wood in Liperi, its coordinator, and organisations that come to it, for the tests of networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from accounts.models import Profile, Representative, User
from networks.models import Application, Coordinator, Criterion, Membership, Network
from networks.services import applications, memberships, networks
from networks.services.networks import NetworkPlan
from notifications.models import Notification
from themes.models import Theme

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_number = count(1)


def make_user(name: str = "Aino Aho", **fields: Any) -> User:
    n = next(_number)
    return User.objects.create_user(fields.pop("email", f"person{n}@example.fi"), name=name, **fields)


def make_profile(name: str, *, by: User | None = None, role: str = "owner", **fields: Any) -> Profile:
    n = next(_number)
    values: dict[str, Any] = {
        "kind": Profile.Kind.COMPANY,
        "status": Profile.Status.PUBLISHED,
        "municipality": "426",
        "name_fi": name,
        "slug": f"company-{n}",
        "claimed_at": NOW if by else None,
        "confirmed_at": NOW,
    }
    profile = Profile.objects.create(**{**values, **fields})
    if by is not None:
        Representative.objects.create(profile=profile, user=by, role=role, since=NOW)
    return profile


def make_theme(name: str = "puurakentaminen") -> Theme:
    made: Theme = Theme.objects.get_or_create(slug=name, defaults={"name": name, "name_fi": name})[0]
    return made


def plan(**changes: Any) -> NetworkPlan:
    values: dict[str, Any] = {
        "names": {"fi": "Puuverkosto"},
        "purposes": {"fi": "Puuelementtien tekijät ja tilaajat samalla seudulla."},
        "themes": (make_theme(),),
        "area": ("426",),
        "languages": ("fi",),
    }
    return NetworkPlan(**{**values, **changes})


@dataclass
class World:
    """A town that hosts, its owner Hilkka, its coordinator Kaisa, and the network."""

    hilkka: User
    kaisa: User
    town: Profile
    network: Network
    people: dict[str, User] = field(default_factory=dict)

    def company(self, name: str) -> Profile:
        """A company and its owner, who is in `people` by the company's name."""
        self.people[name] = make_user(f"{name} Omistaja")
        return make_profile(f"{name} Oy", by=self.people[name])

    def member(self, name: str) -> Membership:
        """A company that is a member, whatever the way in."""
        profile = self.company(name)
        invited = memberships.invite(network=self.network, profile=profile, by=self.kaisa, now=NOW)
        return memberships.accept_invitation(membership=invited, by=self.people[name], now=NOW)

    def applicant(self, name: str, **more: Any) -> Application:
        return applications.apply(
            network=self.network, profile=self.company(name), by=self.people[name], now=NOW, **more
        )

    def criterion(self, sentence: str = "Käyttää kotimaista puuta") -> Criterion:
        return networks.add_criterion(
            network=self.network, sentence=sentence, shown_by="Todistus tai linkki", by=self.kaisa, now=NOW
        )


def make_world(*, running: bool = True, criteria: int = 0, **changes: Any) -> World:
    hilkka, kaisa = make_user("Hilkka Omistaja"), make_user("Kaisa Koordinaattori")
    town = make_profile("Liperin kunta", by=hilkka, kind=Profile.Kind.MUNICIPALITY)
    Representative.objects.create(profile=town, user=kaisa, role="editor", since=NOW)
    network = networks.found_network(plan=plan(**changes), organiser=town, by=kaisa, now=NOW)
    world = World(hilkka, kaisa, town, network)
    for n in range(criteria):
        world.criterion(f"Kriteeri {n + 1}")
    if running:
        networks.start_network(network=network, by=kaisa, now=NOW)
        network.refresh_from_db()
    return world


def second_coordinator(world: World) -> User:
    other = make_user("Toini Toinen")
    Representative.objects.create(profile=world.town, user=other, role="editor", since=NOW)
    Coordinator.objects.create(network=world.network, user=other, since=NOW)
    return other


def kinds_to(user: Any) -> list[str]:
    """The kinds of the notices that a person has had, in their order."""
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def changes_of(membership: Membership) -> list[tuple[str, str, int | None]]:
    """From, to and by whom, in their order."""
    return [(one.from_state, one.to_state, one.by_id) for one in membership.changes.all()]
