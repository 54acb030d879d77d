"""Who else offers what a coordinator tells of: a funder, an adviser, a programme."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.text import clean_text
from opportunities.models import Opportunity
from opportunities.rules import feeds as rules

_is_web = URLValidator(schemes=["https", "http"])


class OnlyCoordinatorsTell(DomainError):
    message = _("Only a coordinator can tell of what somebody else offers.")


class SourceUnnamed(DomainError):
    message = _("Write who offers it, as the address is somebody else's.")


class BadSourceAddress(DomainError):
    message = _("Write an address of the web that begins with https:// or http://.")


def set_source(held: Opportunity, source: str | None, url: str, *, by: Any) -> None:
    """On a row that is saved by whoever calls; None leaves what stands. Raises `OnlyCoordinatorsTell`, `SourceUnnamed`
    or `BadSourceAddress`."""
    if source is None:
        return
    source, url = clean_text(source)[:120], clean_text(url)
    if (source, url) == (held.source, held.source_url):
        return
    if not rules.may_tell_of_others(by):
        raise OnlyCoordinatorsTell
    if url and not source:
        raise SourceUnnamed(field="source")
    if url:
        try:
            _is_web(url)
        except ValidationError as error:
            raise BadSourceAddress(field="source_url") from error
        if len(url) > 1000:
            raise BadSourceAddress(field="source_url")
    held.source, held.source_url = source, url
