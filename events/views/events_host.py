"""Making and hosting an event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.guidance import general_model, model_by_slug, model_of_request
from catalogue.models import OperatingModel
from core.errors import DomainError
from core.forms import add_domain_error, press
from core.queries import installation
from core.text import LANGUAGES, reader_language
from events.forms.events import CancelForm, EventForm, initial_of
from events.models import Event
from events.outlines import Outline, ready_made
from events.queries import series as series_queries
from events.rules import events as rules
from events.services import events as services
from events.services import series, templates
from events.views.events import event_or_404
from themes.forms import ThemesField
from themes.models import Theme
from themes.queries import propose_themes

FIRST_IN = timedelta(weeks=4)
LONGEST = timedelta(hours=3)


def hosted(request: HttpRequest, slug: str) -> Event:
    found = event_or_404(request, slug)
    if not rules.may_manage_event(request.user, found):
        raise PermissionDenied
    return found


def _form_page(
    request: HttpRequest,
    form: EventForm,
    model: OperatingModel | None,
    event: Event | None,
    outline: Outline | None = None,
) -> HttpResponse:
    themes = form.fields["themes"]
    assert isinstance(themes, ThemesField)
    words = " ".join(
        str(form[name].value() or "") for name in (*[f"title_{code}" for code in LANGUAGES], "description")
    )
    themes.propose(propose_themes(words[:20_000]) if words.strip() else [])
    context = {
        "form": form,
        "model": model,
        "advised": model or general_model("event"),
        "event": event,
        "outline": outline,
        "ready_made": ready_made().values() if event is None and model is None and outline is None else (),
    }
    return render(request, "events/events/form.html", context)


def _start_of(request: HttpRequest, model: OperatingModel | None, now: datetime) -> dict[str, Any]:
    """What a new form shows: four weeks ahead at nine, and the words of the model that it was started from."""
    day = timezone.localtime(now + FIRST_IN).replace(hour=9, minute=0, second=0, microsecond=0)
    language = reader_language()
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
    outline = series_queries.outline_by_key(
        str(request.POST.get("template") or request.GET.get("template") or ""), request.user
    )
    if model is None and outline is not None:
        model = model_by_slug(outline.model)
    if request.method != "POST":
        initial = _start_of(request, None if outline else model, now)
        if outline is not None:
            initial |= series_queries.start_of(outline, initial["starts_at"])
            initial["themes"] = list(
                Theme.objects.active().filter(slug__in=outline.themes).values_list("pk", flat=True)
            )
        return _form_page(request, EventForm(user=request.user, initial=initial), model, None, outline)
    form = EventForm(request.POST, user=request.user)
    if ThemesField.is_looking(form) or not form.is_valid():
        return _form_page(request, form, model, None, outline)
    values = {
        "plan": form.plan(),
        "organiser": form.cleaned_data["organiser"],
        "by": request.user,
        "now": now,
        "operating_model": model,
        "key": form.cleaned_data["once"],
    }
    try:
        made = templates.create_from_outline(outline=outline, **values) if outline else services.create_event(**values)
    except DomainError as error:
        add_domain_error(form, error)
        return _form_page(request, form, model, None, outline)
    messages.success(request, _("The draft is saved. Only those who organise it see it before you publish it."))
    return redirect(made)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    model = event.operating_model
    if request.method != "POST":
        form = EventForm(user=request.user, event=event, initial=initial_of(event), stamp=str(event.version))
        return _form_page(request, form, model, event)
    form = EventForm(request.POST, user=request.user, event=event, initial=initial_of(event))
    if ThemesField.is_looking(form) or not form.is_valid():
        return _form_page(request, form, model, event)
    edit = series.edit_following if form.cleaned_data.get("applies_to") == "following" else services.edit_event
    try:
        edit(
            event=event,
            plan=form.plan(),
            organiser=form.cleaned_data["organiser"],
            by=request.user,
            now=timezone.now(),
            version=form.seen,
        )
    except DomainError as error:
        form.refuse(error, event.version)
        return _form_page(request, form, model, event)
    messages.success(request, _("Saved. If the time or the place changed, those who come have been told."))
    return redirect(event)


def act(
    request: HttpRequest, slug: str, service: Callable[..., object], done: str, *, back: str = "event"
) -> HttpResponse:
    """One press: the service, and back to the event, or to a page of it by name."""
    event = hosted(request, slug)
    return press(request, lambda: service(event=event, by=request.user, now=timezone.now()), done, back, slug=slug)


@login_required
@require_POST
def event_publish(request: HttpRequest, slug: str) -> HttpResponse:
    return act(request, slug, services.publish_event, _("The event is published, and registration is open."))


@login_required
@require_POST
def event_close(request: HttpRequest, slug: str) -> HttpResponse:
    return act(request, slug, services.close_registration, _("Registration is closed."))


@login_required
@require_POST
def event_reopen(request: HttpRequest, slug: str) -> HttpResponse:
    return act(request, slug, services.reopen_registration, _("Registration is open again."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_cancel(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
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
