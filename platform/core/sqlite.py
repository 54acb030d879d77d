"""SQLite as this site needs it: text compared without regard to case beyond ASCII, and in Finnish order.

SQLite's own LIKE, upper() and lower() know A–Z only: a search for "äly" would miss "Äly". And it sorts Ä before Å.
PostgreSQL does both right, so queries are written once: `icontains`, `Lower()`, and `Collate(field, FINNISH)`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

# PostgreSQL's own name of the collation (ICU); SQLite is taught the same one.
FINNISH = "fi-x-icu"

_ORDER = str.maketrans(
    {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "đ": "d", "ð": "d", "ł": "l", "ß": "ss", "þ": "th"}
)


@lru_cache(maxsize=20_000)
def finnish_key(text: str) -> tuple[str, str]:
    """Sorts as a Finnish telephone directory: a–z, å, ä, ö; other accents and case decide only between equals."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_ORDER)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    return plain, text


def _compare(one: str, other: str) -> int:
    first, second = finnish_key(one), finnish_key(other)
    return (first > second) - (first < second)


@lru_cache(maxsize=500)
def _pattern(like: str, escape: str | None) -> re.Pattern[str]:
    parts: list[str] = []
    signs = iter(like)
    for sign in signs:
        if escape and sign == escape:
            parts.append(re.escape(next(signs, "")))
        else:
            parts.append({"%": ".*", "_": "."}.get(sign) or re.escape(sign))
    return re.compile("".join(parts), re.DOTALL)


def _like(pattern: Any, text: Any, escape: str | None = None) -> bool | None:
    if pattern is None or text is None:
        return None
    return _pattern(str(pattern).casefold(), escape).fullmatch(str(text).casefold()) is not None


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _upper(text: Any) -> Any:
    return text.upper() if isinstance(text, str) else text


def prepare_connection(*, connection: Any, **kwargs: Any) -> None:
    """Receiver of `connection_created`; other databases are left as they are."""
    if connection.vendor != "sqlite":
        return
    raw = connection.connection
    raw.create_function("like", 2, _like, deterministic=True)
    raw.create_function("like", 3, _like, deterministic=True)
    raw.create_function("lower", 1, _lower, deterministic=True)
    raw.create_function("upper", 1, _upper, deterministic=True)
    raw.create_collation(FINNISH, _compare)
    raw.create_collation("fi", _compare)
