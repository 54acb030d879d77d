from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import translation

from notifications import kinds
from notifications.kinds import Category, Delivery, Notice, Point
from notifications.models import Notification, Preference, ReturnedAddress


def unread_count(user: Any) -> int:
    return Notification.objects.filter(user=user).unread().count()


def bell(request: HttpRequest) -> dict[str, Any] | None:
    """The masthead's bell: None for those who have not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return {"count": unread_count(user)}


def read_notice(notification: Notification, language: str | None = None) -> Notice | None:
    """The notice in the active (or given) language; None when its kind is unknown, what it was about is gone, or it
    is not for its reader any more."""
    kind = kinds.get(notification.kind)
    if kind is None or (kind.may_read is not None and not kind.may_read(notification.context, notification.user)):
        return None
    with translation.override(language or translation.get_language()):
        try:
            return kind.render(notification.context)
        except LookupError:
            return None


def points_of(notification: Notification) -> list[Point] | None:
    """What the notice's mail lists now, in the active language; None for a kind that lists nothing."""
    kind = kinds.get(notification.kind)
    return kind.points(notification.context, notification.user) if kind is not None and kind.points else None


def returned(email: str) -> ReturnedAddress | None:
    """The mark of an address to which no more letters go."""
    return ReturnedAddress.objects.filter(email=email.lower()).first()


def is_marked(field: str) -> Exists:
    """Of rows with an address in lower case in `field`: whether no more letters go there."""
    return Exists(ReturnedAddress.objects.filter(email=OuterRef(field)))


def returned_of(user: Any) -> ReturnedAddress | None:
    return returned(user.email)


def preferences(user: Any) -> dict[str, str]:
    return dict(Preference.objects.filter(user=user).values_list("category", "delivery"))


def categories_for(user: Any) -> list[dict[str, Any]]:
    """Each category with its kinds' defaults and the person's choice, for the settings page."""
    chosen = preferences(user)
    found = []
    for category in Category:
        of_it = [kind for kind in kinds.all_kinds() if kind.category == category]
        if of_it:
            default = next((kind.delivery for kind in of_it if kind.may_leave), Delivery.NOW)
            found.append(
                {
                    "category": category,
                    "chosen": chosen.get(category, default),
                    "fixed": not any(k.may_leave for k in of_it),
                }
            )
    return found
