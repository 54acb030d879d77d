"""Once a week the answers move the weights a little, unless a coordinator has switched that off."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from matching import tuned
from matching.engine.learning import Learnt, learn
from matching.models import Tuning
from matching.services.tuning import put_in_force
from matching.taught import answers_between

WAIT = timedelta(days=14)
"""An answer is counted when it is so old: by then it is known what came of it."""
REMEMBERED = timedelta(days=180)
"""Answers that were too few to learn from wait so long for others."""


def learn_from_answers(*, now: datetime) -> Tuning | None:
    """Take the step that the answers of whole weeks since the last one give, if they give any. It does not matter when
    in a week it is asked, nor how often: the same answers give the same step, and no answer is learnt from twice."""
    before = tuned.in_force()
    until = _start_of_week(now - WAIT)
    after = max(_learnt_until() or until - REMEMBERED, until - REMEMBERED)
    if not before.learns or after >= until:
        return None
    learnt = learn(answers_between(after, until, now=now), before.factors)
    if not learnt.parts:
        return None
    row = Tuning(
        at=now,
        how=Tuning.How.LEARNT,
        point=before.point,
        attention=before.attention,
        factors={**before.factors, **{str(part): seen.factor for part, seen in learnt.parts.items()}},
        learns=True,
        figures=_figures(learnt, after, until),
        answers_until=until,
    )
    try:
        with transaction.atomic():
            return put_in_force(row, before, now)
    except IntegrityError:
        # Another worker learnt the same at the same moment.
        return None


def _learnt_until() -> datetime | None:
    """Also of steps that were taken back: what was refused is not learnt again."""
    return Tuning.objects.learnt().order_by("-answers_until").values_list("answers_until", flat=True).first()


def _start_of_week(moment: datetime) -> datetime:
    day = timezone.localdate(moment)
    return timezone.make_aware(datetime.combine(day - timedelta(days=day.weekday()), time.min))


def _figures(learnt: Learnt, after: datetime, until: datetime) -> dict[str, object]:
    return {
        "accepted": learnt.accepted,
        "refused": learnt.refused,
        "profiles": learnt.profiles,
        "after": timezone.localdate(after).isoformat(),
        "until": (timezone.localdate(until) - timedelta(days=1)).isoformat(),
        "parts": {
            str(part): {"accepted": round(seen.accepted, 3), "refused": round(seen.refused, 3)}
            for part, seen in learnt.parts.items()
        },
    }
