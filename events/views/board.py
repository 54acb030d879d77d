"""The organiser's board on the day: times and tables, who is missing, who is free; moving, meeting at once, announcing.

It is live over the socket; dragging (static/js/board.js) leads to the same pages as the links do.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error
from events.addresses import of_round
from events.forms.day import AnnounceForm, EntrantForm, MeetForm
from events.hindrances import words
from events.models import Announcement, MeetingRequest, Registration, Round
from events.queries import board as queries
from events.queries import day as day_queries
from events.queries.moving import confirmed_of, ground_of
from events.queries.own_tables import are_same_side, seated_in
from events.services import announcing, latecomers, moving, repair_writing, solving
from events.services.placing import TableTaken
from events.views.rounds_host import hosted_round

FREE_SHOWN = 30


@login_required
@require_GET
def board(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The round as it is held. With `moving`, every place tells what the meeting would be there."""
    round = hosted_round(request, slug, number)
    if round.published_at is None:
        return redirect(of_round("round", round))
    now = timezone.now()
    asked = request.GET.get("moving", "")
    moving_pk = int(asked) if asked.isdecimal() else None
    found = queries.board_of(round, now=now, moving=moving_pk)
    context = {
        **_context(round),
        "board": found,
        "moving": next((p for row in found.rows for p in row.places if p.meeting and p.meeting.pk == moving_pk), None),
        "can_undo": repair_writing.last_repair(round) if round.state == Round.State.PUBLISHED else None,
        "announcements": day_queries.announcements_of(round.event, now=now),
        "form": _announce_form(round, None, now, tables=len(found.tables)),
    }
    return render(request, "events/board/board.html", context)


def _context(round: Round) -> dict[str, Any]:
    return {"event": round.event, "round": round, "tab": "board"}


def _announce_form(round: Round, data: Any, now: Any, *, tables: int) -> AnnounceForm:
    sessions = round.event.sessions.filter(ends_at__gt=now).order_by("starts_at", "pk")
    return AnnounceForm(data, sessions=list(sessions), tables=tables)


@login_required
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    """What would follow if a meeting were held at the place that was chosen; a press does it."""
    round = hosted_round(request, slug, number)
    now = timezone.now()
    ground = ground_of(round, now=now)
    meeting = next((one for one in ground.at.values() if one.pk == pk), None)
    if meeting is None:
        raise Http404
    sent = request.POST if request.method == "POST" else request.GET
    place = [sent.get(name, "") for name in ("slot", "table")]
    if not all(one.isdecimal() for one in place) or int(place[0]) not in ground.slots:
        return redirect(f"{request.path.removesuffix(f'move/{pk}/')}?moving={pk}")
    to, table = ground.slots[int(place[0])], int(place[1])
    trial = ground.trial(meeting, to, table)
    refused = ""
    if request.method == "POST":
        other = request.POST.get("instead_of", "")
        try:
            moving.move_by_hand(
                meeting=meeting,
                slot=to,
                table=table,
                instead_of=int(other) if other.isdecimal() else None,
                by=request.user,
                now=now,
            )
        except DomainError as error:
            refused = str(error)
        else:
            messages.success(request, _("Moved. Everyone concerned has been told, and their calendars follow."))
            return redirect(of_round("board", round))
    context = {
        **_context(round),
        "trial": trial,
        "refused": refused,
        "hindrances": [words(one) for one in trial.hindrances],
        "is_same": (to.pk, table) == (meeting.slot_id, meeting.table),
    }
    return render(request, "events/board/move.html", context, status=422 if refused else 200)


@login_required
@require_POST
def undo(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The last move or repair is taken back."""
    round = hosted_round(request, slug, number)
    run = repair_writing.last_repair(round)
    try:
        if run is None:
            raise solving.NoDraft
        repair_writing.undo_repair(run=run, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The change is undone. Everyone concerned has been told."))
    return redirect(of_round("board", round))


# --- Meeting at once, and latecomers ---------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def meet(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    """One who is here and free, and those whom they could meet at once."""
    round = hosted_round(request, slug, number)
    one = get_object_or_404(
        Registration.objects.confirmed().select_related("profile", "user"), event=round.event, pk=pk
    )
    now = timezone.now()
    ground = ground_of(round, now=now)
    slots = sorted(ground.slots.values(), key=lambda slot: slot.starts_at)
    times = [slot for slot in slots if slot.is_open and slot.ends_at > now and ground.free_tables(slot)]
    times = [slot for slot in times if queries.is_free(ground, one, slot)][:3]
    here = [other for other in confirmed_of(round) if other.checked_in_at and other.pk != pk]
    here = [other for other in here if not are_same_side(round, pk, other.pk, ground.seated)]
    free = [other for other in here if any(queries.is_free(ground, other, slot) for slot in times)]
    matches = queries.matches_for(round, one, free)[:FREE_SHOWN]
    form = MeetForm(
        request.POST if request.method == "POST" else None,
        others=[match.registration for match in matches],
        slots=times,
    )
    if request.method == "POST" and form.is_valid():
        slot, other = form.cleaned_data["slot"], form.cleaned_data["other"]
        table = ground.free_table(slot, (pk, other.pk))
        try:
            if table is None:
                raise TableTaken(field="slot")
            made = moving.meet_at_once(
                round=round, one=one, other=other, slot=slot, table=table, by=request.user, now=now
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            said = _("The two meet at table %(table)s. Both have been told.")
            messages.success(request, said % {"table": made.table})
            return redirect(of_round("board", round))
    context = {**_context(round), "one": one, "form": form, "matches": matches, "times": times}
    return render(request, "events/board/meet.html", context, status=422 if form.errors else 200)


def _comer(round: Round, pk: int) -> Registration:
    comers = Registration.objects.confirmed().select_related("profile", "user")
    return get_object_or_404(comers, event=round.event, pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def entrant(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    """One who came late: whom they should meet. The repair shows what would follow before anything does."""
    round = hosted_round(request, slug, number)
    one = get_object_or_404(
        Registration.objects.confirmed().select_related("profile", "user"), event=round.event, pk=pk
    )
    asked = round.requests.filter(state__in=MeetingRequest.STANDING)
    waits = {
        *asked.filter(asker=one).values_list("asked", flat=True),
        *asked.filter(asked=one).values_list("asker", flat=True),
    }
    seated = seated_in(round)
    others = [one for one in confirmed_of(round) if one.pk != pk and not are_same_side(round, pk, one.pk, seated)]
    others = queries.with_time_left(round, others, now=timezone.now())
    matches = queries.matches_for(round, one, others, known=waits)[:FREE_SHOWN]
    form = EntrantForm(
        request.POST if request.method == "POST" else None,
        others=[match.registration for match in matches],
        initial={"others": [match.registration.pk for match in matches if match.has_asked]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            latecomers.bring_in(
                round=round,
                registration=one,
                others=list(form.cleaned_data["others"]),
                may_move=form.cleaned_data["may_move"],
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect(of_round("round_run", round))
    context = {**_context(round), "one": one, "form": form, "matches": matches}
    return render(request, "events/board/entrant.html", context, status=422 if form.errors else 200)


# --- Announcing ------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def say(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    now = timezone.now()
    tables = len(queries.columns_of(ground_of(round, now=now)))
    form = _announce_form(round, request.POST, now, tables=tables)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            announcing.announce(
                event=round.event,
                text=cleaned["text"],
                language=cleaned["language"],
                by_mail=cleaned["by_mail"],
                by=request.user,
                now=now,
                **form.circle(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Announced. It is on the open pages now, and soon in everybody's notices."))
            return redirect(of_round("board", round))
    return render(request, "events/board/say.html", {**_context(round), "form": form}, status=422)


@login_required
@require_POST
def unsay(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    found = get_object_or_404(Announcement, event=round.event, pk=pk)
    announcing.take_back(announcement=found, by=request.user, now=timezone.now())
    messages.success(request, _("The announcement is shown no longer."))
    return redirect(of_round("board", round))
