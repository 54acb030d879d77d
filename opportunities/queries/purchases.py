"""Reading a planned purchase: what is public of it, what waits for an answer, what the reader asked, its record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from opportunities.models import Opportunity, Purchase, PurchaseEntry, PurchaseFollower, PurchaseQuestion

State = PurchaseQuestion.State


@dataclass(frozen=True, slots=True)
class Published:
    """A question with its public answer; numbers run in the order of the answers, and no later one changes them."""

    number: int
    question: PurchaseQuestion
    corrections: list[PurchaseEntry]


def published(purchase: Purchase) -> list[Published]:
    dated = PurchaseEntry.objects.order_by("at", "pk")
    rows = PurchaseQuestion.objects.filter(purchase=purchase, state=State.ANSWERED).order_by("answered_at", "pk")
    found = rows.prefetch_related(Prefetch("corrections", dated))
    return [Published(number, one, list(one.corrections.all())) for number, one in enumerate(_of(purchase, found), 1)]


def _of(purchase: Purchase, rows: Iterable[PurchaseQuestion]) -> list[PurchaseQuestion]:
    """With their purchase, which their addresses ask for."""
    found = list(rows)
    for one in found:
        one.purchase = purchase
    return found


def log_of(purchase: Purchase) -> list[PurchaseEntry]:
    """What was added and changed, the newest first; corrections stand at their answers."""
    rows = PurchaseEntry.objects.filter(purchase=purchase, question=None)
    return list(rows.order_by("-at", "-pk"))


def waiting(purchase: Purchase) -> list[PurchaseQuestion]:
    """For the buyer's people: those to answer, the oldest first. Nothing of them says who asked."""
    rows = PurchaseQuestion.objects.filter(purchase=purchase, state=State.WAITING).defer("profile", "created_by")
    return _of(purchase, rows.order_by("asked_at", "pk"))


def own_questions(purchase: Purchase, user: Any) -> list[PurchaseQuestion]:
    """The reader's own that are not public: waiting, or declined with the reason."""
    rows = PurchaseQuestion.objects.filter(purchase=purchase, created_by=user).exclude(state=State.ANSWERED)
    return list(rows.order_by("asked_at", "pk"))


def follows(purchase: Purchase, user: Any) -> bool:
    return PurchaseFollower.objects.filter(purchase=purchase, user=user).exists()


def question_of(opportunity: Opportunity, pk: int) -> PurchaseQuestion | None:
    rows = PurchaseQuestion.objects.filter(purchase__opportunity=opportunity, pk=pk)
    return rows.select_related("purchase__opportunity__profile").first()


def of_event(event: int, now: datetime) -> list[Opportunity]:
    """Open purchases that are linked to a market dialogue event, for everybody alike."""
    rows = Opportunity.objects.open(now).filter(purchase__event=event, profile__status="published")
    return list(rows.filter(profile__visibility="public").order_by("-published_at", "-pk")[:5])


@dataclass(slots=True)
class Record:
    """All that was said, in order. `waiting` and `declined` are the buyer's own alone."""

    opportunity: Opportunity
    published: list[Published]
    log: list[PurchaseEntry]
    waiting: list[PurchaseQuestion] = field(default_factory=list)
    declined: list[PurchaseQuestion] = field(default_factory=list)


def record(opportunity: Opportunity, *, whole: bool) -> Record:
    """`whole`: with what is not public."""
    purchase = opportunity.purchase
    made = Record(opportunity, published(purchase), log_of(purchase)[::-1])
    if whole:
        made.waiting = waiting(purchase)
        declined = PurchaseQuestion.objects.filter(purchase=purchase, state=State.DECLINED)
        made.declined = list(declined.defer("profile", "created_by").order_by("answered_at", "pk"))
    return made


def export_of(user: Any) -> list[dict[str, Any]]:
    """What the user asked, for their own export."""
    rows = PurchaseQuestion.objects.filter(created_by=user).select_related("purchase__opportunity", "profile")
    return [
        {
            "about": one.purchase.opportunity.title,
            "as": one.profile.name if one.profile else "",
            "question": one.text,
            "state": one.state,
            "at": one.asked_at.isoformat(),
        }
        for one in rows.order_by("pk")
    ]
