"""The record of a market dialogue: as a table and on paper, to its own people and to others."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from opportunities.services import questions

from .making import NOW, close, company, publish
from .purchasing import ANSWER, QUESTION, TITLE, Scene, answer, at, sheet, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "index")]


def cells(client: Client, scene: Scene, query: str = "") -> list[list[str]]:
    response = client.get(at(scene, "purchase_record_file", ending="csv") + query)
    assert response.headers["Content-Disposition"].endswith('.csv"')
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_the_record_has_all_that_was_said_and_to_others_only_what_is_public() -> None:
    scene = Scene(notice_url="https://hilma.example.fi/1")
    public = scene.ask()
    scene.ask("Odottava?")
    answer(public, scene.owner)
    questions.correct(question=public, text="Myös vety.", by=scene.owner, now=NOW + timedelta(hours=1))
    questions.inform(opportunity=scene.one, text="=2+3", by=scene.owner, now=NOW)
    questions.decline(question=scene.ask("Hylätty?"), why="Muu asia.", by=scene.owner, now=NOW)
    private = ("Odottava?", "Hylätty?", "Muu asia.")
    for client, query, whole in (
        (signed_in(scene.owner), "", True),
        (signed_in(scene.owner), "?public=1", False),
        (signed_in(scene.asker), "", False),
        (Client(), "", False),
    ):
        table = cells(client, scene, query)
        everything = str(table)
        assert all(text in everything for text in (QUESTION, ANSWER, "Myös vety.", "hilma.example.fi", "2.3.2026"))
        assert "'=2+3" in everything  # no cell is a formula
        assert {len(line) for line in table} == {6}
        page = client.get(at(scene, "purchase_record") + query).content.decode()
        for text in private:
            assert (text in everything) is whole, (text, query)
            assert (text in page) is whole, (text, query)
        assert QUESTION in page
    book = Client().get(at(scene, "purchase_record_file", ending="xlsx")).content
    assert [len(row) for row in sheet(book)] == [6] * len(cells(Client(), scene))


def paper(client: Client, scene: Scene, query: str = "") -> str:
    response = client.get(at(scene, "purchase_record_file", ending="pdf") + query)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].endswith('.pdf"')
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(response.content)).pages)


def test_a_script_that_draws_the_record_is_stopped_and_tables_are_not(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"record": "2/m/ip"}
    scene, client = Scene(), Client()
    drawn = [client.get(at(scene, "purchase_record_file", ending="pdf")).status_code for _n in range(3)]
    assert drawn == [200, 200, 429]
    assert client.get(at(scene, "purchase_record_file", ending="csv")).status_code == 200


def test_the_record_on_paper_has_the_same_and_to_others_only_what_is_public() -> None:
    scene = Scene(notice_url="https://hilma.example.fi/1")
    answer(scene.ask(), scene.owner)
    scene.ask("Odottava?")
    questions.decline(question=scene.ask("Hylätty?"), why="Muu asia.", by=scene.owner, now=NOW)
    private = ("Odottava?", "Hylätty?", "Muu asia.")
    for client, query, whole in (
        (signed_in(scene.owner), "", True),
        (signed_in(scene.owner), "?public=1", False),
        (signed_in(scene.asker), "", False),
        (Client(), "", False),
    ):
        text = paper(client, scene, query)
        assert all(one in text for one in (scene.one.title, QUESTION, ANSWER, "hilma.example.fi", "2.3.2026"))
        assert [one in text for one in private] == [whole] * 3, query


@pytest.mark.parametrize("end", ["closed", "ended"])
def test_when_it_is_over_the_page_leads_to_the_record(clock: Any, end: str) -> None:
    scene = Scene()
    answer(scene.ask(), scene.owner)
    if end == "closed":
        close(scene.one, scene.owner)
    else:
        clock.move_to(scene.one.closes_at)
    gone = Client().get(scene.one.get_absolute_url())
    assert gone.status_code == 410
    assert at(scene, "purchase_record") in gone.content.decode()
    assert ANSWER in Client().get(at(scene, "purchase_record")).content.decode()
    assert TITLE not in Client().get(reverse("market")).content.decode()
    assert Client().get(at(scene, "purchase_ask")).status_code == 302


def test_of_other_needs_that_are_over_nothing_is_told() -> None:
    firm, owner = company("Saha")
    one = publish(firm, owner)
    close(one, owner)
    gone = Client().get(one.get_absolute_url())
    assert "record" not in gone.content.decode()
