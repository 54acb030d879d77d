"""After an event: what came of it on its page, and the archive."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import modules
from core.errors import DomainError
from core.panels import Panel
from events.forms.life import AftermathForm
from events.models import Event, EventReport
from events.queries.aftermath import came_of
from events.rules.events import may_manage_event
from events.services import archiving
from events.views.events_host import act, hosted
from opportunities.queries import purchases


def aftermath_panel(request: HttpRequest, event: Event) -> Panel | None:
    """Figures and words of an event that is over; for its host also where they are written."""
    came = came_of(event, timezone.now())
    if came is None:
        return None
    is_host = may_manage_event(request.user, event)
    report = EventReport.objects.filter(event=event).exists()
    if not came.anything and not event.aftermath and not is_host and not report:
        return None
    return Panel(
        "events/events/panel_aftermath.html", {"event": event, "came": came, "is_host": is_host, "report": report}
    )


def dialogue_panel(request: HttpRequest, event: Event) -> Panel | None:
    """What an open market dialogue owes to all alike: the notice, the questions, and that nobody gets to know more."""
    if event.kind != Event.Kind.MARKET_DIALOGUE:
        return None
    now = timezone.now()
    planned = purchases.of_event(event.pk, now) if modules.is_on("opportunities") else []
    return Panel("events/events/panel_dialogue.html", {"event": event, "now": now, "purchases": planned})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def event_aftermath(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    data: Any = request.POST if request.method == "POST" else None
    form = AftermathForm(data, initial={"aftermath": event.aftermath}, stamp=str(event.version))
    if request.method == "POST" and form.is_valid():
        try:
            archiving.write_aftermath(
                event=event,
                text=form.cleaned_data["aftermath"],
                by=request.user,
                now=timezone.now(),
                version=form.seen,
            )
        except DomainError as error:
            form.refuse(error, event.version)
        else:
            messages.success(request, _("Saved. Everybody can read it on the event's page."))
            return redirect(event)
    context = {"event": event, "form": form, "came": came_of(event, timezone.now())}
    return render(request, "events/events/aftermath.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def event_archive(request: HttpRequest, slug: str) -> HttpResponse:
    return act(request, slug, archiving.archive_event, _("Archived. The page stays at its address."))
