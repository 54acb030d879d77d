"""Two connected companies, and a meeting between them, for the tests of events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.urls import reverse

from accounts.models import Profile, Representative, User
from events.models import (
    Event,
    Meeting,
    MeetingProposal,
    MeetingRequest,
    Registration,
    Room,
    Round,
    Session,
    SolverRun,
    Speaker,
)
from events.scheduling import Effort, Solution, solve
from events.scheduling.form import is_mingling, read_mingling, read_problem, write_solution
from events.scheduling.speed import mingle
from events.services import proposals, requests, rounds, solving
from events.services.events import EventPlan
from events.services.rounds import RoundPlan
from events.services.solver_process import Answer
from matching.models import Connection, Suggestion
from notifications.models import Notification

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
_number = count(1)


def make_user(name: str = "Aino Aho", **fields: Any) -> User:
    n = next(_number)
    return User.objects.create_user(fields.pop("email", f"guest{n}@example.fi"), name=name, **fields)


def make_profile(name: str, *, by: User | None = None, **fields: Any) -> Profile:
    n = next(_number)
    profile = Profile.objects.create(
        **{
            "kind": Profile.Kind.COMPANY,
            "status": Profile.Status.PUBLISHED,
            "municipality": "167",
            "name_fi": name,
            "slug": f"profile-{n}",
            "claimed_at": NOW if by else None,
            "confirmed_at": NOW,
            **fields,
        }
    )
    if by is not None:
        Representative.objects.create(profile=profile, user=by, role="owner", since=NOW)
    return profile


def connect(one: Profile, other: Profile) -> Connection:
    a, b = sorted((one, other), key=lambda profile: profile.pk)
    return Connection.objects.create(a=a, b=b, made_at=NOW)


@dataclass
class Pair:
    """Rauhala (Aino) and Nord (Bo), connected."""

    aino: User
    bo: User
    rauhala: Profile
    nord: Profile


def make_pair() -> Pair:
    aino, bo = make_user("Aino Aho"), make_user("Bo Berg")
    pair = Pair(aino, bo, make_profile("Rauhala Oy", by=aino), make_profile("Nord Ab", by=bo))
    connect(pair.rauhala, pair.nord)
    return pair


def propose(pair: Pair, *times: datetime, **more: Any) -> MeetingProposal:
    values = {
        "proposer": pair.rauhala,
        "other": pair.nord,
        "by": pair.aino,
        "minutes": 30,
        "now": NOW,
        "topic": "Lastua tarjolla",
        **more,
    }
    return proposals.propose_meeting(times=list(times) or [TOMORROW, TOMORROW + timedelta(hours=3)], **values)


def agree(pair: Pair, start: datetime = TOMORROW, **more: Any) -> Meeting:
    made = propose(pair, start, **more)
    return proposals.accept_proposal(proposal=made, time=made.times.get(), by=pair.bo, now=NOW)


# --- Events and rounds -----------------------------------------------------------------------------------------------


EVENT_DAY = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)  # 9 o'clock in Helsinki


@dataclass
class Fair:
    """An event with a round of six slots and a few tables, its host, and people who come."""

    host: User
    event: Event
    round: Round
    people: list[Registration]


def make_event(host: User, **fields: Any) -> Event:
    n = next(_number)
    return Event.objects.create(
        **{
            "slug": f"tapahtuma-{n}",
            "title_fi": "Puurakentamisen kumppanuuspäivä",
            "starts_at": EVENT_DAY,
            "ends_at": EVENT_DAY + timedelta(hours=6),
            "place": "Kaupungintalo",
            "state": Event.State.PUBLISHED,
            "created_by": host,
            **fields,
        }
    )


def register(event: Event, name: str, **fields: Any) -> Registration:
    user = make_user(f"{name} Henkilö")
    profile = make_profile(f"{name} Oy", by=user)
    return Registration.objects.create(event=event, profile=profile, user=user, registered_at=NOW, **fields)


def plan(**changes: Any) -> RoundPlan:
    values: dict[str, Any] = {
        "starts_at": EVENT_DAY,
        "ends_at": EVENT_DAY + timedelta(hours=2),
        "tables": 3,
        "slot_minutes": 20,
        "place": "Juhlasali",
        **changes,
    }
    return RoundPlan(**values)


def make_fair(people: int = 4, **changes: Any) -> Fair:
    host = make_user("Hilkka Host")
    event = make_event(host)
    round = rounds.create_round(event=event, plan=plan(**changes), by=host, now=NOW)
    return Fair(host, event, round, [register(event, f"Osallistuja{n}") for n in range(people)])


def ask(fair: Fair, asker: int, asked: int, **more: Any) -> MeetingRequest:
    me = fair.people[asker]
    return requests.make_request(
        round=fair.round, asker=me, asked=fair.people[asked], by=me.user, now=NOW, **{"message": "Tavataan?", **more}
    )


def agree_pair(fair: Fair, asker: int, asked: int) -> MeetingRequest:
    made = ask(fair, asker, asked)
    return requests.accept_request(request=made, by=fair.people[asked].user, now=NOW)


def suggest(fair: Fair, one: int, other: int, score: int) -> None:
    """As the matcher tells the one of the other."""
    Suggestion.objects.create(
        profile=fair.people[one].profile,
        other=fair.people[other].profile,
        score=score,
        direction="both",
        made_at=NOW,
    )


def solve_fair(fair: Fair) -> SolverRun:
    """Ask for a schedule and make it at once, without a process of its own: the same engine, the same hand-over."""
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    effort = Effort(seconds=1, workers=1, reproducible=True)
    is_speed = is_mingling(run.problem)
    solution = mingle(read_mingling(run.problem), effort) if is_speed else solve(read_problem(run.problem), effort)
    return hand_over(fair, run, solution)


def hand_over(fair: Fair, run: SolverRun, solution: Solution, now: datetime = NOW) -> SolverRun:
    """As the worker does with what its process has written."""
    SolverRun.objects.filter(pk=run.pk).update(state="running", attempts=1, started_at=now)
    run.refresh_from_db()
    solving.finish_run(run=run, answer=Answer(solution=write_solution(solution)), now=now)
    run.refresh_from_db()
    fair.round.refresh_from_db()
    return run


def publish_fair(fair: Fair) -> list[Meeting]:
    solve_fair(fair)
    solving.publish_schedule(round=fair.round, by=fair.host, now=NOW)
    fair.round.refresh_from_db()
    return list(Meeting.objects.agreed().filter(slot__round=fair.round))


def kinds_to(user: Any) -> list[str]:
    """The kinds of the notices that a person has had, in their order."""
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def make_event_with_programme(host: User) -> Event:
    """With a room, two sessions and a speaker who has agreed."""
    made = make_event(host, title_sv="Partnerdag", capacity=20)
    room = Room.objects.create(event=made, name="Sali", capacity=40)
    one = Speaker.objects.create(event=made, name="Pertti", consented_at=NOW, picture="speakers/x.png")
    for start in (0, 60):
        begins = EVENT_DAY + timedelta(minutes=start)
        session = Session.objects.create(
            event=made, title_fi=f"Puhe {start}", starts_at=begins, ends_at=begins + timedelta(hours=1), room=room
        )
        session.speaking.create(speaker=one)
    return made


def edit_plan(event: Event, **changes: Any) -> EventPlan:
    values: dict[str, Any] = {
        "titles": {"fi": event.title_fi},
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "place": event.place,
        **changes,
    }
    return EventPlan(**values)


def url(name: str, event: Event | None = None, **more: Any) -> str:
    return reverse(name, kwargs={"slug": event.slug, **more} if event else more or None)


def text_of(response: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
