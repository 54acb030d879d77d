"""Questions about a planned purchase: asked in writing, answered to everybody at once, corrected with a date.

Who asked is told to nobody. A question waits for its answer where the buyer's people alone see it, without a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.services.users import SHORTEST_NAME, addresses_of
from core import audit
from core.attachments import Prepared
from core.errors import DomainError
from core.once import make_once
from core.text import clean_text
from language import guess_language
from notifications.services import notify
from opportunities.models import Opportunity, Purchase, PurchaseEntry, PurchaseFollower, PurchaseQuestion
from opportunities.rules import opportunities as rules
from opportunities.services import purchases
from opportunities.services.common import IsClosed, IsDown, NotOpen, lock, lock_own, people_of, save
from opportunities.services.documents import put_files

State = PurchaseQuestion.State
REMINDERS = (0, 3, 7, 14)
"""Days after the end of questions on which the buyer's people are told that some wait still."""
AT_ONCE = 500


class QuestionsOver(DomainError):
    message = _("Questions are not taken any more. What was asked in time is answered here to everybody.")


class MayNotAsk(DomainError):
    message = _("Ask in the name of a published profile of your own. Whoever represents the buyer cannot ask.")


class QuestionMissing(DomainError):
    message = _("Write your question.")


class NamesItself(DomainError):
    message = _(
        "Your question says who asks: “%(word)s”. It is published as you write it, without a name, so leave that out."
    )


class TooManyWaiting(DomainError):
    message = _("Twenty of your questions wait for an answer already. Ask more when they have been answered.")


class AnswerMissing(DomainError):
    message = _("Write the answer.")


class WhyMissing(DomainError):
    message = _("Tell why it is not published, so that whoever asked can ask anew.")


class AnsweredAlready(DomainError):
    message = _(
        "A colleague answered this while you were writing, and that answer is public. "
        "If yours says more, add it as a correction."
    )


class DeclinedAlready(DomainError):
    message = _("A colleague has decided already that this question is not published, and told why.")


class QuestionTakenBack(DomainError):
    message = _("Whoever asked has taken the question back, so it needs no answer.")


class NotYourQuestion(DomainError):
    message = _("Only the one who asked can take a question back.")


class DecidedAlready(DomainError):
    message = _("The buyer has dealt with this question already, so it cannot be taken back.")


class NotAnswered(DomainError):
    message = _("The question has not been answered yet.")


class NothingToTell(DomainError):
    message = _("Write what is new.")


class NotPublished(DomainError):
    message = _("This offer or need has not been published yet.")


@transaction.atomic
def ask(
    *, opportunity: Opportunity, profile: Profile, text: str, by: Any, now: datetime, reader: str = "fi", key: str = ""
) -> PurchaseQuestion:
    """Its buyer's people are told that there is a question, and the asker follows the purchase. The same `key` (a
    form's own) asks once. `reader` is the language where the text does not tell its own.

    Raises `NotOpen`, `QuestionsOver`, `MayNotAsk`, `QuestionMissing`, `NamesItself` or `TooManyWaiting`.
    """
    held = lock(opportunity)
    if held is None or not held.is_purchase or not rules.may_see(by, held, now):
        raise NotOpen
    if not held.purchase.takes_questions(now):
        raise QuestionsOver
    if not rules.may_ask(by, profile, held):
        raise MayNotAsk
    text = clean_text(text)
    if not text:
        raise QuestionMissing(field="text")
    named = _names_in(text, profile, by)
    if named:
        raise NamesItself(NamesItself.message % {"word": named}, field="text")
    waiting = held.purchase.questions.filter(state=State.WAITING, profile=profile)
    if waiting.count() >= rules.MOST_WAITING:
        raise TooManyWaiting

    def make() -> PurchaseQuestion:
        made = PurchaseQuestion.objects.create(
            purchase=held.purchase,
            text=text,
            language=guess_language(text) or reader,
            asked_at=now,
            profile=profile,
            created_by=by,
            creation_key=key or None,
        )
        audit.record("purchase.asked", made, by=by, now=now)
        _follow(held.purchase, by, now)
        about = {"opportunity": held.pk, "question": made.pk}
        notify("opportunities.purchase_asked", people_of(held.profile), about, key=str(made.pk), now=now)
        return made

    return make_once(PurchaseQuestion.objects, key, by, make)


def _names_in(text: str, profile: Profile, by: Any) -> str:
    """The word by which the text would tell who asks; empty when there is none."""
    host = (urlsplit(profile.website).hostname or "").removeprefix("www.")
    words = [profile.name_fi, profile.name_sv, profile.name_en, profile.business_id, host, profile.contact_name]
    words += [profile.contact_email, profile.contact_phone, by.name, *sorted(addresses_of(by))]
    said = text.casefold()
    return next((word for word in words if len(word) >= SHORTEST_NAME and word.casefold() in said), "")


@transaction.atomic
def withdraw(*, question: PurchaseQuestion, by: Any, now: datetime) -> None:
    """By the one who asked, while it waits: nothing of it stays, and nobody is told. Gone already, it is no error.
    Raises `NotYourQuestion` or `DecidedAlready`."""
    lock(question.purchase.opportunity)
    held = PurchaseQuestion.objects.select_for_update(of=("self",)).filter(pk=question.pk).first()
    if held is None:
        return
    if held.created_by_id != by.pk:
        raise NotYourQuestion
    if held.state != State.WAITING:
        raise DecidedAlready
    audit.record("purchase.withdrawn", held, by=by, now=now)
    held.delete()


@transaction.atomic
def answer(*, question: PurchaseQuestion, text: str, by: Any, now: datetime, reader: str = "fi") -> PurchaseQuestion:
    """Question and answer are public from this moment, to all at once; those who follow are told. The same person's
    same answer once more is that answer.

    Raises `NotYourProfile`, `QuestionTakenBack`, `IsDown`, `IsClosed`, `AnsweredAlready`, `DeclinedAlready` or
    `AnswerMissing`.
    """
    opportunity, held = _lock_question(question, by)
    if held.state == State.ANSWERED and held.answered_by_id == by.pk and held.answer == clean_text(text):
        return held
    _check_waiting(opportunity, held)
    _settle(held, State.ANSWERED, text, AnswerMissing(field="text"), by=by, now=now, reader=reader)
    audit.record("purchase.answered", held, by=by, now=now)
    about = {"opportunity": opportunity.pk, "question": held.pk}
    people = purchases.followers_of(opportunity, but=by)
    notify("opportunities.purchase_answered", people, about, key=str(held.pk), now=now)
    return held


@transaction.atomic
def decline(*, question: PurchaseQuestion, why: str, by: Any, now: datetime, reader: str = "fi") -> PurchaseQuestion:
    """It is not published (it is not about this, or tells a secret of the trade): whoever asked is told why.

    Raises `NotYourProfile`, `QuestionTakenBack`, `IsDown`, `IsClosed`, `AnsweredAlready`, `DeclinedAlready` or
    `WhyMissing`.
    """
    opportunity, held = _lock_question(question, by)
    _check_waiting(opportunity, held)
    _settle(held, State.DECLINED, why, WhyMissing(field="why"), by=by, now=now, reader=reader)
    audit.record("purchase.declined", held, by=by, now=now)
    if held.created_by is not None:
        about = {"opportunity": opportunity.pk, "question": held.pk}
        notify("opportunities.purchase_declined", held.created_by, about, key=str(held.pk), now=now)
    return held


@transaction.atomic
def correct(
    *, question: PurchaseQuestion, text: str, by: Any, now: datetime, reader: str = "fi", key: str = ""
) -> PurchaseEntry:
    """What is added to a public answer, with its date. The answer stays as people have read it.

    Raises `NotYourProfile`, `IsDown`, `IsClosed`, `NotAnswered` or `NothingToTell`.
    """
    opportunity, held = _lock_question(question, by)
    _check_standing(opportunity)
    if held.state != State.ANSWERED:
        raise NotAnswered
    return _enter(
        opportunity, PurchaseEntry.Kind.CORRECTION, text, by=by, now=now, reader=reader, key=key, question=held
    )


@transaction.atomic
def inform(
    *,
    opportunity: Opportunity,
    text: str,
    by: Any,
    now: datetime,
    files: Sequence[Prepared] = (),
    reader: str = "fi",
    key: str = "",
) -> PurchaseEntry:
    """Something new about the purchase, with its date and its files, to everybody at once.

    Raises `NotYourProfile`, `NotPublished`, `IsDown`, `IsClosed`, `NothingToTell` or `TooManyFiles`.
    """
    held = lock_own(opportunity, by)
    _check_standing(held)
    return _enter(
        held, PurchaseEntry.Kind.INFORMATION, text, by=by, now=now, reader=reader, key=key, question=None, files=files
    )


def _enter(
    held: Opportunity,
    kind: PurchaseEntry.Kind,
    text: str,
    *,
    by: Any,
    now: datetime,
    reader: str,
    key: str,
    question: PurchaseQuestion | None,
    files: Sequence[Prepared] = (),
) -> PurchaseEntry:
    text = clean_text(text)
    if not text:
        raise NothingToTell(field="text")

    def make() -> PurchaseEntry:
        before = {file.pk: file.name for file in held.files.all()}
        put_files(held, files)
        after = {file.pk: file.name for file in held.files.all()}
        if files:
            save(held)  # whoever edits a page made before this is told
        entry = PurchaseEntry(
            kind=kind,
            question=question,
            text=text,
            language=guess_language(text) or reader,
            changes=purchases.file_changes(before, after),
            creation_key=key or None,
        )
        return purchases.add(held, entry, by=by, now=now)

    return make_once(PurchaseEntry.objects, key, by, make)


# --- Following


@transaction.atomic
def follow(*, opportunity: Opportunity, by: Any, now: datetime) -> None:
    """Be told of answers and additions. The buyer's own people know them anyway. Raises `NotOpen` or `MayNotAsk`."""
    held = lock(opportunity)
    if held is None or not held.is_purchase or not rules.may_see(by, held, now):
        raise NotOpen
    if rules.is_own(by, held):
        raise MayNotAsk
    _follow(held.purchase, by, now)


def unfollow(*, opportunity: Opportunity, by: Any, now: datetime) -> None:
    PurchaseFollower.objects.filter(purchase__opportunity=opportunity, user=by).delete()


def _follow(purchase: Purchase, user: Any, now: datetime) -> None:
    PurchaseFollower.objects.get_or_create(purchase=purchase, user=user, defaults={"at": now})


# --- What time does


def remind_unanswered(*, now: datetime) -> int:
    """Questions are over and some wait still: the buyer's people are told, at the end and a few times after it.
    Returns of how many purchases."""
    open_ones = Purchase.objects.filter(opportunity__state=Opportunity.State.OPEN, questions_until__lte=now)
    waiting = PurchaseQuestion.objects.filter(state=State.WAITING)
    late = open_ones.filter(pk__in=waiting.values("purchase")).select_related("opportunity__profile")
    done = 0
    for one in late.order_by("questions_until", "pk")[:AT_ONCE]:
        passed = now - one.questions_until
        due = max(days for days in REMINDERS if timedelta(days=days) <= passed)
        if one.reminded is not None and one.reminded >= due:
            continue
        with transaction.atomic():
            # Another worker, or whoever moved the end this very moment, has changed what stands there.
            same = Purchase.objects.filter(pk=one.pk, reminded=one.reminded, questions_until=one.questions_until)
            if same.update(reminded=due):
                about = {"opportunity": one.opportunity_id}
                key = f"{one.opportunity_id}:{one.questions_until.isoformat()}:{due}"
                people = people_of(one.opportunity.profile)
                notify("opportunities.purchase_unanswered", people, about, key=key, now=now)
                done += 1
    return done


# --- Checks


def _lock_question(question: PurchaseQuestion, by: Any) -> tuple[Opportunity, PurchaseQuestion]:
    """Raises `NotYourProfile` or `QuestionTakenBack`."""
    opportunity = lock_own(question.purchase.opportunity, by)
    rows = PurchaseQuestion.objects.select_for_update(of=("self",)).select_related("created_by")
    held = rows.filter(pk=question.pk).first()
    if held is None:
        raise QuestionTakenBack
    return opportunity, held


def _check_standing(opportunity: Opportunity) -> None:
    if opportunity.state == Opportunity.State.DRAFT:
        raise NotPublished
    if opportunity.state == Opportunity.State.TAKEN_DOWN:
        raise IsDown
    if opportunity.state == Opportunity.State.CLOSED:
        raise IsClosed


def _check_waiting(opportunity: Opportunity, held: PurchaseQuestion) -> None:
    _check_standing(opportunity)
    if held.state == State.DECLINED:
        raise DeclinedAlready
    if held.state == State.ANSWERED:
        raise AnsweredAlready


def _settle(
    held: PurchaseQuestion, state: State, text: str, missing: DomainError, *, by: Any, now: datetime, reader: str
) -> None:
    text = clean_text(text)
    if not text:
        raise missing
    held.state, held.answer, held.answer_language = state, text, guess_language(text) or reader
    held.answered_at, held.answered_by = now, by
    held.save(update_fields=["state", "answer", "answer_language", "answered_at", "answered_by"])
