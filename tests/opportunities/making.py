"""A mill that needs chips, a stable that gives shavings away, and others, for the tests of offers and needs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Profile, Representative, User
from matching import services as matching_services
from notifications.models import Notification
from opportunities.models import Opportunity
from opportunities.rules import opportunities as rules
from opportunities.services import opportunities as services
from opportunities.services.opportunities import Plan
from themes.models import Theme

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
_number = count(1)


def make_user(name: str = "Aino Aho", **fields: Any) -> User:
    return User.objects.create_user(fields.pop("email", f"market{next(_number)}@example.fi"), name=name, **fields)


def make_profile(name: str, *, by: User | None = None, role: str = "owner", **fields: Any) -> Profile:
    values: dict[str, Any] = {
        "kind": Profile.Kind.COMPANY,
        "status": Profile.Status.PUBLISHED,
        "municipality": "426",
        "name_fi": name,
        "slug": f"market-{next(_number)}",
        "claimed_at": NOW - timedelta(days=60) if by else None,
        "confirmed_at": NOW,
    }
    profile = Profile.objects.create(**{**values, **fields})
    if by is not None:
        add_person(profile, by, role)
    return profile


def add_person(profile: Profile, user: User, role: str = "member") -> User:
    Representative.objects.create(profile=profile, user=user, role=role, since=NOW)
    return user


def company(name: str, **fields: Any) -> tuple[Profile, User]:
    owner = make_user(f"{name} Omistaja")
    return make_profile(f"{name} Oy", by=owner, **fields), owner


def make_theme(slug: str = "sivuvirrat", **fields: Any) -> Theme:
    made: Theme = Theme.objects.get_or_create(slug=slug, defaults={"name": slug, "name_fi": slug, **fields})[0]
    return made


def plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "direction": Opportunity.Direction.OFFER,
        "kind": Opportunity.Kind.SIDE_STREAM,
        "title": "Kutterinlastua noudettavaksi",
        "text": "Höyläämöltä jää kuivaa kutterinlastua kaksi kuutiota viikossa.",
        "last_day": TODAY + timedelta(days=30),
    }
    return Plan(**{**values, **changes})


NEED: dict[str, Any] = {
    "direction": Opportunity.Direction.NEED,
    "title": "Tarvitsemme kutterinlastua kuivikkeeksi",
    "text": "Hevostalli ottaa kutterinlastua kuivikkeeksi koko talven.",
}


def draft(profile: Profile, by: User, *, now: datetime = NOW, **changes: Any) -> Opportunity:
    return services.create(profile=profile, plan=plan(**changes), by=by, now=now, publish=False)


def publish(profile: Profile, by: User, *, now: datetime = NOW, **changes: Any) -> Opportunity:
    changes.setdefault("last_day", rules.today_of(now) + timedelta(days=30))
    return services.create(profile=profile, plan=plan(**changes), by=by, now=now, publish=True)


def close(
    opportunity: Opportunity, by: User, *, outcome: str = "here", now: datetime = NOW, **more: Any
) -> Opportunity:
    return services.close(opportunity=opportunity, outcome=outcome, by=by, now=now, **more)


def work(now: datetime = NOW) -> None:
    """What workers do: profiles are matched, questions answered."""
    matching_services.rematch_all(now=now)
    matching_services.answer_waiting(now=now)


def kinds_to(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))
