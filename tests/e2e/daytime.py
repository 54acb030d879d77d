"""An event that is on now, with a published round, for the journeys of the day."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import Representative, User
from events.models import Event, Lateness, Meeting, MeetingParty, Registration, Round, RoundBreak, Session, Slot
from events.services import announcing, moving, outcomes, registrations, requests, rounds, solving
from events.services.events import EventPlan, create_event, publish_event
from events.services.rounds import RoundPlan
from tests.e2e.made import PEOPLE, company, person

SLOT = timedelta(minutes=20)


def today(people: int = 6, before: int = 1, after: int = 8, tables: int = 4) -> dict[str, Any]:
    """`before` slots have been and one is on; `after` are ahead. Everybody meets the next three in the line."""
    now = timezone.now()
    mark = secrets.token_hex(3)
    starts_at = now.replace(second=0, microsecond=0) - before * SLOT - timedelta(minutes=2)
    ends_at = starts_at + (before + 1 + after) * SLOT
    past = starts_at - timedelta(days=1)
    host = User.objects.get(email=PEOPLE["coordinator"])
    event = create_event(
        plan=EventPlan(
            titles={"fi": f"Tämän päivän tapaamiset {mark}"},
            starts_at=starts_at,
            ends_at=ends_at + timedelta(hours=1),
            place="Vanha höyläämö",
        ),
        organiser=None,
        by=host,
        now=past,
    )
    publish_event(event=event, by=host, now=past)
    plan = RoundPlan(starts_at=starts_at, ends_at=ends_at, tables=tables, slot_minutes=20, place="Höyläsali")
    round = rounds.create_round(event=event, plan=plan, by=host, now=past)
    comers = [_comer(event, n, mark, past) for n in range(people)]
    for (n, one), (m, other) in combinations(enumerate(comers), 2):
        if m - n <= 3:
            made = requests.make_request(
                round=round, asker=one, asked=other, by=one.user, now=past, message="Puhutaan hakkeesta."
            )
            requests.accept_request(request=made, by=other.user, now=past)
    run = solving.start_run(round=round, by=host, now=past, seconds=2)
    solving.run_solver(run_id=run.pk, clock=timezone.now)
    until = time.monotonic() + 30
    while not round.runs.filter(finished_at__isnull=False).exists() and time.monotonic() < until:
        time.sleep(0.3)
    round.refresh_from_db()
    solving.publish_schedule(round=round, by=host, now=past)
    round.refresh_from_db()
    _fill_the_next(round, host, now)
    return {"slug": event.slug, "pk": event.pk, "mark": mark, "people": [_told(one) for one in comers]}


def _fill_the_next(round: Round, host: User, now: datetime) -> None:
    """Somebody meets in the time that begins next, so that the board has somebody to look for."""
    ahead = Meeting.objects.agreed().filter(slot__round=round, starts_at__gt=now)
    following = round.slots.filter(starts_at__gt=now).order_by("starts_at")[0]
    if not ahead.filter(slot=following).exists():
        last = ahead.select_related("slot__round").order_by("-starts_at")[0]
        moving.move_by_hand(meeting=last, slot=following, table=1, instead_of=None, by=host, now=now)


def _comer(event: Event, number: int, mark: str, at: datetime) -> Registration:
    user = person(f"tulija{number}-{mark}@selain.example", f"Tulija {mark}{number}")
    company(user.email, f"Yritys {mark}{number} Oy")
    profile = Representative.objects.get(user=user).profile
    return registrations.register(event=event, profile=profile, by=user, now=at)


def _told(one: Registration) -> dict[str, Any]:
    return {"pk": one.pk, "email": one.user.email, "name": one.user.name, "profile": one.profile.name}


def announce(slug: str, text: str) -> int:
    """From another process than the server's."""
    event = Event.objects.get(slug=slug)
    by = User.objects.get(email=PEOPLE["coordinator"])
    return announcing.announce(event=event, text=text, language="fi", by=by, now=timezone.now()).pk


def facts(slug: str) -> dict[str, Any]:
    event = Event.objects.get(slug=slug)
    late = Lateness.objects.filter(registration__event=event).select_related("registration__user")
    return {
        "late": [[one.registration.user.name, one.comes_at.isoformat()] for one in late],
        "agreed": Meeting.objects.agreed().filter(slot__round__event=event).count(),
    }


def latecomer(slug: str) -> dict[str, Any]:
    """One more who registers, and stands at the door."""
    event = Event.objects.get(slug=slug)
    mark = secrets.token_hex(3)
    one = _comer(event, 99, mark, event.starts_at - timedelta(hours=1))
    Registration.objects.filter(pk=one.pk).update(checked_in_at=timezone.now())
    return _told(one)


def reopen(slug: str) -> bool:
    """The event takes registrations until its second hour: one can come late."""
    event = Event.objects.get(slug=slug)
    later = timezone.now() + timedelta(hours=1)
    Event.objects.filter(pk=event.pk).update(starts_at=later, ends_at=later + timedelta(hours=5))
    return True


def held(slug: str, email: str) -> int:
    """The person's meetings are over."""
    ended = timezone.now() - timedelta(minutes=1)
    own = Meeting.objects.agreed().filter(slot__round__event__slug=slug, parties__user__email=email)
    return Meeting.objects.filter(pk__in=list(own.values_list("pk", flat=True))).update(
        starts_at=ended - SLOT, ends_at=ended
    )


def begun(slug: str) -> bool:
    """The event's day has come: its first meetings are on."""
    event = Event.objects.get(slug=slug)
    _shift(event, timezone.now() - timedelta(minutes=5) - event.rounds.get().starts_at)
    return True


def over(slug: str) -> int:
    """It was yesterday, and most of those who met have said how it was."""
    event, now = Event.objects.get(slug=slug), timezone.now()
    _shift(event, now - timedelta(days=1) - event.ends_at)
    said = 0
    for meeting in Meeting.objects.agreed().filter(slot__round__event=event).order_by("pk")[:40]:
        for party in meeting.parties.select_related("user"):
            outcomes.say_more(meeting=meeting, by=party.user, useful=MeetingParty.Useful.VERY, now=now)
            said += 1
    return said


def _shift(event: Event, delta: timedelta) -> None:
    """All that the event has a time for, as far as its life goes."""
    rounds = {"round__event": event}
    for rows in (
        Event.objects.filter(pk=event.pk),
        Session.objects.filter(event=event),
        Round.objects.filter(event=event),
        RoundBreak.objects.filter(**rounds),
        Slot.objects.filter(**rounds),
        Meeting.objects.filter(slot__round__event=event),
    ):
        rows.update(starts_at=F("starts_at") + delta, ends_at=F("ends_at") + delta)
