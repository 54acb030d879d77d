"""A colleague comes instead, or one who cancelled comes after all."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error
from events.forms.calendars import HandOverForm
from events.queries import meetings as queries
from events.services import standing_in as services
from events.views.meetings import own_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    own = own_or_404(request, pk)
    people = queries.colleagues(own.meeting, own.mine)
    form = HandOverForm(request.POST if request.method == "POST" else None, colleagues=people)
    if request.method == "POST" and form.is_valid():
        to = form.people[form.cleaned_data["colleague"]]
        try:
            services.hand_over(meeting=own.meeting, to=to, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Your colleague comes instead. All three calendars are told."))
            return redirect("meeting", pk=pk)
    context = {"own": own, "meeting": own.meeting, "form": form, "people": people}
    return render(request, "events/meetings/hand_over.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def come_after_all(request: HttpRequest, pk: int) -> HttpResponse:
    own = own_or_404(request, pk)
    try:
        services.come_after_all(meeting=own.meeting, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The meeting is held after all. Both calendars are told."))
    return redirect("meeting", pk=pk)
