"""Reading a noticeboard: its posts a page at a time, a post with its comments, what is found, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts import wording
from accounts.queries.directory import found_in
from language import highlight_spans, query_needles, query_terms
from networks.models import Group, Mention, Network, Post, PostFile, PostReport
from networks.rules import board as rules

A_PAGE = 20


@dataclass(frozen=True)
class Board:
    """Whose board it is and how the reader stands to it."""

    network: Network
    group: Group | None
    runs: bool
    user: Any

    @property
    def url(self) -> str:
        return board_url(self.network, self.group)

    @property
    def files_url(self) -> str:
        return f"{self.url}files/"

    @property
    def is_open(self) -> bool:
        return rules.is_open(self.network, self.group)


@dataclass
class Row:
    """A post or a comment as the reader sees it. Of what a search found: `text` with the `spans` of the words."""

    post: Post
    may_change: bool
    is_own: bool
    people: list[str]
    comments: int = 0
    last_at: datetime | None = None
    text: str = ""
    spans: list[tuple[int, int, None]] = field(default_factory=list)


def board_url(network: Network, group: Group | None) -> str:
    if group is not None:
        return reverse("network_group_board", kwargs={"slug": network.slug, "pk": group.pk})
    return reverse("network_board", kwargs={"slug": network.slug})


def _shown(board: Board) -> QuerySet[Post]:
    return Post.objects.of_board(board.network, board.group).shown_to(board.user, runs=board.runs)


def _whole(posts: QuerySet[Post]) -> QuerySet[Post]:
    """With what a row shows: who wrote it, its files, whom it mentions, how many comments it has."""
    under = Post.objects.filter(under=OuterRef("pk"), hidden_at=None)
    comments = under.order_by().values("under")
    return (
        posts.select_related("created_by", "profile", "under", "under__created_by")
        .prefetch_related("files", Prefetch("mentions", Mention.objects.select_related("user")))
        .annotate(
            comment_count=Coalesce(
                Subquery(comments.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
            ),
            last_at=Subquery(
                Post.objects.filter(under=OuterRef("pk"), hidden_at=None).order_by("-at").values("at")[:1]
            ),
        )
    )


def posts(board: Board) -> QuerySet[Post]:
    """Those that are not pinned, the newest first."""
    top = Post.objects.of_board(board.network, board.group).filter(under=None, pinned_at=None)
    if not board.runs:
        top = top.filter(Q(hidden_at=None) | Q(created_by=board.user))
    return _whole(top).order_by("-at", "-pk")


def pinned(board: Board) -> QuerySet[Post]:
    return _whole(_shown(board).filter(under=None, pinned_at__isnull=False)).order_by("-pinned_at")


def newest(board: Board) -> QuerySet[Post]:
    """Of all, pinned or not, for a panel."""
    top = _shown(board).filter(under=None, removed_at=None, hidden_at=None)
    return top.select_related("created_by", "profile").order_by("-at", "-pk")


def comments(board: Board, post: Post) -> QuerySet[Post]:
    """The oldest first, as one talks."""
    return _whole(_shown(board).filter(under=post)).order_by("at", "pk")


def one(board: Board, pk: int) -> Post | None:
    """A post or a comment of the board, as far as the reader sees it."""
    return _whole(_shown(board)).filter(pk=pk).first()


def page_of(board: Board, comment: Post) -> int:
    """On which page of its post's comments it stands."""
    before = (
        _shown(board).filter(under=comment.under).filter(Q(at__lt=comment.at) | Q(at=comment.at, pk__lt=comment.pk))
    )
    return before.count() // A_PAGE + 1


def found(board: Board, words: str) -> QuerySet[Post]:
    """Posts and comments that answer the words, in whichever language they were written; the newest first."""
    conditions = [found_in("search_terms", entry) for entry in query_needles(words)]
    return _whole(_shown(board).filter(removed_at=None).filter(*conditions)).order_by("-at", "-pk")


def rows(board: Board, found_posts: Iterable[Post], words: str = "") -> list[Row]:
    terms = {term for entry in query_terms(words) for way in entry for term in way} if words else set()
    return [_row(board, post, terms) for post in found_posts]


def _row(board: Board, post: Post, terms: set[str]) -> Row:
    own = rules.is_own(board.user, post)
    row = Row(
        post=post,
        may_change=board.is_open and rules.may_change_post(board.user, post),
        is_own=own,
        people=[one.user.name for one in post.mentions.all() if one.user.name],
        comments=getattr(post, "comment_count", 0),
        last_at=getattr(post, "last_at", None),
    )
    if terms:
        spans = highlight_spans(post.text, post.language or None, terms)
        row.text, marks = wording.piece(post.text, spans)
        row.spans = [(start, end, None) for start, end in marks]
    return row


def files(board: Board, words: str = "") -> QuerySet[PostFile]:
    """The files of the posts and comments that the reader sees, the newest first; `words`: parts of the file's name."""
    shown = _shown(board).filter(removed_at=None).order_by().values("pk")
    found = PostFile.objects.filter(post__in=shown).select_related("post__created_by", "post__profile", "post__network")
    for word in words.split():
        found = found.filter(name__icontains=word)
    return found.order_by("-post__at", "-pk")


def lately(
    network: Network, group: Group | None, reader: Any, begins: datetime, ends: datetime, *, runs: bool
) -> list[Post]:
    """What others wrote from `begins` until before `ends`, the oldest first."""
    found = Post.objects.of_board(network, group).shown_to(reader, runs=runs)
    found = found.filter(at__gte=begins, at__lt=ends, removed_at=None).exclude(created_by=reader)
    return list(found.select_related("network", "created_by", "profile").order_by("at", "pk"))


def people_of(board: Board) -> list[tuple[str, str]]:
    """Whom one can mention: (number, name), the reader left out."""
    circle = rules.circle(board.network, board.group).exclude(pk=board.user.pk).exclude(name="")
    return [(str(pk), name) for pk, name in circle.order_by("name", "pk").values_list("pk", "name")]


def open_reports(network: Network) -> QuerySet[PostReport]:
    """The oldest first."""
    waiting = PostReport.objects.filter(post__network=network, settled_at=None)
    return waiting.select_related("by", "post__created_by", "post__profile", "post__group", "post__under").order_by(
        "made_at", "pk"
    )
