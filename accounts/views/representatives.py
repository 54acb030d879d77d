"""Who represents a profile: the page, invitations, roles, succession."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import rules
from accounts.forms.representatives import InviteForm, RoleForm, ShownForm, SuccessorForm
from accounts.models import Invitation, Profile, Representative
from accounts.queries import representatives as queries
from accounts.services import representatives as services
from accounts.views.chosen import own_profile, refuse
from core.errors import DomainError
from core.forms import add_domain_error


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The representatives, the open invitations, and the form that invites."""
    profile = own_profile(request, slug)
    limited: HttpResponse | None = consume_or_429(request, action="representative_invite", user=request.user)
    if limited:
        return limited
    now = timezone.now()
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(profile=profile, **form.cleaned_data, by=request.user, now=now)
        except services.NotAllowed as error:
            raise PermissionDenied from error
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("representatives", slug=slug)
    rows = queries.representatives_of(profile)
    mine = next(row for row in rows if row.user_id == request.user.pk)
    context = {
        "profile": profile,
        "rows": rows,
        "mine": mine,
        "may_manage": mine.role == Representative.Role.OWNER and not profile.is_person,
        "invitations": queries.open_invitations(profile, now),
        "form": form,
        "shown_form": ShownForm(initial={"shown": mine.shown, "title": mine.title}, prefix="own"),
    }
    return render(request, "accounts/representatives/page.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def shown(request: HttpRequest, slug: str) -> HttpResponse:
    profile = own_profile(request, slug)
    form = ShownForm(request.POST, prefix="own")
    if form.is_valid():
        mine = get_object_or_404(Representative, profile=profile, user=request.user.pk)
        services.set_shown(representative=mine, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
    return redirect("representatives", slug=slug)


@login_required
@require_POST
def withdraw_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk, profile=own_profile(request, slug))
    try:
        services.withdraw_invitation(invitation=invitation, by=request.user, now=timezone.now())
    except services.NotAllowed as error:
        raise PermissionDenied from error
    messages.success(request, _("The invitation was withdrawn. Its link no longer works."))
    return redirect("representatives", slug=slug)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A representative's role, and removing them."""
    profile = own_profile(request, slug)
    if not rules.may_manage_representatives(request.user, profile):
        raise PermissionDenied
    row = get_object_or_404(Representative.objects.select_related("user"), pk=pk, profile=profile)
    form = RoleForm(request.POST if "role" in request.POST else None, initial={"role": row.role})
    if request.method == "POST":
        now = timezone.now()
        try:
            if "remove" in request.POST:
                services.remove(representative=row, by=request.user, now=now)
            elif form.is_valid():
                services.change_role(representative=row, role=form.cleaned_data["role"], by=request.user, now=now)
        except services.LastOwner:
            messages.info(request, _("The last owner cannot leave without a successor: choose one here."))
            return redirect("succession", slug=slug)
        if "remove" in request.POST or form.is_valid():
            messages.success(request, _("Saved."))
            still = rules.represents(request.user, profile)
            return redirect("representatives", slug=slug) if still else redirect("account_settings")
    return render(request, "accounts/representatives/change.html", {"profile": profile, "row": row, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop representing. The last owner is led to choose a successor."""
    profile = own_profile(request, slug)
    mine = get_object_or_404(Representative, profile=profile, user=request.user.pk)
    if request.method == "POST":
        try:
            services.remove(representative=mine, by=request.user, now=timezone.now())
        except services.LastOwner as error:
            messages.info(request, str(error))
            return redirect("succession", slug=slug)
        messages.success(request, _("You no longer represent %(profile)s.") % {"profile": profile.name})
        return redirect("account_settings")
    return render(request, "accounts/representatives/leave.html", {"profile": profile})


@login_required
@require_http_methods(["GET", "POST"])
def succession(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand ownership over to another representative."""
    profile = own_profile(request, slug)
    if not rules.may_manage_representatives(request.user, profile):
        raise PermissionDenied
    form = SuccessorForm(request.POST or None, profile=profile, user=request.user)
    if request.method == "POST" and form.is_valid():
        leaving = form.cleaned_data["leave"]
        services.hand_over(
            profile=profile,
            successor=form.cleaned_data["successor"],
            by=request.user,
            now=timezone.now(),
            leave=leaving,
        )
        messages.success(request, _("%(person)s is now an owner.") % {"person": form.cleaned_data["successor"].user})
        return redirect("account_settings") if leaving else redirect("representatives", slug=slug)
    others = profile.representatives.exclude(user=request.user.pk).exists()
    context = {"profile": profile, "form": form, "others": others}
    return render(request, "accounts/representatives/succession.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link. A GET only shows it: a mail program's look at the link uses nothing up."""
    now = timezone.now()
    try:
        row = services.read_invitation(token, now=now)
        if request.method == "POST":
            if not request.user.is_authenticated:
                return redirect_to_login(request.path)
            profile = services.accept_invitation(token=token, user=request.user, now=now)
            messages.success(request, _("You now represent %(profile)s.") % {"profile": profile.name})
            return redirect(profile)
    except services.WrongAddress as error:
        return render(request, "accounts/representatives/link_problem.html", {"error": error}, status=403)
    except DomainError as error:
        return render(request, "accounts/representatives/link_problem.html", {"error": error}, status=410)
    return render(request, "accounts/representatives/invitation.html", {"invitation": row, "profile": row.profile})


@login_required
@require_GET
def trail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who changed what and when, for the representatives and the coordinators."""
    profile = get_object_or_404(Profile, slug=slug)
    if not (rules.represents(request.user, profile) or rules.is_coordinator(request.user)):
        refuse(request, profile)
    page = Paginator(queries.trail_of(profile), 30).get_page(request.GET.get("page"))
    return render(request, "accounts/representatives/trail.html", {"profile": profile, "page": page})
