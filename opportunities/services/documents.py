"""Files of an offer or a need: put in and taken away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import attachments
from core.attachments import Prepared
from core.errors import DomainError
from opportunities.models import Opportunity, OpportunityFile
from opportunities.rules import opportunities as rules


class TooManyFiles(DomainError):
    message = _("An offer or a need has at most four files.")


def most_files(is_purchase: bool) -> int:
    return rules.MOST_DOCUMENTS if is_purchase else rules.MOST_FILES


def put_files(held: Opportunity, files: Sequence[Prepared], without: Collection[int] = ()) -> None:
    """`without` are numbers of files to take away. Raises `TooManyFiles`."""
    attachments.forget(OpportunityFile.objects.filter(opportunity=held, pk__in=list(without)))
    most = most_files(held.is_purchase)
    if held.files.count() + len(files) > most:
        said = ngettext(
            "A planned purchase has at most %(n)d file.", "A planned purchase has at most %(n)d files.", most
        )
        raise TooManyFiles(said % {"n": most} if held.is_purchase else None, field="attachments")
    for one in files:
        content = attachments.content_of(one)
        OpportunityFile.objects.create(
            opportunity=held, file=content, name=one.name, kind=one.kind, size=len(one.content)
        )
