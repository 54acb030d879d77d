"""What happens by itself: reminders, the end of an embargo, and students' data that goes when its time has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Profile
from core import audit
from notifications.services import notify
from studies.models import AgreementVersion, Milestone, Side, Thesis, Topic, TopicApplication
from studies.rules import theses as rules
from studies.services import talks, theses, theses_files
from studies.services.theses_common import (
    deciders_of,
    lock_thesis,
    lock_topic,
    move_thesis,
    move_topic,
    note,
    others_of,
    people_of,
    tell,
)
from studies.services.theses_topics import pass_over

AT_ONCE = 200


# --- Reminders -------------------------------------------------------------------------------------------------------


def remind(*, now: datetime) -> int:
    """Of milestones that come or are late, agreements that wait for a signature, topics that wait for the school. Each
    once; done again nobody is told twice."""
    today = timezone.localdate(now)
    due = Milestone.objects.filter(done_at=None, thesis__state__in=Thesis.ONGOING)
    soon = due.filter(reminded_at=None, due_on__gte=today, due_on__lte=today + rules.REMINDED_BEFORE)
    late = due.filter(late_told_at=None, due_on__lt=today)
    unsigned = AgreementVersion.objects.filter(
        state="open", reminded_at=None, changed_at__lte=now - rules.WAITED, thesis__state__in=Thesis.ONGOING
    )
    waiting = Topic.objects.filter(state="waiting", reminded_at=None, state_since__lte=now - rules.WAITED)
    told = _each(soon, lambda pk: _milestone(pk, "milestone_soon", "reminded_at", today, now))
    told += _each(late, lambda pk: _milestone(pk, "milestone_late", "late_told_at", today, now))
    told += _each(unsigned, lambda pk: _unsigned(pk, now))
    return told + _each(waiting, lambda pk: _waiting(pk, now))


def _each(rows: Any, do: Callable[[int], int]) -> int:
    return sum(do(pk) for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _milestone(pk: int, kind: str, field: str, today: date, now: datetime) -> int:
    found = Milestone.objects.select_for_update().filter(pk=pk, done_at=None, **{field: None}).first()
    if found is None:
        return 0
    setattr(found, field, now)
    found.save(update_fields=[field])
    thesis = Thesis.objects.select_related("student", "company", "school", "supervisor").get(pk=found.thesis_id)
    people = people_of(thesis, Side.STUDENT)
    if field == "late_told_at":
        people = [*people, *people_of(thesis, Side.SUPERVISOR)]
    tell(kind, people, thesis, key=f"m{pk}-{found.due_on}", now=now, milestone=pk)
    return 1


@transaction.atomic
def _unsigned(pk: int, now: datetime) -> int:
    version = AgreementVersion.objects.select_for_update().filter(pk=pk, state="open", reminded_at=None).first()
    if version is None:
        return 0
    version.reminded_at = now
    version.save(update_fields=["reminded_at"])
    thesis = Thesis.objects.select_related("student", "company", "school", "supervisor").get(pk=version.thesis_id)
    signed = set(version.signatures.filter(voided_at=None).values_list("side", flat=True))
    people = {one.pk: one for side in Side if side not in signed for one in people_of(thesis, side)}
    tell("unsigned", people.values(), thesis, key=version.sha256[:16], now=now)
    return 1


@transaction.atomic
def _waiting(pk: int, now: datetime) -> int:
    topic = lock_topic(Topic(pk=pk))
    if topic.state != Topic.State.WAITING or topic.reminded_at is not None:
        return 0
    topic.reminded_at = now
    topic.save(update_fields=["reminded_at"])
    key = f"{pk}-{topic.state_since:%Y%m%d%H%M}"
    notify("studies.topic_still_waiting", deciders_of(topic.school), {"topic": pk}, key=key, now=now)
    return 1


# --- The embargo's end -----------------------------------------------------------------------------------------------


def lift_embargoes(*, now: datetime) -> int:
    """Published on the first minute of the day that was said."""
    due = Thesis.objects.filter(state="embargoed", embargo_until__lte=timezone.localdate(now))
    return _each(due, lambda pk: _lift(pk, now))


@transaction.atomic
def _lift(pk: int, now: datetime) -> int:
    thesis = lock_thesis(Thesis(pk=pk))
    if thesis.state != Thesis.State.EMBARGOED or thesis.embargo_until is None:
        return 0
    if thesis.embargo_until > timezone.localdate(now):
        return 0
    thesis.published_at = now
    move_thesis(thesis, Thesis.State.PUBLISHED, by=None, now=now, cause="embargo_over")
    tell("published", others_of(thesis, None), thesis, key="embargo_over", now=now)
    return 1


# --- What goes -------------------------------------------------------------------------------------------------------


def erase_old(*, now: datetime) -> int:
    """A set time after the end everything about the student goes, but for the signed agreement, and the result that the
    student has published; the agreement goes when nobody can claim anything by it. Applications that led to nothing go
    first."""
    today = timezone.localdate(now)
    vain = TopicApplication.objects.filter(state__in=["passed", "withdrawn"], state_since__lte=now - rules.APPLICATIONS_KEPT)  # fmt: skip  # noqa: E501 (one condition)
    gone, _rows = vain.delete()
    due = Thesis.objects.filter(erase_on__lte=today, erased_at=None)
    gone += _each(due, lambda pk: _erase(pk, now))
    long_ago = now.replace(year=now.year - rules.SIGNED_KEPT_YEARS, day=min(now.day, 28))
    for version in AgreementVersion.objects.filter(thesis__ended_at__lt=long_ago)[:AT_ONCE]:
        audit.record("agreement.erased", version, by=None, now=now)
        version.delete()
        gone += 1
    return gone


@transaction.atomic
def _erase(pk: int, now: datetime) -> int:
    thesis = lock_thesis(Thesis(pk=pk))
    if thesis.erased_at is not None:
        return 0
    kept = thesis.state in (Thesis.State.PUBLISHED, Thesis.State.EMBARGOED)
    forget_student(thesis, now=now, keep_result=kept)
    thesis.erased_at = now
    thesis.save()
    audit.record("thesis.erased", thesis, by=None, now=now)
    return 1


def forget_student(thesis: Thesis, *, now: datetime, keep_result: bool) -> None:
    """Of a locked thesis, which the caller saves."""
    files = thesis.files.all()
    if keep_result:
        newest = files.filter(kind="final").first()
        files = files.exclude(pk=newest.pk) if newest is not None else files
    else:
        thesis.summary, thesis.shown_by_student, thesis.shown_by_company = "", False, False
    theses_files.forget(files)
    thesis.milestones.all().delete()
    thesis.feedback.all().delete()
    thesis.changes.update(why="")
    thesis.guardian_name = thesis.guardian_contact = ""
    talks.forget_thesis(thesis)
    if thesis.topic_id is not None:
        thesis.topic.applications.all().delete()  # type: ignore[union-attr]  # asked just now
    if not thesis.shown_by_student:
        thesis.student = None


# --- People and profiles that go -------------------------------------------------------------------------------------


@transaction.atomic
def user_leaving(user: Any, now: datetime) -> None:
    """Before an account ends. A supervisor's works wait for another, whom the school names; a student's is broken off,
    and what was about the student goes at once. What was signed stays for the others, under the name it was signed
    with, as long as signed agreements are kept."""
    for thesis in _locked(Thesis.objects.filter(supervisor=user)):
        thesis.supervisor = None
        thesis.save(update_fields=["supervisor"])
        talks.thesis_changed(thesis)
        if thesis.is_ongoing:
            note(thesis, thesis.state, side=None, now=now, cause="supervisor_left")
            people = [one for one in others_of(thesis, None) if one.pk != user.pk]
            tell("no_supervisor", people, thesis, key=f"left-{user.pk}", now=now)
    Topic.objects.filter(supervisor=user).update(supervisor=None)
    own = Profile.objects.filter(kind__in=Profile.PEOPLE, representatives__user=user)
    for profile in own:
        _student_leaves(profile, user, now)


def _student_leaves(profile: Profile, user: Any, now: datetime) -> None:
    for thesis in _locked(Thesis.objects.filter(student=profile)):
        if thesis.is_ongoing:
            theses.end(thesis, side=Side.STUDENT, by=user, now=now, cause="student_left")
        thesis.shown_by_student = False
        forget_student(thesis, now=now, keep_result=False)
        if thesis.state in (Thesis.State.PUBLISHED, Thesis.State.EMBARGOED):
            thesis.embargo_until = thesis.published_at = None
            move_thesis(thesis, Thesis.State.FINISHED, by=None, now=now, cause="student_left")
        thesis.student, thesis.erased_at = None, now
        thesis.save()
    _give_up_topics(Topic.objects.filter(profile=profile), user, now)


@transaction.atomic
def profile_changed(profile_id: int, now: datetime) -> None:
    """A company or a school that is taken down leaves nobody waiting: topics close, works are broken off, and the
    others are told."""
    gone = Profile.objects.filter(pk=profile_id, status=Profile.Status.TAKEN_DOWN).first()
    if gone is None:
        return
    for thesis in _locked(Thesis.objects.ongoing().filter(company=gone)):
        theses.end(thesis, side=None, by=None, now=now, cause="company_gone")
    for thesis in _locked(Thesis.objects.ongoing().filter(student=gone)):
        theses.end(thesis, side=Side.STUDENT, by=None, now=now, cause="student_left")
    for thesis in _locked(Thesis.objects.ongoing().filter(school=gone)):
        theses.end(thesis, side=None, by=None, now=now, cause="school_gone")
    topics = Topic.objects.filter(profile=gone) | Topic.objects.filter(school=gone)
    _give_up_topics(topics, None, now)


def _locked(rows: Any) -> Iterable[Thesis]:
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        yield lock_thesis(Thesis(pk=pk))


def _give_up_topics(topics: Any, by: Any, now: datetime) -> None:
    for pk in list(topics.exclude(state=Topic.State.CLOSED).order_by("pk").values_list("pk", flat=True)):
        topic = lock_topic(Topic(pk=pk))
        move_topic(topic, Topic.State.CLOSED, by=by, now=now)
        pass_over(topic, now=now)
