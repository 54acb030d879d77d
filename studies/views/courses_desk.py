"""The teacher's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from core.errors import DomainError
from core.forms import add_domain_error, press
from studies.allocation import Why
from studies.forms.courses import CourseForm, DeliverableForm, MoveForm, TeacherForm
from studies.models import Allocation, CourseRound, HandIn
from studies.queries import courses as queries
from studies.rules import courses as rules
from studies.services import courses as services
from studies.services import courses_allocating as allocating
from studies.views.courses import GET_OR_POST, seen_round
from studies.views.starting import advice, begun_for


def taught(request: HttpRequest, pk: int) -> CourseRound:
    """For those who teach at its school; others who see it are told so, and for the rest it does not exist."""
    round = seen_round(request, pk)
    if not rules.may_run(request.user, round):
        raise PermissionDenied
    return round


@login_required
@require_http_methods(GET_OR_POST)
def course_new(request: HttpRequest) -> HttpResponse:
    schools = rules.schools_of(request.user)
    if not schools.exists():
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = CourseForm(data, schools=schools, initial={"school": begun_for(request, schools)})
    if data is not None and form.is_valid():
        try:
            made = services.open_round(
                plan=form.plan(), school=form.cleaned_data["school"], by=request.user, now=timezone.now(),
                key=form.cleaned_data["once"],
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("course_desk", pk=made.pk)
    context = {"form": form, **advice(request)}
    return render(request, "studies/courses/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def course_edit(request: HttpRequest, pk: int) -> HttpResponse:
    round = taught(request, pk)
    data = request.POST if request.method == "POST" else None
    form = CourseForm(data, schools=None, round=round)
    if data is not None and form.is_valid():
        try:
            services.edit_round(round=round, plan=form.plan(), by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("course_desk", pk=pk)
    context = {"form": form, "round": round, "advised": None}
    return render(request, "studies/courses/form.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def course_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """What comes next; companies, students and groups; the result, explained; what was handed in; what was said."""
    round = taught(request, pk)
    newest = round.allocations.first()
    made = allocating.newest(round)
    rows = queries.result(made) if made is not None else []
    entrants = list(round.entrants.select_related("team"))
    context = {
        "round": round,
        "places": list(round.places.select_related("profile")),
        "entrants": entrants,
        "groups": len({one.team_id for one in entrants if one.team_id}),
        "wishers": _wishers(round),
        "active": newest if newest is not None and newest.is_active else None,
        "failed": newest is not None and newest.state == Allocation.State.FAILED,
        "made": made,
        "rows": rows,
        "by_choice": queries.by_choice(rows),
        "without": sum(1 for row in rows if row.place is None),
        "changes": made.changes.select_related("place__profile") if made is not None else [],
        "link": request.build_absolute_uri(reverse("course_join_link", kwargs={"pk": round.pk, "token": round.token})),
        "feedback": queries.feedback_of(round),
        "deliverables": round.deliverables.all(),
        "handed": HandIn.objects.filter(deliverable__round=round).select_related("deliverable", "entrant", "team"),
        "teacher_form": TeacherForm(people=_teachers(round), initial={"teacher": round.teacher_id}),
        "next": services.NEXT.get(CourseRound.State(round.state)),
    }
    return render(request, "studies/courses/desk.html", context)


def _teachers(round: CourseRound) -> Any:
    return User.objects.filter(pk__in=[one.pk for one in services.people_of(round.school)])


def _wishers(round: CourseRound) -> int:
    """How many students have wished something, alone or with their group."""
    alone = round.entrants.filter(team=None, wishes__isnull=False).distinct().count()
    return alone + round.entrants.filter(team__wishes__isnull=False).distinct().count()


@login_required
@require_http_methods(GET_OR_POST)
def course_deliverables(request: HttpRequest, pk: int) -> HttpResponse:
    round = taught(request, pk)
    now = timezone.now()
    drop = request.POST.get("drop", "")
    if drop.isdecimal():
        gone = get_object_or_404(round.deliverables, pk=int(drop))
        return press(
            request, lambda: services.drop_deliverable(deliverable=gone, by=request.user, now=now), _("Removed."),
            "course_deliverables", pk=pk,
        )  # fmt: skip
    data = request.POST if request.method == "POST" else None
    form = DeliverableForm(data)
    if data is not None and form.is_valid():
        try:
            services.add_deliverable(round=round, by=request.user, now=now, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("course_deliverables", pk=pk)
    context = {"round": round, "form": form, "deliverables": round.deliverables.all()}
    return render(request, "studies/courses/deliverables.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def course_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """The teacher's presses."""
    round = taught(request, pk)
    asked: dict[str, Any] = {"round": round, "by": request.user, "now": timezone.now()}
    if act == "repeat":
        made = services.repeat_round(**asked)
        messages.success(request, _("Next year's round is here as a draft. Look at its days."))
        return redirect("course_desk", pk=made.pk)
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "go-on": (lambda: services.go_on(seen=request.POST.get("seen", ""), **asked), _("Saved.")),
        "allocate": (lambda: allocating.ask_allocation(**asked), _("The places are being given.")),
        "again": (lambda: allocating.ask_allocation(keeps=True, **asked), _("The places are being given.")),
        "publish": (lambda: _publish(request, round), _("Everyone has been told.")),
        "teacher": (lambda: _teacher(request, round), _("Saved.")),
    }
    if act not in acts:
        raise Http404
    do, said = acts[act]
    return press(request, do, said, "course_desk", pk=pk)


def _publish(request: HttpRequest, round: CourseRound) -> None:
    number = request.POST.get("allocation", "")
    found = get_object_or_404(round.allocations, pk=int(number) if number.isdecimal() and len(number) < 18 else 0)
    allocating.publish(allocation=found, by=request.user, now=timezone.now())


def _teacher(request: HttpRequest, round: CourseRound) -> None:
    number = request.POST.get("teacher", "")
    found = get_object_or_404(_teachers(round), pk=int(number) if number.isdecimal() and len(number) < 18 else 0)
    services.change_teacher(round=round, teacher=found, by=request.user, now=timezone.now())


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def course_move(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    """A change by hand. *Show the cost* comes back with what it costs and what stands in its way; *keep* keeps it."""
    round = taught(request, pk)
    made = allocating.newest(round)
    rows = queries.result(made) if made is not None else []
    own = next((row for row in rows if row.party == party), None)
    if made is None or own is None:
        raise Http404
    offered = [(one.pk, one.profile.name) for one in round.places.filter(withdrawn_at=None).select_related("profile")]
    others = [(row.party, f"{row.name} ({row.place.profile.name if row.place else '–'})")
              for row in rows if row.party != party]  # fmt: skip
    data = request.POST if request.method == "POST" else None
    start = {"place": own.place.pk} if own.place is not None else None
    form = MoveForm(data, offered=offered, others=others, initial=start)
    move = None
    if data is not None and form.is_valid():
        asked = _asked(form, rows)
        try:
            move = allocating.price(allocation=made, party=party, **asked)
            if "keep" in data:
                allocating.change_by_hand(
                    allocation=made, party=party, seen_cost=_seen(data), by=request.user, now=timezone.now(), **asked
                )
                messages.success(request, _("The change is kept."))
                return redirect("course_desk", pk=pk)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"round": round, "row": own, "form": form, "move": move, "hindrances": _hindrances(move, rows)}
    return render(request, "studies/courses/move.html", context, status=422 if form.errors else 200)


def _asked(form: MoveForm, rows: list[queries.Row]) -> dict[str, int | None]:
    """In a swap the place is the other's."""
    swap, place = form.cleaned_data["swap_with"], form.cleaned_data["place"]
    if swap is not None:
        other = next(row for row in rows if row.party == swap)
        place = other.place.pk if other.place is not None else None
    return {"place": place, "swap_with": swap}


def _seen(data: Any) -> int:
    try:
        return int(data.get("cost", ""))
    except ValueError:
        return -(10**9)


def _hindrances(move: Any, rows: list[queries.Row]) -> list[str]:
    names = {row.party: row.name for row in rows}
    said = {
        Why.FULL: _("the place is full"),
        Why.LARGE: _("the place never takes so many together"),
        Why.GONE: _("the place has been withdrawn"),
        Why.LANGUAGE: _("the work is done in a language that not all speak"),
        Why.FAR: _("too far to travel"),
        Why.TOO_FEW: _("a place is left with fewer than it needs"),
    }
    return [f"{names.get(one, '')}: {said.get(why, why)}" for one, why in (move.hindrances if move else ())]
