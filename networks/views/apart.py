"""The pairs that the coordinator keeps apart at the tables."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error, press
from networks.forms.apart import ApartForm
from networks.models import KeptApart
from networks.queries import rotation as queries
from networks.rules.meetings import may_see_pair
from networks.services import apart as services
from networks.views.coordinating import GET_OR_POST, coordinated


@login_required
@require_http_methods(GET_OR_POST)
def network_apart(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    form = ApartForm(request.POST if request.method == "POST" else None, network=network, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_apart(network=network, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The two are kept apart from the next tables on."))
            return redirect("network_apart", slug=slug)
    context = {"network": network, "form": form, "pairs": queries.pairs_apart(network, request.user)}
    return render(request, "networks/meetings/apart.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def network_let_meet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    network = coordinated(request, slug)
    pair: KeptApart = get_object_or_404(KeptApart, network=network, pk=pk)
    if not may_see_pair(request.user, pair):
        raise Http404
    return press(
        request,
        lambda: services.let_meet(pair=pair, by=request.user, now=timezone.now()),
        _("Removed. They may share a table again."),
        "network_apart",
        slug=slug,
    )
