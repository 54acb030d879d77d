"""Proposing times and answering them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Profile
from core.errors import DomainError
from core.forms import add_domain_error
from events.forms.meetings import AcceptForm, ProposalForm, ReasonForm, suggest_times
from events.models import MeetingProposal
from events.queries import meetings as queries
from events.rules import meetings as rules
from events.services import proposals as services
from events.views.meetings import own_or_404
from matching.rules import are_connected


def _form(request: HttpRequest, now: datetime, initial: dict[str, Any] | None = None) -> ProposalForm:
    busy = [(start, end) for start, end, _user in queries.busy_times([request.user], now)]
    return ProposalForm(
        request.POST if request.method == "POST" else None, now=now, suggested=suggest_times(now, busy), initial=initial
    )


def _proposal_or_404(request: HttpRequest, pk: int) -> MeetingProposal:
    """A proposal of which the person is one side; others' are *not found*."""
    found: MeetingProposal = get_object_or_404(
        MeetingProposal.objects.select_related(
            "proposer", "other", "proposed_by", "moves", "meeting", "counters", "countered_by"
        ).prefetch_related("times"),
        pk=pk,
    )
    if not rules.may_see_proposal(request.user, found):
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """To the connected party `slug`, for one's own profile that `?for=` names (else the one that is connected)."""
    other = get_object_or_404(Profile.objects.visible_to(request.user), slug=slug)
    own = [profile for profile in Profile.objects.spoken_for_by(request.user) if are_connected(profile, other)]
    wanted = request.GET.get("for", "")
    proposer = next((profile for profile in own if not wanted or profile.slug == wanted), None)
    if proposer is None:
        messages.info(request, str(services.NotConnected.message))
        return redirect(other)
    now = timezone.now()
    form = _form(request, now)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose_meeting(
                proposer=proposer,
                other=other,
                by=request.user,
                now=now,
                **form.offer(),
            )
        except DomainError as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Sent. You hear as soon as they answer."))
            return redirect("proposal", pk=made.pk)
    return render(request, "events/meetings/propose.html", {"form": form, "other": other, "proposer": proposer})


@login_required
@require_http_methods(["GET", "POST"])
def propose_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Other times for an agreed meeting, which stands until the other side accepts one."""
    own = own_or_404(request, pk)
    if not rules.may_move_meeting(request.user, own.meeting) or own.other is None:
        raise Http404
    now = timezone.now()
    meeting = own.meeting
    minutes = round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
    form = _form(request, now, {"place": meeting.place, "minutes": minutes})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose_meeting(
                proposer=own.mine.profile,
                other=own.other,
                moves=meeting,
                by=request.user,
                now=now,
                **form.offer(),
            )
        except DomainError as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Sent. The meeting stands as it is until they accept another time."))
            return redirect("proposal", pk=made.pk)
    context = {"form": form, "other": own.other, "proposer": own.mine.profile, "meeting": meeting}
    return render(request, "events/meetings/propose.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal: its times to choose from, or how it was answered. POST accepts one of the times."""
    found = _proposal_or_404(request, pk)
    now = timezone.now()
    form = AcceptForm(request.POST if request.method == "POST" else None, proposal=found)
    may_answer = rules.may_answer_proposal(request.user, found)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = services.accept_proposal(proposal=found, time=form.cleaned_data["time"], by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
            found = _proposal_or_404(request, pk)
        else:
            messages.success(request, _("Agreed. Both of you have it in your calendars in a moment."))
            return redirect("meeting", pk=meeting.pk)
    people = [person for person in (request.user, found.proposed_by) if person is not None]
    busy = queries.busy_times(people, now)
    times = [
        {
            "time": time,
            "is_past": time.starts_at <= now,
            "is_busy": any(
                start < time.ends_at and end > time.starts_at and found.moves_id is None for start, end, _id in busy
            ),
        }
        for time in found.times.all()
    ]
    context = {
        "form": form,
        "proposal": found,
        "times": times,
        "can_choose": any(not row["is_past"] and not row["is_busy"] for row in times),
        "may_answer": may_answer and found.is_open,
        "may_withdraw": rules.may_withdraw_proposal(request.user, found) and found.is_open,
        "other": found.proposer if may_answer else found.other,
        "mine": found.other if may_answer else found.proposer,
        "sent_by_us": not may_answer,
        "countered_by": getattr(found, "countered_by", None),
    }
    return render(request, "events/meetings/proposal.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    """None of the times fits: others in their place."""
    found = _proposal_or_404(request, pk)
    if not rules.may_answer_proposal(request.user, found):
        raise Http404
    if not found.is_open:
        return redirect("proposal", pk=pk)
    now = timezone.now()
    first = found.times.first()
    minutes = round((first.ends_at - first.starts_at).total_seconds() / 60) if first else 60
    form = _form(request, now, {"place": found.place, "minutes": minutes})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.counter_proposal(
                proposal=found,
                by=request.user,
                now=now,
                **form.offer(),
            )
        except DomainError as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Sent. You hear as soon as they answer."))
            return redirect("proposal", pk=made.pk)
    context = {"form": form, "other": found.proposer, "proposer": found.other, "countered": found}
    return render(request, "events/meetings/propose.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    found = _proposal_or_404(request, pk)
    if not rules.may_answer_proposal(request.user, found):
        raise Http404
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        hint=_("The other side reads this. You need not say anything."),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.decline_proposal(
                proposal=found, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Declined. The other side has been told."))
        return redirect("proposal", pk=pk)
    return render(request, "events/meetings/decline.html", {"form": form, "proposal": found, "other": found.proposer})


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = _proposal_or_404(request, pk)
    if not rules.may_withdraw_proposal(request.user, found):
        raise Http404
    try:
        services.withdraw_proposal(proposal=found, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Withdrawn. They have been told."))
    return redirect("proposal", pk=pk)
