"""Who may see what of a season: each kind of person × every page and press, and what organisations learn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from opportunities.models import Opportunity
from studies.models import Season, SeasonApplication, SeasonPlace, SeasonWish
from studies.services import seasons, seasons_ending
from tests.factories.people import make_profile, make_user

from .summering import AFTER, ANSWERING, BEFORE, CLOSES, LINES, OPEN, OPENS, Summer, make_summer, plan, wish_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

VISITOR, COMPANY, OTHER_COMPANY, OUTSIDER = "visitor", "company", "other company", "company outside"
STUDENT, OTHER_STUDENT, STRANGER = "student", "other student", "student outside"
HOST, COLLEAGUE, TEACHER, COORDINATOR = "host", "colleague", "teacher", "coordinator"
WHO = (
    VISITOR, COMPANY, OTHER_COMPANY, OUTSIDER, STUDENT, OTHER_STUDENT, STRANGER, HOST, COLLEAGUE, TEACHER, COORDINATOR,
)  # fmt: skip
RUN = {HOST, COLLEAGUE}
GIVERS = {COMPANY, OTHER_COMPANY, OUTSIDER, HOST, COLLEAGUE, TEACHER}
SECRET = "Salainen"
KNOWN: dict[str, Any] = {"guardian_name": "Salainen Maija", "guardian_contact": "050 salainen"}


class Scene:
    """Two organisations; Aada has applied for the first one's place, Eero for the second one's."""

    def __init__(self, **changes: Any) -> None:
        self.summer = summer = make_summer(**changes)
        self.place, self.other = summer.place("Puu", seats=2, guardian_needed=True), summer.place("Metalli")
        self.aada = summer.student(f"{SECRET} Aada", self.place, age="minor", **KNOWN)
        self.eero = summer.student(f"{SECRET} Eero", self.other)
        outsider, teacher, stranger = make_user("Outi"), make_user("Olli"), make_user("Sanni")
        make_profile("Muu Oy", by=outsider)
        make_profile("Koulu", by=teacher, kind=Profile.Kind.EDUCATION)
        make_profile("Sanni", by=stranger, kind=Profile.Kind.STUDENT, visibility="hidden")
        self.people: dict[str, User | None] = {
            VISITOR: None,
            COMPANY: summer.people["Puu"],
            OTHER_COMPANY: summer.people["Metalli"],
            OUTSIDER: outsider,
            STUDENT: self.aada.user,
            OTHER_STUDENT: self.eero.user,
            STRANGER: stranger,
            HOST: summer.host,
            COLLEAGUE: summer.colleague,
            TEACHER: teacher,
            COORDINATOR: make_user("Anu", is_coordinator=True),
        }

    def client(self, who: str) -> Client:
        client, person = Client(), self.people[who]
        if person is not None:
            client.force_login(person)
        return client

    def url(self, name: str, **more: Any) -> str:
        return reverse(name, kwargs={"slug": self.summer.season.slug, **more})


def pages(scene: Scene) -> dict[str, tuple[str, set[str]]]:
    everybody, pk = set(WHO), scene.place.pk
    signed_in = everybody - {VISITOR}
    return {
        "list": (reverse("seasons"), everybody),
        "hub": (reverse("studies"), everybody),
        "season": (scene.url("season"), everybody),
        "filtered": (scene.url("season") + "?week=24&field=other&place=167", everybody),
        "place": (scene.url("season_place", pk=pk), everybody),
        "new": (reverse("season_new"), RUN | {TEACHER}),
        "apply": (scene.url("season_apply"), signed_in),
        "mine": (scene.url("season_mine"), {STUDENT, OTHER_STUDENT}),
        "leave": (scene.url("season_leave"), {STUDENT, OTHER_STUDENT}),
        "add": (scene.url("season_place_new"), GIVERS),
        "add ready": (scene.url("season_place_new") + "?task=carbon", GIVERS),
        "edit place": (scene.url("season_place_edit", pk=pk), {COMPANY}),
        "withdraw": (scene.url("season_place_withdraw", pk=pk), {COMPANY} | RUN),
        "applicants": (scene.url("season_applicants", pk=pk), {COMPANY}),
        "desk": (scene.url("season_desk"), RUN),
        "edit": (scene.url("season_edit"), RUN),
        "close": (scene.url("season_close"), RUN),
    }


def status(client: Client, url: str) -> int:
    answer = client.get(url)
    if answer.status_code == 302 and "/login/" in answer["Location"]:
        return 401
    return int(answer.status_code)


def test_each_sees_what_is_theirs_and_nothing_more() -> None:
    scene = Scene()
    wrong = []
    for name, (url, allowed) in pages(scene).items():
        for who in WHO:
            got = status(scene.client(who), url)
            if (got == 200) != (who in allowed) or got not in (200, 401, 403, 404):
                wrong.append((name, who, got))
    assert wrong == []


def test_of_a_student_only_the_places_own_organisation_learns_and_only_of_its_own_applicants() -> None:
    scene = Scene()
    for name, (url, _allowed) in pages(scene).items():
        for who in set(WHO) - {STUDENT, OTHER_STUDENT}:
            text = scene.client(who).get(url).content.decode()
            assert (SECRET in text) == (name == "applicants" and who == COMPANY), (name, who)
    text = scene.client(COMPANY).get(scene.url("season_applicants", pk=scene.place.pk)).content.decode()
    assert f"{SECRET} Eero" not in text
    assert "Maija" not in text
    scene.summer.offer(scene.aada, scene.place)
    assert (
        "Salainen Maija"
        in scene.client(COMPANY).get(scene.url("season_applicants", pk=scene.place.pk)).content.decode()
    )
    SeasonWish.objects.filter(application=scene.aada).update(state="freed")
    over = scene.client(COMPANY).get(scene.url("season_applicants", pk=scene.place.pk)).content.decode()
    assert (f"{SECRET} Aada" in over, LINES in over, scene.aada.contact in over) == (True, False, False)
    mine = scene.client(STUDENT).get(scene.url("season_mine")).content.decode()
    assert f"{SECRET} Eero" not in mine


def test_presses_are_for_those_whose_they_are() -> None:
    scene = Scene()
    offered = scene.summer.offer(scene.aada, scene.place)
    sent = {"wish": wish_of(scene.eero, scene.other).pk}
    presses: dict[str, tuple[str, dict[str, Any], set[str]]] = {
        "offer": (scene.url("season_applicants_act", pk=scene.other.pk, act="offer"), sent, {OTHER_COMPANY}),
        "decline": (scene.url("season_applicants_act", pk=scene.other.pk, act="decline"), sent, {OTHER_COMPANY}),
        "rest": (scene.url("season_applicants_act", pk=scene.other.pk, act="decline-rest"), {}, {OTHER_COMPANY}),
        "accept": (scene.url("season_mine_act", wish=offered.pk, act="accept"), {}, {STUDENT}),
        "turn down": (scene.url("season_mine_act", wish=offered.pk, act="turn-down"), {}, {STUDENT}),
        "leave": (scene.url("season_leave"), {}, {STUDENT, OTHER_STUDENT}),
        "withdraw": (scene.url("season_place_withdraw", pk=scene.place.pk), {}, {COMPANY} | RUN),
        "close": (scene.url("season_close"), {}, RUN),
        **{act: (scene.url("season_act", act=act), {}, RUN) for act in ("publish", "discard", "repeat")},
    }
    for name, (url, data, allowed) in presses.items():
        for who in set(WHO) - allowed:
            answer = scene.client(who).post(url, data)
            refused = answer.status_code in (403, 404) or "/login/" in answer.get("Location", "")
            assert refused, (name, who, answer.status_code)
    assert Season.objects.count() == 1
    assert set(SeasonWish.objects.values_list("state", flat=True)) == {"offered", "sent"}


def test_a_place_that_waits_for_the_host_is_there_for_its_own_and_the_host() -> None:
    scene = Scene()
    place = scene.summer.place("Metalli", task="Odottava työ", accepted=False)
    page, accept = scene.url("season_place", pk=place.pk), scene.url("season_place_accept", pk=place.pk)
    for who in WHO:
        client = scene.client(who)
        assert status(client, page) == (200 if who in RUN | {OTHER_COMPANY} else 404), who
        told = [client.get(scene.url(name)).content.decode() for name in ("season", "season_apply")]
        assert ("Odottava työ" in "".join(told)) == (who == OTHER_COMPANY), who
        assert (accept in client.get(page).content.decode()) == (who in RUN), who
        if who not in RUN:
            answer = client.post(accept)
            assert answer.status_code == 403 or "/login/" in answer["Location"], who
    assert scene.client(OTHER_COMPANY).get(accept).status_code == 405
    host = scene.client(HOST)
    assert accept in host.get(scene.url("season_desk")).content.decode()
    assert host.post(accept)["Location"] == scene.url("season_desk")
    assert accept not in host.get(scene.url("season_desk")).content.decode()
    assert status(scene.client(STUDENT), page) == 200


def test_a_draft_is_there_for_its_host_alone() -> None:
    scene = Scene()
    Season.objects.update(state="draft")
    SeasonApplication.objects.all().delete()
    for who in WHO:
        assert status(scene.client(who), scene.url("season")) == (200 if who in RUN else 404), who
        listed = scene.client(who).get(reverse("seasons")).content.decode()
        assert (f'href="{scene.url("season")}"' in listed) == (who in RUN), who


def test_the_campaign_page_says_when_it_opens_and_what_happens_next(clock: time_machine.Traveller) -> None:
    scene = Scene()
    client = Client()
    for moment, said, lists in (
        (BEFORE, f"{OPENS.day}.{OPENS.month}.{OPENS.year}", True),
        (OPEN, scene.url("season_apply"), True),
        (ANSWERING, "15.4.2026", True),
        (AFTER, "90", False),
    ):
        clock.move_to(moment)
        text = client.get(scene.url("season")).content.decode()
        main = text[text.index("<main") :]
        assert said in main, moment
        assert (scene.url("season_place", pk=scene.place.pk) in main) == lists
        assert (f'href="{scene.url("season_apply")}"' in main) == (moment == OPEN)
        assert client.get(scene.url("season_place", pk=scene.place.pk)).status_code == (200 if lists else 404)
    assert scene.client(STRANGER).get(scene.url("season_apply")).status_code == 302
    assert scene.client(OUTSIDER).get(scene.url("season_place_new")).status_code == 302
    assert scene.client(COMPANY).get(scene.url("season_place_edit", pk=scene.place.pk)).status_code == 302
    assert scene.client(HOST).get(scene.url("season_edit")).status_code == 302
    seasons_ending.end_due(now=AFTER)
    for who, name in ((HOST, "season_desk"), (STUDENT, "season_mine")):
        assert scene.client(who).get(scene.url(name)).status_code == 200
    assert scene.client(HOST).get(scene.url("season_close")).status_code == 302


def test_the_list_is_narrowed_by_municipality_week_and_field() -> None:
    summer = make_summer()
    june = summer.place("Puu", task="Kesäkuun työ", municipality="167", field="climate", ends_on=plan().works_from)
    far = summer.place("Metalli", task="Kaukana", municipality="091", field="care")
    client, url = Client(), summer.season.get_absolute_url()
    for query, found in (
        ("place=167", [june]),
        ("field=care", [far]),
        ("week=30", [far]),
        ("week=23&field=climate", [june]),
        ("week=23&field=climate&place=091", []),
        ("week=99&field=zz&place=zz", [far, june]),
    ):
        answer = client.get(f"{url}?{query}")
        assert [row.place for row in answer.context["rows"]] == found, query


def test_a_place_on_the_market_leads_to_its_season() -> None:
    scene = Scene()
    offer = Opportunity.objects.get(profile=scene.place.profile)
    where = scene.url("season_place", pk=scene.place.pk)
    for who in (VISITOR, COMPANY, STRANGER):
        assert where in scene.client(who).get(offer.get_absolute_url()).content.decode()
    answer = scene.client(OUTSIDER).get(reverse("opportunity_answer", kwargs={"pk": offer.pk}))
    assert (answer.status_code, answer["Location"]) == (302, where)
    for name in ("opportunity_edit", "opportunity_close"):
        assert scene.client(COMPANY).get(reverse(name, kwargs={"pk": offer.pk})).status_code == 302


def test_the_pages_of_profiles_tell_of_seasons_and_no_students() -> None:
    scene = Scene()
    for profile in (scene.summer.town, scene.place.profile):
        assert scene.url("season") in Client().get(profile.get_absolute_url()).content.decode()


def form_of_season(host: Profile, **changes: Any) -> dict[str, Any]:
    days = {name: getattr(plan(), name).isoformat() for name in
            ("opens_on", "closes_on", "answers_by", "works_from", "works_until")}  # fmt: skip
    values = {"host": host.pk, "kind": "summer_job", "name_fi": "Kesä", "ages": ["minor", "adult"], "most_wishes": 2}
    return {**values, **days, **changes}


def test_a_whole_season_in_the_browser_without_scripts(clock: time_machine.Traveller) -> None:
    """Each side's forms, one after the other, as they are sent."""
    host, owner, aada, eero = make_user(), make_user(), make_user("Aada"), make_user("Eero")
    town = make_profile("Kunta", by=host, kind=Profile.Kind.MUNICIPALITY)
    company = make_profile("Yritys", by=owner)
    clients = {one.pk: Client() for one in (host, owner, aada, eero)}
    for one in (host, owner, aada, eero):
        clients[one.pk].force_login(one)
    new = reverse("season_new")
    bad: dict[str, Any]
    for bad in ({"slug": "Ei Näin"}, {"closes_on": "2020-01-01"}, {"name_fi": ""}, {"ages": []}, {"opens_on": "eilen"}):
        assert clients[host.pk].post(new, form_of_season(town, **bad)).status_code == 422, bad
    assert clients[host.pk].post(new, form_of_season(town, slug="kesa")).status_code == 302
    at = {"slug": "kesa"}
    clients[host.pk].post(reverse("season_edit", kwargs=at), form_of_season(town, slug="kesa", name_fi="Kesä 2026"))
    clients[host.pk].post(reverse("season_act", kwargs={**at, "act": "publish"}))
    assert clients[host.pk].post(reverse("season_act", kwargs={**at, "act": "nothing"})).status_code == 404
    add = reverse("season_place_new", kwargs=at)
    ready = clients[owner.pk].get(f"{add}?task=translating")
    assert "translat" in str(ready.context["form"]["task"].value()).lower() or ready.context["form"]["task"].value()
    place = {"profile": company.pk, "task": "Käännöksiä", "text": "Käännät.", "language": "fi", "field": "languages",
             "seats": 1, "pay": "12,50", "pay_unit": "hour", "lowest_age": 15}  # fmt: skip
    wrong = clients[owner.pk].post(add, {**place, "pay": "paljon"})
    assert (wrong.status_code, "12,50" in str(wrong.context["form"].errors["pay"])) == (422, True)
    assert clients[owner.pk].post(add, place).status_code == 302
    made = SeasonPlace.objects.get()
    clients[host.pk].post(reverse("season_place_accept", kwargs={**at, "pk": made.pk}))
    edit = reverse("season_place_edit", kwargs={**at, "pk": made.pk})
    assert clients[owner.pk].post(edit, {**place, "seats": 0}).status_code == 422
    assert clients[owner.pk].post(edit, {**place, "pay": "13"}).status_code == 302
    clients[host.pk].post(reverse("season_place_accept", kwargs={**at, "pk": made.pk}))  # it is another place now
    apply = reverse("season_apply", kwargs=at)
    about = {"name": "Aada", "contact": "040 1", "text": LINES, "age": "adult"}
    for bad in ({}, {f"place_{made.pk}": "0"}, {f"place_{made.pk}": "1", "text": "Lyhyt"}):
        assert clients[aada.pk].post(apply, {**about, **bad}).status_code == 422, bad
    for one in (aada, eero):
        assert clients[one.pk].post(apply, {**about, f"place_{made.pk}": "1"}).status_code == 302
    act = {**at, "pk": made.pk}
    wish = SeasonWish.objects.get(application__user=aada)
    offer = reverse("season_applicants_act", kwargs={**act, "act": "offer"})
    assert clients[owner.pk].post(offer, {"wish": "9" * 30}).status_code == 404
    clients[owner.pk].post(offer, {"wish": wish.pk})
    clients[aada.pk].post(reverse("season_mine_act", kwargs={**at, "wish": wish.pk, "act": "accept"}))
    wish.refresh_from_db()
    assert wish.state == "accepted"
    assert (
        clients[aada.pk].post(reverse("season_mine_act", kwargs={**at, "wish": wish.pk, "act": "x"})).status_code == 404
    )
    clients[host.pk].post(reverse("season_close", kwargs=at))
    assert SeasonWish.objects.get(application__user=eero).state == "passed"
    clients[host.pk].post(reverse("season_act", kwargs={**at, "act": "repeat"}))
    repeated = Season.objects.get(made_from__slug="kesa")
    assert repeated.closes_on == CLOSES + timedelta(days=364)
    assert clients[eero.pk].post(reverse("season_leave", kwargs=at)).status_code == 302
    assert not SeasonApplication.objects.filter(user=eero).exists()


def test_the_form_begins_with_what_the_students_own_profile_tells() -> None:
    scene = Scene()
    Profile.objects.filter(representatives__user=scene.people[STRANGER]).update(school="Lukio", field_of_study="Kielet")
    answer = scene.client(STRANGER).get(scene.url("season_apply") + f"?place={scene.other.pk}")
    form = answer.context["form"]
    assert (form["school"].value(), form["programme"].value()) == ("Lukio", "Kielet")
    assert form[f"place_{scene.other.pk}"].value() == 1


NUMBERS = {"seasons": 5, "season": 11, "season_desk": 9, "season_applicants": 7, "season_mine": 6, "season_apply": 7}


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_lists_have_a_fixed_number_of_queries(
    name: str, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.nav._tools", {})
    summer = make_summer(most_wishes=9)
    place = summer.place("Puu")
    reader = {"season_applicants": summer.people["Puu"], "season_mine": make_user(), "season_apply": make_user()}
    user = reader.get(name, summer.host)
    summer.people["Lukija"] = user
    client = Client()
    client.force_login(user)
    parts = {} if name == "seasons" else {"slug": summer.season.slug}
    url = reverse(name, kwargs={**parts, "pk": place.pk} if name == "season_applicants" else parts)
    summer.student("Lukija" if name == "season_mine" else "Opiskelija", place)
    client.get(url)
    for more in (0, 2):
        grow(summer, more, reads=name == "season_mine")
        with django_assert_num_queries(NUMBERS[name]):
            assert client.get(url).status_code == 200


def grow(summer: Summer, count: int, *, reads: bool) -> None:
    """So many more seasons, places and students; with `reads` the reader applies for all places."""
    for _n in range(count):
        seasons.publish_season(
            season=seasons.open_season(plan=plan(), host=summer.town, by=summer.host, now=BEFORE),
            by=summer.host,
            now=BEFORE,
        )
        summer.place(f"Yritys {summer.season.places.count()}")
        summer.student(f"Opiskelija {summer.season.applications.count()}", *summer.season.places.all())
    if reads and count:
        summer.student("Lukija", *summer.season.places.all())
