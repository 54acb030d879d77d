"""Matching on other apps' pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Profile
from accounts.rules import is_coordinator, may_see
from conversations.models import Side
from core.panels import Panel
from matching import ground, introducing, queries, rules, showing
from matching.connection_actions import Action
from matching.forms.needs import LONGEST
from matching.models import Connection, Interest, Question
from matching.similar import similar_to

ON_FRONT = 3
ON_PROFILE = 3


def common(request: HttpRequest, profile: Profile) -> Panel | None:
    """*You have this in common*: on a profile's page, for those who represent another. Without anything in common
    there is still the answer to be given: somebody found the profile by other ways."""
    if not request.user.is_authenticated or not rules.can_be_proposed(profile):
        return None
    own = list(Profile.objects.spoken_for_by(request.user))
    if not own or profile.pk in {one.pk for one in own}:
        return None
    me = _most_in_common(own, profile)
    suggestion = queries.suggestion_between(me, profile)
    given = Interest.objects.filter(profile=me, other=profile).first()
    connection = Connection.objects.between(me, profile).first()
    if suggestion is None and given is None and connection is None and not may_see(request.user, profile):
        return None
    card = None
    if suggestion is not None and (given is None or given.answer != Interest.Answer.NEVER):
        suggestion.other = profile
        card = showing.card(suggestion, me, showing.understand([suggestion], me))
    context = {
        "profile": me,
        "other": profile,
        "card": card,
        "given": given,
        "connection": connection,
        "several": len(own) > 1,
        "today": timezone.localdate(),
    }
    return Panel("matching/common_panel.html", context)


def similar(request: HttpRequest, profile: Profile) -> Panel | None:
    """Others of a like field, on an organisation's page."""
    if profile.status != Profile.Status.PUBLISHED:
        return None
    found = similar_to(profile, user=request.user, own=list(Profile.objects.spoken_for_by(request.user)))
    return Panel("matching/similar_panel.html", {"found": found}) if found else None


def _most_in_common(own: list[Profile], other: Profile) -> Profile:
    """Of several profiles of one's own, the one that suits the other best."""
    best = (
        other.suggested_to.filter(profile__in=own).best_first().values_list("profile_id", flat=True).first()
        if len(own) > 1
        else None
    )
    return next((one for one in own if one.pk == best), own[0])


def front(request: HttpRequest, subject: Any) -> Panel | None:
    """The first few suggestions on the front page of whoever has any."""
    if not request.user.is_authenticated:
        return None
    own = Profile.objects.spoken_for_by(request.user)
    if not own:
        return None
    me = own[0]
    rows = queries.suggestions_for(me, user=request.user, today=timezone.localdate())
    if not rows:
        return None
    understood = showing.understand(rows[:ON_FRONT], me)
    cards = [showing.card(row, me, understood) for row in rows[:ON_FRONT]]
    context = {"profile": me, "cards": cards, "count": len(rows), "longest": LONGEST}
    return Panel("matching/front_panel.html", context)


def wanted(request: HttpRequest, subject: Any) -> Panel | None:
    """Unclaimed profiles that somebody would like to meet, on the coordinator's desk."""
    if not is_coordinator(request.user):
        return None
    found = queries.interest_in_unclaimed()
    return Panel("matching/wanted_panel.html", {"wanted": found}) if found else None


def reason(request: HttpRequest, side: Side) -> Panel | None:
    """The first reason to talk, beside a stranger's request."""
    suggestion = queries.suggestion_between(side.profile, side.other)
    if suggestion is None:
        return None
    suggestion.other = side.other
    first = showing.card(suggestion, side.profile, showing.understand([suggestion], side.profile)).first
    return Panel("matching/reason_panel.html", {"sentence": first}) if first is not None else None


def write_actions(request: HttpRequest, profile: Profile, connections: Sequence[Connection]) -> dict[int, Action]:
    """On the page of connections: partners write to each other freely."""
    found = {}
    for connection in connections:
        url = reverse("write_to", kwargs={"slug": connection.other_of(profile).slug})
        found[connection.pk] = Action(_("Write"), f"{url}?for={profile.slug}", "message-square")
    return found


def introduce(request: HttpRequest, profile: Profile) -> Panel | None:
    """With whom a coordinator might bring the profile together, on the profile's page."""
    if not is_coordinator(request.user) or not profile.is_claimed or not rules.can_be_proposed(profile):
        return None
    found = introducing.pairs(user=request.user, now=timezone.now(), of=profile, limit=ON_PROFILE)
    return Panel("matching/introduce_panel.html", {"pairs": found, "profile": profile}) if found else None


def introduce_desk(request: HttpRequest, subject: Any) -> Panel | None:
    return Panel("matching/introduce_desk.html") if is_coordinator(request.user) else None


def ground_desk(request: HttpRequest, subject: Any) -> Panel | None:
    """Where matching has ground to stand on, in a sentence."""
    return Panel("matching/ground_panel.html", {"lie": ground.survey()}) if is_coordinator(request.user) else None


def export(user: Any) -> dict[str, Any]:
    """The answers that the user gave and the needs that they described, for their own export."""
    rows = Interest.objects.filter(by=user).select_related("profile", "other").order_by("at", "pk")
    return {
        "answers": [
            {
                "profile": row.profile.name,
                "other": row.other.name,
                "answer": row.answer,
                "why": row.why,
                "why_in_words": row.why_in_words,
                "taught_about": row.about,
                "until": row.until.isoformat() if row.until else None,
                "at": row.at.isoformat(),
            }
            for row in rows
        ],
        "needs": [
            {**{name: one.data[name] for name in ("text", "language", "themes")}, "at": one.asked_at.isoformat()}
            for one in Question.objects.of(user).filter(kind=Question.Kind.NEED)
        ],
    }
