"""A day of two kinds of rounds: fixed tables in the morning, a speed round in the afternoon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from events.models import Event, OwnTable, Registration, Round
from events.services import own_tables, requests, rounds
from events.services.events import EventPlan, create_event, publish_event
from events.services.rounds import RoundPlan
from tests.e2e.made import PEOPLE, come

MIXED = "Selaimen sekapäivä"


def mixed(title: str = "Ostajien päivä") -> dict[str, Any]:
    """An event with people and no rounds; returns its address and who come."""
    now = timezone.now()
    day = (timezone.localtime(now) + timedelta(days=10)).replace(hour=9, minute=0, second=0, microsecond=0)
    event = create_event(
        plan=EventPlan(titles={"fi": title}, starts_at=day, ends_at=day + timedelta(hours=6), place="Kauppahalli"),
        organiser=None,
        by=_host(),
        now=now,
    )
    publish_event(event=event, by=_host(), now=now)
    come(event, 6)
    rows = event.registrations.select_related("profile").order_by("pk")
    return {"slug": event.slug, "day": f"{day:%Y-%m-%d}", "names": [row.profile.name for row in rows]}


def ask_seated(slug: str) -> int:
    """Everyone who moves asks everyone who sits, and all say yes. Returns how many have agreed."""
    round = Round.objects.get(event__slug=slug, style=Round.Style.HOSTED)
    seated = {row.registration_id for row in OwnTable.objects.filter(round=round)}
    comers = list(Registration.objects.filter(event__slug=slug).select_related("profile", "user"))
    now, count = timezone.now(), 0
    for mover in comers:
        for host in comers:
            if mover.pk not in seated and host.pk in seated:
                made = requests.make_request(round=round, asker=mover, asked=host, by=mover.user, now=now)
                requests.accept_request(request=made, by=host.user, now=now)
                count += 1
    return count


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """Both rounds before their schedules are made, for the host and for who comes."""
    event = Event.objects.filter(title_fi=MIXED).first()
    if event is None:
        event = Event.objects.get(slug=mixed(MIXED)["slug"])
        now, day = timezone.now(), event.starts_at
        for style, hours in ((Round.Style.HOSTED, 0), (Round.Style.SPEED, 3)):
            starts = day + timedelta(hours=hours)
            plan = RoundPlan(starts_at=starts, ends_at=starts + timedelta(hours=2), tables=4, style=style)
            made = rounds.create_round(event=event, plan=plan, by=_host(), now=now)
            if made.is_hosted:
                seated = list(event.registrations.order_by("pk")[:2])
                own_tables.choose_seated(round=made, people=seated, ticket=None, by=_host(), now=now)
    here = {"slug": event.slug}
    return [
        ("coordinator", "round_add", here, ""),
        ("coordinator", "round_seated", here, ""),
        ("coordinator", "event", here, ""),
        ("coordinator", "round", {**here, "number": 2}, ""),
        ("coordinator", "round_settings", {**here, "number": 2}, ""),
        ("company", "event", here, ""),
        ("company", "my_day", here, ""),
        ("company", "round_people", here, ""),
        ("company", "round_people", {**here, "number": 2}, ""),
    ]


def names() -> set[str]:
    """Of those who may sit at a table of their own, with who comes for them."""
    comers = Registration.objects.filter(event__title_fi=MIXED).select_related("profile", "user")
    return {f"{one.profile.name} ({one.user.name})" for one in comers}


def _host() -> User:
    return User.objects.get(email=PEOPLE["coordinator"])
