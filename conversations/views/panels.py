"""Conversations on other apps' pages: the masthead's tool, the way to write from a profile."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Profile
from conversations.queries import messages as queries
from core.panels import Panel


def tool(request: HttpRequest) -> dict[str, Any] | None:
    """The inbox in the masthead, for those who are signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return {"count": queries.unread_count(user), "current": request.path == reverse("messages")}


def badge(user: Any) -> str:
    return render_to_string("conversations/count.html", {"count": queries.unread_count(user), "live": True})


def write_action(request: HttpRequest, profile: Profile) -> Panel | None:
    """*Write to them*, where a message can be written. Who takes none and who wants none of this reader look alike."""
    if not request.user.is_authenticated:
        return None
    own = Profile.objects.spoken_for_by(request.user)
    if not own or profile.pk in {one.pk for one in own}:
        return None
    side = queries.side_towards(own[0], profile)
    if side is None and not queries.may_begin(own[0], profile):
        return None
    return Panel("conversations/write_action.html", {"other": profile, "side": side})
