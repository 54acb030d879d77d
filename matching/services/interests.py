"""Answers to suggestions, and the connection that two of them make."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Block, Profile
from conversations.models import Contact
from conversations.services import budget
from conversations.services.safety import keep_apart
from core.errors import DomainError
from matching import evidence, rules, teaching
from matching.models import Connection, Interest, Introduction, Suggestion
from matching.services import marks, news

Answer = Interest.Answer


class NotYourProfile(DomainError):
    message = _("Only a representative can answer for the profile.")


class CannotBeAnswered(DomainError):
    message = _("This profile is no longer shown, so it cannot be answered.")


class HiddenCannotMeet(DomainError):
    message = _(
        "Your profile is hidden, so they could not answer you. Make it visible first, then say that you are interested."
    )


class DayIsNotAhead(DomainError):
    message = _("Choose a day that is still ahead.")


class AlreadyConnected(DomainError):
    message = _("You are already connected, so the answer can no longer be taken back.")


@transaction.atomic
def answer(
    *,
    profile: Profile,
    other: Profile,
    answer: str,
    by: Any,
    now: datetime,
    why: str = "",
    why_in_words: str = "",
    until: date | None = None,
) -> Connection | None:
    """Keep a side's answer in place of its earlier one. Returns the connection when both are interested.

    The other side is told nothing unless both are; so an answer, whatever it is, can be given in peace. An interest is
    a contact spent, even where it turns out to be mutual: else one could ask, for nothing, who is interested.
    Raises `budget.ContactsSpent` beside the errors of this module.
    """
    profile, other = lock(profile, other)
    if not rules.may_answer_for(by, profile):
        raise NotYourProfile
    if profile.pk == other.pk or not rules.can_be_proposed(other) or _are_blocked(profile, other):
        raise CannotBeAnswered
    if answer == Answer.LATER and (until is None or until <= timezone.localdate(now)):
        raise DayIsNotAhead(field="until")
    if answer == Answer.INTERESTED and not rules.can_be_proposed(profile):
        raise HiddenCannotMeet
    if answer != Answer.INTERESTED and rules.are_connected(profile, other):
        raise AlreadyConnected
    given = Interest.objects.filter(profile=profile, other=other).first()
    before = given.answer if given else ""
    row = Suggestion.objects.filter(profile=profile, other=other).first()
    lesson = teaching.write(row, profile, other, why) if answer == Answer.NOT_RELEVANT else {}
    _pay(profile, other, before, answer, now)
    Interest.objects.update_or_create(
        profile=profile,
        other=other,
        defaults={
            "answer": answer,
            "why": why if answer == Answer.NOT_RELEVANT else "",
            "about": lesson,
            "points": evidence.points(row.evidence) if row else {},
            "why_in_words": why_in_words if answer == Answer.NOT_RELEVANT else "",
            "until": until if answer == Answer.LATER else None,
            "told_on_claim": answer == Answer.INTERESTED and not other.is_claimed,
            "told_at": None,
            "by": by,
            "at": now,
        },
    )
    if Answer.NEVER in (answer, before) and answer != before:
        # The other's list must lose, or may again have, this profile.
        marks.mark_stale(profile_id=profile.pk, now=now, changed=False)
    elif lesson or (given and given.about):
        # Others may now belong among those who are kept.
        marks.mark_stale(profile_id=profile.pk, now=now, changed=False)
    if answer == Answer.NEVER:
        keep_apart(profile_id=profile.pk, other_id=other.pk, now=now)
    connection = _connect(profile, other, now) if answer == Answer.INTERESTED else None
    _settle_introduction(profile, other, answer, now)
    return connection


@transaction.atomic
def undo_answer(*, profile: Profile, other: Profile, by: Any, now: datetime) -> None:
    """Take an answer back, as if it had not been given. No error when there is none: the page may be an old one."""
    profile, other = lock(profile, other)
    if not rules.may_answer_for(by, profile):
        raise NotYourProfile
    if rules.are_connected(profile, other):
        raise AlreadyConnected
    given = Interest.objects.filter(profile=profile, other=other).first()
    if given is None:
        return
    given.delete()
    _pay(profile, other, given.answer, "", now)
    if given.answer == Answer.NEVER or given.about:
        marks.mark_stale(profile_id=profile.pk, now=now, changed=False)


@transaction.atomic
def unlearn(*, given: Interest, by: Any, now: datetime) -> None:
    """Take back what an answer has taught, not the answer. No error when it teaches nothing: the page may be old."""
    if not rules.may_answer_for(by, given.profile):
        raise NotYourProfile
    if Interest.objects.filter(pk=given.pk).exclude(about={}).update(about={}):
        marks.mark_stale(profile_id=given.profile_id, now=now, changed=False)


def tell_waiting_interests(*, profile_id: int, now: datetime) -> None:
    """A profile that has been claimed is told who was interested before; they were told that it would be."""
    waiting = Interest.objects.positive().filter(
        other=profile_id,
        other__claimed_at__isnull=False,
        told_on_claim=True,
        told_at=None,
        profile__status=Profile.Status.PUBLISHED,
        profile__visibility__in=rules.SHOWN,
    )
    from_whom = list(waiting.order_by("at", "pk").values_list("profile_id", flat=True))
    if from_whom:
        news.tell_of_interest_before_claim(profile_id=profile_id, others=from_whom, now=now)
        waiting.update(told_at=now)


def lock(profile: Profile, other: Profile) -> tuple[Profile, Profile]:
    """Both as they are now, the lower id locked first: two who answer each other at the same moment must see one
    another's answer."""
    rows = Profile.objects.select_for_update().filter(pk__in=[profile.pk, other.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    if profile.pk not in found or other.pk not in found:
        raise CannotBeAnswered
    return found[profile.pk], found[other.pk]


def _pay(profile: Profile, other: Profile, before: str, answer: str, now: datetime) -> None:
    """A new interest is a contact, but for one that was told to this side when it was claimed, and for an introduction
    by a coordinator; those are answers."""
    if answer == Answer.INTERESTED and before != Answer.INTERESTED:
        was_told = Interest.objects.positive().filter(profile=other, other=profile, told_at__isnull=False)
        introduced = Introduction.objects.between(profile, other).answerable(now)
        if not was_told.exists() and not introduced.exists():
            budget.spend(profile=profile, other=other, kind=Contact.Kind.INTEREST, now=now)
    elif before == Answer.INTERESTED and answer != Answer.INTERESTED:
        budget.give_back(profile=profile, other=other, kind=Contact.Kind.INTEREST, now=now)


def _settle_introduction(profile: Profile, other: Profile, answer: str, now: datetime) -> None:
    """Whichever page an answer comes from, it answers an introduction of the two as well. *Later* leaves it open."""
    introduction = Introduction.objects.between(profile, other).answerable(now).first()
    if introduction is None or answer == Answer.LATER:
        return
    state = Introduction.State.DECLINED
    if answer == Answer.INTERESTED:
        state = Introduction.State.CONNECTED
        if not rules.are_connected(profile, other):
            return
    if introduction.may_become(state):
        Introduction.objects.filter(pk=introduction.pk).update(state=state)


def _are_blocked(profile: Profile, other: Profile) -> bool:
    return Block.objects.filter(Q(blocker=profile, blocked=other) | Q(blocker=other, blocked=profile)).exists()


def _connect(profile: Profile, other: Profile, now: datetime) -> Connection | None:
    if not Interest.objects.positive().filter(profile=other, other=profile).exists():
        return None
    low, high = sorted((profile.pk, other.pk))
    connection, is_new = Connection.objects.get_or_create(a_id=low, b_id=high, defaults={"made_at": now})
    if is_new:
        budget.mark_answered(profile=profile, other=other, now=now)
        budget.mark_answered(profile=other, other=profile, now=now)
        news.tell_of_connection(connection=connection, now=now)
    return connection
