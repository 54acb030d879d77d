"""The market: what is offered and needed now, as a page that can be sent to a colleague; and searches that are kept."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Profile
from accounts.queries.directory import SHOWN, vocabulary
from accounts.queries.profiles import home_of
from core.errors import DomainError
from core.forms import press
from opportunities.forms.opportunities import SaveSearchForm
from opportunities.models import Fit, SavedSearch
from opportunities.queries import market as queries
from opportunities.queries import matches
from opportunities.queries.market import Row
from opportunities.queries.opportunities import searches_of
from opportunities.services import searches as services

SORTS = {
    "newest": gettext_lazy("Newest first"),
    "ending": gettext_lazy("Ending first"),
    "nearest": gettext_lazy("Nearest first"),
}


@require_safe
def market(request: HttpRequest) -> HttpResponse:
    themes, now = vocabulary(), timezone.now()
    home = home_of(request.user)
    asked = queries.read(request.GET, themes, measured=bool(home))
    found = queries.search(asked, request.user, request.GET.get("page"), themes, home=home, now=now)
    plain = queries.plain_query(request.GET.urlencode(), themes)
    own = list(Profile.objects.spoken_for_by(request.user)) if request.user.is_authenticated else []
    for_you = matches.fitting(own, user=request.user, now=now) if found.page.number == 1 and not plain else []
    context = {
        "found": found,
        "filters": asked,
        "sorts": [(key, label) for key, label in SORTS.items() if key != "nearest" or home],
        "upto": f":{SHOWN}",
        "beyond": f"{SHOWN}:",
        "own": own,
        "for_you": for_you,
        "for_you_rows": _rows(for_you, now),
        "plain": plain,
        "saving": SaveSearchForm(initial={"query": plain, "rhythm": "daily"}) if plain else None,
    }
    return render(request, "opportunities/market.html", context)


def _rows(for_you: list[Fit], now: datetime) -> list[Row]:
    """Each with why it suits the reader's profile."""
    rows = [queries.row_of(one.opportunity) for one in for_you]
    for row, why in zip(rows, matches.why_each(for_you, now), strict=True):
        row.why = why
    return rows


@login_required
@require_safe
def saved_searches(request: HttpRequest) -> HttpResponse:
    rhythms = SaveSearchForm.base_fields["rhythm"].choices  # type: ignore[attr-defined]  # a choice field
    context = {"searches": searches_of(request.user), "rhythms": rhythms}
    return render(request, "opportunities/searches.html", context)


@login_required
@require_POST
def search_save(request: HttpRequest) -> HttpResponse:
    form = SaveSearchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The search was not saved: give it a shorter name."))
        return redirect("market")
    given = form.cleaned_data
    try:
        saved = services.save_search(**given, by=request.user, now=timezone.now())  # type: ignore[arg-type]  # signed in
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('market')}?{queries.plain_query(given['query'], vocabulary())}")
    messages.success(request, _("Saved as “%(name)s”.") % {"name": saved.name})
    return redirect("saved_searches")


def _own_search(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch, pk=pk, user=request.user)  # somebody else's is not there


@login_required
@require_POST
def search_rhythm(request: HttpRequest, pk: int) -> HttpResponse:
    search, rhythm = _own_search(request, pk), request.POST.get("rhythm", "")
    return press(
        request,
        lambda: services.change_rhythm(search=search, rhythm=rhythm, by=request.user),  # type: ignore[arg-type]  # signed in
        _("Saved."),
        "saved_searches",
    )


@login_required
@require_POST
def search_remove(request: HttpRequest, pk: int) -> HttpResponse:
    search = SavedSearch.objects.filter(pk=pk, user=request.user.pk).first()
    if search is not None:
        services.remove_search(search=search, by=request.user)  # type: ignore[arg-type]  # signed in
        messages.success(request, _("Removed."))
    return redirect("saved_searches")
