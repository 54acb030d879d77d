"""What the mail provider tells of letters after they have left, by its webhook: `config.urls`, docs/operation.md.

The signal is anymail's own and says the same whoever the provider is.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from notifications import post, rules


def heard(*, event: Any, **_more: Any) -> None:
    """`event` is an `anymail.signals.AnymailTrackingEvent`. One of a letter that is on its way says nothing here."""
    if not event.recipient:
        return
    why = rules.why_returned(event.event_type, event.reject_reason)
    if why is not None and not _passes(event.esp_event):
        post.address_returned(email=event.recipient, why=why, now=timezone.now())
    elif event.event_type == "delivered":
        post.letter_arrived(email=event.recipient, at=event.timestamp or timezone.now())


_PASSING = {"softbounce", "transient", "undetermined", "temporary", "dnserror", "soft", "soft_bounce"}


def _passes(raw: Any) -> bool:
    """Whether the provider itself calls it a thing that passes, as a full mailbox: anymail says "bounced" of both.
    The words are those of Postmark (`Type`), Amazon SES (`bounceType`), Mailgun (`severity`) and others (`type`)."""
    told = raw if isinstance(raw, dict) else {}
    inner = [told, *(one for one in told.values() if isinstance(one, dict))]
    kinds = {str(one.get(name, "")).casefold() for one in inner for name in ("Type", "bounceType", "severity", "type")}
    return bool(kinds & _PASSING)
