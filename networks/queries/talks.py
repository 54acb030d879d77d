"""Groups as conversations have them: the same people as on a group's noticeboard, each from when their member came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Profile, Representative, User
from conversations.hooks import Circle, Circles, Voice
from networks.models import Coordinator, Group, GroupMember, Membership, Network, Seat
from networks.rules import board as rules

CIRCLE = "networks.group"


def show(pks: Collection[int]) -> dict[int, Circle]:
    groups = Group.objects.filter(pk__in=pks).select_related("network")
    return {
        one.pk: Circle(f"{one.network.name}: {one.name}", one.get_absolute_url(), rules.is_open(one.network, one))
        for one in groups
    }


def people(pk: int) -> list[User]:
    group = _group(pk)
    return list(rules.circle(group.network, group).order_by("pk")) if group is not None else []


def voices(pk: int, user: Any) -> list[Voice]:
    """For each member of the group for which the person takes part; else, for one who runs the network, for its host
    where they represent it. Who runs the installation alone is not in it: what they judge is reported to them."""
    group = _group(pk)
    if group is None or not user.is_authenticated or not user.is_active or group.network.is_draft:
        return []
    taking = rules.taking_part(user, group.network, group)
    there = GroupMember.objects.filter(group=group, membership__in=taking).select_related("membership__profile")
    found = [Voice(one.membership.profile, one.since) for one in there]
    if found or not _runs(user, group.network):
        return found
    host = group.network.organiser
    represents = host is not None and Representative.objects.filter(profile=host, user=user).exists()
    return [Voice(host if represents else None, group.made_at)]


def of(user: Any) -> dict[int, datetime]:
    """All groups in which the person is; two reads."""
    held = Seat.objects.held().filter(membership=OuterRef("membership"))
    decides = Representative.objects.filter(
        profile=OuterRef("membership__profile"), user=user, role__in=Representative.DECIDES
    )
    mine = GroupMember.objects.filter(
        Exists(held.filter(user=user)) | ~Exists(held) & Exists(decides),
        membership__in=Membership.objects.standing().of_user(user),
    ).exclude(group__network__state=Network.State.DRAFT)
    runs = Group.objects.filter(
        Q(network__coordinators__user=user)
        | Q(
            network__organiser__representatives__user=user,
            network__organiser__representatives__role=Representative.Role.OWNER,
            network__organiser__status=Profile.Status.PUBLISHED,
        )
    ).exclude(network__state=Network.State.DRAFT)
    first = dict(mine.values_list("group", "since").order_by("-since"))
    return {**dict(runs.values_list("pk", "made_at")), **first}


def _group(pk: int) -> Group | None:
    return Group.objects.select_related("network__organiser").filter(pk=pk).first()


def _runs(user: Any, network: Network) -> bool:
    """Its own coordinators and the owners of its host, as in `rules.board.circle`."""
    if Coordinator.objects.filter(network=network, user=user).exists():
        return True
    owners = Representative.objects.filter(profile=network.organiser_id, role=Representative.Role.OWNER, user=user)
    return owners.filter(profile__status=Profile.Status.PUBLISHED).exists()


CIRCLES = Circles(show=show, people=people, voices=voices, of=of)
