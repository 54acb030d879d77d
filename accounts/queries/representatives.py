from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from accounts.models import Invitation, Profile, Report, Representative, TakeoverRequest, User
from core.models import AuditEvent
from notifications.queries import is_marked


def representatives_of(profile: Profile) -> list[Representative]:
    return list(profile.representatives.select_related("user"))


def open_invitations(profile: Profile, now: datetime) -> list[Invitation]:
    """The newest first; `is_marked` where no letter goes to the address."""
    rows = profile.invitations.filter(accepted_at=None, withdrawn_at=None, expires_at__gte=now)
    return list(rows.annotate(is_marked=is_marked("email")).order_by("-invited_at"))


def coordinators() -> list[User]:
    """Who hosts the installation, and is told of what waits for a decision."""
    return list(User.objects.filter(is_active=True, is_coordinator=True))


def unconfirmed() -> list[Profile]:
    """Municipalities, schools and public bodies that wait for a coordinator's word, the longest first."""
    return list(Profile.objects.waiting_for_confirmation().order_by("published_at", "pk"))


def open_requests() -> list[TakeoverRequest]:
    return list(
        TakeoverRequest.objects.filter(state=TakeoverRequest.State.OPEN)
        .select_related("profile", "by")
        .order_by("asked_at")
    )


def open_reports() -> list[Report]:
    return list(Report.objects.filter(handled_at=None).select_related("profile").order_by("at"))


def unclaimed() -> Any:
    return Profile.objects.published().filter(claimed_at=None).order_by("name_fi", "pk")


def trail_of(profile: Profile) -> Any:
    return AuditEvent.objects.filter(subject_type="accounts.profile", subject_id=str(profile.pk)).select_related("by")


def desk_tool(request: HttpRequest) -> dict[str, Any] | None:
    """The way to the coordinator's desk, with how much waits there; for nobody else."""
    user = getattr(request, "user", None)
    if user is None or not user.has_perm("accounts.coordinate"):
        return None
    waiting = TakeoverRequest.objects.filter(state=TakeoverRequest.State.OPEN).count()
    reports = Report.objects.filter(handled_at=None).order_by().values("pk")
    # Counted together: this stands on every page of theirs.
    others = reports.union(Profile.objects.waiting_for_confirmation().order_by().values("pk"), all=True)
    return {"waiting": waiting + others.count()}
