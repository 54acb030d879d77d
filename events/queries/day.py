"""An event's day as one who comes to it looks at it: now, next, where, with whom and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils.crypto import salted_hmac

from events.models import (
    Announcement,
    DeskVisit,
    Event,
    Lateness,
    Meeting,
    MeetingParty,
    Registration,
    Round,
    RoundBreak,
    Session,
    Slot,
    SwapRequest,
)
from events.queries.desks import visits_of
from events.queries.meetings import OwnMeeting, meetings_of
from events.rules.day import BEFORE
from matching.sentences import Sentence
from matching.showing import sentences_between

REASONS_SHOWN = 3
SESSIONS_SHOWN = 4
SAID_SHOWN = 5


Late = dict[int | None, Lateness]
"""Who is on the way, by the registration."""


@dataclass(frozen=True)
class Entry:
    """A meeting or a break of the day, in order of time."""

    at: datetime
    is_over: bool
    is_now: bool
    own: OwnMeeting | None = None
    pause: RoundBreak | None = None
    reasons: tuple[Sentence, ...] = ()
    texts: tuple[Any, ...] = ()
    swap: SwapRequest | None = None
    """A question of another time that waits."""
    swap_is_mine: bool = False
    late: Lateness | None = None
    """The other side is on the way."""


@dataclass(frozen=True)
class Day:
    event: Event
    me: Registration
    rounds: tuple[Round, ...]
    now: datetime
    entries: tuple[Entry, ...] = ()
    ahead: Entry | None = None
    slots: str = ""
    """The rounds' times for the timer: "begins-ends" in seconds of the epoch, by commas."""
    sessions: tuple[Session, ...] = ()
    said: tuple[Announcement, ...] = ()
    lateness: Lateness | None = None
    has_meetings: bool = field(default=False)
    visits: tuple[DeskVisit, ...] = ()
    """Places in line at advisory desks."""

    @property
    def asking(self) -> Round | None:
        """The next round in which one can ask for a meeting, or whose comers one can look at; none when all is over."""
        ahead = [one for one in self.rounds if one.ends_at > self.now]
        return next((one for one in ahead if one.takes_requests), ahead[0] if ahead else None)

    @property
    def unpublished(self) -> list[Round]:
        """Rounds ahead whose programme is still to come."""
        return [one for one in self.rounds if one.published_at is None and one.ends_at > self.now]

    @property
    def is_published(self) -> bool:
        return any(one.published_at for one in self.rounds)


def owner_of(user: Any) -> str:
    """Whose day a phone keeps, without saying who that is."""
    return salted_hmac("events.my_day", str(user.pk), secret=settings.SECRET_KEY).hexdigest()[:16]


def day_of(me: Registration, event: Event, *, now: datetime) -> Day:
    """In a fixed number of queries, however many meetings there are."""
    rounds = list(event.rounds.all())
    own = meetings_of(me)
    known = {round.pk: round for round in rounds}
    for slot in (one.meeting.slot for one in own if one.meeting.slot is not None):
        if slot.round_id in known:
            slot.round = known[slot.round_id]
    late = _late([me.pk, *(party.registration_id for one in own for party in one.others)], now)
    entries = _entries(me, own, rounds, late, now)
    ahead = next((entry for entry in entries if entry.own is not None and entry.own.meeting.ends_at > now), None)
    return Day(
        event=event,
        me=me,
        rounds=tuple(rounds),
        now=now,
        entries=tuple(entries),
        ahead=ahead,
        slots=slots_of(event) if rounds and own else "",
        sessions=tuple(on_now(event, now=now)),
        said=tuple(said_to(me, event, now=now)),
        lateness=late.get(me.pk),
        has_meetings=bool(own),
        visits=tuple(visits_of(me.user, event, now)),
    )


def moments_of(day: Day) -> list[datetime]:
    """When it says something else although nobody has written anything: something begins, ends or is forgotten. Whoever
    adds to a day what depends on the time adds it here."""
    own = [entry.own.meeting for entry in day.entries if entry.own is not None]
    pauses = [entry.pause for entry in day.entries if entry.pause is not None]
    late = [one for one in (day.lateness, *(entry.late for entry in day.entries)) if one is not None]
    ending: list[Any] = [day.event, *own, *pauses, *day.rounds, *day.sessions, *day.said]
    return [
        day.event.starts_at - BEFORE,
        *(one.starts_at for one in own),
        *(one.ends_at for one in ending),
        *(one.comes_at for one in late),
        *(visit.desk.closes_at for visit in day.visits),
    ]


def slots_of(event: Event) -> str:
    rows = Slot.objects.filter(round__event=event, is_open=True).values_list("starts_at", "ends_at")
    return ",".join(f"{begins.timestamp():.0f}-{ends.timestamp():.0f}" for begins, ends in rows)


def _entries(me: Registration, own: list[OwnMeeting], rounds: list[Round], late: Late, now: datetime) -> list[Entry]:
    """Meetings and breaks in order; the first that is not over is where the day is."""
    others = [one.other for one in own if one.other is not None]
    reasons = sentences_between(me.profile, others)
    prefetch_related_objects(others, "texts")
    meetings = [one.meeting.pk for one in own]
    swaps = {swap.meeting_id: swap for swap in _waiting(meetings)}
    entries = [
        Entry(
            at=one.meeting.starts_at,
            is_over=one.meeting.ends_at <= now,
            is_now=one.meeting.starts_at <= now < one.meeting.ends_at,
            own=one,
            reasons=reasons.get(one.other.pk, ())[:REASONS_SHOWN] if one.other else (),
            texts=tuple(t for t in one.other.texts.all() if t.kind in ("offers", "seeks")) if one.other else (),
            swap=swaps.get(one.meeting.pk),
            swap_is_mine=one.meeting.pk in swaps and swaps[one.meeting.pk].asker_id == me.pk,
            late=next((late[p.registration_id] for p in one.others if p.registration_id in late), None),
        )
        for one in own
    ]
    if rounds and own:
        pauses = RoundBreak.objects.filter(round__in=rounds)
        entries += [Entry(pause.starts_at, pause.ends_at <= now, is_now=False, pause=pause) for pause in pauses]
    return sorted(entries, key=lambda entry: entry.at)


def _waiting(meetings: list[int]) -> QuerySet[SwapRequest]:
    return SwapRequest.objects.filter(meeting__in=meetings, state=SwapRequest.State.WAITING).select_related("slot")


def _late(registrations: Iterable[int | None], now: datetime) -> Late:
    rows = Lateness.objects.filter(registration__in=[pk for pk in registrations if pk], comes_at__gt=now)
    return {row.registration_id: row for row in rows}


def on_now(event: Event, *, now: datetime) -> list[Session]:
    """What is on in the programme, and what comes next."""
    rows = event.sessions.filter(ends_at__gt=now).exclude(kind__in=[Session.Kind.MEETINGS, Session.Kind.BREAK])
    return list(rows.select_related("room").order_by("starts_at", "pk")[:SESSIONS_SHOWN])


# --- What is said ----------------------------------------------------------------------------------------------------


def said_to(me: Registration, event: Event, *, now: datetime) -> QuerySet[Announcement]:
    """Announcements that concern the person and still hold, the newest first."""
    tables = MeetingParty.objects.filter(
        registration=me, meeting__state=Meeting.State.AGREED, meeting__ends_at__gt=now
    ).values("meeting__table")
    mine = Q(table=None) | Q(table__in=tables)
    return (
        Announcement.objects.filter(mine, event=event, ends_at__gt=now)
        .select_related("session")
        .order_by("-said_at", "-pk")[:SAID_SHOWN]
    )


def audience_of(announcement: Announcement, *, now: datetime) -> QuerySet[Registration]:
    """Those whom it concerns."""
    comers = Registration.objects.confirmed().filter(event=announcement.event)
    if announcement.table is None:
        return comers
    there = MeetingParty.objects.filter(
        meeting__state=Meeting.State.AGREED,
        meeting__slot__round__event=announcement.event,
        meeting__table=announcement.table,
        meeting__ends_at__gt=now,
    )
    return comers.filter(pk__in=there.values("registration"))


def announcements_of(event: Event, *, now: datetime) -> QuerySet[Announcement]:
    """All that holds, for the host."""
    return event.announcements.filter(ends_at__gt=now).select_related("session").order_by("-said_at", "-pk")
