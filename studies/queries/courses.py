"""Reads of course rounds, for their pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Profile, Representative
from opportunities.models import Opportunity
from studies.models import Allocation, CourseFeedback, CourseRound, Entrant, HandIn, OfferedPlace, Placement
from studies.queries.courses_problem import party_of


def listed(user: Any) -> QuerySet[CourseRound]:
    """What the reader sees, the newest first."""
    return CourseRound.objects.seen_by(user).select_related("school")


def of_profile(profile: Profile, user: Any) -> QuerySet[CourseRound]:
    """Of a school its rounds, of a company those in which it stands: those that are not over."""
    there = OfferedPlace.objects.filter(profile=profile, withdrawn_at=None).values("round")
    return listed(user).filter(Q(school=profile) | Q(pk__in=there)).exclude(state__in=["draft", "ended"])


def own_rounds(user: Any) -> QuerySet[CourseRound]:
    """Those in which the person is a student, a company's, or a teacher."""
    if not user.is_authenticated:
        return CourseRound.objects.none()
    places = OfferedPlace.objects.filter(
        profile__representatives__user=user, profile__representatives__role__in=Representative.DECIDES
    )
    taught = CourseRound.objects.taught_by(user).values("pk")
    mine = Q(entrants__user=user) | Q(pk__in=places.values("round")) | Q(pk__in=taught)
    pks = CourseRound.objects.filter(mine).exclude(forgotten_at__isnull=False).values("pk")
    return CourseRound.objects.filter(pk__in=pks).select_related("school")


def places_of(round: CourseRound, user: Any) -> QuerySet[OfferedPlace]:
    """Those that stand, of companies that the reader sees or that are the reader's own."""
    seen = Profile.objects.visible_to(user).values("pk")
    return round.places.filter(withdrawn_at=None, profile__in=seen).select_related("profile")


def languages_together(entrant: Entrant) -> list[list[str]]:
    """Those of the student, or of each in the group: what the allocation goes by."""
    if entrant.team is None:
        return [entrant.languages]
    return list(entrant.team.members.values_list("languages", flat=True))


@dataclass
class Row:
    """A student or a group in the result. `why`: sentences, of each choice before what came."""

    party: int
    name: str
    members: list[str]
    place: OfferedPlace | None
    choice: int | None
    by_hand: bool
    why: list[str] = field(default_factory=list)


def result(allocation: Allocation) -> list[Row]:
    """A row a party; those without first, then those who got a late choice."""
    placements = list(allocation.placements.select_related("entrant__team", "place__profile"))
    names = names_of(allocation.round)
    rows: dict[int, Row] = {}
    for one in placements:
        party, team = party_of(one.entrant), one.entrant.team
        if party not in rows:
            name = team.name if team is not None else one.entrant.name
            rows[party] = Row(party, name, [], one.place, one.choice, one.by_hand, sentences(one.reasons, names))
        if team is not None:
            rows[party].members.append(one.entrant.name)
    return sorted(rows.values(), key=lambda row: (row.place is not None, -(row.choice or 99), row.name))


def names_of(round: CourseRound) -> dict[int, str]:
    return {place.pk: place.profile.name for place in round.places.select_related("profile")}


def sentences(reasons: Iterable[dict[str, Any]], names: dict[int, str]) -> list[str]:
    return [f"{names.get(reason['place'], '–')}: {_sentence(reason)}" for reason in reasons]


def _sentence(reason: dict[str, Any]) -> str:
    why, as_good, others = reason["why"], reason["as_good"], reason["others"]
    if why == "full" and not others:
        said = ngettext(
            "full, with %(n)d who wished it as much or more", "full, with %(n)d who wished it as much or more", as_good
        )
        return said % {"n": as_good}
    if why == "full":
        said = ngettext(
            "full; %(n)d there wished it less, but would have lost more",
            "full; %(n)d there wished it less, but would have lost more",
            others,
        )
        return said % {"n": others}
    return {
        "language": _("the work is done in a language that not all speak"),
        "far": _("too far to travel"),
        "large": _("never takes so many together"),
        "too_few": _("too few wished it, so it is not held"),
        "needed": _("the place that was given would have been left with too few"),
        "gone": _("has withdrawn"),
    }.get(why, _("there was room; it was decided otherwise"))


def by_choice(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """How many parties got which choice: (words, number)."""
    counts = Counter((row.choice if row.choice is not None else 98) if row.place is not None else 99 for row in rows)
    words = {98: _("a place not wished"), 99: _("without a place")}
    return [(words.get(n) or _("choice %(n)d") % {"n": n}, counts[n]) for n in sorted(counts)]


def own_placement(entrant: Entrant, allocation: Allocation | None) -> Placement | None:
    if allocation is None:
        return None
    return allocation.placements.select_related("place__profile").filter(entrant=entrant).first()


def students_of_place(place: OfferedPlace, allocation: Allocation | None) -> tuple[int, list[str]]:
    """How many come, and the names of those who let the company know: never where there are minors."""
    if allocation is None:
        return 0, []
    coming = allocation.placements.filter(place=place).select_related("entrant")
    if place.round.has_minors:
        return coming.count(), []
    found = list(coming)
    return len(found), [one.entrant.name for one in found if one.entrant.shown_to_company]


def handed_to(place: OfferedPlace, allocation: Allocation | None) -> list[HandIn]:
    """What students have handed in and let the company see."""
    if allocation is None:
        return []
    coming = allocation.placements.filter(place=place)
    mine = Q(entrant__in=coming.values("entrant")) | Q(team__in=coming.values("entrant__team"))
    return list(HandIn.objects.filter(mine, shown_to_company=True).select_related("deliverable"))


@dataclass
class Feedback:
    of: str
    count: int
    mean: float
    texts: list[str]


FEW = 3
"""Fewer students than this and what they say is not shown: everybody would know whose it is."""


def feedback_of(round: CourseRound) -> list[Feedback]:
    found = list(CourseFeedback.objects.filter(round=round))
    students = [one for one in found if one.entrant_id is not None]
    companies = [one for one in found if one.place_id is not None]
    shown = [(_("Students"), students if len(students) >= FEW else []), (_("Companies"), companies)]
    return [
        Feedback(
            of, len(rows), sum(row.grade for row in rows) / len(rows), sorted(row.text for row in rows if row.text)
        )
        for of, rows in shown
        if rows
    ]


def export_of(user: Any) -> dict[str, Any]:
    """What is known of a student, for the person's own export."""
    entries = Entrant.objects.filter(user=user).select_related("round", "team")
    return {
        "rounds": [
            {
                "round": one.round.name,
                "name": one.name,
                "languages": one.languages,
                "municipality": one.municipality,
                "most_km": one.most_km,
                "name_shown_to_company": one.shown_to_company,
                "group": one.team.name if one.team is not None else "",
                "wishes": [
                    wish.place.profile.name for wish in (one.team or one).wishes.select_related("place__profile")
                ],
                "joined_at": one.joined_at.isoformat(),
            }
            for one in entries
        ]
    }


def where_kept(opportunity: Opportunity) -> str:
    """Of an offer that stands on the market for a round."""
    round = CourseRound.objects.filter(opportunity=opportunity).first()
    return round.get_absolute_url() if round is not None else ""
