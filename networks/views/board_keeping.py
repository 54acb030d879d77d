"""Keeping a noticeboard: pins, hiding, reports and their queue."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_domain_error, press
from networks.forms.board import HideForm, PostReportForm
from networks.models import Post
from networks.queries import board as queries
from networks.queries.board import Board
from networks.services import board_keeping as services
from networks.views.board import post_of_request
from networks.views.coordinating import coordinated
from networks.views.meetings import GET_OR_POST


def _run(request: HttpRequest, slug: str, pk: int) -> tuple[Board, Post]:
    board, post = post_of_request(request, slug, pk)
    if not board.runs:
        raise PermissionDenied
    return board, post


@login_required
@require_POST
def network_post_pin(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    board, post = _run(request, slug, pk)
    pinned = request.POST.get("pinned") == "yes"
    return press(
        request,
        lambda: services.pin(post=post, pinned=pinned, by=request.user, now=timezone.now()),
        _("The post is pinned on top.") if pinned else _("The post is in its own place again."),
        board.url,
    )


@login_required
@require_http_methods(GET_OR_POST)
def network_post_hide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """With a reason; or, of what is hidden, one press shows it again."""
    board, post = _run(request, slug, pk)
    if "show" in request.POST:
        return press(
            request,
            lambda: services.unhide(post=post, by=request.user, now=timezone.now()),
            _("The post is shown again."),
            post.get_absolute_url(),
        )
    form = HideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.hide(post=post, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The post is hidden, and the writer is told why."))
            waits = queries.open_reports(board.network).exists()
            return redirect("network_board_reports", slug=slug) if waits else redirect(board.url)
    context = {"network": board.network, "board": board, "post": post, "form": form}
    return render(request, "networks/board/hide.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def network_post_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    board, post = post_of_request(request, slug, pk)
    form = PostReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.report(post=post, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Thank you. The coordinator looks into it."))
            return redirect(board.url)
    context = {"network": board.network, "board": board, "post": post, "form": form}
    return render(request, "networks/board/report.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def network_board_reports(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits to be looked at, of the network's board and its groups'."""
    network = coordinated(request, slug)
    page = Paginator(queries.open_reports(network), queries.A_PAGE).get_page(request.GET.get("page"))
    return render(request, "networks/board/reports.html", {"network": network, "page": page})


@login_required
@require_POST
def network_post_keep(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Nothing is wrong with it: its reports are settled."""
    _board, post = _run(request, slug, pk)
    return press(
        request,
        lambda: services.settle(post=post, by=request.user, now=timezone.now()),
        _("Looked at. It stays."),
        "network_board_reports",
        slug=slug,
    )
