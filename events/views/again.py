"""An event made again: a copy, a series, a template."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.models import OperatingModel
from core.errors import DomainError
from core.forms import add_domain_error
from core.panels import Panel
from events.forms.again import CopyForm, KeepForm, SeriesForm
from events.models import Event, EventSeries, EventTemplate
from events.outlines import from_data, ready_made
from events.queries import events as event_queries
from events.queries import series as queries
from events.rules.events import may_create_event, may_manage_event, may_organise_as
from events.services import copying, series, templates
from events.views.events_host import hosted

GET_OR_POST = ("GET", "HEAD", "POST")


@login_required
@require_http_methods(GET_OR_POST)
def event_copy(request: HttpRequest, slug: str) -> HttpResponse:
    event, now = hosted(request, slug), timezone.now()
    form = CopyForm(request.POST if request.method == "POST" else None, event=event, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            made = copying.copy_event(event=event, by=request.user, now=now, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("A new draft with the same words. Check its day first."))
            return redirect("event_edit", slug=made.slug)
    sessions = event.sessions.count() + event.rounds.count()
    context = {"event": event, "form": form, "sessions": sessions, "speakers": event.speakers.count()}
    return render(request, "events/again/copy.html", context, status=422 if form.errors else 200)


# --- Series ----------------------------------------------------------------------------------------------------------


def series_panel(request: HttpRequest, event: Event) -> Panel | None:
    """The other dates, for those who cannot come on this one."""
    if event.series_id is None:
        return None
    now = timezone.now()
    others = [
        other for other in queries.others_of(event, request.user) if other.ends_at > now and not other.is_cancelled
    ]
    if not others:
        return None
    context = {
        "event": event,
        "rows": event_queries.rows(others, request.user, now),
        "is_runs": event.series is not None and event.series.kind == EventSeries.Kind.RUNS,
    }
    return Panel("events/again/panel_series.html", context)


@login_required
@require_http_methods(GET_OR_POST)
def event_series(request: HttpRequest, slug: str) -> HttpResponse:
    """The dates of the series, and more of them: first they are shown, then made."""
    event, now = hosted(request, slug), timezone.now()
    form = SeriesForm(request.POST if request.method == "POST" else None, event=event)
    dates = None
    if request.method == "POST" and form.is_valid():
        dates = form.dates()
        if "make" in request.POST:
            try:
                made = series.make_series(
                    event=event,
                    dates=dates.held,
                    kind=form.cleaned_data.get("kind") or EventSeries.Kind.REPEATED,
                    by=request.user,
                    now=now,
                    with_speakers=form.cleaned_data["with_speakers"],
                )
            except DomainError as error:
                add_domain_error(form, error)
                dates = None
            else:
                told = ngettext("%(n)d new draft was made.", "%(n)d new drafts were made.", len(made))
                messages.success(request, told % {"n": len(made)})
                return redirect("event_series", slug=slug)
    others = queries.others_of(event, request.user)
    every = sorted([event, *others], key=lambda one: (one.starts_at, one.pk)) if event.series_id else []
    context = {
        "event": event,
        "form": form,
        "dates": dates,
        "rows": event_queries.rows(every, request.user, now),
        "drafts": sum(1 for one in every if one.is_draft and one.starts_at > now),
    }
    return render(request, "events/again/series.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def event_series_publish(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    try:
        count = series.publish_series(event=event, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        told = ngettext("%(n)d date is published.", "%(n)d dates are published.", count)
        messages.success(request, told % {"n": count})
    return redirect("event_series", slug=slug)


# --- Templates -------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def event_templates(request: HttpRequest) -> HttpResponse:
    """The ready-made ones, each with the model that it comes from, and those that one's own organisations have kept."""
    if not may_create_event(request.user):
        raise PermissionDenied
    outlines = list(ready_made().values())
    models = OperatingModel.objects.with_texts().filter(slug__in=[one.model for one in outlines])
    by_slug = {model.slug: model for model in models}
    own = [(kept, from_data(kept.content)) for kept in queries.own_templates(request.user)]
    context: dict[str, Any] = {"ready": [(one, by_slug.get(one.model)) for one in outlines], "own": own}
    return render(request, "events/again/templates.html", context)


@login_required
@require_http_methods(GET_OR_POST)
def event_keep_template(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    if not may_manage_event(request.user, event):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = KeepForm(data, initial={"name": event.title[:120]})
    if request.method == "POST" and form.is_valid():
        try:
            templates.keep_as_template(event=event, name=form.cleaned_data["name"], by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Kept. New events can be started from it."))
            return redirect("event_templates")
    context = {"event": event, "form": form}
    return render(request, "events/again/keep.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def event_forget_template(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(EventTemplate.objects.select_related("organiser"), pk=pk)
    if not may_organise_as(request.user, template.organiser):
        raise PermissionDenied
    templates.forget_template(template=template, by=request.user, now=timezone.now())
    messages.success(request, _("The template is deleted. Events that were started from it stay."))
    return redirect("event_templates")
