"""Two networks of different sizes that have been alive for two years, in one database: what the benchmarks of a
network's pages share.

Every tenth post has the same words; every second has two comments, every fifth mentions somebody. A meeting a month, to
which two members of three came and sat at tables of four, half of them with 1:1 meetings; one is coming, to which as
many have registered and have their tables. Every member was invited by a letter and wants to be thanked by name. Four
groups of eight members, five applications that wait, five pairs kept apart, and a report of last year: these are as
many in both. Python's collector is off, as `fill.py` leaves it: what it adds to single requests is not in the figures.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import fill

MEETINGS, A_TABLE, APART = 24, 4, timedelta(days=30)
GROUPS, IN_A_GROUP, WAITING = 4, 8, 5
TEXTS = (
    "Meillä on kuivurissa tilaa ensi viikolla, noin neljäkymmentä kuutiota. Kuka ottaisi lastua?",
    "Vi söker någon som kan frakta element från hamnen till bygget före midsommar.",
    "Two moisture sensors are free for the spring. Who has a wall to put them in?",
    "Tarjouspyynnön luonnos on kommentoitavana perjantaihin. **Mikä kohta** estäisi sinua tarjoamasta?\n\n- aika",
)


def make_network(number: int, people: list[Any], posts: int, now: Any) -> Any:
    """A running network with those people's organisations as members, and so many posts on its board."""
    from accounts import search
    from networks.models import Membership, Mention, Network, Post, Seat

    network = Network.objects.create(
        slug=f"mitattu-{number}",
        name_fi=f"Mitattu {number}",
        state="running",
        started_at=now,
        organiser=people[0].profile,
    )
    Membership.objects.bulk_create(
        Membership(network=network, profile=one.profile, state="member", state_since=now, member_since=now)
        for one in people
    )
    members = list(Membership.objects.filter(network=network).order_by("pk"))
    Seat.objects.bulk_create(
        Seat(membership=member, user=one.user, since=now) for member, one in zip(members, people, strict=True)
    )
    terms = [search.column(search.text_terms([("fi", text)])) for text in TEXTS]

    def post(n: int, under: Any = None) -> Any:
        one, minutes = people[n % len(people)], timedelta(minutes=n if under is None else n + 1)
        return Post(
            network=network, created_by=one.user, profile=one.profile, text=TEXTS[n % 4], language="fi", under=under,
            at=now - timedelta(days=30) + minutes, search_terms=terms[n % 4],
        )  # fmt: skip

    made = Post.objects.bulk_create([post(n) for n in range(posts)], batch_size=500)
    Post.objects.bulk_create([post(n + k, made[n]) for n in range(0, posts, 2) for k in (1, 2)], batch_size=500)
    Mention.objects.bulk_create(
        Mention(post=made[n], user=people[(n + 3) % len(people)].user) for n in range(0, posts, 5)
    )
    return network


def hold_meetings(network: Any, people: list[Any], now: Any) -> None:
    """A meeting a month for two years; everybody's membership is as old as that."""
    from events.models import Event, FollowUp, Meeting, MeetingParty, Registration, Round, Slot
    from networks.models import Membership, MembershipChange, Network, NetworkMeeting, Seating

    chance, began = random.Random(11), now - APART * (MEETINGS + 1)
    Network.objects.filter(pk=network.pk).update(started_at=began, guide_closed_at=now)
    Membership.objects.filter(network=network).update(member_since=began, state_since=began)
    MembershipChange.objects.bulk_create(
        MembershipChange(membership=one, to_state="member", at=began)
        for one in Membership.objects.filter(network=network)
    )
    for n in range(MEETINGS):
        starts = now - APART * (MEETINGS - n)
        event = Event.objects.create(
            slug=f"{network.slug}-{n}", title_fi=f"Tapaaminen {n}", starts_at=starts,
            ends_at=starts + timedelta(hours=3), state=Event.State.PUBLISHED, published_at=began,
        )  # fmt: skip
        meeting = NetworkMeeting.objects.create(network=network, event=event, theme=f"Aihe {n}")
        came = chance.sample(people, len(people) * 2 // 3)
        Registration.objects.bulk_create(
            Registration(event=event, profile=one.profile, user_id=user, registered_at=began, checked_in_at=starts)
            for user, one in {one.user_id: one for one in came}.items()
        )
        Seating.objects.bulk_create(
            Seating(meeting=meeting, profile=one.profile, table=place // A_TABLE + 1) for place, one in enumerate(came)
        )
        round = Round.objects.create(
            event=event, starts_at=starts, ends_at=starts + timedelta(hours=1), tables=len(came), slot_minutes=20
        )
        slot = Slot.objects.create(round=round, starts_at=starts, ends_at=starts + timedelta(minutes=20))
        pairs = list(zip(came[0 : len(came) // 2 : 2], came[1 : len(came) // 2 : 2], strict=False))
        made = Meeting.objects.bulk_create(
            Meeting(
                uid=f"{network.pk}-{n}-{k}@filled.example", revised_at=began, slot=slot, table=k + 1, starts_at=starts,
                ends_at=starts + timedelta(minutes=20),
            )
            for k in range(len(pairs))
        )  # fmt: skip
        sides = MeetingParty.objects.bulk_create(
            MeetingParty(meeting=one, profile=side.profile, user=side.user)
            for one, pair in zip(made, pairs, strict=True)
            for side in pair
        )
        FollowUp.objects.bulk_create(
            FollowUp(party=side, after_days=30, asked_at=now, came="offer", answered_at=now) for side in sides[::10]
        )


@dataclass(frozen=True)
class Town:
    """Two networks by their sizes, their posts, all people, and one who coordinates the installation."""

    networks: dict[int, Any]
    posts: dict[int, int]
    people: list[Any]
    host: Any


def options_of(about: str | None, requests: int) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=20)
    parser.add_argument("--large", type=int, default=500)
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--requests", type=int, default=requests)
    parser.add_argument("--limit", type=float, default=1.5)
    parser.add_argument("--only", default="")
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


def fill_town(options: argparse.Namespace, now: Any) -> Town:
    """In an empty database."""
    from accounts.models import Representative, User

    fill.fill(options.large + 2 * WAITING, claimed=1.0)
    every = list(Representative.objects.select_related("profile", "user").order_by("pk"))
    people, waiting = every[: options.large], every[options.large :]
    sizes = {options.small: options.posts * options.small // options.large, options.large: options.posts}
    host, _is_new = User.objects.get_or_create(email="host@filled.example", defaults={"is_coordinator": True})
    networks = {}
    for number, (size, posts) in enumerate(sizes.items()):
        network = networks[size] = make_network(size, people[:size], posts, now)
        hold_meetings(network, people[:size], now)
        _plan_meeting(network, people[:size], now)
        _gather(network, waiting[number * WAITING : (number + 1) * WAITING], now)
        _report(network, host, now)
    fill.analyse()
    return Town(networks, sizes, people, host)


def _plan_meeting(network: Any, people: list[Any], now: Any) -> None:
    """In two weeks, with tables already."""
    from events.models import Event, Registration
    from networks.models import NetworkMeeting, Seating

    starts = now + timedelta(days=14)
    event = Event.objects.create(
        slug=f"{network.slug}-coming", title_fi="Seuraava tapaaminen", starts_at=starts,
        ends_at=starts + timedelta(hours=3), state=Event.State.PUBLISHED, published_at=now,
    )  # fmt: skip
    meeting = NetworkMeeting.objects.create(network=network, event=event, theme="Seuraava")
    come = people[: len(people) * 2 // 3]
    made = Registration.objects.bulk_create(
        Registration(event=event, profile=one.profile, user_id=one.user_id, registered_at=now) for one in come
    )
    Seating.objects.bulk_create(
        Seating(meeting=meeting, profile_id=one.profile_id, registration=one, table=place // A_TABLE + 1)
        for place, one in enumerate(made)
    )


def _gather(network: Any, waiting: list[Any], now: Any) -> None:
    """Letters, groups, applications, pairs kept apart, and the wish to be thanked."""
    from networks.models import Application, Group, GroupMember, KeptApart, Letter, Membership

    members = list(Membership.objects.filter(network=network).order_by("pk"))
    Membership.objects.filter(network=network).update(is_named=True)
    Letter.objects.bulk_create(
        Letter(
            membership=one, asked_at=one.state_since - timedelta(days=9), language="fi", subject="Kutsu", text="Tule!",
            made_at=now - timedelta(days=300), mailed_at=now - timedelta(days=300),
        )
        for one in members
    )  # fmt: skip
    for n in range(GROUPS):
        group = Group.objects.create(network=network, name=f"Ryhmä {n}", made_at=now, chair=members[n])
        GroupMember.objects.bulk_create(
            GroupMember(group=group, membership=one, since=now) for one in members[n : n + IN_A_GROUP]
        )
    applied = Membership.objects.bulk_create(
        Membership(network=network, profile=one.profile, state="applied", state_since=now) for one in waiting
    )
    Application.objects.bulk_create(
        Application(membership=one, text="Haluamme mukaan.", made_at=now) for one in applied
    )
    KeptApart.objects.bulk_create(
        KeptApart(network=network, one=members[n], other=members[n + 1], reason="Riita", made_at=now)
        for n in range(0, 2 * WAITING, 2)
    )


def _report(network: Any, host: Any, now: Any) -> None:
    from django.utils import timezone

    from networks.services import reports

    reports.publish_report(network=network, year=timezone.localdate(now).year - 1, by=host, now=now)


# --- Where the pages are ---------------------------------------------------------------------------------------------


def addresses(town: Town, name: str, after: Any, more: dict[str, Any]) -> dict[int, str]:
    """By size. What is in `more`, and what stands `after`, may be a function of the network."""
    from django.urls import reverse

    def told(what: Any, network: Any) -> Any:
        return what(network) if callable(what) else what

    return {
        size: reverse(name, kwargs={"slug": one.slug, **{key: told(what, one) for key, what in more.items()}})
        + told(after, one)
        for size, one in town.networks.items()
    }


def first(model: Any) -> Any:
    return lambda network: model.objects.filter(network=network).order_by("pk")[0].pk


def last(model: Any) -> Any:
    """Of posts, the last one that has comments."""
    more = {"under": None, "comments__isnull": False} if model.__name__ == "Post" else {}
    return lambda network: model.objects.filter(network=network, **more).order_by("-pk")[0].pk


def of(model: Any, reader: Any) -> Any:
    return lambda network: model.objects.filter(network=network, profile=reader.profile).order_by("pk")[0].pk


def waiting(model: Any) -> Any:
    return lambda network: model.objects.filter(membership__network=network, state="waiting").order_by("pk")[0].pk


def of_profile(network: Any) -> str:
    return f"?member={network.memberships.order_by('pk')[0].profile_id}"
