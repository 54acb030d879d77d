"""A municipality's own shelf."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from catalogue.models import OperatingModel, ShelfItem
from catalogue.rules import may_keep_shelf
from core import audit
from core.errors import DomainError


class NotYourShelf(DomainError):
    message = _("A municipality's shelf is kept by its own representatives.")


@transaction.atomic
def save_shelf_item(
    *,
    profile: Profile,
    model: OperatingModel,
    state: str,
    by: Any,
    now: datetime,
    notes: str = "",
    responsible: str = "",
    learnt: str = "",
    learnt_language: str = "fi",
    shared: bool = False,
) -> ShelfItem:
    """Put a model on the municipality's shelf, or change what the shelf says of it. Raises NotYourShelf."""
    if not may_keep_shelf(by, profile):
        raise NotYourShelf
    before = ShelfItem.objects.select_for_update().filter(profile=profile, model=model).first()
    item, made = ShelfItem.objects.update_or_create(
        profile=profile,
        model=model,
        defaults={
            "state": ShelfItem.State(state),
            "notes": notes,
            "responsible": responsible,
            "learnt": learnt,
            "learnt_language": learnt_language,
            "shared": shared,
            "changed_by": by,
        },
    )
    if made or before is None:
        audit.record("shelf.added", profile, by=by, now=now, model=model.pk, state=item.state)
    elif before.state != item.state or before.shared != item.shared:
        audit.record("shelf.changed", profile, by=by, now=now, model=model.pk, state=item.state, shared=item.shared)
    return item


@transaction.atomic
def remove_from_shelf(*, item: ShelfItem, by: Any, now: datetime) -> None:
    """Take a model off the shelf with its notes. Raises NotYourShelf."""
    if not may_keep_shelf(by, item.profile):
        raise NotYourShelf
    audit.record("shelf.removed", item.profile, by=by, now=now, model=item.model_id)
    item.delete()


def empty_shelf(profile_id: int) -> None:
    """Of a municipality's page that is taken back from those who claimed it wrongly."""
    ShelfItem.objects.filter(profile=profile_id).delete()
