"""Pages of seasons that everybody sees: the list, the campaign page, a place."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from studies.models import Season, SeasonPlace
from studies.queries import seasons as queries
from studies.rules import seasons as rules
from studies.rules.languages import shares_language
from studies.services import seasons_places

GET_OR_POST = ["GET", "HEAD", "POST"]
A_PAGE = 20


def seen_season(request: HttpRequest, slug: str) -> Season:
    """A season that the reader sees, or has applied in. What one may not see is not there."""
    found = Season.objects.select_related("host").filter(slug=slug).first()
    if found is None:
        raise Http404
    if rules.may_see_season(request.user, found) or rules.own_application(request.user, found) is not None:
        return found
    raise Http404


def place_in(season: Season, pk: int) -> SeasonPlace:
    found = season.places.select_related("profile", "opportunity").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.season = season
    return found


@require_safe
def season_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(queries.listed(request.user), A_PAGE).get_page(request.GET.get("page"))
    hosts = request.user.is_authenticated and rules.hosts_of(request.user).exists()
    rows = [(one, one.phase(now)) for one in page.object_list]
    return render(request, "studies/seasons/list.html", {"page": page, "rows": rows, "hosts": hosts})


@require_safe
def season(request: HttpRequest, slug: str) -> HttpResponse:
    """The campaign page: when it opens, the places with filters, and what happens next."""
    found, now, user = seen_season(request, slug), timezone.now(), request.user
    phase = found.phase(now)
    shown = phase != Season.Phase.ENDED
    filters = queries.read_filters(found, request.GET)
    towns, fields = queries.choices_of(found, user) if shown else ([], [])
    places = queries.places_of(found, user, filters) if shown else SeasonPlace.objects.none()
    page = Paginator(places, A_PAGE).get_page(request.GET.get("page"))
    gives = user.is_authenticated and rules.givers_of(user).exists()
    context: dict[str, Any] = {
        "season": found,
        "phase": phase,
        "shown": shown,
        "filters": filters,
        "towns": towns,
        "fields": fields,
        "weeks": queries.weeks_of(found),
        "page": page,
        "rows": [queries.row_of(place) for place in page.object_list],
        "own": queries.own_places(found, user),
        "application": rules.own_application(user, found),
        "runs": rules.may_run(user, found),
        "may_add": gives and seasons_places.may_add(found, now),
        "may_apply": phase == Season.Phase.OPEN,
    }
    return render(request, "studies/seasons/season.html", context)


@require_safe
def season_place(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One place. It is there for all while the season runs; for its own people and the host also when it is over."""
    found, now, user = seen_season(request, slug), timezone.now(), request.user
    place = place_in(found, pk)
    is_own, runs = rules.may_change_place(user, place), rules.may_run(user, found)
    stands = found.is_running(now) and SeasonPlace.objects.seen_by(user).filter(pk=pk).exists()
    if not stands and not is_own and not runs:
        raise Http404
    phase = found.phase(now)
    application = rules.own_application(user, found)
    named = application.languages if application is not None else queries.languages_of(user)
    context = {
        "season": found,
        "place": place,
        "row": queries.row_of(place),
        "phase": phase,
        "is_own": is_own,
        "runs": runs,
        "waits": place.waits and place.withdrawn_at is None,
        "may_accept": runs and seasons_places.may_add(found, now),
        "may_edit": is_own and place.withdrawn_at is None and seasons_places.may_add(found, now),
        "may_withdraw": (is_own or runs) and place.withdrawn_at is None and found.is_running(now),
        "may_apply": phase == Season.Phase.OPEN and stands and not is_own,
        "application": application,
        "unspoken": bool(named) and not shares_language(place, named),
    }
    return render(request, "studies/seasons/place.html", context)
