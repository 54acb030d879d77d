"""Reading networks: lists of them, those of a profile, what a person's export holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Profile
from networks.models import Application, Coordinator, KeptApart, Membership, MinutesDraft, Network, Post, Seat
from networks.wording import SHORT_ADMISSION, area_of
from themes.models import Theme


@dataclass(frozen=True)
class Row:
    """A network in a list; `mine` is the membership of one of the reader's own profiles."""

    network: Network
    area: str
    admission: str
    mine: Membership | None
    coordinates: bool


def listed(user: Any) -> QuerySet[Network]:
    """What the reader may see of networks, with host and counts; those that run first."""
    found = Network.objects.visible_to(user).select_related("organiser").with_counts()
    return found.order_by("state", "name_fi", "pk")


def filtered(networks: QuerySet[Network], *, theme: str = "") -> QuerySet[Network]:
    """`theme` is a slug; one of the top level holds those under it too."""
    if not theme:
        return networks
    tags = Theme.objects.filter(Q(slug=theme) | Q(parent__slug=theme))
    return networks.filter(pk__in=Network.objects.filter(theme_items__tag__in=tags).values("pk"))


def rows(networks: Iterable[Network], user: Any) -> list[Row]:
    """Two reads for the reader's own, however many networks."""
    shown = list(networks)
    mine: dict[int, Membership] = {}
    led: set[int] = set()
    if user.is_authenticated and shown:
        known = Membership.objects.of_user(user).filter(network__in=shown)
        mine = {one.network_id: one for one in known.exclude(state__in=GONE).order_by("pk")}
        led = set(Coordinator.objects.filter(user=user, network__in=shown).values_list("network", flat=True))
    return [
        Row(one, area_of(one), str(SHORT_ADMISSION[Network.Admission(one.admission)]), mine.get(one.pk), one.pk in led)
        for one in shown
    ]


GONE = (Membership.State.LEFT, Membership.State.DECLINED, Membership.State.REMOVED)


def themes_in_use(user: Any) -> list[Theme]:
    """The themes of the networks that the reader sees, for the filter."""
    seen = Network.objects.visible_to(user).order_by().values("pk")
    return list(Theme.objects.active().filter(networks_networktheme_items__content_object__in=seen).distinct())


def of_profile(profile: Profile, user: Any) -> list[Network]:
    """The begun networks in which the profile is, or which it hosts, as far as the reader sees them."""
    standing = Membership.objects.standing().filter(profile=profile).values("network")
    seen = Network.objects.visible_to(user).exclude(state=Network.State.DRAFT).select_related("organiser")
    return list(seen.filter(Q(pk__in=standing) | Q(organiser=profile)).order_by("name_fi", "pk"))


def of_theme(theme: Theme, user: Any) -> QuerySet[Network]:
    return filtered(listed(user), theme=theme.slug).filter(state=Network.State.RUNNING)


def export_of(user: Any) -> dict[str, Any]:
    """What networks know of a person: what they coordinate, where they take part, what they wrote and decided."""
    led = Coordinator.objects.filter(user=user).select_related("network").order_by("pk")
    seats = Seat.objects.filter(user=user).select_related("membership__network", "membership__profile").order_by("pk")
    asked = Application.objects.filter(made_by=user).select_related("membership__network").order_by("pk")
    return {
        "coordinates": [{"network": one.network.slug, "since": one.since.isoformat()} for one in led],
        "takes_part": [
            {
                "network": one.membership.network.slug,
                "for": one.membership.profile.name,
                "since": one.since.isoformat(),
            }
            for one in seats
        ],
        "applications": [
            {
                "network": one.membership.network.slug,
                "at": one.made_at.isoformat(),
                "text": one.text,
                "state": one.state,
            }
            for one in asked
        ],
        "noticeboard": [
            {
                "network": one.network.slug,
                "at": one.at.isoformat(),
                "text": one.text,
                "files": [file.name for file in one.files.all()],
            }
            for one in Post.objects.filter(created_by=user).select_related("network").prefetch_related("files")
        ],
        "drafts_of_minutes": [
            {
                "network": one.meeting.network.slug,
                "at": one.kept_at.isoformat(),
                "text": one.text,
                "decisions": one.decisions,
            }
            for one in MinutesDraft.objects.filter(by=user).select_related("meeting__network")
        ],
        "kept_apart": [
            {"network": one.network.slug, "at": one.made_at.isoformat(), "reason": one.reason}
            for one in KeptApart.objects.filter(made_by=user).select_related("network")
        ],
    }
