"""Answering a suggestion, taking an answer back, and the list of one's answers."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Profile
from accounts.views.chosen import chosen_profile
from core.errors import DomainError
from core.forms import add_domain_error, is_fragment
from matching import queries, services
from matching.forms import AnswerForm, PairForm
from matching.views.suggestions import render_suggestions

A_PAGE = 30


@login_required
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    form = AnswerForm(request.POST, user=request.user, today=timezone.localdate())
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.answer(
                profile=data["profile"],
                other=data["other"],
                answer=data["answer"],
                why=data["why"],
                why_in_words=data["why_in_words"],
                until=data["until"],
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _done(request, form, answered=data["other"].slug)
    return _refused(request, form)


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    form = PairForm(request.POST, user=request.user)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.undo_answer(profile=data["profile"], other=data["other"], by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _done(request, form, undone=data["other"].slug)
    return _refused(request, form)


@login_required
@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    profile, own = chosen_profile(request)
    if profile is None:
        return redirect("suggestions")
    page = Paginator(queries.answers_of(profile, user=request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "profile": profile,
        "own_profiles": own,
        "page": page,
        "today": timezone.localdate(),
    }
    return render(request, "matching/answers.html", context)


def _done(request: HttpRequest, form: PairForm, *, answered: str = "", undone: str = "") -> HttpResponse:
    """Back to the page of the profile that answered; to the page of a need or the list of answers, if the press came
    from there."""
    profile = form.cleaned_data["profile"]
    if back := _to_need(request):
        return back
    if is_fragment(request):
        own = list(Profile.objects.spoken_for_by(request.user))
        return render_suggestions(request, profile, own, opened=undone, answered=answered, undone=undone)
    if request.POST.get("from") == "answers":
        return redirect(f"{reverse('answers')}?{urlencode({'for': profile.slug})}")
    if request.POST.get("from") == "profile":
        return redirect(form.cleaned_data["other"])
    query = {"for": profile.slug} | ({"answered": answered} if answered else {"open": undone})
    return redirect(f"{reverse('suggestions')}?{urlencode(query)}")


def _to_need(request: HttpRequest) -> HttpResponse | None:
    """Back to the partner's row on the page of a need; None when the press came from elsewhere."""
    question = request.POST.get("question", "")
    if not question.isdecimal():
        return None
    url = reverse("need_answer", kwargs={"pk": int(question)})
    return redirect(f"{url}#found-{quote(request.POST.get('other', ''))}")


def _refused(request: HttpRequest, form: PairForm) -> HttpResponse:
    if back := _to_need(request):
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return back
    own = list(Profile.objects.spoken_for_by(request.user))
    wanted = form.data.get("profile", "")
    profile = next((one for one in own if one.slug == wanted), own[0] if own else None)
    if profile is None:
        return redirect("suggestions")
    return render_suggestions(request, profile, own, opened=form.data.get("other", ""), form=form, status=422)
