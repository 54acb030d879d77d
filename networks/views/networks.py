"""Networks as everybody sees them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from core import panels
from core.tables import csv_file, workbook_file
from core.text import LANGUAGE_CHOICES
from events.rules import events as event_rules
from networks.forms.members import MembersFilterForm
from networks.forms.networks import FilterForm
from networks.models import Group, Membership, Network
from networks.queries import members as member_queries
from networks.queries import networks as queries
from networks.queries import next_steps, yours
from networks.rules import networks as rules
from networks.rules.renewals import term_is_due
from networks.wording import SHORT_ADMISSION, area_of

A_PAGE, MEMBERS_A_PAGE = 20, 50
MEMBERS_SHOWN = 8
"""On the network's page; the rest are on a page of their own."""


def network_or_404(request: HttpRequest, slug: str) -> Network:
    """The network with its counts, when the reader may see it; for others it does not exist."""
    found = queries.listed(request.user).select_related("organiser", "operating_model").prefetch_related("themes")  # type: ignore[misc]  # taggit is unseen
    return get_object_or_404(found, slug=slug)


def group_or_404(request: HttpRequest, slug: str, pk: int) -> Group:
    network = network_or_404(request, slug)
    group: Group = get_object_or_404(Group.objects.select_related("chair__profile"), network=network, pk=pk)
    group.network = network
    return group


@require_safe
def networks(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET, user=request.user)
    chosen = form.chosen()
    found = queries.filtered(queries.listed(request.user), **chosen)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": form,
        "chosen": chosen,
        "page": page,
        "rows": queries.rows(page.object_list, request.user),
        "may_found": event_rules.may_create_event(request.user),
        "yours": [] if chosen or page.number > 1 else yours.of_user(request.user, timezone.now()),
    }
    return render(request, "networks/list.html", context)


@require_safe
def network(request: HttpRequest, slug: str) -> HttpResponse:
    """The network's page: for the world, for its members, for those who coordinate it."""
    found = network_or_404(request, slug)
    may_coordinate = rules.may_coordinate(request.user, found)
    own = member_queries.own_memberships(found, request.user)
    steps = next_steps.guide_of(found) if may_coordinate and not found.is_ended else []
    counts = member_queries.counts(found) if may_coordinate else {}
    now = timezone.now()
    following = next_steps.for_coordinator(found, steps) if may_coordinate else None
    if following is None:
        following = next_steps.for_member(found, own, timezone.localdate(now))
    shown = list(member_queries.shown_members(found, request.user)[: MEMBERS_SHOWN + 1])
    context: dict[str, Any] = {
        "network": found,
        "admission": SHORT_ADMISSION[Network.Admission(found.admission)],
        "area": area_of(found),
        "themes": [theme for theme in found.themes.all() if theme.state == theme.State.ACTIVE],
        "spoken": [str(dict(LANGUAGE_CHOICES)[code]) for code in found.languages if code in dict(LANGUAGE_CHOICES)],
        "coordinators": list(found.coordinators.select_related("user")),
        "next": following,
        "steps": steps,
        "steps_done": sum(1 for row in steps if row.is_done),
        "may_coordinate": may_coordinate,
        "counts": counts,
        "own": [one for one in own if one.state not in queries.GONE],
        "may_join": found.is_running and (not request.user.is_authenticated or _can_join(request, found)),
        "goals": list(found.goals.all()),
        "criteria": list(found.criteria.filter(retired_at=None)) if found.admission == "criteria" else [],
        "groups": list(member_queries.groups_of(found)),
        "members": shown[:MEMBERS_SHOWN],
        "panels": panels.render("network", request, found),
    }
    return render(request, "networks/network.html", context)


def _can_join(request: HttpRequest, network: Network) -> bool:
    return rules.profiles_to_join(request.user, network).exists()


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """The members as the reader may see them; whoever coordinates sees every state, and searches."""
    found = network_or_404(request, slug)
    if rules.may_coordinate(request.user, found):
        return _every_member(request, found)
    page = Paginator(member_queries.shown_members(found, request.user), MEMBERS_A_PAGE)
    return render(request, "networks/members.html", {"network": found, "page": page.get_page(request.GET.get("page"))})


def _every_member(request: HttpRequest, network: Network) -> HttpResponse:
    form = MembersFilterForm(request.GET)
    chosen = form.chosen()
    found = member_queries.every_membership(network, **chosen)
    page = Paginator(found, MEMBERS_A_PAGE).get_page(request.GET.get("page"))
    words = str(request.GET.get("find", "")).replace("\x00", "").strip()[:100]
    context = {
        "network": network,
        "filters": form,
        "chosen": chosen,
        "page": page,
        "counts": [(label, n) for state, n in member_queries.counts(network).items()
                   if n and (label := Membership.State(state).label)],
        "waiting": list(member_queries.waiting_applications(network)),
        "appeals": list(member_queries.open_appeals(network)),
        "words": words,
        "found": list(member_queries.to_invite(network, request.user, words)[:10]) if words else [],
    }  # fmt: skip
    return render(request, "networks/every_member.html", context)


@login_required
@require_safe
def members_file(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """All who are or were in the network, for those who run it: a table (`csv`) or a workbook (`xlsx`)."""
    found = network_or_404(request, slug)
    if not rules.may_coordinate(request.user, found):
        raise PermissionDenied
    title, lines = pgettext("network", "Members"), member_queries.table_of(found)
    return csv_file(found.slug, lines) if ending == "csv" else workbook_file(found.slug, title, lines)


@require_safe
def group(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the group is for, who chairs, who is in it; what it does inside is for its members (panels)."""
    found = group_or_404(request, slug, pk)
    may_see_work = rules.may_see_group_work(request.user, found)
    own = Membership.objects.standing().of_user(request.user)
    context = {
        "network": found.network,
        "group": found,
        "members": list(member_queries.members_of_group(found, request.user)),
        "size": found.members.count(),
        "may_coordinate": rules.may_coordinate(request.user, found.network),
        "may_see_work": may_see_work,
        "term_is_due": may_see_work and term_is_due(found, timezone.localdate()),
        "mine": list(found.members.filter(membership__in=own).select_related("membership__profile")),
        "panels": panels.render("network_group", request, found) if may_see_work else [],
    }
    return render(request, "networks/groups/group.html", context)
