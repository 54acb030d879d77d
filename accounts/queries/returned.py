"""What pages that send an account letter say of an address from which mail has come back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from notifications import queries


def words_of_returned(address: str) -> str:
    """Empty for an address without a mark. It is said of any address that somebody writes, so it does not say whether
    there is an account: invitations, claim links and sign-ups by anybody come back as well as notices do."""
    if not address or queries.returned(address) is None:
        return ""
    return _(
        "Mail to %(address)s has come back earlier. We try once more. If nothing comes, check how the address is "
        "written, use another of your addresses or a passkey, or ask the coordinator for help."
    ) % {"address": address}
