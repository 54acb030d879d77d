"""Many who accept meetings into the same few slots at the same moment, and one script that asks for very many.

Every party is a thread that begins at the same moment; as on a server, `REQUESTS_AT_ONCE` of them are at work at a time
and the rest wait for their turn.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from time import monotonic
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Profile, Representative, User
from core.errors import DomainError
from events.models import (
    Event,
    Meeting,
    MeetingParty,
    MeetingProposal,
    MeetingRequest,
    ProposedTime,
    Registration,
    Round,
    Slot,
)
from events.services import placing, proposals, requests, rounds
from matching.models import Connection
from notifications.models import Notification
from tests.factories.people import make_profile, make_user

SLOTS, TABLES, MINUTES = 6, 8, 20
PER_ASKER = 10
"""Each of the askers has asked so many, and can meet `SLOTS` of them at most."""

Party = tuple[Profile, User]


def race(parties: int, number: int) -> dict[str, Any]:
    """So many rounds, one after the other. In every second one all want the very same slot."""
    hosts = max(1, parties // PER_ASKER)
    known = _parties(parties + 2 * hosts)
    askers, strangers, guests = known[:hosts], known[hosts : 2 * hosts], known[2 * hosts :]
    ties = [sorted((one[0].pk, other[0].pk)) for one, other in zip(askers, strangers, strict=True)]
    now = timezone.now()
    Connection.objects.bulk_create([Connection(a_id=a, b_id=b, made_at=now) for a, b in ties], ignore_conflicts=True)
    total: Counter[str] = Counter()
    said: Counter[str] = Counter()
    begun = monotonic()
    before = Event.objects.filter(slug__startswith="kisa-").count()
    for turn in range(before, before + number):
        start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2 + turn)
        total += _one_round(askers, guests, strangers, start=start, same_slot=turn % 2 == 1, said=said)
    return {
        "parties": parties,
        "rounds": number,
        "at_once": settings.REQUESTS_AT_ONCE,
        "places": SLOTS * TABLES,
        "said": dict(said),
        "seconds": round(monotonic() - begun, 1),
        "constraints": _constraints_hold(),
        **{key: total[key] for key in ("agreed", "outside", "lost", "unnamed", "without_alternatives", "double")},
    }


def _parties(number: int) -> list[Party]:
    """Those of an earlier race in the same database, and as many more as are needed."""
    rows = Representative.objects.select_related("profile", "user").order_by("pk")[:number]
    found = [(row.profile, row.user) for row in rows]
    return [*found, *(_party() for _n in range(number - len(found)))]


def _party() -> Party:
    key = uuid4().hex  # other processes may have made people in the same database
    user = make_user(email=f"{key}@example.fi")
    return make_profile(by=user, slug=key), user


def _one_round(
    askers: list[Party],
    guests: list[Party],
    strangers: list[Party],
    *,
    start: datetime,
    same_slot: bool,
    said: Counter[str],
) -> Counter[str]:
    round = _round(start)
    seats = Registration.objects.bulk_create(
        Registration(event=round.event, profile=profile, user=user, registered_at=start)
        for profile, user in (*askers, *guests)
    )
    hosts, comers = seats[: len(askers)], seats[len(askers) :]
    asked = MeetingRequest.objects.bulk_create(
        MeetingRequest(round=round, asker=hosts[n % len(hosts)], asked=comer, made_at=timezone.now())
        for n, comer in enumerate(comers)
    )
    slots = list(round.slots.all())
    times = [
        _proposal(host, stranger, slots[1].starts_at + timedelta(minutes=5))
        for host, stranger in zip(askers, strangers, strict=True)
    ]
    wanted = slots[2] if same_slot else None
    found: Counter[str] = Counter()

    def accept(n: int) -> None:
        request = MeetingRequest.objects.get(pk=asked[n].pk)
        requests.accept_request(request=request, by=guests[n][1], now=timezone.now(), slot=wanted)
        found["agreed"] += 1

    def outside(n: int) -> None:
        proposal, time = times[n]
        proposals.accept_proposal(proposal=proposal, time=time, by=strangers[n][1], now=timezone.now())
        found["outside"] += 1

    acts = [(accept, n) for n in range(len(guests))] + [(outside, n) for n in range(len(askers))]
    _at_once(acts, found, said)
    found["double"] += _double_bookings(round)
    return found


def _round(start: datetime) -> Round:
    host = make_user(email=f"{uuid4().hex}@example.fi", is_coordinator=True)
    event = Event.objects.create(
        slug=f"kisa-{start:%Y%m%d}", title_fi="Kisa", starts_at=start, ends_at=start + timedelta(hours=4), place="Sali",
        state=Event.State.PUBLISHED, created_by=host,
    )  # fmt: skip
    plan = rounds.RoundPlan(
        starts_at=start, ends_at=start + timedelta(minutes=SLOTS * MINUTES), tables=TABLES, slot_minutes=MINUTES,
        style=Round.Style.FREE,
    )  # fmt: skip
    return rounds.create_round(event=event, plan=plan, by=host, now=timezone.now())


def _proposal(one: Party, other: Party, start: datetime) -> tuple[MeetingProposal, ProposedTime]:
    MeetingProposal.objects.filter(proposer=one[0], other=other[0]).update(state=MeetingProposal.State.WITHDRAWN)
    made = MeetingProposal.objects.create(
        proposer=one[0], other=other[0], proposed_by=one[1], proposed_at=timezone.now()
    )
    return made, made.times.create(starts_at=start, ends_at=start + timedelta(minutes=30))


def _at_once(acts: list[tuple[Any, int]], found: Counter[str], said: Counter[str]) -> None:
    start = threading.Barrier(len(acts))
    workers = threading.BoundedSemaphore(settings.REQUESTS_AT_ONCE)
    write = threading.Lock()

    def work(act: Any, number: int) -> None:
        start.wait()
        with workers:
            name, alternatives = "agreed", 0
            try:
                act(number)
            except DomainError as problem:
                name, alternatives = type(problem).__name__, len(getattr(problem, "alternatives", ()))
            except Exception as problem:  # noqa: BLE001 (whatever it is, it is counted by its name)
                name, alternatives = f"unforeseen {type(problem).__name__}", -1
            connection.close()
        with write:
            said[name] += 1
            if name != "agreed":
                found["lost"] += 1
                found["unnamed"] += alternatives < 0
                found["without_alternatives"] += alternatives < 1 and name != "TimeClash"

    threads = [threading.Thread(target=work, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _double_bookings(round: Round) -> int:
    """People with two agreed meetings that overlap, wherever they were agreed, and tables with two at once."""
    around = Meeting.objects.agreed().overlapping(round.event.starts_at, round.event.ends_at)
    parties = MeetingParty.objects.filter(meeting__in=around).select_related("meeting")
    by_user: dict[int, list[Meeting]] = {}
    for party in parties:
        by_user.setdefault(party.user_id or 0, []).append(party.meeting)
    count = 0
    for own in by_user.values():
        ordered = sorted(own, key=lambda one: (one.starts_at, one.ends_at))
        count += sum(1 for one, other in pairwise(ordered) if one.ends_at > other.starts_at)
    tables = Counter(around.filter(slot__round=round).values_list("slot", "table"))
    return count + sum(times - 1 for times in tables.values())


def _constraints_hold() -> bool:
    """Rows written past the services: the database itself refuses the table and the person a second time."""
    party = MeetingParty.objects.filter(busy_in__isnull=False).select_related("meeting", "busy_in").first()
    if party is None or party.busy_in is None:
        return False
    slot: Slot = party.busy_in
    fields = {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "revised_at": slot.starts_at, "slot": slot}
    try:
        with transaction.atomic():
            Meeting.objects.create(uid="toinen@poyta", table=party.meeting.table, **fields)
        return False
    except IntegrityError:
        pass
    try:
        with transaction.atomic():
            made = Meeting.objects.create(uid="toinen@ihminen", table=TABLES + 1, **fields)
            MeetingParty.objects.create(
                meeting=made, profile_id=party.profile_id, registration_id=party.registration_id, busy_in=slot
            )
        return False
    except IntegrityError:
        return True


def flood(number: int) -> dict[str, Any]:
    """One participant's script asks for so many meetings, of everyone in turn, and withdraws every tenth."""
    round = _round(timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1))
    profile, user = _party()
    me = Registration.objects.create(event=round.event, profile=profile, user=user, registered_at=timezone.now())
    others = []
    for _n in range(60):
        other, person = _party()
        others.append(
            Registration.objects.create(event=round.event, profile=other, user=person, registered_at=timezone.now())
        )
    said: Counter[str] = Counter()
    for turn in range(number):
        try:
            made = requests.make_request(
                round=round, asker=me, asked=others[turn % len(others)], by=user, now=timezone.now(), message="Hei!"
            )
            said["asked"] += 1
            if said["asked"] % 10 == 0:
                requests.withdraw_request(request=made, by=user, now=timezone.now())
                said["withdrawn"] += 1
        except DomainError as problem:
            said[type(problem).__name__] += 1
    return {
        "said": dict(said),
        "rows": MeetingRequest.objects.filter(asker=me).count(),
        "open": MeetingRequest.objects.filter(asker=me, state=MeetingRequest.State.PENDING).count(),
        "notices": Notification.objects.filter(kind="events.request").count(),
        "most_to_one": max(
            Counter(
                Notification.objects.filter(user__in=[one.user_id for one in others]).values_list("user", flat=True)
            ).values()
        ),
        "free": len(placing.free_slots(round, [me], now=timezone.now())),
    }
