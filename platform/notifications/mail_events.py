"""What the mail provider tells of letters after they have left, by its webhook: `config.urls`, docs/operation.md.

The signal is anymail's own and says the same whoever the provider is.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from notifications import rules, services


def heard(*, event: Any, **_more: Any) -> None:
    """`event` is an `anymail.signals.AnymailTrackingEvent`. One of a letter that is on its way says nothing here."""
    if not event.recipient:
        return
    why = rules.why_returned(event.event_type, event.reject_reason)
    if why is not None:
        services.address_returned(email=event.recipient, why=why, now=timezone.now())
    elif event.event_type == "delivered":
        services.address_works(email=event.recipient)
