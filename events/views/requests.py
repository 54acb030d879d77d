"""A request to meet, and its answers: a time, other times, a colleague, no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from core.errors import DomainError
from core.forms import add_domain_error
from core.text import clean_text
from events.addresses import of_round
from events.forms.asking import AcceptForm, OfferForm
from events.models import Meeting, MeetingRequest
from events.queries import registrations as registration_queries
from events.queries import slots as slot_queries
from events.rules import rounds as rules
from events.services import counters, handing
from events.services import requests as services
from events.services.placing import NoCommonSlot
from events.wording import clock


def _request_or_404(request: HttpRequest, pk: int) -> MeetingRequest:
    """A request of which the person is one side; others' are *not found*."""
    found: MeetingRequest = get_object_or_404(
        MeetingRequest.objects.select_related(
            "asked__profile",
            "asked__user",
            "asker__profile",
            "asker__user",
            "round__event",
            "handed_from__user",
            "hand_to",
        ),
        pk=pk,
    )
    if not rules.may_see_request(request.user, found):
        raise Http404
    return found


@login_required
@require_GET
def meeting_request(request: HttpRequest, pk: int) -> HttpResponse:
    """The request with all the ways to answer it, or how it was answered."""
    return _page(request, _request_or_404(request, pk))


@dataclass(frozen=True)
class Trouble:
    """Why the answer did not go through, with what there is instead."""

    error: DomainError
    form: forms.Form | None = None
    """The form that was sent, if it is not the one of the times."""


def _page(
    request: HttpRequest, found: MeetingRequest, *, trouble: Trouble | None = None, reason: str = "", offer: Any = None
) -> HttpResponse:
    now = timezone.now()
    round = found.round
    mine = rules.may_answer_request(request.user, found)
    gives_times = round.published_at is not None
    is_open = found.is_pending and (found.expires_at is None or found.expires_at > now)
    looks = slot_queries.look_at_slots(round, [found.asker, found.asked], now=now) if is_open and gives_times else []
    is_full = is_open and gives_times and slot_queries.whose_day_is_full(round, [found.asker, found.asked]) is not None
    free = [] if is_full else slot_queries.best_first(looks)
    offered = {one.slot_id for one in found.offered.all()} if is_open else set()
    to_asker = found.turn == MeetingRequest.Turn.ASKER
    choices = [look for look in looks if look.slot.pk in offered] if to_asker else free
    shown = len(choices) if to_asker else slot_queries.OFFERED
    may_hand = rules.may_hand_over(request.user, found) and is_open
    problem = trouble.error if trouble else None
    context = {
        "request_": found,
        "event": round.event,
        "round": round,
        "is_asker": rules.comes_as(request.user, found.asker),
        "other": found.asked if rules.comes_as(request.user, found.asker) else found.asker,
        "is_open": is_open,
        "gives_times": gives_times,
        "may_answer": mine and is_open,
        "may_decline": rules.may_decline_request(request.user, found) and is_open,
        "may_withdraw": rules.may_withdraw_request(request.user, found) and is_open,
        "may_hand": may_hand,
        "choices": choices[:shown],
        "more": choices[shown:],
        "can_choose": any(look.is_free for look in choices) and not is_full,
        "near": slot_queries.nearest(looks) if not free else [],
        "own_free": counters.own_free_slots(found.on_turn, found, now=now) if mine and is_open and gives_times else [],
        "offered": offered,
        "colleagues": registration_queries.colleagues_there(found.asked) if may_hand else [],
        "to_bring": _to_bring(request, found, now) if may_hand else [],
        "meeting": Meeting.objects.agreed().filter(request=found).first(),
        "problem": problem,
        "alternatives": getattr(problem, "alternatives", ()),
        "offer": offer,
        "reason": reason,
    }
    return render(request, "events/rounds/request.html", context, status=422 if trouble else 200)


def _to_bring(request: HttpRequest, found: MeetingRequest, now: datetime) -> list[User]:
    """Colleagues who have not registered, while one may bring them."""
    if found.asked.user_id != request.user.pk or not found.round.event.takes_registrations(now):
        return []
    return list(registration_queries.colleagues_to_bring(found.asked)[:20])


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, with a time if one was chosen, or decline. When there is no such time the page says what there is."""
    found = _request_or_404(request, pk)
    now = timezone.now()
    word = request.POST.get("answer", "")
    reason = clean_text(request.POST.get("reason", ""))[:400]
    form = AcceptForm(request.POST, round=found.round)
    try:
        if word in ("accept", "wait"):
            if not form.is_valid():
                raise services.NotOffered(str(form.errors["slot"][0]), field="slot")
            services.accept_request(
                request=found, by=request.user, now=now, slot=form.cleaned_data["slot"], wait=word == "wait"
            )
            messages.success(request, _accepted(found, request.user))
        else:
            services.decline_request(request=found, by=request.user, now=now, reason=reason)
            messages.success(request, _("Declined. The other side has been told."))
    except services.NotForYou as error:
        if not found.is_pending:
            messages.error(request, str(error))
            return redirect("meeting_request", pk=pk)
        raise Http404 from error
    except NoCommonSlot as error:
        return _page(request, _request_or_404(request, pk), trouble=Trouble(error), reason=reason)
    except DomainError as error:
        if error.field is not None:
            return _page(request, _request_or_404(request, pk), trouble=Trouble(error), reason=reason)
        messages.error(request, str(error))
    return redirect(_back(request, found))


def _accepted(request: MeetingRequest, user: Any) -> str:
    meeting = Meeting.objects.agreed().filter(request=request).first()
    other = request.asked if rules.comes_as(user, request.asker) else request.asker
    name = other.profile.name
    if meeting is not None:
        own = {"name": name, "table": meeting.table, "time": clock(meeting.starts_at)}
        return _("You meet %(name)s at %(time)s, table %(table)s. It is in both calendars.") % own
    if request.round.published_at is not None:
        return _("You will meet %(name)s. You both get the first time that frees, and hear of it.") % {"name": name}
    return _("You will meet %(name)s. The time comes with the programme.") % {"name": name}


@login_required
@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Other times in place of the best one."""
    found = _request_or_404(request, pk)
    form = OfferForm(request.POST, round=found.round)
    if form.is_valid():
        try:
            counters.offer_times(
                request=found, slots=list(form.cleaned_data["slots"]), by=request.user, now=timezone.now()
            )
        except services.NotForYou as error:
            raise Http404 from error
        except DomainError as error:
            add_domain_error(form, error)
        else:
            name = (found.asked if found.turn == MeetingRequest.Turn.ASKER else found.asker).profile.name
            messages.success(request, _("Sent to %(name)s. You hear when they choose.") % {"name": name})
            return redirect("meeting_request", pk=pk)
    return _page(request, _request_or_404(request, pk), trouble=_offer_trouble(form), offer=form)


def _offer_trouble(form: forms.Form) -> Trouble:
    said = form.errors.get("slots") or form.non_field_errors()
    return Trouble(DomainError(str(said[0]) if said else "", field="slots"), form)


@login_required
@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """To a colleague who comes (`to`), or to one who is registered for it (`bring`)."""
    found = _request_or_404(request, pk)
    now = timezone.now()
    kind, _sign, number = request.POST.get("to", "").partition(":")
    try:
        if kind == "bring" and number.isdecimal():
            person = get_object_or_404(registration_queries.colleagues_to_bring(found.asked), pk=int(number))
            handed = handing.bring_and_hand_over(request=found, person=person, by=request.user, now=now)
            name = person.name
        else:
            to = found.round.event.registrations.filter(pk=int(number) if number.isdecimal() else 0).first()
            if to is None:
                raise handing.NotAColleague(field="to")
            handed = handing.hand_over(request=found, to=to, by=request.user, now=now)
            name = to.user.name
    except services.NotForYou as error:
        raise Http404 from error
    except DomainError as error:
        return _page(request, _request_or_404(request, pk), trouble=Trouble(error))
    if handed.hand_to_id is not None:
        said = _("%(name)s gets the request as soon as they have a seat. Until then you can answer it yourself.")
    else:
        said = _("%(name)s has the request now, and those who asked have been told.")
    messages.success(request, said % {"name": name})
    return redirect(_back(request, found))


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = _request_or_404(request, pk)
    try:
        services.withdraw_request(request=found, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Withdrawn."))
    return redirect(_back(request, found))


def _back(request: HttpRequest, found: MeetingRequest) -> str:
    """The page where the button was; only one of our own."""
    sent = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(sent, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return sent
    return of_round("round_people", found.round)
