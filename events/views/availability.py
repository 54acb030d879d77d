"""When one can meet: slots, coming and going, sessions, and one's own calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error
from events import busy
from events.addresses import of_round
from events.forms.rounds import AvailabilityForm, CalendarForm
from events.models import BusyTime, Presence, Registration, Round, SessionChoice, Slot
from events.queries import rounds as queries
from events.queries.availability import MARKED, away_slots
from events.queries.limits import own_most
from events.services import availability as services
from events.views.rounds import own_seat


@login_required
@require_http_methods(["GET", "POST"])
def availability(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """All slots are ticked to begin with."""
    round, me = own_seat(request, slug, number)
    form = _form(request, round, me, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_times(
                round=round,
                registration=me,
                times=services.Times(
                    slots=form.absent(),
                    sessions=list(form.cleaned_data["sessions"]),
                    arrives_at=form.moment("arrives_at"),
                    leaves_at=form.moment("leaves_at"),
                    most=form.cleaned_data.get("most"),
                ),
                by=request.user,
                now=timezone.now(),
                seen=form.seen,
            )
        except DomainError as error:
            form.refuse(error, _presence(me).version)
        else:
            messages.success(request, _("Kept. You are given meetings only when you can come."))
            return redirect(of_round("round_people", round))
    return _page(request, round, me, form=form)


def _form(request: HttpRequest, round: Round, me: Registration, data: Any) -> AvailabilityForm:
    presence = _presence(me)
    slots = list(round.slots.all())
    return AvailabilityForm(
        data,
        slots=slots,
        moments=list(Slot.objects.filter(round__event=round.event_id)),
        sessions=round.event.sessions.all(),
        is_speed=round.is_speed,
        stamp=str(presence.version),
        initial={
            "arrives_at": presence.arrives_at.isoformat() if presence.arrives_at else "",
            "leaves_at": presence.leaves_at.isoformat() if presence.leaves_at else "",
            "most": own_most(round, me),
            "sessions": list(SessionChoice.objects.filter(registration=me).values_list("session", flat=True)),
        },
    )


def _presence(me: Registration) -> Presence:
    return Presence.objects.filter(pk=me.pk).first() or Presence(registration=me)


def _page(
    request: HttpRequest,
    round: Round,
    me: Registration,
    *,
    form: AvailabilityForm | None = None,
    calendar: CalendarForm | None = None,
) -> HttpResponse:
    slots = list(round.slots.all())
    away = away_slots(round, [me.pk], slots)[me.pk]
    taken = queries.busy_slots(me, round)
    form = form or _form(request, round, me, None)
    sent: Any = form.data
    chosen = {int(key) for key in sent.getlist("slots") if key.isdecimal()} if form.is_bound else None
    rows = [
        {
            "slot": slot,
            "can": slot.pk in chosen if chosen is not None else away.get(slot.pk) != MARKED,
            "is_busy": slot.pk in taken,
            "why": away.get(slot.pk, ""),
        }
        for slot in slots
    ]
    context = {
        "round": round,
        "event": round.event,
        "form": form,
        "rows": rows,
        "can_none": all(slot.pk in away for slot in slots),
        "presence": _presence(me),
        "busy_times": list(BusyTime.objects.filter(registration=me)),
        "calendar": calendar or CalendarForm(),
        "is_mine": me.user_id == request.user.pk,
    }
    return render(request, "events/rounds/availability.html", context, status=422 if calendar else 200)


@login_required
@require_POST
def take_calendar(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """A file, whose times are taken at once, or an address, which is read soon."""
    round, me = own_seat(request, slug, number)
    form = CalendarForm(request.POST, request.FILES)
    if form.is_valid():
        file, url = form.cleaned_data["file"], form.cleaned_data["url"]
        try:
            if file is not None:
                content = file.read(busy.LARGEST + 1)
                n = services.import_file(
                    round=round, registration=me, content=content, by=request.user, now=timezone.now()
                )
                said = ngettext("%(n)d busy time was found.", "%(n)d busy times were found.", n)
                messages.success(request, said % {"n": n})
            else:
                services.follow_calendar(round=round, registration=me, url=url, by=request.user, now=timezone.now())
                messages.success(request, _("The calendar is read in a moment, and again until the event."))
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect(of_round("round_availability", round))
    return _page(request, round, me, calendar=form)


@login_required
@require_POST
def forget_calendar(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round, me = own_seat(request, slug, number)
    try:
        services.forget_calendar(registration=me, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The calendar and its times are forgotten."))
    return redirect(of_round("round_availability", round))
