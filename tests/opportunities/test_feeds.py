"""Feeds: read by workers at most once an hour, resting longer when they are down; what comes waits, and comes once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from core.models import AuditEvent
from core.outgoing import NO_STAMP, Fetched, Stamp
from matching.models import Freshness
from opportunities import feeds as reader
from opportunities import tasks
from opportunities.models import Candidate, Feed, Opportunity
from opportunities.models.feeds import KEPT
from opportunities.queries import feeds as queries
from opportunities.queries import market
from opportunities.rules import feeds as rules
from opportunities.services import candidates, feeds
from opportunities.services import opportunities as services
from opportunities.services.common import Stale
from opportunities.services.feeds import FeedPlan
from opportunities.services.opportunities import LastDayPassed
from opportunities.services.sources import BadSourceAddress, OnlyCoordinatorsTell, SourceUnnamed

from .feeding import ADDRESS, add, answers, brought, calendar, host, item, rss
from .making import NOW, TODAY, company, make_profile, make_theme, make_user, plan

pytestmark = pytest.mark.django_db
State = Candidate.State
HOUR = timedelta(hours=1)
Patch = pytest.MonkeyPatch


def read(now: datetime) -> int:
    return feeds.read_due(now=now)


def titles(now: datetime = NOW) -> list[str]:
    return [one.title for one in Candidate.objects.waiting(now)]


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


# --- Asked whether it has changed

A = Stamp('"a"', "Mon, 02 Mar 2026 09:00:00 GMT")


def test_a_feed_that_has_not_changed_is_read_without_being_sent_and_what_it_told_is_told_still(
    monkeypatch: Patch,
) -> None:
    feed = add(host())
    answers(monkeypatch, rss(item("Haku", guid="a")), A)
    assert read(NOW) == 1
    feed.refresh_from_db()
    assert (feed.etag, feed.last_modified) == (A.etag, A.modified)
    later = NOW + HOUR
    answers(monkeypatch, rss(item("Uusi", guid="b")), A)  # it says that nothing has changed, so this is not looked at
    assert read(later) == 1
    feed.refresh_from_db()
    assert (feed.read_at, feed.problem, titles(later)) == (later, "", ["Haku"])
    assert feed.candidates.get().seen_at == later
    answers(monkeypatch, rss(item("Haku", guid="a"), item("Uusi", guid="b")), Stamp('"b"'))
    assert read(later + HOUR) == 1
    feed.refresh_from_db()
    assert (feed.etag, feed.last_modified) == ('"b"', "")
    assert sorted(titles(later + HOUR)) == ["Haku", "Uusi"]


@pytest.mark.parametrize("content", ["silent", b"<rss"])
def test_after_a_failure_a_feed_is_read_whole(monkeypatch: Patch, content: str | bytes) -> None:
    feed = add(host())
    answers(monkeypatch, rss(item("Haku")), A)
    read(NOW)
    answers(monkeypatch, content, Stamp('"rikki"'))
    assert read(NOW + HOUR) == 0
    feed.refresh_from_db()
    assert (feed.etag, feed.last_modified, bool(feed.problem)) == ("", "", True)


def test_what_found_no_room_comes_when_there_is_room_though_the_feed_has_not_changed(monkeypatch: Patch) -> None:
    monkeypatch.setattr(rules, "MOST_WAITING", 1)
    kaisa = host()
    feed = add(kaisa)
    answers(monkeypatch, rss(item("Uudempi", guid="b"), item("Vanhempi", guid="a")), A)
    read(NOW)
    [first] = titles()
    feed.refresh_from_db()
    assert feed.etag == ""
    candidates.pass_by(candidate=feed.candidates.get(), by=kaisa, now=NOW)
    read(NOW + HOUR)
    assert len(titles(NOW + HOUR)) == 1
    assert titles(NOW + HOUR) != [first]


def test_a_feed_of_which_a_part_is_left_out_is_read_whole_though_it_has_not_changed(monkeypatch: Patch) -> None:
    monkeypatch.setattr("opportunities.services.feeds.reader.read", partial(reader.read, most=1))
    feed = add(host())
    days = (("a", TODAY + timedelta(days=1)), ("b", TODAY + timedelta(days=9)))
    events = [(f"UID:{uid}", f"SUMMARY:Haku {uid}", f"DTSTART;VALUE=DATE:{day:%Y%m%d}") for uid, day in days]
    answers(monkeypatch, calendar(*events), A)
    read(NOW)
    feed.refresh_from_db()
    assert (titles(), feed.left_out, feed.etag) == (["Haku a"], 1, "")
    later = NOW + timedelta(days=3)
    read(later)
    feed.refresh_from_db()
    assert (titles(later), feed.left_out, feed.etag) == (["Haku b"], 0, A.etag)


def test_another_address_is_read_whole(monkeypatch: Patch) -> None:
    kaisa = host()
    feed = add(kaisa)
    answers(monkeypatch, rss(item("Haku")), A)
    read(NOW)
    feed.refresh_from_db()
    feeds.change_feed(feed=feed, plan=FeedPlan("Rahoittaja", ADDRESS + "2"), by=kaisa, now=NOW)
    feed.refresh_from_db()
    assert (feed.etag, feed.last_modified) == ("", "")


def test_what_a_removed_feed_told_first_comes_from_the_other_that_tells_it_too(monkeypatch: Patch) -> None:
    kaisa = host()
    one, other = add(kaisa), add(kaisa, address=ADDRESS + "2")
    answers(monkeypatch, rss(item("Haku", link="https://rahoittaja.example/haku")), A)
    read(NOW)
    assert len(titles()) == 1
    told = Candidate.objects.get().feed
    feeds.remove_feed(feed=told, by=kaisa, now=NOW)
    assert titles() == []
    read(NOW + HOUR)
    assert titles(NOW + HOUR) == ["Haku"]
    assert {one.pk, other.pk} - {told.pk} == {Candidate.objects.get().feed_id}


# --- What comes, once


def test_the_same_entry_never_comes_twice_whatever_became_of_it(monkeypatch: Patch) -> None:
    kaisa = host()
    town = make_profile("Kunta", by=kaisa)
    items = [item("Otettu", guid="a"), item("Ohitettu", guid="b"), item("Odottaa", guid="c"), item("Otettu", guid="a")]
    taken, passed, waits = brought(kaisa, monkeypatch, *items)
    candidates.take(candidate=taken, profile=town, plan=plan(), by=kaisa, now=NOW, publish=False)
    candidates.pass_by(candidate=passed, by=kaisa, now=NOW)
    for hours in (1, 2):
        read(NOW + hours * HOUR)
    assert Candidate.objects.count() == 3
    assert titles() == ["Odottaa"]
    assert Candidate.objects.get(pk=waits.pk).seen_at == NOW + 2 * HOUR
    long_after = NOW + KEPT
    read(long_after)
    candidates.settle(now=long_after)
    read(long_after + HOUR)
    assert titles(long_after + HOUR) == []


def test_a_new_guid_and_another_feed_do_not_bring_the_same_thing_again(monkeypatch: Patch) -> None:
    kaisa = host()
    link = "https://rahoittaja.example/1"
    brought(kaisa, monkeypatch, item("Haku", guid="a", link=link))
    answers(monkeypatch, rss(item("HAKU", guid="b", link=link), item("Toinen haku", guid="c", link=link)))
    read(NOW + HOUR)
    assert sorted(titles()) == ["Haku", "Toinen haku"]
    brought(kaisa, monkeypatch, item("Haku", guid="x", link=link), address=ADDRESS + "2", now=NOW + 2 * HOUR)
    assert sorted(titles()) == ["Haku", "Toinen haku"]


def test_the_words_of_one_that_waits_follow_the_feed(monkeypatch: Patch) -> None:
    feed = add(host())
    answers(monkeypatch, calendar(["UID:1", "SUMMARY:Haku", "DTSTART;VALUE=DATE:20260310"]))
    read(NOW)
    answers(monkeypatch, calendar(["UID:1", "SUMMARY:Haku jatkuu", "DTSTART;VALUE=DATE:20260320"]))
    read(NOW + HOUR)
    one = feed.candidates.get()
    assert (one.title, one.deadline) == ("Haku jatkuu", date(2026, 3, 20))


def test_what_is_old_does_not_come_and_what_nobody_looks_at_does_not_pile_up(monkeypatch: Patch) -> None:
    monkeypatch.setattr(rules, "MOST_WAITING", 2)
    old = (NOW - KEPT).strftime("%a, %d %b %Y %H:%M:%S +0000")
    items = [item("Vanha", guid="o", day=old), *(item(f"Uusi {n}", guid=str(n)) for n in range(5))]
    brought(host(), monkeypatch, *items)
    assert titles() == ["Uusi 0", "Uusi 1"], "the feed's first"
    feed = Feed.objects.get()
    candidates.pass_by(candidate=feed.candidates.all()[0], by=host(), now=NOW)
    read(NOW + HOUR)
    assert titles() == ["Uusi 2", "Uusi 1"]


def test_how_many_were_left_out_is_kept(monkeypatch: Patch) -> None:
    brought(host(), monkeypatch, *(item(f"Haku {n}", guid=str(n)) for n in range(230)))
    assert Feed.objects.get().left_out == 30


# --- Going by itself


def test_one_goes_when_its_deadline_has_passed_or_it_is_old(monkeypatch: Patch) -> None:
    feed = add(host())
    answers(
        monkeypatch, calendar(["UID:1", "SUMMARY:Päättyvä", "DTSTART;VALUE=DATE:20260310"], ["UID:2", "SUMMARY:Avoin"])
    )
    read(NOW)
    last = datetime(2026, 3, 10, 21, 59, tzinfo=NOW.tzinfo)  # a minute to midnight in Helsinki
    assert sorted(titles(last)) == ["Avoin", "Päättyvä"]
    assert titles(last + timedelta(minutes=1)) == ["Avoin"], "swept or not"
    assert candidates.settle(now=last) == 0
    assert candidates.settle(now=last + timedelta(minutes=1)) == 1
    gone = feed.candidates.get(state=State.GONE)
    assert (gone.title, gone.text) == ("", "")
    assert titles(NOW + KEPT - timedelta(seconds=1)) == ["Avoin"]
    assert titles(NOW + KEPT) == []
    assert candidates.settle(now=NOW + KEPT) == 1
    assert feed.candidates.count() == 2, "so that they do not come again"
    candidates.settle(now=NOW + rules.REMEMBERED + timedelta(seconds=1))
    assert not feed.candidates.exists()


# --- Taking and passing


def test_one_that_is_taken_is_published_matched_and_ends_as_the_rest(monkeypatch: Patch) -> None:
    kaisa = host()
    town = make_profile("Kunta", by=kaisa)
    (one,) = brought(kaisa, monkeypatch, item("Energiatuki", guid="a", link="https://rahoittaja.example/1"))
    filled = plan(kind="funding", title=one.title, text="Tukea", source=one.feed.name, source_url=one.link)
    made = candidates.take(candidate=one, profile=town, plan=filled, by=kaisa, now=NOW, publish=True, key="k")
    assert (made.source, made.source_url) == ("Rahoittaja", "https://rahoittaja.example/1")
    assert made.question is not None
    assert Freshness.objects.filter(profile=town).exists()
    assert market.answers("q=rahoittaja", made, now=NOW), "it is found by its source"
    assert not Opportunity.objects.open(made.closes_at).exists()
    one.refresh_from_db()
    assert (one.state, one.opportunity, one.decided_by, one.title) == (State.TAKEN, made, kaisa, "")
    again = candidates.take(candidate=one, profile=town, plan=filled, by=kaisa, now=NOW, publish=True, key="k")
    assert again == made
    with pytest.raises(candidates.NotWaiting):
        candidates.take(candidate=one, profile=town, plan=filled, by=kaisa, now=NOW, publish=True, key="toinen")
    assert Opportunity.objects.count() == 1


def test_of_two_coordinators_one_decides(monkeypatch: Patch) -> None:
    kaisa, veikko = host(), host("Veikko")
    town = make_profile("Kunta", by=veikko)
    first, second = brought(kaisa, monkeypatch, item("Yksi", guid="a"), item("Kaksi", guid="b"))
    candidates.pass_by(candidate=first, by=kaisa, now=NOW)
    candidates.pass_by(candidate=first, by=veikko, now=NOW + HOUR)
    first.refresh_from_db()
    assert (first.state, first.decided_by, first.decided_at) == (State.PASSED, kaisa, NOW)
    with pytest.raises(candidates.NotWaiting):
        candidates.take(candidate=first, profile=town, plan=plan(), by=veikko, now=NOW, publish=True)
    Feed.objects.all().delete()
    with pytest.raises(candidates.NotWaiting):
        candidates.take(candidate=second, profile=town, plan=plan(), by=veikko, now=NOW, publish=True)
    assert not Opportunity.objects.exists()


def test_what_is_refused_leaves_it_waiting(monkeypatch: Patch) -> None:
    kaisa = host()
    town = make_profile("Kunta", by=kaisa)
    (one,) = brought(kaisa, monkeypatch, item("Haku", guid="a"))
    past = plan(last_day=TODAY - timedelta(days=1))
    with pytest.raises(LastDayPassed):
        candidates.take(candidate=one, profile=town, plan=past, by=kaisa, now=NOW, publish=True)
    assert titles() == ["Haku"]


@pytest.mark.parametrize(
    ("source", "url", "problem", "field"),
    [
        ("", "https://rahoittaja.example/", SourceUnnamed, "source"),
        ("Rahoittaja", "javascript:alert(1)", BadSourceAddress, "source_url"),
        ("Rahoittaja", "ftp://rahoittaja.example/", BadSourceAddress, "source_url"),
        ("Rahoittaja", "rahoittaja", BadSourceAddress, "source_url"),
    ],
)
def test_a_source_has_a_name_and_an_address_of_the_web(source: str, url: str, problem: Any, field: str) -> None:
    kaisa = host()
    town = make_profile("Kunta", by=kaisa)
    with pytest.raises(problem) as caught:
        services.create(profile=town, plan=plan(source=source, source_url=url), by=kaisa, now=NOW, publish=True)
    assert caught.value.field == field


def test_whoever_edits_it_later_leaves_its_source_as_it_is() -> None:
    kaisa, colleague = host(), make_user("Työkaveri")
    town = make_profile("Kunta", by=kaisa)
    town.representatives.create(user=colleague, role="editor", since=NOW)
    made = services.create(profile=town, plan=plan(source="Rahoittaja"), by=kaisa, now=NOW, publish=True)
    changed = services.change(opportunity=made, plan=plan(title="Uusi"), by=colleague, now=NOW)
    assert (changed.title, changed.source) == ("Uusi", "Rahoittaja")
    with pytest.raises(OnlyCoordinatorsTell):
        services.change(opportunity=made, plan=plan(source=""), by=colleague, now=NOW)


def test_the_sweeps_are_tasks_that_do_it(monkeypatch: Patch) -> None:
    (one,) = brought(host(), monkeypatch, item("Haku", guid="a"))
    known = {
        task.name
        for task in (
            tasks.settle_ended,
            tasks.remind,
            tasks.remind_unanswered,
            tasks.tell_waiting,
            tasks.read_feeds,
            tasks.settle_candidates,
            tasks.tell_of_candidates,
            tasks.forget_orphans,
        )
    }
    assert {name for name, _seconds in tasks.SWEEPS.values()} == known
    tasks.read_feeds()
    tasks.settle_candidates()
    one.refresh_from_db()
    assert one.state == State.GONE, "found long before today"
    assert queries.numbers(NOW) == (0, 0, 1)
