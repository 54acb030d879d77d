"""Pages that visitors share: nobody else's page, and never one of a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from core.crowds import drawn_for_all
from events.models import Event
from tests.events.making import make_fair

Ask = Callable[..., str]


@pytest.fixture(autouse=True)
def _shared_for_a_while(settings: Any) -> None:
    settings.VISITORS_PAGE_SECONDS = 60
    caches["pages"].clear()


@pytest.fixture
def ask() -> Ask:
    """The body for a visitor: a counter of how often the page has been drawn, unless `draw` draws another."""
    drawn = 0

    def count(request: HttpRequest) -> HttpResponse:
        nonlocal drawn
        drawn += 1
        return HttpResponse(str(drawn))

    def ask(
        path: str = "/x/", draw: Callable[[HttpRequest], HttpResponse] = count, part: str = "", **cookies: str
    ) -> str:
        request = RequestFactory().get(path, headers={"HX-Request": part} if part else None)
        request.COOKIES.update(cookies)
        return drawn_for_all(draw)(request).content.decode()

    return ask


def test_visitors_share_a_page_of_the_same_address_language_and_appearance(ask: Ask) -> None:
    assert [ask(), ask(), ask("/y/"), ask(theme="dark"), ask(part="true")] == ["1", "1", "2", "3", "4"]
    with translation.override("sv"):
        assert ask() == "5"
    assert ask() == "1"


def test_what_a_browser_sends_at_will_fills_no_cache(ask: Ask) -> None:
    """Neither of what has been shared nor of what limits are counted in."""
    assert ask() == "1"
    assert [ask(theme=f"dark{n}") for n in range(3)] == ["1", "1", "1"]
    assert [ask(part=f"true{n}") for n in range(3)] == ["1", "1", "1"]
    if "Redis" not in settings.CACHES["default"]["BACKEND"]:  # a server of its own is emptied as a whole
        caches["default"].clear()
        assert ask() == "1"
    caches["pages"].clear()
    assert [ask("/x/?page=2"), ask("/x/?page=2"), ask("/x/?&&")] == ["2", "3", "4"]
    assert ask() == "5"


@pytest.mark.parametrize("name", ["sessionid", CookieStorage.cookie_name])
def test_who_has_a_session_or_a_message_gets_a_page_of_their_own(ask: Ask, name: str) -> None:
    assert [ask(), ask(**{name: "x"}), ask(**{name: "x"}), ask()] == ["1", "2", "3", "1"]


def test_a_page_with_a_token_or_a_cookie_or_of_something_missing_is_not_kept(ask: Ask) -> None:
    def with_cookie(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("secret")
        response.set_cookie("one", "x")
        return response

    others = (
        lambda request: HttpResponse('<input name="csrfmiddlewaretoken" value="x">'),
        with_cookie,
        lambda request: HttpResponse("gone", status=404),
        lambda request: HttpResponse("{}", content_type="application/json"),
    )
    for draw in others:
        ask(draw=draw)
        cached = ask()
        assert cached.isdigit()
        caches["pages"].clear()


def test_nothing_is_shared_where_the_installation_says_so(ask: Ask, settings: Any) -> None:
    settings.VISITORS_PAGE_SECONDS = 0
    assert [ask(), ask()] == ["1", "2"]


@pytest.mark.django_db
def test_an_events_page_is_drawn_once_for_visitors_and_at_once_anew_for_the_host() -> None:
    fair = make_fair()
    address = fair.event.get_absolute_url()
    visitor, host = Client(), Client()
    host.force_login(fair.host)
    first = visitor.get(address)
    assert not first.cookies
    Event.objects.filter(pk=fair.event.pk).update(title_fi="Uusi nimi", title_sv="", title_en="")
    assert Client().get(address).content == first.content
    assert "Uusi nimi" in host.get(address).content.decode()
    caches["pages"].clear()
    assert "Uusi nimi" in Client().get(address).content.decode()
