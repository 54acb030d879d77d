"""What the organiser decides of registering: rules, tickets, questions."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from events.forms.registering import QuestionForm, RulesForm, TicketForm, question_initial, ticket_initial
from events.models import Question, RegistrationRules, TicketCategory
from events.queries import registrations as queries
from events.rules.questions import condition_of
from events.services import questions, tickets
from events.views.events_host import hosted


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_registering(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules as a form, the tickets and the questions as lists."""
    event = hosted(request, slug)
    rules = RegistrationRules.objects.filter(event=event).first() or RegistrationRules(event=event)
    initial = {"needs_approval": rules.needs_approval, "most_colleagues": rules.most_colleagues}
    form = RulesForm(request.POST if request.method == "POST" else None, initial=initial, stamp=str(rules.version))
    if request.method == "POST" and form.is_valid():
        try:
            tickets.save_rules(
                event=event,
                needs_approval=form.cleaned_data["needs_approval"],
                most_colleagues=form.cleaned_data["most_colleagues"],
                by=request.user,
                now=timezone.now(),
                version=form.seen,
            )
        except DomainError as error:
            form.refuse(error, rules.version)
        else:
            messages.success(request, _("Saved."))
            return redirect("event_registering", slug=slug)
    asked = queries.questions(event)
    for question in asked:
        question.event = event
    context = {
        "event": event,
        "form": form,
        "tickets": queries.ticket_rows(event, kind=None, now=timezone.now()),
        "counts": queries.counts(event),
        "questions": [(question, condition_of(question)) for question in asked],
    }
    return render(request, "events/registering/page.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_ticket(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """A new ticket, or one that is changed."""
    event = hosted(request, slug)
    ticket = get_object_or_404(TicketCategory, event=event, pk=pk) if pk is not None else None
    data = request.POST if request.method == "POST" else None
    form = TicketForm(
        data, initial=ticket_initial(ticket) if ticket else {}, stamp=str(ticket.version if ticket else "")
    )
    if request.method == "POST" and form.is_valid():
        try:
            tickets.save_ticket(
                event=event, plan=form.plan(), ticket=ticket, by=request.user, now=timezone.now(), version=form.seen
            )
        except DomainError as error:
            form.refuse(error, ticket.version if ticket else 0)
        else:
            messages.success(request, _("The ticket is saved."))
            return redirect("event_registering", slug=slug)
    context = {"event": event, "form": form, "ticket": ticket}
    return render(request, "events/registering/ticket.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def event_ticket_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    ticket = get_object_or_404(TicketCategory, event=hosted(request, slug), pk=pk)
    try:
        tickets.remove_ticket(ticket=ticket, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The ticket is removed."))
    return redirect("event_registering", slug=slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_question(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """A new question, or one that is changed."""
    event = hosted(request, slug)
    question = get_object_or_404(Question, event=event, pk=pk) if pk is not None else None
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        event=event,
        question=question,
        initial=question_initial(question) if question else {"kept_days": Question.Kept.MONTH},
        stamp=str(question.version if question else ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            questions.save_question(
                event=event,
                plan=form.plan(),
                question=question,
                by=request.user,
                now=timezone.now(),
                version=form.seen,
            )
        except DomainError as error:
            form.refuse(error, question.version if question else 0)
        else:
            messages.success(request, _("The question is saved."))
            return redirect("event_registering", slug=slug)
    answers = question.answers.count() if question else 0
    context = {"event": event, "form": form, "question": question, "answers": answers}
    return render(request, "events/registering/question.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def event_question_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    question = get_object_or_404(Question, event=hosted(request, slug), pk=pk)
    try:
        questions.move_question(
            question=question, up=request.POST.get("to") == "up", by=request.user, now=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("event_registering", slug=slug)


@login_required
@require_POST
def event_question_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    question = get_object_or_404(Question, event=hosted(request, slug), pk=pk)
    questions.remove_question(question=question, by=request.user, now=timezone.now())
    messages.success(request, _("The question is removed, and its answers with it."))
    return redirect("event_registering", slug=slug)
