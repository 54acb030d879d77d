"""A network's year as its coordinator sees it: what to do next, the funnel, the silent, the new, who met whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import add_domain_error
from core.tables import csv_file, workbook_file
from networks import letter_words
from networks.forms.letters import LetterForm
from networks.models import Network
from networks.queries import letters as letter_queries
from networks.queries import met as met_queries
from networks.queries import next_steps, quiet, year_steps
from networks.queries import reports as report_queries
from networks.queries import year as queries
from networks.rules import year as rules
from networks.services import asking
from networks.services.common import NotRunning
from networks.services.invitations import Sent
from networks.views.coordinating import GET_OR_POST, coordinated
from networks.wording import SENTENCES, STAGE_NAMES

SHOWN, A_PAGE = 5, 50


@dataclass(frozen=True)
class StageRow:
    """`new`: how many of them came in the year, where that is told; `url` is empty where names are not."""

    name: str
    sentence: str
    count: int
    new: int | None
    url: str


def year_of(request: HttpRequest, network: Network) -> tuple[int, list[int]]:
    """(the chosen year, all that can be chosen); one that cannot is read as the newest."""
    years = queries.years_of(network, timezone.now())
    asked = request.GET.get("year", "")
    return next((year for year in years if str(year) == asked), years[0]), years


@login_required
@require_safe
def network_year(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    now = timezone.now()
    year, years = year_of(request, network)
    found = queries.funnels(network, years, now)
    steps = next_steps.guide_of(network) if not network.is_ended and network.guide_closed_at is None else []
    silent, new = quiet.silent(network, now), quiet.newcomers(network, now)
    shown = found[year]
    context = {
        "network": network,
        "year": year,
        "years": years,
        "things": year_steps.three(network, steps, now),
        "stages": _stages(network, shown),
        "funnel": shown,
        "met_nobody": len(shown.members - shown.met),
        "beside": [found[one] for one in sorted(found)],
        "silent": quiet.rows(silent[:SHOWN], now),
        "silent_count": silent.order_by().count(),
        "new": list(new[:SHOWN]),
        "new_count": new.order_by().count(),
        "reports": list(report_queries.listed(network, runs=True)),
        "months": {"silent": rules.SILENT_MONTHS, "new": rules.NEW_MONTHS},
    }
    return render(request, "networks/year/year.html", context)


def _stages(network: Network, found: queries.Funnel) -> list[StageRow]:
    new = {"asked": len(found.new_asked), "members": len(found.new_members)}
    rows = []
    for stage in queries.STAGES:
        at = {"slug": network.slug, "stage": stage}
        url = f"{reverse('network_counted', kwargs=at)}?year={found.year}" if stage in queries.LISTED else ""
        rows.append(
            StageRow(
                str(STAGE_NAMES[stage]), str(SENTENCES[stage]), len(found.of(stage)), new.get(stage), url
            )
        )  # fmt: skip
    return rows


@login_required
@require_safe
def network_counted(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Who is counted in a stage of the funnel, and, with `not=1`, who is not: of those asked, or of the members."""
    network = coordinated(request, slug)
    if stage not in queries.LISTED:
        raise Http404
    year, years = year_of(request, network)
    found = queries.funnel(network, year, timezone.now())
    whole = {"asked": found.asked, "members": found.asked}.get(stage, found.members)
    rest = whole - found.of(stage)
    is_rest = bool(rest) and request.GET.get("not") == "1"
    wanted = rest if is_rest else found.of(stage)
    page = Paginator(queries.rows_of(network, wanted), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "network": network,
        "year": year,
        "years": years,
        "stage": stage,
        "name": STAGE_NAMES[stage],
        "sentence": SENTENCES[stage],
        "page": page,
        "count": len(wanted),
        "is_rest": is_rest,
        "rest": len(rest),
        "all": len(found.of(stage)),
        "new": found.new_asked if stage == "asked" else found.new_members if stage == "members" else set(),
    }
    return render(request, "networks/year/counted.html", context)


@login_required
@require_safe
def network_met(request: HttpRequest, slug: str) -> HttpResponse:
    """Who met whom: the picture, its table of pairs, and the list of the member that `member` names."""
    network = coordinated(request, slug)
    now = timezone.now()
    year, years = year_of(request, network)
    members = met_queries.named(network, queries.members_in(network, year))
    met = met_queries.met_in(network, year, now, members)
    asked = request.GET.get("member", "")
    chosen = members.get(int(asked)) if asked.isdecimal() and len(asked) < 12 else None
    own = met_queries.of_member(met, chosen.pk, members) if chosen else []
    page = Paginator(met_queries.sorted_pairs(met), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "network": network,
        "year": year,
        "years": years,
        "drawn": met_queries.drawn(met, members, chosen.pk if chosen else None),
        "page": page,
        "rows": met_queries.pair_rows(met, list(page.object_list), members),
        "pairs": page.paginator.count,
        "members": list(members.values()),
        "chosen": chosen,
        "own": own[:A_PAGE],
        "own_count": len(own),
        "most": met_queries.MOST_DRAWN,
        "fewest": met_queries.FEWEST_DRAWN,
        "shown_alone": SHOWN * 4,
    }
    return render(request, "networks/year/met.html", context)


@login_required
@require_safe
def network_newcomers(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    found = quiet.newcomers(network, timezone.now())
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"network": network, "page": page, "months": rules.NEW_MONTHS}
    return render(request, "networks/year/newcomers.html", context)


# --- Silent members --------------------------------------------------------------------------------------------------


@login_required
@require_safe
def network_silent(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has gone silent, to be chosen for a letter; and the letters of late with their answers."""
    network = coordinated(request, slug)
    now = timezone.now()
    page = Paginator(quiet.silent(network, now), A_PAGE).get_page(request.GET.get("page"))
    rows = quiet.rows(page.object_list, now)
    context = {
        "network": network,
        "page": page,
        "rows": rows,
        "can_ask": network.is_running and any(row.may_ask for row in rows),
        "answers": list(quiet.answers(network, now)[:A_PAGE]),
        "months": {"silent": rules.SILENT_MONTHS, "asked": rules.ASKED_EVERY_MONTHS},
    }
    return render(request, "networks/year/silent.html", context)


@login_required
@require_http_methods(GET_OR_POST)
def network_silent_write(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter to the silent members that the address names (`member`, several)."""
    network = coordinated(request, slug)
    now = timezone.now()
    asked = request.GET.getlist("member")[: rules.MOST_ASKED_AT_ONCE + 1]
    keys = [int(key) for key in asked if key.isdecimal() and len(key) < 12]
    # Whoever asked has chosen: one that has been asked meanwhile is told of when it is written to.
    chosen = list(quiet.silent(network, now).filter(pk__in=keys))
    if not chosen or not network.is_running:
        messages.error(request, str((asking.NobodyToAsk if network.is_running else NotRunning).message))
        return redirect("network_silent", slug=slug)
    profiles = [one.profile for one in chosen]
    form = LetterForm(
        request.POST if request.method == "POST" else None,
        profiles=profiles,
        languages=letter_queries.languages_of(profiles),
        begun=letter_words.silent,
    )
    if request.method == "POST" and form.is_valid():
        wanted = {one.pk for one in form.chosen()}
        members = [one for one in chosen if one.profile_id in wanted]
        try:
            sent = asking.ask_silent(network=network, members=members, words=form.words(), by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            _tell(request, sent)
            return redirect("network_silent", slug=slug)
    context = {"network": network, "form": form, "months": rules.ASKED_EVERY_MONTHS}
    return render(request, "networks/year/ask.html", context, status=422 if form.errors else 200)


def _tell(request: HttpRequest, sent: Sent) -> None:
    if sent.to:
        n = len(sent.to)
        said = ngettext("Asked %(n)d member. The answer comes here.", "Asked %(n)d members. The answers come here.", n)
        messages.success(request, said % {"n": n})
    for profile, why in sent.left_out:
        messages.warning(request, _("%(name)s was left out. %(why)s") % {"name": profile.name, "why": why})


# --- Files -----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def network_year_file(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """The figures of all years that are compared, a line for each."""
    network = coordinated(request, slug)
    years = queries.years_of(network, timezone.now())
    found = queries.funnels(network, years, timezone.now())
    head = [_("Year"), *(str(STAGE_NAMES[stage]) for stage in queries.STAGES), _("Newly asked"), _("New members")]
    lines = [[*head, _("Meetings held")]]
    for year in sorted(found):
        one = found[year]
        counts = [*one.counts().values(), len(one.new_asked), len(one.new_members), one.meetings]
        lines.append([str(year), *map(str, counts)])
    return _file(f"{network.slug}-{years[-1]}-{years[0]}", _("Years"), lines, ending)


@login_required
@require_safe
def network_met_file(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """The pairs of the year."""
    network = coordinated(request, slug)
    now = timezone.now()
    year, _years = year_of(request, network)
    members = met_queries.named(network, queries.members_in(network, year))
    lines = met_queries.table_of(met_queries.met_in(network, year, now, members), members)
    return _file(f"{network.slug}-{year}-met", _("Who met whom"), lines, ending)


def _file(name: str, title: Any, lines: Iterable[list[str]], ending: str) -> HttpResponse:
    return csv_file(name, lines) if ending == "csv" else workbook_file(name, str(title), lines)
