"""Introducing members to each other."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.forms import add_domain_error
from matching import introducing
from networks.forms.introducing import IntroduceForm
from networks.models import MemberIntroduction, Membership, Network
from networks.services.introducing import introduce_members
from networks.views.coordinating import GET_OR_POST, coordinated

PROPOSED, MADE = 5, 50


@login_required
@require_http_methods(GET_OR_POST)
def network_introduce(request: HttpRequest, slug: str) -> HttpResponse:
    """Two or three members and why; pairs worth it; and those made, of which a declined one looks as one that waits."""
    network = coordinated(request, slug)
    now = timezone.now()
    chosen = [int(key) for key in request.GET.getlist("member")[:3] if key.isdecimal() and len(key) < 12]
    form = IntroduceForm(
        request.POST if request.method == "POST" else None, network=network, initial={"members": chosen}
    )
    if request.method == "POST" and form.is_valid():
        try:
            introduce_members(
                network=network,
                members=list(form.cleaned_data["members"]),
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=now,
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The letters are on their way. Each has thirty days to answer."))
            return redirect("network_introduce", slug=slug)
    members = dict(_members(network).values_list("profile", "pk"))
    pairs = introducing.pairs(user=request.user, now=now, among=_members(network).values("profile"), limit=PROPOSED)
    made = MemberIntroduction.objects.filter(network=network).select_related("introduction__a", "introduction__b")
    context = {
        "network": network,
        "form": form,
        "pairs": [(pair, members[pair.one.pk], members[pair.other.pk]) for pair in pairs],
        "made": list(made[:MADE]),
        "has_two": len(members) > 1,
        "now": now,
    }
    return render(request, "networks/introduce.html", context, status=422 if form.errors else 200)


def _members(network: Network) -> QuerySet[Membership]:
    return Membership.objects.filter(network=network, state=Membership.State.MEMBER, profile__claimed_at__isnull=False)
