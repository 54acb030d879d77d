"""Conversations of student work: of a company with the students who were given to it, and of the three of a thesis. Who
is in one is asked here each time; before an agreement is begun, or a place is given, there is none.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import Profile, Representative, User
from conversations.hooks import Circle, Circles, Voice
from studies.models import Allocation, CourseRound, Entrant, OfferedPlace, Placement, Side, Thesis
from studies.rules import courses as course_rules
from studies.rules import theses as thesis_rules

COURSE, THESIS = "studies.course_place", "studies.thesis"
WRITES = (CourseRound.State.ALLOCATED, CourseRound.State.RUNNING)


def _shown(profile: Profile | None) -> Profile | None:
    """For whom one writes; a hidden profile is not shown by it, and the person writes for themselves."""
    is_seen = profile is not None and profile.status == Profile.Status.PUBLISHED
    return profile if is_seen and profile.visibility != Profile.Visibility.HIDDEN else None  # type: ignore[union-attr]


# --- A place of a course round


def given() -> QuerySet[Placement]:
    """Of the newest places that were given: students who let the company know who they are. Never where there are
    minors."""
    published = Allocation.objects.filter(round=OuterRef("place__round"), published_at__isnull=False)
    newest = Subquery(published.order_by("-asked_at", "-pk").values("pk")[:1])
    known = Placement.objects.filter(entrant__shown_to_company=True, place__round__has_minors=False)
    return known.filter(place__withdrawn_at=None, allocation=newest)


def show_places(pks: Collection[int]) -> dict[int, Circle]:
    found = OfferedPlace.objects.filter(pk__in=pks).select_related("round", "profile")
    return {
        one.pk: Circle(
            f"{one.round.name}: {one.profile.name}",
            one.round.get_absolute_url(),
            one.round.state in WRITES and one.withdrawn_at is None,
            page=_("The page of the course round"),
            about=_(
                "The company and the students who were given to it, and who let it know who they are, read and write "
                "here. It is deleted with what is about the students, 90 days after the round has ended."
            ),
        )
        for one in found
    }


def people_of_place(pk: int) -> list[User]:
    students = given().filter(place=pk).values("entrant__user")
    if not students.exists():
        return []
    acting = Representative.objects.filter(profile__course_places=pk, role__in=Representative.DECIDES).values("user")
    return list(User.objects.filter(Q(pk__in=students) | Q(pk__in=acting), is_active=True).order_by("pk"))


def voices_at_place(pk: int, user: Any) -> list[Voice]:
    """The company's from the day on which places were given first; a student's from when the place was theirs."""
    if not user.is_authenticated or not user.is_active:
        return []
    place = OfferedPlace.objects.select_related("round", "profile").filter(pk=pk).first()
    here = given().filter(place=pk)
    if place is None or not here.exists():
        return []
    rows = Placement.objects.filter(place=pk, allocation__published_at__isnull=False)
    if here.filter(entrant__user=user).exists():
        own = rows.filter(entrant__user=user).aggregate(since=Min("allocation__published_at"))
        return [Voice(None, own["since"])]
    if not course_rules.may_change_place(user, place):
        return []
    return [Voice(_shown(place.profile), rows.aggregate(since=Min("allocation__published_at"))["since"])]


def places_of(user: Any) -> dict[int, datetime]:
    """Two reads."""
    mine = given().filter(entrant__user=user).values("place")
    first = Min(
        "placements__allocation__published_at",
        filter=Q(placements__entrant__user=user, placements__allocation__published_at__isnull=False),
    )
    as_student = dict(OfferedPlace.objects.filter(pk__in=mine).annotate(since=first).values_list("pk", "since"))
    acting = Representative.objects.filter(profile=OuterRef("profile"), user=user, role__in=Representative.DECIDES)
    ours = OfferedPlace.objects.filter(Exists(acting), Exists(given().filter(place=OuterRef("pk"))))
    since = Min("placements__allocation__published_at")
    return {**dict(ours.annotate(since=since).values_list("pk", "since")), **as_student}


def names_at_places(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """A student is known there by the name that they gave in the round; one who has left it, by none. Three reads."""
    places = {
        pk: (round, profile)
        for pk, round, profile in OfferedPlace.objects.filter(pk__in={pk for pk, _user in pairs}).values_list(
            "pk", "round", "profile"
        )
    }
    users = {user for _pk, user in pairs}
    rounds, profiles = {one[0] for one in places.values()}, {one[1] for one in places.values()}
    entrants = Entrant.objects.filter(round__in=rounds, user__in=users).values_list("round", "user", "name")
    named = {(round, user): name for round, user, name in entrants}
    acting = Representative.objects.filter(profile__in=profiles, user__in=users, role__in=Representative.DECIDES)
    ours = set(acting.values_list("profile", "user"))
    found = {}
    for pk, user in pairs:
        round, profile = places.get(pk, (0, 0))
        if (profile, user) not in ours:
            found[pk, user] = named.get((round, user)) or _("Somebody who is no longer here")
    return found


# --- A thesis


def show_theses(pks: Collection[int]) -> dict[int, Circle]:
    return {
        one.pk: Circle(
            one.title,
            one.get_absolute_url(),
            one.is_ongoing,
            page=_("The page of the work"),
            about=_(
                "The student, the company and the supervisor read and write here. It is deleted with what is about the "
                "student, a year after the end."
            ),
        )
        for one in Thesis.objects.filter(pk__in=pks, erased_at=None)
    }


def people_of_thesis(pk: int) -> list[User]:
    thesis = _thesis(pk)
    if thesis is None:
        return []
    sides = [one.pk for one in (thesis.student, thesis.company) if one is not None]
    acting = Representative.objects.filter(profile__in=sides, role__in=Representative.DECIDES).values("user")
    found = User.objects.filter(Q(pk__in=acting) | Q(pk=thesis.supervisor_id or 0), is_active=True).order_by("pk")
    return [one for one in found if thesis_rules.side_of(one, thesis) is not None]


def voices_in_thesis(pk: int, user: Any) -> list[Voice]:
    thesis = _thesis(pk) if user.is_authenticated and user.is_active else None
    side = thesis_rules.side_of(user, thesis) if thesis is not None else None
    if thesis is None or side is None:
        return []
    profile = {Side.STUDENT: thesis.student, Side.COMPANY: thesis.company, Side.SUPERVISOR: thesis.school}[side]
    since = thesis.changes.aggregate(since=Min("at"))["since"] or thesis.created_at
    return [Voice(_shown(profile), since)]


def theses_of(user: Any) -> dict[int, datetime]:
    """One read."""
    mine = Thesis.objects.filter(pk__in=Thesis.objects.seen_by(user).values("pk"), erased_at=None)
    rows = mine.annotate(since=Min("changes__at")).order_by().values_list("pk", "since", "created_at")
    return {pk: since or made for pk, since, made in rows}


def _thesis(pk: int) -> Thesis | None:
    known = Thesis.objects.select_related("student", "company", "school")
    return known.filter(pk=pk, erased_at=None).first()


CIRCLES = {
    COURSE: Circles(
        show=show_places, people=people_of_place, voices=voices_at_place, of=places_of, names=names_at_places
    ),
    THESIS: Circles(show=show_theses, people=people_of_thesis, voices=voices_in_thesis, of=theses_of),
}
