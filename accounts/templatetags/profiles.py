"""What templates of profiles need beyond the look's own tags."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from accounts import industries, spoken
from accounts.models import Profile
from core.text import reader_language

register = template.Library()


@register.simple_tag(takes_context=True)
def without(context: dict[str, Any], name: str, value: str) -> str:
    """This page's address with one value of a parameter taken away, the parameter's other values kept."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    values.setlist(name, [kept for kept in values.getlist(name) if kept != value])
    values.pop("page", None)
    return "?" + values.urlencode() if values.urlencode() else request.path


@register.filter
def industry(profile: Profile) -> str:
    """The name of the profile's industry in the reader's language."""
    return industries.name(profile.industry, profile.industry_edition, reader_language())


@register.filter
def languages(codes: list[str]) -> str:
    """Languages spoken, as a list in words."""
    return ", ".join(spoken.names(codes))
