"""What the members offer and look for, and who of them would suit one's own organisation."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import modules
from core.panels import Panel
from core.tasks import wake
from networks.forms.market import MarketForm
from networks.models import Network
from networks.queries import market as queries
from networks.rules.networks import may_see_inside
from networks.views.meetings import inner_network


@login_required
@require_safe
def network_market(request: HttpRequest, slug: str) -> HttpResponse:
    """For the members and those who run the network. Suggestions are for the reader's own member alone."""
    network, now = inner_network(request, slug), timezone.now()
    own = queries.own_members(network, request.user)
    me = next((one for one in own if one.slug == request.GET.get("for")), own[0] if own else None)
    suits = None
    if me is not None and modules.is_on("matching"):
        if queries.must_ask(network, me, now):
            wake("networks.tasks.look_through_members", network.pk, me.pk)
        suits = queries.suits(network, me, request.user, today=timezone.localdate(now), now=now)
    has_market = modules.is_on("opportunities")
    everything = queries.opportunities(network, request.user, now=now) if has_market else None
    form = MarketForm(request.GET, themes=queries.themes_of(network, request.user, everything))
    chosen = form.chosen()
    words, wish, theme = (chosen.get(name, "") for name in ("q", "wish", "theme"))
    asked = {"words": words, "wish": wish, "theme": theme}
    page = Paginator(queries.market(network, request.user, **asked), queries.A_PAGE).get_page(request.GET.get("page"))
    offers = None
    if has_market:
        listed = queries.opportunities(network, request.user, **asked, now=now)
        offers = Paginator(listed, queries.A_PAGE).get_page(request.GET.get("open"))
    context = {
        "offers": offers,
        "offer_rows": queries.opportunity_rows(offers.object_list, words) if offers else [],
        "may_offer": bool(own),
        "network": network,
        "form": form,
        "chosen": chosen,
        "page": page,
        "rows": queries.rows(list(page.object_list), words=words, wish=wish, own={one.pk for one in own}),
        "suits": suits,
        "own": own,
    }
    return render(request, "networks/market.html", context)


def panel(request: HttpRequest, network: Network) -> Panel | None:
    if network.is_draft or not may_see_inside(request.user, network):
        return None
    return Panel("networks/panel_market.html", {"network": network})
