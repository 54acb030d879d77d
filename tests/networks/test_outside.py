"""A network on another site: the card and the data tell what a visitor sees, and nothing more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Profile
from events.models import Event
from networks.models import Membership, Network
from tests.factories.people import NOW, make_user

from .gathering import Gathering, make_gathering

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped")]

WAYS = ("network_embed", "network_public")


@pytest.fixture
def stopped() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def town() -> Gathering:
    return make_gathering(3, purpose_fi="Puun tekijät.")


def url(town: Gathering, name: str) -> str:
    return reverse(name, args=[town.network.slug])


def told(town: Gathering, client: Client) -> str:
    """Both ways together."""
    return "".join(client.get(url(town, name)).content.decode() for name in WAYS)


def test_the_data_has_its_fields(town: Gathering, client: Client) -> None:
    town.plan(1, themes=["Hake"])
    data = client.get(url(town, "network_public")).json()
    assert url(town, "network_public") == f"/networks/{town.network.slug}/public.json"
    assert data["network"]["name"] == {"fi": "Puuverkosto"}
    assert data["network"]["purpose"] == {"fi": "Puun tekijät."}
    assert data["network"]["url"]["sv"] == f"{settings.SITE_URL}/sv/networks/{town.network.slug}/"
    assert [one["name"] for one in data["members"]] == [{"fi": f"Yritys {n}"} for n in range(3)]
    [meeting] = data["meetings"]
    assert meeting["title"] == {"fi": "Puuverkosto: Hake"}
    assert (meeting["starts_at"], meeting["ends_at"]) == ("2026-03-12T07:00:00Z", "2026-03-12T09:00:00Z")
    assert set(data["members"][0]) == {"name", "kind", "municipality", "url"}
    assert set(meeting) == {"title", "starts_at", "ends_at", "mode", "place", "municipality", "url"}


def test_the_card_names_members_and_meetings(town: Gathering, client: Client) -> None:
    town.plan(1, themes=["Hake"])
    card = client.get(url(town, "network_embed")).content.decode()
    for said in ("Puuverkosto: Hake", "Yritys 0", "Keskuskatu 1", "Puun tekijät."):
        assert said in card


@pytest.mark.parametrize(
    "change",
    [
        {"visibility": Network.Visibility.MEMBERS},
        {"visibility": Network.Visibility.HIDDEN},
        {"state": Network.State.DRAFT, "started_at": None},
    ],
)
def test_of_a_network_that_is_not_for_all_there_is_nothing(town: Gathering, client: Client, change: Any) -> None:
    Network.objects.filter(pk=town.network.pk).update(**change)
    for person in (None, town.users[0], town.anu, make_user(is_coordinator=True)):
        if person is not None:
            client.force_login(person)
        for name in WAYS:
            answer = client.get(url(town, name))
            assert answer.status_code == 404
            assert "Access-Control-Allow-Origin" not in answer
            assert b"Puuverkosto" not in answer.content
    page = client.get(town.network.get_absolute_url()).content.decode()
    assert "own-site" not in page, "and no panel that offers it"


def test_a_hidden_member_and_those_who_are_none_are_not_told(town: Gathering, client: Client) -> None:
    Profile.objects.filter(pk=town.members[0].profile_id).update(visibility=Profile.Visibility.HIDDEN)
    Profile.objects.filter(pk=town.members[1].profile_id).update(status=Profile.Status.DRAFT)
    said = told(town, client)
    assert "Yritys 2" in said
    for hidden in ("Yritys 0", "Yritys 1"):
        assert hidden not in said
    for state in set(Membership.State.values) - set(Membership.STANDING):
        Membership.objects.filter(pk=town.members[2].pk).update(state=state)
        assert "Yritys 2" not in told(town, client), state


def test_meetings_of_the_circle_of_groups_drafts_and_past_ones_are_not_told(town: Gathering, client: Client) -> None:
    town.plan(1, group=town.group(0), themes=["Ryhmän"])
    names = ("Jäsenten", "Peruttu", "Luonnos", "Mennyt", "Avoin")
    made = dict(zip(names, town.plan(5, themes=list(names)), strict=True))

    def change(name: str, **fields: Any) -> None:
        Event.objects.filter(pk=made[name].event_id).update(**fields)

    change("Jäsenten", audience=Event.Audience.CIRCLE)
    change("Peruttu", state=Event.State.CANCELLED)
    change("Luonnos", state=Event.State.DRAFT)
    change("Mennyt", starts_at=NOW - timedelta(hours=3), ends_at=NOW)
    said = told(town, client)
    assert "Puuverkosto: Avoin" in said
    for hidden in ("Ryhmän", "Jäsenten", "Peruttu", "Luonnos", "Mennyt"):
        assert hidden not in said


def test_both_are_the_same_whoever_looks_and_have_nothing_to_press(town: Gathering, client: Client) -> None:
    town.plan(1)
    Event.objects.update(online_url="https://kokous.example.fi/salainen", mode="both")
    before = [client.get(url(town, name)).content for name in WAYS]
    for person in (town.users[0], town.anu, make_user(is_coordinator=True)):
        client.force_login(person)
        answers = [client.get(url(town, name)) for name in WAYS]
        assert [one.content for one in answers] == before
        assert not any(one.cookies for one in answers)
    for part in (b"<form", b"<script", b"kokous.example.fi", b"Anu"):
        assert part not in before[0] + before[1]


def test_a_hostile_name_is_only_a_name(town: Gathering, client: Client) -> None:
    hostile = "</title></textarea><script>alert(1)</script>\"'"
    Profile.objects.filter(pk=town.members[0].profile_id).update(name_fi=hostile)
    Network.objects.update(name_fi=hostile, purpose_fi=hostile)
    Event.objects.update(title_fi=hostile)
    card = client.get(url(town, "network_embed")).content.decode()
    assert "<script" not in card
    assert "&lt;script&gt;" in card
    data = client.get(url(town, "network_public"))
    assert data["Content-Type"] == "application/json; charset=utf-8"
    assert data["X-Content-Type-Options"] == "nosniff"
    assert data.json()["network"]["name"]["fi"] == hostile
    client.force_login(town.anu)
    page = client.get(town.network.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "title=&quot;&amp;lt;/title" in page, "what is pasted is a name in its attribute too"


def test_only_the_card_may_be_framed(town: Gathering, client: Client) -> None:
    card = client.get(url(town, "network_embed"))
    assert "X-Frame-Options" not in card
    assert "frame-ancestors *" in card["Content-Security-Policy"]
    assert "'unsafe-inline'" not in card["Content-Security-Policy"]
    client.force_login(town.anu)
    for name in ("network", "network_members", "network_wheel", "network_meetings", "network_edit", "network_public"):
        page = client.get(url(town, name))
        assert page.status_code == 200
        assert page["X-Frame-Options"] == "DENY", name
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"], name
        assert ("Access-Control-Allow-Origin" in page) is (name == "network_public")


@pytest.mark.parametrize("name", WAYS)
def test_what_has_not_changed_is_not_sent_again(town: Gathering, client: Client, name: str) -> None:
    first = client.get(url(town, name))
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get(url(town, name), headers={"If-None-Match": f'W/{first["ETag"]}, "other"'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"]
    assert ("Access-Control-Allow-Origin" in again) is (name == "network_public")
    Profile.objects.filter(pk=town.members[0].profile_id).update(name_fi="Uusi Oy")
    changed = client.get(url(town, name), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert client.post(url(town, name)).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("network_embed", 3), ("network_public", 3)])
def test_both_cost_the_same_however_many(
    client: Client, name: str, queries: int, count: int, django_assert_num_queries: Any
) -> None:
    town = make_gathering(count)
    town.plan(count)
    client.get(url(town, name))
    with django_assert_num_queries(queries):
        client.get(url(town, name))


def test_the_coordinator_is_told_what_to_paste(town: Gathering, client: Client) -> None:
    page = town.network.get_absolute_url()
    for person, sees in ((None, False), (town.users[0], False), (town.anu, True)):
        if person is not None:
            client.force_login(person)
        shown = client.get(page).content.decode()
        assert (f"&lt;iframe src=&quot;{settings.SITE_URL}{url(town, 'network_embed')}&quot;" in shown) is sees
        assert (f'value="{settings.SITE_URL}{url(town, "network_public")}"' in shown) is sees
