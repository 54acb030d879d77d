"""A student's pages in a season: the one form, its answers, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import spoken
from accounts.models import Profile
from core.errors import DomainError
from core.forms import add_domain_error, press
from studies.forms.seasons import ApplicationForm
from studies.models import Season, SeasonApplication, SeasonWish, Shown
from studies.queries import seasons as queries
from studies.rules import seasons as rules
from studies.services import seasons_applying as services
from studies.views.seasons import GET_OR_POST, seen_season


def _own(request: HttpRequest, slug: str) -> tuple[Season, SeasonApplication]:
    season = seen_season(request, slug)
    application = rules.own_application(request.user, season)
    if application is None:
        raise Http404
    return season, application


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def season_apply(request: HttpRequest, slug: str) -> HttpResponse:
    """One form for all places; sent again, it is changed. `?place=` puts that place first."""
    season, now = seen_season(request, slug), timezone.now()
    if season.phase(now) != Season.Phase.OPEN:
        messages.error(request, str(services.NotOpen.message))
        return redirect(season)
    application = rules.own_application(request.user, season)
    wishes = queries.wishes_of(application) if application is not None else []
    ranks = {wish.place_id: wish.rank for wish in wishes}
    aged = [wish.place_id for wish in wishes if wish.age_said]
    offered = [place for place in queries.places_of(season, request.user) if _fits(place, ranks)]
    wanted = request.GET.get("place", "")
    if not ranks and wanted.isdecimal():
        ranks = {int(wanted[:17]): 1}
    offered.sort(key=lambda place: (ranks.get(place.pk, 99), place.task))
    data = request.POST if request.method == "POST" else None
    own = queries.own_profile(request.user)
    start = _from_profile(request, own) if application is None else None
    form = ApplicationForm(
        data,
        season=season,
        offered=offered,
        ranks=ranks,
        aged=aged,
        has_profile=own is not None,
        application=application,
        initial=start,
    )
    if data is not None and form.is_valid():
        try:
            services.apply(season=season, plan=form.plan(), by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Your application has been sent. Everyone gets an answer."))
            return redirect("season_mine", slug=slug)
    rows = [(queries.row_of(one.place), one) for one in form.rows()]
    context = {"season": season, "form": form, "rows": rows, "application": application}
    return render(request, "studies/seasons/apply.html", context, status=422 if form.errors else 200)


def _fits(place: Any, ranks: dict[int, int]) -> bool:
    """Full ones are not offered, but to those who have them among their wishes."""
    return place.taken < place.seats or place.pk in ranks


def _from_profile(request: HttpRequest, own: Profile | None) -> dict[str, Any]:
    """What the person's own student profile tells, ready to be changed; the profile is not linked."""
    name = getattr(request.user, "name", "")
    contact = getattr(request.user, "email", "")
    if own is None:
        return {"name": name, "contact": contact}
    texts = {one.kind: one.text for one in own.texts.all()}
    return {
        "name": own.name[:80],
        "contact": (own.contact_phone or own.contact_email or contact)[:120],
        "text": "\n\n".join(texts[part] for part in ("does", "offers", "seeks") if texts.get(part))[:2000],
        "school": own.school[:120],
        "programme": own.field_of_study[:120],
        "languages": own.languages,
    }


@login_required
@never_cache
@require_safe
def season_mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What the student sent, and how each wish stands."""
    season, application = _own(request, slug)
    now = timezone.now()
    wishes = queries.wishes_of(application)
    context = {
        "season": season,
        "application": application,
        "wishes": wishes,
        "rows": [(wish, queries.unspoken(wish.place, application)) for wish in wishes],
        "languages": spoken.names(application.languages),
        "shown": [label for part, label in Shown.choices if part in application.shown],
        "other_language": queries.other_language(application, season),
        "has_place": any(wish.state == SeasonWish.State.ACCEPTED for wish in wishes),
        "is_open": season.phase(now) == Season.Phase.OPEN,
        "runs_on": season.is_running(now),
    }
    return render(request, "studies/seasons/mine.html", context)


@login_required
@require_POST
def season_mine_act(request: HttpRequest, slug: str, wish: int, act: str) -> HttpResponse:
    _season, application = _own(request, slug)
    found = get_object_or_404(application.wishes.select_related("place__season"), pk=wish)
    acts: dict[str, tuple[Callable[..., Any], str]] = {
        "accept": (services.accept, _("The place is yours. The workplace has been told, and gets in touch.")),
        "turn-down": (services.turn_down, _("Turned down. The workplace has been told.")),
    }
    if act not in acts:
        raise Http404
    do, said = acts[act]
    back = reverse("season_mine", kwargs={"slug": slug})
    return press(request, lambda: do(wish=found, by=request.user, now=timezone.now()), said, back)


@login_required
@require_http_methods(GET_OR_POST)
def season_leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks once more."""
    season, application = _own(request, slug)
    if request.method == "POST":
        return press(
            request,
            lambda: services.withdraw(application=application, by=request.user, now=timezone.now()),
            _("Your application is taken back, and what you had told is deleted."),
            season,
        )
    return render(request, "studies/seasons/leave.html", {"season": season, "application": application})
