"""Repairing a published round: what has happened, what would change, taking it and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error
from events.addresses import of_round
from events.forms.repairs import RepairForm
from events.models import Lateness, MeetingRequest, Round, SolverRun
from events.services import repair_writing, repairs, solving, wishes
from events.services.repairs import Kind
from events.views.rounds_host import hosted_round

KINDS = {
    Kind.ABSENT: (
        gettext_lazy("Somebody does not come"),
        gettext_lazy(
            "The meetings of whoever is missing are cancelled, and those who lose one get another where there is room."
        ),
    ),
    Kind.DELAYED: (
        gettext_lazy("Somebody is on the way"),
        gettext_lazy("The meetings that this participant would miss are held later, where both are free."),
    ),
    Kind.LATE: (
        gettext_lazy("Somebody came late, or new meetings were agreed"),
        gettext_lazy("Meetings that have no time yet get one."),
    ),
    Kind.TABLES: (
        gettext_lazy("There are fewer tables, or more"),
        gettext_lazy("A room was lost, or a new one opened."),
    ),
    Kind.SLOT_CLOSED: (
        gettext_lazy("A time falls out"),
        gettext_lazy("Its meetings are held at other times, where both are free."),
    ),
    Kind.SLOT_MOVED: (
        gettext_lazy("A time moves"),
        gettext_lazy("Its meetings move along, and those who cannot come then get another time."),
    ),
    Kind.CLASH: (
        gettext_lazy("Somebody has something else during a meeting"),
        gettext_lazy("A session has moved, or their calendar has filled: their meetings get another time."),
    ),
}


@login_required
@require_GET
def repair(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """What has happened? A choice of kinds."""
    round = hosted_round(request, slug, number)
    if round.published_at is None:
        return redirect(of_round("round", round))
    kinds = [{"kind": kind.value, "title": title, "text": text} for kind, (title, text) in KINDS.items()]
    return render(request, "events/rounds/repair.html", {"event": round.event, "round": round, "kinds": kinds})


@login_required
@require_http_methods(["GET", "POST"])
def repair_kind(request: HttpRequest, slug: str, kind: str, number: int = 1) -> HttpResponse:
    """The particulars of one kind; POST asks for the repair."""
    round = hosted_round(request, slug, number)
    if kind not in set(Kind):
        raise Http404
    now = timezone.now()
    form = RepairForm(
        request.POST if request.method == "POST" else None,
        kind=Kind(kind),
        round=round,
        now=now,
        initial=_initial(request, round, now),
    )
    if request.method == "POST" and form.is_valid():
        try:
            repairs.start_repair(round=round, change=form.change(), by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect(of_round("round_run", round))
    title, text = KINDS[Kind(kind)]
    context = {"event": round.event, "round": round, "form": form, "title": title, "text": text}
    return render(request, "events/rounds/repair_kind.html", context)


def _initial(request: HttpRequest, round: Round, now: datetime) -> dict[str, Any]:
    """Whom the board speaks of, and when they have said that they come."""
    who = request.GET.get("registration", "")
    if not who.isdecimal():
        return {}
    late = Lateness.objects.filter(registration=int(who), registration__event=round.event_id, comes_at__gt=now).first()
    return {"registration": int(who), **({"starts_at": late.comes_at} if late else {})}


def _carry_out(
    request: HttpRequest, round: Round, run: SolverRun | None, act: Callable[..., Any], said: str
) -> HttpResponse:
    """One press on a repair, and back to the round."""
    try:
        if run is None:
            raise solving.NoDraft
        act(run=run, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(of_round("round", round))


@login_required
@require_POST
def accept(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    said = _("The schedule is repaired. Everyone concerned has been told.")
    return _carry_out(request, round, solving.draft_of(round), repair_writing.accept_repair, said)


@login_required
@require_POST
def undo(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    said = _("The repair is undone. Everyone concerned has been told.")
    return _carry_out(request, round, repair_writing.last_repair(round), repair_writing.undo_repair, said)


@login_required
@require_POST
def word(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    """The host's word on a request: a must, kept apart, or neither."""
    round = hosted_round(request, slug, number)
    found = get_object_or_404(MeetingRequest, round=round, pk=pk)
    try:
        wishes.say_of_request(request=found, word=request.POST.get("word", ""), by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(of_round("round_wishes", round))
