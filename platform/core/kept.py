"""A person's own page that is opened again and again: drawn once, and then only asked whether it still holds.

While the page is drawn, each question that it puts to the database is written down with a digest of its answer. At the
next look the same questions are put again, as they stand: no queries are built, no models made, no templates drawn.
While every answer is the same, so is the page. Nobody has to say what has changed, so nothing can be forgotten: whether
the person may still see the page is among the questions, and so are the numbers in the masthead.

What a page is drawn from besides those answers is in its key (who asks, their session, the address, language and
appearance, the installation) or ends it (the moment from which it would say something else, which the view tells). What
is new in each answer, the second at which it is given and a form's token, is put into what is kept.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache as once
from functools import wraps
from hashlib import blake2b
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any, Concatenate
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.session import SessionStorage
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.crypto import get_random_string

from core.drawing import PAGES, drawn_from
from core.queries import installation

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]

TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}"')
_PLAIN = (type(None), bool, int, float, str, bytes, Decimal, date, time, UUID)
_SECOND = len("2026-01-31 10:00:00")


class Look:
    """One look at a page. `now` is the moment that the view goes by, and no other; `made` stands in the page for the
    second (of the epoch) at which it is given."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.made = get_random_string(24)
        self.ends: datetime | None = None

    def changes_at(self, moments: Iterable[datetime]) -> None:
        """The page says something else from each of these that is still to come, although nothing has been written.
        At midnight every page does; one whose view tells nothing is not kept."""
        midnight = timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self.ends = min([midnight, *(one for one in moments if one > self.now)])


@dataclass(frozen=True)
class Question:
    params: tuple[Any, ...]
    moments: tuple[int, ...]
    """Which of them are the moment of asking."""
    answer: bytes

    def asked_at(self, moment: Any) -> list[Any]:
        """What stands in its places now."""
        return [moment if place in self.moments else one for place, one in enumerate(self.params)]


@dataclass(frozen=True)
class Kept:
    """`packed` are the page and the questions' SQL, which are long and alike."""

    packed: bytes
    headers: dict[str, str]
    made: str
    ends: datetime
    questions: tuple[Question, ...]

    def texts(self) -> list[str]:
        found: list[str] = json.loads(zlib.decompress(self.packed))
        return found

    def still_holds(self, texts: list[str], now: datetime) -> bool:
        if now >= self.ends:
            return False
        moment = connection.ops.adapt_datetimefield_value(now)
        with connection.cursor() as cursor:
            params = [question.asked_at(moment) for question in self.questions]
            answers = _ask(cursor, list(zip(texts, params, strict=True)))
            return all(_digest(rows) == one.answer for one, rows in zip(self.questions, answers, strict=True))


def _ask(cursor: Any, questions: list[tuple[str, list[Any]]]) -> Iterator[list[Any]]:
    """The rows of each; of a server in one journey."""
    if connection.vendor != "postgresql" or getattr(connection.features, "uses_server_side_binding", False):
        for sql, params in questions:
            yield cursor.execute(sql, params).fetchall()
        return
    cursor.execute(";".join(sql for sql, _params in questions), [one for _sql, params in questions for one in params])
    for _question in questions:
        yield cursor.fetchall()
        cursor.nextset()


@dataclass
class _Listener:
    """Writes down what the database is asked, and whether it can be asked again."""

    now: Any
    texts: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    repeatable: bool = True

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked = context["cursor"]
        if isinstance(asked.cursor, _Answer):
            asked.cursor = asked.cursor.cursor
        done = execute(sql, params, many, context)
        if params is None:
            sql = sql.replace("%", "%%")
        given = tuple(params or ())
        if many or not sql.lstrip("(").startswith("SELECT ") or not all(isinstance(one, _PLAIN) for one in given):
            self.repeatable = False
            return done
        moments = tuple(place for place, one in enumerate(given) if one == self.now)
        # Another moment of the same second is one that the view did not take from its look.
        others = (str(one) for place, one in enumerate(given) if place not in moments)
        self.repeatable &= not any(one[:_SECOND] == str(self.now)[:_SECOND] for one in others)
        rows = asked.cursor.fetchall()
        asked.cursor = _Answer(asked.cursor, rows)
        self.texts.append(sql)
        self.questions.append(Question(given, moments, _digest(rows)))
        return done


class _Answer:
    """A cursor whose rows have been read already."""

    def __init__(self, cursor: Any, rows: list[Any]) -> None:
        self.cursor, self._rows = cursor, iter(rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)

    def __iter__(self) -> Any:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int) -> list[Any]:
        return [*islice(self._rows, size)]

    def fetchall(self) -> list[Any]:
        return list(self._rows)


def _digest(rows: Any) -> bytes:
    return blake2b(repr(rows).encode(), digest_size=16).digest()


def kept_while_true(view: Callable[..., HttpResponse]) -> View:
    """`view(request, look, …)` of a page for one who is signed in. A page is kept for `KEPT_PAGE_SECONDS` at most; 0
    keeps none."""

    @wraps(view)
    def look_at(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        look = Look()
        if not settings.KEPT_PAGE_SECONDS or not _may_be_kept(request):
            return _given(view(request, look, *args, **kwargs), look)
        key = _key(request)
        found: Kept | None = caches[PAGES].get(key)
        if found is not None:
            content, *questions = found.texts()
            if _holds(found, questions, look.now):
                return _again(found, content, request, look)
        listener = _Listener(connection.ops.adapt_datetimefield_value(look.now))
        with connection.execute_wrapper(listener):
            response = view(request, look, *args, **kwargs)
        made = _made(response, look, listener)
        if made is not None:
            caches[PAGES].set(key, made, settings.KEPT_PAGE_SECONDS)
        return _given(response, look)

    return look_at


def _holds(found: Kept, questions: list[str], now: datetime) -> bool:
    """What cannot be asked again, as after a change of tables, is drawn anew."""
    try:
        return found.still_holds(questions, now)
    except DatabaseError:
        return False


def _may_be_kept(request: HttpRequest) -> bool:
    """A message that waits is shown once, and drawing the page takes it away. An address with a question is kept for
    nobody: there is no end to them."""
    waits = CookieStorage.cookie_name in request.COOKIES or SessionStorage.session_key in request.session
    asks_more = bool(request.META.get("QUERY_STRING"))
    return request.method == "GET" and not asks_more and request.user.is_authenticated and not waits


def _key(request: HttpRequest) -> str:
    """All that a person's page is drawn from, besides what is asked while it is drawn."""
    people: tuple[Any, ...] = (request.user, installation())
    rows = [[getattr(one, column.attname) for column in one._meta.concrete_fields] for one in people]
    how = (*drawn_from(request), timezone.get_current_timezone_name())
    said = (rows, sorted(request.session.items()), how, code())
    return f"core.kept:{blake2b(repr(said).encode(), digest_size=24).hexdigest()}"


@once
def code() -> str:
    """What draws: another after an upgrade."""
    own = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).is_relative_to(settings.ROOT)]
    places = {*own, settings.ROOT / "templates", *settings.LOCALE_PATHS, *map(Path, settings.STATICFILES_DIRS)}
    files = sorted(file for place in places for file in place.rglob("*.*") if file.suffix != ".pyc")
    states = [(str(file), (state := file.stat()).st_size, state.st_mtime_ns) for file in files]
    return blake2b(repr(states).encode(), digest_size=16).hexdigest()


def _made(response: HttpResponse, look: Look, listener: _Listener) -> Kept | None:
    if response.status_code != HTTPStatus.OK or response.cookies or look.ends is None or not listener.repeatable:
        return None
    content, forms = TOKEN.subn(rf'\1{_hole(look.made)}"', response.content.decode())
    if content.lower().count("csrf") != forms:
        return None
    packed = zlib.compress(json.dumps([content, *listener.texts]).encode(), 1)
    return Kept(packed, dict(response.items()), look.made, look.ends, tuple(listener.questions))


def _hole(made: str) -> str:
    return f"token-{made}"


def _again(kept: Kept, content: str, request: HttpRequest, look: Look) -> HttpResponse:
    if _hole(kept.made) in content:
        content = content.replace(_hole(kept.made), get_token(request))
    return _given(HttpResponse(content.replace(kept.made, look.made), headers=kept.headers), look)


def _given(response: HttpResponse, look: Look) -> HttpResponse:
    response.content = response.content.replace(look.made.encode(), f"{look.now.timestamp():.0f}".encode())
    return response
