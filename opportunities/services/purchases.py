"""What a planned purchase has beside an ordinary need: its terms, and a dated line for each thing that was changed
after it was published. Nothing is changed silently, for whoever read it before has to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.errors import DomainError
from core.text import clean_text
from notifications.services import notify
from opportunities import hooks
from opportunities.models import Opportunity, Purchase, PurchaseEntry, PurchaseFollower, PurchaseQuestion
from opportunities.rules import opportunities as rules

OWN_FIELDS = ("timetable", "questions_until", "notice_url", "event")
FIELDS = ("title", "text", "municipality", "last_day")


class NotABuyer(DomainError):
    message = _("Planned purchases are told of by municipalities and other public bodies.")


class Termless(DomainError):
    message = _("Tell the timetable of the purchase and until when questions are taken.")


class TimetableMissing(DomainError):
    message = _("Tell when the purchase is planned, even if it is an estimate.")


class QuestionsPassed(DomainError):
    message = _("Choose a time for questions that has not passed.")


class QuestionsAfterEnd(DomainError):
    message = _("Questions have to end before the need does. Change one of the two days.")


class NoSuchEvent(DomainError):
    message = _("Choose one of your own market dialogue events.")


class NotForAll(DomainError):
    message = _("A planned purchase is told to everybody alike, so your profile has to be seen by everyone on the web.")


class StaysWhatItIs(DomainError):
    message = _("A planned purchase stays one, and nothing else becomes one. Write a new one instead.")


class AnswersFirst(DomainError):
    message = _("Questions wait for an answer. Answer them, or tell why they are not published, and close it then.")


@dataclass(frozen=True)
class Terms:
    """`event` is the number of a market dialogue event."""

    timetable: str
    questions_until: datetime
    notice_url: str = ""
    event: int | None = None


def write_terms(held: Opportunity, terms: Terms | None, now: datetime) -> None:
    """Raises `Termless`, `TimetableMissing`, `QuestionsPassed`, `QuestionsAfterEnd` or `NoSuchEvent`."""
    if terms is None:
        raise Termless
    there = Purchase.objects.filter(opportunity=held).first()
    timetable = clean_text(terms.timetable)[:400]
    if not timetable:
        raise TimetableMissing(field="timetable")
    is_new_end = there is None or there.questions_until != terms.questions_until
    if is_new_end and terms.questions_until <= now:
        raise QuestionsPassed(field="questions_day")
    if terms.questions_until > rules.end_of(held.last_day):
        raise QuestionsAfterEnd(field="questions_day")
    known = terms.event is None or (there is not None and there.event == terms.event)
    if not known and terms.event not in dict(hooks.event_choices(held.profile, now)):
        raise NoSuchEvent(field="event")
    row = there or Purchase(opportunity=held)
    row.timetable, row.questions_until = timetable, terms.questions_until
    row.notice_url, row.event = terms.notice_url, terms.event
    if is_new_end:
        row.reminded = None
    row.save()
    held.purchase = row


def check_open(held: Opportunity, now: datetime) -> None:
    """When it is published. Raises `NotForAll` or `QuestionsPassed`."""
    if not rules.is_for_all(held.profile):
        raise NotForAll
    if held.purchase.questions_until <= now:
        raise QuestionsPassed(field="questions_day")


def check_answered(held: Opportunity) -> None:
    """Before it is closed. Raises `AnswersFirst`."""
    waiting = PurchaseQuestion.objects.filter(purchase__opportunity=held, state=PurchaseQuestion.State.WAITING)
    if held.is_purchase and waiting.exists():
        raise AnswersFirst


# --- What was changed


def standing(held: Opportunity) -> dict[str, Any] | None:
    """What everybody can read of it now; None where nothing has been published."""
    if not held.is_purchase or held.state != Opportunity.State.OPEN:
        return None
    row = Purchase.objects.get(opportunity=held)
    told: dict[str, Any] = {name: getattr(held, name) for name in FIELDS}
    told |= {name: getattr(row, name) for name in OWN_FIELDS}
    told["files"] = {file.pk: file.name for file in held.files.all()}
    return told


def log_changes(held: Opportunity, before: dict[str, Any] | None, *, by: Any, now: datetime) -> None:
    """A dated line of what is not as it was, and those who follow are told."""
    after = standing(held) if before is not None else None
    if before is None or after is None:
        return
    changes = [
        {"field": name, "before": _plain(before[name]), "after": _plain(after[name])}
        for name in (*FIELDS, *OWN_FIELDS)
        if before[name] != after[name]
    ] + file_changes(before["files"], after["files"])
    if changes:
        add(held, PurchaseEntry(kind=PurchaseEntry.Kind.CHANGE, changes=changes), by=by, now=now)


def file_changes(before: dict[int, str], after: dict[int, str]) -> list[dict[str, str]]:
    gone = [{"field": "file", "before": name, "after": ""} for pk, name in before.items() if pk not in after]
    return gone + [{"field": "file", "before": "", "after": name} for pk, name in after.items() if pk not in before]


def _plain(value: Any) -> str:
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def add(held: Opportunity, entry: PurchaseEntry, *, by: Any, now: datetime) -> PurchaseEntry:
    """Written, and told to those who follow."""
    entry.purchase, entry.at, entry.created_by = held.purchase, now, by
    entry.save()
    audit.record("purchase.added", held, by=by, now=now, entry=entry.pk, kind=entry.kind)
    about = {"opportunity": held.pk, "entry": entry.pk}
    notify("opportunities.purchase_added", followers_of(held, but=by), about, key=str(entry.pk), now=now)
    return entry


def followers_of(held: Opportunity, *, but: Any = None) -> list[User]:
    """Who asked or follows."""
    rows = held.purchase.followers.exclude(user=getattr(but, "pk", None)).filter(user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("pk")]


# --- When a person leaves


def forget_asker(user: Any) -> None:
    """Questions stay, as others have read them; nothing says any more whose they were."""
    PurchaseQuestion.objects.filter(created_by=user).update(created_by=None, profile=None, creation_key=None)
    PurchaseFollower.objects.filter(user=user).delete()
