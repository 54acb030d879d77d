"""What is handed in, and what is said at the end."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from networks.services.board_files import Prepared
from studies.models import CourseFeedback, CourseRound, Deliverable, HandIn
from studies.rules import courses as rules
from studies.services.courses import NotNow, lock_round
from studies.services.courses_joining import NotInRound, drop_file

State = CourseRound.State


class NothingToHandIn(DomainError):
    message = _("Choose a file, or write a link.")


@transaction.atomic
def hand_in(
    *,
    deliverable: Deliverable,
    file: Prepared | None,
    link: str,
    shown_to_company: bool,
    by: Any,
    now: datetime,
) -> HandIn:
    """For oneself, or for one's group; what was handed in before gives way. Raises `NotInRound`, `NotNow` or
    `NothingToHandIn`."""
    round = lock_round(deliverable.round)
    entrant = rules.own_entrant(by, round)
    if entrant is None:
        raise NotInRound
    if round.state not in (State.ALLOCATED, State.RUNNING):
        raise NotNow
    if file is None and not link:
        raise NothingToHandIn(field="link")
    whose: dict[str, Any] = {"team": entrant.team} if entrant.team is not None else {"entrant": entrant}
    for before in HandIn.objects.filter(deliverable=deliverable, **whose):
        if before.file:
            drop_file(before)
        before.delete()
    made = HandIn(deliverable=deliverable, link=link, shown_to_company=shown_to_company, at=now, **whose)
    if file is not None:
        made.name, made.kind = file.name, file.kind
        made.file.save(uuid.uuid4().hex, ContentFile(file.content), save=False)
    made.save()
    return made


@transaction.atomic
def give_feedback(*, round: CourseRound, grade: int, text: str, by: Any, now: datetime) -> CourseFeedback:
    """Of a student, or for a company; said again, it gives way. Raises `NotInRound` or `NotNow`."""
    round = lock_round(round)
    if round.state not in (State.RUNNING, State.ENDED) or round.forgotten_at is not None:
        raise NotNow
    entrant = rules.own_entrant(by, round)
    place = rules.own_place(by, round) if entrant is None else None
    if entrant is None and place is None:
        raise NotInRound
    said = {"grade": grade, "text": text.strip()[:1000], "at": now}
    found, _made = CourseFeedback.objects.update_or_create(round=round, entrant=entrant, place=place, defaults=said)
    return found
