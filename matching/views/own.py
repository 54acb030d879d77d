"""For which of one's own profiles a page is, and what its limits are called."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from matching import queries
from matching.engine.preferences import Wish


def chosen_profile(request: HttpRequest) -> tuple[Profile | None, list[Profile]]:
    """The profile that `?for=` names, else the first; and all that the person answers for.

    Somebody else's profile is *not found*, like one that does not exist.
    """
    own = list(queries.own_profiles(request.user))
    wanted = request.GET.get("for", "")
    if wanted:
        profile = next((profile for profile in own if profile.slug == wanted), None)
        if profile is None:
            raise Http404
        return profile, own
    return (own[0] if own else None), own


LIMITS: dict[Wish, str | Promise] = {
    Wish.PLACE: _("the distance or the area"),
    Wish.SIZES: _("the size"),
    Wish.LANGUAGES: _("the language"),
    Wish.KINDS: _("the kind of party"),
    Wish.READY: _("the readiness"),
}


def loosening(loosened: dict[Wish, int], count: int) -> list[tuple[str | Promise, int]]:
    """Which limit, if it were loosened, would give more, and how many; the most giving first."""
    more = [(LIMITS[wish], n) for wish, n in loosened.items() if n > count]
    return sorted(more, key=lambda one: -one[1])
