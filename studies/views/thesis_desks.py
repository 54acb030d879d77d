"""The supervisor's desk, and what topics and theses show on other pages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import rules as accounts_rules
from accounts.models import Profile
from core.panels import Panel
from core.text import LANGUAGE_CHOICES, reader_language
from studies.queries import theses as queries
from studies.rules import theses as rules
from studies.views.starting import model_along
from themes.models import Theme

SHOWN = 5
OWN = 30


@login_required
@require_safe
def supervision(request: HttpRequest) -> HttpResponse:
    """Topics to look at, works to supervise, works that have no supervisor, the school's template."""
    schools = queries.schools_of(request.user)
    if not schools:
        raise PermissionDenied
    supervised = queries.own_theses(request.user).filter(supervisor=request.user.pk)
    context = {
        "schools": schools,
        "waiting": list(queries.waiting_for(request.user)[:OWN]),
        "theses": list(supervised[: OWN * 2]),
        "unsupervised": list(queries.unsupervised(request.user)),
        "languages": LANGUAGE_CHOICES,
    }
    return render(request, "studies/desk.html", context)


# --- On other pages --------------------------------------------------------------------------------------------------


def hub(request: HttpRequest, subject: Any) -> Panel | None:
    """Theses on the page of student work: one's own first, else what each can do."""
    user, now = request.user, timezone.now()
    context: dict[str, Any] = {
        "topics": list(queries.listed(user, now)[:SHOWN]),
        "results": list(queries.shown_results()[:SHOWN]),
        "model": model_along(request),
    }
    if user.is_authenticated:
        context |= {
            "theses": list(queries.own_theses(user)[:OWN]),
            "own_topics": list(queries.topics_of(user)[:OWN]),
            "applications": list(queries.applications_of(user)[:OWN]),
            "is_teacher": bool(queries.schools_of(user)),
            "may_offer": rules.profiles_to_offer(user).exists(),
        }
    return Panel("studies/panel_hub.html", context)


def profile(request: HttpRequest, subject: Profile) -> Panel | None:
    topics = queries.open_of_profile(subject, request.user, timezone.now())
    theses = queries.of_profile(subject)
    if not topics and not theses:
        return None
    return Panel("studies/panel_profile.html", {"profile": subject, "topics": topics, "theses": theses})


def theme(request: HttpRequest, subject: Theme) -> Panel | None:
    topics = list(queries.open_of_theme(subject, request.user, timezone.now())[:SHOWN])
    theses = list(queries.of_theme(subject)[:SHOWN])
    return Panel("studies/panel_theme.html", {"theme": subject, "topics": topics, "theses": theses}) if topics or theses else None  # fmt: skip  # noqa: E501 (one line)


def desk(request: HttpRequest, subject: Any) -> Panel | None:
    """The template that all agreements begin from, for those who keep the installation."""
    if not accounts_rules.is_coordinator(request.user):
        return None
    return Panel("studies/panel_desk.html", {"languages": LANGUAGE_CHOICES, "own": reader_language()})
