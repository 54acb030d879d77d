"""A round as its participants see it: whom to ask, when one can meet, one's own day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error
from core.text import clean_text
from events.forms.rounds import AskForm, AvailabilityForm
from events.models import Event, Meeting, MeetingRequest, Registration, Round
from events.queries import meetings as meeting_queries
from events.queries import rounds as queries
from events.rules import rounds as rules
from events.rules.events import may_see_event
from events.services import meetings as meeting_services
from events.services import requests as services
from events.services import rounds as round_services


def event_or_404(request: HttpRequest, slug: str) -> Event:
    event: Event = get_object_or_404(Event.objects.select_related("organiser"), slug=slug)
    if not may_see_event(request.user, event):
        raise Http404
    return event


def _own_seat(request: HttpRequest, slug: str) -> tuple[Round, Registration]:
    """The round and the person's seat. Without a seat there is nothing to do here, and the page says so."""
    event = event_or_404(request, slug)
    round = queries.round_of(event)
    if round is None:
        raise Http404
    me = queries.own_registration(request.user, event)
    if me is None:
        raise PermissionDenied
    return round, me


@login_required
@require_GET
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """The other participants, and how things stand with each."""
    round, me = _own_seat(request, slug)
    words = clean_text(request.GET.get("q", ""))[:100]
    found = queries.candidates(round, me, user=request.user, words=words)
    agreed = sum(1 for one in found if one.request is not None and one.request.state == "accepted")
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    context = {"round": round, "event": round.event, "me": me, "page": page, "words": words, "agreed": agreed}
    return render(request, "events/rounds/people.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asking one of them, with a sentence."""
    round, me = _own_seat(request, slug)
    found = queries.candidates(round, me, user=request.user)
    candidate = next((one for one in found if one.registration.pk == pk), None)
    if candidate is None:
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_request(
                round=round,
                asker=me,
                asked=candidate.registration,
                by=request.user,
                now=timezone.now(),
                message=form.cleaned_data["message"],
                language=form.cleaned_data["language"],
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _said(made, candidate.registration.profile.name))
            return redirect("round_people", slug=slug)
    context = {
        "round": round,
        "event": round.event,
        "form": form,
        "me": me,
        "candidate": candidate,
        "other": candidate.registration,
    }
    return render(request, "events/rounds/ask.html", context)


def _said(made: MeetingRequest, name: str) -> str:
    if made.is_pending:
        return _("Sent to %(name)s. You hear when they answer.") % {"name": name}
    return _("%(name)s had asked you too, so you have agreed to meet.") % {"name": name}


@login_required
@require_http_methods(["GET", "POST"])
def availability(request: HttpRequest, slug: str) -> HttpResponse:
    """When one can meet. All slots are ticked to begin with."""
    round, me = _own_seat(request, slug)
    slots = list(round.slots.all())
    form = AvailabilityForm(request.POST if request.method == "POST" else None, slots=slots)
    if request.method == "POST" and form.is_valid():
        try:
            round_services.set_absences(
                round=round, registration=me, slots=form.absent(), by=request.user, now=timezone.now()
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Kept. You are given meetings only when you can come."))
            return redirect("round_people", slug=slug)
    absent = queries.absent_slots(me, round)
    busy = queries.busy_slots(me, round)
    chosen = {int(key) for key in form.cleaned_data.get("slots", [])} if form.is_bound and form.is_valid() else None
    rows = [
        {
            "slot": slot,
            "can": slot.pk in chosen if chosen is not None else slot.pk not in absent,
            "is_busy": slot.pk in busy,
        }
        for slot in slots
    ]
    context = {"round": round, "event": round.event, "form": form, "rows": rows}
    return render(request, "events/rounds/availability.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: accept or decline."""
    found = get_object_or_404(
        MeetingRequest.objects.select_related("asked__profile", "asker__profile", "round__event"), pk=pk
    )
    if not rules.may_answer_request(request.user, found):
        raise Http404
    now = timezone.now()
    try:
        if request.POST.get("answer") == "accept":
            services.accept_request(request=found, by=request.user, now=now)
            messages.success(request, _accepted(found))
        else:
            reason = clean_text(request.POST.get("reason", ""))[:400]
            services.decline_request(request=found, by=request.user, now=now, reason=reason)
            messages.success(request, _("Declined. They have been told."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(_back(request, found.round.event))


def _accepted(request: MeetingRequest) -> str:
    meeting = Meeting.objects.agreed().filter(request=request).first()
    name = request.asker.profile.name
    if meeting is None:
        return _("You will meet %(name)s. The time comes with the programme.") % {"name": name}
    own = {"name": name, "table": meeting.table, "time": timezone.localtime(meeting.starts_at).strftime("%H.%M")}
    return _("You meet %(name)s at %(time)s, table %(table)s. It is in both calendars.") % own


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(
        MeetingRequest.objects.select_related("asked__profile", "asker__profile", "round__event"), pk=pk
    )
    if not (rules.comes_as(request.user, found.asker) or rules.comes_as(request.user, found.asked)):
        raise Http404
    try:
        services.withdraw_request(request=found, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Withdrawn."))
    return redirect(_back(request, found.round.event))


def _back(request: HttpRequest, event: Event) -> str:
    """The page where the button was; only one of our own."""
    sent = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(sent, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return sent
    return reverse("round_people", kwargs={"slug": event.slug})


@login_required
@require_GET
def my_day(request: HttpRequest, slug: str) -> HttpResponse:
    """Now, next, where, with whom."""
    event = event_or_404(request, slug)
    me = queries.own_registration(request.user, event)
    if me is None:
        raise PermissionDenied
    round = queries.round_of(event)
    now = timezone.now()
    own = meeting_queries.own_meetings(
        request.user, Meeting.objects.agreed().filter(slot__round=round, parties__registration=me)
    )
    ahead = next((one for one in own if one.meeting.ends_at > now), None)
    feed = meeting_services.feed_of(user=request.user)
    context: dict[str, Any] = {
        "event": event,
        "round": round,
        "greeting": _greeting(now, me.user.get_short_name()),
        "entries": _entries(own, round, now),
        "ahead": ahead,
        "is_now": ahead is not None and ahead.meeting.starts_at <= now,
        "requests": [
            one for one in meeting_queries.requests_to(request.user) if one.round_id == getattr(round, "pk", None)
        ],
        "has_meetings": bool(own),
        "feed_url": request.build_absolute_uri(
            reverse("calendar_feed", kwargs={"token": meeting_queries.feed_token(feed)})
        ),
        "here": request.path,
    }
    return render(request, "events/rounds/my_day.html", context)


def _entries(own: list[Any], round: Round | None, now: datetime) -> list[dict[str, Any]]:
    """Meetings and breaks in order; the first that is not over is where the day is."""
    entries = [
        {
            "at": one.meeting.starts_at,
            "own": one,
            "is_over": one.meeting.ends_at <= now,
            "is_now": one.meeting.starts_at <= now < one.meeting.ends_at,
        }
        for one in own
    ]
    if round is not None and own:
        entries += [
            {"at": pause.starts_at, "pause": pause, "is_over": pause.ends_at <= now, "is_now": False}
            for pause in round.breaks.all()
        ]
    return sorted(entries, key=lambda entry: entry["at"])


def _greeting(now: datetime, name: str) -> str:
    hour = timezone.localtime(now).hour
    if hour < 10:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < 17:
        return _("Good day, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}
