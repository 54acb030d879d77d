"""What the engine is told of a profile's wishes, and of those whom they are held against.

The matcher asks `facts_of` of the two profiles and `wishes_of` of the one whose list it makes; the pages ask the same,
so that a limit holds from the moment when it is saved.
"""

from __future__ import annotations

from functools import cache

from accounts.models import Profile
from core import places
from matching.engine import Point
from matching.engine.preferences import Facts, Preferences, Reach, Ready, Wish
from matching.models import Preferences as Saved


def wishes_of(profile_id: int) -> Preferences:
    saved = Saved.objects.filter(pk=profile_id).first()
    return read(saved) if saved else Preferences()


def read(saved: Saved) -> Preferences:
    """A row as the engine knows it. Codes that are known no more name nothing."""
    return Preferences(
        reach=Reach(saved.place),
        km=saved.km,
        sizes=frozenset(saved.sizes),
        languages=frozenset(saved.languages),
        kinds=frozenset(saved.kinds),
        ready=frozenset(saved.ready),
        hard=frozenset(wish for wish in Wish if wish in saved.hard),
        surprises=saved.surprises,
    )


def facts_of(profile: Profile, *, offers: bool = False) -> Facts:
    """`offers`: whether the profile has written what it offers, which its own row does not tell."""
    place = places.municipalities().get(profile.municipality)
    ready = {
        Ready.CLAIMED: profile.is_claimed,
        Ready.CONTACT: bool(profile.contact_email or profile.contact_phone)
        and profile.contact_visibility != Profile.Visibility.HIDDEN,
        Ready.OFFERS: offers,
    }
    return Facts(
        municipality=profile.municipality,
        region=place.region if place else "",
        place=_point(profile.municipality),
        size=profile.size,
        languages=frozenset(profile.languages),
        kind=profile.kind,
        ready=frozenset(name for name, is_so in ready.items() if is_so),
    )


@cache
def _point(municipality: str) -> Point | None:
    place = places.municipalities().get(municipality)
    return Point(place.lat, place.lon) if place else None
