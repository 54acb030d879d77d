"""A student's pages: coming in, what the student has told, the group, the wishes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import spoken
from core.errors import DomainError
from core.forms import add_domain_error, press
from studies.forms.courses import CodeForm, EntrantForm, TeamForm, WishesForm
from studies.models import CourseRound, Entrant, Wish
from studies.queries import courses as queries
from studies.rules import courses as rules
from studies.rules.languages import all_share
from studies.services import courses_joining as joining
from studies.views.courses import GET_OR_POST, seen_round


def own(request: HttpRequest, pk: int) -> tuple[CourseRound, Entrant]:
    """For students of the round; others who see it are told so."""
    round = seen_round(request, pk)
    entrant = rules.own_entrant(request.user, round)
    if entrant is None:
        raise PermissionDenied
    return round, entrant


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def course_join(request: HttpRequest, pk: int, token: str = "") -> HttpResponse:  # a part of the address # nosec B107
    """With the teacher's link, or from the round's page with a student's profile."""
    round = get_object_or_404(CourseRound.objects.select_related("school"), pk=pk)
    if rules.own_entrant(request.user, round) is not None:
        return redirect(round)
    has_link = bool(token) and secrets.compare_digest(token.encode(), round.token.encode())
    if round.is_draft or not (has_link or rules.may_see_round(request.user, round)):
        raise Http404
    if not has_link and not rules.may_join_openly(request.user, round):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    first = request.user.get_short_name() if request.user.name else ""  # type: ignore[union-attr]  # signed in
    form = EntrantForm(data, round=round, initial={"name": first, "languages": ["fi"]})
    if data is not None and form.is_valid():
        try:
            joining.join(round=round, plan=form.plan(), by=request.user, now=timezone.now(), token=token)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("You are in the round."))
            return redirect(round)
    context = {"round": round, "form": form, "is_open": round.takes_students}
    return render(request, "studies/courses/join.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def course_me(request: HttpRequest, pk: int) -> HttpResponse:
    round, entrant = own(request, pk)
    data = request.POST if request.method == "POST" else None
    form = EntrantForm(data, round=round, entrant=entrant)
    if data is not None and form.is_valid():
        try:
            joining.edit_entrant(entrant=entrant, plan=form.plan(), by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(round)
    context = {"round": round, "form": form, "entrant": entrant}
    return render(request, "studies/courses/me.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def course_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more."""
    round, entrant = own(request, pk)
    if request.method == "POST":
        return press(
            request,
            lambda: joining.leave(entrant=entrant, by=request.user, now=timezone.now()),
            _("You have left the round, and what was about you in it is gone."),
            "courses",
        )
    return render(request, "studies/courses/leave.html", {"round": round, "entrant": entrant})


@login_required
@require_http_methods(GET_OR_POST)
def course_group(request: HttpRequest, pk: int) -> HttpResponse:
    """One's group with its code; or making one, or coming into one."""
    round, entrant = own(request, pk)
    if not round.has_groups:
        raise Http404
    asked: dict[str, Any] = {"entrant": entrant, "by": request.user, "now": timezone.now()}
    data = request.POST if request.method == "POST" else None
    what = data.get("what") if data is not None else None
    team_form = TeamForm(data if what == "make" else None)
    code_form = CodeForm(data if what == "join" else None)
    if what == "leave":
        return press(request, lambda: joining.leave_team(**asked), _("You have left the group."), "course_group", pk=pk)
    if what == "make" and team_form.is_valid():
        answer = _tried(request, team_form, lambda: joining.make_team(name=team_form.cleaned_data["name"], **asked), pk)
    elif what == "join" and code_form.is_valid():
        answer = _tried(request, code_form, lambda: joining.join_team(code=code_form.cleaned_data["code"], **asked), pk)
    else:
        answer = None
    if answer is not None:
        return answer
    members = list(entrant.team.members.all()) if entrant.team is not None else []
    context = {"round": round, "entrant": entrant, "members": members, "team_form": team_form, "code_form": code_form}
    bad = team_form.errors or code_form.errors
    return render(request, "studies/courses/group.html", context, status=422 if bad else 200)


def _tried(request: HttpRequest, form: Any, do: Callable[[], Any], pk: int) -> HttpResponse | None:
    try:
        do()
    except DomainError as error:
        add_domain_error(form, error)
        return None
    messages.success(request, _("Saved."))
    return redirect("course_group", pk=pk)


@login_required
@require_http_methods(GET_OR_POST)
def course_wishes(request: HttpRequest, pk: int) -> HttpResponse:
    """Numbers beside the places, and buttons that move one up or down: each press comes back with the new order."""
    round, entrant = own(request, pk)
    whose: dict[str, Any] = {"team": entrant.team} if entrant.team is not None else {"entrant": entrant}
    wishes = list(Wish.objects.filter(**whose).values_list("place", flat=True))
    ranks = {place: rank for rank, place in enumerate(wishes, start=1)}
    offered = list(queries.places_of(round, request.user))
    offered.sort(key=lambda place: (ranks.get(place.pk, 99), place.profile.name))
    is_open = round.state == CourseRound.State.WISHES
    data = request.POST if request.method == "POST" else None
    form = WishesForm(data, offered=offered, ranks=ranks)
    if data is not None and form.is_valid():
        chosen = _moved(form.chosen(), data)
        try:
            joining.set_wishes(entrant=entrant, places=chosen, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Your order is saved."))
            return redirect("course_wishes", pk=pk)
    together = queries.languages_together(entrant)
    rows = [
        (place, field, spoken.names(place.languages), ranks.get(place.pk), not all_share(place, together))
        for place, field in form.rows()
    ]
    context = {"round": round, "entrant": entrant, "form": form, "rows": rows, "is_open": is_open, "last": len(wishes)}
    return render(request, "studies/courses/wishes.html", context, status=422 if form.errors else 200)


def _moved(chosen: list[int], data: Any) -> list[int]:
    """`up` and `down` name a place; one that was not chosen yet comes last."""
    for what, step in (("up", -1), ("down", 1)):
        value = str(data.get(what, ""))
        if not value.isdecimal():
            continue
        pk = int(value)
        if pk not in chosen:
            return [*chosen, pk]
        at = chosen.index(pk)
        to = min(max(at + step, 0), len(chosen) - 1)
        chosen.insert(to, chosen.pop(at))
    return chosen
