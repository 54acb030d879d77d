"""A noticeboard's pages: the board, a post with its comments, changing one's own, files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import attachments
from core.errors import DomainError
from core.forms import add_domain_error
from core.panels import Panel
from networks.forms.board import BoardSearchForm, EditPostForm, PostForm
from networks.models import Group, Network, Post
from networks.queries import board as queries
from networks.queries.board import A_PAGE, Board
from networks.rules import board as rules
from networks.rules.networks import may_coordinate
from networks.services import board as services
from networks.views.meetings import GET_OR_POST, seen_network

PANEL_POSTS = 3


def _board_of(request: HttpRequest, network: Network, group: Group | None) -> Board | None:
    runs = may_coordinate(request.user, network)
    if not runs and not rules.taking_part(request.user, network, group).exists():
        return None
    return Board(network, group, runs, request.user)


def board_of_request(request: HttpRequest, slug: str, group: int | None) -> Board:
    """For those whose board it is; others who see the network are told so."""
    network = seen_network(request, slug)
    found = get_object_or_404(Group, network=network, pk=group) if group is not None else None
    if found is not None:
        found.network = network
    board = _board_of(request, network, found)
    if board is None:
        raise PermissionDenied
    return board


def post_of_request(request: HttpRequest, slug: str, pk: int) -> tuple[Board, Post]:
    """What one may not see is not there: no answer tells whether there ever was such a post."""
    network = seen_network(request, slug)
    where = Post.objects.select_related("group").filter(network=network, pk=pk).first()
    board = _board_of(request, network, where.group) if where is not None else None
    post = queries.one(board, pk) if board is not None else None
    if board is None or post is None:
        raise Http404
    post.network, post.group = board.network, board.group
    return board, post


def _written(request: HttpRequest, board: Board, under: Post | None) -> tuple[PostForm, HttpResponse | None]:
    """The form to show, and the answer when something was written. With *choose*, the same form with the people."""
    more: dict[str, Any] = {"is_comment": under is not None}
    if request.method != "POST":
        return PostForm(**more), None
    if "choose" in request.POST:
        start = {"text": request.POST.get("text", ""), "once": request.POST.get("once", "")[:40]}
        return PostForm(initial=start, people=queries.people_of(board), **more), None
    people = queries.people_of(board) if "to" in request.POST else ()
    form = PostForm(request.POST, request.FILES, people=people, **more)
    if form.is_valid():
        try:
            made = services.write(
                network=board.network,
                group=board.group,
                under=under,
                by=request.user,
                now=timezone.now(),
                **form.said(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Sent."))
            return form, redirect(made if under is not None else board.url)
    return form, None


@login_required
@require_http_methods(GET_OR_POST)
def network_board(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """What is written, the newest first and the pinned on top; what a search finds; and a form to write."""
    board = board_of_request(request, slug, pk)
    form, answer = _written(request, board, None)
    if answer is not None:
        return answer
    search = BoardSearchForm(request.GET)
    words = search.words()
    found = queries.found(board, words) if words else queries.posts(board)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    is_first = page.number == 1 and not words
    context = {
        "network": board.network,
        "group": board.group,
        "board": board,
        "form": form,
        "search": search,
        "words": words,
        "page": page,
        "rows": queries.rows(board, page.object_list, words),
        "pinned": queries.rows(board, queries.pinned(board)) if is_first else [],
        "is_first": is_first,
    }
    return render(request, "networks/board/board.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def network_post(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A post with its comments; a comment's address leads to its place among them."""
    board, post = post_of_request(request, slug, pk)
    if post.under is not None:
        return redirect(f"{_address(board, post.under)}?page={queries.page_of(board, post)}#post-{post.pk}")
    form, answer = _written(request, board, post)
    if answer is not None:
        return answer
    page = Paginator(queries.comments(board, post), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "network": board.network,
        "group": board.group,
        "board": board,
        "form": form,
        "row": queries.rows(board, [post])[0],
        "post": post,
        "page": page,
        "rows": queries.rows(board, page.object_list),
        "is_last": not page.has_next(),
    }
    return render(request, "networks/board/post.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def network_post_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    board, post = _own(request, slug, pk)
    there = list(post.files.all())
    if request.method != "POST":
        form = EditPostForm(initial={"text": post.text}, there=there, stamp=str(post.version))
    else:
        form = EditPostForm(request.POST, request.FILES, there=there)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(post=post, by=request.user, now=timezone.now(), **form.said())
        except DomainError as error:
            form.refuse(error, Post.objects.values_list("version", flat=True).get(pk=post.pk))
        else:
            messages.success(request, _("Saved."))
            return redirect(_address(board, post))
    context = {"network": board.network, "board": board, "post": post, "form": form}
    return render(request, "networks/board/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def network_post_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asks once more, and then it is gone."""
    board, post = _own(request, slug, pk)
    if request.method == "POST":
        back = _address(board, post.under) if post.under is not None else board.url
        try:
            services.remove(post=post, by=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Removed."))
        return redirect(back)
    return render(request, "networks/board/remove.html", {"network": board.network, "board": board, "post": post})


@login_required
@require_safe
def network_board_files(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """All files of a board, each with the post that it came with."""
    board = board_of_request(request, slug, pk)
    words = BoardSearchForm(request.GET).words()
    page = Paginator(queries.files(board, words), A_PAGE).get_page(request.GET.get("page"))
    context = {"network": board.network, "group": board.group, "board": board, "words": words, "page": page}
    return render(request, "networks/board/files.html", context)


def _own(request: HttpRequest, slug: str, pk: int) -> tuple[Board, Post]:
    board, post = post_of_request(request, slug, pk)
    if not rules.may_change_post(request.user, post):
        raise PermissionDenied
    return board, post


def _address(board: Board, post: Post) -> str:
    post.network = board.network
    return post.get_absolute_url()


@never_cache
@login_required
@require_safe
def network_post_file(request: HttpRequest, slug: str, pk: int, file: int) -> HttpResponseBase:
    """To be saved by whoever sees the post, never opened on our address, and kept by no cache between."""
    _found, post = post_of_request(request, slug, pk)
    return attachments.saved(get_object_or_404(post.files, pk=file))


# --- On other pages --------------------------------------------------------------------------------------------------


def panel(request: HttpRequest, network: Network) -> Panel | None:
    """The newest of the network's board, for those whose it is."""
    return _panel(request, network, None)


def group_panel(request: HttpRequest, group: Group) -> Panel | None:
    return _panel(request, group.network, group)


def _panel(request: HttpRequest, network: Network, group: Group | None) -> Panel | None:
    if network.is_draft or not request.user.is_authenticated:
        return None
    board = _board_of(request, network, group)
    if board is None:
        return None
    shown = list(queries.newest(board)[:PANEL_POSTS])
    return Panel("networks/board/panel.html", {"network": network, "board": board, "posts": shown})
