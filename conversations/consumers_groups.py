"""An open page of a group's conversation: what anybody writes appears, and an open page reads it."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.template.loader import render_to_string
from django.utils import timezone, translation

from conversations.queries import groups as queries
from conversations.services import groups as services
from core import live


class GroupConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.group = ""
        self.user = self.scope.get("user")
        where = self.scope["url_route"]["kwargs"]
        self.language, self.pk = where["language"], int(where["pk"])
        if await database_sync_to_async(queries.presence)(self.pk, self.user) is None:
            await self.close()
            return
        self.group = live.group_talk_group(self.pk)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def talk_changed(self, event: dict[str, Any]) -> None:
        fragment = await database_sync_to_async(self._fragment)(event["message"])
        if fragment is None:
            await self.close()
        else:
            await self.send(text_data=fragment)

    def _fragment(self, message: int | None) -> str | None:
        """Asked anew for each message: None for one who was in it when the page was opened, and is no longer."""
        here = queries.presence(self.pk, self.user)
        if here is None:
            return None
        thread = queries.thread(here)
        came = next((one for one in thread.messages if one.pk == message and one.by_id != here.user.pk), None)
        if came is not None:
            services.mark_read(talk=here.talk, by=here.user, now=timezone.now())
        context = {"here": here, "thread": thread, "live": True, "came": queries.writer(came) if came else ""}
        with translation.override(self.language):
            return render_to_string("conversations/groups/thread.html", context)
