"""What is left of a profile's contacts, beside the button that spends one."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from accounts.models import Profile
from conversations.queries import budget as queries

register = template.Library()


@register.inclusion_tag("conversations/contacts_left.html")
def contacts_left(profile: Profile) -> dict[str, Any]:
    """Says something only when little is left."""
    return {"budget": queries.budget_of(profile, now=timezone.now())}
