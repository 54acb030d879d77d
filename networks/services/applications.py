"""Applying, deciding criterion by criterion with reasons, and appealing.

A decision is made once: the membership's lock puts two coordinators in line, and the second one is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core import audit
from core.errors import DomainError
from networks.models import Appeal, Application, Criterion, CriterionAnswer, Membership, Network
from networks.rules import networks as rules
from networks.services.common import (
    CannotBecome,
    NotTheCoordinator,
    begin,
    coordinators_of,
    deciders_of,
    lock_membership,
    lock_network,
    lock_own_membership,
    move,
)
from networks.services.memberships import check_can_come, welcome
from notifications.services import notify

State = Membership.State


class NeedsNoApplication(DomainError):
    message = _("The network is open: join it at once.")


class NotShownHow(DomainError):
    message = _("Tell of each criterion how you meet it.")


class AppliedAlready(DomainError):
    message = _("The organisation has applied already. The application waits for a decision.")


class AlreadyDecided(DomainError):
    message = _("Somebody has decided on the application already. Your decision was not saved.")


class CriterionUndecided(DomainError):
    message = _("Decide on each criterion, and give a reason for each.")


class DecisionReasonMissing(DomainError):
    message = _("Give a reason that the applicant can understand.")


class NotAllMet(DomainError):
    message = _("A member meets every criterion. Decline the application, or look at the criteria again.")


class NothingToAppeal(DomainError):
    message = _("Only a declined application can be appealed, once, while the network runs.")


class AppealAlreadyMade(DomainError):
    message = _("The decision has been appealed already.")


class OwnDecision(DomainError):
    message = _("You made the decision. Another coordinator or an owner of the organiser answers the appeal.")


class AppealAnswered(DomainError):
    message = _("The appeal has been answered already. Your answer was not saved.")


@dataclass(frozen=True)
class Ruling:
    """Of one criterion: met or not, and why."""

    is_met: bool | None
    reason: str = ""


@transaction.atomic
def apply(
    *,
    network: Network,
    profile: Profile,
    by: Any,
    now: datetime,
    text: str = "",
    language: str = "fi",
    shown: Mapping[int, str] | None = None,
) -> Application:
    """Ask to become a member. `shown` tells by criterion how it is met; in a network with criteria, of each.

    Raises `NotRunning`, `NeedsNoApplication`, `NotYourMember`, `NotShown`, `NotShownHow`, `AppliedAlready` or
    `CannotBecome`.
    """
    network = lock_network(network)
    check_can_come(network, profile, by)
    if network.admission == Network.Admission.OPEN:
        raise NeedsNoApplication
    criteria = _criteria_of(network)
    told = {one.pk: (shown or {}).get(one.pk, "").strip() for one in criteria}
    missing = next((pk for pk, words in told.items() if not words), None)
    if missing is not None:
        raise NotShownHow(field=f"criterion_{missing}")
    before = Membership.objects.filter(network=network, profile=profile).first()
    if before is not None and before.state == State.APPLIED:
        raise AppliedAlready
    membership = begin(network, profile, State.APPLIED, by=by, now=now)
    try:
        with transaction.atomic():
            made = Application.objects.create(
                membership=membership, text=text, language=language, made_at=now, made_by=by
            )
    except IntegrityError as error:
        raise AppliedAlready from error
    CriterionAnswer.objects.bulk_create(
        CriterionAnswer(application=made, criterion=one, shown=told[one.pk]) for one in criteria
    )
    notify("networks.applied", coordinators_of(network), {"application": made.pk}, key=str(made.pk), now=now)
    return made


@transaction.atomic
def decide(
    *,
    application: Application,
    accept: bool,
    by: Any,
    now: datetime,
    reason: str = "",
    rulings: Mapping[int, Ruling] | None = None,
) -> Application:
    """A coordinator's decision, told to the applicant. With criteria each has its ruling and reason, and only one who
    meets them all is accepted; a decline always has a reason.

    Raises `NotTheCoordinator`, `AlreadyDecided`, `CriterionUndecided`, `NotAllMet` or `DecisionReasonMissing`.
    """
    membership = lock_membership(application.membership)
    application = Application.objects.select_for_update().get(pk=application.pk)
    if not rules.may_coordinate(by, membership.network):
        raise NotTheCoordinator
    if application.state != Application.State.WAITING or membership.state != State.APPLIED:
        raise AlreadyDecided
    answers = list(application.answers.all())
    _rule(answers, rulings or {})
    if accept and not all(one.is_met for one in answers):
        raise NotAllMet
    if not accept and not reason.strip():
        raise DecisionReasonMissing(field="reason")
    for one in answers:
        one.save(update_fields=["is_met", "reason"])
    application.state = Application.State.ACCEPTED if accept else Application.State.DECLINED
    application.decided_at, application.decided_by, application.reason = now, by, reason.strip()[:600]
    application.save()
    move(membership, State.MEMBER if accept else State.DECLINED, by=by, now=now, why=reason, cause="decision")
    if accept:
        _welcome_applicant(membership, application, now)
    notify("networks.decided", deciders_of(membership.profile), {"application": application.pk},
           key=str(application.pk), now=now)  # fmt: skip
    return application


def _rule(answers: list[CriterionAnswer], rulings: Mapping[int, Ruling]) -> None:
    for answer in answers:
        ruling = rulings.get(answer.criterion_id)
        if ruling is None or ruling.is_met is None:
            raise CriterionUndecided(field=f"met_{answer.criterion_id}")
        if not ruling.reason.strip():
            raise CriterionUndecided(field=f"reason_{answer.criterion_id}")
        answer.is_met, answer.reason = ruling.is_met, ruling.reason.strip()[:400]


@transaction.atomic
def appeal(*, application: Application, text: str, by: Any, now: datetime) -> Appeal:
    """Ask somebody else to look at a decline, once. Raises `NotYourMember`, `NothingToAppeal`, `AppealAlreadyMade` or
    `DecisionReasonMissing` when nothing is said."""
    membership = lock_own_membership(application.membership, by)
    application.refresh_from_db()
    if application.state != Application.State.DECLINED or membership.state != State.DECLINED:
        raise NothingToAppeal
    latest = membership.applications.order_by("-made_at", "-pk").first()
    if latest is None or latest.pk != application.pk or not membership.network.is_running:
        raise NothingToAppeal
    if not text.strip():
        raise DecisionReasonMissing(field="text")
    if Appeal.objects.filter(application=application).exists():
        raise AppealAlreadyMade
    try:
        with transaction.atomic():
            made = Appeal.objects.create(application=application, text=text.strip(), made_at=now, made_by=by)
    except IntegrityError as error:
        raise AppealAlreadyMade from error
    audit.record("application.appealed", application, by=by, now=now, network=membership.network_id)
    notify("networks.appealed", answerers_of(application), {"application": application.pk}, key=str(made.pk), now=now)
    return made


@transaction.atomic
def answer_appeal(*, appeal: Appeal, uphold: bool, reason: str, by: Any, now: datetime) -> Appeal:
    """Another than the one who decided looks again. Upheld, the applicant is a member.

    Raises `NotTheCoordinator`, `OwnDecision`, `AppealAnswered`, `DecisionReasonMissing` or `CannotBecome`.
    """
    membership = lock_membership(appeal.application.membership)
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("application").get(pk=appeal.pk)
    if not rules.may_coordinate(by, membership.network):
        raise NotTheCoordinator
    if appeal.application.decided_by_id == by.pk:
        raise OwnDecision
    if appeal.answered_at is not None:
        raise AppealAnswered
    if not reason.strip():
        raise DecisionReasonMissing(field="reason")
    if uphold and membership.state != State.DECLINED:
        raise CannotBecome
    appeal.is_upheld, appeal.reason = uphold, reason.strip()[:600]
    appeal.answered_at, appeal.answered_by = now, by
    appeal.save()
    audit.record("application.appeal_answered", appeal.application, by=by, now=now, upheld=uphold)
    if uphold:
        move(membership, State.MEMBER, by=by, now=now, why=reason, cause="appeal")
        _welcome_applicant(membership, appeal.application, now)
    notify("networks.appeal_answered", deciders_of(membership.profile), {"application": appeal.application_id},
           key=str(appeal.pk), now=now)  # fmt: skip
    return appeal


def answerers_of(application: Application) -> list[User]:
    """Who may answer an appeal: the other coordinators and the organiser's owners; where there are none, the
    installation's coordinators."""
    network = application.membership.network
    others = {one.pk: one for one in coordinators_of(network)}
    if network.organiser is not None:
        owners = User.objects.filter(representations__profile=network.organiser, representations__role="owner")
        others |= {one.pk: one for one in owners}
    others.pop(application.decided_by_id or 0, None)
    if not others:
        keepers = User.objects.filter(is_coordinator=True, is_active=True).exclude(pk=application.decided_by_id or 0)
        others = {one.pk: one for one in keepers}
    return [others[pk] for pk in sorted(others)]


def _criteria_of(network: Network) -> list[Criterion]:
    if network.admission != Network.Admission.CRITERIA:
        return []
    return list(network.criteria.filter(retired_at=None))


def _welcome_applicant(membership: Membership, application: Application, now: datetime) -> None:
    """Whoever applied takes part, if they still represent the organisation."""
    welcome(membership, by=application.made_by or AnonymousUser(), now=now)
