"""What is told of a noticeboard, to whom, when, and that nothing is lost or told twice."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail

from networks.models import Membership, Post
from networks.services import board, board_keeping, memberships
from notifications.models import Notification
from notifications.rules import digest_bounds as bounds
from notifications.services import deliver_due, set_preference

from .boards import COORDINATOR, IN_GROUP, MEMBER, OWNER, Scene
from .making import NOW

pytestmark = pytest.mark.django_db
MONDAY = NOW
"""2 March 2026, eleven o'clock in Finland."""


@pytest.fixture
def scene() -> Scene:
    made = Scene("public")
    Post.objects.all().delete()
    Notification.objects.all().delete()
    return made


def deliver(now: datetime) -> None:
    while deliver_due(now=now):
        pass


def letters_to(scene: Scene, who: str) -> list[Any]:
    person = scene.people[who]
    assert person is not None
    return [one for one in mail.outbox if one.to == [person.email]]


def choose(scene: Scene, who: str, delivery: str, now: datetime = NOW) -> None:
    set_preference(user=scene.people[who], category="networks", delivery=delivery, now=now)


def told_in(letters: list[Any]) -> list[str]:
    """The numbers of the posts that the letters tell of."""
    return [number for one in letters for number in re.findall(r"nro(\d+)\.", str(one.body))]


def test_a_lively_week_is_seven_letters_to_one_who_reads_daily(scene: Scene) -> None:
    """40 posts and 200 comments by others in a week that begins on Monday at eight, a mention each day, and own ones
    among them; what is due leaves each twenty minutes of the clock. At most seven letters come, one a morning, with
    each thing of others in them once."""
    choose(scene, MEMBER, "daily")
    wanted: list[str] = []
    posts: list[Post] = []
    now = MONDAY.replace(hour=6, minute=0)
    steps = 7 * 24 * 3 - 6
    sent_on: dict[str, int] = {}
    for step in range(steps + 144):
        now += timedelta(minutes=20)
        if step < steps:
            before, after = step * 240 // steps, (step + 1) * 240 // steps
            for n in range(before, after):
                is_post = n % 6 == 0
                mention = " @Jäsen Omistaja" if n % 34 == 0 else ""
                under = None if is_post else posts[-1]
                post = scene.write(f"nro{n}.{mention}", who=(IN_GROUP, OWNER)[n % 2], under=under, now=now)
                wanted.append(str(n))
                posts += [post] if is_post else []
            if step % 50 == 0:
                scene.write("nro999.", who=MEMBER, under=posts[-1] if posts else None, now=now)
        had = len(letters_to(scene, MEMBER))
        deliver(now)
        sent_on[f"{now:%d}"] = sent_on.get(f"{now:%d}", 0) + len(letters_to(scene, MEMBER)) - had
    letters = letters_to(scene, MEMBER)
    assert (len(posts), len(wanted)) == (40, 240)
    assert len(letters) <= 7
    assert max(sent_on.values()) == 1, "one letter a morning"
    assert sorted(told_in(letters), key=int) == wanted
    assert not Notification.objects.filter(user=scene.people[MEMBER], mail_due_at__lte=now, mailed_at=None).exists()


def test_at_once_is_each_at_once_and_not_again_in_the_morning(scene: Scene) -> None:
    choose(scene, MEMBER, "now")
    for n in range(3):
        scene.write(f"nro{n}.", now=NOW + timedelta(minutes=n))
        deliver(NOW + timedelta(minutes=n))
    assert told_in(letters_to(scene, MEMBER)) == ["0", "1", "2"]
    deliver(NOW + timedelta(days=2))
    assert len(letters_to(scene, MEMBER)) == 3
    assert letters_to(scene, IN_GROUP) == [], "a writer is not told of their own"
    assert len(letters_to(scene, OWNER)) == 1


def test_a_change_of_rhythm_loses_and_doubles_nothing(scene: Scene) -> None:
    """Daily, at once, and daily again in one day."""
    at = NOW
    for n, rhythm in enumerate(["daily", "daily", "now", "now", "daily", "daily", "now", "daily"]):
        at += timedelta(minutes=10)
        choose(scene, MEMBER, rhythm, at)
        deliver(at)
        scene.write(f"nro{n}.", now=at + timedelta(minutes=1))
        deliver(at + timedelta(minutes=2))
    deliver(NOW + timedelta(days=1))
    deliver(NOW + timedelta(days=2))
    assert sorted(told_in(letters_to(scene, MEMBER))) == [str(n) for n in range(8)]


@pytest.mark.parametrize(("rhythm", "letters"), [("weekly", 1), ("never", 0)])
def test_other_rhythms(scene: Scene, rhythm: str, letters: int) -> None:
    choose(scene, MEMBER, rhythm)
    for n in range(5):
        scene.write(f"nro{n}. @Jäsen Omistaja", now=NOW + timedelta(days=n))
    for day in range(10):
        deliver(NOW + timedelta(days=day))
    assert len(letters_to(scene, MEMBER)) == letters
    assert sorted(told_in(letters_to(scene, MEMBER))) == ([str(n) for n in range(5)] if letters else [])


def test_a_mention_is_told_at_once(scene: Scene) -> None:
    scene.write("nro1. @Jäsen Omistaja")
    deliver(NOW)
    [letter] = letters_to(scene, MEMBER)
    assert "mainitsee" in letter.subject
    deliver(NOW + timedelta(days=1))
    assert len(letters_to(scene, MEMBER)) == 1
    assert "mainitsee" not in letters_to(scene, OWNER)[0].subject


def test_nothing_leaves_to_one_who_may_not_read_it_any_more(scene: Scene) -> None:
    choose(scene, IN_GROUP, "daily")
    gone = scene.write("nro1. @Jäsen Omistaja", who=COORDINATOR)
    hidden = scene.write("nro2.", who=COORDINATOR)
    changed = scene.write("nro3.", who=COORDINATOR)
    board.remove(post=gone, by=scene.people[COORDINATOR], now=NOW)
    board_keeping.hide(post=hidden, why="Mainos", by=scene.people[OWNER], now=NOW)
    board.edit(post=changed, text="nro4.", by=scene.people[COORDINATOR], now=NOW)
    membership = Membership.objects.get(network=scene.network, profile__name_fi="Jäsen Oy")
    memberships.leave(membership=membership, by=scene.people[MEMBER], now=NOW)
    deliver(NOW)
    deliver(NOW + timedelta(days=1))
    assert told_in(letters_to(scene, MEMBER)) == []
    assert told_in(letters_to(scene, IN_GROUP)) == ["4"]


def test_a_groups_board_is_told_to_the_group(scene: Scene) -> None:
    scene.write("nro1.", in_group=True, who=COORDINATOR)
    deliver(NOW + timedelta(days=1))
    assert (told_in(letters_to(scene, MEMBER)), told_in(letters_to(scene, IN_GROUP))) == ([], ["1"])


def test_a_day_gathers_from_morning_to_morning_over_the_change_of_clocks() -> None:
    """On 29 March 2026 the clocks go forward: that day has 23 hours, and no hour is gathered twice or not at all."""
    days = [bounds(f"2026-03-{day}") for day in (28, 29, 30)]
    assert [(ends.timestamp() - begins.timestamp()) / 3600 for begins, ends in days] == [24, 23, 24]
    assert all(one[1] == following[0] for one, following in pairwise(days))
