"""The organiser's list of those who have registered, what they answered, and answers to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from core.tables import csv_file, workbook_file
from events.forms.registering import SearchForm
from events.models import Event, Registration
from events.queries import registrations as queries
from events.rules.questions import said
from events.services import admission, registrations
from events.views.events_host import hosted

A_PAGE = 50
State = Registration.State


@login_required
@require_safe
def event_participants(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    return _list(request, event)


def _list(request: HttpRequest, event: Event, **more: Any) -> HttpResponse:
    counts = queries.counts(event)
    tickets = list(event.tickets.all())
    states = [(state.value, str(state.label).capitalize()) for state in queries.ORDER if counts.states.get(state)]
    form = SearchForm(request.GET, states=states, tickets=tickets)
    chosen = form.chosen()
    ticket = int(chosen["ticket"]) if chosen.get("ticket") else None
    rows = queries.found(event, state=chosen.get("state", ""), ticket=ticket, words=chosen.get("q", ""))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    seated = [(one, counts.tickets.get(one.pk, {})) for one in tickets]
    context = {
        "event": event,
        "counts": counts,
        "seated": counts.states.get(State.CONFIRMED, 0),
        "waiting": counts.states.get(State.WAITING, 0),
        "pending": counts.states.get(State.PENDING, 0),
        "declined": counts.states.get(State.DECLINED, 0),
        "cancelled": counts.states.get(State.CANCELLED, 0),
        "arrived": counts.arrived,
        "tickets": seated,
        "has_questions": event.questions.exists(),
        "filters": form,
        "chosen": chosen,
        "query": urlencode(chosen),
        "page": page,
        "is_over": event.ends_at <= timezone.now(),
        **more,
    }
    return render(request, "events/registration/participants.html", context, status=422 if more else 200)


@login_required
@require_POST
def event_participants_act(request: HttpRequest, slug: str) -> HttpResponse:
    """The same answer to all who were chosen."""
    event = hosted(request, slug)
    act = request.POST.get("act", "")
    numbers = [int(number) for number in request.POST.getlist("chosen") if number.isdecimal()][:A_PAGE]
    back = reverse("event_participants", kwargs={"slug": slug})
    if query := request.POST.get("query", ""):
        back = f"{back}?{query}"
    if act not in (admission.ACCEPT, admission.DECLINE, admission.CANCEL):
        return redirect(back)
    reason = request.POST.get("reason", "")
    try:
        done = admission.answer_many(
            event=event, numbers=numbers, act=act, reason=reason, by=request.user, now=timezone.now()
        )
    except DomainError as error:
        return _list(request, event, problem=str(error), problem_field=error.field, marked=numbers, reason=reason)
    if done.done:
        told = ngettext("%(n)d person was answered and told.", "%(n)d people were answered and told.", done.done)
        messages.success(request, told % {"n": done.done})
    if done.passed:
        left = ngettext(
            "%(n)d stood otherwise by now and was left as it is.",
            "%(n)d stood otherwise by now and were left as they are.",
            done.passed,
        )
        messages.info(request, left % {"n": done.passed})
    return redirect(back)


@login_required
@require_safe
def event_participant(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One who registered: how it stands, the answers, what the organiser can do."""
    event = hosted(request, slug)
    one = get_object_or_404(event.registrations.select_related("profile", "user", "ticket", "brought_by"), pk=pk)
    context = {
        "event": event,
        "one": one,
        "answered": queries.answered(one),
        "is_over": event.ends_at <= timezone.now(),
    }
    return render(request, "events/registration/participant.html", context)


@login_required
@require_safe
def event_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """What was answered in all, of those who have a seat: for the kitchen, for the hall."""
    event = hosted(request, slug)
    context = {"event": event, "tallies": queries.tallies(event)}
    return render(request, "events/registration/answers.html", context)


@login_required
@require_POST
def event_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The host ends somebody's registration."""
    event = hosted(request, slug)
    registration = get_object_or_404(event.registrations.select_related("event"), pk=pk)
    try:
        registrations.cancel_registration(registration=registration, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The registration is cancelled, and the person has been told."))
    return redirect(reverse("event_participants", kwargs={"slug": event.slug}))


# --- Files -----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def event_participants_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a table for spreadsheets."""
    event = hosted(request, slug)
    return csv_file(event.slug, table_of(event))


@login_required
@require_safe
def event_participants_book(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    return workbook_file(event.slug, _("Participants"), table_of(event))


def table_of(event: Event) -> list[list[str]]:
    """Headings, and a line for each who stands, with a column for each question."""
    asked = list(event.questions.all())
    answers = queries.answers_by_registration(event)
    has_tickets = event.tickets.exists()
    head = [_("Organisation"), _("Name"), _("E-mail"), _("State"), _("Registered"), _("Checked in")]
    lines = [[*head, *([_("Ticket")] if has_tickets else []), *(question.label for question in asked)]]
    for one in queries.participants(event):
        registered = timezone.localtime(one.registered_at).strftime("%Y-%m-%d %H:%M")
        came = timezone.localtime(one.checked_in_at).strftime("%Y-%m-%d %H:%M") if one.checked_in_at else ""
        cells = [one.profile.name, one.user.name, one.user.email, str(one.get_state_display()), registered, came]
        if has_tickets:
            cells.append(one.ticket.name if one.ticket else "")
        own = answers.get(one.pk, {})
        lines.append([*cells, *(said(question, own.get(question.pk)) for question in asked)])
    return lines
