"""The host's desk of a season."""

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

from catalogue.guidance import general_model
from core.errors import DomainError
from core.forms import add_domain_error, press
from studies.forms.seasons import SeasonForm
from studies.models import Season
from studies.queries import seasons as queries
from studies.rules import seasons as rules
from studies.services import seasons as services
from studies.services import seasons_editing, seasons_ending, seasons_places
from studies.views.seasons import GET_OR_POST, place_in, seen_season
from studies.views.starting import advice, begun_for


def hosted(request: HttpRequest, slug: str) -> Season:
    """For its host's people; others who see it are told so, and for the rest it does not exist."""
    season = seen_season(request, slug)
    if not rules.may_run(request.user, season):
        raise PermissionDenied
    return season


@login_required
@require_http_methods(GET_OR_POST)
def season_new(request: HttpRequest) -> HttpResponse:
    hosts = rules.hosts_of(request.user)
    if not hosts.exists():
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = SeasonForm(data, hosts=hosts, initial={"host": begun_for(request, hosts)})
    if data is not None and form.is_valid():
        try:
            made = services.open_season(
                plan=form.plan(), host=form.cleaned_data["host"], by=request.user, now=timezone.now(),
                key=form.cleaned_data["once"],
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("season_desk", slug=made.slug)
    context = {"form": form, **advice(request)}
    return render(request, "studies/seasons/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def season_edit(request: HttpRequest, slug: str) -> HttpResponse:
    season, now = hosted(request, slug), timezone.now()
    if season.phase(now) == Season.Phase.ENDED and season.state != Season.State.DRAFT:
        return redirect("season_desk", slug=slug)
    data = request.POST if request.method == "POST" else None
    form = SeasonForm(data, hosts=None, season=season)
    if data is not None and form.is_valid():
        try:
            saved = seasons_editing.edit_season(season=season, plan=form.plan(), by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("season_desk", slug=saved.slug)
    context = {"form": form, "season": season, "advised": general_model("student_work")}
    return render(request, "studies/seasons/form.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def season_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What comes next, figures, and the places with numbers: who has applied is the organisations' to see."""
    season, now = hosted(request, slug), timezone.now()
    context = {
        "season": season,
        "phase": season.phase(now),
        "may_accept": seasons_places.may_add(season, now),
        "figures": services.figures(season),
        "places": queries.all_places(season),
        "link": request.build_absolute_uri(season.get_absolute_url()),
    }
    return render(request, "studies/seasons/desk.html", context)


@login_required
@require_http_methods(GET_OR_POST)
def season_close(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks once more, with how many would have their answer by it."""
    season = hosted(request, slug)
    if season.state != Season.State.PUBLIC:
        return redirect("season_desk", slug=slug)
    if request.method == "POST":
        return press(
            request,
            lambda: seasons_ending.close_season(season=season, by=request.user, now=timezone.now()),
            _("The season has ended, and everyone has an answer."),
            "season_desk",
            slug=slug,
        )
    return render(request, "studies/seasons/close.html", {"season": season, "figures": services.figures(season)})


@login_required
@require_POST
def season_place_accept(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Of a season in which minors can apply: from now on students see the place."""
    place = place_in(hosted(request, slug), pk)
    return press(
        request,
        lambda: seasons_places.accept_place(place=place, by=request.user, now=timezone.now()),
        _("Accepted. The organisation has been told."),
        "season_desk",
        slug=slug,
    )


@login_required
@require_POST
def season_act(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    season = hosted(request, slug)
    asked: dict[str, Any] = {"season": season, "by": request.user, "now": timezone.now()}
    desk = reverse("season_desk", kwargs={"slug": slug})
    if act == "repeat":
        made = services.repeat_season(**asked)
        messages.success(request, _("Next year's season is here as a draft. Look at its name and days."))
        return redirect("season_desk", slug=made.slug)
    acts: dict[str, tuple[Callable[..., Any], str, str]] = {
        "publish": (services.publish_season, _("Published. Organisations can add places now."), desk),
        "discard": (services.discard_season, _("The draft was thrown away."), reverse("seasons")),
    }
    if act not in acts:
        raise Http404
    do, said, back = acts[act]
    return press(request, lambda: do(**asked), said, back)
