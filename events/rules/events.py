"""Who hosts an event, and who may see it."""

from __future__ import annotations

from typing import Any

from accounts import rules as accounts_rules
from events.models import Event


def may_manage_event(user: Any, event: Event) -> bool:
    """Its maker, the representatives of its organiser, and the coordinator of the installation."""
    if not user.is_authenticated:
        return False
    if event.created_by_id == user.pk or accounts_rules.is_coordinator(user):
        return True
    return event.organiser is not None and accounts_rules.may_act_for(user, event.organiser)


def may_see_event(user: Any, event: Event) -> bool:
    """A published or a closed one is everybody's; a draft is its hosts'."""
    return event.state != Event.State.DRAFT or may_manage_event(user, event)
