"""A network on the municipality's own site: a card to be framed, an open interface, and what to paste for both."""

from __future__ import annotations

import json
from hashlib import sha256

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from core.crowds import drawn_for_all
from core.panels import Panel
from networks.models import Network
from networks.queries import outside as queries
from networks.rules.networks import may_coordinate

CACHED = "public, max-age=300"


@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # typed for views that take a request alone
@xframe_options_exempt
@require_safe
def network_embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Members and coming meetings, to be shown inside any site. Without forms and scripts, and the same whoever looks,
    so that nothing of a reader who is signed in here can be framed.
    """
    return _cached(request, _card(request, slug))


@drawn_for_all
def _card(request: HttpRequest, slug: str) -> HttpResponse:
    network = _or_404(slug)
    request.user = queries.NOBODY
    context = {
        "public": queries.public_of(network, timezone.now()),
        "network": network,
        "url": queries.page_url(network, get_language() or "fi"),
    }
    return render(request, "networks/outside/embed.html", context)


@require_safe
def network_public(request: HttpRequest, slug: str) -> HttpResponse:
    """Open data, which any site may read from a browser: docs/networks-outside.md."""
    data = queries.as_data(queries.public_of(_or_404(slug), timezone.now()))
    response = HttpResponse(json.dumps(data, ensure_ascii=False), content_type="application/json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    return _cached(request, response)


def panel(request: HttpRequest, network: Network) -> Panel | None:
    """For those who run a network that everybody may see: what to paste elsewhere."""
    if network.visibility != Network.Visibility.PUBLIC or network.is_draft or not may_coordinate(request.user, network):
        return None
    embed = reverse("network_embed", kwargs={"slug": network.slug})
    data = reverse("network_public", kwargs={"slug": network.slug})
    context = {"network": network, "embed": f"{settings.SITE_URL}{embed}", "data": f"{settings.SITE_URL}{data}"}
    return Panel("networks/outside/panel.html", context)


def _or_404(slug: str) -> Network:
    network = queries.seen_outside(slug)
    if network is None:
        raise Http404
    return network


def _cached(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For five minutes without asking; after that only what has changed is sent again."""
    tag = f'"{sha256(response.content).hexdigest()[:32]}"'
    known = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    found: HttpResponse = response
    if tag in known or "*" in known:
        found = HttpResponseNotModified()
        for name in ("Access-Control-Allow-Origin", "Access-Control-Expose-Headers"):
            if name in response:
                found[name] = response[name]
    found["ETag"] = tag
    found["Cache-Control"] = CACHED
    return found
