"""The partners proposed: one open with both texts, the rest as rows."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Profile
from core.forms import is_fragment
from matching import queries, showing
from matching.models import Freshness, Interest
from matching.views.own import chosen_profile

SHOWN_ANSWERS = 5


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "matching/welcome.html")
    profile, own = chosen_profile(request)
    if profile is None:
        return render(request, "matching/welcome.html")
    return render_suggestions(
        request, profile, own, opened=request.GET.get("open", ""), answered=request.GET.get("answered", "")
    )


def render_suggestions(
    request: HttpRequest,
    profile: Profile,
    own: list[Profile],
    *,
    opened: str = "",
    answered: str = "",
    undone: str = "",
    form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or for htmx its changing part. `answered` and `undone` name the other side of what was just done."""
    context = _context(request.user, profile, opened, answered, undone)
    template = "matching/suggestions.html"
    fragment = is_fragment(request)
    context |= {"profile": profile, "own_profiles": own, "form": form, "fragment": fragment}
    # htmx swaps nothing but successes; the fragment carries its errors itself.
    return render(request, f"{template}#list" if fragment else template, context, status=200 if fragment else status)


def _context(user: Any, profile: Profile, opened: str, answered: str, undone: str) -> dict[str, Any]:
    today = timezone.localdate()
    rows = queries.suggestions_for(profile, user=user, today=today)
    at = next((n for n, row in enumerate(rows) if row.other.slug == opened), 0)
    labels = showing.labels_for(rows)
    card = None
    if rows:
        prefetch_related_objects([profile, rows[at].other], "texts", "past_works", "theme_items__tag")
        card = showing.open_card(rows[at], profile, labels)
    given = queries.answers_of(profile, user=user)
    just = next((row for row in given if row.other.slug == answered), None) if answered else None
    return {
        "card": card,
        "place": at + 1,
        "count": len(rows),
        "rest": [showing.card(row, profile, labels) for n, row in enumerate(rows) if n != at],
        "answers": [row for row in given if row.answer != Interest.Answer.NEVER][:SHOWN_ANSWERS],
        "answers_count": len(given),
        "just_answered": just,
        "undone": undone,
        "before_claim": queries.interested_before_claim(profile, user=user),
        "freshness": Freshness.objects.filter(pk=profile.pk).first(),
        "reasons_not": Interest.Why.choices,
        "today": today,
        "hidden": profile.visibility == Profile.Visibility.HIDDEN,
    }
