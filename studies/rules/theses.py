"""Who may do what with topics and theses. Everything not said here is refused."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts import rules as accounts_rules
from accounts.models import Profile
from studies.models import Side, Thesis, Topic
from studies.rules.schools import may_teach

KEPT_AFTER_END = timedelta(days=365)
"""What is about the student goes so long after the end."""
SIGNED_KEPT_YEARS = 10
"""Signed agreements stay for the three so long after the end: as long as somebody can still claim something by them."""
APPLICATIONS_KEPT = timedelta(days=90)
"""An application that led to nothing."""
REMINDED_BEFORE = timedelta(days=7)
WAITED = timedelta(days=7)
MOST_PAY = Decimal("99999.99")

CHECKS = ("scope", "level", "ethics", "data")
"""What a supervisor looks at in a topic."""

OFFERERS = (
    Profile.Kind.COMPANY, Profile.Kind.MUNICIPALITY, Profile.Kind.ASSOCIATION, Profile.Kind.RESEARCH,
    Profile.Kind.PUBLIC_BODY,
)  # fmt: skip
"""Who gives work; a student may offer a topic too."""

_PAY = re.compile(r"([0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:[,.]([0-9]{1,2}))?")


def read_pay(text: str) -> Decimal | None:
    """Euros as people write them: 1 500, 1500,50, 1500 €; empty is no pay. Raises `ValueError` on what could be read in
    two ways (1.500) or not at all."""
    text = text.strip().removesuffix("€").removesuffix("euroa").removesuffix("euro").removesuffix("e").strip()
    if not text:
        return None
    found = _PAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    value = Decimal(re.sub(r"\s", "", found[1]) + "." + (found[2] or "0"))
    if value > MOST_PAY:
        raise ValueError(text)
    return value


def profiles_to_offer(user: Any) -> Any:
    """For which the person can offer a topic."""
    return Profile.objects.spoken_for_by(user).decided_by(user).filter(kind__in=[*OFFERERS, Profile.Kind.STUDENT])


def may_offer(user: Any, profile: Profile) -> bool:
    is_right = profile.kind in OFFERERS or profile.kind == Profile.Kind.STUDENT
    return is_right and profile.status == Profile.Status.PUBLISHED and accounts_rules.may_edit(user, profile)


def may_write_topic(user: Any, topic: Topic) -> bool:
    return accounts_rules.may_edit(user, topic.profile)


def may_look_at_topic(user: Any, topic: Topic) -> bool:
    """A supervisor of the school that was asked. Nobody looks at what they offer themselves."""
    return may_teach(user, topic.school) and not accounts_rules.represents(user, topic.profile)


def may_see_topic(user: Any, topic: Topic, now: datetime) -> bool:
    if may_write_topic(user, topic):
        return True
    if topic.state != Topic.State.DRAFT and may_teach(user, topic.school):
        return True
    if topic.applications.filter(profile__in=Profile.objects.represented_by(user)).exists():
        return True
    return Topic.objects.seen_by(user, now).filter(pk=topic.pk).exists()


def profiles_to_apply(user: Any, topic: Topic) -> Any:
    """The person's own profiles that can take it: a student's where a company offers, a company's where a student
    does."""
    kinds = OFFERERS if topic.is_by_student else (Profile.Kind.STUDENT,)
    own = Profile.objects.spoken_for_by(user).decided_by(user)
    return own.filter(kind__in=kinds).exclude(topic_applications__in=topic.applications.filter(state="sent"))


def side_of(user: Any, thesis: Thesis) -> Side | None:
    """On which side of the thesis the person stands; None: on none, and then there is nothing to see."""
    if thesis.student is not None and accounts_rules.may_edit(user, thesis.student):
        return Side.STUDENT
    if thesis.company is not None and accounts_rules.may_edit(user, thesis.company):
        return Side.COMPANY
    is_supervisor = thesis.supervisor_id is not None and thesis.supervisor_id == user.pk
    if is_supervisor and thesis.school is not None and may_teach(user, thesis.school):
        return Side.SUPERVISOR
    return None


def may_name_supervisor(user: Any, thesis: Thesis) -> bool:
    """The supervisor hands it on; where there is none, or the supervisor is away, an owner of the school does."""
    if thesis.school is None or not thesis.is_ongoing:
        return False
    is_owner = accounts_rules.role_of(user, thesis.school) == "owner"
    return side_of(user, thesis) == Side.SUPERVISOR or (is_owner and side_of(user, thesis) is None)


def may_supervise(user: Any, thesis: Thesis) -> bool:
    """Whether the person could be its supervisor: a teacher of the school who stands on no other side."""
    if thesis.school is None or not may_teach(user, thesis.school):
        return False
    others = [one for one in (thesis.student, thesis.company) if one is not None]
    return not any(accounts_rules.represents(user, one) for one in others)


def may_edit_template(user: Any, school: Profile | None) -> bool:
    """A school's by its teachers; the one that all begin from by those who keep the installation."""
    return accounts_rules.is_coordinator(user) if school is None else may_teach(user, school)


def erased_on(ended: date) -> date:
    return ended + KEPT_AFTER_END
