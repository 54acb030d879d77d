"""One's own meetings: the list, a meeting's page, cancelling, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Profile
from core.errors import DomainError
from core.forms import add_domain_error
from events.forms.meetings import ReasonForm
from events.models import FollowUp, Meeting, MeetingParty
from events.queries import feeds
from events.queries import meetings as queries
from events.rules import meetings as rules
from events.rules.outcomes import HELD, may_say_outcome
from events.services import meetings as services

PAST_SHOWN = timedelta(days=120)


def own_or_404(request: HttpRequest, pk: int) -> queries.OwnMeeting:
    """The meeting as the person sees it. Somebody else's is *not found*, like one that does not exist."""
    meeting = queries.with_parties(Meeting.objects.filter(pk=pk)).first()
    party = rules.own_party(request.user, meeting) if meeting is not None else None
    if meeting is None or party is None:
        raise Http404
    return queries.seen_by_party(meeting, party)


def own_address(request: HttpRequest) -> str:
    """The whole address of one's own calendar; empty before it is made."""
    path = feeds.own_path(request.user)
    return request.build_absolute_uri(path) if path else ""


@login_required
@require_GET
def my_meetings(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, what is coming by day, and what has been."""
    now = timezone.now()
    coming = queries.own_meetings(request.user, Meeting.objects.agreed().filter(ends_at__gt=now))
    past = queries.own_meetings(
        request.user, Meeting.objects.agreed().filter(ends_at__lte=now, ends_at__gte=now - PAST_SHOWN)
    )
    past.reverse()
    waiting = [own for own in past if not own.mine.outcome]
    page = Paginator([own for own in past if own.mine.outcome], 10).get_page(request.GET.get("page"))
    own_profiles = {profile.pk for profile in Profile.objects.spoken_for_by(request.user)}
    proposals = list(queries.open_proposals(request.user))
    return render(
        request,
        "events/meetings/list.html",
        {
            "to_answer": [proposal for proposal in proposals if proposal.other_id in own_profiles],
            "sent": [proposal for proposal in proposals if proposal.proposer_id in own_profiles],
            "days": [
                (day, list(meetings))
                for day, meetings in groupby(coming, key=lambda own: timezone.localdate(own.meeting.starts_at))
            ],
            "requests": list(queries.requests_to(request.user)),
            "here": request.path,
            "waiting": waiting,
            "page": page,
            "outcomes": MeetingParty.Outcome.choices,
            "now": now,
            "feed_url": own_address(request),
        },
    )


def _page(request: HttpRequest, own: queries.OwnMeeting, **more: Any) -> HttpResponse:
    now = timezone.now()
    move = own.meeting.move_proposals.filter(state="open").first()
    context = {
        "own": own,
        "meeting": own.meeting,
        "move": move,
        "is_ahead": own.meeting.starts_at > now and not own.meeting.is_cancelled,
        "may_say": may_say_outcome(request.user, own.meeting, now),
        "is_held": own.mine.outcome in HELD,
        "follow_ups": list(own.mine.follow_ups.all()),
        "came_choices": FollowUp.Came.choices,
        "may_move": rules.may_move_meeting(request.user, own.meeting),
        "may_come": rules.may_come_after_all(request.user, own.meeting, now),
        "outcomes": MeetingParty.Outcome.choices,
        **more,
    }
    return render(request, "events/meetings/meeting.html", context)


@login_required
@require_GET
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, own_or_404(request, pk))


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once before it cancels: the other side hears of it at once."""
    own = own_or_404(request, pk)
    hint = _("The other side reads this. You need not say anything.")
    form = ReasonForm(request.POST if request.method == "POST" else None, hint=hint)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_meeting(
                meeting=own.meeting, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The meeting is cancelled. Both calendars are told."))
            return redirect("meeting", pk=pk)
    return render(request, "events/meetings/cancel.html", {"own": own, "meeting": own.meeting, "form": form})
