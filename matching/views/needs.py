"""Describe what you need: a text, and the best partners for it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Profile
from accounts.rules import may_edit
from accounts.views.chosen import chosen_profile
from core.errors import DomainError
from core.forms import add_domain_error
from core.text import LANGUAGE_CHOICES, reader_language
from matching import needs, queries, services, showing
from matching.forms import NeedForm
from matching.models import Question
from matching.services.questions import KEPT_FOR
from matching.views.asking import waiting

AT_ONCE = 5
RECENT = 10


@login_required
@require_http_methods(["GET", "POST"])
def need(request: HttpRequest) -> HttpResponse:
    profile, own = chosen_profile(request)
    asked = _asked(request)
    form = NeedForm(request.POST or None, question=asked)
    if request.method == "POST" and form.is_valid():
        try:
            question = services.ask_need(
                text=form.cleaned_data["text"],
                language=form.cleaned_data["language"],
                themes=form.cleaned_data.get("themes", []),
                reader=reader_language(),
                profile=profile,
                by=request.user,  # type: ignore[arg-type]  # signed in
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("need_answer", pk=question.pk)
    context = {"form": form, "profile": profile, "own_profiles": own, **_recent(request.user)}
    return render(request, "matching/need.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The question with its answer, or while that is waited for."""
    question = get_object_or_404(_own(request.user).select_related("profile"), pk=pk)
    own = list(Profile.objects.spoken_for_by(request.user))
    # Who has made a profile since then answers as it; nobody acts for one that they represent no more.
    profile = question.profile if question.profile in own else own[0] if own else None
    context = {
        "form": NeedForm(question=question),
        "question": question,
        "profile": profile,
        "own_profiles": own,
        "may_edit": profile is not None and may_edit(request.user, profile),
        "read_as": dict(LANGUAGE_CHOICES)[question.data["language"]],
        "today": timezone.localdate(),
        **waiting(question),
        **_recent(request.user),
    }
    if question.answer is not None:
        rows = _rows(request.user, question, profile)
        shown = rows if "all" in request.GET else rows[:AT_ONCE]
        context |= {"found": len(rows), "rows": shown, "more": len(rows) - len(shown)}
    return render(request, "matching/need.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(_own(request.user), pk=pk)
    services.remove_question(question=question, by=request.user, now=timezone.now())  # type: ignore[arg-type]  # as above
    return redirect("need")


def _own(user: Any) -> Any:
    return Question.objects.of(user).filter(kind=Question.Kind.NEED)


def _asked(request: HttpRequest) -> Question | None:
    """On whose page the text was changed; one that is gone is no error."""
    pk = request.POST.get("asked", "")
    return _own(request.user).filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None


def _rows(user: Any, question: Question, profile: Profile | None) -> list[dict[str, Any]]:
    found = needs.read_answer(question, user=user, profile=profile)
    cards = showing.cards_for_need(found, needs.party_of_need(question.data), profile or Profile())
    given = {}
    if profile is not None:
        answers = queries.answers_of(profile, user=user).filter(other__in=[card.other for card in cards])
        given = {answer.other_id: answer for answer in answers}
    return [{"card": card, "given": given.get(card.other.pk)} for card in cards]


def _recent(user: Any) -> dict[str, Any]:
    return {"recent": list(_own(user)[:RECENT]), "kept_days": KEPT_FOR.days}
