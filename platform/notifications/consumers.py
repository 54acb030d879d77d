"""The live badges: a signed-in reader's socket hears that a count changed and gets the new numbers as fragments."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from django.template.loader import render_to_string
from django.utils import translation

from core import live
from core.sockets import PageConsumer
from notifications import badges
from notifications.queries import unread_count


class BadgeConsumer(PageConsumer):
    async def connect(self) -> None:
        self.language = self.scope["url_route"]["kwargs"]["language"]
        user = await database_sync_to_async(self.reader)()
        if user is None:
            await self.close()
            return
        await self.open(live.user_group(user.pk))

    async def badge_changed(self, _event: dict[str, Any]) -> None:
        counts = await database_sync_to_async(self._counts)()
        if counts is None:
            await self.close()
        else:
            await self.send(text_data=counts)

    def _counts(self) -> str | None:
        """None for one whose account has ended."""
        if self.reader() is None:
            return None
        with translation.override(self.language):
            bell = render_to_string("notifications/bell_count.html", {"count": unread_count(self.user), "live": True})
            return bell + badges.render_all(self.user)
