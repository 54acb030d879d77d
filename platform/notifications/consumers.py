"""The live badges: a signed-in reader's socket hears that a count changed and gets the new numbers as fragments."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.template.loader import render_to_string
from django.utils import translation

from core import live
from notifications import badges
from notifications.queries import unread_count


class BadgeConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.close()
            return
        self.user = user
        self.language = self.scope["url_route"]["kwargs"]["language"]
        await self.channel_layer.group_add(live.user_group(user.pk), self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "user"):
            await self.channel_layer.group_discard(live.user_group(self.user.pk), self.channel_name)

    async def badge_changed(self, _event: dict[str, Any]) -> None:
        await self.send(text_data=await database_sync_to_async(self._counts)())

    def _counts(self) -> str:
        with translation.override(self.language):
            bell = render_to_string("notifications/bell_count.html", {"count": unread_count(self.user), "live": True})
            return bell + badges.render_all(self.user)
