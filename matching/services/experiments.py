"""Trying two ways to make a profile's list."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core.errors import DomainError
from matching import experiments, rules
from matching.experiments import Weighting
from matching.models import Question
from matching.services.questions import ask
from matching.services.tuning import OnlyCoordinatorsTune


class NobodyToTry(DomainError):
    message = _("This profile has no list of suggestions. Choose one that is published.")


def ask_experiment(*, profile: Profile, left: Weighting, right: Weighting, by: User, now: datetime) -> Question:
    """Ask a worker for both lists. Raises `AskedOften` beside the errors of this module."""
    if not rules.may_tune(by):
        raise OnlyCoordinatorsTune
    if profile.status != Profile.Status.PUBLISHED:
        raise NobodyToTry(field="profile")
    kind = Question.Kind.EXPERIMENT
    return ask(kind=kind, data=experiments.as_data(left, right), by=by, profile=profile, now=now)
