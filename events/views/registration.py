"""Registering for an event, one's own registration, and colleagues."""

from __future__ import annotations

from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error
from events.forms.registration import AnswersForm, AskForm, BringForm, RegisterForm
from events.models import ColleagueInvitation, Event, Registration
from events.queries import events as event_queries
from events.queries import registrations as queries
from events.services import answers, colleagues
from events.services import registrations as services
from events.views.events import event_or_404, event_page

State = Registration.State


def _limited(request: HttpRequest, action: str) -> HttpResponse | None:
    """The page that says to wait, for one who presses again and again (a script, as a rule)."""
    response: HttpResponse | None = consume_or_429(request, action=action, user=request.user)
    return response


def _form(request: HttpRequest, event: Event, **more: Any) -> RegisterForm:
    """The whole form of an event: whom for, tickets, questions."""
    profile = more.get("profile")
    own = [profile] if profile else list(queries.profiles_to_register(request.user)[:2])
    kind = own[0].kind if len(own) == 1 else None
    return RegisterForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        questions=queries.questions(event),
        tickets=queries.ticket_rows(event, kind=kind, now=timezone.now()),
        **more,
    )


def _tell(request: HttpRequest, made: Registration) -> None:
    place = event_queries.place_in_line(made)
    if made.state == State.PENDING:
        messages.success(request, _("The organiser looks at your registration, and you are told of the answer."))
    elif place is None:
        messages.success(request, _("You have a seat. The calendar file comes by e-mail too."))
    else:
        messages.success(
            request,
            _("You are on the waiting list, number %(place)d. You hear at once if a seat is freed.") % {"place": place},
        )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_register(request: HttpRequest, slug: str) -> HttpResponse:
    """Register. An event that asks nothing is registered for on its own page; another has this one."""
    event = event_or_404(request, slug)
    asks = queries.asks_more(event)
    mine = event_queries.own_registration(request.user, event)
    if mine is not None:
        return redirect("event_registration", slug=slug) if asks else redirect(event)
    if request.method != "POST" and (not asks or not event.takes_registrations(timezone.now())):
        return redirect(event)
    if limited := _limited(request, "event_register"):
        return limited
    form = _form(request, event)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(
                event=event,
                profile=form.cleaned_data["profile"],
                ticket=form.cleaned_data.get("ticket"),
                answers=form.answers(),
                by=request.user,
                now=timezone.now(),
            )
        except services.AlreadyRegistered:
            return redirect(event)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            _tell(request, made)
            return redirect("event_registration", slug=slug) if asks else redirect(event)
    if not asks:
        return event_page(request, event, form)
    return _register_page(request, event, form)


def _register_page(
    request: HttpRequest, event: Event, form: RegisterForm, invitation: ColleagueInvitation | None = None
) -> HttpResponse:
    kinds = None if invitation is None else invitation.profile.kind
    now = timezone.now()
    rows = queries.ticket_rows(event, kind=kinds, now=now)
    context = {
        "event": event,
        "now": now,
        "form": form,
        "invitation": invitation,
        "profiles": list(form.fields["profile"].queryset) if "profile" in form.fields else [],  # type: ignore[attr-defined]
        "left": event_queries.seats_left(event) if invitation is None else None,
        "closed_tickets": [row for row in rows if not row.is_given_out],
    }
    return render(request, "events/registration/register.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, slug: str) -> Registration:
    event = event_or_404(request, slug)
    mine = event_queries.own_registration(request.user, event)
    if mine is None:
        raise Http404
    mine.event = event
    return mine


def _own_page(request: HttpRequest, mine: Registration, **forms: Any) -> HttpResponse:
    event, now = mine.event, timezone.now()
    is_open = event.takes_registrations(now)
    left = services.colleagues_left(mine) if is_open else 0
    asked = queries.questions(event)
    form = forms.get("form") or AnswersForm(questions=asked, answers=queries.answers_of(mine))
    bring = forms.get("bring") or BringForm(registration=mine)
    ask = forms.get("ask") or AskForm()
    wrong = next((one for one in (form, bring, ask) if one.errors), None)
    context = {
        "event": event,
        "mine": mine,
        "position": event_queries.place_in_line(mine),
        "has_certificate": mine.checked_in_at is not None and event.ends_at <= now,
        "may_answer": bool(asked) and event.starts_at > now,
        "answered": queries.answered(mine),
        "answers_form": form,
        "bring": bring,
        "may_bring": left > 0 and queries.colleagues_to_bring(mine).exists(),
        "ask": ask,
        "left": left,
        "brought": queries.brought(mine),
        "asked_along": queries.asked_along(mine),
        "is_over": event.ends_at <= now,
        "form": wrong,
    }
    return render(request, "events/registration/own.html", context, status=422 if wrong else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_registration(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own registration: how it stands, the answers, colleagues."""
    mine = _own(request, slug)
    if request.method != "POST":
        return _own_page(request, mine)
    form = AnswersForm(request.POST, questions=queries.questions(mine.event), answers=queries.answers_of(mine))
    form.taken = mine.ticket
    if form.is_valid():
        try:
            answers.change_answers(registration=mine, answers=form.answers(), by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Your answers are saved."))
            return redirect("event_registration", slug=slug)
    return _own_page(request, mine, form=form)


@login_required
@require_POST
def event_bring(request: HttpRequest, slug: str) -> HttpResponse:
    """Register colleagues who represent the same profile."""
    mine = _own(request, slug)
    form = BringForm(request.POST, registration=mine)
    if form.is_valid():
        try:
            made = services.register_colleagues(
                registration=mine, people=list(form.cleaned_data["people"]), by=request.user, now=timezone.now()
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            if made:
                messages.success(request, _("Your colleagues are registered, and each has been told."))
            return redirect("event_registration", slug=slug)
    return _own_page(request, mine, bring=form)


@login_required
@require_POST
def event_ask_colleague(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a colleague along by e-mail."""
    mine = _own(request, slug)
    if limited := _limited(request, "event_ask_colleague"):
        return limited
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            colleagues.ask_colleague(
                registration=mine, email=form.cleaned_data["email"], by=request.user, now=timezone.now()
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("event_registration", slug=slug)
    return _own_page(request, mine, ask=form)


@login_required
@require_POST
def event_take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    invitation = get_object_or_404(ColleagueInvitation, pk=pk, event__slug=slug, invited_by=request.user.pk)
    colleagues.take_back(invitation=invitation, by=request.user, now=timezone.now())
    messages.success(request, _("The invitation was withdrawn. Its link no longer works."))
    return redirect("event_registration", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def colleague_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What a colleague's letter leads to: the event, and its form once one has signed in."""
    try:
        invitation = colleagues.read_invitation(token)
    except DomainError as error:
        return render(request, "events/registration/link_broken.html", {"reason": str(error)}, status=410)
    event = event_or_404(request, invitation.event.slug)
    if not request.user.is_authenticated:
        return render(request, "events/registration/invited.html", {"event": event, "invitation": invitation})
    if event_queries.own_registration(request.user, event) is not None:
        messages.info(request, _("You have registered for the event already."))
        return redirect("event_registration", slug=event.slug)
    if limited := _limited(request, "event_register"):
        return limited
    form = _form(request, event, profile=invitation.profile)
    if request.method == "POST" and form.is_valid():
        try:
            made = colleagues.accept(
                token=token,
                ticket=form.cleaned_data.get("ticket"),
                answers=form.answers(),
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            _tell(request, made)
            return redirect("event_registration", slug=event.slug)
    return _register_page(request, event, form, invitation)


@login_required
@require_POST
def event_cancel_registration(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_or_404(request, slug)
    mine = event_queries.own_registration(request.user, event)
    if mine is None:
        return redirect(event)
    try:
        services.cancel_registration(registration=mine, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Your registration is cancelled. If the event is in your calendar, remove it there too.")
        )
    return redirect(event)
