"""What came of meetings: said on a meeting's page or from a mail; an event's figures and its report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_domain_error
from events.forms.outcomes import MoreForm
from events.models import EventReport, FollowUp, MeetingParty
from events.queries import outcomes as queries
from events.queries.meetings import seen_by_party, with_parties
from events.rules import outcomes as rules
from events.rules.events import may_manage_event
from events.services import outcomes as services
from events.views.events import event_or_404
from events.views.events_host import act, hosted
from events.views.meetings import own_or_404


@login_required
@require_POST
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """One press."""
    own = own_or_404(request, pk)
    said = request.POST.get("outcome", "")
    if said not in MeetingParty.Outcome.values:
        messages.error(request, _("Choose one of the answers."))
    else:
        try:
            services.say_outcome(meeting=own.meeting, by=request.user, outcome=said, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Thank you. Your answer is kept."))
    return redirect("my_meetings" if request.POST.get("from") == "list" else reverse("meeting", kwargs={"pk": pk}))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def more(request: HttpRequest, pk: int) -> HttpResponse:
    """How useful, what next, and a note of one's own."""
    own = own_or_404(request, pk)
    mine = own.mine
    if not rules.may_say_outcome(request.user, own.meeting, timezone.now()):
        raise Http404
    initial = {"useful": mine.useful, "next_step": mine.next_step, "note": mine.note}
    form = MoreForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.say_more(meeting=own.meeting, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Thank you. Your answer is kept."))
            return redirect("meeting", pk=pk)
    context = {"own": own, "meeting": own.meeting, "form": form}
    return render(request, "events/meetings/more.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of it, on the meeting's page."""
    found = get_object_or_404(FollowUp.objects.select_related("party__meeting"), pk=pk)
    if not rules.may_answer_follow_up(request.user, found, timezone.now()):
        raise Http404
    came = request.POST.get("came", "")
    if came in FollowUp.Came.values:
        services.answer_follow_up(follow_up=found, by=request.user, came=came, now=timezone.now())
        messages.success(request, _("Thank you. Your answer is kept."))
    else:
        messages.error(request, _("Choose one of the answers."))
    return redirect("meeting", pk=found.party.meeting_id)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_from_mail(request: HttpRequest, token: str) -> HttpResponse:
    """A link in a mail. A GET asks once more with the chosen answer first, a POST keeps it: programmes that open links
    to look at them answer nothing. The signed link is the proof; it shows nothing but the question."""
    try:
        kind, found, user = services.read_token(token)
    except DomainError as error:
        return render(request, "events/meetings/answer.html", {"error": error}, status=410)
    is_held = kind == services.HELD
    choices: list[Any] = list(MeetingParty.Outcome.choices if is_held else FollowUp.Came.choices)
    asked = request.POST.get("answer") or request.GET.get("answer", "")
    label = dict(choices).get(asked)
    party = found if is_held else found.party
    meeting = with_parties(type(party.meeting).objects.filter(pk=party.meeting_id)).get()
    context: dict[str, Any] = {
        "own": seen_by_party(meeting, party),
        "meeting": meeting,
        "is_held": is_held,
        "asked": asked,
        "label": label,
        "choices": [choice for choice in choices if choice[0] != asked],
    }
    if request.method == "POST" and label is not None:
        try:
            if is_held:
                services.say_outcome(meeting=meeting, by=user, outcome=asked, now=timezone.now())
            else:
                services.answer_follow_up(follow_up=found, by=user, came=asked, now=timezone.now())
        except DomainError as error:
            return render(request, "events/meetings/answer.html", {"error": error}, status=410)
        context["done"] = True
    return render(request, "events/meetings/answer.html", context)


@login_required
@require_safe
def event_outcomes(request: HttpRequest, slug: str) -> HttpResponse:
    """The organiser's figures, as they are now; the part with them fetches itself anew."""
    event = hosted(request, slug)
    context = {
        "event": event,
        "figures": queries.figures(event),
        "days": rules.ASKED_AFTER,
        "is_over": event.ends_at <= timezone.now(),
        "report": EventReport.objects.filter(event=event).first(),
        "is_live": True,
    }
    part = request.headers.get("HX-Target") == "figures"
    return render(request, "events/outcomes/figures.html" if part else "events/outcomes/outcomes.html", context)


@require_safe
def event_report(request: HttpRequest, slug: str) -> HttpResponse:
    """For everybody, as it was published; before that the organiser sees what would be."""
    event = event_or_404(request, slug)
    report = EventReport.objects.filter(event=event).first()
    is_host = may_manage_event(request.user, event)
    if report is None and not is_host:
        raise Http404
    figures = queries.read(report.figures) if report else queries.for_everybody(queries.figures(event))
    context = {
        "event": event,
        "report": report,
        "figures": figures,
        "days": rules.ASKED_AFTER,
        "is_host": is_host,
        "is_over": event.ends_at <= timezone.now(),
    }
    return render(request, "events/outcomes/report.html", context)


@login_required
@require_POST
def report_publish(request: HttpRequest, slug: str) -> HttpResponse:
    done = _("Published. Everybody can read the report at its address.")
    return act(request, slug, services.publish_report, done, back="event_report")


@login_required
@require_POST
def report_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    done = _("Taken back. Only the organiser sees the report.")
    return act(request, slug, services.withdraw_report, done, back="event_report")
