"""Whom an offer or a need would suit: asked where the index is, kept, and told to those who would want to hear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Profile, User
from core.tasks import wake
from matching import needs
from matching.engine import Direction
from matching.engine.scoring import Kind
from matching.models import Question
from matching.queries import vetoes
from matching.services.questions import ask
from notifications.rules import digest_day
from notifications.services import notify
from opportunities.models import Fit, Opportunity, OpportunityTheme, Pair
from opportunities.queries import documents
from opportunities.services.common import everybody_of

QUESTION = "opportunity"
SAVED, AGAIN = "opportunities.tasks.tell_searches", "opportunities.tasks.look_again"
FITS = 10
"""So many profiles are told of it; more have a worse reason."""
BY_THEME = 20
"""Opposite ones that share a theme and no word: the newest."""
OLD_AFTER = timedelta(hours=12)
"""So old may an answer be when its people look at it; then it is asked anew."""


def published(opportunity: Opportunity) -> None:
    """Those who wait for such a thing are told. A lost message is found by the sweep."""
    wake(SAVED, opportunity.pk)


def look(opportunity: Opportunity, *, by: Any, now: datetime) -> None:
    """Ask whom it suits, in place of what was known. What is known stays until the new answer comes."""
    before = opportunity.question_id
    question = ask(kind=QUESTION, data={"opportunity": opportunity.pk}, by=by, now=now, profile=opportunity.profile)
    if before is not None:
        question.answer = Question.objects.filter(pk=before).values_list("answer", flat=True).first()
        question.save(update_fields=["answer"])
        Question.objects.filter(pk=before).delete()
    opportunity.question = question
    Opportunity.objects.filter(pk=opportunity.pk).update(question=question)


@transaction.atomic
def look_again(*, opportunity_id: int, by: User, now: datetime) -> bool:
    """What was found long ago knows nothing of those who have come since. True when it is asked anew."""
    held = Opportunity.objects.select_for_update(of=("self",)).select_related("profile", "question")
    found = held.filter(pk=opportunity_id).first()
    if found is None or not found.is_open(now) or not is_old(found, now):
        return False
    look(found, by=by, now=now)
    return True


def is_old(opportunity: Opportunity, now: datetime) -> bool:
    question = opportunity.question
    if question is None:
        return True
    return not question.is_waiting and now - question.asked_at > OLD_AFTER


def forget(opportunity: Opportunity) -> None:
    """It suits nobody any more."""
    if opportunity.question is not None:
        opportunity.question.delete()
    opportunity.question = None
    Opportunity.objects.filter(pk=opportunity.pk).update(question=None)
    Fit.objects.filter(opportunity=opportunity).delete()
    Pair.objects.filter(need=opportunity).delete()
    Pair.objects.filter(offer=opportunity).delete()


# --- In a worker


def _asked_about(question: Question, now: datetime | None = None) -> Opportunity | None:
    known = Opportunity.objects.select_related("profile").filter(pk=question.data.get("opportunity"))
    found = known.filter(question=question).first()
    return found if found is None or now is None or found.is_open(now) else None


def answer(question: Question) -> dict[str, Any]:
    """The best partners now, as of a need in words. One's own are not among them."""
    opportunity = _asked_about(question)
    if opportunity is None:
        return {"found": []}
    barred = {opportunity.profile_id} | vetoes(opportunity.profile_id)
    if question.by is not None:
        barred |= set(Profile.objects.represented_by(question.by).values_list("pk", flat=True))
    return needs.find_for(documents.party_of(opportunity), opportunity.profile, barred)


def then(question: Question, answer: dict[str, Any], now: datetime) -> None:
    """Whom it suits, and which opposite ones it meets, as rows; those who did not know are told."""
    opportunity = _asked_about(question, now)
    if opportunity is None:
        return
    found = [(other, direction, data["groups"]) for other, direction, data in answer["found"]]
    meets = _pairs(opportunity, found, now)
    fitting = [other for other, direction, groups in found if _gives(direction, groups)][:FITS]
    fitting += Opportunity.objects.filter(pk__in=meets).values_list("profile_id", flat=True)
    _tell(opportunity, list(dict.fromkeys(fitting)), {other: groups for other, _direction, groups in found}, now)


def _gives(direction: str, groups: Iterable[Any]) -> bool:
    """One has what the other needs, or they have a theme in common: to do the same work is not enough."""
    return direction != Direction.SHARED or any(group[0] == Kind.THEME for group in groups)


def _points(groups: Iterable[Any]) -> int:
    return sum(sum(group[4][1::2]) for group in groups)


def _pairs(opportunity: Opportunity, found: list[tuple[int, str, Any]], now: datetime) -> list[int]:
    """The opposite ones that it meets, written: by words of theirs that carried the evidence, then by themes."""
    by_words: dict[int, list[Any]] = {}
    for _other, _direction, groups in found:
        for group in groups:
            number = documents.number_in(group[3])
            if number is not None:
                by_words.setdefault(number, []).append(group)
    opposite = Opportunity.objects.open(now).exclude(direction=opportunity.direction)
    opposite = opposite.filter(profile__status=Profile.Status.PUBLISHED).exclude(profile=opportunity.profile_id)
    opposite = opposite.exclude(profile__in=vetoes(opportunity.profile_id))
    met = {pk: by_words[pk] for pk in opposite.filter(pk__in=by_words).values_list("pk", flat=True)}
    own = OpportunityTheme.objects.filter(content_object=opportunity).values("tag")
    same = opposite.filter(theme_items__tag__in=own).exclude(pk__in=met).distinct()
    for pk in same.order_by("-published_at", "-pk").values_list("pk", flat=True)[:BY_THEME]:
        met[pk] = []
    Pair.objects.filter(found_by=opportunity).delete()
    Pair.objects.bulk_create(
        [
            Pair(
                need_id=opportunity.pk if opportunity.is_need else pk,
                offer_id=pk if opportunity.is_need else opportunity.pk,
                found_by=opportunity,
                points=_points(groups),
                groups=groups,
                at=now,
            )
            for pk, groups in met.items()
        ],
        # The other may have found this one first: the newest look is kept.
        update_conflicts=True,
        unique_fields=["need", "offer"],
        update_fields=["found_by", "points", "groups", "at"],
    )
    return list(met)


def _tell(opportunity: Opportunity, fitting: list[int], why: dict[int, Any], now: datetime) -> None:
    """Rows for all; a notice, one a day, for those whose rows are new. What was there before is no news."""
    there = set(Fit.objects.filter(opportunity=opportunity).values_list("profile_id", flat=True))
    Fit.objects.filter(opportunity=opportunity).exclude(profile__in=fitting).delete()
    new = [pk for pk in fitting if pk not in there] if there or not opportunity.is_known else []
    Fit.objects.bulk_create(
        [
            Fit(opportunity=opportunity, profile_id=pk, points=_points(why.get(pk, ())), groups=why.get(pk, []), at=now)
            for pk in fitting
        ],
        # Those who were told before keep the day on which they were; why it suits them is what it is now.
        update_conflicts=True,
        unique_fields=["opportunity", "profile"],
        update_fields=["points", "groups"],
    )
    day = digest_day(now)
    for profile in Profile.objects.filter(pk__in=new, claimed_at__isnull=False).order_by("pk"):
        about = {"profile": profile.pk, "day": day}
        notify("opportunities.new", everybody_of(profile), about, key=f"{profile.pk}:{day}", now=now)
