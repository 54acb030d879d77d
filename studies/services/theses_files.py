"""Drafts and the final work: looked at before they are kept, under a name of our own; opened by the three alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from networks.services.board_files import Prepared
from studies.models import Side, Thesis, ThesisFile
from studies.services.theses_common import NotNow, NotYours, lock_for_party, moment, move_thesis, others_of, tell

MOST = 40


class TooManyFiles(DomainError):
    message = _("There are forty files already. Take one away first.")


@transaction.atomic
def hand_in(*, thesis: Thesis, file: Prepared, is_final: bool, by: Any, now: datetime, note: str = "") -> ThesisFile:
    """The student's draft, or the final work, which the supervisor then assesses. Raises `NotYours`, `NotNow` or
    `TooManyFiles`."""
    thesis, side = lock_for_party(thesis, by)
    if side != Side.STUDENT:
        raise NotYours
    if thesis.state != Thesis.State.UNDERWAY:
        raise NotNow
    if thesis.files.count() >= MOST:
        raise TooManyFiles(field="attachments")
    made = ThesisFile.objects.create(
        thesis=thesis,
        kind=ThesisFile.Kind.FINAL if is_final else ThesisFile.Kind.DRAFT,
        file=ContentFile(file.content, name=uuid.uuid4().hex),
        name=file.name,
        format=file.kind,
        size=len(file.content),
        note=note.strip()[:600],
        at=now,
    )
    audit.record("thesis.handed_in", thesis, by=by, now=now, file=made.pk, final=is_final)
    if is_final:
        move_thesis(thesis, Thesis.State.HANDED_IN, by=by, now=now, side=side)
    tell("final" if is_final else "draft", others_of(thesis, side), thesis, key=moment(now), now=now, but=by)
    return made


@transaction.atomic
def remove_draft(*, file: ThesisFile, by: Any, now: datetime) -> None:
    """Raises `NotYours` or `NotNow`."""
    thesis, side = lock_for_party(file.thesis, by)
    if side != Side.STUDENT:
        raise NotYours
    found = thesis.files.filter(pk=file.pk, kind=ThesisFile.Kind.DRAFT).first()
    if found is None or not thesis.is_ongoing:
        raise NotNow
    audit.record("thesis.draft_removed", thesis, by=by, now=now, file=found.pk)
    forget([found])


def forget(files: Iterable[ThesisFile]) -> None:
    """Row and content; the content when the transaction is through."""
    for one in list(files):
        storage, name = one.file.storage, one.file.name
        one.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]  # bound now
