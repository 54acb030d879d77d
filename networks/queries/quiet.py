"""Members who have gone silent, and new ones who have met nobody yet.

Silence is no meeting that the member came to or has a seat in, no 1:1 meeting, nothing written on a noticeboard, no
message to another member, and no answer to a letter that asked. Which of these there was is not told: that a member
writes to somebody is no coordinator's business. The last meeting is, since the coordinator was there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Profile
from conversations.models import Message
from events.models import MeetingParty, Registration
from networks.models import Asking, Membership, Network, Post, Seating
from networks.rules import year as rules

State = Membership.State


def silent(network: Network, now: datetime) -> QuerySet[Membership]:
    """Members, not on leave and not new, of whom nothing was seen for so long; the longest members first. Each with
    `asked_at`, when it was last asked, and `last_came`."""
    since = now - rules.SILENT_AFTER
    members = Membership.objects.standing().filter(network=network).values("profile")
    came = _comings(network).filter(Q(checked_in_at__isnull=False) | Q(event__starts_at__gt=now, state="confirmed"))
    seated = Seating.objects.filter(meeting__network=network, meeting__event__starts_at__gt=since)
    parties = _parties(network).filter(meeting__starts_at__gt=since)
    wrote = Post.objects.filter(network=network, at__gt=since, profile__isnull=False)
    messages = Message.objects.filter(at__gt=since, conversation__a__in=members, conversation__b__in=members)
    stays = Asking.objects.filter(membership__network=network, stays_at__gt=since)
    found = _on_duty(network).filter(state_since__lte=since)
    seen: tuple[QuerySet[Any], ...] = (came.filter(event__starts_at__gt=since), seated, parties, wrote, messages)
    for active in seen:
        found = found.exclude(profile__in=active.order_by().values("profile"))
    found = found.exclude(pk__in=stays.order_by().values("membership"))
    last = Asking.objects.filter(membership=OuterRef("pk")).order_by("-made_at").values("made_at")[:1]
    return with_last_coming(found.annotate(asked_at=Subquery(last)), network, now).order_by("member_since", "pk")


def may_be_asked(network: Network, now: datetime) -> QuerySet[Membership]:
    """Of the silent ones, those who have not been asked for so long."""
    return silent(network, now).filter(Q(asked_at=None) | Q(asked_at__lte=now - rules.ASKED_AGAIN_AFTER))


def answers(network: Network, now: datetime) -> QuerySet[Asking]:
    """The letters that still count, the newest first."""
    sent = Asking.objects.filter(membership__network=network, made_at__gt=now - rules.ASKED_AGAIN_AFTER)
    return sent.select_related("membership__profile")


def newcomers(network: Network, now: datetime) -> QuerySet[Membership]:
    """Who joined lately and has met nobody: came to no meeting and had no 1:1 meeting; the newest first."""
    seated = Seating.objects.filter(meeting__network=network, meeting__event__starts_at__lte=now)
    parties = _parties(network).filter(meeting__starts_at__lte=now)
    here = _comings(network).filter(checked_in_at__isnull=False)
    found = _on_duty(network).filter(member_since__gt=now - rules.NEW_FOR)
    every: tuple[QuerySet[Any], ...] = (seated, parties, here)
    for met in every:
        found = found.exclude(profile__in=met.order_by().values("profile"))
    return found.order_by("-member_since", "-pk")


def with_last_coming(found: QuerySet[Membership], network: Network, now: datetime) -> QuerySet[Membership]:
    """With `last_came`: the beginning of the last meeting to which somebody came for the member, or None."""
    seats = Seating.objects.filter(
        meeting__network=network, profile=OuterRef("profile"), meeting__event__starts_at__lte=now
    ).order_by("-meeting__event__starts_at")
    here = _comings(network).filter(checked_in_at__isnull=False, profile=OuterRef("profile"))
    return found.annotate(
        last_seat=Subquery(seats.values("meeting__event__starts_at")[:1]),
        last_here=Subquery(here.order_by("-event__starts_at").values("event__starts_at")[:1]),
    )


@dataclass(frozen=True)
class Row:
    """A silent member for the page."""

    membership: Membership
    last_came: datetime | None
    asked_at: datetime | None
    may_ask: bool


def rows(found: Any, now: datetime) -> list[Row]:
    made = []
    for one in found:
        last = max((at for at in (one.last_seat, one.last_here) if at is not None), default=None)
        may = one.profile.is_claimed and rules.may_ask_again(one.asked_at, now)
        made.append(Row(one, last, one.asked_at, may))
    return made


def last_asking(membership: Membership) -> Asking | None:
    return Asking.objects.filter(membership=membership).order_by("-made_at", "-pk").first()


def _on_duty(network: Network) -> QuerySet[Membership]:
    found = Membership.objects.filter(network=network, state=State.MEMBER, profile__status=Profile.Status.PUBLISHED)
    return found.select_related("profile")


def _comings(network: Network) -> QuerySet[Registration]:
    return Registration.objects.filter(event__network_meeting__network=network)


def _parties(network: Network) -> QuerySet[MeetingParty]:
    """Of 1:1 meetings that stand, at the network's meetings."""
    return MeetingParty.objects.filter(
        meeting__state="agreed", meeting__slot__round__event__network_meeting__network=network
    )
