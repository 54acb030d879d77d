"""For which of one's own profiles a page is."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from accounts.models import Profile
from conversations.models import Side
from conversations.queries import messages as queries


def chosen_profile(request: HttpRequest) -> tuple[Profile | None, list[Profile]]:
    """The profile that `?for=` names, else the first; and all that the person writes for.

    Somebody else's profile is *not found*, like one that does not exist.
    """
    own = queries.writing_profiles(request.user)
    wanted = request.GET.get("for", "")
    if not wanted:
        return (own[0] if own else None), own
    profile = next((profile for profile in own if profile.slug == wanted), None)
    if profile is None:
        raise Http404
    return profile, own


def own_side(request: HttpRequest, pk: int) -> Side:
    """The person's side of a conversation; without one the conversation is *not found*."""
    chosen, own = chosen_profile(request)
    candidates = own if chosen is None or "for" not in request.GET else [chosen]
    for profile in candidates:
        side = queries.side_of(profile, pk)
        if side is not None:
            return side
    raise Http404
