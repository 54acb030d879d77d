"""A training in several runs: one has a place in one of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from events.models import Event, EventSeries
from events.queries.series import place_in_another_run
from events.wording import when


class InAnotherRun(DomainError):
    message = gettext_lazy("You have a place in another run of this training. Cancel that first if you want to change.")


def refuse_another_run(event: Event, person: Any) -> None:
    """Called under the event's lock. The series is held too: of two runs at once one waits for the other."""
    if event.series_id is None:
        return
    EventSeries.objects.select_for_update().get(pk=event.series_id)
    other = place_in_another_run(event, person)
    if other is not None:
        told = {"when": when(other.starts_at)}
        raise InAnotherRun(
            _("You have registered for another run of this training: %(when)s. Cancel that first.") % told
        )
