"""Advisory desks as their host makes them, and the link by which a colleague becomes an advisor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from events.forms.desks import DeskForm, initial_of
from events.models import AdviceDesk, Event
from events.queries import desks as queries
from events.rules import desks as rules
from events.services import desks as services
from events.views.desks import desk_or_404
from events.views.events_host import hosted


def _people(event: Event, desk: AdviceDesk | None, by: Any) -> list[Any]:
    """Who can be an advisor: the organiser's representatives, the host, and those who advise already."""
    wanted = Q(pk=by.pk)
    if event.organiser_id is not None:
        wanted |= Q(representations__profile=event.organiser_id, is_active=True)
    if desk is not None:
        wanted |= Q(advises_at=desk)
    return list(get_user_model().objects.filter(wanted).distinct())


@login_required
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    initial = {"opens_at": event.starts_at, "closes_at": event.ends_at, "advisors": [request.user.pk]}
    form = DeskForm(request.POST or None, people=_people(event, None, request.user), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            desk = services.create_desk(event=event, plan=form.plan(), by=request.user, now=timezone.now())
        except DomainError as error:
            form.refuse(error, 0)
        else:
            messages.success(request, _("The desk is made: %(name)s.") % {"name": desk.name})
            return redirect("desks", slug=slug)
    context = {"event": event, "form": form}
    return render(request, "events/desks/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    desk = desk_or_404(request, pk)
    if not rules.may_host_desk(request.user, desk):
        raise PermissionDenied
    form = DeskForm(
        request.POST or None,
        people=_people(desk.event, desk, request.user),
        initial=initial_of(desk),
        stamp=str(desk.version),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_desk(desk=desk, plan=form.plan(), by=request.user, now=timezone.now(), seen=form.seen)
        except DomainError as error:
            form.refuse(error, desk.version)
        else:
            messages.success(request, _("Saved."))
            return redirect("desks", slug=desk.event.slug)
    address = request.build_absolute_uri(reverse("desk_join", kwargs={"token": queries.token_of(desk)}))
    context = {"event": desk.event, "desk": desk, "form": form, "address": address}
    return render(request, "events/desks/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def desk_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The link of before opens nothing any more."""
    desk = desk_or_404(request, pk)
    try:
        services.renew_link(desk=desk, by=request.user, now=timezone.now())
    except DomainError as error:
        raise PermissionDenied from error
    messages.success(request, _("The former link is closed. Here is a new one."))
    return redirect("desk_edit", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def desk_join(request: HttpRequest, token: str) -> HttpResponse:
    """A colleague who has the link says yes."""
    desk = queries.of_token(token)
    if desk is None or rules.is_shut(desk, timezone.now()):
        return render(request, "events/desks/join_broken.html", status=410)
    if request.method == "POST":
        try:
            services.join_as_advisor(desk=desk, by=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("desk_advisor", pk=desk.pk)
    return render(request, "events/desks/join.html", {"desk": desk, "event": desk.event})
