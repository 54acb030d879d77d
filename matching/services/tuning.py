"""How the matcher is tuned: chosen by a coordinator, and brought back to what it was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from matching import rules, tuned
from matching.models import Tuning
from matching.services.rebuilds import start_rebuild


class OnlyCoordinatorsTune(DomainError):
    message = _("Only coordinators can change how suggestions are made.")


class AlreadyInForce(DomainError):
    message = _("These settings are already in force.")


@transaction.atomic
def choose_tuning(*, point: str, attention: float, learns: bool, by: Any, now: datetime, why: str = "") -> Tuning:
    """What has been learnt stays. Raises AlreadyInForce where nothing would change."""
    if not rules.may_tune(by):
        raise OnlyCoordinatorsTune
    before = tuned.in_force()
    row = Tuning(
        at=now,
        by=by,
        how=Tuning.How.CHOSEN,
        point=point,
        attention=attention,
        factors=before.factors,
        learns=learns,
        why=why,
    )
    return put_in_force(row, before, now)


@transaction.atomic
def restore_tuning(*, earlier: Tuning | None, by: Any, now: datetime) -> Tuning:
    """Bring back all that was in force by an earlier row; without one, how the product came."""
    if not rules.may_tune(by):
        raise OnlyCoordinatorsTune
    before = tuned.in_force()
    like = earlier or Tuning()
    row = Tuning(
        at=now,
        by=by,
        how=Tuning.How.RESTORED,
        point=like.point,
        attention=like.attention,
        factors=like.factors,
        learns=like.learns,
        restores=earlier,
    )
    return put_in_force(row, before, now)


def put_in_force(row: Tuning, before: Tuning, now: datetime) -> Tuning:
    """In the caller's transaction."""
    if tuned.are_alike(row, before):
        raise AlreadyInForce
    row.save()
    if tuned.read(row) != tuned.read(before):
        # Every list was made by other weights; the old ones serve until the new stand.
        start_rebuild(now=now, by=row.by, instead=True)
    return row
