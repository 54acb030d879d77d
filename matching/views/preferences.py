"""What is wished of one's suggestions, and how many of them are left with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.chosen import chosen_profile
from core.errors import DomainError
from core.forms import add_domain_error, is_fragment
from matching import queries, rules, services, wishes
from matching.engine.preferences import Preferences
from matching.forms import PreferencesForm
from matching.views.loosening import loosening

TEMPLATE = "matching/preferences.html"


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """`try` in the form counts what would be left and saves nothing; htmx asks that at each choice."""
    profile, own = chosen_profile(request)
    if profile is None:
        return redirect("suggestions")
    if not rules.may_wish_for(request.user, profile):
        raise PermissionDenied
    wanted = wishes.wishes_of(profile.pk)
    form = PreferencesForm(request.POST or None, wanted=wanted, mine=profile.languages)
    is_tried = "try" in request.POST or is_fragment(request)
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted()
        if not is_tried:
            try:
                services.save_preferences(profile=profile, wanted=wanted, by=request.user, now=timezone.now())
            except DomainError as error:
                add_domain_error(form, error)
            else:
                messages.success(request, _("Saved. Your suggestions are put in order by it."))
                return redirect(f"{reverse('suggestions')}?{urlencode({'for': profile.slug})}")
    context: dict[str, Any] = {
        "profile": profile,
        "own_profiles": [one for one in own if rules.may_wish_for(request.user, one)] if len(own) > 1 else own,
        "form": form,
        "tried": is_tried,
        **_left(request, profile, wanted),
    }
    if is_fragment(request):
        return render(request, f"{TEMPLATE}#left", context)
    return render(request, TEMPLATE, context, status=422 if form.errors else 200)


def _left(request: HttpRequest, profile: Any, wanted: Preferences) -> dict[str, Any]:
    found = queries.listing_for(profile, user=request.user, today=timezone.localdate(), wanted=wanted)
    count = len(found.rows)
    return {
        "count": count,
        "all": count + found.left_out,
        "left_out": found.left_out,
        "loosening": loosening(found.loosened, count),
    }
