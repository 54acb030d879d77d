"""Two ways to make a profile's list, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import DomainError
from core.forms import add_domain_error
from matching import experiments, queries, services, tuned
from matching.experiments import SIDES, Weighting
from matching.forms import ExperimentForm
from matching.models import Question, Tuning
from matching.tuning_words import SCALE, points_in_words, tell
from matching.views.asking import waiting

TEMPLATE = "matching/experiment.html"
coordinator_only = permission_required("accounts.coordinate", raise_exception=True)


@coordinator_only
@require_http_methods(["GET", "POST"])
def experiment(request: HttpRequest) -> HttpResponse:
    """What is in force stands on the left; on the right, to begin with, the other point."""
    now_in_force = experiments.weighting_of(tuned.in_force())
    other = next(point for point in Tuning.Point.values if point != now_in_force.point)
    ways = {"left": now_in_force, "right": replace(now_in_force, point=other)}
    form = ExperimentForm(request.POST or None, ways=ways, of=queries.proposable_to(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            question = services.ask_experiment(
                profile=form.cleaned_data["profile"],
                left=form.way("left"),
                right=form.way("right"),
                by=request.user,  # type: ignore[arg-type]  # signed in
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("experiment_answer", pk=question.pk)
    return render(request, TEMPLATE, {"form": form, **_sides(form)}, status=422 if form.errors else 200)


@coordinator_only
@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Both lists, or while they are waited for."""
    asked = Question.objects.of(request.user).filter(kind=Question.Kind.EXPERIMENT).select_related("profile")
    question = get_object_or_404(asked, pk=pk)
    ways = {side: experiments.weighting(question, side) for side in SIDES}
    form = ExperimentForm(
        ways=ways, of=queries.proposable_to(request.user), name=question.profile.name if question.profile else ""
    )
    context = {"form": form, "question": question, **_sides(form), **waiting(question)}
    if question.answer is not None:
        rows = experiments.read_answer(question, user=request.user)
        context["lists"] = [_list(ways[side], rows[side]) for side in SIDES]
    return render(request, TEMPLATE, context)


def _sides(form: ExperimentForm) -> dict[str, Any]:
    return {"sides": [(side, form.side(side)) for side in SIDES]}


def _list(way: Weighting, rows: list[experiments.Row]) -> dict[str, Any]:
    told = tell(Tuning(point=way.point, attention=way.attention, factors=way.factors))
    return {"told": told, "rows": [(row, row.score / SCALE, points_in_words(row.points)) for row in rows]}
