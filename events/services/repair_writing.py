"""Writing a repair into the round, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from events.models import Absence, Meeting, MeetingParty, MeetingRequest, Registration, Round, Slot, SolverRun
from events.queries.elsewhere import meetings_elsewhere, who_is_elsewhere
from events.queries.limits import Allowance
from events.queries.tables import tables_at
from events.rules import rounds as rules
from events.services import meetings
from events.services.placing import write_meeting
from events.services.repairs import Kind, read_change
from events.services.rounds import NotTheHost, lock_round
from events.services.solving import NoDraft, draft_of
from events.services.speed import agree_proposed, forget_unheld
from events.services.standing_in import stand_again

Place = tuple[int, int]
"""(slot, table)."""


class HasChanged(DomainError):
    message = _("Something has changed since the repair was made. Discard it and make it again.")


class CannotUndo(DomainError):
    message = _("The meetings have changed since, so the repair can no longer be undone as a whole.")


@transaction.atomic
def accept_repair(*, run: SolverRun, by: Any, now: datetime) -> SolverRun:
    """The host takes the repair: meetings move, end and come to be, and each person concerned is told once a meeting.

    Raises `NotTheHost`, `NoDraft`, or `HasChanged` when a meeting, a person or a time is no longer as it was.
    """
    round = lock_round(run.round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    draft = draft_of(round)
    if draft is None or draft.pk != run.pk or draft.change is None or draft.solution is None:
        raise NoDraft
    run = draft
    agree_proposed(round, now=now)
    try:
        with transaction.atomic():
            done = _write(round, run, now=now)
    except IntegrityError as error:  # a table or a person was taken in the meantime
        raise HasChanged from error
    forget_unheld(round)
    run.done, run.accepted_at = done, now
    run.save(update_fields=["done", "accepted_at"])
    Round.objects.filter(pk=round.pk).update(state=Round.State.PUBLISHED)
    audit.record("round.repaired", round, by=by, now=now, run=run.pk)
    return run


def plan_before(run: SolverRun) -> dict[int, Place]:
    rows = (run.problem.get("previous") or {}).get("meetings", [])
    return {int(row["id"]): (int(row["slot"]), int(row["table"])) for row in rows}


def plan_after(run: SolverRun) -> dict[int, Place]:
    assert run.solution is not None
    return {int(row["id"]): (int(row["slot"]), int(row["table"])) for row in run.solution["meetings"]}


def _write(round: Round, run: SolverRun, *, now: datetime) -> dict[str, Any]:
    before, after = plan_before(run), plan_after(run)
    assert run.change is not None
    change = run.change
    standing = {m.request_id: m for m in _locked(Meeting.objects.agreed().filter(slot__round=round))}
    for request, place in before.items():
        meeting = standing.get(request)
        if meeting is None or (meeting.slot_id, meeting.table) != place or meeting.starts_at <= now:
            raise HasChanged
    done: dict[str, Any] = {"change": _change_round(round, change, now=now)}
    slots = {slot.pk: slot for slot in round.slots.all()}
    if any(slots[slot].starts_at <= now for slot, _table in after.values()):
        raise HasChanged
    moved_slots = set(read_change(change).moved)
    ending = [standing[request] for request in before if request not in after]
    going = [
        (standing[request], after[request])
        for request, place in before.items()
        if request in after and (after[request] != place or place[0] in moved_slots)
    ]
    if _someone_is_elsewhere(round, going, slots):
        raise HasChanged
    vacate(meeting for meeting, _place in going)
    absent = _absent_profile(change)
    for meeting in ending:
        theirs = absent is not None and meeting.parties.filter(profile=absent).exists()
        meetings.close_meeting(meeting, by=absent if theirs else None, reason="", now=now)
    done["moved"] = [carry(meeting, slots[slot], table, now=now) for meeting, (slot, table) in going]
    done["ended"] = [{"meeting": meeting.pk, "sequence": meeting.sequence} for meeting in ending]
    done["made"] = [
        {"meeting": meeting.pk, "sequence": meeting.sequence}
        for meeting in _make(round, {r: p for r, p in after.items() if r not in before}, slots, now=now)
    ]
    return done


def _locked(rows: Any) -> list[Meeting]:
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _change_round(round: Round, change: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """What has happened, in the round's own rows. Returns what it was before."""
    if change["kind"] == Kind.TABLES:
        return _change_tables(round, change["tables"], change.get("slots", []), now=now)
    if change["kind"] == Kind.SLOT_CLOSED:
        Slot.objects.filter(pk=change["slot"]).update(is_open=False)
        return {"slot": change["slot"]}
    if change["kind"] == Kind.SLOT_MOVED:
        slot = Slot.objects.get(pk=change["slot"])
        was = {"slot": slot.pk, "starts_at": slot.starts_at.isoformat(), "ends_at": slot.ends_at.isoformat()}
        Slot.objects.filter(pk=slot.pk).update(starts_at=change["starts_at"], ends_at=change["ends_at"])
        return was
    if change["kind"] in (Kind.ABSENT, Kind.DELAYED):
        until = read_change(change).delayed.get(change["registration"])
        ahead = round.slots.filter(starts_at__gt=now)
        if until is not None:
            ahead = ahead.filter(starts_at__lt=until)
        marked = set(Absence.objects.filter(registration=change["registration"]).values_list("slot", flat=True))
        new = [slot.pk for slot in ahead if slot.pk not in marked]
        Absence.objects.bulk_create(Absence(slot_id=pk, registration_id=change["registration"]) for pk in new)
        return {"registration": change["registration"], "slots": new}
    return {}


def _change_tables(round: Round, tables: int, slots: list[int], *, now: datetime) -> dict[str, Any]:
    """At these times or, with none, from now on: then of single times ahead only what was said to be fewer holds.
    Returns what it was, and of each time what it is now."""
    ahead = round.slots.filter(starts_at__gt=now)
    chosen = list(ahead.filter(pk__in=slots) if slots else ahead.filter(tables__gte=tables))
    new = tables if slots else None
    was: dict[str, Any] = {"tables_at": [[slot.pk, slot.tables, new] for slot in chosen]}
    Slot.objects.filter(pk__in=[slot.pk for slot in chosen]).update(tables=new)
    if not slots:
        was["tables"], was["tables_now"] = round.tables, tables
        Round.objects.filter(pk=round.pk).update(tables=tables)
        round.tables = tables
    return was


def _absent_profile(change: dict[str, Any]) -> Profile | None:
    if change["kind"] != Kind.ABSENT:
        return None
    return Registration.objects.select_related("profile").get(pk=change["registration"]).profile


def _someone_is_elsewhere(
    round: Round,
    going: Sequence[tuple[Meeting, Place]],
    slots: Mapping[int, Slot],
    *,
    since: datetime | None = None,
) -> bool:
    """Whether someone has a meeting elsewhere then; with `since`, one agreed or changed from that moment on."""
    people = {
        (meeting.pk, party.registration_id)
        for meeting, _place in going
        for party in meeting.parties.all()
        if party.registration_id is not None
    }
    who_goes = {registration for _meeting, registration in people}
    elsewhere = meetings_elsewhere(round, who_goes, slots.values(), since=since)
    for meeting, (slot_id, _table) in going:
        if any((meeting.pk, who) in people for who in who_is_elsewhere(elsewhere, slots[slot_id])):
            return True
    return False


def vacate(rows: Iterable[Meeting]) -> None:
    """Out of their places first, so that two can change places with each other."""
    ids = [meeting.pk for meeting in rows]
    Meeting.objects.filter(pk__in=ids).update(slot=None, table=None)
    MeetingParty.objects.filter(meeting__in=ids).update(busy_in=None)


def carry(meeting: Meeting, slot: Slot, table: int, *, now: datetime) -> dict[str, Any]:
    """A locked meeting into its new place; both are told. Returns how it was."""
    was = {"meeting": meeting.pk, "slot": meeting.slot_id, "table": meeting.table}
    start, table_was = meeting.starts_at, meeting.table
    meeting.moved_from, meeting.table_before = start, table_was
    meeting.slot, meeting.table = slot, table
    meeting.starts_at, meeting.ends_at = slot.starts_at, slot.ends_at
    meetings.revise(meeting, now=now)
    meeting.save()
    meeting.parties.update(busy_in=slot)
    meetings.tell_parties("events.meeting_moved", meeting, now=now, was=start.isoformat(), table_was=table_was)
    return was | {"sequence": meeting.sequence}


def _make(round: Round, wanted: dict[int, Place], slots: Mapping[int, Slot], *, now: datetime) -> list[Meeting]:
    """New meetings, for the requests that still stand and people who are still free and may have one more."""
    requests = list(
        round.requests.filter(
            pk__in=wanted,
            state=MeetingRequest.State.ACCEPTED,
            asker__state=Registration.State.CONFIRMED,
            asked__state=Registration.State.CONFIRMED,
            meeting=None,
        )
        .exclude(host_says=MeetingRequest.Word.APART)
        .select_related("asker__profile", "asker__user", "asked__profile", "asked__user")
        .order_by("pk")
    )
    people = {pk for one in requests for pk in (one.asker_id, one.asked_id)}
    elsewhere, allowance = meetings_elsewhere(round, people, slots.values()), Allowance(round, people)
    made = []
    for request in requests:
        pair = (request.asker_id, request.asked_id)
        slot, table = slots[wanted[request.pk][0]], wanted[request.pk][1]
        if not who_is_elsewhere(elsewhere, slot).isdisjoint(pair):
            continue
        if allowance.is_full(pair):
            continue
        meeting = write_meeting(request, slot=slot, table=table, place=round.place or round.event.place, now=now)
        allowance.take(pair)
        meetings.tell_parties("events.meeting_agreed", meeting, now=now)
        made.append(meeting)
    return made


# --- Taking it back --------------------------------------------------------------------------------------------------


def last_repair(round: Round) -> SolverRun | None:
    """The repair that can be taken back: the last one that was accepted."""
    return round.runs.filter(accepted_at__isnull=False, undone_at=None).order_by("-accepted_at", "-pk").first()


@transaction.atomic
def undo_repair(*, run: SolverRun, by: Any, now: datetime) -> SolverRun:
    """All is as it was before the repair, and everyone concerned is told again.

    Raises `NotTheHost`; `NoDraft` when it is not the round's last repair; and `CannotUndo` when a meeting or a number
    of tables has changed since, a meeting would have no table or somebody is elsewhere then, or its time has come.
    """
    round = lock_round(run.round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    last = last_repair(round)
    if last is None or last.pk != run.pk or last.done is None or round.state != Round.State.PUBLISHED:
        raise NoDraft
    try:
        with transaction.atomic():
            _write_back(round, last, now=now)
    except IntegrityError as error:  # a table or a person was taken in the meantime
        raise CannotUndo from error
    forget_unheld(round)
    last.undone_at = now
    last.save(update_fields=["undone_at"])
    audit.record("round.repair_undone", round, by=by, now=now, run=last.pk)
    return last


def _write_back(round: Round, run: SolverRun, *, now: datetime) -> None:
    done, before = run.done or {}, plan_before(run)
    rows = [*done["moved"], *done["ended"], *done["made"]]
    found = {meeting.pk: meeting for meeting in _locked(Meeting.objects.filter(pk__in=[r["meeting"] for r in rows]))}
    for row in rows:
        meeting = found.get(row["meeting"])
        if meeting is None or meeting.sequence != row["sequence"] or meeting.starts_at <= now:
            raise CannotUndo
    _change_back(round, done["change"])
    slots = {slot.pk: slot for slot in round.slots.all()}
    if any(slots[slot].starts_at <= now for slot, _table in before.values()):
        raise CannotUndo
    back = [(found[row["meeting"]], (int(row["slot"]), int(row["table"]))) for row in done["moved"]]
    ended = [found[row["meeting"]] for row in done["ended"]]
    back += [(one, (one.slot_id, one.table)) for one in ended if one.slot_id is not None and one.table is not None]
    if any(table > tables_at(round, slots[slot]) for _meeting, (slot, table) in back):
        raise CannotUndo
    if _someone_is_elsewhere(round, back, slots, since=run.accepted_at):
        raise CannotUndo
    for row in done["made"]:
        meeting = found[row["meeting"]]
        wish = meeting.request
        meetings.close_meeting(meeting, by=None, reason="", now=now)
        if wish is not None:
            # The two still wish to meet: only the time is taken back.
            Meeting.objects.filter(pk=meeting.pk).update(request=None)
            MeetingRequest.objects.filter(pk=wish.pk).update(state=MeetingRequest.State.ACCEPTED)
    vacate(found[row["meeting"]] for row in done["moved"])
    for row in done["moved"]:
        carry(found[row["meeting"]], slots[row["slot"]], row["table"], now=now)
    for meeting in ended:
        _revive(meeting, now=now)


def _change_back(round: Round, was: dict[str, Any]) -> None:
    if "tables" in was:
        if round.tables != was.get("tables_now", round.tables):
            raise CannotUndo
        Round.objects.filter(pk=round.pk).update(tables=was["tables"])
        round.tables = was["tables"]
    for slot, tables, *wrote in was.get("tables_at", ()):
        as_left = round.slots.filter(pk=slot)
        if wrote and as_left.get().tables != wrote[0]:  # the host has said another number since
            raise CannotUndo
        as_left.update(tables=tables)
    if "tables" in was or "tables_at" in was:
        return
    if "starts_at" in was:
        Slot.objects.filter(pk=was["slot"]).update(starts_at=was["starts_at"], ends_at=was["ends_at"])
    elif "slot" in was:
        Slot.objects.filter(pk=was["slot"]).update(is_open=True)
    elif "registration" in was:
        Absence.objects.filter(registration=was["registration"], slot__in=was["slots"]).delete()


def _revive(meeting: Meeting, *, now: datetime) -> None:
    """A cancelled meeting stands again, where it stood: the same entry comes back into the calendars."""
    stand_again(meeting, now=now)
    meetings.tell_parties("events.meeting_agreed", meeting, now=now)
