"""The pages: one client test each, the bad days, and what a list costs."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Profile, User
from conversations.models import Conversation, Side
from opportunities.models import Answer, Opportunity
from opportunities.services import answering

from .making import NEED, NOW, TODAY, add_person, close, company, draft, make_theme, make_user, publish, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "index")]
State = Opportunity.State


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "direction": "offer",
        "kind": "side_stream",
        "title": "Kutterinlastua noudettavaksi",
        "text": "Höyläämöltä jää kuivaa kutterinlastua kaksi kuutiota viikossa.",
        "visibility": "public",
        "last_day": (TODAY + timedelta(days=30)).isoformat(),
        "municipality": "426",
        "once": "sama",
        "publish": "1",
        **changes,
    }


def office_with_macros() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    return out.getvalue()


# --- The form


def test_one_is_written_and_published_on_one_page() -> None:
    _mill, owner = company("Saha")
    theme = make_theme()
    client = signed_in(owner)
    assert client.get(reverse("opportunity_new")).status_code == 200
    response = client.post(reverse("opportunity_new"), filled(themes=[theme.pk], pay="2 300,50 €", reward="Ilmaiseksi"))
    made = Opportunity.objects.get()
    assert response.headers["Location"] == made.get_absolute_url()
    assert (made.state, made.municipality, str(made.pay)) == (State.OPEN, "426", "2300.50")
    assert list(made.themes.all()) == [theme]


def test_a_double_sent_form_makes_one() -> None:
    _mill, owner = company("Saha")
    client = signed_in(owner)
    answers = [client.post(reverse("opportunity_new"), filled()).headers["Location"] for _n in range(2)]
    assert answers[0] == answers[1]
    assert Opportunity.objects.count() == 1


@pytest.mark.parametrize("pay", ["12 €/h", "kaksi tonnia", "-5", "1e4", "2.300,50", "99999999"])
def test_pay_in_a_wrong_format_is_told_at_its_field_and_nothing_is_lost(pay: str) -> None:
    _mill, owner = company("Saha")
    response = signed_in(owner).post(reverse("opportunity_new"), filled(pay=pay, reward="Sovitaan"))
    page = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["pay"]
    assert f'value="{pay}"' in page
    assert 'value="Sovitaan"' in page
    assert "Höyläämöltä jää" in page
    assert not Opportunity.objects.exists()


@pytest.mark.parametrize("name", ["tarjous.docx", "tarjous.docm", "tarjous.pdf"])
def test_a_file_with_macros_is_refused_by_its_content(name: str) -> None:
    _mill, owner = company("Saha")
    upload = SimpleUploadedFile(name, office_with_macros())
    response = signed_in(owner).post(reverse("opportunity_new"), filled(attachments=[upload]))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["attachments"]
    assert name in response.content.decode()
    assert not Opportunity.objects.exists()


def test_themes_are_proposed_from_the_text_without_saving() -> None:
    _mill, owner = company("Saha")
    theme = make_theme("kutterinlastu", synonyms_fi=["kutterinlastu"])
    client = signed_in(owner)
    response = client.post(reverse("opportunity_new"), {**filled(pay="vinossa"), "publish": "", "propose": "1"})
    form = response.context["form"]
    assert response.status_code == 200
    assert not form.is_bound
    assert form.initial["themes"] == [theme.pk]
    assert 'value="vinossa"' in response.content.decode()
    assert not Opportunity.objects.exists()


def test_a_stale_form_is_refused_and_a_second_press_saves() -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner)
    client = signed_in(owner)
    address = reverse("opportunity_edit", kwargs={"pk": made.pk})
    stamp = client.get(address).context["form"]["stamp"].value()
    Opportunity.objects.filter(pk=made.pk).update(version=made.version + 1, title="Muutettu muualla")
    sent = filled(stamp=stamp, title="Minun otsikkoni", save="1")
    response = client.post(address, sent)
    assert response.status_code == 422
    assert "Minun otsikkoni" in response.content.decode()
    again = client.post(address, {**sent, "stamp": response.context["form"].data["stamp"]})
    assert again.status_code == 302
    assert Opportunity.objects.get().title == "Minun otsikkoni"


def test_only_owners_and_editors_see_the_form() -> None:
    mill, owner = company("Saha")
    made = draft(mill, owner)
    member = add_person(mill, make_user("Jäsen"))
    edit = reverse("opportunity_edit", kwargs={"pk": made.pk})
    assert signed_in(member).get(reverse("opportunity_new")).status_code == 403
    assert signed_in(member).get(edit).status_code == 403
    assert signed_in(make_user()).get(edit).status_code == 404
    assert Client().get(reverse("opportunity_new")).status_code == 302
    nobody = signed_in(make_user()).get(reverse("opportunity_new"))
    assert reverse("join") in nobody.content.decode()
    assert nobody.content.decode().count("<h1") == 1


def test_the_new_one_is_for_the_profile_that_is_chosen() -> None:
    _first, owner = company("Saha")
    second = make_profile_of(owner, "Toinen Oy")
    client = signed_in(owner)
    client.post(f"{reverse('opportunity_new')}?for={second.slug}", filled())
    assert Opportunity.objects.get().profile == second
    assert client.get(f"{reverse('opportunity_new')}?for=vieras").status_code == 404


def make_profile_of(owner: User, name: str) -> Profile:
    from .making import make_profile

    return make_profile(name, by=owner)


# --- Presses


def test_publish_renew_close_and_discard() -> None:
    mill, owner = company("Saha")
    made, unwanted = draft(mill, owner), draft(mill, owner)
    client = signed_in(owner)

    def address(name: str, one: Opportunity = made) -> str:
        return reverse(f"opportunity_{name}", kwargs={"pk": one.pk})

    client.post(address("publish"))
    client.post(address("renew"), {"own": "1"})
    made.refresh_from_db()
    assert (made.state, made.last_day) == (State.OPEN, TODAY + timedelta(days=60))
    assert client.get(address("close")).status_code == 200
    assert client.post(address("close"), {}).status_code == 422
    client.post(address("close"), {"outcome": "elsewhere"})
    made.refresh_from_db()
    assert (made.state, made.outcome) == (State.CLOSED, "elsewhere")
    for _press in range(2):
        assert client.post(address("discard", unwanted)).status_code == 302
    assert list(Opportunity.objects.all()) == [made]
    for name in ("publish", "renew", "discard"):
        assert client.get(address(name)).status_code == 405


def test_ones_own_stand_in_every_state() -> None:
    mill, owner = company("Saha")
    draft(mill, owner, title="Luonnosteltu")
    publish(mill, owner, title="Auki oleva")
    publish(mill, owner, title="Itsestään päättynyt", now=NOW - timedelta(days=50), last_day=TODAY - timedelta(days=5))
    close(publish(mill, owner, title="Suljettu pois"), owner)
    response = signed_in(owner).get(reverse("opportunities_own"))
    found = response.context["found"]
    assert [one.title for one in (*found.drafts, *found.open, *found.ended, *found.closed)] == [
        "Luonnosteltu", "Auki oleva", "Itsestään päättynyt", "Suljettu pois",
    ]  # fmt: skip


def test_a_coordinator_takes_down_from_the_page() -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner)
    host = signed_in(make_user("Kaisa", is_coordinator=True))
    address = reverse("opportunity_take_down", kwargs={"pk": made.pk})
    assert address in host.get(made.get_absolute_url()).content.decode()
    assert host.post(address, {"why": ""}).status_code == 422
    host.post(address, {"why": "Mainos."})
    assert signed_in(owner).get(address).status_code == 403
    assert "Mainos." in signed_in(owner).get(made.get_absolute_url()).content.decode()
    assert Client().get(made.get_absolute_url()).status_code == 404


# --- Answering


def test_an_answer_leads_to_the_conversation_with_it_at_its_head() -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    made = publish(mill, owner)
    client = signed_in(rider)
    address = reverse("opportunity_answer", kwargs={"pk": made.pk})
    assert client.get(address).status_code == 200
    sent = {"text": "Otamme kaiken.", "token": "yksi"}
    client.post(address, sent)
    response = client.post(address, sent)
    assert response.status_code == 302
    assert Answer.objects.get().profile == stable
    talk = client.get(response.headers["Location"])
    assert made.title in talk.content.decode()
    theirs = signed_in(owner).get(reverse("conversation", kwargs={"pk": Conversation.objects.get().pk}))
    assert made.get_absolute_url() in theirs.content.decode()
    assert "Talli Oy" in signed_in(owner).get(made.get_absolute_url()).content.decode()


def test_an_answer_that_cannot_be_sent_keeps_its_words() -> None:
    mill, owner = company("Saha")
    _stable, rider = company("Talli")
    made = publish(mill, owner)
    response = signed_in(rider).post(reverse("opportunity_answer", kwargs={"pk": made.pk}), {"text": "x" * 601})
    assert response.status_code == 422
    assert "x" * 601 in response.content.decode()
    assert not Answer.objects.exists()


def test_of_one_that_was_taken_down_a_conversation_says_nothing() -> None:
    from opportunities.services import opportunities as services

    mill, owner = company("Saha")
    stable, rider = company("Talli")
    made = publish(mill, owner)
    answering.answer(opportunity=made, profile=stable, text="Otamme.", by=rider, now=NOW)
    host = make_user("Kaisa", is_coordinator=True)
    services.take_down(opportunity=made, why="Mainos.", by=host, now=NOW)
    side = Side.objects.get(profile=stable)
    page = signed_in(rider).get(reverse("conversation", kwargs={"pk": side.conversation_id}))
    assert made.title not in page.content.decode()


def test_who_has_no_profile_or_no_account_is_led_to_one() -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner)
    address = reverse("opportunity_answer", kwargs={"pk": made.pk})
    assert Client().get(address).status_code == 302
    assert signed_in(make_user()).get(address).status_code == 200
    assert signed_in(owner).get(address).headers["Location"] == made.get_absolute_url()


# --- What a page costs


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("rows", [1, 3])
def test_the_market_costs_the_same_however_many_there_are(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    theme = make_theme()
    for n in range(rows):
        profile, owner = company(f"Saha {n}")
        publish(profile, owner, themes=(theme,))
    client = Client()
    client.get(reverse("market"))
    with django_assert_num_queries(5):
        client.get(reverse("market"))
    with django_assert_num_queries(6):
        client.get(reverse("market") + "?direction=offer")


@pytest.mark.usefixtures("bare_masthead")
def test_pages_cost_the_same() -> None:
    """With one of everything and with three."""
    mill, owner = company("Saha")
    theme = make_theme()
    made = publish(mill, owner, themes=(theme,))
    client, visitor = signed_in(owner), Client()
    own = reverse("opportunities_own")
    asked: list[list[int]] = []
    for turn in (1, 2):
        for n in range(turn):
            other, rider = company(f"Talli {turn} {n}")
            publish(other, rider, themes=(theme,), **NEED)
            answering.answer(opportunity=made, profile=other, text="Otamme.", by=rider, now=NOW)
            if turn == 2:
                publish(mill, owner, themes=(theme,))
        work()
        asked.append([])
        for who, address in (
            (client, own), (client, made.get_absolute_url()), (visitor, made.get_absolute_url()),
            (visitor, mill.get_absolute_url()), (client, reverse("market")),
        ):  # fmt: skip
            who.get(address)
            with CaptureQueriesContext(connection) as found:
                who.get(address)
            asked[-1].append(len(found))
    assert asked[0] == asked[1]
    assert asked[0][0] == 6
