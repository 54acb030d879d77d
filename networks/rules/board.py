"""Whose a noticeboard is, and what each may do on it. Everything not said here is refused."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Profile, Representative, User
from networks.models import Coordinator, Group, Membership, Network, Post
from networks.rules.networks import acting_for, may_coordinate, people_of


def taking_part(user: Any, network: Network, group: Group | None) -> QuerySet[Membership]:
    """The standing memberships for which the person takes part. The same as `circle`, asked from the person's side."""
    found = acting_for(user).filter(network=network)
    return found if group is None else found.filter(groups__group=group)


def circle(network: Network, group: Group | None) -> QuerySet[User]:
    """Whose board it is: those who take part for its members, and those who run the network. They are told of what is
    written, and can be mentioned."""
    members = Membership.objects.standing().filter(network=network)
    if group is not None:
        members = members.filter(groups__group=group)
    owners = Representative.objects.filter(
        profile=network.organiser_id, role=Representative.Role.OWNER, profile__status=Profile.Status.PUBLISHED
    )
    coordinators = Coordinator.objects.filter(network=network)
    anyone = Q(pk__in=people_of(members).values("pk"))
    for rows in (owners, coordinators):
        anyone |= Q(pk__in=rows.values("user"))
    return User.objects.filter(anyone, is_active=True)


def may_see_board(user: Any, network: Network, group: Group | None) -> bool:
    """A network's: those who take part in it and those who run it. A group's: those of the group, and who runs it."""
    return may_coordinate(user, network) or taking_part(user, network, group).exists()


def is_open(network: Network, group: Group | None) -> bool:
    """Whether one can still write: what has ended is to be read."""
    return network.is_running and (group is None or group.ended_at is None)


def is_own(user: Any, post: Post) -> bool:
    return post.created_by_id is not None and post.created_by_id == user.pk


def may_see_post(user: Any, post: Post, *, runs: bool) -> bool:
    """On a board that the person sees. The same as `PostQuerySet.shown_to`."""
    parts = [post, *([post.under] if post.under is not None else [])]
    return runs or all(not one.is_hidden or is_own(user, one) for one in parts)


def may_change_post(user: Any, post: Post) -> bool:
    """One's own, as long as nobody has hidden it; while one sees the board (services ask)."""
    return is_own(user, post) and not post.is_hidden and post.removed_at is None
