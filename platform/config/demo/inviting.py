"""The demo's letters of invitation, to invented parties, which answer, and to real organisations, which are silent; and
its members' introductions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from config.demo.profiles import party_owner, party_profile
from matching.services import answer_introduction
from networks.models import Membership, Network
from networks.queries.proposals import proposals
from networks.services import invitations, letters, memberships
from networks.services.introducing import introduce_members


def introduce(network: Network, row: dict[str, Any], members: dict[str, Membership], *, now: datetime) -> None:
    """Two members, both of whom accept where `accepted` says so."""
    by, at = User.objects.filter(is_coordinator=True).order_by("pk")[0], now - timedelta(days=row["before"])
    chosen = [members[key] for key in row["members"]]
    for made in introduce_members(network=network, members=chosen, reason=row["reason"], by=by, now=at):
        for key in row["members"] if row["accepted"] else ():
            answer_introduction(
                introduction=made, profile=party_profile(key), accepts=True, by=party_owner(key), now=at
            )


def write_letters(network: Network, row: dict[str, Any], *, now: datetime) -> None:
    """A batch of some days ago, mailed then; an answer is put into the mouth of invented parties alone."""
    by, at = User.objects.filter(is_coordinator=True).order_by("pk")[0], now - timedelta(days=row["before"])
    invented = [party_profile(one["party"]) for one in row["to"]]
    real = [one.profile for one in proposals(network, by) if not one.profile.is_claimed][: row["unclaimed"]]
    addresses = {one.pk: f"toimisto@{one.slug[:50]}.example" for one in real}
    invitations.invite_all(network=network, profiles=[*invented, *real], words={}, addresses=addresses, by=by, now=at)
    letters.send_due(now=at)
    for one in row["to"]:
        membership = Membership.objects.get(network=network, profile=party_profile(one["party"]))
        letters.mark_opened(membership=membership, now=at + timedelta(hours=6))
        if "declined" in one:
            memberships.decline_invitation(
                membership=membership, by=party_owner(one["party"]), now=at + timedelta(days=1), why=one["declined"]
            )
