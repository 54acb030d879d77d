"""A topic's road: written, looked at by the school, open, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import search
from accounts.models import Profile
from core import audit
from core.errors import DomainError
from core.once import make_once
from core.text import clean_text
from notifications.services import notify
from opportunities.models import Opportunity
from studies.models import Level, Topic, TopicApplication
from studies.rules import theses as rules
from studies.services.theses_common import (
    NotNow,
    NotYours,
    Stale,
    WhyMissing,
    deciders_of,
    lock_topic,
    moment,
    move_application,
    move_topic,
)
from studies.topic_questions import NEEDED, SHORTEST, text_of
from themes.models import Theme

State = Topic.State
LONGEST_OPEN = timedelta(days=366)


class TitleMissing(DomainError):
    message = _("Give the topic a name.")


class AnswerTooShort(DomainError):
    message = _("Tell a little more: a sentence or two is enough.")


class WrongPay(DomainError):
    message = _("Write the pay as a number, such as 1500 or 1 500,50. Leave it empty if nothing is paid.")


class WrongDay(DomainError):
    message = _("Choose a last day from today on, at most a year from now.")


class NotASchool(DomainError):
    message = _("Choose the school that supervises the work.")


@dataclass(frozen=True)
class TopicPlan:
    """What whoever offers it writes. `pay` is as it was typed."""

    title: str
    answers: Mapping[str, str]
    school: Profile | None
    last_day: date | None
    language: str = "fi"
    work_language: str = "fi"
    level: str = Level.APPLIED
    municipality: str = ""
    pay: str = ""
    themes: Sequence[Theme] = field(default=())


class ChecksMissing(DomainError):
    message = _("Tick what fits. A topic is opened when all four do; otherwise ask for a change.")


Checks = Mapping[str, tuple[bool, str]]
"""By the names in `rules.CHECKS`: whether it fits, and a note to whoever offers it."""
ALL_FIT: Checks = dict.fromkeys(rules.CHECKS, (True, ""))


def end_of(day: date) -> datetime:
    """The first moment of the day after, where the installation is."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def offer_topic(*, plan: TopicPlan, profile: Profile, by: Any, now: datetime, key: str | None = None) -> Topic:
    """A draft that only its writers see; the same form sent twice makes one. Raises `NotYours` or what is wrong in the
    plan."""
    if not rules.may_offer(by, profile):
        raise NotYours

    def make() -> Topic:
        topic = Topic(profile=profile, created_by=by, creation_key=key, state=State.DRAFT, state_since=now)
        _fill(topic, plan, now)
        audit.record("topic.offered", topic, by=by, now=now)
        return topic

    return make_once(Topic.objects, key, by, make)


@transaction.atomic
def change_topic(*, topic: Topic, plan: TopicPlan, by: Any, now: datetime, version: int | None = None) -> Topic:
    """An open one goes back to the school, which sees what changed. Raises `NotYours`, `NotNow`, `Stale` or what is
    wrong in the plan."""
    topic = lock_topic(topic)
    if not rules.may_write_topic(by, topic):
        raise NotYours
    if topic.state == State.CLOSED or topic.theses.ongoing().exists():
        raise NotNow
    if version is not None and version != topic.version:
        raise Stale
    _fill(topic, plan, now)
    if topic.state == State.OPEN:
        move_topic(topic, State.WAITING, by=by, now=now)
        _ask_school(topic, now)
    return topic


def _fill(topic: Topic, plan: TopicPlan, now: datetime) -> None:
    title = plan.title.strip()
    if not title:
        raise TitleMissing(field="title")
    for key in NEEDED:
        if len(plan.answers.get(key, "").strip()) < SHORTEST:
            raise AnswerTooShort(field=key)
    school = plan.school
    if (
        school is None
        or school.kind != Profile.Kind.EDUCATION
        or not school.is_confirmed
        or school.status != "published"
    ):
        raise NotASchool(field="school")
    today = timezone.localdate(now)
    if plan.last_day is None or not today <= plan.last_day <= today + LONGEST_OPEN:
        raise WrongDay(field="last_day")
    topic.title, topic.answers, topic.school = title, dict(plan.answers), school
    topic.text = text_of(plan.answers, plan.language)
    topic.language, topic.work_language, topic.level = plan.language, plan.work_language, plan.level
    topic.municipality, topic.pay = plan.municipality, pay_of(plan.pay)
    topic.last_day, topic.closes_at = plan.last_day, end_of(plan.last_day)
    topic.search_terms = _terms(topic, plan.themes)
    topic.version += 1
    topic.save()
    topic.themes.set(plan.themes)


def pay_of(text: str) -> Decimal | None:
    """Raises `WrongPay`."""
    try:
        return rules.read_pay(text)
    except ValueError as error:
        raise WrongPay(field="pay") from error


def _terms(topic: Topic, themes: Sequence[Theme]) -> str:
    labels = [(code, getattr(theme, f"name_{code}")) for theme in themes for code in search.LANGUAGES]
    texts = [(topic.language, topic.title), (topic.language, " ".join(topic.answers.values()))]
    written = search.as_written(f"{topic.title} {topic.place}")
    return search.column(written, search.text_terms(texts), search.name_terms(labels))


@transaction.atomic
def send_to_school(*, topic: Topic, by: Any, now: datetime) -> Topic:
    """Raises `NotYours`, `NotNow` or `WrongDay`."""
    topic = lock_topic(topic)
    if not rules.may_write_topic(by, topic):
        raise NotYours
    if topic.theses.ongoing().exists():
        raise NotNow
    if topic.last_day < timezone.localdate(now):
        raise WrongDay(field="last_day")
    move_topic(topic, State.WAITING, by=by, now=now)
    _ask_school(topic, now)
    return topic


def _ask_school(topic: Topic, now: datetime) -> None:
    people = [one for one in deciders_of(topic.school) if rules.may_look_at_topic(one, topic)]
    notify("studies.topic_waiting", people, {"topic": topic.pk}, key=f"{topic.pk}-{moment(now)}", now=now)


@transaction.atomic
def approve(*, topic: Topic, checks: Checks, by: Any, now: datetime) -> Topic:
    """It fits in all four: open from this minute, and whoever approved it supervises. Raises `NotYours`, `NotNow`,
    `ChecksMissing` or `WrongDay`."""
    topic = _looked_at(topic, by)
    _keep(topic, checks)
    for name in rules.CHECKS:
        if not topic.checks[name]["fits"]:
            raise ChecksMissing(field=name)
    if topic.closes_at <= now:
        raise WrongDay
    topic.supervisor, topic.said, topic.published_at = by, "", now
    move_topic(topic, State.OPEN, by=by, now=now)
    _tell_offerer("topic_open", topic, now)
    return topic


@transaction.atomic
def ask_for_change(*, topic: Topic, said: str, checks: Checks, by: Any, now: datetime) -> Topic:
    """Whoever offers it sees what fits and what does not. Raises `NotYours`, `NotNow` or `WhyMissing`."""
    return _answer(topic, State.CHANGES, said, checks, by, now)


@transaction.atomic
def decline(*, topic: Topic, said: str, checks: Checks, by: Any, now: datetime) -> Topic:
    """It does not fit: scope, level, ethics or data. Raises `NotYours`, `NotNow` or `WhyMissing`."""
    return _answer(topic, State.DECLINED, said, checks, by, now)


def _looked_at(topic: Topic, by: Any) -> Topic:
    topic = lock_topic(topic)
    if not rules.may_look_at_topic(by, topic):
        raise NotYours
    return topic


def _keep(topic: Topic, checks: Checks) -> None:
    """On the topic, saved with its move."""
    given = {name: checks.get(name, (False, "")) for name in rules.CHECKS}
    topic.checks = {name: {"fits": fits, "note": clean_text(note)[:200]} for name, (fits, note) in given.items()}


def _answer(topic: Topic, state: Topic.State, said: str, checks: Checks, by: Any, now: datetime) -> Topic:
    topic = _looked_at(topic, by)
    _keep(topic, checks)
    if not said.strip():
        raise WhyMissing(field="said")
    topic.said, topic.supervisor = said.strip()[:600], by
    move_topic(topic, state, by=by, now=now)
    _tell_offerer("topic_answered", topic, now)
    return topic


def _tell_offerer(kind: str, topic: Topic, now: datetime) -> None:
    key = f"{topic.pk}-{moment(topic.state_since)}"
    notify(f"studies.{kind}", deciders_of(topic.profile), {"topic": topic.pk}, key=key, now=now)


@transaction.atomic
def taken_down(opportunity: Opportunity, by: Any, now: datetime) -> None:
    """A coordinator took the topic's offer down: the topic is closed as well, and those who applied are told."""
    found = Topic.objects.filter(opportunity=opportunity, state=State.OPEN).first()
    if found is not None:
        topic = lock_topic(found)
        move_topic(topic, State.CLOSED, by=by, now=now)
        pass_over(topic, now=now)


@transaction.atomic
def close_topic(*, topic: Topic, by: Any, now: datetime) -> Topic:
    """It is not offered any more; those who applied are told. Raises `NotYours` or `NotNow`."""
    topic = lock_topic(topic)
    if not rules.may_write_topic(by, topic):
        raise NotYours
    if topic.theses.ongoing().exists():
        raise NotNow
    move_topic(topic, State.CLOSED, by=by, now=now)
    pass_over(topic, now=now)
    return topic


def pass_over(topic: Topic, *, now: datetime) -> None:
    """Those who still wait hear that it went to another, or to nobody."""
    waiting = topic.applications.filter(state=TopicApplication.State.SENT).select_related("profile")
    for one in waiting.select_for_update(of=("self",)):
        move_application(one, TopicApplication.State.PASSED, now=now)
        about = {"application": one.pk}
        notify("studies.passed", deciders_of(one.profile), about, key=f"{one.pk}-{moment(now)}", now=now)
