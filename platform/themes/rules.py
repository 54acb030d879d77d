"""Who may do what with themes, and what may become of one."""

from __future__ import annotations

from typing import Any

from themes.models import Theme

State = Theme.State

TRANSITIONS: dict[str, frozenset[str]] = {
    State.PROPOSED: frozenset({State.ACTIVE, State.MERGED, State.REJECTED}),
    State.ACTIVE: frozenset({State.MERGED}),
    State.MERGED: frozenset(),
    State.REJECTED: frozenset(),
}
"""A merge and a refusal are final: what was tagged has moved on, and only a new proposal brings the name back."""


def may_become(theme: Theme, state: str) -> bool:
    return state in TRANSITIONS[theme.state]


def may_propose_themes(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def may_manage_themes(user: Any) -> bool:
    return bool(user.is_authenticated and user.has_perm("themes.manage_themes"))


def may_see_theme(user: Any, theme: Theme) -> bool:
    """A theme in use is public; a proposal is for the one who made it and those who decide."""
    if theme.state in (State.ACTIVE, State.MERGED):
        return True
    return may_manage_themes(user) or (user.is_authenticated and theme.proposed_by_id == user.pk)
