"""Woken by a mark; and the sweeps that find marks whose message was lost."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from threading import Lock

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from core.tasks import wake
from matching import ground, indexing, queries, services
from matching.services import marks, questions, rebuilds

_rebuilding = Lock()
"""One process beside this one is enough."""

SWEEPS = {
    "matching-rebuild": ("matching.tasks.tend_rebuild", 5.0),
    "matching-stale": ("matching.tasks.sweep", 5.0),
    "matching-attention": ("matching.tasks.count_attention", 60.0),
    "matching-ground": ("matching.tasks.count_ground", 300.0),
    "matching-health": ("matching.tasks.count_health", 600.0),
    "matching-newcomers": ("matching.tasks.forget_newcomers", 6 * 3600.0),
    "matching-introductions": ("matching.tasks.expire_introductions", 3600.0),
    "matching-index": ("matching.tasks.keep_index", 3600.0),
    "matching-questions": ("matching.tasks.answer_waiting", 5.0),
    "matching-old-questions": ("matching.tasks.clear_questions", 3600.0),
    # Weeks are counted by the service: a process that starts anew every day must not keep it from its turn.
    "matching-learning": ("matching.tasks.learn_from_answers", 6 * 3600.0),
}


@shared_task(name=marks.REMATCH)
def rematch(profile_id: int) -> None:
    services.rematch(profile_id=profile_id, now=timezone.now())


@shared_task(name="matching.tasks.sweep")
def sweep() -> None:
    now = timezone.now()
    services.mark_the_unmarked(now=now)
    services.rematch_all(now=now, limit=50, within=timedelta(seconds=15))


@shared_task(name="matching.tasks.count_attention")
def count_attention() -> None:
    if queries.is_attention_due():
        queries.count_attention()


@shared_task(name="matching.tasks.count_ground")
def count_ground() -> None:
    ground.keep()


@shared_task(name="matching.tasks.count_health")
def count_health() -> None:
    services.count_health(now=timezone.now())


@shared_task(name="matching.tasks.forget_newcomers")
def forget_newcomers() -> None:
    services.forget_newcomers(now=timezone.now())


@shared_task(name="matching.tasks.expire_introductions")
def expire_introductions() -> None:
    services.expire_introductions(now=timezone.now())


@shared_task(name="matching.tasks.keep_index")
def keep_index() -> None:
    indexing.keep_index()


@shared_task(name=questions.ANSWER)
def answer_question(question_id: int) -> None:
    services.answer_question(question_id=question_id, now=timezone.now())


@shared_task(name="matching.tasks.answer_waiting")
def answer_waiting() -> None:
    services.answer_waiting(now=timezone.now())


@shared_task(name="matching.tasks.clear_questions")
def clear_questions() -> None:
    services.clear_questions(now=timezone.now())


@shared_task(name="matching.tasks.learn_from_answers")
def learn_from_answers() -> None:
    services.learn_from_answers(now=timezone.now())


@shared_task(name=rebuilds.WORK)
def work_on_rebuild(rebuild_id: int) -> None:
    """One block, and a message for the next; where everything runs in one process, all of it in a process of its own,
    so that pages stay quick."""
    if settings.SOLMU_EMBEDDED:
        if _rebuilding.acquire(blocking=False):
            try:
                subprocess.run(
                    [sys.executable, "-m", "config.cli", "rebuild_matches", "--with", str(os.getpid())], check=False
                )
            finally:
                _rebuilding.release()
    elif services.work_on_rebuild(rebuild_id=rebuild_id, now=timezone.now()):
        wake(rebuilds.WORK, rebuild_id)


@shared_task(name="matching.tasks.tend_rebuild")
def tend_rebuild() -> None:
    services.tend_rebuild(now=timezone.now())
