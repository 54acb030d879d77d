"""A network's yearly report: its figures as everybody may see them, what was done, and who is thanked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Profile
from accounts.queries import names
from core.text import LANGUAGES, reader_language
from events.models import Event
from events.small_numbers import is_small, part_of
from networks.models import Decision, Membership, Network, NetworkReport
from networks.queries import met as met_queries
from networks.queries import year as year_queries

STAGES = ("members", "attended", "met", "came")
"""Those of the funnel that a report tells; whom the network asked in vain is its own business."""
MOST_MEETINGS, MOST_THANKED = 60, 500


@dataclass(frozen=True)
class Done:
    """A meeting that was for everybody: only of these theme and day are told."""

    day: date
    theme: str
    language: str


@dataclass(frozen=True)
class Told:
    """None: not told, because it or what follows from it is from one to four."""

    stages: Mapping[str, int | None]
    new_members: int | None
    pairs: int | None
    meetings: int
    decisions: int
    done: Sequence[Done]
    themes: Sequence[str]
    goals: Sequence[tuple[str, bool]]
    thanked: Sequence[int]

    @property
    def reached(self) -> int:
        return sum(1 for _text, is_reached in self.goals if is_reached)


def written(network: Network, year: int, now: datetime) -> dict[str, Any]:
    """What a report of the year would tell now, without small numbers, as it is kept when it is published. A fixed
    number of reads."""
    known = year_queries.funnel(network, year, now)
    counts = {stage: len(known.of(stage)) for stage in STAGES}
    pairs = len(met_queries.met_in(network, year, now, known.members, known.tables).times)
    held = year_queries.held_in(network, year, now)
    open_to_all = held.filter(group=None, event__audience=Event.Audience.ALL).select_related("event")
    willing = Membership.objects.filter(network=network, is_named=True).order_by("pk").values_list("profile", flat=True)
    return {
        "stages": told_stages(counts),
        "new_members": part_of(len(known.new_members), counts["members"]),
        "pairs": None if is_small(pairs) else pairs,
        "meetings": known.meetings,
        "decisions": Decision.objects.filter(meeting__in=held.values("pk")).count(),
        "done": [
            {"day": f"{timezone.localdate(one.event.starts_at)}", "theme": one.theme, "language": one.language}
            for one in open_to_all.order_by("event__starts_at", "pk")[:MOST_MEETINGS]
        ],
        "themes": [
            {code: getattr(theme, f"name_{code}") or theme.name for code in LANGUAGES}
            for theme in network.themes.all()
            if theme.state == theme.State.ACTIVE
        ],
        "goals": [[goal.text, goal.is_reached] for goal in network.goals.filter(year=year).order_by("pk")],
        "thanked": [key for key in willing if key in known.members][:MOST_THANKED],
    }


def told_stages(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Each stage is a part of those before it, so one is told when neither it nor what is left of any of them that is
    told is small."""
    told: dict[str, int | None] = {}
    for stage in STAGES:
        n = counts[stage]
        wholes = [whole for whole in told.values() if whole is not None]
        is_told = not is_small(n) and all(part_of(n, whole) is not None for whole in wholes)
        told[stage] = n if is_told else None
    return told


def read(data: Mapping[str, Any]) -> Told:
    """In the reader's language where there are several."""
    return Told(
        stages=data["stages"],
        new_members=data["new_members"],
        pairs=data["pairs"],
        meetings=data["meetings"],
        decisions=data["decisions"],
        done=[Done(date.fromisoformat(one["day"]), one["theme"], one["language"]) for one in data["done"]],
        themes=[one[reader_language()] for one in data["themes"]],
        goals=[(text, is_reached) for text, is_reached in data["goals"]],
        thanked=data["thanked"],
    )


def thanked(network: Network, told: Told, user: Any) -> list[names.Named]:
    """Of those who wanted to be named when it was published, the ones who still do and whom the reader may see."""
    willing = Membership.objects.filter(network=network, is_named=True).values("profile")
    kept = set(told.thanked)
    found = names.of(Profile.objects.visible_to(user).published().filter(pk__in=willing))
    return [one for one in found if one.pk in kept]


def listed(network: Network, *, runs: bool) -> QuerySet[NetworkReport]:
    """The published ones, the newest first; those who run the network see drafts too."""
    found = NetworkReport.objects.filter(network=network)
    return (found if runs else found.filter(published_at__isnull=False)).order_by("-year")
