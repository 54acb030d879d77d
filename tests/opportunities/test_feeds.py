"""Feeds: kept by a coordinator, and read by workers at most once an hour, resting longer when they are down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.models import AuditEvent
from core.outgoing import NO_STAMP, Fetched
from opportunities.models import Candidate, Feed, Opportunity
from opportunities.rules import feeds as rules
from opportunities.services import candidates, feeds
from opportunities.services import opportunities as services
from opportunities.services.common import Stale
from opportunities.services.feeds import FeedPlan
from opportunities.services.sources import OnlyCoordinatorsTell

from .feeding import ADDRESS, add, answers, brought, host, item, read, rss, titles
from .making import NOW, company, make_profile, make_theme, plan

pytestmark = pytest.mark.django_db
State = Candidate.State
HOUR = timedelta(hours=1)
Patch = pytest.MonkeyPatch


# --- Keeping feeds


def test_a_feed_is_added_and_read_soon_by_a_worker_and_not_now(monkeypatch: Patch) -> None:
    asked = answers(monkeypatch, rss(item("Haku")))
    theme = make_theme()
    feed = add(host(), address=" webcal://rahoittaja.example/haut.ics ", kind="expertise", themes=(theme,))
    assert (feed.address, feed.due_at, feed.read_at) == ("https://rahoittaja.example/haut.ics", NOW, None)
    assert list(feed.themes.all()) == [theme]
    assert asked == []
    assert read(NOW) == 1
    assert asked == [feed.address]
    assert AuditEvent.objects.filter(action="feed.added").count() == 1


@pytest.mark.parametrize(
    ("changes", "problem", "field"),
    [
        ({"name": " "}, feeds.Unnamed, "name"),
        ({"address": "http://rahoittaja.example/"}, feeds.BadAddress, "address"),
        ({"address": "ei osoite"}, feeds.BadAddress, "address"),
        ({"address": "https://a:b@rahoittaja.example/"}, feeds.BadAddress, "address"),
        ({"address": "https://rahoittaja.example/" + "a" * 600}, feeds.BadAddress, "address"),
    ],
)
def test_a_feed_needs_a_name_and_an_address(changes: dict[str, Any], problem: Any, field: str) -> None:
    with pytest.raises(problem) as caught:
        add(host(), **changes)
    assert caught.value.field == field
    assert not Feed.objects.exists()


def test_an_address_is_read_once_and_there_is_an_end_to_feeds(monkeypatch: Patch) -> None:
    kaisa = host()
    add(kaisa)
    with pytest.raises(feeds.AddedAlready):
        add(kaisa, name="Toinen nimi")
    monkeypatch.setattr(rules, "MOST_FEEDS", 1)
    with pytest.raises(feeds.TooManyFeeds):
        add(kaisa, address=ADDRESS + "2")


def test_only_a_coordinator_keeps_feeds_and_decides(monkeypatch: Patch) -> None:
    mill, owner = company("Saha")
    (one,) = brought(host(), monkeypatch, item("Haku", guid="a"))
    feed = one.feed
    refused = (
        lambda: add(owner, address=ADDRESS + "2"),
        lambda: feeds.change_feed(feed=feed, plan=FeedPlan("x", ADDRESS), by=owner, now=NOW),
        lambda: feeds.remove_feed(feed=feed, by=owner, now=NOW),
        lambda: candidates.pass_by(candidate=one, by=owner, now=NOW),
        lambda: candidates.take(candidate=one, profile=mill, plan=plan(), by=owner, now=NOW, publish=True),
        lambda: services.create(profile=mill, plan=plan(source="Rahoittaja"), by=owner, now=NOW, publish=True),
    )
    for call in refused:
        with pytest.raises(OnlyCoordinatorsTell):
            call()
    assert titles() == ["Haku"]
    assert not Opportunity.objects.exists()


def test_a_changed_feed_is_read_anew_when_its_address_or_its_trouble_asks_for_it(monkeypatch: Patch) -> None:
    kaisa = host()
    feed = add(kaisa)
    answers(monkeypatch, "silent")
    read(NOW)
    feed.refresh_from_db()
    seen = feed.version
    later = NOW + timedelta(minutes=10)
    feeds.change_feed(feed=feed, plan=FeedPlan("Uusi nimi", ADDRESS), by=kaisa, now=later, version=seen)
    feed.refresh_from_db()
    assert (feed.name, feed.problem, feed.due_at) == ("Uusi nimi", "", later)
    answers(monkeypatch, rss())
    read(later)
    with pytest.raises(Stale):
        feeds.change_feed(feed=feed, plan=FeedPlan("Vanha", ADDRESS), by=kaisa, now=later, version=seen)
    same = feeds.change_feed(feed=feed, plan=FeedPlan("Nimi", ADDRESS), by=kaisa, now=later)
    assert same.due_at == later + HOUR, "a new name alone is no reason to read"
    moved = feeds.change_feed(feed=feed, plan=FeedPlan("Nimi", ADDRESS + "2"), by=kaisa, now=later)
    assert (moved.due_at, moved.read_at) == (later, None)


def test_a_removed_feed_takes_what_waits_and_leaves_what_was_published(monkeypatch: Patch) -> None:
    kaisa = host()
    town = make_profile("Kunta", by=kaisa)
    first, _second = brought(kaisa, monkeypatch, item("Yksi", guid="a"), item("Kaksi", guid="b"))
    made = candidates.take(candidate=first, profile=town, plan=plan(), by=kaisa, now=NOW, publish=True)
    for _press in range(2):
        feeds.remove_feed(feed=first.feed, by=kaisa, now=NOW)
    assert not Candidate.objects.exists()
    assert list(Opportunity.objects.open(NOW)) == [made]
    with pytest.raises(feeds.FeedGone):
        feeds.change_feed(feed=first.feed, plan=FeedPlan("x", ADDRESS), by=kaisa, now=NOW)


# --- Reading


def test_a_feed_is_read_at_most_once_an_hour(monkeypatch: Patch) -> None:
    add(host())
    asked = answers(monkeypatch, rss(item("Haku", guid="a")))
    for minutes in range(0, 180, 5):
        read(NOW + timedelta(minutes=minutes))
    assert len(asked) == 3


def test_one_that_is_down_rests_longer_and_longer_and_says_since_when(monkeypatch: Patch) -> None:
    feed = add(host())
    answers(monkeypatch, "silent")
    now, rests = NOW, []
    for _turn in range(8):
        assert read(now) == 0
        feed.refresh_from_db()
        rests.append((feed.due_at - now) // HOUR)
        assert read(feed.due_at - timedelta(seconds=1)) == 0
        now = feed.due_at
    assert rests == [1, 2, 4, 8, 16, 24, 24, 24]
    assert (feed.failing_since, feed.problem, feed.failures) == (NOW, "silent", 8)
    answers(monkeypatch, rss(item("Haku", guid="a")))
    assert read(now) == 1
    feed.refresh_from_db()
    assert (feed.failing_since, feed.problem, feed.failures) == (None, "", 0)
    assert (feed.read_at, feed.due_at) == (now, now + HOUR)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        *[(reason, reason) for reason in ("address", "private", "silent", "refused", "large")],
        (b"<!DOCTYPE html><html></html>", "page"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss/>', "unsafe"),
        (b"<rss>", "broken"),
        (b"<svg/>", "other"),
        (RuntimeError("a reader's own fault"), "broken"),
    ],
)
def test_whatever_a_feed_does_the_others_are_read_and_what_waits_stays(
    monkeypatch: Patch, content: Any, problem: str
) -> None:
    kaisa = host()
    brought(kaisa, monkeypatch, item("Haku", guid="a"))
    later = NOW + HOUR
    add(kaisa, address=ADDRESS + "2", now=later)
    answers(monkeypatch, content)
    assert read(later) == 0
    for feed in Feed.objects.all():
        assert (feed.problem, feed.failing_since, feed.failures) == (problem, later, 1)
        assert str(feed.get_problem_display()) not in ("", problem)
    assert titles(later) == ["Haku"]


def test_a_feed_is_read_by_one_worker_at_a_time_and_a_lost_one_is_read_later(monkeypatch: Patch) -> None:
    add(host())
    turns: list[int] = []

    def fetch(url: str, **_limits: Any) -> bytes:
        turns.append(read(NOW))
        raise KeyboardInterrupt

    monkeypatch.setattr("core.outgoing.fetch_if_changed", fetch)
    with pytest.raises(KeyboardInterrupt):
        read(NOW)
    assert turns == [0]
    answers(monkeypatch, rss(item("Haku")))
    assert read(NOW + timedelta(minutes=4)) == 0
    assert read(NOW + timedelta(minutes=5)) == 1


@pytest.mark.parametrize("meanwhile", ["changed", "removed"])
def test_an_answer_to_an_address_that_is_no_more_is_dropped(monkeypatch: Patch, meanwhile: str) -> None:
    kaisa = host()
    feed = add(kaisa)

    def fetch(url: str, **_limits: Any) -> Fetched:
        if meanwhile == "removed":
            feeds.remove_feed(feed=feed, by=kaisa, now=NOW)
        else:
            feeds.change_feed(feed=feed, plan=FeedPlan("x", ADDRESS + "2"), by=kaisa, now=NOW)
        return Fetched(rss(item("Vanha")), NO_STAMP)

    monkeypatch.setattr("core.outgoing.fetch_if_changed", fetch)
    assert read(NOW) == 0
    assert not Candidate.objects.exists()
