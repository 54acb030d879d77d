"""What a coordinator does: making the network, changing it, deciding, keeping members and groups."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Profile
from catalogue.guidance import general_model, model_of_request
from catalogue.models import OperatingModel
from core import places
from core.errors import DomainError
from core.forms import add_domain_error, press
from core.queries import installation
from core.text import LANGUAGES, reader_language
from events.rules import events as event_rules
from networks.forms.networks import (
    CoordinatorForm,
    CriterionForm,
    EndForm,
    GoalForm,
    NetworkForm,
    initial_of,
)
from networks.models import Network
from networks.rules import networks as rules
from networks.services import coordinators as coordinator_services
from networks.services import networks as services
from networks.views.networks import network_or_404
from themes.forms import ThemesField
from themes.queries import propose_themes

GET_OR_POST = ["GET", "HEAD", "POST"]


def coordinated(request: HttpRequest, slug: str) -> Network:
    """For those who coordinate it; others who see it are told so, and for the rest it does not exist."""
    found = network_or_404(request, slug)
    if not rules.may_coordinate(request.user, found):
        raise PermissionDenied
    return found


def _form_page(
    request: HttpRequest, form: NetworkForm, model: OperatingModel | None, network: Network | None
) -> HttpResponse:
    themes = form.fields["themes"]
    assert isinstance(themes, ThemesField)
    words = " ".join(str(form[f"{name}_{code}"].value() or "") for code in LANGUAGES
                     for name in ("name", "purpose"))  # fmt: skip
    themes.propose(propose_themes(words[:20_000]) if words.strip() else [])
    context = {"form": form, "model": model, "advised": model or general_model("network"), "network": network}
    return render(request, "networks/form.html", context, status=422 if form.errors else 200)


def _start_of(request: HttpRequest, model: OperatingModel | None) -> dict[str, Any]:
    """What a new form shows. A model's name is no network's name: the theme is, and that is the coordinator's."""
    language = reader_language()
    return {
        "language": language,
        "languages": [language],
        "admission": Network.Admission.OPEN,
        "visibility": Network.Visibility.PUBLIC,
        "organiser": event_rules.organisers_for(request.user).first(),
        "area": _home(),
    }


def _home() -> str:
    return places.name(installation().municipality) if installation().municipality else ""


@login_required
@require_http_methods(GET_OR_POST)
def network_new(request: HttpRequest) -> HttpResponse:
    """The guided set-up: theme, purpose, how one becomes a member, each with the model's advice; then the guide."""
    if not event_rules.may_create_event(request.user):
        raise PermissionDenied
    model = model_of_request(request)
    if request.method != "POST":
        return _form_page(request, NetworkForm(user=request.user, initial=_start_of(request, model)), model, None)
    form = NetworkForm(request.POST, user=request.user)
    if ThemesField.is_looking(form) or not form.is_valid():
        return _form_page(request, form, model, None)
    try:
        made = services.found_network(
            plan=form.plan(),
            organiser=form.cleaned_data["organiser"],
            by=request.user,
            now=timezone.now(),
            operating_model=model,
            key=form.cleaned_data["once"],
        )
    except DomainError as error:
        add_domain_error(form, error)
        return _form_page(request, form, model, None)
    messages.success(request, _("The draft is saved. The guide on this page tells what comes next."))
    return redirect(made)


@login_required
@require_http_methods(GET_OR_POST)
def network_edit(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    if network.is_ended:
        messages.error(request, _("The network has ended."))
        return redirect(network)
    model = network.operating_model
    if request.method != "POST":
        form = NetworkForm(user=request.user, network=network, initial=initial_of(network), stamp=str(network.version))
        return _form_page(request, form, model, network)
    form = NetworkForm(request.POST, user=request.user, network=network)
    if ThemesField.is_looking(form) or not form.is_valid():
        return _form_page(request, form, model, network)
    organiser: Profile | None = form.cleaned_data["organiser"]
    try:
        services.edit_network(
            network=network,
            plan=form.plan(),
            organiser=organiser,
            by=request.user,
            now=timezone.now(),
            version=form.seen,
        )
    except DomainError as error:
        form.refuse(error, Network.objects.values_list("version", flat=True).get(pk=network.pk))
        return _form_page(request, form, model, network)
    messages.success(request, _("Saved."))
    return redirect(network)


@login_required
@require_POST
def network_start(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    return press(
        request,
        lambda: services.start_network(network=network, by=request.user, now=timezone.now()),
        _("The network is running. Now invite the first members."),
        network,
    )


@login_required
@require_http_methods(GET_OR_POST)
def network_end(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_network(
                network=network, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The network has ended. Its page stays."))
            return redirect(network)
    return render(request, "networks/end.html", {"network": network, "form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def network_goals(request: HttpRequest, slug: str) -> HttpResponse:
    """Goals by year: a new one, and one press for reached or away."""
    network = coordinated(request, slug)
    now = timezone.now()
    form = GoalForm(initial={"year": timezone.localdate(now).year})
    if request.method == "POST" and "goal" in request.POST:
        goal = network.goals.filter(pk=_number(request, "goal")).first()
        if goal is None:
            messages.error(request, str(services.NotThere.message))
            return redirect("network_goals", slug=slug)
        if request.POST.get("act") == "remove":
            return press(
                request,
                lambda: services.remove_goal(goal=goal, by=request.user, now=now),
                _("The goal is taken away."),
                "network_goals",
                slug=slug,
            )
        reached = request.POST.get("act") == "reached"
        return press(
            request,
            lambda: services.set_goal_reached(goal=goal, reached=reached, by=request.user, now=now),
            _("Saved."),
            "network_goals",
            slug=slug,
        )
    if request.method == "POST":
        form = GoalForm(request.POST)
        if form.is_valid():
            try:
                services.add_goal(network=network, by=request.user, now=now, **form.cleaned_data)
            except DomainError as error:
                add_domain_error(form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect("network_goals", slug=slug)
    context = {"network": network, "form": form, "goals": list(network.goals.all())}
    return render(request, "networks/goals.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def network_criteria(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    now = timezone.now()
    form = CriterionForm()
    if request.method == "POST" and "criterion" in request.POST:
        criterion = network.criteria.filter(retired_at=None, pk=_number(request, "criterion")).first()
        if criterion is None:
            messages.error(request, str(services.NotThere.message))
            return redirect("network_criteria", slug=slug)
        return press(
            request,
            lambda: services.retire_criterion(criterion=criterion, by=request.user, now=now),
            _("The criterion is asked no longer."),
            "network_criteria",
            slug=slug,
        )
    if request.method == "POST":
        form = CriterionForm(request.POST)
        if form.is_valid():
            try:
                services.add_criterion(network=network, by=request.user, now=now, **form.cleaned_data)
            except DomainError as error:
                add_domain_error(form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect("network_criteria", slug=slug)
    context = {"network": network, "form": form, "criteria": list(network.criteria.filter(retired_at=None))}
    return render(request, "networks/criteria.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def network_coordinators(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    now = timezone.now()
    form = CoordinatorForm()
    if request.method == "POST" and "coordinator" in request.POST:
        one = network.coordinators.filter(pk=_number(request, "coordinator")).first()
        if one is None:
            messages.error(request, str(coordinator_services.NotACoordinator.message))
            return redirect("network_coordinators", slug=slug)
        back = "network" if one.user_id == request.user.pk else "network_coordinators"
        return press(
            request,
            lambda: coordinator_services.remove_coordinator(coordinator=one, by=request.user, now=now),
            _("Done. The others coordinate the network."),
            back,
            slug=slug,
        )
    if request.method == "POST":
        form = CoordinatorForm(request.POST)
        if form.is_valid():
            try:
                coordinator_services.add_coordinator(
                    network=network, email=form.cleaned_data["email"], by=request.user, now=now
                )
            except DomainError as error:
                add_domain_error(form, error)
            else:
                messages.success(request, _("Saved. The new coordinator is told."))
                return redirect("network_coordinators", slug=slug)
    context = {"network": network, "form": form, "coordinators": list(network.coordinators.select_related("user"))}
    return render(request, "networks/coordinators.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def network_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """A step pressed done or open, or the guide put away or taken out again."""
    network = coordinated(request, slug)
    now, key = timezone.now(), request.POST.get("step", "")
    if key:
        done = request.POST.get("done") == "yes"
        return press(
            request,
            lambda: services.tick_step(network=network, key=key, done=done, by=request.user, now=now),
            _("Saved."),
            network,
        )
    closed = request.POST.get("closed") == "yes"
    said = _("The guide is put away. It can be taken out again here.") if closed else _("The guide is here again.")
    return press(
        request,
        lambda: services.close_guide(network=network, by=request.user, now=now, closed=closed),
        said,
        network,
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 else 0
