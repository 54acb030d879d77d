"""A thesis's life: milestones, handing in, feedback, publishing, the end, another supervisor."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.errors import DomainError
from studies.models import AgreementVersion, Milestone, Side, Thesis, ThesisFeedback, TopicApplication
from studies.rules import theses as rules
from studies.services import agreements, talks
from studies.services.agreements import LONGEST_EMBARGO, WrongEmbargo
from studies.services.theses_common import (
    NotNow,
    NotYours,
    WhyMissing,
    lock_for_party,
    lock_thesis,
    moment,
    move_agreement,
    move_application,
    move_thesis,
    note,
    others_of,
    people_of,
    tell,
)

State = Thesis.State


class WrongMilestone(DomainError):
    message = _("Choose a day from today on.")


class NameMissing(DomainError):
    message = _("Give the milestone a name.")


class NothingSaid(DomainError):
    message = _("Say at least something: one sentence helps the others.")


class SummaryMissing(DomainError):
    message = _("Tell in a few sentences what came of the work: that is what others read.")


class EarlierThanAgreed(DomainError):
    message = _("The agreement says that the work is not published before %(day)s. Choose that day or a later one.")


class NotForMinors(DomainError):
    message = _("Of a student under 18 nothing is shown on a profile.")


class CannotSupervise(DomainError):
    message = _("Choose somebody of the school who is not on another side of this work.")


MOST_MILESTONES = 30


class TooManyMilestones(DomainError):
    message = _("There are thirty milestones already. Take one away first.")


# --- Milestones ------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_milestone(*, thesis: Thesis, title: str, due_on: date | None, by: Any, now: datetime) -> Milestone:
    """Raises `NotYours`, `NotNow`, `NameMissing`, `WrongMilestone` or `TooManyMilestones`."""
    thesis, _side = lock_for_party(thesis, by)
    if not thesis.is_ongoing:
        raise NotNow
    if not title.strip():
        raise NameMissing(field="title")
    if due_on is None or due_on < timezone.localdate(now):
        raise WrongMilestone(field="due_on")
    if thesis.milestones.count() >= MOST_MILESTONES:
        raise TooManyMilestones
    made = Milestone.objects.create(thesis=thesis, title=title.strip()[:160], due_on=due_on)
    audit.record("milestone.added", made, by=by, now=now, thesis=thesis.pk)
    return made


@transaction.atomic
def set_milestone_done(*, milestone: Milestone, done: bool, by: Any, now: datetime) -> Milestone:
    """Raises `NotYours` or `NotNow`."""
    thesis, side = lock_for_party(milestone.thesis, by)
    milestone = _locked(milestone)
    if not thesis.is_ongoing:
        raise NotNow
    if done != (milestone.done_at is not None):
        milestone.done_at = now if done else None
        milestone.save(update_fields=["done_at"])
        if done:
            tell("milestone_done", others_of(thesis, side), thesis, key=f"m{milestone.pk}", now=now, but=by,
                 milestone=milestone.pk)  # fmt: skip
    return milestone


@transaction.atomic
def remove_milestone(*, milestone: Milestone, by: Any, now: datetime) -> None:
    """Raises `NotYours` or `NotNow`."""
    thesis, _side = lock_for_party(milestone.thesis, by)
    milestone = _locked(milestone)
    if not thesis.is_ongoing or milestone.done_at is not None:
        raise NotNow
    audit.record("milestone.removed", milestone, by=by, now=now, thesis=thesis.pk)
    milestone.delete()


def _locked(milestone: Milestone) -> Milestone:
    found = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if found is None:
        raise NotNow
    return found


# --- Handed in, assessed, said ---------------------------------------------------------------------------------------


@transaction.atomic
def send_back(*, thesis: Thesis, why: str, by: Any, now: datetime) -> Thesis:
    """The supervisor asks for more before it is finished. Raises `NotYours`, `NotNow` or `WhyMissing`."""
    thesis = _supervised(thesis, by)
    if not why.strip():
        raise WhyMissing(field="why")
    move_thesis(thesis, State.UNDERWAY, by=by, now=now, side=Side.SUPERVISOR, why=why)
    tell("sent_back", others_of(thesis, Side.SUPERVISOR), thesis, key=moment(now), now=now, but=by)
    return thesis


@transaction.atomic
def finish(*, thesis: Thesis, by: Any, now: datetime) -> Thesis:
    """The supervisor accepts the final work. What is about the student goes a set time after. Raises `NotYours` or
    `NotNow`."""
    thesis = _supervised(thesis, by)
    thesis.ended_at, thesis.erase_on = now, rules.erased_on(timezone.localdate(now))
    move_thesis(thesis, State.FINISHED, by=by, now=now, side=Side.SUPERVISOR)
    _drop_open(thesis, now)
    tell("finished", others_of(thesis, Side.SUPERVISOR), thesis, key="finished", now=now, but=by)
    return thesis


def _supervised(thesis: Thesis, by: Any) -> Thesis:
    thesis, side = lock_for_party(thesis, by)
    if side != Side.SUPERVISOR:
        raise NotYours
    return thesis


def _drop_open(thesis: Thesis, now: datetime) -> None:
    """A version that nobody will sign any more."""
    version = agreements.open_version(thesis)
    if version is not None:
        move_agreement(version, AgreementVersion.State.DROPPED, now=now)


@transaction.atomic
def give_feedback(
    *, thesis: Thesis, went_well: str, to_better: str, again: bool | None, by: Any, now: datetime
) -> ThesisFeedback:
    """Once a side; said again it replaces what was said. Raises `NotYours`, `NotNow` or `NothingSaid`."""
    thesis, side = lock_for_party(thesis, by)
    if not may_give_feedback(thesis):
        raise NotNow
    if not went_well.strip() and not to_better.strip():
        raise NothingSaid(field="went_well")
    values = {"went_well": went_well.strip(), "to_better": to_better.strip(), "again": again, "at": now}
    made, is_new = ThesisFeedback.objects.update_or_create(thesis=thesis, side=side, defaults=values)
    audit.record("thesis.feedback", thesis, by=by, now=now)
    if is_new:
        tell("feedback", others_of(thesis, side), thesis, key=f"f-{side}", now=now, but=by)
    return made


def may_give_feedback(thesis: Thesis) -> bool:
    is_over = thesis.state == State.HANDED_IN or thesis.is_done or thesis.state == State.BROKEN_OFF
    return is_over and thesis.erased_at is None


# --- Published, shown ------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(*, thesis: Thesis, summary: str, embargo_until: date | None, by: Any, now: datetime) -> Thesis:
    """By the student, whose work it is: at once, or on a day, not before the one that the agreement names. Where the
    company reads it first it waits for so many days from this press at least, and the company is told. Raises
    `NotYours`, `NotNow`, `SummaryMissing`, `WrongEmbargo` or `EarlierThanAgreed`."""
    thesis, side = lock_for_party(thesis, by)
    if side != Side.STUDENT:
        raise NotYours
    if not summary.strip():
        raise SummaryMissing(field="summary")
    today = timezone.localdate(now)
    if embargo_until is not None and not today < embargo_until <= today + LONGEST_EMBARGO:
        raise WrongEmbargo(field="embargo_until")
    agreed = thesis.agreements.filter(state=AgreementVersion.State.IN_FORCE).first()
    earliest = agreed.embargo_until if agreed is not None else None
    if earliest is not None and earliest > max(embargo_until or today, today):
        day = date_format(earliest, "SHORT_DATE_FORMAT")
        raise EarlierThanAgreed(str(EarlierThanAgreed.message) % {"day": day}, field="embargo_until")
    reading = agreed.reads_first if agreed is not None else None
    if reading:
        embargo_until = max(embargo_until or today, today + timedelta(days=reading))
    thesis.summary, thesis.embargo_until = summary.strip(), embargo_until
    if embargo_until is None:
        thesis.published_at = now
    move_thesis(thesis, State.EMBARGOED if embargo_until else State.PUBLISHED, by=by, now=now, side=side)
    company = people_of(thesis, Side.COMPANY) if reading else []
    tell("reads_first", company, thesis, key=moment(now), now=now, but=by)
    others = [one for one in others_of(thesis, side) if one not in company]
    tell("published", others, thesis, key=moment(now), now=now, but=by)
    return thesis


@transaction.atomic
def take_back(*, thesis: Thesis, by: Any, now: datetime) -> Thesis:
    """Not published any more, or no embargo that ends. Raises `NotYours` or `NotNow`."""
    thesis, side = lock_for_party(thesis, by)
    if side != Side.STUDENT:
        raise NotYours
    thesis.published_at = thesis.embargo_until = None
    move_thesis(thesis, State.FINISHED, by=by, now=now, side=side)
    return thesis


@transaction.atomic
def set_shown(*, thesis: Thesis, shown: bool, by: Any, now: datetime) -> Thesis:
    """Whether the side's own profile shows the thesis, and the thesis its name. Raises `NotYours`, `NotNow` or
    `NotForMinors`."""
    thesis, side = lock_for_party(thesis, by)
    if side == Side.SUPERVISOR:
        raise NotYours
    if shown and not thesis.is_done:
        raise NotNow
    if side == Side.STUDENT:
        if shown and thesis.is_minor:
            raise NotForMinors
        thesis.shown_by_student = shown
    else:
        thesis.shown_by_company = shown
    thesis.save(update_fields=["shown_by_student", "shown_by_company"])
    audit.record("thesis.shown" if shown else "thesis.hidden", thesis, by=by, now=now, side=str(side))
    return thesis


# --- Broken off, handed on -------------------------------------------------------------------------------------------


@transaction.atomic
def break_off(*, thesis: Thesis, why: str, by: Any, now: datetime) -> Thesis:
    """Any of the three can, in the middle too, and says why; the agreement that was signed stays to be read. Raises
    `NotYours`, `NotNow` or `WhyMissing`."""
    thesis, side = lock_for_party(thesis, by)
    if not why.strip():
        raise WhyMissing(field="why")
    end(thesis, side=side, by=by, now=now, why=why)
    return thesis


def end(
    thesis: Thesis, *, side: Side | None, by: Any, now: datetime, why: str = "", cause: str = "", quietly: bool = False
) -> None:
    """Of a locked thesis. Raises `NotNow`."""
    thesis.ended_at, thesis.erase_on = now, rules.erased_on(timezone.localdate(now))
    move_thesis(thesis, State.BROKEN_OFF, by=by, now=now, side=side, why=why, cause=cause)
    _drop_open(thesis, now)
    if thesis.topic is not None:
        for one in thesis.topic.applications.filter(state=TopicApplication.State.CHOSEN):
            move_application(one, TopicApplication.State.PASSED, now=now)
    if not quietly:
        tell("broken_off", others_of(thesis, side), thesis, key="broken_off", now=now, but=by)


@transaction.atomic
def hand_over(*, thesis: Thesis, to: User, by: Any, now: datetime) -> Thesis:
    """Another supervisor of the school. The agreement names the new one, so all three accept it again. Raises
    `NotYours` or `CannotSupervise`."""
    thesis = lock_thesis(thesis)
    if not rules.may_name_supervisor(by, thesis):
        raise NotYours
    if not to.is_active or not rules.may_supervise(to, thesis) or to.pk == thesis.supervisor_id:
        raise CannotSupervise(field="to")
    thesis.supervisor = to
    thesis.save(update_fields=["supervisor"])
    talks.thesis_changed(thesis)
    note(thesis, thesis.state, side=Side.SUPERVISOR, now=now, cause="supervisor")
    agreements.supervisor_changed(thesis, by=by, now=now)
    audit.record("thesis.supervisor", thesis, by=by, now=now)
    people = {one.pk: one for one in [to, *others_of(thesis, Side.SUPERVISOR)]}
    tell("supervisor", people.values(), thesis, key=moment(now), now=now, but=by)
    return thesis
