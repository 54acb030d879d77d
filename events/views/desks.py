"""Advisory desks: as visitors choose and wait, as the wall shows the line, as the advisor receives people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_domain_error, is_fragment
from core.panels import Panel
from core.text import LANGUAGE_CHOICES
from events.forms.desks import BookForm, LineForm, NoteForm
from events.models import AdviceDesk, DeskVisit, Event
from events.queries import desks as queries
from events.queries.desks import Line
from events.rules import desks as rules
from events.rules.events import may_manage_event, may_see_event
from events.services import desk_visits as services
from events.views.rounds import event_or_404


def desk_or_404(request: HttpRequest, pk: int) -> AdviceDesk:
    desk: AdviceDesk = get_object_or_404(AdviceDesk.objects.select_related("event", "profile"), pk=pk)
    if not may_see_event(request.user, desk.event):
        raise Http404
    return desk


@require_safe
def desks(request: HttpRequest, slug: str) -> HttpResponse:
    """All desks: what one can ask, how many wait, when one would have a turn."""
    event = event_or_404(request, slug)
    now = timezone.now()
    lines = queries.lines(event, now)
    own = [(line, queries.own_visit(request.user, line)) for line in lines]
    context = {
        "event": event,
        "lines": [(line, visit, line.turn_of(visit) if visit else None) for line, visit in own],
        "is_host": may_manage_event(request.user, event),
        "advised": queries.advised_by(request.user, event),
        "may_visit": rules.may_visit(request.user, event),
    }
    return render(request, "events/desks/desks.html", context)


@require_safe
def screen(request: HttpRequest, slug: str) -> HttpResponse:
    """For a screen on the wall: numbers, and no names."""
    event = event_or_404(request, slug)
    lines = queries.lines(event, timezone.now())
    name = "events/desks/screen_lines.html" if is_fragment(request) else "events/desks/screen.html"
    return render(request, name, {"event": event, "lines": lines})


def panel(request: HttpRequest, event: Event) -> Panel | None:
    """On the event's page: the desks for visitors, and the way to the first one for the host."""
    desks = list(event.desks.order_by("opens_at", "name", "pk"))
    is_host = may_manage_event(request.user, event)
    if not desks and not (is_host and event.kind == Event.Kind.PUBLIC_DAY):
        return None
    return Panel("events/desks/event_panel.html", {"event": event, "desks": desks, "is_host": is_host})


# --- The visitor -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def visitor(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a time or join the line; then how it stands."""
    desk, now = desk_or_404(request, pk), timezone.now()
    line = queries.fresh(desk, now)
    visit = queries.own_visit(request.user, line)
    if is_fragment(request) and request.method == "GET":
        return render(request, "events/desks/own.html", _own_context(line, visit))
    may = rules.may_visit(request.user, desk.event) and not rules.may_advise(request.user, desk)
    starts = queries.free_for(request.user, line) if may and visit is None else []
    act = request.POST.get("act", "")
    if request.method == "POST" and not may:
        raise PermissionDenied
    book = BookForm(request.POST if act == "book" else None, starts=starts, auto_id="book_%s")
    join = LineForm(request.POST if act == "join" else None, auto_id="join_%s")
    form: BookForm | LineForm = book if act == "book" else join
    if form.is_bound and form.is_valid():
        try:
            _visit(form, desk, request.user, now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("desk_visitor", pk=desk.pk)
        line = queries.fresh(desk, now)
        visit = queries.own_visit(request.user, line)
    context = {
        **_own_context(line, visit),
        "event": desk.event,
        "book": book,
        "join": join,
        "starts": starts,
        "may": may,
        "needs_seat": desk.event.needs_registration and not may,
        "advises": rules.may_advise(request.user, desk),
        "languages": [label for code, label in LANGUAGE_CHOICES if code in desk.languages],
    }
    return render(request, "events/desks/visitor.html", context, status=422 if form.is_bound else 200)


def _visit(form: BookForm | LineForm, desk: AdviceDesk, user: Any, now: datetime) -> None:
    about = form.cleaned_data["about"]
    if isinstance(form, BookForm):
        services.book_visit(desk=desk, starts_at=form.cleaned_data["starts_at"], by=user, now=now, about=about)
    else:
        services.join_line(desk=desk, by=user, now=now, about=about)


def _own_context(line: Line, visit: DeskVisit | None) -> dict[str, Any]:
    return {
        "line": line,
        "desk": line.desk,
        "visit": visit,
        "before": line.before(visit) if visit else 0,
        "turn": line.turn_of(visit) if visit else None,
    }


@login_required
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(DeskVisit.objects.select_related("desk"), pk=pk, user=request.user)
    try:
        services.leave(visit=visit, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You gave your place up. It goes on to the next."))
    return redirect("desk_visitor", pk=visit.desk_id)


# --- The advisor -----------------------------------------------------------------------------------------------------

PRESSES = {
    "call": services.call_in,
    "here": services.say_here,
    "done": services.say_done,
    "no_show": services.say_no_show,
}


@login_required
@require_http_methods(["GET", "POST"])
def advisor(request: HttpRequest, pk: int) -> HttpResponse:
    """On a phone: who is next, call in, here, done; a note; a break, or closed."""
    desk, now = desk_or_404(request, pk), timezone.now()
    if not rules.may_advise(request.user, desk):
        raise PermissionDenied
    if request.method == "POST":
        try:
            _press(request, desk, now)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("desk_advisor", pk=pk)
    line = queries.fresh(desk, now)
    context: dict[str, Any] = {
        "line": line,
        "desk": line.desk,
        "event": desk.event,
        "upcoming": queries.whom_next(line),
        "ended": desk.visits.filter(ended_at__isnull=False, called_at__isnull=False)
        .select_related("user")
        .order_by("-ended_at")[:5],
    }
    if line.at_desk is not None:
        context["note"] = NoteForm(initial={"note": line.at_desk.note})
    name = "events/desks/advisor_line.html" if is_fragment(request) else "events/desks/advisor.html"
    return render(request, name, context)


def _press(request: HttpRequest, desk: AdviceDesk, now: datetime) -> None:
    act = request.POST.get("act", "")
    if act in AdviceDesk.State.values:
        services.set_state(desk=desk, state=act, by=request.user, now=now)
        return
    number = request.POST.get("visit", "")
    visit = get_object_or_404(
        DeskVisit.objects.select_related("desk"), desk=desk, pk=int(number) if number.isdecimal() else 0
    )
    if act == "note":
        form = NoteForm(request.POST)
        if form.is_valid():
            services.write_note(visit=visit, note=form.cleaned_data["note"], by=request.user)
            messages.success(request, _("The note is saved."))
        else:
            messages.error(request, _("The note is too long: write at most 1,000 characters."))
    elif act in PRESSES:
        PRESSES[act](visit=visit, by=request.user, now=now)
    else:
        raise Http404
