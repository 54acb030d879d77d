"""A purchase's pages: by everybody, its form, what never leaks, its event, and what they cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.services.users import export_data
from catalogue import starts
from catalogue.services import load_catalogue
from events.models import Event
from events.services import events
from notifications.services import deliver_due
from opportunities.models import Opportunity, PurchaseEntry, PurchaseFollower, PurchaseQuestion
from opportunities.services import opportunities as services
from opportunities.services import questions

from .making import NOW, TODAY, add_person, close, company, make_user, publish
from .purchasing import TITLE, Scene, answer, ask, at, buy, sheet, signed_in, town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "index")]
VISITOR, OWNER, EDITOR, MEMBER, ASKER, OTHER, STRANGER_TOWN, ALONE, HOST = WHO = (
    "visitor", "owner", "editor", "member", "asker", "other company", "other municipality", "without a profile",
    "coordinator",
)  # fmt: skip
OWN, MANAGES = {OWNER, EDITOR, MEMBER}, {OWNER, EDITOR}


def clients(scene: Scene) -> dict[str, Client]:
    people = {
        OWNER: scene.owner, EDITOR: scene.colleague, MEMBER: scene.member, ASKER: scene.asker, OTHER: scene.other,
        STRANGER_TOWN: town("Toinen")[1], ALONE: make_user("Yksin"), HOST: scene.host,
    }  # fmt: skip
    return {VISITOR: Client(), **{who: signed_in(user) for who, user in people.items()}}


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "title": TITLE,
        "text": "Kolmen kyläkoulun oppilaat kuljetetaan kouluun.",
        "municipality": "426",
        "timetable": "Tarjouspyyntö syksyllä.",
        "questions_day": "2026-03-16",
        "questions_time": "12.00",
        "notice_url": "hankintailmoitukset.fi/1",
        "last_day": (TODAY + timedelta(days=40)).isoformat(),
        "once": "sama",
        "publish": "1",
        **changes,
    }


# --- Who sees and does what


def expected(who: str, state: str) -> dict[str, int]:
    """The table: by page, what each gets."""
    sees = state == "open" or who in OWN or (state == "taken down" and who == HOST)
    over = 404 if state == "taken down" else 410
    read = 200 if sees else over
    record = 404 if state == "taken down" and who not in OWN else 200
    ask_page = 302 if who == VISITOR or who in OWN else (200 if state == "open" else over)
    if state == "taken down" and who == HOST:
        ask_page = 410
    manages = 302 if who == VISITOR else 404 if who not in OWN else 403 if who not in MANAGES else 200
    settled = 302 if manages == 200 and state != "open" else manages
    return {
        "opportunity": read,
        "purchase_record": record,
        "purchase_record_file": record,
        "purchase_ask": ask_page,
        "opportunity_answer": 302 if who == VISITOR or (who in OWN and state == "open") else (
            200 if state == "open" else 410 if who in OWN or (state == "taken down" and who == HOST) else over
        ),
        "purchase_question": 302 if manages == 200 and state == "closed" else manages,
        "purchase_add": settled,
        "opportunity_edit": settled,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["open", "closed", "taken down"])
def test_every_page_by_everybody(state: str) -> None:
    scene = Scene()
    public = scene.ask()
    answer(public, scene.owner)
    if state == "closed":
        close(scene.one, scene.owner)
    elif state == "taken down":
        services.take_down(opportunity=scene.one, why="Väärä.", by=scene.host, now=NOW)
    more: dict[str, Any] = {"purchase_question": {"question": public.pk}, "purchase_record_file": {"ending": "csv"}}
    wrong = []
    for who, client in clients(scene).items():
        for name, wanted in expected(who, state).items():
            got = client.get(at(scene, name, **more.get(name, {}))).status_code
            if got != wanted:
                wrong.append((who, name, got, wanted))
    assert wrong == []


def test_no_press_of_others_does_anything() -> None:
    scene = Scene()
    asked, public = scene.ask(), scene.ask("Toinen?")
    answer(public, scene.owner)
    tables = (PurchaseQuestion, PurchaseEntry, PurchaseFollower, Opportunity)
    before = [list(table.objects.values()) for table in tables]
    sent = {"text": "Tunkeilija", "why": "x", **filled(save="1")}
    for who, client in clients(scene).items():
        if who in MANAGES:
            continue
        for press in ("answer", "decline", "correct"):
            for question in (asked, public):
                client.post(at(scene, "purchase_question", question=question.pk), {**sent, press: "1"})
            if who != ASKER:
                client.post(at(scene, "purchase_withdraw", question=question.pk))
        client.post(at(scene, "purchase_withdraw", question=public.pk))
        client.post(at(scene, "purchase_add"), sent)
        client.post(at(scene, "opportunity_edit"), sent)
        if who in (VISITOR, ALONE, MEMBER):
            client.post(at(scene, "purchase_ask"), sent)
        if who in (VISITOR, MEMBER):
            client.post(at(scene, "purchase_follow"))
    assert before == [list(table.objects.values()) for table in tables]


@pytest.mark.parametrize("who", ["company", "member", "nobody", "school"])
def test_the_form_is_for_the_owners_and_editors_of_a_municipality(who: str) -> None:
    user = make_user("Joku")
    if who in ("company", "school"):
        _profile, user = company("Firma", kind="education" if who == "school" else "company")
    elif who == "member":
        add_person(town()[0], user)
    assert signed_in(user).get(reverse("purchase_new")).status_code == 403
    assert Client().get(reverse("purchase_new")).status_code == 302
    refused = starts.registered()["purchase"]
    assert not refused.allowed(user)
    assert refused.allowed(town()[1])


def test_ordinary_offers_and_needs_have_none_of_these_pages() -> None:
    firm, owner = company("Saha")
    one = publish(firm, owner)
    client = signed_in(owner)
    for name, more in (("ask", {}), ("record", {}), ("add", {}), ("question", {"question": 1})):
        assert client.get(reverse(f"purchase_{name}", kwargs={"pk": one.pk, **more})).status_code == 404
    choices = client.get(reverse("opportunity_new")).context["form"].fields["kind"].choices
    assert "purchase" not in dict(choices)


# --- The form


def test_a_purchase_is_written_and_published_on_one_page() -> None:
    _joki, owner = town()
    client = signed_in(owner)
    assert client.get(reverse("purchase_new")).status_code == 200
    answers = [client.post(reverse("purchase_new"), filled()).headers["Location"] for _press in range(2)]
    one = Opportunity.objects.get()
    assert answers == [one.get_absolute_url()] * 2
    assert (one.kind, one.state, one.purchase.notice_url) == ("purchase", "open", "https://hankintailmoitukset.fi/1")
    assert one.purchase.questions_until.isoformat() == "2026-03-16T10:00:00+00:00"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"timetable": ""}, "timetable"),
        ({"questions_day": "2026-03-01"}, "questions_day"),
        ({"questions_day": ""}, "questions_day"),
        ({"questions_day": "2026-03-29", "questions_time": "03:30"}, "questions_time"),
        ({"questions_time": "puoli"}, "questions_time"),
        ({"questions_day": "2026-06-01"}, "questions_day"),
        ({"notice_url": "ei osoite"}, "notice_url"),
        ({"last_day": ""}, "last_day"),
        ({"title": ""}, "title"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(changes: dict[str, str], field: str) -> None:
    _joki, owner = town()
    response = signed_in(owner).post(reverse("purchase_new"), filled(**changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Kolmen kyläkoulun" in response.content.decode()
    assert not Opportunity.objects.exists()


def test_themes_are_proposed_without_losing_the_purchases_own_fields() -> None:
    _joki, owner = town()
    response = signed_in(owner).post(reverse("purchase_new"), {**filled(), "publish": "", "propose": "1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="2026-03-16"' in page
    assert "hankintailmoitukset.fi/1" in page
    assert not Opportunity.objects.exists()


def test_the_models_page_leads_to_the_form_and_its_advice_stands_there() -> None:
    load_catalogue(now=NOW)
    _joki, owner = town()
    client = signed_in(owner)
    model = client.get(reverse("model", kwargs={"slug": "responsible-procurement"})).content.decode()
    address = f"{reverse('purchase_new')}?model=responsible-procurement"
    assert address in model
    assert client.get(address).context["model"].slug == "responsible-procurement"


def test_an_edit_is_a_dated_line_on_the_page() -> None:
    scene = Scene()
    client = signed_in(scene.owner)
    edit = at(scene, "opportunity_edit")
    stamp = client.get(edit).context["form"].fields["stamp"].initial
    sent = filled(stamp=stamp, save="1", timetable="Tarjouspyyntö jo kesällä.", questions_day="2026-03-20")
    assert client.post(edit, sent).status_code == 302
    page = Client().get(scene.one.get_absolute_url()).content.decode()
    assert "Tarjouspyyntö syksyllä, sopimus tammikuusta." in page
    assert "Tarjouspyyntö jo kesällä." in page
    assert "20.3.2026" in page
    assert client.post(edit, sent).status_code == 422  # the stamp is of an older page


# --- Who asked never leaks


def test_nothing_that_others_get_says_who_asked() -> None:
    scene = Scene()
    waits, declined = scene.ask("Vielä yksi?"), scene.ask("Kolmas?")
    answer(scene.ask(), scene.owner)
    questions.decline(question=declined, why="Muu asia.", by=scene.owner, now=NOW)
    questions.follow(opportunity=scene.one, by=scene.other, now=NOW)
    mail.outbox.clear()
    deliver_due(now=NOW + timedelta(days=2))
    said: dict[str, str] = {}
    public = at(scene, "purchase_record"), at(scene, "purchase_record_file", ending="csv")
    for who, client in clients(scene).items():
        if who == ASKER:
            continue
        addresses = [scene.one.get_absolute_url(), *public, reverse("notifications") if who != VISITOR else "/fi/"]
        if who in MANAGES:
            addresses += [waits.get_absolute_url(), reverse("opportunities_own"), at(scene, "opportunity_edit")]
        for address in addresses:
            said[f"{who} {address}"] = client.get(address, follow=True).content.decode()
        book = client.get(at(scene, "purchase_record_file", ending="xlsx")).content
        said[f"{who} xlsx"] = str(list(sheet(book)))
    for letter in mail.outbox:
        if letter.to != [scene.asker.email]:
            said[f"mail to {letter.to}"] = f"{letter.subject} {letter.body} {getattr(letter, 'alternatives', [])}"
    said["export of the owner"] = str(export_data(user=scene.owner, now=NOW))
    for where, text in said.items():
        found = [word for word in ("Kuljetus Virta", "virta.example", "1234567-1", scene.firm.slug) if word in text]
        assert not found, (where, found)
    told = [text for where, text in said.items() if where.startswith("mail")]
    assert any("Vielä yksi?" in text for text in told)  # the letters are those of this purchase


# --- The event


def test_an_event_and_its_purchase_lead_to_each_other() -> None:
    joki, owner = town()
    plan = events.EventPlan(
        {"fi": "Kuljetusten vuoropuhelu"}, NOW + timedelta(days=5), NOW + timedelta(days=5, hours=2),
        kind=Event.Kind.MARKET_DIALOGUE, place="Kaupungintalo",
    )  # fmt: skip
    event = events.create_event(plan=plan, organiser=joki, by=owner, now=NOW)
    events.publish_event(event=event, by=owner, now=NOW)
    client = signed_in(owner)
    assert (event.pk, str) in [
        (key, type(name)) for key, name in client.get(reverse("purchase_new")).context["form"].fields["event"].choices
    ]
    assert client.post(reverse("purchase_new"), filled(event=event.pk)).status_code == 302
    one = Opportunity.objects.get()
    assert event.get_absolute_url() in Client().get(one.get_absolute_url()).content.decode()
    assert one.get_absolute_url() in Client().get(event.get_absolute_url()).content.decode()


def test_anothers_event_is_no_choice() -> None:
    joki, owner = town()
    other, host = town("Toinen")
    plan = events.EventPlan(
        {"fi": "Muu"}, NOW + timedelta(days=5), NOW + timedelta(days=6), kind=Event.Kind.MARKET_DIALOGUE, place="Sali"
    )
    event = events.create_event(plan=plan, organiser=other, by=host, now=NOW)
    events.publish_event(event=event, by=host, now=NOW)
    assert "event" not in signed_in(owner).get(reverse("purchase_new")).context["form"].fields
    assert buy(joki, owner).purchase.event is None


# --- What it costs


COSTS = [
    (VISITOR, "opportunity", 6),
    (ASKER, "opportunity", 12),
    (OWNER, "opportunity", 17),
    (VISITOR, "purchase_record", 6),
    (OWNER, "purchase_record", 13),
    (OWNER, "opportunities_own", 7),
]


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("who", "name", "wanted"), COSTS)
def test_a_page_costs_the_same_with_one_and_with_three(count: int, who: str, name: str, wanted: int) -> None:
    scene = Scene()
    for n in range(count):
        asked = scene.ask(f"Kysymys {n}?")
        answer(asked, scene.owner)
        questions.correct(question=asked, text=f"Korjaus {n}.", by=scene.owner, now=NOW)
        questions.inform(opportunity=scene.one, text=f"Lisäys {n}.", by=scene.owner, now=NOW)
        scene.ask(f"Odottaa {n}?")
        ask(scene.one, scene.rival, scene.other, f"Muu odottaa {n}?")
    client = clients(scene)[who]
    address = reverse(name) if name == "opportunities_own" else at(scene, name)
    client.get(address)  # what is cached for all is no page's cost
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    assert len(found) == wanted, "\n".join(one["sql"][:150] for one in found.captured_queries)
