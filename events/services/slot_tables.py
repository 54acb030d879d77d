"""More or fewer tables at single times of a round: a room that is lost for the afternoon, a hall that opens at noon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError, StaleSave
from events.models import Meeting, Round
from events.queries.tables import stamp_of
from events.rules import rounds as rules
from events.services import boards
from events.services.repairs import DraftWaits
from events.services.rounds import NotTheHost, RoundIsBusy, drop_draft, lock_round


class TablesOutOfReach(DomainError):
    message = _("There can be from 0 to 300 tables.")


class TablesChanged(StaleSave):
    message = _("Somebody changed this while you were writing. Look at what it is now, and save again if you want.")


class TableInUse(DomainError):
    message = _("Somebody meets at table %(table)s then. Move that meeting first, or repair the schedule.")


@transaction.atomic
def set_tables(*, round: Round, tables: Mapping[int, int], by: Any, now: datetime, seen: int | None = None) -> int:
    """{slot: so many tables}; what is not named stays, and so does what has begun. A draft of a schedule that is not
    published is dropped, as when the round changes. `seen`: the stamp of the numbers that were looked at. Returns at
    how many times there are more or fewer now.

    Raises `NotTheHost`, `RoundIsBusy`, `DraftWaits` of a repair; `TablesChanged`; `TablesOutOfReach` or `TableInUse`
    with the field `slot_N`.
    """
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.state == Round.State.SOLVING:
        raise RoundIsBusy
    if round.state == Round.State.DRAFTED and round.published_at is not None:
        raise DraftWaits
    if seen is not None and seen != stamp_of(round):
        raise TablesChanged
    used = dict(
        Meeting.objects.agreed().filter(slot__round=round).order_by().values_list("slot").annotate(Max("table"))
    )
    changed = []
    for slot in round.slots.filter(pk__in=tables, is_open=True, starts_at__gt=now):
        count = tables[slot.pk]
        if not 0 <= count <= rules.MOST_TABLES:
            raise TablesOutOfReach(field=f"slot_{slot.pk}")
        own = None if count == round.tables else count
        if own == slot.tables:
            continue
        if (used.get(slot.pk) or 0) > count:
            raise TableInUse(TableInUse.message % {"table": used[slot.pk]}, field=f"slot_{slot.pk}")
        slot.tables = own
        slot.save(update_fields=["tables"])
        changed.append(slot.pk)
    if changed:
        if round.state == Round.State.DRAFTED:
            drop_draft(round)
        audit.record("round.tables_set", round, by=by, now=now, slots=len(changed))
        boards.changed(round.event_id)
    return len(changed)
