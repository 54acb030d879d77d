"""The demo's theme networks: founded, started, joined, applied to, with groups; each by its people and in its time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from catalogue.models import OperatingModel
from config.demo import inviting, read
from config.demo.profiles import party_owner, party_profile
from conversations.services import groups as talks
from networks.models import Group, Membership, Network
from networks.queries.talks import CIRCLE
from networks.services import applications, asking, groups, memberships, networks
from networks.services.groups import GroupPlan
from networks.services.networks import NetworkPlan
from themes.models import Theme

FOUNDED_BEFORE = timedelta(days=10)
BETWEEN = timedelta(days=3)


def make_networks(*, now: datetime) -> int:
    """Returns how many networks."""
    rows = read.networks()
    for row in rows:
        _make(row, now)
    return len(rows)


def _make(row: dict[str, Any], now: datetime) -> None:
    by, at = party_owner(row["organiser"]), now + timedelta(days=row["started"])
    network = networks.found_network(
        plan=_plan(row),
        organiser=party_profile(row["organiser"]),
        by=by,
        now=at - FOUNDED_BEFORE,
        operating_model=OperatingModel.objects.get(slug=row["model"]),
    )
    for one in row.get("criteria", ()):
        networks.add_criterion(network=network, by=by, now=at - FOUNDED_BEFORE, **one)
    for one in row.get("goals", ()):
        goal = networks.add_goal(
            network=network, year=timezone.localdate(now).year + one["year"], text=one["text"], by=by, now=at
        )
        if one["reached"]:
            networks.set_goal_reached(goal=goal, reached=True, by=by, now=now - BETWEEN)
    network = networks.start_network(network=network, by=by, now=at)
    members: dict[str, Membership] = {}
    for number, key in enumerate(row.get("members", ())):
        members[key] = _join(network, key, by, at + number * BETWEEN)
    for key in row.get("named", ()):
        asking.set_named(membership=members[key], named=True, by=party_owner(key), now=now - BETWEEN)
    for key in row.get("on_leave", ()):
        memberships.go_on_leave(membership=members[key], by=party_owner(key), now=now - BETWEEN, why="Kiireinen kevät")
    for key in row.get("invited", ()):
        memberships.invite(network=network, profile=party_profile(key), by=by, now=now - timedelta(days=2))
    if "letters" in row:
        inviting.write_letters(network, row["letters"], now=now)
    for one in row.get("introductions", ()):
        inviting.introduce(network, one, members, now=now)
    for one in row.get("groups", ()):
        made = groups.make_group(
            network=network, plan=GroupPlan(one["name"], mandate=one["mandate"]), by=by, now=at + timedelta(days=60)
        )
        chosen = [members[key] for key in one["members"]]
        groups.set_members(group=made, members=chosen, chair=members[one["chair"]], by=by, now=at + timedelta(days=60))
        _talk(made, one.get("talk", ()), now)
    for one in row.get("applies", ()):
        _apply(network, one, now - timedelta(days=1))
    networks.tick_step(network=network, key="admission", done=True, by=by, now=at)


def _talk(group: Group, rows: Iterable[dict[str, Any]], now: datetime) -> None:
    """What the group has written to each other; whoever writes has read what was there."""
    for row in rows:
        by, at = party_owner(row["by"]), now - timedelta(hours=row["before"])
        talk = talks.open_circle(circle=CIRCLE, circle_id=group.pk, now=at)
        talks.write(talk=talk, text=row["text"], by=by, profile=party_profile(row["by"]), now=at)


def _plan(row: dict[str, Any]) -> NetworkPlan:
    themes = Theme.objects.in_bulk(row["themes"], field_name="slug")
    return NetworkPlan(
        names=row["names"],
        purposes=row["purposes"],
        language=row["language"],
        languages=tuple(row["languages"]),
        area=tuple(row["area"]),
        admission=row["admission"],
        fee=row.get("fee", ""),
        membership_months=row.get("months"),
        themes=tuple(themes[slug] for slug in row["themes"]),
    )


def _join(network: Network, key: str, by: User, at: datetime) -> Membership:
    """By itself where all may, else by an invitation."""
    profile, owner = party_profile(key), party_owner(key)
    if network.admission == Network.Admission.OPEN:
        return memberships.join(network=network, profile=profile, by=owner, now=at)
    invited = memberships.invite(network=network, profile=profile, by=by, now=at)
    return memberships.accept_invitation(membership=invited, by=owner, now=at + timedelta(hours=5))


def _apply(network: Network, row: dict[str, Any], at: datetime) -> None:
    criteria = list(network.criteria.all())
    applications.apply(
        network=network,
        profile=party_profile(row["party"]),
        by=party_owner(row["party"]),
        now=at,
        text=row["text"],
        language=network.language,
        shown={one.pk: text for one, text in zip(criteria, row["shown"], strict=True)},
    )
