"""A person's kept page: given while it is true, to nobody else, and never with what was another moment's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts.models import User
from core.kept import Look, kept_while_true
from core.services import set_installation
from notifications.models import Notification

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
Draw = Callable[[HttpRequest, Look], HttpResponse]


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Any:
    settings.KEPT_PAGE_SECONDS = 86_400
    caches["pages"].clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class Page:
    """Counts how often it is drawn; it lists the person's notices that are not older than the look."""

    def __init__(self) -> None:
        self.drawn = 0

    def draw(self, request: HttpRequest, look: Look) -> HttpResponse:
        self.drawn += 1
        found = Notification.objects.filter(user=request.user.pk, created_at__gt=look.now).order_by("created_at")
        look.changes_at([LATER])
        return HttpResponse(f"{[one.kind for one in found]} {self.drawn} at {look.made}")

    def ask(self, user: Any, path: str = "/x/", draw: Draw | None = None, session: Any = None, **cookies: Any) -> str:
        return self.answer(user, path, draw, session, **cookies).content.decode()

    def answer(
        self, user: Any, path: str = "/x/", draw: Draw | None = None, session: Any = None, **cookies: Any
    ) -> HttpResponse:
        request = RequestFactory().get(path)
        request.user = user
        kept: Any = session or {}
        request.session = kept
        request.COOKIES.update(cookies)
        return kept_while_true(draw or self.draw)(request)


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def aino() -> User:
    return User.objects.create_user("aino@example.fi", name="Aino")


def tell(user: User, kind: str, at: datetime = LATER) -> Notification:
    return Notification.objects.create(user=user, kind=kind, key=kind, created_at=at)


def number(text: str) -> int:
    return int(text.split()[-3])


def test_it_is_drawn_again_when_an_answer_has_changed_however_it_was_written(page: Page, aino: User) -> None:
    assert number(page.ask(aino)) == 1
    assert number(page.ask(aino)) == 1
    one = tell(aino, "first")
    assert page.ask(aino).startswith("['first'] 2")
    Notification.objects.filter(pk=one.pk).update(kind="second")
    assert page.ask(aino).startswith("['second'] 3")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_notification SET kind = 'third'")
    assert page.ask(aino).startswith("['third'] 4")
    Notification.objects.all().delete()
    assert page.ask(aino).startswith("[] 5")
    assert page.ask(aino).startswith("[] 5")


def test_time_passes_in_the_questions_too(page: Page, aino: User, clock: Any) -> None:
    tell(aino, "soon", NOW + timedelta(minutes=5))
    assert page.ask(aino).startswith("['soon'] 1")
    clock.move_to(NOW + timedelta(minutes=4))
    assert page.ask(aino).startswith("['soon'] 1")
    clock.move_to(NOW + timedelta(minutes=5))
    assert page.ask(aino).startswith("[] 2")


def test_it_ends_at_the_moment_that_the_view_tells_and_at_midnight(page: Page, aino: User, clock: Any) -> None:
    page.ask(aino)
    clock.move_to(LATER - timedelta(seconds=1))
    assert number(page.ask(aino)) == 1
    clock.move_to(LATER)
    assert number(page.ask(aino)) == 2
    clock.move_to(datetime(2026, 3, 2, 21, 59, 59, tzinfo=UTC))
    assert number(page.ask(aino)) == 2
    clock.move_to(datetime(2026, 3, 2, 22, 0, tzinfo=UTC))  # midnight in Helsinki
    assert number(page.ask(aino)) == 3


def test_every_answer_says_when_it_was_given(page: Page, aino: User, clock: Any) -> None:
    assert page.ask(aino).endswith(f" 1 at {NOW.timestamp():.0f}")
    clock.move_to(NOW + timedelta(seconds=40))
    assert page.ask(aino).endswith(f" 1 at {NOW.timestamp() + 40:.0f}")


def test_it_is_one_persons_in_one_session_language_appearance_and_installation(
    page: Page, aino: User, django_capture_on_commit_callbacks: Any
) -> None:
    bo = User.objects.create_user("bo@example.fi", name="Bo")
    asked = [
        page.ask(aino),
        page.ask(bo),
        page.ask(aino, session={"acting": 1}),
        page.ask(aino, "/y/"),
        page.ask(aino, "/x/?page=2"),
        page.ask(aino, theme="dark"),
    ]
    with translation.override("sv"):
        asked.append(page.ask(aino))
    with timezone.override("America/New_York"):
        asked.append(page.ask(aino))
    User.objects.filter(pk=aino.pk).update(is_coordinator=True)
    asked.append(page.ask(User.objects.get(pk=aino.pk)))
    with django_capture_on_commit_callbacks(execute=True):
        set_installation(by=bo, now=NOW, name_fi="Toinen")
    asked.append(page.ask(aino))
    assert [number(text) for text in asked] == list(range(1, len(asked) + 1))
    assert number(page.ask(bo)) == len(asked) + 1
    assert number(page.ask(bo)) == len(asked) + 1


def test_an_upgrade_draws_it_anew(page: Page, aino: User, monkeypatch: pytest.MonkeyPatch) -> None:
    page.ask(aino)
    monkeypatch.setattr("core.kept.code", lambda: "another")
    assert number(page.ask(aino)) == 2


def _writes(request: HttpRequest, look: Look) -> HttpResponse:
    Notification.objects.filter(user=request.user.pk).update(kind="seen")
    return _ends(look, HttpResponse())


def _by_another_clock(request: HttpRequest, look: Look) -> HttpResponse:
    list(Notification.objects.filter(created_at__gt=look.now + timedelta(microseconds=1)))
    return _ends(look, HttpResponse())


def _with_a_cookie(_request: HttpRequest, look: Look) -> HttpResponse:
    response = HttpResponse()
    response.set_cookie("one", "x")
    return _ends(look, response)


def _ends(look: Look, response: HttpResponse) -> HttpResponse:
    look.changes_at([])
    return response


@pytest.mark.parametrize(
    "draw",
    [
        _writes,
        _by_another_clock,
        _with_a_cookie,
        lambda _request, _look: HttpResponse("it never said when it ends"),
        lambda _request, look: _ends(look, HttpResponse(status=404)),
        lambda _request, look: _ends(look, HttpResponse('<form hx-headers=\'{"X-CSRFToken": "x"}\'>')),
    ],
)
def test_what_cannot_be_asked_again_is_not_kept(page: Page, aino: User, draw: Draw) -> None:
    drawn: list[int] = []

    def counted(request: HttpRequest, look: Look) -> HttpResponse:
        drawn.append(1)
        return draw(request, look)

    for _time in range(2):
        page.ask(aino, draw=counted)
    assert len(drawn) == 2


def test_who_has_not_signed_in_or_has_a_message_waiting_is_given_nothing_kept(page: Page, aino: User) -> None:
    page.ask(aino)
    told = RequestFactory().get("/x/")
    told.user, told.session = aino, {}  # type: ignore[assignment]
    told._messages = FallbackStorage(told)  # type: ignore[attr-defined]
    messages.success(told, "Done.")
    response = HttpResponse()
    told._messages.update(response)  # type: ignore[attr-defined]
    waiting: dict[str, Any] = {name: one.value for name, one in response.cookies.items()}
    assert number(page.ask(aino, **waiting)) == 2
    assert number(page.ask(aino, session={"_messages": "[]"})) == 3

    def empty(_request: HttpRequest, look: Look) -> HttpResponse:
        page.drawn += 1
        return _ends(look, HttpResponse())

    for _time in range(2):
        page.ask(AnonymousUser(), draw=empty)
    assert page.drawn == 5


def test_nothing_is_kept_where_the_installation_says_so(page: Page, aino: User, settings: Any) -> None:
    settings.KEPT_PAGE_SECONDS = 0
    assert [number(page.ask(aino)), number(page.ask(aino))] == [1, 2]


def test_a_forms_token_is_new_in_each_answer(page: Page, aino: User) -> None:
    form = engines["django"].from_string("<form>{% csrf_token %}</form><form>{% csrf_token %}</form>")

    def draw(request: HttpRequest, look: Look) -> HttpResponse:
        page.drawn += 1
        return _ends(look, HttpResponse(form.render({}, request)))

    texts = [page.ask(aino, draw=draw) for _time in range(3)]
    tokens = [set(re.findall(r'value="([A-Za-z0-9]{64})"', text)) for text in texts]
    assert page.drawn == 1
    assert [len(found) for found in tokens] == [1, 1, 1]
    assert len(set.union(*tokens)) == 3


def test_headers_are_kept_with_it(page: Page, aino: User) -> None:
    def draw(_request: HttpRequest, look: Look) -> HttpResponse:
        return _ends(look, HttpResponse("x", content_type="text/plain", headers={"X-Day-Owner": "me"}))

    for _time in range(2):
        answer = page.answer(aino, draw=draw)
        assert (answer["Content-Type"], answer["X-Day-Owner"]) == ("text/plain", "me")


def test_all_is_asked_in_one_journey_where_the_database_can(
    page: Page, aino: User, django_assert_num_queries: Any
) -> None:
    def draw(_request: HttpRequest, look: Look) -> HttpResponse:
        page.drawn += 1
        for kind in ("a", "b%", "c"):
            Notification.objects.filter(kind=kind).first()
        Notification.objects.count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 WHERE 'x%' LIKE 'x%'")
            cursor.execute("SELECT 2")
            assert cursor.fetchone()[0] == 2
        assert [one.kind for one in Notification.objects.order_by("pk").iterator()] == ["a", "b%"]
        return _ends(look, HttpResponse())

    tell(aino, "a")
    tell(aino, "b%")
    page.ask(aino, draw=draw)
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 7):
        page.ask(aino, draw=draw)
    assert page.drawn == 1
