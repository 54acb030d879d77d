"""More or fewer tables at single times, said by the host."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from events.addresses import of_round
from events.forms.slot_tables import SlotTablesForm
from events.queries.tables import stamp_of
from events.services import slot_tables as services
from events.views.rounds_host import hosted_round


@login_required
@require_http_methods(["GET", "POST"])
def times(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    now = timezone.now()
    slots = list(round.slots.filter(is_open=True, starts_at__gt=now))
    form = SlotTablesForm(request.POST if request.method == "POST" else None, round=round, slots=slots)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_tables(round=round, tables=form.tables(), by=request.user, now=now, seen=form.seen)
        except DomainError as error:
            form.refuse(error, stamp_of(round))
        else:
            messages.success(request, _("Saved."))
            return redirect(of_round("round_times", round))
    context = {"event": round.event, "round": round, "tab": "settings", "form": form, "slots": slots}
    return render(request, "events/rounds/times.html", context, status=422 if form.errors else 200)
