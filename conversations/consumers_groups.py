"""An open page of a group's conversation: what anybody writes appears, and an open page reads it."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from django.template.loader import render_to_string
from django.utils import timezone, translation

from conversations.queries import groups as queries
from conversations.queries.groups import Presence
from conversations.services import groups as services
from core import live
from core.sockets import PageConsumer


class GroupConsumer(PageConsumer):
    async def connect(self) -> None:
        where = self.scope["url_route"]["kwargs"]
        self.language, self.pk = where["language"], int(where["pk"])
        if await database_sync_to_async(self._here)() is None:
            await self.close()
            return
        await self.open(live.group_talk_group(self.pk))

    async def talk_changed(self, event: dict[str, Any]) -> None:
        fragment = await database_sync_to_async(self._fragment)(event["message"])
        if fragment is None:
            await self.close()
        else:
            await self.send(text_data=fragment)

    def _here(self) -> Presence | None:
        """Asked anew for each message: None for one who was in it when the page was opened, and is no longer."""
        user = self.reader()
        return queries.presence(self.pk, user) if user is not None else None

    def _fragment(self, message: int | None) -> str | None:
        here = self._here()
        if here is None:
            return None
        thread = queries.thread(here)
        came = next((one for one in thread.messages if one.pk == message and one.by_id != here.user.pk), None)
        if came is not None:
            services.mark_read(talk=here.talk, by=here.user, now=timezone.now())
        context = {"here": here, "thread": thread, "live": True, "came": queries.writer(came) if came else ""}
        with translation.override(self.language):
            return render_to_string("conversations/groups/thread.html", context)
