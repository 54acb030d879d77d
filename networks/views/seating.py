"""Who sits where at a meeting, and who has met whom in the network."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from networks.models import Membership
from networks.queries import rotation as queries
from networks.queries.members import names_of
from networks.rules.meetings import may_run_meeting
from networks.rules.networks import may_coordinate
from networks.services import seating as services
from networks.views.meetings import inner_network, run_meeting, seen_meeting

GET_OR_POST = ("GET", "HEAD", "POST")
A_PAGE = 50


@login_required
@require_http_methods(GET_OR_POST)
def network_seating(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The seating list, to look at and to print; for who runs the meeting, the press that makes it."""
    meeting, now = seen_meeting(request, slug, pk), timezone.now()
    if request.method == "POST":
        meeting = run_meeting(request, slug, pk)
        try:
            seated = services.seat_meeting(
                meeting=meeting, by=request.user, now=now, only_checked_in="here" in request.POST
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            told = ngettext("%(n)d person has a place.", "%(n)d people have a place.", len(seated))
            messages.success(request, told % {"n": len(seated)})
        return redirect("network_seating", slug=slug, pk=pk)
    may_run = may_run_meeting(request.user, meeting) and not meeting.is_over(now)
    keeps = may_run and may_coordinate(request.user, meeting.network)
    registrations = meeting.event.registrations.confirmed()
    tables = queries.shown_tables(meeting)
    at_tables = [(number, [seat.profile for seat in seats]) for number, seats in tables]
    context = {
        "meeting": meeting,
        "network": meeting.network,
        "tables": tables,
        "together": queries.together_against_word(meeting.network, request.user, at_tables) if keeps else [],
        "may_run": may_run,
        "keeps_apart": keeps,
        "comers": registrations.count(),
        "here": registrations.filter(checked_in_at__isnull=False).count() if may_run else 0,
        "to_arrive": services.to_arrive(meeting) if may_run and tables else [],
    }
    return render(request, "networks/meetings/seating.html", context)


@login_required
@require_POST
def network_seating_mend(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """First who would move is shown, then it is done."""
    meeting, now = run_meeting(request, slug, pk), timezone.now()
    missing = [int(value) for value in request.POST.getlist("missing") if value.isdecimal()]
    arrived = request.POST.getlist("arrived")
    try:
        if "apply" in request.POST:
            version = request.POST.get("version", "")
            mended = services.mend_seating(
                meeting=meeting,
                missing=missing,
                arrived=arrived,
                version=int(version) if version.isdecimal() else -1,
                by=request.user,
                now=now,
            )
            count = len(mended.moved)
            told = ngettext("The tables are mended: %(n)d moves.", "The tables are mended: %(n)d move.", count)
            messages.success(request, told % {"n": count} if count else _("The tables are mended: nobody moves."))
            return redirect("network_seating", slug=slug, pk=pk)
        mended = services.foresee(meeting=meeting, missing=missing, arrived=arrived, now=now)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("network_seating", slug=slug, pk=pk)
    seated = [(number, [guest.profile.pk for guest in table]) for number, table in mended.tables]
    context = {
        "meeting": meeting,
        "network": meeting.network,
        "mended": mended,
        "together": queries.together_against_word(meeting.network, request.user, seated)
        if may_coordinate(request.user, meeting.network)
        else [],
        "missing": missing,
        "arrived": arrived,
    }
    return render(request, "networks/meetings/mend.html", context)


@login_required
@require_safe
def network_who_has_met(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix and, for each member, a list."""
    network, now = inner_network(request, slug), timezone.now()
    members = network.memberships.standing().select_related("profile")
    own = Membership.objects.standing().of_user(request.user).filter(network=network).first()
    asked = request.GET.get("member", "")
    chosen = own or members.order_by("profile__name_fi", "profile__name_sv", "pk").first()
    if asked.isdecimal():
        chosen = get_object_or_404(members, pk=int(asked[:18]))
    found = queries.unmet(network, chosen, now=now) if chosen is not None else None
    page = Paginator(found.others if found else [], A_PAGE).get_page(request.GET.get("page"))
    context = {
        "network": network,
        "matrix": queries.matrix(network, now=now),
        "members": names_of(members.order_by("profile__name_fi", "profile__name_sv", "pk")),
        "chosen": found,
        "page": page,
        "not_yet": [other for other in page if not other.times],
        "met": [other for other in page if other.times],
    }
    return render(request, "networks/meetings/who_has_met.html", context)
