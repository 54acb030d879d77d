"""The requests of a round as its host sees them, and the host's word: on pairs, and on how many meetings one has."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.forms import add_domain_error, press
from events.addresses import of_round
from events.forms.rounds import LimitForm, PairForm
from events.models import Apart, MeetingLimit, MeetingRequest, Round
from events.queries import limits as limit_queries
from events.queries import rounds as queries
from events.services import limits
from events.services import wishes as host_word
from events.views.rounds_host import hosted_round


@login_required
@require_GET
def wishes(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Every request and how it stands. The sentences are between the two, and are not shown here."""
    round = hosted_round(request, slug, number)
    return _wishes_page(request, round)


def _wishes_page(
    request: HttpRequest, round: Round, form: PairForm | None = None, limit: LimitForm | None = None
) -> HttpResponse:
    rows = (
        round.requests.exclude(state=MeetingRequest.State.WITHDRAWN)
        .select_related("asker__profile", "asked__profile", "meeting")
        .order_by("-made_at", "-pk")
    )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {"event": round.event, "round": round, "tab": "wishes", "page": page, "wishes": queries.wishes_of(round)}
    context |= {"words": MeetingRequest.Word.choices, "form": form or PairForm(round=round)}
    context |= {
        "limit_form": limit or LimitForm(round=round, prefix="limit"),
        "limits": limit_queries.set_by_host(round),
    }
    context["apart"] = round.apart.select_related("one__profile", "other__profile")
    return render(request, "events/rounds/wishes.html", context, status=422 if form or limit else 200)


@login_required
@require_POST
def limit(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """How many meetings one person has at most and at least."""
    round = hosted_round(request, slug, number)
    form = LimitForm(request.POST, round=round, prefix="limit")
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            limits.set_limit(
                round=round,
                registration=chosen["person"],
                most=chosen["most"],
                least=chosen["least"],
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Kept. It is heeded from now on; what is agreed stays."))
            return redirect(of_round("round_wishes", round))
    return _wishes_page(request, round, limit=form)


@login_required
@require_POST
def lift_limit(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    found = get_object_or_404(MeetingLimit.objects.select_related("registration__profile"), round=round, pk=pk)
    said = _("%(name)s: your limit is taken back.") % {"name": found.registration.profile.name}
    return press(
        request,
        lambda: limits.lift_limit(limit=found, by=request.user, now=timezone.now()),
        said,
        of_round("round_wishes", round),
    )


@login_required
@require_POST
def pair(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Two who need not have asked: they must meet, or are kept apart."""
    round = hosted_round(request, slug, number)
    form = PairForm(request.POST, round=round)
    if not form.is_valid():
        return _wishes_page(request, round, form)
    chosen = form.cleaned_data
    say = host_word.pair_up if chosen["word"] == MeetingRequest.Word.MUST else host_word.keep_apart
    try:
        say(round=round, one=chosen["one"], other=chosen["other"], by=request.user, now=timezone.now())
    except DomainError as error:
        add_domain_error(form, error)
        return _wishes_page(request, round, form)
    if chosen["word"] == MeetingRequest.Word.MUST and round.published_at is not None:
        messages.success(request, _("The two have a time, and have been told."))
    else:
        messages.success(request, _("Kept. It is heeded when the schedule is made next."))
    return redirect(of_round("round_wishes", round))


@login_required
@require_POST
def let_meet(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    round = hosted_round(request, slug, number)
    apart = get_object_or_404(Apart.objects.select_related("round"), round=round, pk=pk)
    try:
        host_word.let_meet(apart=apart, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The two are no longer kept apart."))
    return redirect(of_round("round_wishes", round))
