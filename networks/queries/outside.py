"""A network outside its page: what a card on another site and the open interface tell of it. To nobody more than to a
visitor who has not signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from accounts.queries import names
from core import places
from core.text import LANGUAGES, reader_language
from events.models import Event
from networks.models import Network, NetworkMeeting
from networks.queries.members import shown_members

MOST_MEMBERS, MOST_MEETINGS = 1000, 50
NOBODY = AnonymousUser()


class Member(NamedTuple):
    """A row of the members' profiles: there may be hundreds. `names` by language."""

    slug: str
    kind: str
    municipality: str
    names: dict[str, str]

    @property
    def name(self) -> str:
        return names.first(self.names.get(code, "") for code in (reader_language(), *LANGUAGES))

    @property
    def place(self) -> str:
        return places.name(self.municipality)

    @property
    def url(self) -> str:
        return self.slug.join(names.around_slug())


@dataclass(frozen=True)
class Public:
    """`members` by name, `meetings` by time: those to come that are for everybody."""

    network: Network
    members: list[Member]
    meetings: list[NetworkMeeting]


def seen_outside(slug: str) -> Network | None:
    """None: it is not for everybody on the web, or has not begun."""
    return Network.objects.visible_to(NOBODY).filter(slug=slug).first()


def public_of(network: Network, now: datetime) -> Public:
    """Two reads."""
    coming = NetworkMeeting.objects.standing().filter(
        network=network, group=None, event__audience=Event.Audience.ALL, event__ends_at__gt=now
    )
    coming = coming.exclude(event__state=Event.State.ARCHIVED).select_related("event")
    return Public(
        network,
        _members(network),
        list(coming.order_by("event__starts_at", "pk")[:MOST_MEETINGS]),
    )


def _members(network: Network) -> list[Member]:
    columns = [f"profile__{name}" for name in ("slug", "kind", "municipality", *(f"name_{code}" for code in LANGUAGES))]
    rows = shown_members(network, NOBODY).values_list(*columns)[:MOST_MEMBERS]
    return [
        Member(slug, kind, municipality, dict(zip(LANGUAGES, called, strict=True)))
        for slug, kind, municipality, *called in rows
    ]


def as_data(public: Public) -> dict[str, Any]:
    """The record of `public.json`; its fields are told in docs/networks-outside.md. Texts are by language, and those
    that are not written are left out.
    """
    pages = {code: _profiles(code) for code in LANGUAGES}
    return {
        "network": {
            "name": _texts(public.network, "name"),
            "purpose": _texts(public.network, "purpose"),
            "url": _urls(public.network),
        },
        "members": [
            {
                "name": {code: text for code, text in one.names.items() if text},
                "kind": one.kind,
                "municipality": _town(one.municipality),
                "url": {code: one.slug.join(around) for code, around in pages.items()},
            }
            for one in public.members
        ],
        "meetings": [
            {
                "title": _texts(one.event, "title"),
                "starts_at": _utc(one.event.starts_at),
                "ends_at": _utc(one.event.ends_at),
                "mode": one.event.mode,
                "place": one.event.place,
                "municipality": _town(one.event.municipality),
                "url": _urls(one.event),
            }
            for one in public.meetings
        ],
    }


def page_url(thing: Any, language: str) -> str:
    with translation.override(language):
        return f"{settings.SITE_URL}{thing.get_absolute_url()}"


def _profiles(language: str) -> tuple[str, str]:
    """What stands around the slug of a profile's page."""
    with translation.override(language):
        before, after = names.around_slug()
    return f"{settings.SITE_URL}{before}", after


def _texts(thing: Any, name: str) -> dict[str, str]:
    found = {code: getattr(thing, f"{name}_{code}") for code in LANGUAGES}
    return {code: text for code, text in found.items() if text}


def _urls(thing: Any) -> dict[str, str]:
    return {code: page_url(thing, code) for code in LANGUAGES}


def _town(code: str) -> dict[str, str]:
    town = places.municipalities().get(code)
    return {"fi": town.fi, "sv": town.sv} if town else {}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
