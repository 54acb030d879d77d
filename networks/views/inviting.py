"""Inviting: who is proposed, the letter to them, what came of it; and the page that a mailed letter leads to."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rules as accounts_rules
from accounts import tokens
from accounts.models import Profile
from core.errors import DomainError
from core.forms import add_domain_error, press
from networks.forms.letters import LetterForm, NoForm, ReminderForm
from networks.models import Letter, Network
from networks.queries import letters as queries
from networks.queries import members as member_queries
from networks.queries import proposals
from networks.rules import letters as letter_rules
from networks.services import invitations, letters
from networks.services.common import NotRunning
from networks.services.invitations import Sent
from networks.views.coordinating import GET_OR_POST, coordinated
from networks.wording import SHORT_ADMISSION, area_of

A_PAGE = 50


@login_required
@require_safe
def network_proposed(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom the network might invite, with reasons; those chosen are written to on the next page."""
    network = coordinated(request, slug)
    found = proposals.proposals(network, request.user)
    context = {
        "network": network,
        "rows": found,
        "most": letter_rules.MOST_AT_ONCE,
        "themes": [theme for theme in network.themes.all() if theme.state == theme.State.ACTIVE],
    }
    return render(request, "networks/letters/proposed.html", context)


@login_required
@require_http_methods(GET_OR_POST)
def network_letter_write(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter to the organisations that the address names (`profile`, several)."""
    network = coordinated(request, slug)
    slugs = request.GET.getlist("profile")[: letter_rules.MOST_AT_ONCE + 1]
    # Whoever asked has chosen: one that is invited already, or no longer shown, is told of when it is written to.
    profiles = list(member_queries.can_be_asked(request.user).filter(slug__in=slugs))
    if not profiles or not network.is_running:
        refused = invitations.NobodyChosen if network.is_running else NotRunning
        messages.error(request, str(refused.message))
        return redirect("network_proposed" if network.is_running else "network_members", slug=slug)
    form = LetterForm(
        request.POST if request.method == "POST" else None,
        profiles=profiles,
        languages=queries.languages_of(profiles),
        may_address=accounts_rules.is_coordinator(request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            sent = invitations.invite_all(
                network=network,
                profiles=form.chosen(),
                words=form.words(),
                addresses=form.addresses(),
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            _tell(request, sent, _("The letters are on their way."))
            return redirect("network_letters", slug=slug)
    context = {"network": network, "form": form, "profiles": profiles, "lately": _lately(profiles)}
    return render(request, "networks/letters/write.html", context, status=422 if form.errors else 200)


def _lately(profiles: list[Profile]) -> list[Profile]:
    """Those who have had as many letters as one gets."""
    had = queries.lately([one.pk for one in profiles], timezone.now())
    return [one for one in profiles if had[one.pk] >= letter_rules.MOST_IN_A_MONTH]


def _tell(request: HttpRequest, sent: Sent, said: str) -> None:
    """What was done, and by name who was left out and why."""
    if sent.to:
        n = len(sent.to)
        told = ngettext("Written to %(n)d organisation.", "Written to %(n)d organisations.", n) % {"n": n}
        messages.success(request, f"{told} {said}")
    for profile, why in sent.left_out:
        messages.warning(request, _("%(name)s was left out. %(why)s") % {"name": profile.name, "why": why})


@login_required
@require_safe
def network_letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Each invitation by letter and what came of it."""
    network = coordinated(request, slug)
    now = timezone.now()
    page = Paginator(queries.invitations(network), A_PAGE).get_page(request.GET.get("page"))
    rows = queries.rows(list(page.object_list), now)
    context = {
        "network": network,
        "page": page,
        "rows": rows,
        "counts": queries.counts(network, now),
        "may_remind": network.is_running and any(row.may_remind for row in rows),
    }
    return render(request, "networks/letters/list.html", context)


@login_required
@require_http_methods(GET_OR_POST)
def network_letters_remind(request: HttpRequest, slug: str) -> HttpResponse:
    """The reminder, to be changed as the letter was; then it goes to all that are silent, each once."""
    network, now = coordinated(request, slug), timezone.now()
    waiting = queries.silent(network, now)
    if not waiting or not network.is_running:
        messages.info(request, _("Nobody is silent just now.") if network.is_running else str(NotRunning.message))
        return redirect("network_letters", slug=slug)
    languages = {row.letter.language for row in waiting}
    form = ReminderForm(request.POST if request.method == "POST" else None, languages=languages)
    if request.method == "POST" and form.is_valid():
        try:
            sent = invitations.remind_silent(network=network, words=form.words(), by=request.user, now=now)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            _tell(request, sent, _("The organisation has been reminded, and will not be again."))
            return redirect("network_letters", slug=slug)
    context = {"network": network, "form": form, "rows": waiting}
    return render(request, "networks/letters/remind.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def network_letter_returned(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    network: Network = coordinated(request, slug)
    letter: Letter = get_object_or_404(Letter, membership__network=network, pk=pk)
    return press(
        request,
        lambda: letters.mark_returned(letter=letter, by=request.user, now=timezone.now()),
        _("Marked. Take the invitation back, and invite again when you have another address."),
        "network_letters",
        slug=slug,
    )


@never_cache
@require_http_methods(GET_OR_POST)
def network_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mailed letter leads: what the network is, the way in by claiming the page, and a no in one press. The
    letter is the key, so that nobody needs an account to say no."""
    letter = letters.read_token(token)
    if letter is None:
        raise Http404
    now = timezone.now()
    membership = letter.membership
    network, profile = membership.network, membership.profile
    if profile.is_claimed and accounts_rules.represents(request.user, profile):
        return redirect("network_own", slug=network.slug, pk=membership.pk)
    is_open = letter.is_of_now and network.is_running and profile.status == profile.Status.PUBLISHED
    form = NoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return press(
            request,
            lambda: letters.decline_by_letter(letter=letter, now=now, why=form.cleaned_data["why"]),
            _("Thank you for the answer. You get no more letters of this network."),
            "network_letter",
            token=token,
        )
    if is_open:
        letters.mark_opened(membership=membership, now=now)
    link = letter.claim_link
    can_claim = is_open and not profile.is_claimed and link is not None and link.used_at is None
    context = {
        "letter": letter,
        "network": network,
        "profile": profile,
        "membership": membership,
        "is_open": is_open,
        "form": form,
        "admission": SHORT_ADMISSION[Network.Admission(network.admission)],
        "area": area_of(network),
        "claim_url": reverse("claim_link", kwargs={"token": tokens.make(tokens.CLAIM, link.pk)})
        if can_claim and link is not None and link.expires_at > now
        else "",
    }
    return render(request, "networks/letters/letter.html", context, status=422 if form.errors else 200)
