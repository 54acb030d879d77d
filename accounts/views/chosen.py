"""For which of one's own profiles a page is."""

from __future__ import annotations

from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts import rules
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


def own_profile(request: HttpRequest, slug: str) -> Profile:
    """The profile, for one of its representatives; nobody else gets in (`refuse`)."""
    profile = get_object_or_404(Profile.objects.exclude(status=Profile.Status.TAKEN_DOWN), slug=slug)
    if not rules.represents(request.user, profile):
        refuse(request, profile)
    return profile


def refuse(request: HttpRequest, profile: Profile) -> NoReturn:
    """403 for those who see the profile; for others there is none, and a refusal would tell that there is."""
    if rules.may_see(request.user, profile):
        raise PermissionDenied
    raise Http404
