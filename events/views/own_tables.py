"""The host chooses who sits at a table of their own."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.forms import add_domain_error
from events.addresses import of_round
from events.forms.own_tables import SeatedForm
from events.queries import own_tables as queries
from events.services import own_tables as services
from events.views.rounds_host import hosted_round


@login_required
@require_http_methods(["GET", "POST"])
def seated(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    if not round.is_hosted:
        raise Http404
    form = SeatedForm(request.POST if request.method == "POST" else None, round=round)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_seated(
                round=round,
                people=form.cleaned_data["people"],
                ticket=form.cleaned_data.get("ticket"),
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved. Each of them has a table of their own."))
            return redirect(of_round("round_seated", round))
    rows = queries.sitting(round)
    context = {
        "event": round.event,
        "round": round,
        "tab": "seated",
        "form": form,
        "rows": rows,
        "too_few": len(rows) > round.tables,
    }
    return render(request, "events/rounds/seated.html", context, status=422 if form.errors else 200)
