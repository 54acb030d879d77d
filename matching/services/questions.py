"""Asking the matcher something from a page, and answering it where the index is.

The page writes a row and looks whether it has its answer; a worker that the row's task woke leases it, answers and
writes. A lost message is found by the sweep, and what cannot be answered is said to have failed rather than waited for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Profile, User
from core.errors import DomainError
from core.tasks import wake
from matching import experiments, needs
from matching.models import Question

log = logging.getLogger(__name__)

ANSWER = "matching.tasks.answer_question"
HOUR = timedelta(hours=1)
MOST_AN_HOUR: dict[str, int] = {Question.Kind.NEED: 30, Question.Kind.EXPERIMENT: 120}
"""Questions of a kind that one person can ask in an hour; a removed one counts."""
KEPT_FOR = timedelta(days=30)
LEASE = timedelta(minutes=1)
MOST_ATTEMPTS = 3

Answerer = Callable[[Question], dict[str, Any]]
ANSWERERS: dict[str, Answerer] = {
    Question.Kind.NEED: needs.answer_need,
    Question.Kind.EXPERIMENT: experiments.answer_experiment,
}
"""By kind: what is computed with the index at hand."""
Then = Callable[[Question, dict[str, Any], datetime], None]
THEN: dict[str, Then] = {}
"""By kind: what is done with the answer, in the transaction that writes it."""
KEPT_BY_OTHERS: set[str] = set()
"""Kinds whose rows belong to something that takes them away itself."""


def register_kind(kind: str, *, answer: Answerer, then: Then) -> None:
    """An upper app's question: asked by it without limit, and kept until it takes the row away. Registered in
    `AppConfig.ready()`."""
    ANSWERERS[kind], THEN[kind] = answer, then
    KEPT_BY_OTHERS.add(kind)


class AskedOften(DomainError):
    def __init__(self, most: int) -> None:
        said = ngettext(
            "You have asked %(n)d time in an hour, as often as you can. Wait a while and ask again.",
            "You have asked %(n)d times in an hour, as often as you can. Wait a while and ask again.",
            most,
        )
        super().__init__(said % {"n": most}, field="text")


class NotYourQuestion(DomainError):
    message = _("Only the one who asked can remove this.")


@transaction.atomic
def ask(*, kind: str, data: Mapping[str, Any], by: User, now: datetime, profile: Profile | None = None) -> Question:
    """Write the question down and wake a worker. The asker's row is locked, so that two at once are counted as two."""
    most = MOST_AN_HOUR.get(kind)
    if most is not None:
        User.objects.select_for_update().get(pk=by.pk)
        if Question.objects.filter(by=by, kind=kind, asked_at__gt=now - HOUR).count() >= most:
            raise AskedOften(most)
    question = Question.objects.create(kind=kind, by=by, profile=profile, asked_at=now, data=dict(data))
    wake(ANSWER, question.pk)
    return question


def answer_question(*, question_id: int, now: datetime) -> bool:
    """Answer it, if it waits and no other worker is at it. True when it was answered."""
    question = _lease(question_id, now)
    if question is None:
        return False
    mine = Question.objects.waiting().filter(pk=question_id)
    try:
        answer = ANSWERERS[question.kind](question)
        with transaction.atomic():
            is_mine = bool(mine.update(answer=answer, answered_at=now, leased_until=None))
            if is_mine and question.kind in THEN:
                THEN[question.kind](question, answer, now)
    except Exception:  # a boundary: whatever it is, the asker is told in the end, and the others' questions go on
        log.exception("question %s was not answered", question_id)
        mine.update(leased_until=None)
        return False
    return is_mine


def _lease(question_id: int, now: datetime) -> Question | None:
    """One that has been tried often enough, whether it raised an error or killed its worker, has failed."""
    free = Question.objects.free(now).filter(pk=question_id)
    if free.filter(attempts__gte=MOST_ATTEMPTS).update(failed=True, leased_until=None):
        return None
    if not free.update(leased_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return Question.objects.select_related("by", "profile").get(pk=question_id)


def answer_waiting(*, now: datetime, limit: int = 20) -> int:
    """What a lost message or a killed worker left, the oldest first."""
    waiting = Question.objects.free(now).order_by("asked_at", "pk").values_list("pk", flat=True)[:limit]
    return sum(answer_question(question_id=pk, now=now) for pk in list(waiting))


def remove_question(*, question: Question, by: User, now: datetime) -> None:
    """Empty it at once. No error when it is removed already: the page may be an old one."""
    if question.by_id != by.pk:
        raise NotYourQuestion
    Question.objects.filter(pk=question.pk, removed_at=None).update(data={}, answer=None, removed_at=now)


def clear_questions(*, now: datetime) -> int:
    """Delete what is older than it is kept, and removed ones that count against no limit any more."""
    old = Question.objects.filter(asked_at__lt=now - KEPT_FOR).exclude(kind__in=KEPT_BY_OTHERS)
    removed = Question.objects.filter(removed_at__isnull=False, asked_at__lt=now - HOUR)
    return old.delete()[0] + removed.delete()[0]
