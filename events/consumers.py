"""Open pages of an event's day: a participant's own, and the host's board."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channels.db import database_sync_to_async
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core import live
from core.sockets import PageConsumer
from events.models import Announcement, Event, Registration, Round
from events.queries import day as queries
from events.queries.board import board_of
from events.queries.rounds import own_registration, round_of
from events.rules.events import may_manage_event, may_see_event

FRESH = timedelta(seconds=30)
"""A page that was made so lately has nothing to catch up with."""
GATHERED = 0.3
"""Seconds for which changes are gathered, so that a repair of a hundred meetings draws a page once."""
MOST_KEPT = 60

_said: OrderedDict[tuple[Any, int, str], asyncio.Task[Said]] = OrderedDict()


@dataclass(frozen=True)
class Said:
    """An announcement as the pages show it. `to`: registrations that have their seat as it is said; None where each
    page has to ask whether its reader still belongs there."""

    text: str = ""
    to: frozenset[int] | None = frozenset()


def _said_in(pk: int, language: str) -> asyncio.Task[Said]:
    """Drawn once a language, however many pages are open."""
    key = (asyncio.get_running_loop(), pk, language)
    if key not in _said:
        _said[key] = asyncio.ensure_future(database_sync_to_async(_draw_said)(pk, language))
        while len(_said) > MOST_KEPT:
            _said.popitem(last=False)
    return _said[key]


def _draw_said(pk: int, language: str) -> Said:
    known = Announcement.objects.select_related("session", "event")
    found = known.filter(pk=pk, ends_at__gt=timezone.now()).first()
    if found is None:
        return Said()
    seats = Registration.objects.confirmed().filter(event=found.event_id, user__is_active=True)
    to = frozenset(seats.values_list("pk", flat=True)) if found.event.is_for_all else None
    with translation.override(language):
        return Said(render_to_string("events/day/said_live.html", {"one": found}), to)


class Gathering(PageConsumer):
    """A page that is drawn anew when something has changed, and not more often than each `GATHERED` seconds."""

    drawing: asyncio.Task[None] | None = None

    def draw_soon(self) -> None:
        if self.drawing is None or self.drawing.done():
            self.drawing = asyncio.ensure_future(self._draw_later())

    async def _draw_later(self) -> None:
        await asyncio.sleep(GATHERED)
        self.drawing = None
        text = await database_sync_to_async(self.fragment)()
        if text is None:
            await self.close()
        else:
            await self.send(text_data=text)

    def fragment(self) -> str | None:
        """What to send; None when the person may no longer see it."""
        raise NotImplementedError

    async def disconnect(self, code: int) -> None:
        if self.drawing is not None:
            self.drawing.cancel()
        await super().disconnect(code)


class DayConsumer(Gathering):
    """`my day`: what is announced comes as it is said; one's own programme is drawn anew when it changes."""

    async def connect(self) -> None:
        where = self.scope["url_route"]["kwargs"]
        self.language, self.event_pk = where["language"], int(where["pk"])
        found = await database_sync_to_async(self._own)()
        if found is None:
            await self.close()
            return
        self.registration_pk = found[1].pk
        await self.open(live.event_group(self.event_pk), live.day_group(found[1].user_id))
        if timezone.now().timestamp() - int(where["made"]) > FRESH.total_seconds():
            self.draw_soon()

    def _own(self) -> tuple[Event, Registration] | None:
        """Asked anew for each drawing: who had a seat when the page was opened may have none now."""
        user = self.reader()
        event = Event.objects.select_related("organiser").filter(pk=self.event_pk).first()
        if event is None or user is None or not may_see_event(user, event):
            return None
        me = own_registration(user, event)
        return (event, me) if me is not None else None

    def fragment(self) -> str | None:
        found = self._own()
        if found is None:
            return None
        event, me = found
        with translation.override(self.language):
            now = timezone.now()
            day = queries.day_of(me, event, now=now)
            context = {"day": day, "event": event, "made": f"{now.timestamp():.0f}", "live": True}
            return render_to_string("events/day/live.html", context) + render_to_string("events/day/said.html", context)

    async def day_changed(self, _event: dict[str, Any]) -> None:
        self.draw_soon()

    async def day_said(self, event: dict[str, Any]) -> None:
        if event["registrations"] is not None and self.registration_pk not in event["registrations"]:
            return
        said = await _said_in(event["pk"], self.language)
        if not said.text:
            return
        if said.to is None:
            hears = await database_sync_to_async(self._own)() is not None
        else:
            hears = self.registration_pk in said.to
        if hears:
            await self.send(text_data=said.text)
        else:
            await self.close()

    async def day_unsaid(self, event: dict[str, Any]) -> None:
        await self.send(text_data=f'<div id="said-{int(event["pk"])}" hx-swap-oob="delete"></div>')


class BoardConsumer(Gathering):
    """The host's board, drawn anew when something has changed."""

    async def connect(self) -> None:
        where = self.scope["url_route"]["kwargs"]
        self.language, self.event_pk = where["language"], int(where["pk"])
        self.number = int(where.get("number") or 1)
        round = await database_sync_to_async(self._own)()
        if round is None:
            await self.close()
            return
        await self.open(live.board_group(round.pk))

    def _own(self) -> Round | None:
        """Asked anew for each drawing: a host may have left the organiser."""
        user = self.reader()
        event = Event.objects.select_related("organiser").filter(pk=self.event_pk).first()
        if event is None or user is None or not may_manage_event(user, event):
            return None
        return round_of(event, self.number)

    def fragment(self) -> str | None:
        round = self._own()
        if round is None:
            return None
        with translation.override(self.language):
            context = {"board": board_of(round, now=timezone.now()), "event": round.event, "round": round, "live": True}
            return render_to_string("events/board/live.html", context)

    async def board_changed(self, _event: dict[str, Any]) -> None:
        self.draw_soon()
