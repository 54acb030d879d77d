"""Front page, appearance, and the pages that every installation must have."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import credits, demo, modules, panels, services
from core.errors import DomainError
from core.forms import FeedbackForm, ModulesForm, add_domain_error, is_too_often
from core.models import DemoMail, Feedback

YEAR = 365 * 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    context = {"panels": panels.render("front", request), "actions": panels.render("front_actions", request)}
    return render(request, "core/home.html", context)


@require_GET
def about_data(request: HttpRequest) -> HttpResponse:
    return render(request, "core/about_data.html", {"credits": credits.all_credits()})


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "core/accessibility.html")


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "core/privacy.html")


@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Anyone may tell; `?about=accessibility` and `?page=` fill the form from the page one came from."""
    initial = {
        "about_accessibility": request.GET.get("about") == "accessibility",
        "page": request.GET.get("page", "")[:300],
        "email": getattr(request.user, "email", ""),
    }
    form = FeedbackForm(request.POST or None, initial=initial)
    is_limited = False
    if request.method == "POST" and form.is_valid():
        is_limited = is_too_often(request, form, action="feedback")
    if form.is_bound and not form.errors:
        services.send_feedback(**form.cleaned_data, now=timezone.now())
        messages.success(request, _("Thank you. Your feedback has arrived."))
        return redirect("feedback")
    status = 429 if is_limited else 422 if form.errors else 200
    return render(request, "core/feedback.html", {"form": form}, status=status)


@permission_required("core.answer_feedback", raise_exception=True)
@require_http_methods(["GET", "POST"])
def feedback_list(request: HttpRequest) -> HttpResponse:
    """What has been told, the unanswered first, for those who answer."""
    if request.method == "POST":
        row = get_object_or_404(Feedback, pk=request.POST.get("feedback", "0"), answered_at=None)
        services.mark_answered(feedback=row, by=request.user, now=timezone.now())
        return redirect("feedback_list")
    rows = Feedback.objects.order_by("answered_at", "sent_at")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    now = timezone.now()
    for row in page.object_list:
        row.days_left = (row.sent_at + services.ANSWER_WITHIN - now).days  # type: ignore[attr-defined]  # shown only
    return render(request, "core/feedback_list.html", {"page": page})


@permission_required("core.change_installation", raise_exception=True)
@require_http_methods(["GET", "POST"])
def module_list(request: HttpRequest) -> HttpResponse:
    """Which parts of Solmu this installation has in use."""
    form = ModulesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            modules.set_modules(on=form.cleaned_data["on"], by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved. Pages follow at once."))
            return redirect("modules")
    return render(request, "core/modules.html", {"form": form}, status=422 if form.errors else 200)


@csrf_exempt  # nothing is gained by forging it, and a page without the token sets no cookie and is alike for all
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie; nothing else of the person is kept."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("home")
    response = HttpResponseRedirect(back)
    theme = request.POST.get("theme")
    if theme in ("light", "dark"):
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie("theme")
    return response


@require_GET
def demo_page(request: HttpRequest) -> HttpResponse:
    """The demo's log-ins and what to try; there is no such page outside a demo."""
    if not settings.SOLMU_DEMO:
        raise Http404
    return render(request, "core/demo.html", {"people": demo.people()})


@require_GET
def demo_mail(request: HttpRequest) -> HttpResponse:
    """What the demo would have mailed, newest first; `?to=` narrows to one address."""
    if not settings.SOLMU_DEMO:
        raise Http404
    rows = DemoMail.objects.all()
    to = request.GET.get("to", "").strip().lower()
    if to:
        rows = rows.filter(to__iexact=to)
    return render(request, "core/mail.html", {"page": Paginator(rows, 20).get_page(request.GET.get("page")), "to": to})


@require_GET
def demo_attachment(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A file that a demo's mail carries, above all a calendar invitation."""
    if not settings.SOLMU_DEMO:
        raise Http404
    mail = get_object_or_404(DemoMail, pk=pk)
    if number >= len(mail.attachments):
        raise Http404
    part = mail.attachments[number]
    content = b64decode(part["base64"]) if "base64" in part else part["content"]
    response = HttpResponse(content, content_type=part["type"] or "application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{part["name"] or "file"}"'
    return response


def look(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build and for the demo's visitors."""
    if not (settings.SOLMU_DEMO or getattr(request.user, "is_staff", False)):
        raise Http404
    return render(request, "core/look.html")


def _error(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "core/error.html", {"status": status, "title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400, _("The request could not be read"), _("Go back, reload the page and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(
        request,
        403,
        _("This page is not yours to open"),
        _("It may belong to another organisation, or ask for a role that you do not have."),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(
        request,
        403,
        _("The page had been open too long"),
        _("Nothing was saved. Go back, reload the page, and send the form again."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(
        request,
        404,
        _("There is no such page"),
        _("The address may be mistyped, or what was here has been taken away."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort may not lean on the database or on context processors: a page of its own."""
    language = getattr(request, "LANGUAGE_CODE", "fi")
    return HttpResponse(render_to_string("500.html", {"language": language}), status=500)


def robots(request: HttpRequest) -> HttpResponse:
    rules: list[Any] = ["User-agent: *"]
    rules += ["Disallow: /"] if settings.SOLMU_DEMO else ["Disallow: /*/account/", "Disallow: /*/admin/"]
    return HttpResponse("\n".join(rules) + "\n", content_type="text/plain")


def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: name, colours, icons."""
    return render(request, "core/manifest.webmanifest", content_type="application/manifest+json")
