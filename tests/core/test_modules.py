"""What an installation does without: of it there is nothing, and all is there again when it is switched on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from accounts.models import User
from conversations.services.common import MESSAGE
from core import modules
from core.models import AuditEvent
from core.queries import installation
from notifications.models import Notification
from notifications.services import notify
from tests.factories.people import NOW, make_user

pytestmark = pytest.mark.django_db

ALL = {"matching", "events", "networks", "conversations", "catalogue"}


@pytest.fixture
def keeper() -> User:
    return make_user("Kaija", is_coordinator=True)


def switch_off(*keys: str, by: Any = None) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        modules.set_modules(on=ALL - set(keys), by=by, now=NOW)


@pytest.mark.parametrize(
    ("off", "gone"),
    [
        (["networks"], ["networks"]),
        (["networks", "events"], ["networks", "events", "event_new"]),
        (["matching"], ["suggestions"]),
        (["conversations"], ["messages"]),
        (["catalogue"], ["models"]),
    ],
)
def test_its_pages_are_gone_and_the_menu_has_none_of_them(
    client: Client, keeper: User, off: list[str], gone: list[str]
) -> None:
    client.force_login(keeper)
    addresses = [reverse(name) for name in gone]
    assert all(client.get(address).status_code == 200 for address in addresses)
    switch_off(*off)
    for page in (reverse("home"), reverse("directory"), reverse("desk")):
        text = client.get(page).content.decode()
        assert not [address for address in addresses if f'href="{address}"' in text]
    assert {client.get(address).status_code for address in addresses} == {404}
    switch_off()
    assert all(client.get(address).status_code == 200 for address in addresses)


def test_it_tells_nobody_anything(keeper: User) -> None:
    switch_off("conversations")
    assert notify(MESSAGE, keeper, {}, key="1", now=NOW) == []
    assert not Notification.objects.exists()


def test_what_another_stands_on_stays_or_both_go() -> None:
    with pytest.raises(modules.NeedsAnother) as told:
        switch_off("events")
    assert told.value.field == "on"
    assert installation().modules_off == []


def test_what_was_switched_is_written_down(keeper: User) -> None:
    switch_off("catalogue", by=keeper)
    assert AuditEvent.objects.get(action="installation.changed").by == keeper


def test_the_keeper_switches_on_the_page_and_nobody_else(client: Client, keeper: User) -> None:
    page = reverse("modules")
    assert client.get(page).status_code == 403
    client.force_login(make_user("Muu"))
    assert client.post(page, {"on": []}).status_code == 403
    client.force_login(keeper)
    assert client.post(page, {"on": ["networks", "catalogue"]}).status_code == 422
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post(page, {"on": sorted(ALL - {"matching"})}).status_code == 302
    assert not modules.is_on("matching.views.needs")
    assert modules.is_on("accounts")
