"""Topics, rounds and seasons on the market, and who hears of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Block, Profile
from catalogue.services import load_catalogue
from notifications import kinds
from notifications.models import Notification
from opportunities import hooks
from opportunities.models import Opportunity
from opportunities.queries import documents
from opportunities.services import opportunities as market
from studies import notices_theses
from studies.models import Season, Topic
from studies.queries import roads as road_queries
from studies.services import courses, seasons, seasons_editing, seasons_ending, theses_applying, theses_market
from studies.services import theses_topics as topics
from studies.services.seasons_ending import close_season
from tests.factories.people import NOW, make_profile, make_user, tag_all

from . import summering
from .coursing import make_course
from .summering import BEFORE, OPEN, make_summer
from .working import Work, kinds_to

pytestmark = pytest.mark.django_db


def offer_of(thing: Any) -> Opportunity:
    thing.refresh_from_db()
    assert thing.opportunity is not None
    return thing.opportunity  # type: ignore[no-any-return]  # a topic's, a round's, a season's


# --- Topics


def test_a_companys_topic_stands_on_the_market_while_it_is_open(work: Work) -> None:
    theme = tag_all([], "Sahanpuru")
    topic = work.waiting(themes=(theme,))
    assert not Opportunity.objects.exists()
    topic = topics.approve(topic=topic, checks=topics.ALL_FIT, by=work.teacher, now=NOW)
    made = offer_of(topic)
    assert (made.kind, made.direction, made.title, made.state) == ("thesis", "offer", topic.title, "open")
    assert made.text.startswith("Mitä selvitetään\n\nPuolet sahanpurusta")
    assert made.reward == "1500 € koko työstä"
    assert list(made.themes.all()) == [theme]
    kept = hooks.kept_at(made)
    assert kept is not None
    assert kept.url == topic.get_absolute_url()
    assert f"opportunity:{made.pk}" in [one.key for one in documents.documents_of([work.saw.pk], NOW)[work.saw.pk]]
    application = work.apply(topic)
    theses_applying.choose(application=application, by=work.outi, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("closed", "here")


@pytest.mark.parametrize("how", ["changed", "closed"])
def test_a_topic_that_is_changed_or_closed_leaves_the_market(work: Work, how: str) -> None:
    topic = work.open()
    made = offer_of(topic)
    if how == "closed":
        topics.close_topic(topic=topic, by=work.outi, now=NOW)
    else:
        topics.change_topic(topic=topic, plan=work.plan(title="Toinen"), by=work.outi, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("closed", "not_needed")


def test_a_students_topic_is_not_on_the_market(work: Work) -> None:
    work.students_topic()
    assert not Opportunity.objects.exists()


def test_a_topic_that_a_coordinator_takes_down_is_closed_and_those_who_applied_are_told(
    work: Work, django_capture_on_commit_callbacks: Any
) -> None:
    topic = work.open()
    work.apply(topic)
    with django_capture_on_commit_callbacks(execute=True):
        market.take_down(opportunity=offer_of(topic), why="Ei", by=make_user(is_coordinator=True), now=NOW)
    topic.refresh_from_db()
    assert topic.state == Topic.State.CLOSED
    assert kinds_to(work.onni) == ["passed"]


def test_a_topic_that_lasts_longer_than_the_market_is_put_there_again(work: Work) -> None:
    topic = work.open(last_day=NOW.date() + timedelta(days=300))
    first = offer_of(topic)
    assert theses_market.put_back(now=NOW) == 0
    assert theses_market.put_back(now=first.closes_at) == 1
    second = offer_of(topic)
    assert second != first
    assert second.is_open(first.closes_at)
    assert theses_market.put_back(now=first.closes_at) == 0


def test_a_hidden_companys_topic_comes_to_the_market_when_it_is_seen(work: Work) -> None:
    Profile.objects.filter(pk=work.saw.pk).update(visibility="hidden")
    topic = work.open()
    assert topic.opportunity is None
    assert theses_market.put_back(now=NOW) == 0
    Profile.objects.filter(pk=work.saw.pk).update(visibility="public")
    assert theses_market.put_back(now=NOW) == 1
    assert offer_of(topic).is_open(NOW)


def test_companies_of_its_theme_hear_of_a_students_topic_and_not_whose_it_is(work: Work, clock: Any) -> None:
    other, stranger = make_user(), make_user()
    near, far = make_profile("Levy Oy", by=other), make_profile("Muu Oy", by=stranger)
    theme = tag_all([near], "Puun sivuvirrat")
    plan = work.plan(title="Lastun kuivaus", themes=(theme,))
    topic = topics.offer_topic(plan=plan, profile=work.student, by=work.onni, now=NOW)
    topics.send_to_school(topic=topic, by=work.onni, now=NOW)
    assert theses_market.tell_new(now=NOW) == 0
    topics.approve(topic=topic, checks=topics.ALL_FIT, by=work.teacher, now=NOW)
    assert (theses_market.tell_new(now=NOW), theses_market.tell_new(now=NOW)) == (1, 0)
    assert kinds_to(other) == ["topics_new"]
    assert "topics_new" not in kinds_to(stranger) + kinds_to(work.onni) + kinds_to(work.oona)
    assert far.pk
    row = Notification.objects.get(user=other)
    [point] = notices_theses.new_points(row.context, other)
    assert (point.title, point.url) == ("Lastun kuivaus", topic.get_absolute_url())
    assert "Onni" not in point.title + point.text + str(notices_theses.new_topics(row.context))
    kind = kinds.get("studies.topics_new")
    assert kind is not None
    assert kind.may_read is not None
    assert [kind.may_read(row.context, one) for one in (other, stranger)] == [True, False]
    Block.objects.create(blocker=near, blocked=work.student, at=NOW)
    assert notices_theses.new_points(row.context, other) == []


def test_a_student_whom_nobody_sees_hears_of_a_companys_topic_by_theme(work: Work) -> None:
    shown = make_user()
    profile = make_profile("Seija", by=shown, kind=Profile.Kind.STUDENT, visibility="members")
    theme = tag_all([work.student, profile], "Puun sivuvirrat")
    work.open(themes=(theme,))
    theses_market.tell_new(now=NOW)
    told = {one: kinds_to(one).count("topics_new") for one in (work.onni, work.oona, shown)}
    # The market tells those who are seen.
    assert told == {work.onni: 1, work.oona: 0, shown: 0}


def test_no_company_of_a_block_hears(work: Work) -> None:
    other = make_user()
    near = make_profile("Levy Oy", by=other)
    theme = tag_all([near], "Puun sivuvirrat")
    Block.objects.create(blocker=near, blocked=work.student, at=NOW)
    topic = topics.offer_topic(plan=work.plan(themes=(theme,)), profile=work.student, by=work.onni, now=NOW)
    topics.send_to_school(topic=topic, by=work.onni, now=NOW)
    topics.approve(topic=topic, checks=topics.ALL_FIT, by=work.teacher, now=NOW)
    theses_market.tell_new(now=NOW)
    assert kinds_to(other) == []


# --- Rounds


def test_a_round_stands_on_the_market_while_it_takes_companies() -> None:
    course = make_course(state="draft")
    assert not Opportunity.objects.exists()
    course.go_on("companies")
    made = offer_of(course.round)
    assert (made.kind, made.direction, made.profile) == ("course", "offer", course.school)
    kept = hooks.kept_at(made)
    assert kept is not None
    assert kept.url == course.round.get_absolute_url()
    courses.edit_round(
        round=course.round, plan=as_plan(course.round, name="Ilmastokierros"), by=course.teacher, now=NOW
    )
    assert offer_of(course.round).title == "Ilmastokierros"
    course.place("Puu")
    course.go_on("wishes")
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("closed", "here")


def as_plan(round: Any, **changes: Any) -> courses.RoundPlan:
    values = {name: getattr(round, name) for name in courses.RoundPlan.__dataclass_fields__}
    return courses.RoundPlan(**{**values, **changes})


def test_those_who_took_part_before_hear_of_a_new_round_and_nobody_else() -> None:
    course = make_course()
    course.place("Puu")
    gone = course.place("Kivi")
    from studies.services import courses_joining

    courses_joining.withdraw_place(place=gone, by=course.people["Kivi"], now=NOW)
    stranger = make_user()
    make_profile("Muu Oy", by=stranger)
    again = courses.repeat_round(round=course.round, by=course.teacher, now=NOW)
    courses.go_on(round=again, seen=again.state, by=course.teacher, now=NOW)
    assert kinds_to(course.people["Puu"]) == ["course_open"]
    assert kinds_to(course.people["Kivi"]) == []
    assert kinds_to(stranger) == []
    row = Notification.objects.get(user=course.people["Puu"])
    kind = kinds.get(row.kind)
    assert kind is not None
    assert "Joen koulu" in kind.render(row.context).text
    assert kind.may_read is not None
    assert [kind.may_read(row.context, one) for one in (course.people["Puu"], stranger)] == [True, False]
    type(again).objects.filter(pk=again.pk).update(state="wishes")
    with pytest.raises(LookupError):
        kind.render(row.context)


# --- Seasons


def test_a_season_asks_for_places_on_the_market_until_applications_close() -> None:
    summer = make_summer(published=False)
    assert not Opportunity.objects.exists()
    season = seasons.publish_season(season=summer.season, by=summer.host, now=BEFORE)
    made = offer_of(season)
    assert (made.kind, made.direction, made.profile) == ("summer_job", "need", summer.town)
    assert made.title == "Paikkoja tarvitaan: Kesätyöt 2026"
    assert made.last_day == season.closes_on
    kept = hooks.kept_at(made)
    assert kept is not None
    assert kept.url == season.get_absolute_url()
    seasons_editing.edit_season(
        season=season, plan=summering.plan(names={"fi": "Kesätyöt ja harjoittelut"}), by=summer.host, now=BEFORE
    )
    assert offer_of(season).title == "Paikkoja tarvitaan: Kesätyöt ja harjoittelut"
    over = made.closes_at
    later = {"closes_on": season.closes_on + summering.DAY, "names": {"fi": "Kesätyöt"}}
    seasons_editing.edit_season(season=season, plan=summering.plan(**later), by=summer.host, now=over)
    again = offer_of(season)
    assert again != made
    assert again.is_open(over)
    close_season(season=season, by=summer.host, now=OPEN)
    again.refresh_from_db()
    assert (again.state, again.outcome) == ("closed", "not_needed")


def test_what_a_coordinator_took_down_stays_down_and_the_season_goes_on(
    django_capture_on_commit_callbacks: Any,
) -> None:
    summer = make_summer()
    made = offer_of(summer.season)
    with django_capture_on_commit_callbacks(execute=True):
        market.take_down(opportunity=made, why="Ei", by=make_user(is_coordinator=True), now=OPEN)
    seasons_editing.edit_season(season=summer.season, plan=summering.plan(), by=summer.host, now=OPEN)
    assert offer_of(summer.season) == made
    assert summer.place("Puu").opportunity is not None


def test_those_who_had_places_before_hear_of_the_next_season_and_students_do_not() -> None:
    summer = make_summer()
    place = summer.place("Puu")
    summer.student("Aada", place)
    seasons_ending.close_season(season=summer.season, by=summer.host, now=OPEN)
    next_one = seasons.repeat_season(season=summer.season, by=summer.host, now=OPEN)
    seasons.publish_season(season=next_one, by=summer.host, now=OPEN)
    assert summering.kinds_to(summer.people["Puu"]).count("open") == 1
    assert "open" not in summering.kinds_to(summer.people["Aada"])
    row = Notification.objects.get(user=summer.people["Puu"], kind="studies.season_open")
    kind = kinds.get(row.kind)
    assert kind is not None
    Season.objects.filter(pk=next_one.pk).update(state="ended")
    with pytest.raises(LookupError):
        kind.render(row.context)


# --- Where it is better begun


def labels(user: Any, profile: Profile, kind: str, now: Any = NOW) -> list[tuple[str, str]]:
    return [(one.label, one.url) for one in road_queries.roads(user, profile, kind, now)]


def test_a_thesis_is_better_begun_as_a_topic(work: Work) -> None:
    [(_label, url)] = labels(work.outi, work.saw, "thesis")
    assert url == f"/studies/topics/new/?for={work.saw.slug}" or url.endswith(f"/topics/new/?for={work.saw.slug}")
    client = Client()
    client.force_login(work.outi)
    other = make_profile("Toinen Oy", by=work.outi)
    form = client.get(f"{url.partition('?')[0]}?for={other.slug}").context["form"]
    assert form["profile"].value() == other.pk
    assert labels(work.teacher, work.school, "thesis") == []
    assert labels(work.outi, work.saw, "premises") == []


def test_a_course_project_is_better_signed_up_for_and_a_summer_job_added_to_a_season() -> None:
    course, summer = make_course(), make_summer()
    owner = make_user()
    profile = make_profile("Puu Oy", by=owner)
    assert labels(owner, profile, "course") == [
        (course.round.name, f"/fi/studies/courses/{course.round.pk}/sign-up/?for={profile.slug}")
    ]
    [(label, url)] = labels(owner, profile, "summer_job", OPEN)
    assert label == "Lisää se tähän: Kesätyöt 2026"
    assert url.endswith(f"/seasons/{summer.season.slug}/places/new/?for={profile.slug}")
    assert labels(owner, profile, "internship", OPEN) == []
    assert labels(course.teacher, course.school, "course")[0][1].endswith(f"/courses/new/?for={course.school.slug}")
    [(_label, url)] = labels(summer.host, summer.town, "internship", OPEN)
    assert url.endswith(f"/seasons/new/?for={summer.town.slug}")
    stranger = make_user()
    assert labels(stranger, profile, "summer_job", OPEN) == []
    assert labels(stranger, profile, "course") == []


def test_the_markets_form_says_it_once_and_then_does_what_is_asked(work: Work, clock: Any) -> None:
    client = Client()
    client.force_login(work.outi)
    there = client.get("/fi/market/new/?kind=thesis")
    assert 'name="here" value="thesis"' in there.content.decode()
    sent = {
        "direction": "offer", "kind": "thesis", "title": "Opinnäytetyö sahalla",
        "text": "Purun uusi käyttö, kolme kuukautta.", "visibility": "public", "last_day": "2026-04-01",
        "once": "sama", "publish": "1",
    }  # fmt: skip
    asked = client.post("/fi/market/new/", sent)
    assert asked.status_code == 200
    assert "Mitään ei tallennettu vielä." in asked.content.decode()
    assert not Opportunity.objects.exists()
    client.post("/fi/market/new/", {**sent, "kind": "premises", "here": "thesis"})
    client.post("/fi/market/new/", {**sent, "here": "thesis", "once": "toinen"})
    assert sorted(Opportunity.objects.values_list("kind", flat=True)) == ["premises", "thesis"]


def test_switched_off_nothing_points_to_student_work(work: Work, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = offer_of(work.open())
    monkeypatch.setattr("core.modules.off", lambda: frozenset({"studies"}))
    client = Client()
    client.force_login(work.outi)
    assert 'name="here"' not in client.get("/fi/market/new/?kind=thesis").content.decode()
    assert "/topics/" not in client.get(made.get_absolute_url()).content.decode()
    assert made.title not in Client().get("/fi/market/").content.decode()


# --- From a model of the catalogue


def test_a_models_advice_goes_along_to_topics_rounds_and_seasons(work: Work, clock: Any) -> None:
    load_catalogue(now=NOW)
    client = Client()
    asked = "?model=open-data"
    for person, address in (
        (work.outi, "/fi/studies/topics/new/"),
        (work.teacher, "/fi/studies/courses/new/"),
        (work.teacher, "/fi/studies/seasons/new/"),
    ):
        client.force_login(person)
        assert f"{address}{asked}" in client.get(f"/fi/studies/{asked}").content.decode()
        page = client.get(f"{address}{asked}")
        assert page.context["advised"].slug == "open-data"
        assert "Pyydä opiskelijaa vastaamaan yhden yrityksen kysymykseen" in page.content.decode()
        assert 'name="model" value="open-data"' in page.content.decode()
        assert client.get(f"{address}?model=no-such-model").status_code == 200
