"""The coordinator's figures of the market and of student work: a year in pictures with tables, and as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts import rules as accounts_rules
from accounts.views.desk import coordinator_only
from core.panels import Panel
from core.tables import csv_file, workbook_file
from opportunities.models import Opportunity
from studies.queries import figures as queries
from studies.templatetags.study_figures import month_name

Kind = Opportunity.Kind


def _year_of(request: HttpRequest) -> tuple[int, list[int]]:
    """(the chosen year, all that can be chosen); one that cannot is read as the newest."""
    years = queries.years(timezone.now())
    asked = request.GET.get("year", "")
    return next((year for year in years if str(year) == asked), years[0]), years


@coordinator_only
@require_safe
def study_figures(request: HttpRequest) -> HttpResponse:
    """`?kind=thesis`: the months of one kind."""
    year, years = _year_of(request)
    asked = request.GET.get("kind", "")
    kind = asked if asked in Kind.values else ""
    now = timezone.now()
    found = queries.figures(year, now, kind)
    context: dict[str, Any] = {
        "year": year,
        "years": years,
        "is_now": year == timezone.localdate(now).year,
        "kind": kind,
        "kind_label": Kind(kind).label if kind else "",
        "figures": found,
        "columns": {name: _column(found, name) for name in ("open", "answered", "realised")},
        "kinds": [(name, Kind(name).label, counts) for name, counts in found.by_kind.items()],
        "placed": [(Kind(name).label, count) for name, count in found.placed.by_kind.items()],
    }
    return render(request, "studies/figures.html", context)


def _column(found: queries.Figures, name: str) -> dict[int, int]:
    return {month: getattr(counts, name) for month, counts in found.by_month.items()}


@coordinator_only
@require_safe
def study_figures_file(request: HttpRequest, ending: str) -> HttpResponse:
    """A line for each month, and under it one for each kind that has something in it."""
    year, _years = _year_of(request)
    found = queries.figures(year, timezone.now())
    head = [_("Month"), _("Kind"), pgettext("count", "Open"), pgettext("count", "Answered"), _("Came true")]
    people_head = [_("Students placed"), _("Theses finished"), _("New companies")]
    lines = [[*head, _("Days to the first answer"), *people_head]]
    for month in found.months:
        whole = found.by_month[month]
        people = [found.placed.by_month[month], found.finished.by_month[month], found.firms[month]]
        lines.append([month_name(month), _("All"), *_cells(whole), *map(_told, people)])
        kinds = [(kind, counts) for (at, kind), counts in found.counts.items() if at == month]
        lines += [[month_name(month), str(Kind(kind).label), *_cells(counts), "", "", ""] for kind, counts in kinds]
    name, title = f"figures-{year}", f"{year}"
    return csv_file(name, lines) if ending == "csv" else workbook_file(name, title, lines)


def _cells(counts: queries.Counts) -> list[str]:
    days = "" if counts.hours is None else number_format(counts.hours / 24, decimal_pos=1, use_l10n=True)
    return [str(counts.open), str(counts.answered), str(counts.realised), days]


def _told(count: int | None) -> str:
    return _("not told") if count is None else str(count)


def desk(request: HttpRequest, subject: Any) -> Panel | None:
    """The way in, on the coordinator's desk."""
    return Panel("studies/figures_panel.html") if accounts_rules.is_coordinator(request.user) else None
