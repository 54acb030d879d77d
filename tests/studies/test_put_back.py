"""What should be on the market and is not is put back by a sweep; what was refused says why, and is tried again when
something has changed, and not before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, Representative, User
from accounts.services.profiles import confirming
from opportunities.models import Opportunity
from opportunities.rules import opportunities as market_rules
from opportunities.services import kept
from opportunities.services import opportunities as market
from studies.services import calls, courses, seasons_editing, seasons_ending, theses_market
from studies.services import theses_topics as topics
from studies.tasks import seasons as tasks
from tests.factories.people import NOW, make_profile, make_user

from . import summering
from .coursing import Course, make_course
from .summering import BEFORE, OPEN, Summer, make_summer
from .working import Work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is tried to be put on the market, by title."""
    found: list[str] = []
    real = kept.publish_kept

    def publish_kept(**asked: Any) -> Opportunity:
        found.append(asked["plan"].title)
        return real(**asked)

    monkeypatch.setattr(kept, "publish_kept", publish_kept)
    return found


def hide(profile: Profile, *, hidden: bool = True) -> None:
    Profile.objects.filter(pk=profile.pk).update(visibility="hidden" if hidden else "public")


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def offer_of(thing: Any) -> Opportunity | None:
    thing.refresh_from_db()
    return thing.opportunity  # type: ignore[no-any-return]  # a topic's, a round's, a season's


# --- Topics ----------------------------------------------------------------------------------------------------------


def test_a_refused_topic_says_why_and_is_not_tried_until_something_has_changed(work: Work, tried: list[str]) -> None:
    hide(work.saw)
    topic = work.open()
    assert (topic.opportunity, topic.refused) == (None, "hidden")
    assert len(tried) == 1
    for _sweep in range(3):
        assert theses_market.put_back(now=NOW) == 0
    assert len(tried) == 1
    page = as_user(work.outi).get(topic.get_absolute_url()).content.decode()
    assert "Tämä ei ole torilla" in page
    assert "Tämä ei ole torilla" not in as_user(work.onni).get(topic.get_absolute_url()).content.decode()
    hide(work.saw, hidden=False)
    assert theses_market.put_back(now=NOW) == 1
    assert offer_of(topic) is not None
    assert topic.refused == ""


def test_one_that_is_refused_is_tried_when_it_is_changed(
    work: Work, tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any) -> None:
        raise market.Textless

    with monkeypatch.context() as patch:
        patch.setattr(kept, "_write", refuse)
        topic = work.open()
    assert topic.refused == "other"
    assert theses_market.put_back(now=NOW) == 0
    topic = topics.change_topic(topic=topic, plan=work.plan(title="Toinen"), by=work.outi, now=NOW)
    topic = topics.approve(topic=topic, checks=topics.ALL_FIT, by=work.teacher, now=NOW)
    assert (topic.refused, len(tried)) == ("", 2)
    assert offer_of(topic) is not None


def test_a_full_market_is_tried_when_there_is_room(
    work: Work, tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.opportunities.making import publish

    monkeypatch.setattr(market_rules, "MOST_OPEN", 1)
    monkeypatch.setattr("studies.services.market.MOST_OPEN", 1)
    mine = publish(work.saw, work.outi, last_day=NOW.date() + timedelta(days=30))
    topic = work.open()
    assert topic.refused == "full"
    assert theses_market.put_back(now=NOW) == 0
    market.close(opportunity=mine, outcome="not_needed", by=work.outi, now=NOW)
    assert theses_market.put_back(now=NOW) == 1
    assert offer_of(topic) is not None
    assert len(tried) == 2


def test_those_that_are_refused_do_not_keep_others_from_their_turn(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studies.services.market.AT_ONCE", 1)
    hide(work.saw)
    refused = [work.open(title=f"Aihe {n}") for n in range(2)]
    owner = make_user()
    work.saw, work.outi = make_profile("Levy Oy", by=owner), owner
    topic = work.open()
    type(topic).objects.filter(pk=topic.pk).update(opportunity=None)
    assert theses_market.put_back(now=NOW) == 1
    assert offer_of(topic) is not None
    assert [offer_of(one) for one in refused] == [None, None]


def test_a_topic_of_which_nobody_can_act_waits_without_being_tried(work: Work, tried: list[str]) -> None:
    topic = work.open()
    type(topic).objects.filter(pk=topic.pk).update(opportunity=None)
    Representative.objects.filter(profile=work.saw).delete()
    assert theses_market.put_back(now=NOW) == 0
    assert len(tried) == 1


# --- Calls -----------------------------------------------------------------------------------------------------------


def round_of(course: Course) -> Any:
    return course.round


def test_a_rounds_call_comes_when_the_school_is_seen_and_says_why_not_before() -> None:
    course = make_course(state="draft")
    hide(course.school)
    course.go_on("companies")
    assert (course.round.opportunity, course.round.refused) == (None, "hidden")
    desk = reverse("course_desk", kwargs={"pk": course.round.pk})
    assert "Tämä ei ole torilla" in as_user(course.teacher).get(desk).content.decode()
    assert as_user(make_user()).get(desk).status_code in (403, 404)
    assert calls.put_back(now=NOW) == 0
    hide(course.school, hidden=False)
    assert calls.put_back(now=NOW) == 1
    made = offer_of(course.round)
    assert made is not None
    assert made.is_open(NOW)
    assert "Tämä ei ole torilla" not in as_user(course.teacher).get(desk).content.decode()
    assert calls.put_back(now=NOW) == 0


def test_a_call_that_went_by_an_error_is_put_back_and_one_that_was_taken_down_is_not() -> None:
    course = make_course()
    first = offer_of(course.round)
    assert first is not None
    kept.end_kept(opportunity=first, is_found=False, now=NOW)
    assert calls.put_back(now=NOW) == 1
    second = offer_of(course.round)
    assert second is not None
    assert second != first
    market.take_down(opportunity=second, why="Ei", by=make_user(is_coordinator=True), now=NOW)
    assert calls.put_back(now=NOW) == 0
    assert offer_of(course.round) == second


def test_no_call_of_one_that_is_not_confirmed_is_put_back() -> None:
    course, summer = make_course(), make_summer()
    for thing, owner in ((course.round, course.school), (summer.season, summer.town)):
        type(thing).objects.update(opportunity=None)
        Profile.objects.filter(pk=owner.pk).update(confirmed_at=None)
    assert (calls.put_back(now=NOW), calls.put_back(now=OPEN)) == (0, 0)


def test_a_rounds_call_goes_with_the_schools_confirmation_and_comes_back_with_it() -> None:
    course, coordinator = make_course(), make_user(is_coordinator=True)
    first, other = offer_of(course.round), offer_of(make_course().round)
    assert first is not None
    confirming.refuse(profile=course.school, reason="Ei ole oppilaitos.", by=coordinator, now=NOW)
    first.refresh_from_db()
    assert (first.state, first.is_open(NOW)) == ("closed", False)
    assert Opportunity.objects.open(NOW).filter(kept_by=calls.COURSES).get() == other, "another school's stays"
    assert calls.put_back(now=NOW) == 0
    confirming.confirm(profile=course.school, by=coordinator, now=NOW)
    assert calls.put_back(now=NOW) == 1
    again = offer_of(course.round)
    assert again is not None
    assert (again.is_open(NOW), again.title) == (True, first.title)


def test_no_call_is_put_back_when_it_is_not_asked_any_more() -> None:
    course = make_course()
    type(course.round).objects.update(opportunity=None)
    late = NOW + timedelta(days=8)
    assert calls.put_back(now=late) == 0
    course.place("Puu")
    course.go_on("wishes")
    assert calls.put_back(now=NOW) == 0
    summer = make_summer()
    type(summer.season).objects.update(opportunity=None)
    assert calls.put_back(now=summering.ANSWERING) == 0
    seasons_ending.close_season(season=summer.season, by=summer.host, now=OPEN)
    assert calls.put_back(now=OPEN) == 0


def test_a_seasons_call_is_put_back_by_the_sweep(clock: Any) -> None:
    summer = make_summer()
    type(summer.season).objects.update(opportunity=None)
    clock.move_to(OPEN)
    tasks.sweep_seasons()
    made = offer_of(summer.season)
    assert made is not None
    assert made.title == "Paikkoja tarvitaan: Kesätyöt 2026"


def test_a_seasons_host_reads_why_its_call_is_not_there() -> None:
    summer = make_summer()
    hide(summer.town)
    type(summer.season).objects.update(opportunity=None)
    assert calls.put_back(now=OPEN) == 1
    summer.season.refresh_from_db()
    assert summer.season.refused == "hidden"
    assert calls.put_back(now=OPEN) == 0
    seasons_editing.edit_season(season=summer.season, plan=summering.plan(), by=summer.host, now=OPEN)
    assert offer_of(summer.season) is None


# --- Places ----------------------------------------------------------------------------------------------------------


def hidden_place(summer: Summer) -> Any:
    summer.people["Piilo"] = make_user()
    make_profile("Piilo", by=summer.people["Piilo"], visibility="hidden")
    return summer.place("Piilo")


def test_a_place_of_a_hidden_profile_comes_when_it_is_seen() -> None:
    summer = make_summer()
    place = hidden_place(summer)
    assert place.refused == "hidden"
    assert seasons_ending.bring_to_market(now=OPEN) == 0
    hide(place.profile, hidden=False)
    assert seasons_ending.bring_to_market(now=OPEN) == 1
    assert offer_of(place) is not None


def test_places_wait_for_the_first_day_and_are_tried_once(tried: list[str]) -> None:
    summer = make_summer()
    place = summer.place("Puu", now=BEFORE)
    assert seasons_ending.bring_to_market(now=BEFORE) == 0
    assert seasons_ending.bring_to_market(now=OPEN) == 1
    assert seasons_ending.bring_to_market(now=OPEN) == 0
    assert offer_of(place) is not None
    assert tried.count(place.task) == 1


def test_a_plain_round_is_changed_where_it_stands() -> None:
    course = make_course()
    first = offer_of(course.round)
    values = {name: getattr(course.round, name) for name in courses.RoundPlan.__dataclass_fields__}
    plan = courses.RoundPlan(**{**values, "name": "Toinen nimi"})
    courses.edit_round(round=course.round, plan=plan, by=course.teacher, now=NOW)
    assert offer_of(round_of(course)) == first
