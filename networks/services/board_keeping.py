"""Keeping a noticeboard: pins, what is hidden with a reason, what readers report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from networks.models import Post, PostReport
from networks.rules import board as rules
from networks.services import board_telling
from networks.services.board import NotYourBoard
from networks.services.common import HasEnded, ReasonMissing, lock_for_coordinator

MOST_PINS = 3


class TooManyPins(DomainError):
    message = _("Three posts are pinned already. Take one down first.")


class NotPinned(DomainError):
    message = _("Only a post that is shown can be pinned.")


class ReportMissing(DomainError):
    message = _("Tell what is wrong, so that the coordinator can judge it.")


class ReportedAlready(DomainError):
    message = _("You have reported this. The coordinator looks into it.")


class OwnPost(DomainError):
    message = _("This is your own. You can change or remove it yourself.")


@transaction.atomic
def pin(*, post: Post, pinned: bool, by: Any, now: datetime) -> None:
    """By those who run the network. Done twice it is done. Raises `NotTheCoordinator`, `HasEnded`, `NotPinned` or
    `TooManyPins`."""
    post = _lock(post, by)
    if post.network.is_ended:
        raise HasEnded
    if pinned == (post.pinned_at is not None):
        return
    if pinned:
        if post.is_comment or post.is_hidden or post.removed_at is not None:
            raise NotPinned
        if Post.objects.of_board(post.network, post.group).filter(pinned_at__isnull=False).count() >= MOST_PINS:
            raise TooManyPins
    post.pinned_at = now if pinned else None
    post.save(update_fields=["pinned_at"])
    audit.record("post.pinned" if pinned else "post.unpinned", post, by=by, now=now, network=post.network_id)


@transaction.atomic
def hide(*, post: Post, why: str, by: Any, now: datetime) -> None:
    """By those who run the network, with a reason that the writer is told; its reports are settled. Done twice it is
    done. Raises `NotTheCoordinator` or `ReasonMissing`."""
    post = _lock(post, by)
    why = why.strip()[:400]
    if not why:
        raise ReasonMissing(field="why")
    if post.is_hidden or post.removed_at is not None:
        return
    post.hidden_at, post.hidden_by, post.hidden_why, post.pinned_at = now, by, why, None
    post.save(update_fields=["hidden_at", "hidden_by", "hidden_why", "pinned_at"])
    _settle(post, by, now)
    audit.record("post.hidden", post, by=by, now=now, network=post.network_id)
    board_telling.tell_hidden(post, now=now)
    board_telling.show(post, "changed")


@transaction.atomic
def unhide(*, post: Post, by: Any, now: datetime) -> None:
    """Raises `NotTheCoordinator`."""
    post = _lock(post, by)
    post.hidden_at, post.hidden_by, post.hidden_why = None, None, ""
    post.save(update_fields=["hidden_at", "hidden_by", "hidden_why"])
    audit.record("post.shown", post, by=by, now=now, network=post.network_id)
    board_telling.show(post, "changed")


@transaction.atomic
def report(*, post: Post, why: str, by: Any, now: datetime) -> PostReport:
    """By whoever sees the board; the writer is not told who. Raises `NotYourBoard`, `OwnPost`, `ReportMissing` or
    `ReportedAlready`."""
    if not rules.may_see_board(by, post.network, post.group):
        raise NotYourBoard
    if rules.is_own(by, post):
        raise OwnPost
    why = why.strip()[:600]
    if not why:
        raise ReportMissing(field="why")
    try:
        with transaction.atomic():
            made = PostReport.objects.create(post=post, by=by, why=why, made_at=now)
    except IntegrityError as error:
        raise ReportedAlready from error
    audit.record("post.reported", post, by=by, now=now, network=post.network_id)
    board_telling.tell_reported(post, made.pk, by=by.pk, now=now)
    return made


@transaction.atomic
def settle(*, post: Post, by: Any, now: datetime) -> None:
    """Its reports were looked at, and it stays. Raises `NotTheCoordinator`."""
    post = _lock(post, by)
    if _settle(post, by, now):
        audit.record("post.kept", post, by=by, now=now, network=post.network_id)


def _settle(post: Post, by: Any, now: datetime) -> int:
    return PostReport.objects.filter(post=post, settled_at=None).update(settled_at=now, settled_by=by)


def _lock(post: Post, by: Any) -> Post:
    network = lock_for_coordinator(post.network, by)
    held = Post.objects.select_for_update(of=("self",)).select_related("created_by", "group").get(pk=post.pk)
    held.network = network
    return held
