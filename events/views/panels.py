"""What meetings and rounds show on other pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Profile
from core.panels import Panel
from events.models import Event, Meeting, MeetingProposal
from events.queries import meetings as queries
from events.queries import rounds as round_queries
from events.rules.events import may_manage_event
from matching.connection_actions import Action
from matching.models import Connection

COMING_SHOWN = 3


def tool(request: HttpRequest) -> dict[str, Any] | None:
    """The masthead's way to one's meetings, for those who are signed in."""
    if not request.user.is_authenticated:
        return None
    here = reverse("my_meetings")
    return {"count": queries.count_to_answer(request.user), "current": request.path == here}


def front(request: HttpRequest, subject: Any) -> Panel | None:
    """What comes next, and what waits for an answer."""
    if not request.user.is_authenticated:
        return None
    count = queries.count_to_answer(request.user)
    coming = queries.own_meetings(request.user, Meeting.objects.agreed().filter(ends_at__gt=timezone.now()))
    if not count and not coming:
        return None
    return Panel("events/meetings/front_panel.html", {"count": count, "coming": coming[:COMING_SHOWN]})


def event_round(request: HttpRequest, event: Event) -> Panel | None:
    """The rounds on the event's page: for its host, for those who come, and for those who think of it."""
    rounds = round_queries.rounds_of(event)
    is_host = may_manage_event(request.user, event)
    if not rounds and not is_host:
        return None
    me = round_queries.own_registration(request.user, event)
    waits = any(not round.takes_requests and not round.is_speed for round in rounds)
    context = {
        "event": event,
        "rounds": rounds,
        "is_published": any(round.published_at for round in rounds),
        "me": me,
        "is_host": is_host,
        "comers": event.registrations.confirmed().count() if waits else None,
    }
    return Panel("events/rounds/event_panel.html", context)


def propose_actions(request: HttpRequest, profile: Profile, connections: Sequence[Connection]) -> dict[int, Action]:
    """On the page of connections: propose a meeting, or see the times that are on the table."""
    standing = {
        frozenset((proposal.proposer_id, proposal.other_id)): proposal.pk
        for proposal in MeetingProposal.objects.filter(
            state=MeetingProposal.State.OPEN, proposer__in=_ids(connections), other__in=_ids(connections)
        )
    }
    found = {}
    for connection in connections:
        proposal = standing.get(frozenset((connection.a_id, connection.b_id)))
        if proposal is not None:
            url = reverse("proposal", kwargs={"pk": proposal})
            found[connection.pk] = Action(_("See the proposed times"), url, "clock")
        else:
            other = connection.other_of(profile)
            url = f"{reverse('propose_meeting', kwargs={'slug': other.slug})}?for={profile.slug}"
            found[connection.pk] = Action(_("Propose a meeting"), url, "calendar-plus")
    return found


def _ids(connections: Sequence[Connection]) -> set[int]:
    return {pk for connection in connections for pk in (connection.a_id, connection.b_id)}
