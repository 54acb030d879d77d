"""The members as a file for spreadsheets."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Profile
from networks.models import Network
from networks.queries.members import table_of
from networks.services import memberships
from tests.factories.people import NOW, make_user

from .gathering import make_gathering

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3])
def test_it_says_who_is_in_it_what_they_are_in_and_how_often_they_came(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    town = make_gathering(count)
    group = town.group(*range(count))
    held, coming = town.plan(2)
    town.come(held, *range(count), here=True)
    town.come(coming, 0)
    Profile.objects.filter(pk=town.members[0].profile_id).update(name_fi="=Kaava Oy")
    with django_assert_num_queries(4):
        lines = table_of(town.network)
    assert len(lines) == count + 1
    client.force_login(town.anu)
    said = client.get(reverse("network_members_file", args=[town.network.slug, "csv"])).content.decode()
    assert "'=Kaava Oy;" in said
    assert f"{group.name};;1" in said
    book = client.get(reverse("network_members_file", args=[town.network.slug, "xlsx"]))
    sheet = load_workbook(BytesIO(book.content)).active
    assert sheet is not None
    assert sheet.max_row == count + 1


def test_where_invoices_go_stands_in_it_when_there_is_a_fee(client: Client) -> None:
    town = make_gathering(2)
    member = town.members[1]
    details = memberships.InvoiceDetails("Talous", "PL 1", "laskut@example.fi", "0037123", "BAWCFI22", "Viite 7")
    memberships.set_invoice_details(membership=member, details=details, by=town.users[1], now=NOW)
    address = reverse("network_members_file", args=[town.network.slug, "csv"])
    client.force_login(town.anu)
    assert "0037123" not in client.get(address).content.decode(), "nobody is invoiced"
    Network.objects.update(fee="100 € vuodessa")
    said = client.get(address).content.decode().splitlines()
    assert said[0].count(";") == said[1].count(";") == 14
    assert said[2].endswith("Talous;PL 1;laskut@example.fi;0037123;BAWCFI22;Viite 7")
    assert said[1].endswith(";;;;;")
    client.force_login(town.users[1])
    assert client.get(address).status_code == 403, "not even to a member with details of its own"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_it_is_for_those_who_run_the_network(client: Client, ending: str) -> None:
    town = make_gathering(1)
    address = reverse("network_members_file", args=[town.network.slug, ending])
    assert client.get(address).status_code == 302
    client.force_login(town.users[0])
    assert client.get(address).status_code == 403
    Network.objects.update(visibility=Network.Visibility.HIDDEN)
    client.force_login(make_user("Ulkopuolinen"))
    assert client.get(address).status_code == 404
