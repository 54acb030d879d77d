"""The partners proposed: one open with both texts, the rest as rows."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.models import Profile
from accounts.rules import may_edit
from accounts.views.chosen import chosen_profile
from core.forms import is_fragment
from matching import hints as telling
from matching import introducing, queries, showing
from matching.models import Freshness, Interest
from matching.views.loosening import loosening

AT_ONCE = 10
"""As many as a person looks at; the rest are one press away."""
SHOWN_ANSWERS = 5
READ_ANSWERS = 20
"""Among so many newest are those to show. All of them are on a page of their own."""


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
    everyone = "all" in request.GET
    context = _context(request.user, profile, opened, answered, undone, everyone)
    template = "matching/suggestions.html"
    fragment = is_fragment(request)
    context |= {"profile": profile, "own_profiles": own, "form": form, "fragment": fragment}
    # htmx swaps nothing but successes; the fragment carries its errors itself.
    return render(request, f"{template}#list" if fragment else template, context, status=200 if fragment else status)


def _context(user: Any, profile: Profile, opened: str, answered: str, undone: str, everyone: bool) -> dict[str, Any]:
    today = timezone.localdate()
    listing = queries.listing_for(profile, user=user, today=today)
    rows = listing.rows
    total = len(rows)
    at = next((n for n, row in enumerate(rows) if row.other.slug == opened), 0)
    one = rows[at] if rows else None
    # The one that is open is shown wherever it stands; of the others, the first few.
    rest = [row for row in (rows if everyone else rows[:AT_ONCE]) if row is not one]
    understood = showing.understand([one, *rest] if one else rest, profile)
    card, above, hints = None, [], []
    editing = may_edit(user, profile)
    if editing:
        above = telling.above_list(profile)
    if one is not None:
        card = showing.open_card(one, profile, understood)
        if editing and not above:
            kinds = {reason.kind for reason in understood.evidence[one.pk].reasons}
            hints = telling.of_suggestion(profile, one.other, kinds)
    given = queries.answers_of(profile, user=user)
    newest = list(given[:READ_ANSWERS])
    return {
        "card": card,
        "place": at + 1,
        "total": total,
        "count": len(rest) + 1 if one else 0,
        "more": total - len(rest) - 1 if one else 0,
        "rest": [showing.card(row, profile, understood) for row in rest],
        "answers": [row for row in newest if row.answer != Interest.Answer.NEVER][:SHOWN_ANSWERS],
        "has_answered": bool(newest),
        "just_answered": given.filter(other__slug=answered).first() if answered else None,
        "undone": undone,
        "introduced": introducing.waiting_for(profile, user=user, now=timezone.now()),
        "before_claim": queries.interested_before_claim(profile, user=user),
        "freshness": Freshness.objects.filter(pk=profile.pk).first(),
        "reasons_not": Interest.Why.choices,
        "today": today,
        "left_out": listing.left_out,
        "loosening": loosening(listing.loosened, total),
        **_ways(profile, editing),
        "above": above,
        "hints": hints,
        "hidden": profile.visibility == Profile.Visibility.HIDDEN,
    }


def _ways(profile: Profile, editing: bool) -> dict[str, Any]:
    """Where the texts are changed; for a member, who may change neither them nor the wishes, where they are read."""
    if editing:
        return {
            "edit_url": reverse("profile_edit", kwargs={"slug": profile.slug}),
            "may_wish": True,
            "preferences_url": f"{reverse('preferences')}?{urlencode({'for': profile.slug})}",
        }
    return {"edit_url": profile.get_absolute_url(), "may_wish": False}
