"""Links in letters: signed numbers of rows. The row decides whether a link still holds, so one can be withdrawn."""

from __future__ import annotations

from django.core import signing

INVITATION = "accounts.invitation"
CLAIM = "accounts.claim"


def make(kind: str, pk: int) -> str:
    """The same token each time: the row, not the token, carries the date."""
    return signing.Signer(salt=kind).sign_object(pk)


def read(kind: str, token: str) -> int | None:
    """The row's number, or None when the token was not made by us for this kind."""
    try:
        return int(signing.Signer(salt=kind).unsign_object(token))
    except (signing.BadSignature, TypeError, ValueError):
        return None
