"""A round as its host sees it: settings, the schedule in the making, the ledger, moving and cancelling."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_domain_error, is_fragment
from core.tables import csv_file, workbook_file
from events import obstacles, reasons, wording
from events.addresses import of_round
from events.forms.meetings import ReasonForm
from events.forms.rounds import MoveForm, RoundForm, WalkForm
from events.models import Event, Meeting, Round, SolverRun
from events.queries import meetings as meeting_queries
from events.queries import rounds as queries
from events.queries.limits import least_of
from events.queries.own_tables import seated_in
from events.queries.repairs import difference_of
from events.rules.events import may_manage_event
from events.services import booking, placing, repair_writing, repairs, solving, ways
from events.services import rounds as services
from events.views.rounds import event_or_404


def _hosted(request: HttpRequest, slug: str) -> Event:
    """The event, for its host only."""
    event = event_or_404(request, slug)
    if not may_manage_event(request.user, event):
        raise PermissionDenied
    return event


def hosted_round(request: HttpRequest, slug: str, number: int = 1) -> Round:
    round = queries.round_of(_hosted(request, slug), number)
    if round is None:
        raise Http404
    return round


@login_required
@require_GET
def round_page(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The ledger for the host; a participant goes to the page that is theirs."""
    event = event_or_404(request, slug)
    round = queries.round_of(event, number)
    if round is None and number > 1:
        raise Http404
    if not may_manage_event(request.user, event):
        if queries.own_registration(request.user, event) is None:
            raise PermissionDenied
        if round is None or round.published_at is None:
            return redirect("round_people", slug=slug) if round is None else redirect(of_round("round_people", round))
        return redirect("my_day", slug=slug)
    if round is None:
        return redirect("round_add", slug=slug)
    if round.state == Round.State.SOLVING:
        return redirect(of_round("round_run", round))
    draft = solving.draft_of(round)
    is_repair = draft is not None and draft.change is not None
    schedule = queries.schedule_of(round, None if is_repair else draft)
    failed = round.runs.first()
    context = {
        "event": event,
        "round": round,
        "tab": "round",
        "draft": None if is_repair else draft,
        "repair": draft if is_repair else None,
        "difference": difference_of(round, draft) if draft is not None and is_repair else None,
        "can_undo": repair_writing.last_repair(round) if round.state == Round.State.PUBLISHED else None,
        "can_repair": round.state == Round.State.PUBLISHED,
        "clashes": len(repairs.clashes(round, now=timezone.now())) if round.state == Round.State.PUBLISHED else 0,
        "has_schedule": bool(schedule.placed),
        "lines": queries.ledger(schedule, timezone.now()),
        "tables": range(1, schedule.tables + 1),
        "days": queries.by_person(schedule, least_of(round)),
        "spread": queries.spread_of(schedule),
        "wishes": queries.wishes_of(round),
        "here": round.event.registrations.confirmed().exclude(checked_in_at=None).count() if round.is_speed else 0,
        "nobody_sits": round.is_hosted and not seated_in(round),
        "without_time": reasons.lacking(round, schedule.without_time),
        "more": reasons.more(round) if schedule.without_time else [],
        "failure": obstacles.words(failed, round) if failed is not None and failed.state == "failed" else None,
    }
    return render(request, "events/rounds/round.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """A round, or one more: meetings of different kinds follow each other in time."""
    return _settings(request, _hosted(request, slug), None)


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Changing a round."""
    event = _hosted(request, slug)
    round = queries.round_of(event, number)
    if round is None and number > 1:
        raise Http404
    return _settings(request, event, round)


def _settings(request: HttpRequest, event: Event, round: Round | None) -> HttpResponse:
    form = RoundForm(request.POST if request.method == "POST" else None, event=event, round=round)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            if round is None:
                round = services.create_round(event=event, plan=form.plan(), by=request.user, now=now)
            else:
                round = services.change_round(round=round, plan=form.plan(), by=request.user, now=now)
        except DomainError as error:
            form.add_refusal(error)
        else:
            said = _("Saved.") if round.is_speed else _("Saved. Participants can ask each other for meetings.")
            messages.success(request, said)
            return redirect(of_round("round", round))
    return _settings_page(request, event, round, form)


def _settings_page(
    request: HttpRequest, event: Event, round: Round | None, form: RoundForm, walk: WalkForm | None = None
) -> HttpResponse:
    context = {
        "event": event,
        "round": round,
        "form": form,
        "tab": "settings",
        "is_locked": round is not None and (services.is_settled(round) or round.state == Round.State.SOLVING),
        "may_be_removed": round is not None and services.may_be_removed(round),
        "walk": walk or WalkForm(initial={"walk_minutes": event.walk_minutes}),
        "has_ways": round is not None and (event.rounds.count() > 1 or event.walk_minutes > 0),
    }
    status = 422 if form.errors or walk else 200
    return render(request, "events/rounds/settings.html", context, status=status)


@login_required
@require_POST
def walk(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """How long the way takes between the halls of the event's rounds."""
    round = hosted_round(request, slug, number)
    form = WalkForm(request.POST)
    if form.is_valid():
        minutes = form.cleaned_data["walk_minutes"]
        try:
            ways.set_walk(event=round.event, minutes=minutes, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(of_round("round_settings", round))
    return _settings_page(request, round.event, round, RoundForm(event=round.event, round=round), form)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    try:
        services.remove_round(round=round, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(of_round("round_settings", round))
    messages.success(request, _("The round is removed, and those who had asked for meetings are told."))
    return redirect(round.event)


@login_required
@require_GET
def run(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """How far the schedule has come. htmx asks for the fragment each second; without it, a link loads the page anew."""
    round = hosted_round(request, slug, number)
    latest = round.runs.first()
    if latest is None:
        return redirect(of_round("round", round))
    draft = solving.draft_of(round)
    schedule = queries.schedule_of(round, None if latest.change is not None else draft)
    context = {
        "event": round.event,
        "round": round,
        "run": latest,
        "percent": _percent(latest),
        "spread": queries.spread_of(schedule) if not latest.is_active else None,
        "seconds": round_seconds(latest),
        "failure": obstacles.words(latest, round) if latest.state == "failed" else None,
    }
    template = "events/rounds/run_progress.html" if is_fragment(request) else "events/rounds/run.html"
    return render(request, template, context)


def round_seconds(run: SolverRun) -> int | None:
    if run.started_at is None:
        return None
    return int(((run.finished_at or timezone.now()) - run.started_at).total_seconds())


def _percent(run: SolverRun) -> int | None:
    """The best so far, of what cannot be passed."""
    if run.best_weight is None or not run.weight_bound:
        return None
    return min(100, 100 * run.best_weight // run.weight_bound)


@login_required
@require_POST
def open_now(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The host does not wait for more people."""
    round = hosted_round(request, slug, number)
    try:
        booking.open_booking(round=round, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("The round takes requests now. Everyone who comes has been told."))
    return redirect(of_round("round", round))


@login_required
@require_POST
def solve(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    try:
        solving.start_run(round=round, by=request.user, now=timezone.now(), only_here=request.POST.get("who") == "here")
    except services.RoundIsBusy:
        return redirect(of_round("round_run", round))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(of_round("round", round))
    return redirect(of_round("round_run", round))


@login_required
@require_POST
def stop(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    latest = round.runs.first()
    if latest is not None:
        try:
            solving.stop_run(run=latest, by=request.user, now=timezone.now())
        except DomainError as error:
            messages.info(request, str(error))
    return redirect(of_round("round_run", round))


@login_required
@require_POST
def publish(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    try:
        made = solving.publish_schedule(round=round, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "Published: %(n)d meeting. Everyone concerned has their programme in the mail.",
            "Published: %(n)d meetings. Everyone concerned has their programme in the mail.",
            made,
        )
        messages.success(request, said % {"n": made})
    return redirect(of_round("round", round))


@login_required
@require_POST
def discard(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    try:
        solving.discard_draft(round=round, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The draft is gone. The requests stand as they were."))
    return redirect(of_round("round", round))


def _round_meeting(request: HttpRequest, slug: str, number: int, pk: int) -> tuple[Round, Meeting]:
    round = hosted_round(request, slug, number)
    found: Meeting = get_object_or_404(
        meeting_queries.with_parties(Meeting.objects.agreed().filter(slot__round=round)), pk=pk
    )
    return round, found


@login_required
@require_http_methods(["GET", "POST"])
def meeting(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    """Moving a meeting to another time or table."""
    round, found = _round_meeting(request, slug, number, pk)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        round=round,
        meeting=found,
        labels=lambda slot: wording.span(slot.starts_at, slot.ends_at),
    )
    if request.method == "POST" and form.is_valid():
        try:
            placing.move_to_table(
                meeting=found,
                slot=form.cleaned_data["slot"],
                table=form.cleaned_data["table"],
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Moved. Both have been told, and their calendars follow."))
            return redirect(of_round("round", round))
    people = [party.registration for party in found.parties.select_related("registration") if party.registration]
    free = placing.free_slots(round, people, now=timezone.now(), is_moved=True)
    context = {
        "event": round.event,
        "round": round,
        "meeting": found,
        "form": form,
        "names": [party.profile.name for party in found.parties.all()],
        "free": [slot for slot, _table in sorted(free, key=lambda item: item[0].starts_at)],
    }
    return render(request, "events/rounds/move.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    round, found = _round_meeting(request, slug, number, pk)
    form = ReasonForm(
        request.POST if request.method == "POST" else None, hint=_("Both of them read this. You need not say anything.")
    )
    if request.method == "POST" and form.is_valid():
        try:
            placing.cancel_for_host(
                meeting=found, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The meeting is cancelled. Both have been told."))
            return redirect(of_round("round", round))
    names = [party.profile.name for party in found.parties.all()]
    context = {"event": round.event, "round": round, "meeting": found, "form": form, "names": names}
    return render(request, "events/rounds/cancel.html", context)


# --- Files -----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def schedule_file(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The agreed meetings as a table for spreadsheets."""
    round = hosted_round(request, slug, number)
    return csv_file(f"{round.event.slug}-{round.number}", table_of(round))


@login_required
@require_safe
def schedule_book(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    return workbook_file(f"{round.event.slug}-{round.number}", _("Schedule"), table_of(round))


def table_of(round: Round) -> list[list[str]]:
    """Headings, and a line for each meeting that stands, in order of time and table. Three queries. What the two wrote
    to each other stays between them."""
    side = [_("Organisation"), _("Name")]
    lines = [[_("Day"), _("Begins"), _("Ends"), _("Table"), _("Place"), *side, *side]]
    agreed = Meeting.objects.agreed().filter(slot__round=round).order_by("starts_at", "table")
    for one in meeting_queries.with_parties(agreed):
        begins, ends = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
        sides = [(party.profile.name, party.user.name if party.user else "") for party in one.parties.all()]
        sides += [("", "")] * (2 - len(sides))
        times = [f"{begins:%Y-%m-%d}", f"{begins:%H:%M}", f"{ends:%H:%M}"]
        lines.append([*times, str(one.table), one.place, *sides[0], *sides[1]])
    return lines
