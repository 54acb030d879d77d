"""Calendar files and the feed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from events import calendars
from events.queries import meetings as queries
from events.services import meetings as services
from events.views.meetings import own_or_404

CALENDAR = "text/calendar; charset=utf-8"


@login_required
@require_GET
def meeting_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting, to be opened in any calendar."""
    own = own_or_404(request, pk)
    response = HttpResponse(calendars.file_of(queries.calendar_meeting(own)), content_type=CALENDAR)
    response["Content-Disposition"] = f'attachment; filename="solmu-{own.meeting.pk}.ics"'
    return response


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's meetings for a calendar programme, which signs in with nothing but the secret address.

    In the person's language, whatever the address says; unchanged content is not sent again.
    """
    found = queries.feed_of_token(token)
    if found is None or not found.user.is_active:
        raise Http404
    with translation.override(found.user.language):
        content = calendars.feed(queries.feed_meetings(found.user, timezone.now()), name=_("Solmu: meetings"))
    tag = calendars.etag(content)
    sent = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    response: HttpResponse = HttpResponseNotModified() if tag in sent else HttpResponse(content, content_type=CALENDAR)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    services.renew_feed(user=request.user)
    messages.success(
        request, _("Your calendar has a new address. The old one works no more: subscribe to the new one.")
    )
    return redirect("my_meetings")
