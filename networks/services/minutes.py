"""Minutes: written during the meeting, with decisions and tasks; approved they are sent, and open tasks come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit, live
from core.errors import DomainError, StaleSave
from networks.models import Decision, Membership, MinutesDraft, NetworkMeeting, Task
from networks.rules.meetings import may_finish, on_duty
from networks.rules.networks import people_of
from networks.services import common
from networks.services.meetings import NotOfThisNetwork, lock_meeting
from notifications.services import notify


class NotBegun(DomainError):
    message = _("The meeting has not begun. Minutes are written from its beginning on.")


class IsApproved(DomainError):
    message = _("The minutes are approved, and stay as they were sent.")


class NothingWritten(DomainError):
    message = _("Write the minutes or a decision first.")


class MinutesChanged(StaleSave):
    message = _("Somebody saved the minutes while you were writing. Your words are below: compare, and save again.")


class OthersWriting(DomainError):
    """Approved minutes do not change: what somebody has typed would stay outside."""

    def __init__(self, names: Sequence[str]) -> None:
        told = {"names": ", ".join(names)}
        super().__init__(
            _("Not saved yet: what %(names)s has typed. Save it first, or approve the minutes without it.") % told
        )


class NotYourTask(DomainError):
    message = _("Only those who promised the task, and those who run the network, say that it is done.")


@transaction.atomic
def write_minutes(
    *, meeting: NetworkMeeting, text: str, decisions: Sequence[str], version: int | None, by: Any, now: datetime
) -> NetworkMeeting:
    """Save what has been written so far. `version` is the one that the writer saw.

    Raises `NotTheCoordinator`, `NotBegun`, `IsApproved` or `MinutesChanged`.
    """
    meeting = _being_written(meeting, by, now)
    if version is not None and version != meeting.minutes_version:
        raise MinutesChanged
    meeting.minutes, meeting.minutes_at, meeting.minutes_by = text, now, by
    meeting.minutes_version += 1
    meeting.save(update_fields=["minutes", "minutes_at", "minutes_by", "minutes_version"])
    meeting.decisions.all().delete()
    Decision.objects.bulk_create(Decision(meeting=meeting, text=one) for one in decisions)
    meeting.drafts.filter(by=by).delete()
    _show(meeting, by)
    return meeting


@transaction.atomic
def keep_draft(
    *, meeting: NetworkMeeting, text: str, decisions: str, version: int, by: Any, now: datetime
) -> MinutesDraft | None:
    """What the writer has typed and not saved yet, in place of what was kept before; `version` is the one that the
    writer saw. None when it is what stands in the minutes: nothing waits to be saved.

    Raises `NotTheCoordinator`, `NotBegun` or `IsApproved`.
    """
    meeting = _being_written(meeting, by, now)
    saved = "\n".join(one.text for one in meeting.decisions.all())
    if (text, decisions.strip()) == (meeting.minutes, saved):
        meeting.drafts.filter(by=by).delete()
        return None
    kept = {"text": text, "decisions": decisions, "version": version, "kept_at": now}
    return MinutesDraft.objects.update_or_create(meeting=meeting, by=by, defaults=kept)[0]


@transaction.atomic
def drop_draft(*, meeting: NetworkMeeting, by: Any) -> None:
    """The writer goes back to the minutes as they were saved."""
    meeting.drafts.filter(by=by).delete()


@transaction.atomic
def add_task(
    *, meeting: NetworkMeeting, text: str, who: Membership | None, due: date | None, by: Any, now: datetime
) -> Task:
    """Raises `NotTheCoordinator`, `NotBegun`, `IsApproved` or `NotOfThisNetwork`."""
    meeting = _being_written(meeting, by, now)
    if who is not None and who.network_id != meeting.network_id:
        raise NotOfThisNetwork(field="who")
    made = Task.objects.create(meeting=meeting, text=text, who=who, due=due)
    _show(meeting, by)
    return made


@transaction.atomic
def finish_task(*, task: Task, by: Any, now: datetime) -> Task:
    """Once; a second press changes nothing. Raises `NotYourTask`."""
    task = (
        Task.objects.select_for_update(of=("self",)).select_related("meeting__network", "who__profile").get(pk=task.pk)
    )
    if not may_finish(by, task):
        raise NotYourTask
    if task.done_at is None:
        task.done_at, task.done_by = now, by
        task.save(update_fields=["done_at", "done_by"])
    return task


@transaction.atomic
def approve_minutes(*, meeting: NetworkMeeting, by: Any, now: datetime, anyway: bool = False) -> NetworkMeeting:
    """From now on they stay, and those whose meeting it was are told, each once; whoever promised something, of that as
    well. `anyway`: without what somebody has typed and not saved.

    Raises `NotTheCoordinator`, `NotBegun`, `IsApproved`, `NothingWritten` or `OthersWriting`.
    """
    meeting = _being_written(meeting, by, now)
    if not meeting.minutes and not meeting.decisions.exists():
        raise NothingWritten
    drafts = list(meeting.drafts.select_related("by"))
    if drafts and not anyway:
        raise OthersWriting([draft.by.name or draft.by.email for draft in drafts])
    meeting.drafts.all().delete()
    meeting.approved_at, meeting.approved_by = now, by
    meeting.save(update_fields=["approved_at", "approved_by"])
    audit.record("network.minutes_approved", meeting.network, by=by, now=now, meeting=meeting.pk)
    _show(meeting, by)
    notify("networks.minutes", _readers(meeting, by), {"meeting": meeting.pk}, key=f"minutes:{meeting.pk}", now=now)
    _tell_of_promises(meeting, now)
    return meeting


def _show(meeting: NetworkMeeting, by: Any) -> None:
    """To the open pages of those who may see them."""
    live.send_group(live.minutes_group(meeting.pk), {"type": "minutes.saved", "by": by.pk})


def _readers(meeting: NetworkMeeting, by: Any) -> list[User]:
    """Those who take part for the members whose meeting it was, but for those on leave; and those who run the network.
    Whoever approved them has read them."""
    people = {one.pk: one for one in people_of(on_duty(meeting))}
    people |= {one.pk: one for one in common.coordinators_of(meeting.network)}
    return [people[pk] for pk in sorted(people) if pk != by.pk]


def _tell_of_promises(meeting: NetworkMeeting, now: datetime) -> None:
    """Each member that promised something in the meeting: one notice, however many tasks; on leave too, for it has
    promised."""
    promised = Membership.objects.standing().filter(tasks__meeting=meeting, tasks__done_at=None).distinct()
    for one in promised.select_related("profile").order_by("pk"):
        about = {"meeting": meeting.pk, "membership": one.pk}
        notify("networks.promised", common.people_of(one), about, key=f"promised:{meeting.pk}-{one.pk}", now=now)


def _being_written(meeting: NetworkMeeting, by: Any, now: datetime) -> NetworkMeeting:
    meeting = lock_meeting(meeting, by)
    if not meeting.has_begun(now):
        raise NotBegun
    if meeting.is_approved:
        raise IsApproved
    return meeting
