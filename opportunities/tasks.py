"""What time and lost messages bring: reminders, ends, questions that wait, saved searches to tell, feeds to read."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from core import attachments
from opportunities.models import OpportunityFile
from opportunities.services import candidates, ending, feeds, matching, questions, searches

SWEEPS = {
    "opportunities-ends": ("opportunities.tasks.settle_ended", 60.0),
    "opportunities-reminders": ("opportunities.tasks.remind", 1800.0),
    "opportunities-searches": ("opportunities.tasks.tell_waiting", 60.0),
    "opportunities-feeds": (feeds.READ, 300.0),
    "opportunities-candidates": ("opportunities.tasks.settle_candidates", 3600.0),
    "opportunities-told": ("opportunities.tasks.tell_of_candidates", 900.0),
    "opportunities-orphans": ("opportunities.tasks.forget_orphans", 86400.0),
    "opportunities-questions": ("opportunities.tasks.remind_unanswered", 300.0),
}


@shared_task(name="opportunities.tasks.settle_ended")
def settle_ended() -> None:
    ending.settle_ended(now=timezone.now())


@shared_task(name="opportunities.tasks.remind")
def remind() -> None:
    ending.remind(now=timezone.now())


@shared_task(name=matching.SAVED)
def tell_searches(opportunity_id: int) -> None:
    searches.tell(opportunity_id=opportunity_id, now=timezone.now())


@shared_task(name="opportunities.tasks.tell_waiting")
def tell_waiting() -> None:
    """Published, and nobody has been told yet: the message was lost."""
    searches.tell_waiting(now=timezone.now())


@shared_task(name="opportunities.tasks.remind_unanswered")
def remind_unanswered() -> None:
    questions.remind_unanswered(now=timezone.now())


@shared_task(name=matching.AGAIN)
def look_again(opportunity_id: int, user_id: int) -> None:
    """Its people have looked at what was found long ago. Lost, the next look asks anew."""
    by = User.objects.filter(pk=user_id).first()
    if by is not None:
        matching.look_again(opportunity_id=opportunity_id, by=by, now=timezone.now())


@shared_task(name=feeds.READ)
def read_feeds() -> None:
    feeds.read_due(now=timezone.now())


@shared_task(name="opportunities.tasks.settle_candidates")
def settle_candidates() -> None:
    candidates.settle(now=timezone.now())


@shared_task(name="opportunities.tasks.tell_of_candidates")
def tell_of_candidates() -> None:
    candidates.tell_waiting(now=timezone.now())


@shared_task(name="opportunities.tasks.forget_orphans")
def forget_orphans() -> int:
    """Contents of files whose rows are gone."""
    return attachments.forget_orphans(OpportunityFile, now=timezone.now())
