"""A coordinator introduces two parties to each other; each answers in private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import rules as accounts_rules
from accounts.models import Profile
from core import audit
from core.errors import DomainError
from matching import introducing
from matching.models import Connection, Interest, Introduction
from matching.services import interests, news

EXPIRES = timedelta(days=30)


class OnlyCoordinatorsIntroduce(DomainError):
    message = _("Only a coordinator can introduce two parties to each other.")


class CannotBeIntroduced(DomainError):
    """For whatever cause; which it was could tell of an answer that is private."""

    message = _("These two cannot be introduced to each other now.")


class IntroducedOftenEnough(DomainError):
    def __init__(self, profile: Profile) -> None:
        super().__init__(
            _("%(name)s has been introduced to others %(n)d times in a month. Wait a while, so that they can answer.")
            % {"name": profile.name, "n": introducing.MOST_IN_A_MONTH}
        )


class IntroductionIsOver(DomainError):
    message = _("The time for answering this introduction has run out. You can still answer among your suggestions.")


@dataclass(frozen=True)
class Letter:
    language: str
    text: str


@transaction.atomic
def introduce(*, one: Profile, other: Profile, letters: Mapping[int, Letter], by: Any, now: datetime) -> Introduction:
    """Write to both; `letters` by the profile's key. Both sides' rows are held, so that two coordinators who introduce
    the same pair, or one who goes over the limit in two windows, do it once."""
    if not accounts_rules.is_coordinator(by):
        raise OnlyCoordinatorsIntroduce
    low, high = _lock(one, other)
    if introducing.pair(low, high, user=by, now=now) is None:
        raise CannotBeIntroduced
    return _make(low, high, letters, by=by, now=now)


@transaction.atomic
def introduce_by_reason(
    *, one: Profile, other: Profile, letters: Mapping[int, Letter], by: Any, now: datetime
) -> Introduction:
    """The same for a reason that a person gives, whether the matcher proposed the pair or not: for an upper app, which
    has seen to it that `by` may write to both."""
    low, high = _lock(one, other)
    if not introducing.are_free(low, high, now=now):
        raise CannotBeIntroduced
    return _make(low, high, letters, by=by, now=now)


def _lock(one: Profile, other: Profile) -> tuple[Profile, Profile]:
    low, high = interests.lock(one, other)
    return (low, high) if low.pk < high.pk else (high, low)


def _make(low: Profile, high: Profile, letters: Mapping[int, Letter], *, by: Any, now: datetime) -> Introduction:
    often = introducing.introduced_often(now)
    for profile in (low, high):
        if profile.pk in often:
            raise IntroducedOftenEnough(profile)
    made = Introduction.objects.create(
        a=low,
        b=high,
        letter_a=letters[low.pk].text,
        letter_b=letters[high.pk].text,
        language_a=letters[low.pk].language,
        language_b=letters[high.pk].language,
        by=by,
        made_at=now,
        expires_at=now + EXPIRES,
    )
    news.tell_of_introduction(introduction=made, now=now)
    audit.record("introduction.made", made, by=by, now=now, profiles=[low.pk, high.pk])
    return made


@transaction.atomic
def answer_introduction(
    *, introduction: Introduction, profile: Profile, accepts: bool, by: Any, now: datetime
) -> Connection | None:
    """One side's answer: an interest, or a *not right now* that nobody is told of. It costs no contact."""
    if not Introduction.objects.of(profile).answerable(now).filter(pk=introduction.pk).exists():
        raise IntroductionIsOver
    return interests.answer(
        profile=profile,
        other=introduction.other_of(profile),
        answer=Interest.Answer.INTERESTED if accepts else Interest.Answer.NOT_RELEVANT,
        by=by,
        now=now,
    )


def expire_introductions(*, now: datetime) -> int:
    """Those whose time has run out, however they stood."""
    over = Introduction.objects.filter(expires_at__lte=now, state__in=introducing.UNSETTLED)
    return over.update(state=Introduction.State.EXPIRED)
