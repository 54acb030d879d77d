"""The members of a network looked through for one of them."""

from __future__ import annotations

from matching import among
from networks.models import Membership
from networks.queries.market import key_of


def look_through(*, network_id: int, profile_id: int) -> None:
    """In a worker. Only a member is answered; who may see which of the others is asked when a page shows it."""
    members = Membership.objects.standing().filter(network=network_id)
    there = set(members.values_list("profile", flat=True))
    if profile_id in there:
        among.find(key_of(network_id, profile_id), profile_id, there)
