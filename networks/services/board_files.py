"""Files on a noticeboard: looked at as all attachments are (`core.attachments`), four at most."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from core.attachments import ACCEPT, KINDS, LARGEST, BadFile, Prepared, content_of, forget, prepare
from core.errors import DomainError
from networks.models import Post, PostFile

__all__ = ["ACCEPT", "KINDS", "LARGEST", "BadFile", "Prepared", "TooMany", "add", "check_number", "forget", "prepare"]

MOST = 4


class TooMany(DomainError):
    message = gettext_lazy("A post or a comment has at most four files.")


def check_number(count: int) -> None:
    if count > MOST:
        raise TooMany(field="attachments")


def add(post: Post, files: Sequence[Prepared]) -> None:
    for one in files:
        PostFile.objects.create(post=post, file=content_of(one), name=one.name, kind=one.kind, size=len(one.content))
