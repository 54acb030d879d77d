"""Who runs and sees a network; who may found one is `events.rules.events` (the same who make events). Everything not
said here is refused.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import rules as accounts_rules
from accounts.models import Profile, Representative, User
from networks.models import Coordinator, Group, GroupMember, Membership, Network, Seat


def is_own_coordinator(user: Any, network: Network) -> bool:
    return bool(user.is_authenticated) and Coordinator.objects.filter(network=network, user=user).exists()


def belongs_to_organiser(user: Any, network: Network) -> bool:
    """Whoever represents the party that hosts the network."""
    if not user.is_authenticated or network.organiser_id is None:
        return False
    return Representative.objects.filter(profile=network.organiser_id, user=user).exists()


def owns_organiser(user: Any, network: Network) -> bool:
    """An owner of the party that hosts the network: who takes over, and who answers appeals."""
    if not user.is_authenticated or network.organiser_id is None:
        return False
    owners = Representative.objects.filter(profile=network.organiser_id, role=Representative.Role.OWNER)
    return owners.filter(user=user, profile__status=Profile.Status.PUBLISHED).exists()


def may_coordinate(user: Any, network: Network) -> bool:
    """Its coordinators, the owners of its organiser, and the installation's coordinator."""
    if not user.is_authenticated:
        return False
    if accounts_rules.is_coordinator(user):
        return True
    return is_own_coordinator(user, network) or owns_organiser(user, network)


def is_member(user: Any, network: Network) -> bool:
    """Whoever represents a member, on leave or not."""
    return Membership.objects.standing().of_user(user).filter(network=network).exists()


def takes_part(user: Any, network: Network) -> bool:
    """A representative whom a member has named to take part."""
    if not user.is_authenticated:
        return False
    seats = Seat.objects.held().filter(user=user, membership__network=network)
    return seats.filter(membership__state__in=Membership.STANDING).exists()


def is_in_group(user: Any, group: Group) -> bool:
    """Whoever represents a member of the group."""
    if not user.is_authenticated:
        return False
    standing = Membership.objects.standing().of_user(user)
    return GroupMember.objects.filter(group=group, membership__in=standing).exists()


def acting_for(user: Any) -> QuerySet[Membership]:
    """The standing memberships for which the person takes part: with a seat, or, where a member has named nobody, as
    its owner or editor. The same as `people_of`, asked from the person's side."""
    if not user.is_authenticated or not user.is_active:
        return Membership.objects.none()
    held = Seat.objects.held().filter(membership=OuterRef("pk"))
    decides = Representative.objects.filter(profile=OuterRef("profile"), user=user, role__in=Representative.DECIDES)
    found = Membership.objects.standing().of_user(user)
    return found.filter(Exists(held.filter(user=user)) | ~Exists(held) & Exists(decides)).distinct()


def people_of(members: QuerySet[Membership]) -> QuerySet[User]:
    """Who takes part for these members: those with a seat; where a member named nobody, its owners and editors."""
    shown = members.filter(profile__status=Profile.Status.PUBLISHED)
    seated = Seat.objects.held().filter(membership__in=shown.values("pk"))
    unnamed = shown.exclude(pk__in=seated.values("membership"))
    deciders = Representative.objects.filter(profile__in=unnamed.values("profile"), role__in=Representative.DECIDES)
    return User.objects.filter(Q(pk__in=seated.values("user")) | Q(pk__in=deciders.values("user")), is_active=True)


def chaired_by(user: Any) -> QuerySet[Group]:
    """The standing groups that the person chairs: takes part for the member that is the chair."""
    return Group.objects.filter(ended_at=None, chair__in=acting_for(user).values("pk"))


def may_lead_group(user: Any, group: Group) -> bool:
    """Plan and run its meetings: its chair, and those who run the network."""
    return may_coordinate(user, group.network) or chaired_by(user).filter(pk=group.pk).exists()


def may_see_network(user: Any, network: Network) -> bool:
    """See `NetworkQuerySet.visible_to`."""
    return Network.objects.visible_to(user).filter(pk=network.pk).exists()


def may_see_inside(user: Any, network: Network) -> bool:
    """Who the members are, and what they do together: its members and those who run it."""
    return is_member(user, network) or may_coordinate(user, network)


def may_see_group_work(user: Any, group: Group) -> bool:
    """What a group does inside itself: its members and those who run the network."""
    return is_in_group(user, group) or may_coordinate(user, group.network)


def may_act_for_member(user: Any, membership: Membership) -> bool:
    """Owners and editors decide for the member: to join, to leave, who takes part, where invoices go."""
    return accounts_rules.may_edit(user, membership.profile)


def profiles_to_join(user: Any, network: Network) -> QuerySet[Profile]:
    """The profiles for which the person may ask to join: own published ones that others can see, not in it already."""
    if not user.is_authenticated:
        return Profile.objects.none()
    there = Membership.objects.filter(network=network).exclude(
        state__in=[Membership.State.LEFT, Membership.State.DECLINED, Membership.State.INVITED]
    )
    own = Profile.objects.published().decided_by(user).exclude(visibility=Profile.Visibility.HIDDEN)
    return own.exclude(pk__in=there.values("profile")).order_by("name_fi", "pk")
