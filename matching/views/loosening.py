"""What a profile's limits are called, and which of them to loosen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.engine.preferences import Wish

LIMITS: dict[Wish, str | Promise] = {
    Wish.PLACE: _("the distance or the area"),
    Wish.SIZES: _("the size"),
    Wish.LANGUAGES: _("the language"),
    Wish.KINDS: _("the kind of party"),
    Wish.READY: _("the readiness"),
}


def loosening(loosened: dict[Wish, int], count: int) -> list[tuple[str | Promise, int]]:
    """Which limit, if it were loosened, would give more, and how many; the most giving first."""
    more = [(LIMITS[wish], n) for wish, n in loosened.items() if n > count]
    return sorted(more, key=lambda one: -one[1])
