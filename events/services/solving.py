"""The schedule of a round: asked for, made in a process of its own, looked at, and published.

The fact that a schedule is wanted is a `SolverRun` row. A worker leases it, starts `python -m events.scheduling`, and
writes down how far it has come; if the worker dies, the lease runs out and the sweep gives the row to another, or, when
that too has failed, tells whoever asked. What was published stays where it is: it goes to the solver as fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from core.tasks import wake
from events.models import Meeting, MeetingRequest, Registration, Round, SolverRun
from events.queries.elsewhere import meetings_elsewhere, who_is_elsewhere
from events.queries.limits import Allowance
from events.rules import rounds as rules
from events.scheduling.form import write_mingling, write_problem
from events.services import marks, meetings, speed
from events.services.placing import write_meeting
from events.services.problems import build_problem
from events.services.rounds import NotTheHost, RoundIsBusy, lock_round
from events.services.solver_process import Answer, run_process
from notifications.services import notify

RUN = "events.tasks.run_solver"
State = SolverRun.State


class NothingToSchedule(DomainError):
    message = _("There are no accepted requests without a time, so there is nothing to schedule yet.")


class NoDraft(DomainError):
    message = _("There is no schedule that waits for you. Make one first.")


class RunIsOver(DomainError):
    message = _("The schedule is ready already.")


# --- Asking ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def start_run(
    *, round: Round, by: Any, now: datetime, seconds: int = rules.SOLVE_SECONDS, only_here: bool = False
) -> SolverRun:
    """Ask for a schedule of the accepted requests; of a speed round, for a programme in which everyone moves: all who
    have a seat, or only those who are here.

    Raises `NotTheHost`, `RoundIsBusy` or `NothingToSchedule`, and what `speed.build_mingling` does.
    """
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.state == Round.State.SOLVING:
        raise RoundIsBusy
    problem = (
        write_mingling(speed.build_mingling(round, now=now, only_here=only_here))
        if round.is_speed
        else _wishes(round, now=now)
    )
    try:
        with transaction.atomic():
            run = SolverRun.objects.create(round=round, problem=problem, seconds=seconds, asked_by=by, asked_at=now)
    except IntegrityError as error:  # events_solverrun_one_active: pressed twice
        raise RoundIsBusy from error
    Round.objects.filter(pk=round.pk).update(state=Round.State.SOLVING)
    wake(RUN, run.pk)
    return run


def _wishes(round: Round, *, now: datetime) -> dict[str, Any]:
    marks.agree_mutual(round, now=now)
    problem = build_problem(round, now=now)
    if all(meeting.fixed is not None for meeting in problem.meetings):
        raise NothingToSchedule
    return write_problem(problem)


@transaction.atomic
def stop_run(*, run: SolverRun, by: Any, now: datetime) -> None:
    """Stop the search and keep the best so far. Raises `NotTheHost` or `RunIsOver`."""
    if not rules.may_host_round(by, run.round):
        raise NotTheHost
    stopped = SolverRun.objects.filter(pk=run.pk, state__in=SolverRun.ACTIVE).update(stop_asked_at=now)
    if not stopped:
        raise RunIsOver


# --- Running ---------------------------------------------------------------------------------------------------------


def run_solver(*, run_id: int, clock: Callable[[], datetime]) -> bool:
    """Do the run if nobody else is at it. Returns whether it was done here.

    Blocks for as long as the search lasts; the work itself is done in a process of its own.
    """
    now = clock()
    mine = SolverRun.objects.filter(_free(now), pk=run_id, attempts__lt=rules.MOST_ATTEMPTS).update(
        state=State.RUNNING, leased_until=now + rules.LEASE, started_at=now, attempts=F("attempts") + 1
    )
    if not mine:
        return False
    run = SolverRun.objects.get(pk=run_id)

    def look(answer: Answer) -> bool:
        """Write down how far it has come; says whether to stop."""
        best = {} if answer.best is None else {"solution": answer.best}
        SolverRun.objects.filter(pk=run_id, attempts=run.attempts).update(
            leased_until=clock() + rules.LEASE, **answer.progress, **best
        )
        return SolverRun.objects.filter(pk=run_id, stop_asked_at__isnull=False).exists()

    SolverRun.objects.filter(pk=run_id).update(solution=None)  # of an attempt before this one
    effort = {"seconds": run.seconds, "seed": 1}
    answer = run_process({"effort": effort, "problem": run.problem}, look=look)
    finish_run(run=run, answer=answer, now=clock())
    return True


@transaction.atomic
def finish_run(*, run: SolverRun, answer: Answer, now: datetime) -> None:
    """Keep what came out, and tell whoever asked. Of a process that died the best that it had told of is kept; if it
    had told of none, the row is given back, to be tried once more.
    """
    if answer.solution is None and answer.failure is None and answer.best is not None:
        _cut_short(run, best=answer.best, now=now)
        return
    if answer.solution is None and answer.failure is None and run.attempts < rules.MOST_ATTEMPTS:
        SolverRun.objects.filter(pk=run.pk, attempts=run.attempts).update(state=State.WAITING, leased_until=None)
        wake(RUN, run.pk)
        return
    failure = None if answer.solution is not None else (answer.failure or {"code": "crashed"})
    done = SolverRun.objects.filter(pk=run.pk, attempts=run.attempts, state=State.RUNNING).update(
        state=State.DONE if failure is None else State.FAILED,
        solution=answer.solution,
        failure=failure,
        finished_at=now,
        leased_until=None,
        **answer.progress,
    )
    if done:
        _hand_over(run, failed=failure is not None, now=now)


def _cut_short(run: SolverRun, *, best: dict[str, Any], now: datetime) -> None:
    done = SolverRun.objects.filter(pk=run.pk, attempts=run.attempts, state=State.RUNNING).update(
        state=State.DONE, solution=best, failure={"code": "cut_short"}, finished_at=now, leased_until=None
    )
    if done:
        _hand_over(run, failed=False, now=now)


def _hand_over(run: SolverRun, *, failed: bool, now: datetime) -> None:
    round = lock_round(run.round)
    if round.is_speed and not failed:
        speed.take_down(SolverRun.objects.select_related("round").get(pk=run.pk), now=now)
    after = _state_without_draft(round) if failed else Round.State.DRAFTED
    Round.objects.filter(pk=round.pk, state=Round.State.SOLVING).update(state=after)
    if run.asked_by is not None:
        kind = "events.schedule_failed" if failed else "events.schedule_made"
        notify(kind, run.asked_by, {"run": run.pk}, key=str(run.pk), now=now)


def _free(now: datetime) -> Q:
    return Q(state=State.WAITING) | Q(state=State.RUNNING, leased_until__lt=now)


@transaction.atomic
def sweep_runs(*, now: datetime) -> int:
    """Wake what was left lying: a lost message, a worker that died. Of a worker that died in mid-search the best so far
    is kept; those that failed twice are given up. Both are told of.

    Returns how many were woken or given up.
    """
    settled = now - timedelta(seconds=5)
    count = 0
    for run in SolverRun.objects.filter(_free(now), asked_at__lt=settled).select_related("round", "asked_by"):
        count += 1
        if run.state == State.RUNNING and run.solution is not None:
            _cut_short(run, best=run.solution, now=now)
            continue
        if run.attempts < rules.MOST_ATTEMPTS:
            wake(RUN, run.pk)
            continue
        given_up = SolverRun.objects.filter(_free(now), pk=run.pk).update(
            state=State.FAILED, failure={"code": "crashed"}, finished_at=now, leased_until=None
        )
        if given_up:
            _hand_over(run, failed=True, now=now)
    return count


# --- What came out ---------------------------------------------------------------------------------------------------


def draft_of(round: Round) -> SolverRun | None:
    """The run whose schedule waits for the host."""
    if round.state != Round.State.DRAFTED:
        return None
    return round.runs.filter(state=State.DONE).order_by("-asked_at", "-pk").first()


@transaction.atomic
def publish_schedule(*, round: Round, by: Any, now: datetime) -> int:
    """The host accepts the draft: meetings come to be, and everyone concerned gets their programme, once.

    What has changed since the draft was made is respected: a wish withdrawn, a seat given up, a time taken by another
    meeting, or what is more than somebody may have now is left out. Returns how many meetings were made. Raises
    `NotTheHost` or `NoDraft`.
    """
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    run = draft_of(round)
    if run is None or run.solution is None or run.change is not None:
        raise NoDraft
    speed.agree_proposed(round, now=now)
    slots = {slot.pk: slot for slot in round.slots.filter(is_open=True)}
    standing = set(Meeting.objects.agreed().filter(slot__round=round).values_list("request", flat=True))
    requests = {
        request.pk: request
        for request in round.requests.filter(
            state=MeetingRequest.State.ACCEPTED,
            asker__state=Registration.State.CONFIRMED,
            asked__state=Registration.State.CONFIRMED,
        )
        .exclude(host_says=MeetingRequest.Word.APART)
        .select_related("asker__profile", "asker__user", "asked__profile", "asked__user")
    }
    elsewhere = meetings_elsewhere(round, {pk for r in requests.values() for pk in (r.asker_id, r.asked_id)})
    allowance = Allowance(round, {pk for r in requests.values() for pk in (r.asker_id, r.asked_id)})
    made: list[Meeting] = []
    for placed in run.solution["meetings"]:
        request, slot = requests.get(int(placed["id"])), slots.get(int(placed["slot"]))
        if request is None or slot is None or request.pk in standing or slot.starts_at <= now:
            continue
        pair = (request.asker_id, request.asked_id)
        if not who_is_elsewhere(elsewhere, slot).isdisjoint(pair):
            continue
        if allowance.is_full(pair):
            continue
        try:
            with transaction.atomic():
                place = round.place or round.event.place
                made.append(write_meeting(request, slot=slot, table=int(placed["table"]), place=place, now=now))
        except IntegrityError:  # a table or a person was taken since the draft was made
            continue
        allowance.take(pair)
    speed.forget_unheld(round)
    Round.objects.filter(pk=round.pk).update(state=Round.State.PUBLISHED, published_at=round.published_at or now)
    _tell_programmes(round, run, made, now=now)
    audit.record("round.published", round, by=by, now=now, meetings=len(made))
    return len(made)


def _tell_programmes(round: Round, run: SolverRun, made: list[Meeting], *, now: datetime) -> None:
    """One notice a person, with the whole programme in it; of later rounds of solving, only what came new."""
    if round.published_at is not None:
        for meeting in made:
            meetings.tell_parties("events.meeting_agreed", meeting, now=now)
        return
    wanted = Q(requests_made__round=round, requests_made__state=MeetingRequest.State.ACCEPTED) | Q(
        requests_got__round=round, requests_got__state=MeetingRequest.State.ACCEPTED
    )
    for registration in (
        Registration.objects.confirmed().filter(wanted, event=round.event).select_related("user").distinct()
    ):
        about = {"round": round.pk, "registration": registration.pk}
        notify("events.schedule_published", registration.user, about, key=str(round.pk), now=now)


@transaction.atomic
def discard_draft(*, round: Round, by: Any, now: datetime) -> None:
    """The host does not take the draft; the wishes stand, but for those that the host made for it alone.

    Raises `NotTheHost` or `NoDraft`.
    """
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.state != Round.State.DRAFTED:
        raise NoDraft
    run = draft_of(round)
    if run is not None and run.change is not None and "asked" in run.change:
        _give_back(round, run, now=now)
    speed.forget_unheld(round)
    Round.objects.filter(pk=round.pk).update(state=_state_without_draft(round))


def _give_back(round: Round, run: SolverRun, *, now: datetime) -> None:
    """What the host arranged for the draft: a request that had waited waits again, one made for it falls."""
    assert run.change is not None
    state = MeetingRequest.State
    arranged = round.requests.filter(pk__in=run.change["asked"], meeting=None, state=state.ACCEPTED)
    arranged.filter(made_at__lt=run.asked_at).update(state=state.PENDING, answered_at=None)
    arranged.filter(made_at=run.asked_at).update(state=state.WITHDRAWN, answered_at=now)


def _state_without_draft(round: Round) -> Round.State:
    return Round.State.PUBLISHED if round.published_at is not None else Round.State.OPEN
