"""What a membership may become: every pair of states, through the one way in which it changes."""

from __future__ import annotations

import pytest

from networks.models import Membership
from networks.rules import membership_states
from networks.services.common import CannotBecome, begin, lock_membership, move

from .making import NOW, World, changes_of

pytestmark = pytest.mark.django_db

State = Membership.State
ALLOWED = {
    ("invited", "applied"), ("invited", "member"), ("invited", "declined"), ("invited", "removed"),
    ("applied", "member"), ("applied", "declined"), ("applied", "left"), ("applied", "removed"),
    ("member", "on_leave"), ("member", "left"), ("member", "removed"),
    ("on_leave", "member"), ("on_leave", "left"), ("on_leave", "removed"),
    ("left", "invited"), ("left", "applied"), ("left", "member"),
    ("declined", "invited"), ("declined", "applied"), ("declined", "member"),
    ("removed", "invited"),
}  # fmt: skip


def test_every_state_has_its_moves() -> None:
    assert set(membership_states.MOVES) == set(State)
    pairs = {(str(one), str(other)) for one, others in membership_states.MOVES.items() for other in others}
    assert pairs == ALLOWED


@pytest.mark.parametrize("before", State.values)
def test_every_pair(world: World, before: str) -> None:
    """What is allowed is written down with who and when; what is not leaves everything as it was."""
    for n, after in enumerate(State.values):
        made = Membership.objects.create(
            network=world.network, profile=world.company(f"Yritys{n}"), state=before, state_since=NOW
        )
        held = lock_membership(made)
        if (before, after) in ALLOWED:
            move(held, State(after), by=world.kaisa, now=NOW, why="Syy")
            made.refresh_from_db()
            assert made.state == after
            change = made.changes.get()
            assert (change.from_state, change.to_state, change.by, change.at) == (before, after, world.kaisa, NOW)
            assert change.why == "Syy"
        else:
            with pytest.raises(CannotBecome):
                move(held, State(after), by=world.kaisa, now=NOW)
            made.refresh_from_db()
            assert made.state == before
            assert not made.changes.exists()


@pytest.mark.parametrize("state", State.values)
def test_what_a_stranger_becomes(world: World, state: str) -> None:
    profile = world.company("Uusi")
    if state in ("invited", "applied", "member"):
        made = begin(world.network, profile, State(state), by=world.kaisa, now=NOW)
        assert changes_of(made) == [("", state, world.kaisa.pk)]
    else:
        with pytest.raises(CannotBecome):
            begin(world.network, profile, State(state), by=world.kaisa, now=NOW)
        assert not Membership.objects.filter(profile=profile).exists()
