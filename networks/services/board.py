"""Writing on a noticeboard: a post, a comment, changing and removing one's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import search
from accounts.models import Profile, User
from accounts.services.users import PUT_INSTEAD, SHORTEST_NAME, addresses_of
from core import audit
from core.errors import DomainError, StaleSave
from core.once import make_once
from core.text import clean_text
from language import guess_language
from networks.models import Group, Mention, Network, Post, PostFile
from networks.rules import board as rules
from networks.rules.networks import belongs_to_organiser, may_coordinate
from networks.services import board_files, board_telling
from networks.services.board_files import Prepared
from networks.services.common import HasEnded, NotRunning, lock_network
from networks.services.groups import GroupHasEnded

LONGEST = 5000
"""Characters of a post or a comment."""


class NotYourBoard(DomainError):
    message = _("Only those who take part in it write on this noticeboard.")


class NotYourPost(DomainError):
    message = _("Only the one who wrote this can change it.")


class NothingWritten(DomainError):
    message = _("Write what you want to say.")


class TooLong(DomainError):
    message = _("The text is too long. Make it shorter.")


class PostGone(DomainError):
    message = _("The post is no longer there. Your comment was not sent.")


class PostStale(StaleSave):
    message = _(
        "You saved this elsewhere while this page was open. Look at what it is now, and save again if you want."
    )


@transaction.atomic
def write(
    *,
    network: Network,
    group: Group | None,
    text: str,
    by: Any,
    now: datetime,
    under: Post | None = None,
    to: Collection[int] = (),
    files: Sequence[Prepared] = (),
    key: str = "",
) -> Post:
    """A post on the board, or a comment `under` one. `to`: users to mention beside those whom the text names with @.
    The same `key` once more is the same post.

    Raises `NotYourBoard`, `NotRunning`, `HasEnded`, `GroupHasEnded`, `PostGone`, `NothingWritten`, `TooLong` or
    `board_files.TooMany`.
    """
    network = _lock_open(network, group, by)
    if under is not None:
        under = _open_post(network, group, under, by)
    text = _checked(text)
    board_files.check_number(len(files))

    def make() -> Post:
        return _make(network, group, under, text, by, now, to, files, key)

    return make_once(Post.objects, key or None, by, make)


def _make(
    network: Network, group: Group | None, under: Post | None, text: str, by: Any, now: datetime,
    to: Collection[int], files: Sequence[Prepared], key: str,
) -> Post:  # fmt: skip
    post = Post(
        network=network,
        group=group,
        under=under,
        created_by=by,
        profile=_written_for(by, network, group),
        text=text,
        language=guess_language(text) or "",
        at=now,
        creation_key=key or None,
    )
    post.save()
    board_files.add(post, files)
    _index(post)
    mentioned = _mention(post, to)
    audit.record("post.written", post, by=by, now=now, network=network.pk, under=under.pk if under else None)
    board_telling.tell(post, mentioned=mentioned, now=now)
    board_telling.show(post, "new")
    return post


@transaction.atomic
def edit(
    *,
    post: Post,
    text: str,
    by: Any,
    now: datetime,
    version: int | None = None,
    files: Sequence[Prepared] = (),
    without: Collection[int] = (),
) -> Post:
    """Change one's own; `without` are files to take away. Those whom the new text names are told, once.

    Raises `NotYourPost`, `PostStale` and what `write` raises.
    """
    post = _lock_own(post, by)
    if version is not None and version != post.version:
        raise PostStale
    text = _checked(text)
    board_files.check_number(post.files.exclude(pk__in=without).count() + len(files))
    board_files.forget(post.files.filter(pk__in=without))
    board_files.add(post, files)
    post.text, post.language, post.edited_at = text, guess_language(text) or "", now
    post.version += 1
    post.save(update_fields=["text", "language", "edited_at", "version"])
    _index(post)
    new = _mention(post, ())
    audit.record("post.changed", post, by=by, now=now, network=post.network_id)
    board_telling.tell_mentioned(post, new, now=now)
    board_telling.show(post, "changed")
    return post


@transaction.atomic
def remove(*, post: Post, by: Any, now: datetime) -> None:
    """Take one's own away, with its files. What others wrote under it stays, and then an empty place stands above it.

    Raises `NotYourPost`, `NotRunning`, `HasEnded` or `GroupHasEnded`.
    """
    post = _lock_own(post, by)
    audit.record("post.removed", post, by=by, now=now, network=post.network_id)
    board_files.forget(post.files.all())
    under = post.under
    if post.comments.exclude(removed_at__isnull=False).exists():
        post.mentions.all().delete()
        post.text, post.search_terms, post.removed_at, post.pinned_at = "", "", now, None
        post.version += 1
        post.save()
        board_telling.show(post, "changed")
        return
    board_telling.show(post, "gone")
    post.delete()
    if under is not None and under.removed_at is not None and not under.comments.exists():
        board_telling.show(under, "gone")
        under.delete()


@transaction.atomic
def user_leaving(user: Any) -> None:
    """What was written is the organisation's and stays; who wrote it goes, from the middle of every text too."""
    words = [*addresses_of(user), *([user.name] if len(user.name) >= SHORTEST_NAME else [])]
    named = Post.objects.filter(created_by=user) | Post.objects.filter(mentions__user=user)
    for post in named.distinct():
        for word in words:
            post.text = re.sub(re.escape(word), PUT_INSTEAD, post.text, flags=re.IGNORECASE)
        if post.created_by_id == user.pk:
            post.created_by = None
        post.save(update_fields=["text", "created_by"])
        _index(post)
    Mention.objects.filter(user=user).delete()


def _lock_open(network: Network, group: Group | None, by: Any) -> Network:
    network = lock_network(network)
    if not rules.may_see_board(by, network, group):
        raise NotYourBoard
    if network.is_ended:
        raise HasEnded
    if not network.is_running:
        raise NotRunning
    if group is not None and Group.objects.filter(pk=group.pk, ended_at__isnull=False).exists():
        raise GroupHasEnded
    return network


def _open_post(network: Network, group: Group | None, under: Post, by: Any) -> Post:
    """The post to be commented on, as it stands now; a comment goes under its post."""
    found = Post.objects.of_board(network, group).filter(pk=under.under_id or under.pk, removed_at=None).first()
    if found is None or (found.is_hidden and not may_coordinate(by, network)):
        raise PostGone
    return found


def _lock_own(post: Post, by: Any) -> Post:
    network = _lock_open(post.network, post.group, by)
    held = Post.objects.select_for_update(of=("self",)).select_related("group", "under").filter(pk=post.pk).first()
    if held is None or not rules.may_change_post(by, held):
        raise NotYourPost
    held.network = network
    return held


def _checked(text: str) -> str:
    text = clean_text(text)
    if not text:
        raise NothingWritten(field="text")
    if len(text) > LONGEST:
        raise TooLong(field="text")
    return text


def _written_for(by: Any, network: Network, group: Group | None) -> Profile | None:
    """The member for which the person takes part; of one who runs the network, its host."""
    own = rules.taking_part(by, network, group).select_related("profile").order_by("pk").first()
    if own is not None:
        return own.profile
    return network.organiser if belongs_to_organiser(by, network) else None


def _index(post: Post) -> None:
    """The words by which it is found: the text's, the writer's, the files' names."""
    names = [post.writer, post.organisation, *PostFile.objects.filter(post=post).values_list("name", flat=True)]
    post.search_terms = search.column(
        search.text_terms([(post.language or "fi", post.text)]),
        (term for name in names for term in search.as_written(name)),
    )
    post.save(update_fields=["search_terms"])


def _mention(post: Post, to: Collection[int]) -> list[User]:
    """Those of the circle whom the text names, and those chosen; the writer is not. Returns the new ones."""
    if "@" not in post.text and not to:
        post.mentions.all().delete()
        return []
    circle = rules.circle(post.network, post.group)
    people = {pk: name for pk, name in circle.values_list("pk", "name") if pk != post.created_by_id}
    chosen = {pk for pk in to if pk in people} | named_in(post.text, people.items())
    there = set(post.mentions.values_list("user", flat=True))
    new = sorted(chosen - there)
    Mention.objects.bulk_create(Mention(post=post, user_id=pk) for pk in new)
    return list(User.objects.filter(pk__in=new).order_by("pk"))


def named_in(text: str, people: Iterable[tuple[int, str]]) -> set[int]:
    """Whom the text names: "@Aino Aho", in any case of letters, with an ending after a colon. The longest name counts,
    so that nobody is told of a namesake with a longer name; all who bear it are meant."""
    bearers: dict[str, set[int]] = {}
    for pk, name in people:
        if name.strip():
            bearers.setdefault(" ".join(name.casefold().split()), set()).add(pk)
    longest_first = sorted(bearers, key=len, reverse=True)
    found: set[int] = set()
    folded = re.sub(r"[^\S\n]+", " ", text.casefold())
    for at in (one.end() for one in re.finditer(r"(?<![\w@.])@", folded)):
        for name in longest_first:
            if folded.startswith(name, at) and not re.match(r"\w", folded[at + len(name) :]):
                found |= bearers[name]
                break
    return found
