"""Applying for a topic, and choosing: one wins, and the others are told kindly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import rules as accounts_rules
from accounts.models import Profile, User
from core import audit
from core.errors import DomainError
from notifications.services import notify
from studies.models import Thesis, Topic, TopicApplication
from studies.rules import theses as rules
from studies.rules.schools import may_teach
from studies.services import agreements
from studies.services.minors import check_unseen
from studies.services.theses_common import (
    NotNow,
    NotYours,
    deciders_of,
    lock_topic,
    moment,
    move_application,
    move_topic,
    note,
    owners_of,
    tell,
)
from studies.services.theses_topics import pass_over

State = TopicApplication.State
SHORTEST = 30


class NotOpen(DomainError):
    message = _("The topic is not open any more.")


class TakenAlready(DomainError):
    message = _("Somebody else was chosen a moment ago. Your choice changed nothing.")


class TooShort(DomainError):
    message = _("Write a few lines: who you are, and why this topic.")


class AppliedAlready(DomainError):
    message = _("You have applied for this topic already.")


class OnePersonOneSide(DomainError):
    message = _("One person cannot stand on two sides of the same work.")


@transaction.atomic
def apply(
    *, topic: Topic, profile: Profile, text: str, by: Any, now: datetime, is_minor: bool = False
) -> TopicApplication:
    """From now on the other side sees the applicant's name and lines. Raises `NotOpen`, `NotYours`, `TooShort`,
    `ProfileIsShown` (of one under 18) or `AppliedAlready`."""
    topic = lock_topic(topic)
    if not topic.is_open(now) or not Topic.objects.seen_by(by, now).filter(pk=topic.pk).exists():
        raise NotOpen
    right = rules.OFFERERS if topic.is_by_student else (Profile.Kind.STUDENT,)
    if profile.kind not in right or not rules.may_offer(by, profile):
        raise NotYours
    if len(text.strip()) < SHORTEST:
        raise TooShort(field="text")
    is_minor = is_minor and profile.is_person
    if is_minor:
        check_unseen(by, field="is_minor")
    made = _sent(topic, profile, text.strip(), is_minor, by, now)
    audit.record("topic.applied", topic, by=by, now=now, application=made.pk)
    key = f"{made.pk}-{moment(now)}"
    notify("studies.applied", deciders_of(topic.profile), {"application": made.pk}, key=key, now=now)
    return made


def _sent(topic: Topic, profile: Profile, text: str, is_minor: bool, by: Any, now: datetime) -> TopicApplication:
    found = TopicApplication.objects.select_for_update().filter(topic=topic, profile=profile).first()
    if found is None:
        values = {"text": text, "is_minor": is_minor, "by": by, "at": now, "state_since": now}
        return TopicApplication.objects.create(topic=topic, profile=profile, **values)
    if found.state == State.SENT:
        raise AppliedAlready
    found.text, found.is_minor, found.by, found.at = text, is_minor, by, now
    move_application(found, State.SENT, now=now)
    return found


@transaction.atomic
def withdraw(*, application: TopicApplication, by: Any, now: datetime) -> TopicApplication:
    """The lines go; the other side sees that it was taken back. Raises `NotYours` or `NotNow`."""
    application = _locked(application)
    if not accounts_rules.may_edit(by, application.profile):
        raise NotYours
    application.text, application.is_minor = "", False
    move_application(application, State.WITHDRAWN, now=now)
    return application


def choose(*, application: TopicApplication, by: Any, now: datetime) -> Thesis:
    """One is chosen, and a thesis begins with its agreement. Of two choices at the same moment one wins and the other
    is told. Raises `NotYours`, `TakenAlready`, `NotOpen`, `NotNow` or `OnePersonOneSide`."""
    try:
        with transaction.atomic():
            return _choose(application, by, now)
    except IntegrityError as error:  # the database's own word that there is one already
        raise TakenAlready from error


def _choose(application: TopicApplication, by: Any, now: datetime) -> Thesis:
    topic = lock_topic(application.topic)
    application = _locked(application)
    if not rules.may_write_topic(by, topic):
        raise NotYours
    if topic.state == Topic.State.TAKEN or topic.theses.ongoing().exists():
        raise TakenAlready
    if topic.state != Topic.State.OPEN:
        raise NotOpen
    supervisor = topic.supervisor if topic.supervisor and may_teach(topic.supervisor, topic.school) else None
    student, company = application.profile, topic.profile
    if topic.is_by_student:
        student, company = company, student
    _check_three(student, company, supervisor)
    move_application(application, State.CHOSEN, now=now)
    move_topic(topic, Topic.State.TAKEN, by=by, now=now)
    thesis = Thesis.objects.create(
        topic=topic,
        student=student,
        company=company,
        school=topic.school,
        supervisor=supervisor,
        title=topic.title,
        language=topic.work_language,
        level=topic.level,
        state_since=now,
        is_minor=application.is_minor,
    )
    note(thesis, "", side=None, now=now, cause="chosen")
    agreements.begin(thesis=thesis, pay=topic.pay, aim=topic.answers.get("problem", ""), now=now)
    pass_over(topic, now=now)
    tell("chosen", deciders_of(application.profile), thesis, key="chosen", now=now, but=by)
    tell("to_supervise", [supervisor] if supervisor else owners_of(topic.school), thesis, key="chosen", now=now, but=by)
    return thesis


def _check_three(student: Profile, company: Profile, supervisor: User | None) -> None:
    people = set(student.representatives.values_list("user", flat=True))
    people_of_company = set(company.representatives.values_list("user", flat=True))
    other = people & people_of_company
    if other or (supervisor is not None and supervisor.pk in people | people_of_company):
        raise OnePersonOneSide


def _locked(application: TopicApplication) -> TopicApplication:
    held = TopicApplication.objects.select_for_update(of=("self",)).select_related("profile", "topic")
    found = held.filter(pk=application.pk).first()
    if found is None:
        raise NotNow
    return found
