"""One's own account: settings, sign-ins, one's data as a file, and the end of the account."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.utils import passthrough_next_redirect_url
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings as conf
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.own import DeleteForm, DetailsForm
from accounts.models import Profile, Representative, User
from accounts.services import users
from core import panels
from core.errors import DomainError
from core.forms import add_domain_error


def tool(request: HttpRequest) -> dict[str, Any] | None:
    """The way to one's own account, in the masthead of those who have signed in."""
    user = getattr(request, "user", None)
    return {} if user is not None and user.is_authenticated else None


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Name and language, and the ways to everything else that is one's own."""
    user = cast(User, request.user)
    form = DetailsForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        users.change_details(user=user, **form.cleaned_data, now=timezone.now())
        with translation.override(user.language):
            messages.success(request, _("Saved."))
            response = redirect("account_settings")
        return remember_language(response, user.language)
    rows = (
        Representative.objects.filter(user=user)
        .exclude(profile__status=Profile.Status.TAKEN_DOWN)
        .select_related("profile")
    )
    context = {
        "form": form,
        "represents": rows,
        "panels": panels.render("account", request),
        "coordinates": user.has_perm("accounts.coordinate"),
    }
    return render(request, "accounts/own/settings.html", context, status=422 if form.errors else 200)


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    """The front door without a language in its address opens in this one from now on."""
    response.set_cookie(
        conf.LANGUAGE_COOKIE_NAME,
        language,
        max_age=31_536_000,
        httponly=conf.LANGUAGE_COOKIE_HTTPONLY,
        secure=conf.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Back to an empty sign-up, for one who mistyped the address. The answer is the same whoever has the address."""
    pending = EmailVerificationProcess.resume(request)
    if pending is not None:
        if pending.user is not None:
            users.forget_unconfirmed(user=pending.user)
        pending.abort()
    return redirect(passthrough_next_redirect_url(request, reverse("account_signup"), REDIRECT_FIELD_NAME))


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one other device out. Somebody else's session is not found."""
    row = get_object_or_404(
        UserSession.objects.exclude(session_key=request.session.session_key), pk=pk, user=request.user
    )
    get_sessions_adapter().end_sessions([row])
    messages.success(request, _("That device was signed out."))
    return redirect("usersessions_list")


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@never_cache
@require_http_methods(["GET", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """What the file holds; a POST gives it."""
    if request.method == "POST":
        now = timezone.now()
        response = HttpResponse(
            users.export_file(user=cast(User, request.user), now=now), content_type="application/zip"
        )
        response["Content-Disposition"] = f'attachment; filename="solmu-{timezone.localdate(now):%Y-%m-%d}.zip"'
        return response
    return render(request, "accounts/own/data.html")


def _has_no_password(request: HttpRequest) -> bool:
    return not (request.user.is_authenticated and request.user.has_usable_password())


@login_required
@sensitive_post_parameters("password")
@reauthentication_required(enabled=_has_no_password)  # type: ignore[untyped-decorator]  # allauth has no types
@never_cache
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """What goes and what stays, and the form that ends the account; or the profiles that need an owner first."""
    user = cast(User, request.user)
    alone = users.held_alone(user)
    form = DeleteForm(request.POST or None, user=user)
    if request.method == "POST" and not alone and form.is_valid():
        try:
            users.delete_user(user=user, now=timezone.now())
        except users.LastOwner as error:
            alone = error.profiles
        except DomainError as error:
            add_domain_error(form, error)
        else:
            logout(request)
            messages.success(request, _("Your account and what was kept of you are gone."))
            return redirect(reverse("home"))
    own = Profile.objects.filter(representatives__user=user, kind__in=Profile.PEOPLE)
    context = {"form": form, "alone": alone, "own": own}
    return render(request, "accounts/own/delete.html", context, status=422 if form.errors else 200)
