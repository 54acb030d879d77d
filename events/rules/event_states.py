"""What an event may become of what it is, as data: everything not said here is refused."""

from __future__ import annotations

from events.models import Event

State = Event.State

MOVES: dict[Event.State, frozenset[Event.State]] = {
    State.DRAFT: frozenset({State.PUBLISHED, State.CANCELLED}),
    State.PUBLISHED: frozenset({State.CLOSED, State.CANCELLED, State.ARCHIVED}),
    State.CLOSED: frozenset({State.PUBLISHED, State.CANCELLED, State.ARCHIVED}),
    State.CANCELLED: frozenset(),
    State.ARCHIVED: frozenset(),
}


def may_become(event: Event, state: Event.State) -> bool:
    """Whether the state can follow that which the event has. When it may, by time, is the service's to ask."""
    return state in MOVES[State(event.state)]
