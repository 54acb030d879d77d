"""One's own day on a phone: now, next, where, with whom; late, another time. It works while the network is away
(static/js/day.js keeps the last known programme); without JavaScript it is a page and forms.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_domain_error
from core.kept import Look, kept_while_true
from core.workers import service_worker
from events.forms.day import LateForm, SwapForm
from events.models import Event, Meeting, Registration, SwapRequest
from events.queries import day as queries
from events.queries import meetings as meeting_queries
from events.queries import rounds as round_queries
from events.rules import day as rules
from events.services import day as services
from events.views.meetings import own_address
from events.views.rounds import event_or_404
from events.wording import clock

OWNER = "X-Day-Owner"
"""Whose programme an answer is: a phone keeps it for nobody else."""
DAY_FROM, EVENING_FROM = 10, 17
"""Hours of the greetings."""


def _own(request: HttpRequest, slug: str) -> tuple[Event, Registration]:
    event = event_or_404(request, slug)
    me = round_queries.own_registration(request.user, event)
    if me is None:
        raise PermissionDenied
    return event, me


@login_required
@require_GET
@cache_control(private=True, no_store=True)
@kept_while_true
def my_day(request: HttpRequest, look: Look, slug: str) -> HttpResponse:
    """Now, next, where, with whom."""
    event, me = _own(request, slug)
    now = look.now
    day = queries.day_of(me, event, now=now)
    context: dict[str, Any] = {
        "day": day,
        "event": event,
        "greeting": _greeting(now, me.user.get_short_name()),
        "is_the_day": rules.is_the_day(event, now),
        "late_form": LateForm(),
        "requests": meeting_queries.requests_to_seat(me),
        "feed_url": own_address(request),
        "here": request.path,
        "made": look.made,
        "owner": queries.owner_of(request.user),
        "zone": timezone.get_current_timezone_name(),
    }
    look.changes_at([*queries.moments_of(day), *_greetings_of(now)])
    response = render(request, "events/day/my_day.html", context)
    response[OWNER] = context["owner"]
    return response


def _greeting(now: datetime, name: str) -> str:
    hour = timezone.localtime(now).hour
    if hour < DAY_FROM:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < EVENING_FROM:
        return _("Good day, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def _greetings_of(now: datetime) -> list[datetime]:
    """When another is due on the same day."""
    today = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    return [today.replace(hour=hour) for hour in (DAY_FROM, EVENING_FROM)]


@require_safe
def day_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which keeps pages of this kind at hand and no others (each registers it for its own)."""
    return service_worker("js/day-worker.js", scope=reverse("events"))


@login_required
@require_POST
def late(request: HttpRequest, slug: str) -> HttpResponse:
    """One press: so late, or there after all."""
    _event, me = _own(request, slug)
    now = timezone.now()
    form = LateForm(request.POST)
    try:
        if request.POST.get("act") == "here":
            services.say_here(registration=me, by=request.user, now=now)
            messages.success(request, _("Good: you are there."))
        elif form.is_valid():
            ago = timedelta(seconds=form.cleaned_data["ago"] or 0)
            minutes = form.cleaned_data["minutes"]
            said = services.say_late(registration=me, minutes=minutes, by=request.user, now=now, ago=ago)
            messages.success(
                request,
                _("The organiser and those who wait for you are told that you come at %(time)s.")
                % {"time": clock(said.comes_at)},
            )
        else:
            messages.error(request, str(services.OddMinutes()))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("my_day", slug=slug)


@login_required
@require_http_methods(["GET", "POST"])
def swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time for a meeting of a round: asking for one, or answering."""
    meeting = get_object_or_404(
        meeting_queries.with_parties(Meeting.objects.agreed().select_related("slot__round__event")), pk=pk
    )
    mine = rules.own_side(request.user, meeting)
    if mine is None or meeting.slot is None:
        raise Http404
    now, event = timezone.now(), meeting.slot.round.event
    waiting = meeting.swaps.filter(state=SwapRequest.State.WAITING).select_related("slot", "meeting").first()
    slots = [slot for slot, _table in services.swap_times(meeting, now=now)]
    form = SwapForm(request.POST if request.method == "POST" else None, slots=slots)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_swap(meeting=meeting, slot=form.cleaned_data["slot"], by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Asked. The meeting stays where it is until they agree."))
            return redirect("my_day", slug=event.slug)
    party = next(party for party in meeting.parties.all() if party.registration_id == mine.pk)
    context = {
        "event": event,
        "own": meeting_queries.seen_by_party(meeting, party),
        "meeting": meeting,
        "waiting": waiting,
        "is_mine": waiting is not None and waiting.asker_id == mine.pk,
        "is_over": meeting.starts_at <= now,
        "slots": slots,
        "form": form,
    }
    return render(request, "events/day/swap.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def swap_answer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SwapRequest.objects.select_related("meeting__slot__round__event", "asker__user"), pk=pk)
    if rules.own_side(request.user, found.meeting) is None or found.meeting.slot is None:
        raise Http404
    answers = {
        "accept": (services.accept_swap, _("Agreed. The meeting has moved, and both calendars follow.")),
        "withdraw": (services.withdraw_swap, _("Withdrawn. The meeting stays where it is.")),
        "decline": (services.decline_swap, _("The meeting stays where it is. They have been told.")),
    }
    if request.POST.get("answer") not in answers:
        raise Http404
    act, said = answers[request.POST["answer"]]
    try:
        act(swap=found, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("my_day", slug=found.meeting.slot.round.event.slug)
