"""What every service of theses stands on: refusals, locks, whom to tell, the one way in which each changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core import audit
from core.errors import DomainError, StaleSave
from notifications.services import notify
from studies.models import AgreementVersion, Side, Thesis, ThesisChange, Topic, TopicApplication
from studies.rules import theses as rules
from studies.rules import theses_states as states
from studies.services import theses_market


class NotYours(DomainError):
    message = _("Only those whose matter it is can do this.")


class NotNow(DomainError):
    """Somebody was quicker, or the page was old."""

    message = _("Something has changed since the page was opened. Look at how it stands now.")


class Stale(StaleSave):
    message = _("Somebody changed this while you were writing. Look at what it is now, and save again if you want.")


class WhyMissing(DomainError):
    message = _("Tell why, so that the others understand.")


def lock_topic(topic: Topic) -> Topic:
    """The topic as it stands, held until the transaction ends: two who act on it stand in line here."""
    return Topic.objects.select_for_update(of=("self",)).select_related("profile", "school").get(pk=topic.pk)


def lock_thesis(thesis: Thesis) -> Thesis:
    held = Thesis.objects.select_for_update(of=("self",))
    return held.select_related("student", "company", "school", "supervisor", "topic").get(pk=thesis.pk)


def lock_for_party(thesis: Thesis, by: Any) -> tuple[Thesis, Side]:
    """The thesis, held, and on which side the person stands. Raises `NotYours`."""
    thesis = lock_thesis(thesis)
    side = rules.side_of(by, thesis)
    if side is None:
        raise NotYours
    return thesis, side


def move_topic(topic: Topic, state: Topic.State, *, by: Any, now: datetime) -> None:
    """Of a locked topic; it is on the market while it is open. Raises `NotNow`."""
    if not states.topic_may_become(topic, state):
        raise NotNow
    topic.state, topic.state_since, topic.reminded_at = state, now, None
    topic.save()
    theses_market.keep_in_step(topic, now=now)
    audit.record("topic.changed", topic, by=by, now=now, to=str(state))


def move_application(application: TopicApplication, state: TopicApplication.State, *, now: datetime) -> None:
    """Raises `NotNow`."""
    if not states.application_may_become(application, state):
        raise NotNow
    application.state, application.state_since = state, now
    application.save()


def move_thesis(
    thesis: Thesis, state: Thesis.State, *, by: Any, now: datetime, side: Side | None = None, why: str = "",
    cause: str = "",
) -> None:  # fmt: skip
    """The one way in which a locked thesis changes: a row tells which side, when and why. Raises `NotNow`."""
    if not states.thesis_may_become(thesis, state):
        raise NotNow
    before, thesis.state, thesis.state_since = thesis.state, state, now
    thesis.save()
    note(thesis, before, side=side, now=now, why=why, cause=cause)
    audit.record("thesis.changed", thesis, by=by, now=now, to=str(state))


def note(
    thesis: Thesis, before: str, *, side: Side | None, now: datetime, why: str = "", cause: str = ""
) -> ThesisChange:
    return ThesisChange.objects.create(
        thesis=thesis,
        from_state=before,
        to_state=thesis.state,
        at=now,
        side=side or "",
        why=why.strip()[:600],
        cause=cause,
    )


def move_agreement(version: AgreementVersion, state: AgreementVersion.State, *, now: datetime) -> None:
    """Raises `NotNow`."""
    if not states.agreement_may_become(version, state):
        raise NotNow
    version.state = state
    if state == AgreementVersion.State.IN_FORCE:
        version.in_force_at = now
    version.save()


def deciders_of(profile: Profile | None) -> list[User]:
    """The owners and editors of a profile."""
    return [] if profile is None else list(User.objects.deciding_for([profile]))


def owners_of(profile: Profile | None) -> list[User]:
    if profile is None:
        return []
    held = User.objects.filter(representations__profile=profile, representations__role="owner")
    return list(held.order_by("pk").distinct())


def people_of(thesis: Thesis, side: Side) -> list[User]:
    if side == Side.STUDENT:
        return deciders_of(thesis.student)
    if side == Side.COMPANY:
        return deciders_of(thesis.company)
    return [thesis.supervisor] if thesis.supervisor is not None else owners_of(thesis.school)


def others_of(thesis: Thesis, side: Side | None) -> list[User]:
    """The people of the other sides, each once."""
    found = {one.pk: one for other in Side if other != side for one in people_of(thesis, other)}
    return list(found.values())


def tell(kind: str, people: Iterable[User], thesis: Thesis, *, key: str, now: datetime, but: Any = None, **more: Any) -> None:  # fmt: skip  # noqa: E501 (one sentence)
    """To each but the one who did it."""
    told = [one for one in people if one.pk != getattr(but, "pk", None)]
    notify(f"studies.{kind}", told, {"thesis": thesis.pk, **more}, key=f"{thesis.pk}-{key}", now=now)


def moment(now: datetime) -> str:
    return f"{now:%Y%m%d%H%M%S%f}"
