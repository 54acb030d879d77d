"""The yearly report: for everybody who sees the network when it is published, until then for those who run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import press
from core.panels import Panel
from networks.forms.reports import ReportForm
from networks.models import Network, NetworkReport
from networks.queries import reports as queries
from networks.queries import year as year_queries
from networks.rules import networks as rules
from networks.services import reports as services
from networks.views.coordinating import GET_OR_POST, coordinated
from networks.views.networks import network_or_404


def _report(network: Network, year: int) -> NetworkReport:
    """What there is of the year; nothing written yet is an empty draft. There is no page of a year without the
    network."""
    found = NetworkReport.objects.filter(network=network, year=year).first()
    if found is None and (network.is_draft or year not in year_queries.years_of(network, timezone.now())):
        raise Http404
    found = found or NetworkReport(network=network, year=year)
    found.network = network
    return found


@require_safe
def network_report(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """As it was published; before that those who run the network see what would be."""
    network = network_or_404(request, slug)
    runs = rules.may_coordinate(request.user, network)
    if not runs and not queries.listed(network, runs=False).filter(year=year).exists():
        raise Http404
    report = _report(network, year)
    told = queries.read(report.figures or queries.written(network, year, timezone.now()))
    words, goal_words = report.told("words"), report.told("goals")
    context = {
        "network": network,
        "report": report,
        "told": told,
        "words": words,
        "goal_words": goal_words,
        "thanked": queries.thanked(network, told, request.user),
        "runs": runs,
        "can_publish": runs and not report.is_published and bool(told.meetings or words[0]),
        "is_now": year == timezone.localdate().year,
    }
    return render(request, "networks/reports/report.html", context)


@login_required
@require_http_methods(GET_OR_POST)
def network_report_edit(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    network = coordinated(request, slug)
    report = _report(network, year)
    if report.is_published:
        messages.error(request, str(services.AlreadyPublished.message))
        return redirect("network_report", slug=slug, year=year)
    if request.method != "POST":
        form = ReportForm(initial={name: getattr(report, name) for name in ReportForm.KEPT}, stamp=str(report.version))
    else:
        form = ReportForm(request.POST)
        if form.is_valid():
            try:
                services.save_report(
                    network=network,
                    year=year,
                    words=form.by_language("words"),
                    goals=form.by_language("goals"),
                    by=request.user,
                    now=timezone.now(),
                    version=form.seen,
                )
            except DomainError as error:
                form.refuse(error, _report(network, year).version)
            else:
                messages.success(request, _("Saved. This is how the report looks."))
                return redirect("network_report", slug=slug, year=year)
    context = {
        "network": network,
        "report": report,
        "form": form,
        "goals": list(network.goals.filter(year=year).order_by("pk")),
    }
    return render(request, "networks/reports/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def network_report_publish(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    return _act(request, slug, year, services.publish_report, _("Published. All who see the network can read it."))


@login_required
@require_POST
def network_report_take_back(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    return _act(request, slug, year, services.take_back_report, _("Taken back. Only those who run the network see it."))


def _act(request: HttpRequest, slug: str, year: int, do: Callable[..., Any], said: str) -> HttpResponse:
    network = coordinated(request, slug)
    now = timezone.now()
    return press(
        request,
        lambda: do(network=network, year=year, by=request.user, now=now),
        said,
        "network_report",
        slug=slug,
        year=year,
    )


def panel(request: HttpRequest, network: Network) -> Panel | None:
    """On the network's page: its reports, for coordinators with the drafts."""
    found = list(queries.listed(network, runs=True))
    if not all(one.is_published for one in found) and not rules.may_coordinate(request.user, network):
        found = [one for one in found if one.is_published]
    return Panel("networks/reports/panel.html", {"network": network, "reports": found}) if found else None
