"""The directory, as a page that can be sent to a colleague: everything asked stands in its address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.forms import directory as question
from accounts.queries import directory as queries
from accounts.queries.profiles import home_of


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    themes = queries.vocabulary()
    home = home_of(request.user)
    asked = question.read(request.GET, themes, measured=bool(home))
    found = queries.search(asked.filters, request.user, request.GET.get("page"), themes, home)
    context = {
        "found": found,
        "filters": asked.filters,
        "unknown": asked.unknown,
        "usual": question.usual_sort(asked.filters),
        "sorts": question.sort_choices(asked.filters, measured=bool(home)),
        "upto": f":{queries.SHOWN}",
        "beyond": f"{queries.SHOWN}:",
    }
    return render(request, "accounts/directory/directory.html", context)
