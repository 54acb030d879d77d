"""An offer's or a need's life: written, published, changed, renewed, closed, taken down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, Representative, User
from core import attachments, audit
from core.attachments import Prepared
from core.errors import DomainError
from core.once import make_once
from core.text import clean_text
from language import guess_language
from notifications.services import notify
from opportunities import hooks
from opportunities.models import Opportunity
from opportunities.rules import opportunities as rules
from opportunities.services import matching, purchases
from opportunities.services.columns import refresh_search_terms
from opportunities.services.common import (
    IsClosed,
    IsDown,
    Stale,
    index_anew,
    lock,
    lock_own,
    lock_profile,
    people_of,
    save,
)
from opportunities.services.documents import put_files
from opportunities.services.purchases import NotABuyer, StaysWhatItIs, Terms
from opportunities.services.sources import set_source
from themes.models import Theme

State = Opportunity.State


class Untitled(DomainError):
    message = _("Write a title.")


class Textless(DomainError):
    message = _("Tell in a sentence or two what it is about.")


class LastDayPassed(DomainError):
    message = _("Choose a last day that has not passed.")


class TooFarAhead(DomainError):
    message = _("An offer or need can be open for six months at most. You can renew it later.")


class EndsBeforeItStarts(DomainError):
    message = _("The last day of the work comes before the first. Change one of them.")


class PayBelowZero(DomainError):
    message = _("Pay cannot be below zero.")


class NotARepresentative(DomainError):
    message = _("Choose somebody who represents the organisation.")


class HiddenCannotPublish(DomainError):
    message = _("Your profile is hidden, so nobody would see this. Make the profile visible first.")


class TooManyOpen(DomainError):
    message = _("Forty are open already. Close one that is not needed any more.")


class NotADraft(DomainError):
    message = _("This offer or need has been published already. Close it instead.")


class OnlyCoordinators(DomainError):
    message = _("Only a coordinator can take this down.")


class ReasonMissing(DomainError):
    message = _("Tell why, so that it can be understood afterwards.")


class OutcomeMissing(DomainError):
    message = _("Choose what came of it.")


@dataclass(frozen=True)
class Plan:
    """An offer or a need as its form gives it. Without a language it is told from the text, and is the `reader`'s where
    that fails. `source` is who else offers it, and None leaves that as it is. `without` are numbers of files to take
    away; `terms` are a planned purchase's."""

    direction: str
    kind: str
    title: str
    text: str
    last_day: date
    language: str = ""
    reader: str = "fi"
    municipality: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    reward: str = ""
    pay: Decimal | None = None
    source: str | None = None
    source_url: str = ""
    visibility: str = Opportunity.Visibility.PUBLIC
    answered_by: User | None = None
    themes: tuple[Theme, ...] = ()
    files: Sequence[Prepared] = ()
    without: Collection[int] = ()
    terms: Terms | None = None


PLAIN = ("direction", "kind", "municipality", "starts_on", "ends_on", "pay", "visibility", "answered_by", "last_day")


@transaction.atomic
def create(
    *, profile: Profile, plan: Plan, by: Any, now: datetime, publish: bool, key: str | None = None
) -> Opportunity:
    """A draft, or published at once. The same `key` (a form's own) makes one however often it is sent.

    Raises `NotYourProfile`, what `set_source` and `_write` raise, and when it is published what `_open` raises.
    """
    profile = lock_profile(profile, by)

    def make() -> Opportunity:
        made = Opportunity(profile=profile, created_by=by, creation_key=key or None)
        set_source(made, plan.source, plan.source_url, by=by)
        _write(made, plan, now)
        audit.record("opportunity.drafted", made, by=by, now=now, profile=profile.pk)
        if publish:
            _open(made, by=by, now=now)
        return made

    return make_once(Opportunity.objects, key, by, make)


@transaction.atomic
def change(
    *, opportunity: Opportunity, plan: Plan, by: Any, now: datetime, version: int | None = None, publish: bool = False
) -> Opportunity:
    """`version` is the one that the writer saw. A draft can be published by the same save.

    Raises `NotYourProfile`, `Stale`, `IsClosed`, `IsDown`, and what `create` raises.
    """
    held = lock_own(opportunity, by)
    _check_alive(held)
    if version is not None and version != held.version:
        raise Stale
    before, told = held.last_day, purchases.standing(held)
    set_source(held, plan.source, plan.source_url, by=by)
    _write(held, plan, now)
    audit.record("opportunity.changed", held, by=by, now=now, profile=held.profile_id)
    if held.state == State.DRAFT:
        if publish:
            _open(held, by=by, now=now)
        return held
    if held.last_day != before:
        _set_end(held, held.last_day, now)
    purchases.log_changes(held, told, by=by, now=now)
    _changed(held, by=by, now=now)
    return held


@transaction.atomic
def publish(*, opportunity: Opportunity, by: Any, now: datetime) -> Opportunity:
    """From now on it is shown and matched; published already, it stays as it is. Raises `NotYourProfile`, `IsClosed`,
    `IsDown`, `HiddenCannotPublish`, `TooManyOpen`, `LastDayPassed` or `TooFarAhead`."""
    held = lock_own(opportunity, by)
    _check_alive(held)
    if held.state == State.DRAFT:
        _check_day(held.last_day, now)
        _open(held, by=by, now=now)
    return held


@transaction.atomic
def renew(*, opportunity: Opportunity, by: Any, now: datetime) -> Opportunity:
    """In one press open for the usual time from today, also when it has ended by itself. One that lasts longer than
    that already keeps its end. Raises `NotYourProfile`, `IsClosed`, `IsDown`, `NotADraft` (never published),
    `HiddenCannotPublish` or `TooManyOpen`.
    """
    held = lock_own(opportunity, by)
    _check_alive(held)
    if held.state == State.DRAFT:
        raise NotADraft(_("This offer or need has not been published yet."))
    _check_room(held, now)
    told = purchases.standing(held)
    _set_end(held, max(held.last_day, rules.usual_day(rules.today_of(now))), now)
    purchases.log_changes(held, told, by=by, now=now)
    audit.record("opportunity.renewed", held, by=by, now=now, until=held.last_day.isoformat())
    _changed(held, by=by, now=now)
    return held


@transaction.atomic
def close(
    *, opportunity: Opportunity, outcome: str, by: Any, now: datetime, found: Profile | None = None
) -> Opportunity:
    """It is over, with what came of it; `found` is with whom, when it was found here. Closed already, it stays as it
    is. Raises `NotYourProfile`, `IsDown`, `NotADraft` (never published), `OutcomeMissing` or, of a planned purchase,
    `AnswersFirst`.
    """
    held = lock_own(opportunity, by)
    if held.state == State.CLOSED:
        return held
    _check_alive(held)
    if held.state == State.DRAFT:
        raise NotADraft(_("This offer or need has not been published yet."))
    if outcome not in Opportunity.Outcome.values:
        raise OutcomeMissing(field="outcome")
    purchases.check_answered(held)
    is_here = outcome == Opportunity.Outcome.HERE
    answered = found is not None and held.answers.filter(profile=found).exists()
    held.state, held.closed_at, held.outcome = State.CLOSED, now, outcome
    held.found = found if is_here and answered else None
    save(held, "state", "closed_at", "outcome", "found")
    audit.record("opportunity.closed", held, by=by, now=now, outcome=outcome)
    _gone(held, now=now)
    return held


@transaction.atomic
def discard(*, opportunity: Opportunity, by: Any, now: datetime) -> None:
    """Throw a draft away, with its files. Raises `NotYourProfile` or `NotADraft`."""
    held = lock_own(opportunity, by)
    if held.state != State.DRAFT:
        raise NotADraft
    audit.record("opportunity.discarded", held, by=by, now=now, profile=held.profile_id)
    attachments.forget(held.files.all())
    held.delete()


@transaction.atomic
def take_down(*, opportunity: Opportunity, why: str, by: Any, now: datetime) -> Opportunity:
    """By a coordinator, with a reason that its people are told; whoever keeps it elsewhere ends it there.

    Raises `OnlyCoordinators` or `ReasonMissing`.
    """
    if not rules.may_take_down(by):
        raise OnlyCoordinators
    why = clean_text(why)[:400]
    if not why:
        raise ReasonMissing(field="why")
    held = lock(opportunity)
    if held is None or held.state != State.OPEN:
        return held or opportunity
    held.state, held.taken_down_why = State.TAKEN_DOWN, why
    save(held, "state", "taken_down_why")
    audit.record("opportunity.taken_down", held, by=by, now=now, profile=held.profile_id)
    _gone(held, now=now)
    people = people_of(held.profile)
    notify("opportunities.taken_down", people, {"opportunity": held.pk}, key=str(held.pk), now=now)
    transaction.on_commit(lambda: hooks.taken_down(held, by=by, now=now))
    return held


def _write(held: Opportunity, plan: Plan, now: datetime) -> None:
    """What the form gave, checked. Raises `Untitled`, `Textless`, `EndsBeforeItStarts`, `PayBelowZero`,
    `NotARepresentative`, `LastDayPassed`, `TooFarAhead`, `TooManyFiles`, and of a planned purchase `NotABuyer`,
    `StaysWhatItIs` and what `purchases.write_terms` raises."""
    plan = _as_purchase(held, plan)
    title, text = clean_text(plan.title)[:120], clean_text(plan.text)
    if not title:
        raise Untitled(field="title")
    if not text:
        raise Textless(field="text")
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        raise EndsBeforeItStarts(field="ends_on")
    if plan.pay is not None and plan.pay < 0:
        raise PayBelowZero(field="pay")
    if plan.last_day != held.last_day or held.pk is None:
        _check_day(plan.last_day, now)
    person = plan.answered_by
    if person is not None and not Representative.objects.filter(profile=held.profile, user=person).exists():
        raise NotARepresentative(field="answered_by")
    for name in PLAIN:
        setattr(held, name, getattr(plan, name))
    held.title, held.text, held.reward = title, text, clean_text(plan.reward)[:120]
    held.language = plan.language or guess_language(f"{title}. {text}") or plan.reader
    held.closes_at = rules.end_of(plan.last_day)
    held.version += 1
    held.save()
    held.themes.set(plan.themes[: rules.MOST_THEMES])
    put_files(held, plan.files, plan.without)
    if held.is_purchase:
        purchases.write_terms(held, plan.terms, now)
    refresh_search_terms([held])


def _as_purchase(held: Opportunity, plan: Plan) -> Plan:
    """A planned purchase is a need that everybody sees, and nobody answers in private."""
    is_one = plan.kind == Opportunity.Kind.PURCHASE
    if held.kind and held.is_purchase != is_one:
        raise StaysWhatItIs
    if not is_one:
        return plan
    if held.profile.kind not in rules.BUYERS:
        raise NotABuyer
    direction, visibility = Opportunity.Direction.NEED, Opportunity.Visibility.PUBLIC
    return replace(plan, direction=direction, visibility=visibility, answered_by=None)


def _check_day(last_day: date, now: datetime) -> None:
    today = rules.today_of(now)
    if last_day < today:
        raise LastDayPassed(field="last_day")
    if last_day > rules.latest_day(today):
        raise TooFarAhead(field="last_day")


def _check_alive(held: Opportunity) -> None:
    if held.state == State.CLOSED:
        raise IsClosed
    if held.state == State.TAKEN_DOWN:
        raise IsDown


def _check_room(held: Opportunity, now: datetime) -> None:
    if not rules.is_shown(held.profile):
        raise HiddenCannotPublish
    others = Opportunity.objects.of(held.profile).open(now).not_kept().exclude(pk=held.pk)
    if others.count() >= rules.MOST_OPEN:
        raise TooManyOpen


def _open(held: Opportunity, *, by: Any, now: datetime) -> None:
    """Raises `HiddenCannotPublish`, `TooManyOpen`, and of a planned purchase `NotForAll` or `QuestionsPassed`."""
    _check_room(held, now)
    if held.is_purchase:
        purchases.check_open(held, now)
    held.state, held.published_at = State.OPEN, now
    _set_end(held, held.last_day, now)
    save(held, "state", "published_at")
    audit.record("opportunity.published", held, by=by, now=now, profile=held.profile_id)
    _changed(held, by=by, now=now)
    matching.published(held)


def _set_end(held: Opportunity, last_day: date, now: datetime) -> None:
    """A new end is reminded of anew, and asked about anew when it has come."""
    held.last_day, held.closes_at, held.ended_told_at = last_day, rules.end_of(last_day), None
    held.reminded = rules.reminded_already(last_day, rules.today_of(now))
    save(held, "last_day", "closes_at", "ended_told_at", "reminded")


def _changed(held: Opportunity, *, by: Any, now: datetime) -> None:
    index_anew(held, now=now)
    matching.look(held, by=by, now=now)


def _gone(held: Opportunity, *, now: datetime) -> None:
    index_anew(held, now=now)
    matching.forget(held)
