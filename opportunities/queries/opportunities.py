"""Reading offers and needs for pages: one, one's own, those of a profile or a theme, the newest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import Profile
from conversations.models import Side
from opportunities.models import Answer, Opportunity, OpportunityTheme, PurchaseQuestion, SavedSearch
from opportunities.queries import market, purchases
from opportunities.queries.market import Row
from themes.models import Theme

State = Opportunity.State
ON_PANEL = 6
CLOSED_SHOWN = 20


def one(pk: int) -> Opportunity | None:
    """With all that its page reads; who may see it is the caller's to ask."""
    tagged = OpportunityTheme.objects.select_related("tag__merged_into").order_by("pk")
    beside = ("profile", "answered_by", "found", "question__by", "question__profile", "purchase")
    known = Opportunity.objects.select_related(*beside)
    return known.prefetch_related("files", Prefetch("theme_items", tagged)).filter(pk=pk).first()


@dataclass(slots=True)
class Own:
    """A profile's own ones, by what is to be done of them."""

    ended: list[Opportunity] = field(default_factory=list)
    open: list[Opportunity] = field(default_factory=list)
    drafts: list[Opportunity] = field(default_factory=list)
    closed: list[Opportunity] = field(default_factory=list)
    taken_down: list[Opportunity] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.ended or self.open or self.drafts or self.closed or self.taken_down)


def own_of(profile: Profile, now: datetime) -> Own:
    """Those that end first come first; of the closed ones the newest. What is kept elsewhere is seen to there."""
    unanswered = Q(purchase__questions__state=PurchaseQuestion.State.WAITING)
    known = (
        Opportunity.objects.of(profile)
        .not_kept()
        .annotate(
            answer_count=Count("answers", distinct=True),
            waiting_count=Count("purchase__questions", filter=unanswered, distinct=True),
        )
    )
    known = known.select_related("found")
    alive = known.exclude(state=State.CLOSED).order_by("closes_at", "pk")
    found = Own(closed=list(known.filter(state=State.CLOSED).order_by("-closed_at")[:CLOSED_SHOWN]))
    for opportunity in alive:
        opportunity.profile = profile
        if opportunity.state == State.DRAFT:
            found.drafts.append(opportunity)
        elif opportunity.state == State.TAKEN_DOWN:
            found.taken_down.append(opportunity)
        else:
            (found.open if opportunity.is_open(now) else found.ended).append(opportunity)
    return found


def answers_to(opportunity: Opportunity) -> list[Answer]:
    """For its own people: who answered, with the conversation there is; the newest first."""
    return list(opportunity.answers.select_related("profile", "conversation").order_by("-at", "-pk"))


def answer_of(opportunity: Opportunity, profile: Profile) -> Answer | None:
    return Answer.objects.filter(opportunity=opportunity, profile=profile).first()


def heads_of(side: Side) -> list[Answer]:
    """What a conversation is about: offers and needs of either side that the other answered, the newest first. Of one
    that was taken down nothing is said."""
    pair = Q(profile=side.profile_id, opportunity__profile=side.other_id) | Q(
        profile=side.other_id, opportunity__profile=side.profile_id
    )
    rows = Answer.objects.filter(pair).exclude(opportunity__state=State.TAKEN_DOWN).select_related("opportunity")
    return list(rows.order_by("-at", "-pk")[:3])


def of_profile(profile: Profile, user: Any, now: datetime) -> list[Row]:
    """What is kept elsewhere is told of by its keeper's own panel."""
    rows = Opportunity.objects.seen_by(user, now).not_kept().filter(profile=profile).order_by("-published_at", "-pk")
    return _rows(rows[:ON_PANEL])


def of_theme(theme: Theme, user: Any, now: datetime) -> tuple[list[Row], int]:
    """(the newest with the theme or one below it, how many there are); what is kept elsewhere its keeper tells of."""
    tagged = OpportunityTheme.objects.filter(Q(tag=theme) | Q(tag__parent=theme)).values("content_object")
    rows = Opportunity.objects.seen_by(user, now).not_kept().filter(pk__in=tagged)
    return _rows(rows.order_by("-published_at", "-pk")[:ON_PANEL]), rows.count()


def newest(user: Any, now: datetime) -> list[Row]:
    return _rows(Opportunity.objects.seen_by(user, now).order_by("-published_at", "-pk")[:ON_PANEL])


def _rows(rows: QuerySet[Opportunity]) -> list[Row]:
    return [market.row_of(one) for one in market.with_row_parts(rows)]


def searches_of(user: Any) -> list[SavedSearch]:
    return list(SavedSearch.objects.filter(user=user))


def export_of(user: Any) -> dict[str, Any]:
    """What the user wrote and saved, for their own export."""
    written = Opportunity.objects.filter(created_by=user).select_related("profile").order_by("pk")
    return {
        "written": [
            {
                "profile": one.profile.name,
                "direction": one.direction,
                "kind": one.kind,
                "title": one.title,
                "text": one.text,
                "source": one.source,
                "state": one.state,
                "last_day": one.last_day.isoformat(),
                "outcome": one.outcome,
            }
            for one in written
        ],
        "answered": [
            {"to": row.opportunity.title, "as": row.profile.name, "at": row.at.isoformat()}
            for row in Answer.objects.filter(by=user).select_related("opportunity", "profile")
        ],
        "asked": purchases.export_of(user),
        "searches": [{"name": one.name, "query": one.query, "told": one.rhythm} for one in searches_of(user)],
    }
