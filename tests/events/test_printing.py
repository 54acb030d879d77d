"""Who gets which papers."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import ProfileTheme, User
from events.models import Event, Registration
from events.queries import printing as queries
from themes.models import Theme

from .asking import make_question, make_ticket
from .making import EVENT_DAY, NOW, make_event, make_user, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def event(anu: User) -> Event:
    return make_event(anu)


def url(name: str, event: Event) -> str:
    return reverse(name, kwargs={"slug": event.slug})


def text_of(response: Any) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages).split())


def test_badges_are_of_those_with_a_seat(client: Client, event: Event, anu: User) -> None:
    ticket = make_ticket(event, anu)
    with_ticket, without = register(event, "Kävijä", ticket=ticket), register(event, "Puhuja")
    register(event, "Jonottaja", state="waiting")
    theme = Theme.objects.create(slug="puu", name_fi="Puurakentaminen", state=Theme.State.ACTIVE)
    ProfileTheme.objects.create(tag=theme, content_object=with_ticket.profile)
    client.force_login(anu)
    response = client.get(url("event_badges", event), {"layout": "95x65"})
    assert response["Content-Type"] == "application/pdf"
    said = text_of(response)
    assert "Kävijä Henkilö" in said
    assert "Puhuja Henkilö" in said
    assert "Puurakentaminen" in said
    assert "Jonottaja" not in said
    some = text_of(client.get(url("event_badges", event), {"layout": "95x65", "ticket": str(ticket.pk)}))
    assert without.user.name not in some
    odds: list[dict[str, str]] = [{"layout": "1x1"}, {"layout": "95x65", "ticket": "999"}, {}]
    for odd in odds:
        assert client.get(url("event_badges", event), odd).status_code == 404


def test_names_that_cannot_be_printed_are_told(client: Client, event: Event, anu: User) -> None:
    one = register(event, "Li")
    User.objects.filter(pk=one.user_id).update(name="李小龍")
    client.force_login(anu)
    page = client.get(url("event_printing", event)).content.decode()
    assert "李小龍" in page
    assert queries.not_printable(event)[0][1] == "李小龍"


def test_a_certificate_is_only_for_one_who_was_checked_in(client: Client, event: Event, anu: User) -> None:
    came, stayed = register(event, "Tulija"), register(event, "Poisjäänyt")
    client.force_login(anu)
    assert client.get(url("event_certificates", event)).status_code == 404
    Registration.objects.filter(pk=came.pk).update(checked_in_at=EVENT_DAY)
    said = text_of(client.get(url("event_certificates", event)))
    assert "Tulija Henkilö" in said
    assert "Poisjäänyt" not in said
    assert event.title in said
    after = event.ends_at + timedelta(minutes=1)
    for one, moment, status in (
        (came, NOW, 404),
        (came, after, 200),
        (stayed, after, 404),
    ):
        client.force_login(one.user)
        with time_machine.travel(moment, tick=False):
            assert client.get(url("own_certificate", event)).status_code == status
            page = client.get(url("event_registration", event)).content.decode()
        assert (url("own_certificate", event) in page) is (status == 200)


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "1 tunti"), (6, "6 tuntia"), (1.5, "1,5 tuntia"), (0.1, "0,5 tuntia"), (30, "2 päivää")]
)
def test_how_long_it_was(anu: User, hours: float, said: str) -> None:
    event = make_event(anu, ends_at=EVENT_DAY + timedelta(hours=hours))
    one = register(event, "Tulija", checked_in_at=EVENT_DAY)
    assert dict(queries.certificate(one, now=NOW).facts)["Kesto"] == said


@pytest.mark.parametrize(
    "name",
    ["event_printing", "event_names", "event_badges", "event_certificates", "event_participants_book"],
)
def test_only_the_host(client: Client, event: Event, anu: User, name: str) -> None:
    guest = register(event, "Tulija", checked_in_at=EVENT_DAY)
    assert client.get(url(name, event)).status_code == 302
    for other in (guest.user, make_user()):
        client.force_login(other)
        assert client.get(url(name, event), {"layout": "95x65"}).status_code == 403
    client.force_login(anu)
    assert client.get(url(name, event), {"layout": "95x65"}).status_code == 200


def test_the_workbook_runs_no_formula(client: Client, event: Event, anu: User) -> None:
    question = make_question(event, anu)
    one = register(event, "=HYPERLINK(1)")
    one.answers.create(question=question, value="=1+1\x07")
    client.force_login(anu)
    book = load_workbook(BytesIO(client.get(url("event_participants_book", event)).content))
    rows = list(book.worksheets[0].iter_rows())
    assert [cell.value for cell in rows[1]][:2] == ["=HYPERLINK(1) Oy", "=HYPERLINK(1) Henkilö"]
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    assert rows[1][-1].value == "=1+1"


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same(
    client: Client, event: Event, anu: User, count: int, django_assert_num_queries: Any
) -> None:
    for n in range(count):
        register(event, f"Vieras{n}", checked_in_at=EVENT_DAY)
    client.force_login(anu)
    wanted = {"event_names": 12, "event_printing": 18, "event_badges": 8, "event_certificates": 6}
    for name, queries_ in wanted.items():
        client.get(url(name, event), {"layout": "95x65"})
        with django_assert_num_queries(queries_):
            client.get(url(name, event), {"layout": "95x65"})


def test_a_script_that_prints_is_stopped(client: Client, event: Event, anu: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"print": "3/m/user"}
    register(event, "Tulija")
    client.force_login(anu)
    answers = [client.get(url("event_badges", event), {"layout": "95x65"}).status_code for _n in range(4)]
    assert answers == [200] * 3 + [429]
