"""The coordinator's desk: what waits for a decision, and the way into the tools."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import tokens
from accounts.forms.representatives import ClaimLinkForm, ConfirmationForm, DecisionForm, HandleReportForm
from accounts.models import Profile, Report, TakeoverRequest
from accounts.queries import representatives as queries
from accounts.services import claims, profiles, safety
from core import panels
from core.errors import DomainError
from core.forms import add_domain_error
from core.text import reader_language

coordinator_only = permission_required("accounts.coordinate", raise_exception=True)


@coordinator_only
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    context = {
        "unconfirmed": queries.unconfirmed(),
        "requests": queries.open_requests(),
        "reports": queries.open_reports(),
        "unclaimed_count": queries.unclaimed().count(),
        "panels": panels.render("desk", request),
    }
    return render(request, "accounts/desk/desk.html", context)


@coordinator_only
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One takeover request, with who asks and who represents now."""
    row = get_object_or_404(TakeoverRequest.objects.select_related("profile", "by"), pk=pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            claims.decide_takeover(request=row, **form.cleaned_data, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Decided. The asker is told."))
            return redirect("desk")
    context = {
        "row": row,
        "form": form,
        "representatives": queries.representatives_of(row.profile),
        "domain": claims.matching_domain(row.by, row.profile),
    }
    return render(request, "accounts/desk/decide.html", context, status=422 if form.errors else 200)


@coordinator_only
@require_http_methods(["GET", "POST"])
def handle_report(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Report.objects.select_related("profile"), pk=pk)
    form = HandleReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            safety.handle_report(report=row, **form.cleaned_data, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The report is closed."))
            return redirect("desk")
    return render(request, "accounts/desk/report.html", {"row": row, "form": form}, status=422 if form.errors else 200)


@coordinator_only
@require_GET
def unclaimed(request: HttpRequest) -> HttpResponse:
    """Profiles that nobody represents, each with the way to send its claim link."""
    page = Paginator(queries.unclaimed(), 50).get_page(request.GET.get("page"))
    return render(request, "accounts/desk/unclaimed.html", {"page": page})


@coordinator_only
@require_http_methods(["GET", "POST"])
def send_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Send an unclaimed organisation the link to its own page, or show the link for a letter of one's own."""
    profile = get_object_or_404(Profile.objects.published(), slug=slug)
    initial = {"email": profile.contact_email, "language": reader_language()}
    form = ClaimLinkForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            link = claims.send_claim_link(profile=profile, **form.cleaned_data, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            context = {"profile": profile, "token": tokens.make(tokens.CLAIM, link.pk), "link": link}
            return render(request, "accounts/desk/link_sent.html", context)
    context = {"profile": profile, "form": form}
    return render(request, "accounts/desk/send_link.html", context, status=422 if form.errors else 200)


def _organisation(slug: str) -> Profile:
    return get_object_or_404(Profile.objects.published().exclude(kind__in=Profile.PEOPLE), slug=slug)


@coordinator_only
@require_http_methods(["GET", "POST"])
def standing(request: HttpRequest, slug: str) -> HttpResponse:
    """Who represents an organisation, whether it is confirmed, and what a coordinator can do about either."""
    profile = _organisation(slug)
    form = None
    if profile.kind in Profile.OFFICIAL and profile.is_claimed:
        form = ConfirmationForm(request.POST or None)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            if form.cleaned_data["confirm"]:
                profiles.confirm(profile=profile, by=request.user, now=timezone.now())
            else:
                reason = form.cleaned_data["reason"]
                profiles.refuse(profile=profile, reason=reason, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Decided. Its representatives are told."))
            return redirect("desk")
    rows = queries.representatives_of(profile)
    domains = claims.matching_domains([row.user for row in rows], profile)
    context = {
        "profile": profile,
        "rows": [(row, domains[row.user_id]) for row in rows],
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "accounts/desk/standing.html", context, status=status)


@coordinator_only
@require_http_methods(["GET", "POST"])
def unclaim(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a profile back from those who claimed it wrongly: asked once more first."""
    profile = _organisation(slug)
    if request.method == "POST":
        try:
            claims.unclaim(profile=profile, by=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Nobody represents the profile any more. It can be claimed again."))
        return redirect("standing", slug=slug)
    if not profile.is_claimed:
        return redirect("standing", slug=slug)
    context = {"profile": profile, "representatives": queries.representatives_of(profile)}
    return render(request, "accounts/desk/unclaim.html", context)
