"""An open page of a conversation: what is written on either side appears, and an open page reads it."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Profile
from conversations.models import Side
from conversations.queries import care
from conversations.queries import messages as queries
from conversations.services import messages as services
from core import live
from core.sockets import PageConsumer


class ConversationConsumer(PageConsumer):
    async def connect(self) -> None:
        where = self.scope["url_route"]["kwargs"]
        self.language, self.pk, self.slug = where["language"], int(where["pk"]), where["slug"]
        side = await database_sync_to_async(self._side)()
        if side is None:
            await self.close()
            return
        self.standing = await database_sync_to_async(queries.standing)(side)
        self.cared = (await database_sync_to_async(care.care_of)(side, self.user, now=timezone.now())).key
        await self.open(live.conversation_group(self.pk))

    async def conversation_changed(self, event: dict[str, Any]) -> None:
        fragment = await database_sync_to_async(self._fragment)(event.get("from_profile"), event.get("only"))
        if fragment is None:
            await self.close()
        elif fragment:
            await self.send(text_data=fragment)

    def _side(self) -> Side | None:
        """Asked anew for each message: who represented the profile when the page was opened may not do so now."""
        user = self.reader()
        profile = Profile.objects.spoken_for_by(user).filter(slug=self.slug).first() if user is not None else None
        return queries.side_of(profile, self.pk) if profile is not None else None

    def _fragment(self, from_profile: int | None, only: int | None) -> str | None:
        """Empty when what happened is between the other side's own people; None when nobody may read here."""
        side = self._side()
        if side is None:
            return None
        if only is not None and only != side.profile_id:
            return ""
        thread = queries.thread(side)
        came = from_profile == side.other_id
        if came and thread.shows_text:
            services.mark_read(side=side, by=self.user, now=timezone.now())
        # As long as the page is open its form is the one that it was made with.
        changed = thread.standing != self.standing
        newest = thread.messages[-1] if thread.messages else None
        by_us = newest is not None and from_profile == side.profile_id and newest.by_id not in (None, self.user.pk)
        cared = care.care_of(side, self.user, now=timezone.now())
        before, self.cared = self.cared, cared.key
        context = {
            "thread": thread,
            "side": side,
            "care": cared,
            "cared": before != cared.key,
            "live": True,
            "changed": changed,
            "came": came,
            "colleague": newest.by if by_us and newest is not None else None,
        }
        with translation.override(self.language):
            return render_to_string("conversations/live.html", context)
