"""What comes from feeds: once, until it goes by itself or a coordinator takes it or passes it by."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from matching.models import Freshness
from opportunities import tasks
from opportunities.models import Candidate, Feed, Opportunity
from opportunities.models.feeds import KEPT
from opportunities.queries import feeds as queries
from opportunities.queries import market
from opportunities.rules import feeds as rules
from opportunities.services import candidates
from opportunities.services import opportunities as services
from opportunities.services.opportunities import LastDayPassed
from opportunities.services.sources import BadSourceAddress, OnlyCoordinatorsTell, SourceUnnamed

from .feeding import ADDRESS, add, answers, brought, calendar, host, item, read, rss, titles
from .making import NOW, TODAY, make_profile, make_user, plan

pytestmark = pytest.mark.django_db
State = Candidate.State
HOUR = timedelta(hours=1)
Patch = pytest.MonkeyPatch


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
