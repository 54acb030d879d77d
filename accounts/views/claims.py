"""Unclaimed profiles: the page that claims, asking the coordinator, reporting, blocking."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.representatives import ReportForm, TakeoverForm
from accounts.models import Profile
from accounts.services import claims, safety
from accounts.views.chosen import own_profile
from core.errors import DomainError
from core.forms import add_domain_error, is_too_often


def _seen(request: HttpRequest, slug: str) -> Profile:
    return get_object_or_404(Profile.objects.visible_to(request.user), slug=slug)


@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """The ways to claim an unclaimed profile, the surest first."""
    profile = _seen(request, slug)
    if profile.is_claimed or profile.is_person:
        return redirect("takeover", slug=slug)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        try:
            claims.claim_by_domain(profile=profile, user=request.user, now=timezone.now())
            return _claimed(request, profile)
        except claims.AlreadyClaimed as error:
            messages.info(request, str(error))
            return redirect("takeover", slug=slug)
        except DomainError as error:
            messages.error(request, str(error))
    context = {"profile": profile, "domain": claims.matching_domain(request.user, profile)}
    return render(request, "accounts/claims/claim.html", context)


def _claimed(request: HttpRequest, profile: Profile) -> HttpResponse:
    messages.success(
        request, _("The profile is yours. Tell next in your own words what you offer and what you look for.")
    )
    return redirect("profile_edit", slug=profile.slug)


@require_http_methods(["GET", "POST"])
def claim_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a claim link. A GET shows it; only the button uses it."""
    now = timezone.now()
    try:
        link = claims.read_claim_link(token, now=now)
        if request.method == "POST":
            if not request.user.is_authenticated:
                return redirect_to_login(request.path)
            return _claimed(request, claims.claim_by_link(token=token, user=request.user, now=now))
    except DomainError as error:
        return render(request, "accounts/representatives/link_problem.html", {"error": error}, status=410)
    return render(request, "accounts/claims/link.html", {"profile": link.profile})


@login_required
@require_http_methods(["GET", "POST"])
def takeover(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the coordinator to be let in."""
    profile = _seen(request, slug)
    if profile.is_person:
        raise Http404
    form = TakeoverForm(request.POST or None)
    is_limited = False
    if request.method == "POST" and form.is_valid():
        is_limited = is_too_often(request, form, action="takeover", user=request.user)
    if form.is_bound and not form.errors:
        try:
            claims.request_takeover(
                profile=profile, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The coordinator has your request and answers you here and by e-mail."))
            return redirect(profile)
    context = {"profile": profile, "form": form}
    status = 429 if is_limited else 422 if form.errors else 200
    return render(request, "accounts/claims/takeover.html", context, status=status)


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Anybody, signed in or not, may say what is wrong with a profile they can see."""
    profile = _seen(request, slug)
    initial = {"reason": request.GET.get("reason"), "email": getattr(request.user, "email", "")}
    form = ReportForm(request.POST or None, initial=initial)
    is_limited = False
    if request.method == "POST" and form.is_valid():
        is_limited = is_too_often(request, form, action="report")
    if form.is_bound and not form.errors:
        safety.report(profile=profile, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Thank you. The coordinator looks into it."))
        return redirect(profile)
    context = {"profile": profile, "form": form}
    status = 429 if is_limited else 422 if form.errors else 200
    return render(request, "accounts/claims/report.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, slug: str) -> HttpResponse:
    """Block a profile for one of one's own: asked first, private, and undone on the same page.
    Whoever blocks us, or hides, is not found out by it."""
    own = list(Profile.objects.represented_by(request.user))
    seen = Profile.objects.visible_to(request.user).published()
    other = Profile.objects.filter(Q(pk__in=seen.values("pk")) | Q(blocked_by__blocker__in=own), slug=slug).first()
    if other is None:
        raise Http404
    own = [profile for profile in own if profile.pk != other.pk]
    if not own:
        raise PermissionDenied
    mine = next((profile for profile in own if str(profile.pk) == request.POST.get("profile")), own[0])
    if request.method == "POST":
        if "undo" in request.POST:
            safety.unblock(blocker=mine, blocked=other, by=request.user, now=timezone.now())
            messages.success(request, _("The block was removed."))
            return redirect("blocks", slug=mine.slug)
        safety.block(blocker=mine, blocked=other, by=request.user, now=timezone.now())
        messages.success(request, _("Blocked. Neither sees the other from now on."))
        return redirect("blocks", slug=mine.slug)
    return render(request, "accounts/claims/block.html", {"profile": other, "own": own})


@login_required
@require_http_methods(["GET"])
def blocks(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom a profile has blocked: only its representatives see it."""
    profile = own_profile(request, slug)
    rows = list(profile.blocks.select_related("blocked").order_by("-at"))
    return render(request, "accounts/claims/blocks.html", {"profile": profile, "rows": rows})
