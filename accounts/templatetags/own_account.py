from __future__ import annotations

from django import template

from accounts.browsers import short_name

register = template.Library()


@register.filter
def browser(user_agent: str) -> str:
    """A browser's own description, short."""
    return short_name(user_agent or "")
