"""Calendar files, what programmes fetch, and the page of their addresses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from core.errors import DomainError
from events import calendars, hooks
from events.forms.calendars import FeedForm
from events.models import CalendarFeed
from events.queries import feeds as queries
from events.queries.meetings import calendar_meeting
from events.services import feeds as services
from events.views.meetings import own_or_404

CALENDAR = "text/calendar; charset=utf-8"


@login_required
@require_GET
def meeting_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting, to be opened in any calendar."""
    own = own_or_404(request, pk)
    response = HttpResponse(calendars.file_of(calendar_meeting(own)), content_type=CALENDAR)
    response["Content-Disposition"] = f'attachment; filename="solmu-{own.meeting.pk}.ics"'
    return response


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar for a programme, which signs in with nothing but the secret address.

    In the owner's language, whatever the address says; unchanged content is not sent again.
    """
    found = queries.of_token(token)
    if found is None:
        raise Http404
    now = timezone.now()
    with translation.override(found.user.language):
        try:
            content = queries.content_of(found, now)
        except queries.CalendarGone as error:
            raise Http404 from error
    services.note_fetch(feed=found, programme=request.headers.get("User-Agent", ""), now=now)
    tag = calendars.etag(content)
    sent = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    is_same = tag in sent or "*" in sent
    response: HttpResponse = HttpResponseNotModified() if is_same else HttpResponse(content, content_type=CALENDAR)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: HttpRequest) -> HttpResponse:
    """All addresses of the person: made here, seen when they were last fetched, given anew, removed."""
    now = timezone.now()
    events, themes = queries.choices(request.user, now)
    circles = hooks.calendars_for(request.user)
    form = FeedForm(request.POST if request.method == "POST" else None, events=events, themes=themes, circles=circles)
    if request.method == "POST" and form.is_valid():
        try:
            services.make_feed(user=request.user, now=now, **form.chosen())
        except DomainError as error:
            form.add_error("what", str(error))
        else:
            messages.success(request, _("The address is ready. Copy it to your calendar programme."))
            return redirect("calendar_addresses")
    rows = [(row, request.build_absolute_uri(row.path)) for row in queries.rows(request.user, circles)]
    status = 422 if form.errors else 200
    return render(request, "events/meetings/addresses.html", {"rows": rows, "form": form}, status=status)


@login_required
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(
        request,
        pk,
        services.renew_feed,
        _("The calendar has a new address. The old one works no more: subscribe to the new one."),
    )


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(
        request, pk, services.revoke_feed, _("The address is removed. Whoever still fetches it gets nothing.")
    )


def _change(request: HttpRequest, pk: int, change: Any, said: str) -> HttpResponse:
    found = get_object_or_404(CalendarFeed, pk=pk, user=request.user)
    try:
        change(feed=found, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("calendar_addresses")
