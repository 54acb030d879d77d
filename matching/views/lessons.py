"""What one's answers have taught, each to be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Profile
from accounts.views.chosen import chosen_profile
from matching import queries, services, teaching
from matching.engine.documents import THEME_PREFIX
from matching.engine.steering import LESSON, learn
from matching.models import Interest
from themes.models import Theme


@dataclass(frozen=True)
class Lesson:
    """`about` is what was answered, in words; `percent` what is left of the lesson's force."""

    given: Interest
    about: str
    percent: int


@login_required
@require_GET
def lessons(request: HttpRequest) -> HttpResponse:
    profile, own = chosen_profile(request)
    if profile is None:
        return redirect("suggestions")
    now = timezone.now()
    given = queries.lessons_of(profile, user=request.user)
    labels = _theme_labels(given)
    found = [_lesson(one, labels, now) for one in given]
    context = {"profile": profile, "own_profiles": own, "lessons": [one for one in found if one.percent]}
    return render(request, "matching/lessons.html", context)


@login_required
@require_POST
def unlearn(request: HttpRequest, pk: int) -> HttpResponse:
    own = Profile.objects.represented_by(request.user)
    given = get_object_or_404(Interest.objects.filter(profile__in=own).select_related("profile"), pk=pk)
    services.unlearn(given=given, by=request.user, now=timezone.now())
    messages.success(request, _("Forgotten. The answer itself stands."))
    return redirect(f"{reverse('lessons')}?{urlencode({'for': given.profile.slug})}")


def _lesson(given: Interest, labels: dict[str, str], now: datetime) -> Lesson:
    learnt = learn([teaching.answered(given, now)])
    percent = round(100 * learnt[0].strength / LESSON) if learnt else 0
    return Lesson(given, _in_words(given, labels), percent)


def _in_words(given: Interest, labels: dict[str, str]) -> str:
    about = given.about
    if given.why == Interest.Why.TOO_FAR:
        return _("%(km)d km") % {"km": about["km"]}
    if given.why == Interest.Why.WRONG_SIZE:
        return str(Profile.Size(about["size"]).label) if about["size"] in Profile.Size else ""
    themes = [labels[label] for label in about["topics"] if label in labels]
    return ", ".join(about["said"] or themes)


def _theme_labels(given: list[Interest]) -> dict[str, str]:
    """Names of the themes that lessons without words of a text are about; one query."""
    wanted = {label for one in given for label in one.about["topics"] if label.startswith(THEME_PREFIX)}
    slugs = [label.removeprefix(THEME_PREFIX) for label in wanted]
    return {THEME_PREFIX + theme.slug: theme.label for theme in Theme.objects.filter(slug__in=slugs)}
