"""A shared inbox: who takes care of a conversation, what needs no answer, who is away, and what waits too long."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from conversations import rules
from conversations.models import Absence, Message, Side
from conversations.queries import care as queries
from conversations.queries import messages as message_queries
from conversations.queries.messages import Standing
from conversations.services.common import (
    COVER,
    GIVEN,
    WAITING,
    NotYourProfile,
    notice_key,
    settle_side,
    settle_waiting,
    tell_pages,
)
from core import audit
from core.errors import DomainError
from core.tasks import wake
from notifications.services import notify, settle


class TakenMeanwhile(DomainError):
    message = _("Somebody else changed this just now. Look who takes care of it.")


class NotAColleague(DomainError):
    message = _("Choose somebody who represents the profile.")


class AwayBackwards(DomainError):
    message = _("The last day comes before the first. Change one of them.")


class AwayPassed(DomainError):
    message = _("Choose a last day that has not passed.")


class AwayTooLong(DomainError):
    message = _("An absence can last a year at most.")


@transaction.atomic
def assign(*, side: Side, to: int | None, seen: int | None, by: Any, now: datetime) -> None:
    """Give the conversation to a person of the profile, oneself or a colleague, or release it (None). `seen` is who
    took care of it on the page that was pressed. A colleague is told.

    Raises `NotYourProfile`, `NotAColleague` or `TakenMeanwhile`.
    """
    held = _lock(side, by)
    people = {row.user_id: row.user for row in held.profile.representatives.select_related("user")}
    if to is not None and to not in people:
        raise NotAColleague(field="to")
    there = held.taken_by_id if held.taken_by_id in people else None
    if there == to:
        return
    if there != seen:
        raise TakenMeanwhile
    if there is not None:
        settle(kind=GIVEN, to=[people[there]], key=given_key(held), now=now)
    held.taken_by_id, held.taken_at = to, now if to is not None else None
    held.save(update_fields=["taken_by", "taken_at"])
    audit.record(
        "conversation.taken" if to is not None else "conversation.released",
        held.conversation,
        by=by,
        now=now,
        profile=held.profile_id,
        user=to or there,
    )
    if to is not None and to != by.pk:
        about = {"conversation": held.conversation_id, "profile": held.profile_id, "by": by.pk}
        notify(GIVEN, people[to], about, key=given_key(held), now=now)
    if held.waits_from_id is not None and held.waits_told_at is None:
        wake("conversations.tasks.tell_waiting")
    tell_pages(held.conversation_id, only=held.profile_id)


@transaction.atomic
def needs_no_answer(*, side: Side, by: Any, now: datetime) -> None:
    """Nobody need answer what has come; what comes next waits again. Raises `NotYourProfile`."""
    held = _lock(side, by)
    if held.waits_from_id is None:
        return
    settle_waiting(held, now)
    if message_queries.standing(held) != Standing.ANSWER:
        settle_side(held, now)
    audit.record("conversation.needs_no_answer", held.conversation, by=by, now=now, profile=held.profile_id)
    tell_pages(held.conversation_id, only=held.profile_id)


def seen_by_keeper(*, side: Side, by: Any, now: datetime) -> None:
    """Who was given a conversation has opened it: the notice of it is done with."""
    if side.taken_by_id == by.pk:
        settle(kind=GIVEN, to=[by], key=given_key(side), now=now)


@transaction.atomic
def be_away(*, user: Any, first: date, last: date, now: datetime) -> Absence:
    """Mark the days on which the person is away; instead of those marked before. What they take care of and waits is
    told to their colleagues on the first of them. Raises `AwayBackwards`, `AwayPassed` or `AwayTooLong`.
    """
    if last < first:
        raise AwayBackwards(field="last_day")
    if last < timezone.localdate(now):
        raise AwayPassed(field="last_day")
    if last - first > rules.LONGEST_ABSENCE:
        raise AwayTooLong(field="last_day")
    marked, _made = Absence.objects.update_or_create(user=user, defaults={"first_day": first, "last_day": last})
    wake("conversations.tasks.tell_waiting")
    return marked


@transaction.atomic
def be_back(*, user: Any) -> None:
    Absence.objects.filter(user=user).delete()


def message_came(side: Side, message: Message, now: datetime) -> set[int]:
    """A message of the other side waits for an answer. When who takes care of it is away, the colleagues are told at
    once; returns whom this told. Called under the lock of the pair."""
    if side.waits_from_id is not None:
        return set()
    side.waits_from_id = message.pk
    Side.objects.filter(pk=side.pk).update(waits_from=message, waits_told_at=None)
    if side.taken_by_id is None:
        return set()
    colleagues = queries.colleagues_of(side.profile, now=now)
    keeper = colleagues.get(side.taken_by_id)
    if keeper is None or keeper.away_until is None:
        return set()
    return _tell(side, colleagues, now)


def tell_waiting(*, now: datetime) -> int:
    """What the sweep does: colleagues are told, once, of what has waited; absences that are over are forgotten.
    Returns how many conversations were looked at."""
    Absence.objects.filter(last_day__lt=timezone.localdate(now)).delete()
    done = 0
    for pk in list(queries.due(now).values_list("pk", flat=True)[:500]):
        done += _tell_one(pk, now)
    return done


@transaction.atomic
def _tell_one(pk: int, now: datetime) -> int:
    known = Side.objects.select_related("profile", "other", "conversation")
    # Looked for once more under the lock: it may have been answered, or told of by another worker.
    Profile.objects.select_for_update().filter(pk__in=known.filter(pk=pk).values("profile")).first()
    side = known.filter(pk__in=queries.due(now).values("pk"), pk=pk).first()
    if side is None:
        return 0
    if message_queries.standing(side) in (Standing.WRITE, Standing.ANSWER):
        _tell(side, queries.colleagues_of(side.profile, now=now), now)
    else:
        Side.objects.filter(pk=pk).update(waits_told_at=now)
    return 1


def _tell(side: Side, colleagues: dict[int, queries.Colleague], now: datetime) -> set[int]:
    """One who is alone has nobody else to be told: their own notice has been sent."""
    Side.objects.filter(pk=side.pk).update(waits_told_at=now)
    if len(colleagues) < 2:
        return set()
    keeper = colleagues.get(side.taken_by_id or 0)
    covers = keeper is not None and keeper.away_until is not None
    people = queries.present(list(colleagues.values()))
    about = {"conversation": side.conversation_id, "profile": side.profile_id}
    key = notice_key(side, side.waits_from_id)
    notify(COVER if covers else WAITING, people, about, key=key, now=now)
    return {one.pk for one in people}


def given_key(side: Side) -> str:
    """A new one each time that somebody takes it."""
    return f"{side.conversation_id}-{side.profile_id}-{side.taken_at:%Y%m%d%H%M%S%f}"


def _lock(side: Side, by: Any) -> Side:
    """The side as it is now: the profile's row holds it, and a representative who is no more is refused."""
    Profile.objects.select_for_update().filter(pk=side.profile_id).first()
    held = Side.objects.select_related("profile", "other", "conversation").filter(pk=side.pk).first()
    if held is None or not rules.may_write_for(by, held.profile):
        raise NotYourProfile
    return held
