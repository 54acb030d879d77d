"""Introductions: the coordinator's side, and that of the two who are introduced."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Profile
from accounts.views.chosen import chosen_profile
from core.errors import DomainError
from core.forms import add_domain_error
from matching import introducing, queries, services, showing
from matching.forms import LettersForm
from matching.models import Introduction

coordinator_only = permission_required("accounts.coordinate", raise_exception=True)


@coordinator_only
@require_GET
def worth(request: HttpRequest) -> HttpResponse:
    """Pairs worth introducing, and what has been introduced. A declined one looks like one that waits."""
    now = timezone.now()
    context = {"pairs": introducing.pairs(user=request.user, now=now), "made": list(introducing.made()), "now": now}
    return render(request, "matching/introduce_pairs.html", context)


@coordinator_only
@require_http_methods(["GET", "POST"])
def introduce(request: HttpRequest, one: str, other: str) -> HttpResponse:
    now = timezone.now()
    seen = Profile.objects.visible_to(request.user)
    pair = introducing.pair(
        get_object_or_404(seen, slug=one), get_object_or_404(seen, slug=other), user=request.user, now=now
    )
    if pair is None:
        if request.method == "POST":
            messages.error(request, str(services.CannotBeIntroduced.message))
            return redirect("introduce_pairs")
        raise Http404
    languages = introducing.letter_language(pair.one), introducing.letter_language(pair.other)
    by = str(request.user)
    initial = {
        "letter_one": introducing.proposed_letter(pair.one, pair.for_one, language=languages[0], by=by),
        "letter_other": introducing.proposed_letter(pair.other, pair.for_other, language=languages[1], by=by),
    }
    names = pair.one.name, pair.other.name
    form = LettersForm(request.POST or None, names=names, languages=languages, initial=initial)
    if request.method == "POST" and form.is_valid():
        letters = {
            pair.one.pk: services.Letter(languages[0], form.cleaned_data["letter_one"]),
            pair.other.pk: services.Letter(languages[1], form.cleaned_data["letter_other"]),
        }
        try:
            services.introduce(one=pair.one, other=pair.other, letters=letters, by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The letters are on their way. Both have thirty days to answer."))
            return redirect("introduce_pairs")
    context = {"pair": pair, "form": form}
    return render(request, "matching/introduce.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def introductions(request: HttpRequest) -> HttpResponse:
    """What waits for one's own profile's answer, with the letter and the reasons."""
    profile, own = chosen_profile(request)
    if profile is None:
        return redirect("suggestions")
    waiting = introducing.waiting_for(profile, user=request.user, now=timezone.now())
    rows = []
    suggestions = queries.suggestions_between(profile, [one.other_of(profile) for one in waiting])
    understood = showing.understand(list(suggestions.values()), profile)
    for introduction in waiting:
        other = introduction.other_of(profile)
        language, text = introduction.letter_to(profile)
        row = suggestions.get(other.pk)
        card = showing.card(row, profile, understood) if row else None
        rows.append({"introduction": introduction, "other": other, "language": language, "text": text, "card": card})
    context = {"profile": profile, "own_profiles": own, "rows": rows}
    return render(request, "matching/introductions.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """`accepts` is 1 or nothing; `profile` says for which of the two, should one represent both."""
    introduction = get_object_or_404(Introduction.objects.select_related("a", "b"), pk=pk)
    own = Profile.objects.represented_by(request.user).filter(pk__in=[introduction.a_id, introduction.b_id])
    profile = get_object_or_404(own.distinct(), slug=request.POST.get("profile", ""))
    accepts = request.POST.get("accepts") == "1"
    try:
        connection = services.answer_introduction(
            introduction=introduction, profile=profile, accepts=accepts, by=request.user, now=timezone.now()
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        if connection is not None:
            messages.success(request, _("The other side accepted too. You are now connected."))
            return redirect(f"{reverse('connections')}?{urlencode({'for': profile.slug})}")
        said = _("Accepted. You are connected when they accept too.") if accepts else _("Declined. Nobody is told.")
        messages.success(request, said)
    return redirect(f"{reverse('introductions')}?{urlencode({'for': profile.slug})}")
