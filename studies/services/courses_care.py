"""What happens by itself: reminders, students' data that goes, people and companies that go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Profile
from core import audit
from studies.models import CourseRound, Deliverable, Entrant, HandIn, OfferedPlace
from studies.rules import courses as rules
from studies.services import calls, talks
from studies.services.courses import lock_round, newest_given, people_of, tell
from studies.services.courses_joining import drop_file, forget_entrant, take_away

State = CourseRound.State
AT_ONCE = 200


def remind(*, now: datetime) -> int:
    """Those who have not handed in, some days before the day. Once."""
    today = timezone.localdate(now)
    due = Deliverable.objects.filter(
        reminded_at=None, due_on__gte=today, due_on__lte=today + rules.REMINDED_BEFORE,
        round__state__in=[State.ALLOCATED, State.RUNNING],
    )  # fmt: skip
    return sum(_remind(pk, now) for pk in list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _remind(pk: int, now: datetime) -> int:
    if not Deliverable.objects.filter(pk=pk, reminded_at=None).update(reminded_at=now):
        return 0
    one = Deliverable.objects.select_related("round").get(pk=pk)
    done = list(HandIn.objects.filter(deliverable=one).values_list("entrant", "team"))
    left = one.round.entrants.select_related("user")
    left = left.exclude(pk__in=[entrant for entrant, _team in done if entrant])
    left = left.exclude(team__in=[team for _entrant, team in done if team])
    tell("course_due", [entrant.user for entrant in left], one.round, now=now, key=f"d{pk}", deliverable=pk)
    return 1


def forget_old(*, now: datetime) -> int:
    """A set time after the end everything about students goes: names, wishes, places, what was handed in, what they
    said. How many came to each place stays, for the coordinator's figures: a number names nobody."""
    due = CourseRound.objects.filter(forget_on__lte=timezone.localdate(now), forgotten_at=None)
    return sum(_forget(pk, now) for pk in list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _forget(pk: int, now: datetime) -> int:
    round = lock_round(CourseRound(pk=pk))
    if round.forgotten_at is not None:
        return 0
    _keep_numbers(round)
    for one in HandIn.objects.filter(deliverable__round=round).exclude(file=""):
        drop_file(one)
    HandIn.objects.filter(deliverable__round=round).delete()
    round.entrants.all().delete()
    round.teams.all().delete()
    round.allocations.all().delete()
    talks.forget_round(round)
    round.forgotten_at = now
    round.save(update_fields=["forgotten_at", "given_at"])
    audit.record("course.forgotten", round, by=None, now=now)
    return 1


def _keep_numbers(round: CourseRound) -> None:
    """Of a locked round, which the caller saves."""
    given = newest_given(round)
    if given is None:
        return
    published = round.allocations.filter(published_at__isnull=False).order_by("published_at")
    round.given_at = published.values_list("published_at", flat=True).first()
    for place in round.places.all():
        place.students = given.placements.filter(place=place).count()
        place.save(update_fields=["students"])


@transaction.atomic
def user_leaving(user: Any, now: datetime) -> None:
    """Before an account ends: the student goes out of every round, and a teacher's rounds are the school's others'."""
    for entrant in Entrant.objects.filter(user=user).select_related("round", "team").order_by("round", "pk"):
        forget_entrant(entrant, lock_round(entrant.round), now=now)
    for pk in list(CourseRound.objects.filter(teacher=user).order_by("pk").values_list("pk", flat=True)):
        round = lock_round(CourseRound(pk=pk))
        others = [one for one in people_of(round.school) if one.pk != user.pk]
        round.teacher = others[0] if len(others) == 1 else None
        round.save(update_fields=["teacher"])
        if round.state != State.ENDED:
            tell("course_yours", others, round, now=now, key=f"left-{user.pk}")


@transaction.atomic
def profile_changed(profile_id: int, now: datetime) -> None:
    """A company that is taken down withdraws from every round that has not ended. A school behind which a coordinator
    stands no longer asks no companies: the sweep puts its calls back when it is confirmed."""
    profile = Profile.objects.filter(pk=profile_id).first()
    if profile is None:
        return
    if profile.status != Profile.Status.TAKEN_DOWN:
        if not profile.is_confirmed and profile.confirmation_refused_at is not None:
            _stop_asking(profile, now)
        return
    standing = OfferedPlace.objects.filter(profile=profile_id, withdrawn_at=None).exclude(round__state=State.ENDED)
    for place in standing.select_related("round").order_by("round", "pk"):
        take_away(place, lock_round(place.round), by=None, now=now)


def _stop_asking(school: Profile, now: datetime) -> None:
    asking = CourseRound.objects.filter(school=school, state=State.COMPANIES).order_by("pk")
    for pk in list(asking.values_list("pk", flat=True)):
        calls.keep_round_in_step(lock_round(CourseRound(pk=pk)), by=None, now=now)
