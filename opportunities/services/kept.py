"""Offers that an upper app keeps (`opportunities.hooks`): published, changed and ended by it. `by` is who made the
thing there, or another who acts for the profile; it may be long ago.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from opportunities.models import Opportunity
from opportunities.services.common import lock, save
from opportunities.services.opportunities import Plan, _changed, _gone, _open, _write

State = Opportunity.State


@transaction.atomic
def publish_kept(
    *, keeper: str, profile: Profile, plan: Plan, by: Any, now: datetime, is_known: bool = False
) -> Opportunity:
    """`keeper` is its name in `opportunities.hooks`. `is_known`: it was there before, so nobody is told anew. Raises
    `HiddenCannotPublish`, `TooManyOpen`, `LastDayPassed`, `TooFarAhead` and what else `_write` raises; then nothing has
    happened."""
    held = Profile.objects.select_for_update().get(pk=profile.pk)
    made = Opportunity(profile=held, kept_by=keeper, is_known=is_known, told_at=now if is_known else None)
    _write(made, plan, now)
    _open(made, by=by, now=now)
    audit.record("opportunity.kept", made, by=by, now=now, profile=held.pk)
    return made


@transaction.atomic
def change_kept(*, opportunity: Opportunity, plan: Plan, by: Any, now: datetime) -> None:
    """What is over stays over."""
    Profile.objects.select_for_update().get(pk=opportunity.profile_id)
    held = lock(opportunity)
    if held is None or not held.is_open(now):
        return
    try:
        with transaction.atomic():
            _write(held, plan, now)
    except DomainError:
        return
    _changed(held, by=by, now=now)


@transaction.atomic
def end_kept(*, opportunity: Opportunity, is_found: bool, now: datetime) -> None:
    """Closed already, or taken down, it stays so."""
    Profile.objects.select_for_update().get(pk=opportunity.profile_id)
    held = lock(opportunity)
    if held is None or held.state != State.OPEN:
        return
    held.state, held.closed_at = State.CLOSED, now
    held.outcome = Opportunity.Outcome.HERE if is_found else Opportunity.Outcome.NOT_NEEDED
    save(held, "state", "closed_at", "outcome")
    audit.record("opportunity.closed", held, by=None, now=now, outcome=held.outcome)
    _gone(held, now=now)
