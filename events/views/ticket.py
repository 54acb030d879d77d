"""One's own ticket: a page for a phone, a picture, and what its code leads to."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from events import codes
from events.models import HelperLink, Registration
from events.queries import events as event_queries
from events.rules.events import may_manage_event
from events.services import doors
from events.services.doors import Pressed
from events.views.doors import HELPER
from events.views.events import event_or_404


def _mine(request: HttpRequest, slug: str) -> Registration:
    """The reader's own registration that has a seat."""
    event = event_or_404(request, slug)
    mine = event_queries.own_registration(request.user, event)
    if mine is None or not mine.has_seat:
        raise Http404
    mine.event = event
    return mine


@login_required
@require_safe
def own_ticket(request: HttpRequest, slug: str) -> HttpResponse:
    mine = _mine(request, slug)
    context = {
        "event": mine.event,
        "mine": mine,
        "where": event_queries.where(mine.event),
        "code": codes.svg(codes.address_of(mine.code)),
    }
    return render(request, "events/doors/ticket.html", context)


@login_required
@require_safe
def own_ticket_picture(request: HttpRequest, slug: str) -> HttpResponse:
    mine = _mine(request, slug)
    response = HttpResponse(codes.png(codes.address_of(mine.code)), content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="{mine.event.slug}.png"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_code(request: HttpRequest, code: str) -> HttpResponseBase:
    """What a phone's own camera opens of a ticket: for its person the ticket, at the door the person. To all others it
    is not there.
    """
    known = Registration.objects.select_related("event__organiser", "profile", "user", "ticket")
    one = get_object_or_404(known, code=code.upper().replace("-", ""))
    helper = _helper(request, one)
    is_host = helper is None and may_manage_event(request.user, one.event)
    if helper is None and not is_host:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if one.user_id == request.user.pk and one.has_seat:
            return redirect("own_ticket", slug=one.event.slug)
        raise Http404
    if request.method == "POST":
        now = timezone.now()
        pressed = Pressed(uuid4(), one.pk, request.POST.get("act") != "undo", now)
        by = None if helper else request.user
        (outcome,) = doors.press(event=one.event, presses=[pressed], sent_at=now, now=now, by=by, helper=helper)
        if outcome.result == "already":
            messages.info(request, _("Somebody has checked the person in already."))
        return redirect("ticket_code", code=one.code)
    return render(request, "events/doors/person.html", {"one": one, "event": one.event, "helper": helper})


def _helper(request: HttpRequest, one: Registration) -> HelperLink | None:
    """The link by which this browser has opened the event's door, while it holds."""
    link = HelperLink.objects.filter(pk=request.session.get(HELPER, 0), event=one.event_id).first()
    if link is not None:
        try:
            doors.check_link(link, now=timezone.now())
        except DomainError:
            return None
    return link
