"""A shared inbox among colleagues: who takes care of what, what needs no answer, being away."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Profile
from conversations.forms import AwayForm, CareForm
from conversations.queries import care as queries
from conversations.services import care as services
from conversations.views.first import conversation_url
from conversations.views.own import own_side
from core.errors import DomainError
from core.forms import add_domain_error, press


@login_required
@require_POST
def take_care(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: I take care of it, a colleague does, nobody any more; or it needs no answer."""
    side, now = own_side(request, pk), timezone.now()
    form = CareForm(request.POST)
    if not form.is_valid():
        return redirect(conversation_url(side))
    do, seen = form.cleaned_data["do"], form.cleaned_data["seen"]
    to = {"me": request.user.pk, "give": form.cleaned_data["colleague"]}.get(do)
    said = {
        "me": _("You take care of this. Your colleagues see it."),
        "give": _("Your colleague is told."),
        "release": _("Nobody in particular takes care of this now."),
        "done": _("Marked: needs no answer."),
    }[do]

    def run() -> None:
        if do == "done":
            services.needs_no_answer(side=side, by=request.user, now=now)
        else:
            services.assign(side=side, to=to, seen=seen, by=request.user, now=now)

    return press(request, run, said, conversation_url(side))


@login_required
@require_http_methods(["GET", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """The person's own absence; *I am back* ends it."""
    now = timezone.now()
    if "back" in request.POST:
        services.be_back(user=request.user)
        messages.success(request, _("Welcome back. The mark is gone."))
        return redirect("messages")
    absence = queries.absence_of(request.user, now=now)
    start = {"first_day": absence.first_day, "last_day": absence.last_day} if absence is not None else {}
    form = AwayForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        first, last = form.cleaned_data["first_day"], form.cleaned_data["last_day"]
        try:
            services.be_away(user=request.user, first=first, last=last, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Marked. Your colleagues see it, and nobody else."))
            return redirect("messages")
    context = {
        "form": form,
        "absence": absence,
        "shared": [one for one in Profile.objects.spoken_for_by(request.user) if not one.is_person],
    }
    return render(request, "conversations/away.html", context, status=422 if form.errors else 200)
