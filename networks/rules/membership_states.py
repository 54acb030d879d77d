"""What a membership may become of what it is, as data: everything not said here is refused."""

from __future__ import annotations

from networks.models import Membership

State = Membership.State

FIRST = frozenset({State.INVITED, State.APPLIED, State.MEMBER})
"""What a profile that was never in the network may become."""

MOVES: dict[Membership.State, frozenset[Membership.State]] = {
    State.INVITED: frozenset({State.APPLIED, State.MEMBER, State.DECLINED, State.REMOVED}),
    State.APPLIED: frozenset({State.MEMBER, State.DECLINED, State.LEFT, State.REMOVED}),
    State.MEMBER: frozenset({State.ON_LEAVE, State.LEFT, State.REMOVED}),
    State.ON_LEAVE: frozenset({State.MEMBER, State.LEFT, State.REMOVED}),
    # Who left comes back as anybody comes; who was declined may ask again, or wins an appeal.
    State.LEFT: frozenset({State.INVITED, State.APPLIED, State.MEMBER}),
    State.DECLINED: frozenset({State.INVITED, State.APPLIED, State.MEMBER}),
    # Who was removed comes back by an invitation alone.
    State.REMOVED: frozenset({State.INVITED}),
}


def may_become(membership: Membership | None, state: Membership.State) -> bool:
    """Whether the state can follow that which the membership has; None: there is none yet."""
    if membership is None:
        return state in FIRST
    return state in MOVES[State(membership.state)]
