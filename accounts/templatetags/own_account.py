from __future__ import annotations

from django import template

from accounts.browsers import short_name
from accounts.queries import returned

register = template.Library()


@register.filter
def browser(user_agent: str) -> str:
    """A browser's own description, short."""
    return short_name(user_agent or "")


@register.simple_tag
def words_of_returned(address: str) -> str:
    """What is to be said of an address from which mail has come back; empty as a rule."""
    return returned.words_of_returned(address)
