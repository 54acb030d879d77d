"""Reports to the coordinators, and blocks between profiles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import hooks, rules
from accounts.models import Block, Profile, Report
from accounts.queries.representatives import coordinators
from accounts.services.profiles import take_down
from accounts.services.representatives import NotAllowed
from core import audit
from core.errors import DomainError
from core.models import Feedback
from notifications.services import notify


class AlreadyHandled(DomainError):
    message = _("The report has been handled already.")


class NotYourself(DomainError):
    message = _("A profile cannot block itself.")


@transaction.atomic
def report(*, profile: Profile, reason: str, text: str, email: str, by: Any, now: datetime) -> Report:
    """Anybody may report what they see; the one reported is not told who did. The coordinators are told once a day of
    the same profile, however many report it."""
    made = Report.objects.create(
        profile=profile, reason=reason, text=text, email=email, by=by if by.is_authenticated else None, at=now
    )
    key = f"{profile.pk}-{timezone.localdate(now):%Y%m%d}"
    notify("accounts.reported", coordinators(), {"profile": profile.pk, "report": made.pk}, key=key, now=now)
    return made


def feedback_sent(feedback: Feedback, now: datetime) -> None:
    """The coordinators are told of feedback, once a day of each kind: that on accessibility is answered in time."""
    about = {"about_accessibility": feedback.about_accessibility}
    key = f"{'accessibility' if feedback.about_accessibility else 'any'}-{timezone.localdate(now):%Y%m%d}"
    notify("accounts.feedback", coordinators(), about, key=key, now=now)


@transaction.atomic
def handle_report(*, report: Report, take_down: bool, outcome: str, by: Any, now: datetime) -> None:
    """A coordinator closes a report, taking the profile down if that is the answer. The reporter's address is not
    kept.
    """
    if not rules.is_coordinator(by):
        raise NotAllowed
    closed = Report.objects.filter(pk=report.pk, handled_at=None).update(
        handled_at=now, handled_by=by, outcome=outcome, email=""
    )
    if not closed:
        raise AlreadyHandled
    audit.record("report.handled", report.profile, by=by, now=now, take_down=take_down)
    if take_down:
        take_down_profile(profile=report.profile, by=by, now=now)


@transaction.atomic
def take_down_profile(*, profile: Profile, by: Any, now: datetime) -> None:
    """A coordinator's taking down: the profile's own service does it, and the representatives are told."""
    if not rules.is_coordinator(by):
        raise NotAllowed
    take_down(profile=profile, by=by, now=now)
    told = [row.user for row in profile.representatives.select_related("user")]
    notify("accounts.taken_down", told, {"profile": profile.pk}, key=f"{profile.pk}-{now:%Y%m%d%H%M%S}", now=now)


@transaction.atomic
def block(*, blocker: Profile, blocked: Profile, by: Any, now: datetime) -> None:
    """Neither sees the other from now on; the blocked side is not told."""
    if not rules.may_act_for(by, blocker):
        raise NotAllowed
    if blocker.pk == blocked.pk:
        raise NotYourself
    _block, made = Block.objects.get_or_create(blocker=blocker, blocked=blocked, defaults={"at": now})
    if made:
        audit.record("profile.blocked", blocker, by=by, now=now, other=blocked.pk)
        hooks.profile_changed(blocker.pk, now=now)
        hooks.profile_changed(blocked.pk, now=now)


@transaction.atomic
def unblock(*, blocker: Profile, blocked: Profile, by: Any, now: datetime) -> None:
    if not rules.may_act_for(by, blocker):
        raise NotAllowed
    if Block.objects.filter(blocker=blocker, blocked=blocked).delete()[0]:
        audit.record("profile.unblocked", blocker, by=by, now=now, other=blocked.pk)
        hooks.profile_changed(blocker.pk, now=now)
        hooks.profile_changed(blocked.pk, now=now)
