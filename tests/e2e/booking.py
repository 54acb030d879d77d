"""An event in which participants agree the times of their meetings themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, User
from events.models import Event, MeetingRequest, Registration, Round
from events.services import counters, requests, rounds
from events.services.events import EventPlan, create_event, publish_event
from events.services.rounds import RoundPlan
from tests.e2e.made import PEOPLE, come, company, person

FREE = "Selaimen vapaat varaukset"
NOT_PAGES = {
    "offer_times",
    "hand_over_request",
    "round_open",
    "round_mark",
    "round_show_me",
    "round_calendar",
    "round_calendar_forget",
}
"""Answers to a press."""


def free_fair(title: str, *, people: int, tables: int = 4, **plan: Any) -> Round:
    """Published, with so many of the demo's parties, the company and the student among them."""
    now = timezone.now()
    day = (timezone.localtime(now) + timedelta(days=9)).replace(hour=9, minute=0, second=0, microsecond=0)
    host = User.objects.get(email=PEOPLE["coordinator"])
    event = create_event(
        plan=EventPlan(titles={"fi": title}, starts_at=day, ends_at=day + timedelta(hours=5), place="Kauppahalli"),
        organiser=None,
        by=host,
        now=now,
    )
    publish_event(event=event, by=host, now=now)
    made = rounds.create_round(
        event=event,
        plan=RoundPlan(
            starts_at=day,
            ends_at=day + timedelta(hours=2),
            tables=tables,
            style=Round.Style.FREE,
            place="Halli",
            **plan,
        ),
        by=host,
        now=now,
    )
    come(event, people)
    return made


def wanted(mine: Profile) -> list[tuple[str, str, dict[str, Any], str]]:
    """One request to ours, one of ours that was answered with other times; and a round that is not open yet."""
    if not Event.objects.filter(title_fi=FREE).exists():
        round = free_fair(FREE, people=5)
        me, *others = _seats(round, mine)
        now = timezone.now()
        requests.make_request(
            round=round, asker=others[0], asked=me, by=others[0].user, now=now, message="Puhutaan hakkeesta?"
        )
        made = requests.make_request(round=round, asker=me, asked=others[1], by=me.user, now=now, message="Tavataanko?")
        counters.offer_times(request=made, slots=list(round.slots.all()[2:4]), by=others[1].user, now=now)
        free_fair(f"{FREE} myöhemmin", people=3, opens_at_count=20)
    pages: list[tuple[str, str, dict[str, Any], str]] = [
        ("company", "meeting_request", {"pk": pk}, "")
        for pk in MeetingRequest.objects.filter(round__event__title_fi=FREE).values_list("pk", flat=True)
    ]
    later = {"slug": Event.objects.get(title_fi=f"{FREE} myöhemmin").slug}
    pages += [
        ("company", "event", later, ""),
        ("company", "round_people", later, ""),
        ("coordinator", "round", later, ""),
    ]
    return pages


def _seats(round: Round, mine: Profile) -> list[Registration]:
    rows = round.event.registrations.select_related("profile", "user").order_by("pk")
    return sorted(rows, key=lambda row: row.profile_id != mine.pk)


def booking(email: str, name: str) -> dict[str, Any]:
    """A round of one's own, in which the person comes for a new company; returns the event and the others."""
    user = person(email)
    company(email, name)
    round = free_fair(f"{name} varaa", people=4)
    profile = Profile.objects.get(representatives__user=user)
    now = timezone.now()
    Registration.objects.create(event=round.event, profile=profile, user=user, registered_at=now)
    others = [row for row in _seats(round, profile) if row.user_id != user.pk]
    return {
        "slug": round.event.slug,
        "others": [{"name": row.profile.name, "email": row.user.email} for row in others],
    }


def newest_request(email: str) -> int:
    return int(MeetingRequest.objects.filter(asker__user__email=email).latest("pk").pk)
