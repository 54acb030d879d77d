"""Which side of a conversation is the person's."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from accounts.views.chosen import chosen_profile
from conversations.models import Side
from conversations.queries import messages as queries


def own_side(request: HttpRequest, pk: int) -> Side:
    """The person's side of a conversation; without one the conversation is *not found*."""
    chosen, own = chosen_profile(request)
    candidates = own if chosen is None or "for" not in request.GET else [chosen]
    for profile in candidates:
        side = queries.side_of(profile, pk)
        if side is not None:
            return side
    raise Http404
