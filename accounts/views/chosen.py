"""For which of one's own profiles a page is."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from accounts.models import Profile


def chosen_profile(request: HttpRequest) -> tuple[Profile | None, list[Profile]]:
    """The profile that `?for=` names, else the first; and all that the person speaks for.

    Somebody else's profile is *not found*, like one that does not exist.
    """
    own = list(Profile.objects.spoken_for_by(request.user))
    wanted = request.GET.get("for", "")
    if not wanted:
        return (own[0] if own else None), own
    profile = next((profile for profile in own if profile.slug == wanted), None)
    if profile is None:
        raise Http404
    return profile, own
