from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notifications import post, queries, services
from notifications.forms import PreferencesForm
from notifications.kinds import Delivery
from notifications.models import Notification


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(Notification.objects.filter(user=request.user.pk), 20).get_page(request.GET.get("page"))
    rows = [(row, notice) for row in page.object_list if (notice := queries.read_notice(row))]
    return render(
        request,
        "notifications/inbox.html",
        {"page": page, "rows": rows, "returned": queries.returned_of(request.user)},
    )


@login_required
@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark read and go where the notice leads."""
    row = get_object_or_404(Notification, pk=pk, user=request.user)
    services.mark_read(notification=row, now=timezone.now())
    notice = queries.read_notice(row)
    return redirect(notice.url if notice and notice.url else "notifications")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(user=request.user, now=timezone.now())
    return redirect("notifications")


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    if "works" in request.POST:
        post.address_works(email=getattr(request.user, "email", ""))
        messages.success(request, _("Letters go to your address again."))
        return redirect("notification_settings")
    form = PreferencesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        for category, delivery in form.changed_choices():
            services.set_preference(user=request.user, category=category, delivery=delivery, now=timezone.now())
        messages.success(request, _("Saved. The new rhythm holds from now on."))
        return redirect("notification_settings")
    fixed = [row["category"].label for row in queries.categories_for(request.user) if row["fixed"]]
    context = {"form": form, "fixed": fixed, "returned": queries.returned_of(request.user)}
    return render(request, "notifications/preferences.html", context)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the end of each mail. A GET asks, a POST (the button, or the mail program's own) leaves: link
    checkers change nothing.

    Exempt from CSRF because mail programs post here themselves (RFC 8058); the signed token is the proof.
    """
    try:
        user_id, category = services.read_leave_token(token)
    except services.LeaveLinkBroken as error:
        return render(request, "notifications/leave.html", {"error": error}, status=400)
    user = get_object_or_404(get_user_model(), pk=user_id)
    if request.method == "POST":
        services.set_preference(user=user, category=category, delivery=Delivery.NEVER, now=timezone.now())
    return render(request, "notifications/leave.html", {"category": category, "done": request.method == "POST"})
