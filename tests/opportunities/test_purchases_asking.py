"""Asking about a purchase and answering, on its pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from opportunities.models import PurchaseFollower, PurchaseQuestion

from .purchasing import ANSWER, QUESTION, UNTIL, Scene, answer, at, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "index")]


def test_a_question_is_asked_answered_and_read_by_a_visitor() -> None:
    scene = Scene()
    asker, owner, visitor = signed_in(scene.asker), signed_in(scene.owner), Client()
    page = scene.one.get_absolute_url()
    assert asker.post(at(scene, "purchase_ask"), {"text": QUESTION, "once": "k"}).status_code == 302
    assert QUESTION in asker.get(page).content.decode()
    assert QUESTION in owner.get(page).content.decode()
    assert QUESTION not in visitor.get(page).content.decode()
    [asked] = PurchaseQuestion.objects.all()
    assert owner.post(asked.get_absolute_url(), {"text": ANSWER, "answer": "1"}).status_code == 302
    read = visitor.get(page).content.decode()
    assert QUESTION in read
    assert ANSWER in read


def test_after_the_end_the_button_and_the_page_of_asking_are_gone(clock: Any) -> None:
    scene = Scene()
    client, page = signed_in(scene.asker), scene.one.get_absolute_url()
    assert at(scene, "purchase_ask") in client.get(page).content.decode()
    clock.move_to(UNTIL)
    assert at(scene, "purchase_ask") not in client.get(page).content.decode()
    assert client.get(at(scene, "purchase_ask")).status_code == 302
    assert client.post(at(scene, "purchase_ask"), {"text": QUESTION}).status_code == 302
    assert not PurchaseQuestion.objects.exists()


@pytest.mark.parametrize(
    ("press", "sent", "field"), [("answer", {"text": ""}, "form"), ("decline", {"why": ""}, "decline")]
)
def test_an_empty_answer_or_reason_is_told_at_its_field(press: str, sent: dict[str, str], field: str) -> None:
    scene = Scene()
    asked = scene.ask()
    response = signed_in(scene.owner).post(asked.get_absolute_url(), {**sent, press: "1"})
    assert response.status_code == 422
    assert response.context[field].errors
    asked.refresh_from_db()
    assert asked.is_waiting


def test_of_two_answers_the_later_is_told_and_keeps_what_was_typed() -> None:
    scene = Scene()
    asked = scene.ask()
    answer(asked, scene.owner)
    response = signed_in(scene.colleague).post(asked.get_absolute_url(), {"text": "Toinen vastaus.", "answer": "1"})
    page = response.content.decode()
    assert response.status_code == 422
    assert response.context["lost"] in page
    assert ANSWER in page
    assert "Toinen vastaus." in page
    asked.refresh_from_db()
    assert asked.answer == ANSWER


def test_corrections_and_additions_are_pressed_on_their_pages() -> None:
    scene = Scene()
    asked = scene.ask()
    answer(asked, scene.owner)
    owner = signed_in(scene.owner)
    assert owner.post(asked.get_absolute_url(), {"text": "Myös vety.", "correct": "1"}).status_code == 302
    assert owner.post(at(scene, "purchase_add"), {"text": "Kartta tulee.", "once": "k"}).status_code == 302
    assert owner.post(at(scene, "purchase_add"), {"text": ""}).status_code == 422
    read = Client().get(scene.one.get_absolute_url()).content.decode()
    assert all(text in read for text in (ANSWER, "Myös vety.", "Kartta tulee."))


def test_a_question_that_is_declined_is_on_no_page_of_others() -> None:
    scene = Scene()
    asked = scene.ask()
    owner = signed_in(scene.owner)
    assert owner.post(asked.get_absolute_url(), {"why": "Muu asia.", "decline": "1"}).status_code == 302
    assert owner.get(asked.get_absolute_url()).status_code == 302
    assert "Muu asia." in signed_in(scene.asker).get(scene.one.get_absolute_url()).content.decode()
    for client in (Client(), signed_in(scene.other), owner):
        assert "Muu asia." not in client.get(scene.one.get_absolute_url()).content.decode()


def test_ones_own_question_is_taken_back_while_it_waits() -> None:
    scene = Scene()
    asked = scene.ask()
    asker, buyer = signed_in(scene.asker), signed_in(scene.owner)
    address = at(scene, "purchase_withdraw", question=asked.pk)
    page = scene.one.get_absolute_url()
    assert address in asker.get(page).content.decode()
    assert address not in buyer.get(page).content.decode()
    assert address not in signed_in(scene.other).get(page).content.decode()
    assert asker.get(address).status_code == 405
    assert asker.post(address).headers["Location"] == page
    for client in (asker, buyer, Client()):
        assert QUESTION not in client.get(page).content.decode()
    assert asker.post(address).headers["Location"] == page  # a second press
    # The answer that was being written meanwhile is told why it is not needed.
    sent = buyer.post(at(scene, "purchase_question", question=asked.pk), {"text": ANSWER, "answer": "1"}, follow=True)
    assert "perunut" in sent.content.decode()


def test_private_answering_says_why_it_is_closed() -> None:
    scene = Scene()
    response = signed_in(scene.other).post(at(scene, "opportunity_answer"), {"text": "Soitetaanko?"})
    assert response.status_code == 200
    assert f"{scene.one.get_absolute_url()}#dialogue" in response.content.decode()
    assert not scene.one.answers.exists()


def test_following_is_pressed_and_pressed_off() -> None:
    scene = Scene()
    client = signed_in(scene.other)
    client.post(at(scene, "purchase_follow"))
    assert PurchaseFollower.objects.get().user == scene.other
    client.post(at(scene, "purchase_follow"), {"stop": "1"})
    assert not PurchaseFollower.objects.exists()
