"""Those who are interested in each other."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.views.chosen import chosen_profile
from matching import connection_actions, queries, rules


@login_required
@require_GET
def connections(request: HttpRequest) -> HttpResponse:
    profile, own = chosen_profile(request)
    if profile is None:
        return redirect("suggestions")
    found = queries.connections_of(profile, user=request.user)
    actions = connection_actions.actions(request, profile, found)
    rows = []
    for connection in found:
        other = connection.other_of(profile)
        rows.append(
            {
                "connection": connection,
                "other": other,
                "contact": rules.shares_contact(other),
                "actions": actions[connection.pk],
            }
        )
    return render(request, "matching/connections.html", {"profile": profile, "own_profiles": own, "rows": rows})
