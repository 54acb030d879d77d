"""Pages of organisations in a season: their places, and who has applied for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import modules
from core.errors import DomainError
from core.forms import add_domain_error, press
from studies.forms.seasons import SeasonPlaceForm
from studies.models import Season, SeasonPlace, SeasonWish
from studies.queries import seasons as queries
from studies.rules import seasons as rules
from studies.season_tasks import TASKS
from studies.services import seasons_applying as applying
from studies.services import seasons_places as services
from studies.views.seasons import GET_OR_POST, place_in, seen_season
from studies.views.starting import begun_for


def _own_place(request: HttpRequest, slug: str, pk: int) -> tuple[Season, SeasonPlace]:
    """For those who act for its organisation; others are told that it is not theirs."""
    season = seen_season(request, slug)
    place = place_in(season, pk)
    if not rules.may_change_place(request.user, place):
        raise PermissionDenied
    return season, place


@login_required
@require_http_methods(GET_OR_POST)
def season_place_new(request: HttpRequest, slug: str) -> HttpResponse:
    """With tasks that the catalogue suggests: `?task=` fills the form with one."""
    season, now = seen_season(request, slug), timezone.now()
    givers = rules.givers_of(request.user)
    if not givers.exists() or season.phase(now) == Season.Phase.DRAFT:
        raise PermissionDenied
    if not services.may_add(season, now):
        messages.error(request, str(services.NotAddingNow.message))
        return redirect(season)
    data = request.POST if request.method == "POST" else None
    form = SeasonPlaceForm(
        data, season=season, givers=givers, ready=request.GET.get("task", ""),
        initial={"profile": begun_for(request, givers)},
    )  # fmt: skip
    if data is not None and form.is_valid():
        try:
            made = services.add_place(
                season=season, profile=form.cleaned_data["profile"], plan=form.plan(), by=request.user, now=now,
                key=form.cleaned_data["once"],
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            waits = _("The place was sent to the season's host. Students see it when the host has accepted it.")
            messages.success(request, waits if made.waits else _("The place is in the season."))
            return redirect(made)
    context = {
        "season": season,
        "form": form,
        "tasks": TASKS,
        "ready": request.GET.get("task", ""),
        "has_catalogue": modules.is_on("catalogue"),
    }
    return render(request, "studies/seasons/place_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def season_place_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    season, place = _own_place(request, slug, pk)
    now = timezone.now()
    if not services.may_add(season, now) or place.withdrawn_at is not None:
        return redirect(place)
    data = request.POST if request.method == "POST" else None
    form = SeasonPlaceForm(data, season=season, givers=None, place=place)
    if data is not None and form.is_valid():
        try:
            saved = services.edit_place(place=place, plan=form.plan(), by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            waits = _("The place was sent to the season's host. Students see it when the host has accepted it.")
            messages.success(request, waits if saved.waits else _("Saved."))
            return redirect(place)
    context = {"season": season, "form": form, "place": place}
    return render(request, "studies/seasons/place_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def season_place_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asks once more; for its organisation, and for the season's host."""
    season = seen_season(request, slug)
    place, now = place_in(season, pk), timezone.now()
    if not rules.may_change_place(request.user, place) and not rules.may_run(request.user, season):
        raise PermissionDenied
    if request.method == "POST":
        return press(
            request,
            lambda: services.withdraw_place(place=place, by=request.user, now=now),
            _("Withdrawn. Those who had applied have been told."),
            season,
        )
    if place.withdrawn_at is not None or not season.is_running(now):
        return redirect(season)
    context = {"season": season, "place": place, "waiting": place.wishes.exclude(state="declined").count()}
    return render(request, "studies/seasons/place_withdraw.html", context)


@login_required
@never_cache
@require_safe
def season_applicants(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who has applied for the organisation's own place, and nothing of what else they applied for."""
    season, place = _own_place(request, slug, pk)
    rows = queries.applicants_of(place)
    taken = sum(1 for row in rows if row.wish.state == SeasonWish.State.ACCEPTED)
    held = taken + sum(1 for row in rows if row.wish.state == SeasonWish.State.OFFERED)
    waiting = sum(1 for row in rows if row.wish.state == SeasonWish.State.SENT)
    context = {
        "season": season,
        "place": place,
        "rows": rows,
        "taken": taken,
        "waiting": waiting,
        "may_offer": held < place.seats,
        "may_decline_rest": taken >= place.seats and waiting,
        "runs_on": season.is_running(timezone.now()),
    }
    return render(request, "studies/seasons/applicants.html", context)


@login_required
@require_POST
def season_applicants_act(request: HttpRequest, slug: str, pk: int, act: str) -> HttpResponse:
    _season, place = _own_place(request, slug, pk)
    asked: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    back = reverse("season_applicants", kwargs={"slug": slug, "pk": pk})
    if act == "decline-rest":
        done = _("Everyone who waited has been told.")
        return press(request, lambda: applying.decline_rest(place=place, **asked), done, back)
    acts: dict[str, tuple[Callable[..., Any], str]] = {
        "offer": (applying.offer, _("Offered. The student has been told.")),
        "decline": (applying.decline, _("The student has been told kindly.")),
    }
    number = request.POST.get("wish", "")
    wish = place.wishes.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    if act not in acts or wish is None:
        raise Http404
    do, said = acts[act]
    return press(request, lambda: do(wish=wish, **asked), said, back)
