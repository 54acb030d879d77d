"""What profiles show on pages: a profile's own parts, the newest wishes, who has a theme, one's own organisation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import Profile
from accounts.queries import profiles as queries
from core.panels import Panel
from themes.models import Theme

FRONT_ROWS = 6
THEME_ROWS = 12
WORKS = 5


def offers(request: HttpRequest, profile: Profile) -> Panel | None:
    lots = queries.lots_of(profile)
    kinds = {lot.kind for lot in lots}
    only = kinds.pop() if len(kinds) == 1 else ""
    return Panel("accounts/profile/offers_panel.html", {"lots": lots, "only": only}) if lots else None


def works(request: HttpRequest, profile: Profile) -> Panel | None:
    found = list(profile.past_works.all())
    if not found:
        return None
    context = {"first": found[:WORKS], "rest": found[WORKS:], "source": found[0].source}
    return Panel("accounts/profile/work_panel.html", context)


def facts(request: HttpRequest, profile: Profile) -> Panel | None:
    contact = queries.shows_contact(profile, request.user)
    has_contact = bool(profile.contact_name or profile.contact_email or profile.contact_phone)
    hidden_only_from_strangers = (
        has_contact
        and not request.user.is_authenticated
        and profile.contact_visibility == Profile.Visibility.MEMBERS
        and profile.is_claimed
    )
    something = [
        profile.business_id,
        profile.industry,
        profile.school,
        profile.field_of_study,
        profile.languages,
        profile.website,
        contact and has_contact,
        hidden_only_from_strangers,
    ]
    if not any(something):
        return None
    reachable = (contact and has_contact) or hidden_only_from_strangers
    context = {
        "profile": profile,
        "contact": contact,
        "sign_in": hidden_only_from_strangers,
        "reachable": reachable,
    }
    return Panel("accounts/profile/facts_panel.html", context)


def people(request: HttpRequest, profile: Profile) -> Panel | None:
    """Those representatives who chose to be shown, by the names they gave."""
    shown = [one for one in profile.representatives.all() if one.shown and one.user.name]
    return Panel("accounts/profile/people_panel.html", {"people": shown}) if shown else None


def front(request: HttpRequest, subject: Any) -> Panel | None:
    lots = queries.newest_lots(request.user, FRONT_ROWS)
    if not lots:
        return None
    return Panel("accounts/directory/front_panel.html", {"lots": lots, "numbers": _numbers(request)})


def front_action(request: HttpRequest, subject: Any) -> Panel | None:
    numbers = _numbers(request)
    return Panel("accounts/directory/front_action.html", {"numbers": numbers}) if numbers["organisations"] else None


def _numbers(request: HttpRequest) -> dict[str, int]:
    """Counted once a page."""
    found: dict[str, int] | None = getattr(request, "_profile_numbers", None)
    if found is None:
        found = queries.numbers(request.user)
        request._profile_numbers = found  # type: ignore[attr-defined]  # a note on the request, for its own time
    return found


def theme(request: HttpRequest, subject: Theme) -> Panel | None:
    rows, count = queries.with_theme(subject, request.user, THEME_ROWS)
    if not rows:
        return None
    context = {"theme": subject, "rows": rows, "count": count, "more": count > len(rows)}
    return Panel("accounts/directory/theme_panel.html", context)


def own_tool(request: HttpRequest) -> dict[str, Any] | None:
    """One's own organisation in the masthead, or the way to make one; nothing for those who have not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    own = queries.own_profiles(user)
    published = [one.profile for one in own if one.profile.status == Profile.Status.PUBLISHED]
    return {"only": published[0] if len(own) == 1 and published else None, "count": len(own), "published": published}
