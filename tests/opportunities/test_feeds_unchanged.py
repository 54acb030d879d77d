"""A feed is asked whether it has changed, and what it told is told still."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from core.outgoing import Stamp
from opportunities import feeds as reader
from opportunities.models import Candidate
from opportunities.rules import feeds as rules
from opportunities.services import candidates, feeds
from opportunities.services.feeds import FeedPlan

from .feeding import ADDRESS, add, answers, calendar, host, item, read, rss, titles
from .making import NOW, TODAY

pytestmark = pytest.mark.django_db
State = Candidate.State
HOUR = timedelta(hours=1)
Patch = pytest.MonkeyPatch


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
