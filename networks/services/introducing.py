"""A coordinator introduces two or three members to each other; each answers in private, pair by pair.

The answers, the thirty days and the connection are the matcher's own introductions: nobody learns who said no.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from matching import introducing
from matching.models import Introduction
from matching.services import introductions
from networks.models import MemberIntroduction, Membership, Network
from networks.queries import letters as letter_queries
from networks.rules import letters as letter_rules
from networks.services.common import NotRunning, ReasonMissing, lock_for_coordinator
from networks.services.letters import HadEnoughLetters

FEWEST, MOST = 2, 3
"""More than three is a meeting, not an introduction."""


class TwoOrThree(DomainError):
    message = _("Choose two or three members.")


class NotMembers(DomainError):
    message = _("Choose members of the network that are not on leave.")


class CannotIntroduce(DomainError):
    """For whatever cause; which it was could tell of an answer that is private."""

    def __init__(self, one: Profile, other: Profile) -> None:
        told = {"one": one.name, "other": other.name}
        super().__init__(_("%(one)s and %(other)s cannot be introduced to each other now.") % told, field="members")


@transaction.atomic
def introduce_members(
    *, network: Network, members: Sequence[Membership], reason: str, by: Any, now: datetime
) -> list[Introduction]:
    """Each pair of them, all or none. Raises `NotTheCoordinator`, `NotRunning`, `TwoOrThree`, `NotMembers`,
    `ReasonMissing`, `HadEnoughLetters`, `CannotIntroduce` or `introductions.IntroducedOftenEnough`."""
    network = lock_for_coordinator(network, by)
    if not network.is_running:
        raise NotRunning
    keys = sorted({one.pk for one in members})
    if not FEWEST <= len(keys) <= MOST:
        raise TwoOrThree(field="members")
    known = Membership.objects.filter(network=network, pk__in=keys, state=Membership.State.MEMBER)
    profiles = [one.profile for one in known.select_related("profile").order_by("profile")]
    if len(profiles) != len(keys):
        raise NotMembers(field="members")
    if not reason.strip():
        raise ReasonMissing(field="reason")
    had = letter_queries.lately([one.pk for one in profiles], now)
    for profile in profiles:
        if had[profile.pk] + len(profiles) - 1 > letter_rules.MOST_IN_A_MONTH:
            raise HadEnoughLetters(profile)
    made = [_introduce(network, one, other, reason.strip(), by, now) for one, other in combinations(profiles, 2)]
    audit.record("network.introduced", network, by=by, now=now, profiles=[one.pk for one in profiles])
    return made


def _introduce(network: Network, one: Profile, other: Profile, reason: str, by: Any, now: datetime) -> Introduction:
    letters = {}
    for me, them in ((one, other), (other, one)):
        language = introducing.letter_language(me)
        text = introducing.letter_about(them, reason, language=language, by=by.name or by.email)
        letters[me.pk] = introductions.Letter(language, text)
    try:
        made = introductions.introduce_by_reason(one=one, other=other, letters=letters, by=by, now=now)
    except introductions.CannotBeIntroduced as error:
        raise CannotIntroduce(one, other) from error
    MemberIntroduction.objects.create(network=network, introduction=made, reason=reason)
    return made
