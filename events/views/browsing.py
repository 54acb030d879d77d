"""Who comes to a round, seen by a participant: whom it is good to meet and why, private marks, asking."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import modules
from core.errors import DomainError
from core.forms import add_domain_error, is_fragment
from core.tasks import wake
from core.text import clean_text
from events.addresses import of_round
from events.forms.asking import AskForm
from events.models import MeetingRequest, Round, Wish
from events.queries import browsing as queries
from events.queries import rounds as round_queries
from events.queries.fit import key_of
from events.queries.own_tables import are_same_side, seated_in
from events.rules import rounds as rules
from events.services import fit, marks
from events.services import requests as services
from events.views.rounds import own_seat
from matching import among

A_PAGE = 25


@login_required
@require_GET
def people(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """The other participants, and how things stand with each."""
    round, me = own_seat(request, slug, number)
    words, now = clean_text(request.GET.get("q", ""))[:100], timezone.now()
    order = request.GET.get("show", "")
    if modules.is_on("matching") and among.must_ask(key_of(round.event_id, me.profile_id), now):
        wake(fit.LOOK, round.event_id, me.profile_id)
    found = queries.candidates(round, me, user=request.user, now=now, words=words, order=order)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    queries.tell_reasons(list(page.object_list), me)
    context = {
        "round": round,
        "event": round.event,
        "me": me,
        "page": page,
        "words": words,
        "show": order if order in (queries.BY_NAME, queries.MARKED) else "",
        "agreed": sum(one.is_agreed_in(round) for one in found),
        "comers": None if round.takes_requests or round.is_speed else round.event.registrations.confirmed().count(),
        "own_table": seated_in(round).get(me.pk),
        "may_mark": me.user_id == request.user.pk,
        "marks": Wish.Word.choices,
        "stars": rules.MOST_STARS,
    }
    return render(request, "events/rounds/people.html", context)


@login_required
@require_POST
def mark(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    """One press: a private mark, or its taking away. htmx gets the row's buttons, others the page at that row."""
    round, me = own_seat(request, slug, number)
    candidate = next(iter(queries.candidates(round, me, user=request.user, now=timezone.now(), only=pk)), None)
    if candidate is None:
        raise Http404
    problem, agreed = "", None
    try:
        agreed = marks.say_wish(
            round=round,
            me=me,
            about=candidate.registration,
            word=request.POST.get("word", ""),
            by=request.user,
            now=timezone.now(),
        )
    except DomainError as error:
        problem = str(error)
    if is_fragment(request):
        candidate = next(iter(queries.candidates(round, me, user=request.user, now=timezone.now(), only=pk)), candidate)
        context = {
            "event": round.event, "round": round, "one": candidate, "marks": Wish.Word.choices, "problem": problem,
            "agreed": agreed, "fragment": True, "here": request.POST.get("next", ""),
        }  # fmt: skip
        return render(request, "events/rounds/marks.html", context)
    if problem:
        messages.error(request, problem)
    if agreed is not None:
        messages.success(request, _said(agreed, candidate.registration.profile.name))
    return redirect(f"{_back(request, round)}#who-{pk}")


@login_required
@require_POST
def show_me(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Whether the others see one in the list and may ask."""
    round, me = own_seat(request, slug, number)
    shown = request.POST.get("shown") == "yes"
    try:
        marks.show_me(registration=me, shown=shown, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = _("The others see you again and can ask you.") if shown else _("The others no longer see you here.")
        messages.success(request, said)
    return redirect(of_round("round_people", round))


def _back(request: HttpRequest, round: Round) -> str:
    """The page where the button was; only one of our own."""
    sent = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(sent, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return sent
    return of_round("round_people", round)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str, pk: int, number: int = 1) -> HttpResponse:
    """Asking one of them, with a sentence."""
    round, me = own_seat(request, slug, number)
    candidate = next(iter(queries.candidates(round, me, user=request.user, now=timezone.now(), only=pk)), None)
    if candidate is None:
        raise Http404
    rounds = [
        one
        for one in round_queries.asking_rounds(round.event, now=timezone.now())
        if not are_same_side(one, me.pk, candidate.registration.pk)
    ]
    form = AskForm(request.POST if request.method == "POST" else None, rounds=rounds, here=round)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_request(
                round=form.round,
                asker=me,
                asked=candidate.registration,
                by=request.user,
                now=timezone.now(),
                message=form.cleaned_data["message"],
                language=form.cleaned_data["language"],
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _said(made, candidate.registration.profile.name))
            return redirect(of_round("round_people", round))
    context = {
        "round": round,
        "event": round.event,
        "form": form,
        "me": me,
        "candidate": candidate,
        "other": candidate.registration,
    }
    return render(request, "events/rounds/ask.html", context)


def _said(made: MeetingRequest, name: str) -> str:
    if made.is_wished:
        return _("%(name)s wishes to meet you too, so you have agreed.") % {"name": name}
    if made.is_pending:
        return _("Sent to %(name)s. You hear when they answer.") % {"name": name}
    return _("%(name)s had asked you too, so you have agreed to meet.") % {"name": name}
