"""The door of an event: who is in. For its hosts, and for helpers who have a link.

The page works on a phone while the network is away (static/js/door.js); without JavaScript it is a search and buttons.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_permissions_policy.decorators import permissions_policy_override

from core.errors import DomainError
from core.forms import add_domain_error
from core.workers import service_worker
from events.forms.doors import HelperForm
from events.models import Event, HelperLink, Registration
from events.queries import doors as queries
from events.queries import registrations as registration_queries
from events.rules.events import may_manage_event
from events.services import doors as services
from events.services.doors import Pressed
from events.views.events import event_or_404
from events.views.events_host import hosted

SHOWN = 50
MOST_PRESSES = 500
HELPER = "door"
"""In the session: the helper's link whose door was opened in this browser, so that a ticket's address works too."""


@dataclass(frozen=True)
class Door:
    """An event's door, and as whom it is opened."""

    event: Event
    by: Any = None
    helper: HelperLink | None = None

    def address(self, name: str) -> str:
        if self.helper is not None:
            return reverse(f"helper_{name}", kwargs={"token": services.token_of(self.helper)})
        return reverse(f"event_{name}", kwargs={"slug": self.event.slug})


class Closed(Exception):
    """The door does not open: the answer to give instead."""

    def __init__(self, status: int, reason: str = "") -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def _door(request: HttpRequest, slug: str | None, token: str | None) -> Door:
    """Raises `Closed` (401: sign in, 410: not yours or no longer)."""
    if token is not None:
        try:
            link = services.read_link(token, now=timezone.now())
        except DomainError as error:
            raise Closed(410, str(error)) from error
        return Door(event=link.event, helper=link)
    if not request.user.is_authenticated:
        raise Closed(401)
    event = event_or_404(request, slug or "")
    if not may_manage_event(request.user, event):
        raise Closed(410)
    return Door(event=event, by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@permissions_policy_override({**settings.PERMISSIONS_POLICY, "camera": ["self"]})
def door(request: HttpRequest, slug: str | None = None, token: str | None = None) -> HttpResponseBase:
    """The page; a POST is a press of one who has no JavaScript."""
    try:
        opened = _door(request, slug, token)
    except Closed as closed:
        if token is not None:
            return render(request, "events/doors/closed.html", {"reason": closed.reason}, status=410)
        if closed.status == 401:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied from closed
    if opened.helper is not None:
        request.session[HELPER] = opened.helper.pk
    if request.method == "POST":
        _press_plainly(request, opened)
        return redirect(f"{opened.address('door')}?q={request.POST.get('q', '')[:100]}")
    words = request.GET.get("q", "")[:100]
    found = registration_queries.found(opened.event, state=Registration.State.CONFIRMED, words=words)
    arrived, seated = queries.arrived(opened.event)
    context = {
        "event": opened.event,
        "door": opened,
        "rows": found.order_by("user__name", "pk")[:SHOWN],
        "words": words,
        "arrived": arrived,
        "seated": seated,
        "addresses": {
            "door": opened.address("door"),
            "people": opened.address("door_people"),
            "presses": opened.address("door_presses"),
            "worker": reverse("door_worker"),
            "away": opened.event.get_absolute_url(),
        },
        "texts": _texts(),
    }
    return render(request, "events/doors/door.html", context)


def _press_plainly(request: HttpRequest, opened: Door) -> None:
    number = request.POST.get("registration", "")
    now = timezone.now()
    if not number.isdecimal():
        return
    one = Pressed(uuid4(), int(number), request.POST.get("act") != "undo", now)
    (outcome,) = services.press(
        event=opened.event, presses=[one], sent_at=now, now=now, by=opened.by, helper=opened.helper
    )
    said = {
        "in": _("Checked in."),
        "already": _("Somebody has checked the person in already."),
        "undone": _("The check-in is taken back."),
        "no_seat": _("The person has no seat."),
        "unknown": _("There is no such ticket in this event."),
    }
    messages.info(request, said[outcome.result])


@require_safe
@cache_control(private=True, no_store=True)
def door_people(request: HttpRequest, slug: str | None = None, token: str | None = None) -> JsonResponse:
    """Everybody whom the door may meet."""
    try:
        opened = _door(request, slug, token)
    except Closed as closed:
        return JsonResponse({"error": closed.reason}, status=closed.status)
    return JsonResponse({"people": queries.people(opened.event)})


@require_POST
@cache_control(private=True, no_store=True)
def door_presses(request: HttpRequest, slug: str | None = None, token: str | None = None) -> HttpResponseBase:
    """Presses from a phone, as JSON: {sent_at, presses: [{key, id, act, at}]}. Each is taken once."""
    limited: HttpResponse | None = consume_or_429(request, action="door")
    if limited is not None:
        return limited
    try:
        opened = _door(request, slug, token)
    except Closed as closed:
        return JsonResponse({"error": closed.reason}, status=closed.status)
    try:
        sent_at, presses = _read(request.body)
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"error": "unreadable"}, status=400)
    try:
        outcomes = services.press(
            event=opened.event,
            presses=presses,
            sent_at=sent_at,
            now=timezone.now(),
            by=opened.by,
            helper=opened.helper,
        )
    except DomainError as error:
        return JsonResponse({"error": str(error)}, status=410)
    told = [
        {"key": str(one.key), "result": one.result, "since": one.since.isoformat() if one.since else None}
        for one in outcomes
    ]
    return JsonResponse({"outcomes": told})


def _read(body: bytes) -> tuple[datetime, list[Pressed]]:
    """Raises ValueError, TypeError, KeyError or AttributeError for anything but what our page sends."""
    sent = json.loads(body)
    rows = sent["presses"]
    if len(rows) > MOST_PRESSES:
        raise ValueError("too many")
    presses = []
    for row in rows:
        if row["act"] not in ("in", "undo"):
            raise ValueError(row["act"])
        presses.append(Pressed(UUID(row["key"]), _number(row["id"]), row["act"] == "in", _moment(row["at"])))
    return _moment(sent["sent_at"]), presses


def _number(value: Any) -> int:
    if not isinstance(value, int) or not 0 < value < 2**63:
        raise ValueError(value)
    return value


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None or moment.tzinfo is None:
        raise ValueError(text)
    return moment


@require_safe
def door_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from an address under which doors stand: it may keep their pages at hand, and no others."""
    return service_worker("js/door-worker.js", scope=reverse("events"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_helpers(request: HttpRequest, slug: str) -> HttpResponse:
    """Links for helpers at the door, each with its end."""
    event = hosted(request, slug)
    now = timezone.now()
    initial = {"expires_at": event.ends_at}
    form = HelperForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.make_link(
                event=event,
                name=form.cleaned_data["name"],
                expires_at=form.cleaned_data["expires_at"],
                by=request.user,
                now=now,
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The link is made. Give it to the helper."))
            return redirect("event_helpers", slug=slug)
    rows = [
        (link, request.build_absolute_uri(reverse("helper_door", kwargs={"token": services.token_of(link)})))
        for link in queries.open_links(event, now)
    ]
    context = {"event": event, "form": form, "rows": rows}
    return render(request, "events/doors/helpers.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def event_helper_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    link = get_object_or_404(HelperLink, event=hosted(request, slug), pk=pk)
    services.revoke_link(link=link, by=request.user, now=timezone.now())
    messages.success(request, _("The link is closed. It opens nothing any more."))
    return redirect("event_helpers", slug=slug)


def _texts() -> dict[str, str]:
    """What the phone says, in the reader's language; {name} and the like are filled in there."""
    return {
        "zone": timezone.get_current_timezone_name(),
        "sign": ":" if (get_language() or "fi").startswith("en") else ".",
        "check_in": _("Check in"),
        "undo": _("Undo the check-in"),
        "in_at": _("In since {time}."),
        "not_sent": _("Not sent yet."),
        "came": _("{name} is checked in."),
        "undone": _("{name}: the check-in is taken back."),
        "already": _("{name} has been checked in already, at {time}."),
        "already_elsewhere": _("{name} had been checked in already at {time}, on another phone."),
        "no_seat": _("{name} has no seat. Ask the organiser."),
        "no_seat_short": _("No seat"),
        "gone": _("{name}: the registration is not there any more. Ask the organiser."),
        "unknown": _("There is no such ticket in this event."),
        "unknown_offline": _(
            "This phone does not know the ticket. Search by name, or try again when there is a network."
        ),
        "count": _("{n} of {of} are in"),
        "more": _("and {n} more: write a name to find them."),
        "nobody": _("Nobody is found so."),
        "empty": _("The list has not been fetched yet."),
        "offline": _("No network. You can go on: this phone remembers."),
        "queued_one": _("{n} check-in has not been sent."),
        "queued_many": _("{n} check-ins have not been sent."),
        "sending_one": _("Sending {n} check-in."),
        "sending_many": _("Sending {n} check-ins."),
        "synced": _("Everything is synced, at {time}."),
        "last": _("Last synced at {time}."),
        "never": _("Not synced yet."),
        "sign_in": _("You are signed out. Sign in again in another tab: nothing here is lost."),
        "reload": _("Load the page again: nothing here is lost."),
        "link_over": _("This door is no longer open to you, and the list is removed from this phone."),
        "scan": _("Scan with the camera"),
        "stop": _("Stop the camera"),
        "no_camera": _("The camera does not open. Allow it in the browser, or write the code."),
        "ready": _("The page is on this phone: it opens without a network too."),
        "not_ready": _("This browser cannot keep the page. Leave it open if the network may go."),
        "no_memory": _("This browser remembers nothing. Stay where there is a network."),
        "put_away": _("Put away"),
    }
