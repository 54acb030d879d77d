"""What every server process stands on: health, uploads, headers, SQLite's Finnish, tasks and live messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import connection
from django.db.models import F
from django.db.models.functions import Collate, Lower
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from kombu.exceptions import KombuError

from config import startup
from config.celery import app, collect_sweeps
from config.management.commands.serve import disk_sentence, listen
from core import live, tasks
from core.models import AuditEvent
from core.sqlite import FINNISH, finnish_key
from tests.factories.people import NOW, make_user

# --- Health and uploads ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_health_and_readiness(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").content == b"ready\n"


def stored(tmp_path: Path, name: str, content: bytes) -> str:
    return default_storage.save(name, ContentFile(content))


def test_a_picture_is_shown_and_sandboxed(client: Client, tmp_path: Path) -> None:
    name = stored(tmp_path, "logos/a.png", b"\x89PNG")
    response = client.get(f"/media/{name}")
    assert response.content == b"\x89PNG"
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["logos/a.svg", "logos/a.html", "logos/ä.xml"])
def test_what_could_run_is_saved_and_not_shown(client: Client, tmp_path: Path, name: str) -> None:
    response = client.get(f"/media/{stored(tmp_path, name, b'<script>alert(1)</script>')}")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["nothing.png", "../solmu.sqlite3", "logos", "logos/%00.png", "/etc/passwd"])
def test_nothing_else_can_be_fetched(client: Client, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404


@pytest.mark.django_db
def test_pages_carry_a_strict_policy(client: Client) -> None:
    policy = client.get("/fi/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in ("default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "object-src 'none'"):
        assert directive in policy


@pytest.mark.django_db
def test_administration_is_for_superusers_alone(client: Client) -> None:
    assert client.get("/fi/admin/").status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get("/fi/admin/").status_code in {302, 403}
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert client.get("/fi/admin/").status_code == 200


# --- Finnish in the database -----------------------------------------------------------------------------------------


@pytest.fixture
def events(db: None) -> Callable[..., list[AuditEvent]]:
    def make(*actions: str) -> list[AuditEvent]:
        return [AuditEvent.objects.create(action=action, at=NOW, subject_type="", subject_id="") for action in actions]

    return make


def test_search_knows_capitals_beyond_ascii(events: Any) -> None:
    events("Äly ja Öljy", "100 % älyä", "muu")
    found = AuditEvent.objects.filter
    assert found(action__icontains="äLY").count() == 2
    assert found(action__iexact="äly JA öljy").count() == 1
    assert found(action__istartswith="äly").count() == 1
    assert found(action__icontains="100 %").count() == 1
    assert found(action__icontains="_").count() == 0
    assert found(action__contains="").count() == 3
    assert found(action__icontains="ja\nÖ").count() == 0
    assert AuditEvent.objects.annotate(low=Lower("action")).filter(low="äly ja öljy").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(NULL), upper('åÄ'), 'a' LIKE NULL")
        assert cursor.fetchone() == (None, "ÅÄ", None)


def test_finnish_order_on_every_database(events: Any) -> None:
    events("Öljy", "Zeppelin", "Ångström", "älä", "Ahti", "ahti 2", "Élan", "Eläin", "Ähtäri")
    ordered = AuditEvent.objects.order_by(Collate(F("action"), FINNISH)).values_list("action", flat=True)
    assert list(ordered) == ["Ahti", "ahti 2", "Élan", "Eläin", "Zeppelin", "Ångström", "Ähtäri", "älä", "Öljy"]


def test_the_order_never_fails() -> None:
    odd = ["", "\x00", "🙂", "a\u0308", "ä", "ß", "Ǻ", "日本"]
    assert sorted(odd, key=finnish_key)[0] == ""
    assert finnish_key("a\u0308")[0] == finnish_key("ä")[0]


# --- Tasks and live messages -----------------------------------------------------------------------------------------


def test_sweeps_are_collected_and_name_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    schedule = collect_sweeps()
    assert schedule
    for sweep in schedule.values():
        assert sweep["task"] in app.tasks
        assert sweep["schedule"] > 0


@pytest.mark.django_db
def test_a_task_is_waked_on_commit_only(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[tuple[str, tuple[Any, ...]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: sent.append((name, args)))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.wake("matching.tasks.refresh", 7)
        assert sent == []
    assert sent == [("matching.tasks.refresh", (7,))]


@pytest.mark.django_db
@pytest.mark.parametrize("failure", [ConnectionRefusedError(), TimeoutError(), KombuError()])
def test_a_broker_that_is_down_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, failure: Exception
) -> None:
    def refuse(name: str, args: Any) -> None:
        raise failure

    monkeypatch.setattr(current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.wake("matching.tasks.refresh", 7)


@pytest.fixture
def _no_server() -> Iterator[None]:
    live.attach(None)
    yield
    live.attach(None)


@pytest.mark.usefixtures("_no_server")
@pytest.mark.django_db(transaction=True)
async def test_a_live_message_reaches_a_group_from_a_thread() -> None:
    layer = get_channel_layer()
    assert layer is not None
    live.attach(asyncio.get_running_loop())
    channel = await layer.new_channel()
    await layer.group_add("user-1", channel)
    await database_sync_to_async(live.send_group)("user-1", {"type": "badge.changed"})
    message = await asyncio.wait_for(layer.receive(channel), 2)
    assert message == {"type": "badge.changed"}


@pytest.mark.usefixtures("_no_server")
@pytest.mark.django_db
def test_a_layer_that_is_down_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    class Down:
        async def group_send(self, group: str, message: dict[str, Any]) -> None:
            raise ConnectionRefusedError

    monkeypatch.setattr(live, "get_channel_layer", Down)
    with django_capture_on_commit_callbacks(execute=True):
        live.send_group("user-1", {"type": "badge.changed"})


# --- Requests in line ------------------------------------------------------------------------------------------------


async def test_only_so_many_requests_work_at_once(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    from django.core.handlers.asgi import ASGIHandler

    from config.asgi import Pages

    settings.REQUESTS_AT_ONCE = 2
    at_work, most = 0, 0

    async def work(self: Any, request: Any) -> Any:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.01)
        at_work -= 1
        return request

    monkeypatch.setattr(ASGIHandler, "run_get_response", work)
    pages = Pages()
    answers = await asyncio.gather(*(pages.run_get_response(number) for number in range(9)))  # type: ignore[arg-type]
    assert (answers, most) == ([*range(9)], 2)


# --- Starting --------------------------------------------------------------------------------------------------------


def test_only_what_is_newer_is_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "fi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (folder / "django.po").write_text(header + 'msgid "Yes"\nmsgstr "Kyllä"\n', encoding="utf-8")
    assert startup.compile_translations([tmp_path]) == 1
    assert startup.compile_translations([tmp_path]) == 0
    assert sorted(file.name for file in folder.iterdir()) == ["django.mo", "django.po"]


def test_what_was_compiled_is_read_by_the_process_that_compiled_it(tmp_path: Path, settings: Any) -> None:
    """Whoever starts Solmu the first time has had Finnish looked up before there was a compiled file."""
    folder = tmp_path / "fi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (folder / "django.po").write_text(header + 'msgid "A first word"\nmsgstr "Ensi sana"\n', encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]
    with translation.override("fi"):
        assert gettext("A first word") == "A first word"
    startup.compile_translations([tmp_path])
    with translation.override("fi"):
        assert gettext("A first word") == "Ensi sana"


def test_a_taken_port_is_one_sentence() -> None:
    first = listen("127.0.0.1", 0)
    first.listen()
    try:
        with pytest.raises(CommandError, match="is taken by another program"):
            listen("127.0.0.1", first.getsockname()[1])
    finally:
        first.close()


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (OSError(28, "No space left on device"), "the disk is full"),
        (OSError(30, "Read-only file system"), "cannot be written to"),
        (PermissionError(13, "Permission denied"), "cannot be written to"),
        (Exception("database or disk is full"), "the disk is full"),
        (Exception("attempt to write a readonly database"), "cannot be written to"),
        (Exception("unable to open database file"), "cannot be written to"),
        (Exception("no such table"), None),
    ],
)
def test_a_disk_that_cannot_be_written_is_one_sentence(problem: Exception, sentence: str | None) -> None:
    told = disk_sentence(problem)
    assert (told is None) if sentence is None else (told is not None and sentence in told)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own settings")
@pytest.mark.django_db
def test_sqlite_transactions_ask_for_the_lock_first() -> None:
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
