"""Making and hosting an event."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.guidance import general_model, model_of_request
from catalogue.models import OperatingModel
from core.errors import DomainError
from core.forms import add_domain_error
from core.queries import installation
from events.forms.events import CancelForm, EventForm, initial_of
from events.models import Event, Registration
from events.queries import events as queries
from events.rules import events as rules
from events.services import events as services
from events.services import registrations
from events.services.events import LANGUAGES
from events.views.events import event_or_404
from themes.forms import ThemesField
from themes.queries import propose_themes

FIRST_IN = timedelta(weeks=4)
LONGEST = timedelta(hours=3)


def _hosted(request: HttpRequest, slug: str) -> Event:
    found = event_or_404(request, slug)
    if not rules.may_manage_event(request.user, found):
        raise PermissionDenied
    return found


def _form_page(
    request: HttpRequest, form: EventForm, model: OperatingModel | None, event: Event | None
) -> HttpResponse:
    themes = form.fields["themes"]
    assert isinstance(themes, ThemesField)
    words = " ".join(
        str(form[name].value() or "") for name in (*[f"title_{code}" for code in LANGUAGES], "description")
    )
    themes.propose(propose_themes(words[:20_000]) if words.strip() else [])
    context = {"form": form, "model": model, "advised": model or general_model("event"), "event": event}
    return render(request, "events/events/form.html", context)


def _start_of(request: HttpRequest, model: OperatingModel | None, now: datetime) -> dict[str, Any]:
    """What a new form shows: four weeks ahead at nine, and the words of the model that it was started from."""
    day = timezone.localtime(now + FIRST_IN).replace(hour=9, minute=0, second=0, microsecond=0)
    language = (get_language() or "fi")[:2]
    initial: dict[str, Any] = {
        "starts_at": day,
        "ends_at": day + LONGEST,
        "language": language,
        "languages": [language],
        "kind": Event.Kind.MATCHMAKING,
        "mode": Event.Mode.ON_SITE,
        "organiser": rules.organisers_for(request.user).first(),
        "municipality": installation().municipality,
    }
    if model is not None:
        for code in LANGUAGES:
            initial[f"title_{code}"] = model.text(code).title[:160]
        text = model.text(language)
        initial["description"] = "\n\n".join(part for part in (text.what, text.why_company) if part)
        initial["themes"] = [
            proposal.theme.pk for proposal in propose_themes(f"{text.title} {text.what}", language)[:3]
        ]
    return initial


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_new(request: HttpRequest) -> HttpResponse:
    if not rules.may_create_event(request.user):
        raise PermissionDenied
    now = timezone.now()
    model = model_of_request(request)
    if request.method != "POST":
        return _form_page(request, EventForm(user=request.user, initial=_start_of(request, model, now)), model, None)
    form = EventForm(request.POST, user=request.user)
    if ThemesField.is_looking(form) or not form.is_valid():
        return _form_page(request, form, model, None)
    try:
        made = services.create_event(
            plan=form.plan(),
            organiser=form.cleaned_data["organiser"],
            by=request.user,
            now=now,
            operating_model=model,
            key=form.cleaned_data["once"],
        )
    except DomainError as error:
        add_domain_error(form, error)
        return _form_page(request, form, model, None)
    messages.success(request, _("The draft is saved. Only those who organise it see it before you publish it."))
    return redirect(made)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: HttpRequest, slug: str) -> HttpResponse:
    event = _hosted(request, slug)
    model = event.operating_model
    if request.method != "POST":
        form = EventForm(user=request.user, event=event, initial=initial_of(event), stamp=str(event.version))
        return _form_page(request, form, model, event)
    form = EventForm(request.POST, user=request.user, event=event)
    if ThemesField.is_looking(form) or not form.is_valid():
        return _form_page(request, form, model, event)
    stamp = form.cleaned_data["stamp"]
    try:
        services.edit_event(
            event=event,
            plan=form.plan(),
            organiser=form.cleaned_data["organiser"],
            by=request.user,
            now=timezone.now(),
            version=int(stamp) if stamp.isdecimal() else None,
        )
    except services.Stale as error:
        event.refresh_from_db(fields=["version"])
        data = request.POST.copy()
        data["stamp"] = str(event.version)
        form.data = data
        add_domain_error(form, error)
        return _form_page(request, form, model, event)
    except DomainError as error:
        add_domain_error(form, error)
        return _form_page(request, form, model, event)
    messages.success(request, _("Saved. If the time or the place changed, those who come have been told."))
    return redirect(event)


def _act(request: HttpRequest, slug: str, service: Callable[..., Event], done: str) -> HttpResponse:
    """One press: the service, and back to the event."""
    event = _hosted(request, slug)
    try:
        service(event=event, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(event)


@login_required
@require_POST
def event_publish(request: HttpRequest, slug: str) -> HttpResponse:
    return _act(request, slug, services.publish_event, _("The event is published, and registration is open."))


@login_required
@require_POST
def event_close(request: HttpRequest, slug: str) -> HttpResponse:
    return _act(request, slug, services.close_registration, _("Registration is closed."))


@login_required
@require_POST
def event_reopen(request: HttpRequest, slug: str) -> HttpResponse:
    return _act(request, slug, services.reopen_registration, _("Registration is open again."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_cancel(request: HttpRequest, slug: str) -> HttpResponse:
    event = _hosted(request, slug)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_event(event=event, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The event is cancelled, and everybody who registered has been told."))
            return redirect(event)
    return render(request, "events/events/cancel.html", {"event": event, "form": form})


@login_required
@require_POST
def event_copy(request: HttpRequest, slug: str) -> HttpResponse:
    event = _hosted(request, slug)
    try:
        made = services.copy_event(event=event, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(event)
    messages.success(request, _("A new draft with the same words. Check its day first."))
    return redirect("event_edit", slug=made.slug)


@login_required
@require_safe
def event_participants(request: HttpRequest, slug: str) -> HttpResponse:
    event = _hosted(request, slug)
    people = queries.participants(event)
    seated = [one for one in people if one.state == Registration.State.CONFIRMED]
    context = {
        "event": event,
        "seated": seated,
        "waiting": [one for one in people if one.state == Registration.State.WAITING],
        "is_over": event.ends_at <= timezone.now(),
    }
    return render(request, "events/events/participants.html", context)


@login_required
@require_safe
def event_participants_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a table for spreadsheets: UTF-8 with its mark, semicolons, and no cell that is a formula."""
    event = _hosted(request, slug)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.csv"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    table = csv.writer(response, delimiter=";")
    table.writerow([_("Organisation"), _("Name"), _("E-mail"), _("State"), _("Registered")])
    for one in queries.participants(event):
        registered = timezone.localtime(one.registered_at).strftime("%Y-%m-%d %H:%M")
        cells = [one.profile.name, one.user.name, one.user.email, str(one.get_state_display()), registered]
        table.writerow([safe_cell(cell) for cell in cells])
    return response


def safe_cell(value: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection)."""
    return f"'{value}" if value.lstrip()[:1] in tuple("=+-@") or value[:1] in ("\t", "\r", "\n") else value


@login_required
@require_POST
def event_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The host ends somebody's registration."""
    event = _hosted(request, slug)
    registration = get_object_or_404(event.registrations.select_related("event"), pk=pk)
    try:
        registrations.cancel_registration(registration=registration, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The registration is cancelled, and the person has been told."))
    return redirect(reverse("event_participants", kwargs={"slug": event.slug}))
