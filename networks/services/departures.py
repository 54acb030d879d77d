"""What goes with an organisation that is taken down, and with a person's account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Profile
from networks.models import Application, Membership, Network, Seat
from networks.rules.membership_states import may_become
from networks.services import board
from networks.services.common import coordinators_of, deciders_of, lock_membership, moment_key, move
from networks.services.coordinators import hand_on
from notifications.services import notify

State = Membership.State


@transaction.atomic
def profile_changed(profile_id: int, now: datetime) -> None:
    """A profile that is taken down is in no network any more; the coordinators are told of a member's going. Whoever
    has claimed a profile is told of the invitations that wait for it."""
    gone = Profile.objects.filter(pk=profile_id, status=Profile.Status.TAKEN_DOWN)
    if not gone.exists():
        _tell_of_invitations(profile_id, now)
        return
    for pk in Membership.objects.filter(profile=profile_id).order_by("pk").values_list("pk", flat=True):
        membership = lock_membership(Membership(pk=pk))
        if not may_become(membership, State.REMOVED):
            continue
        was_standing = membership.is_standing
        Application.objects.filter(membership=membership, state=Application.State.WAITING).update(
            state=Application.State.WITHDRAWN
        )
        move(membership, State.REMOVED, by=None, now=now, cause="taken_down")
        if was_standing:
            people = coordinators_of(membership.network)
            notify("networks.left", people, {"membership": membership.pk}, key=moment_key(membership), now=now)


def _tell_of_invitations(profile_id: int, now: datetime) -> None:
    """Each person once: a notice has the invitation's own key."""
    waiting = Membership.objects.filter(profile=profile_id, state=State.INVITED, network__state="running")
    for one in waiting.filter(profile__claimed_at__isnull=False).select_related("profile"):
        notify("networks.invited", deciders_of(one.profile), {"membership": one.pk}, key=moment_key(one), now=now)


@transaction.atomic
def leave_everything(user: Any, now: datetime) -> None:
    """Before an account ends: its seats are empty, what it coordinated goes on, and what it wrote has no name."""
    for network in Network.objects.filter(coordinators__user=user).order_by("pk"):
        hand_on(network=network, leaving=user, now=now)
    Seat.objects.filter(user=user).delete()
    board.user_leaving(user)
