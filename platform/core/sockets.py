"""The websocket of an open page. It is somebody's who is signed in, and it ends with the session that opened it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils.crypto import constant_time_compare

from core import live


class PageConsumer(AsyncWebsocketConsumer):
    user: Any = None
    joined: tuple[str, ...] = ()

    def reader(self) -> Any:
        """The person as they are now, also as `user`; None for one who is not signed in, or whose account has ended."""
        known, found = self.scope.get("user"), None
        if known is not None and known.is_authenticated:
            found = get_user_model()._default_manager.filter(pk=known.pk, is_active=True).first()
        self.user = found
        return found

    async def open(self, *groups: str) -> None:
        """Accept the socket, which hears what is said to the groups, and when sessions of its person end."""
        self.joined = (live.sessions_group(self.scope["user"].pk), *groups)
        for group in self.joined:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        for group in self.joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def session_ended(self, _event: dict[str, Any]) -> None:
        """One of the person's sessions has ended, perhaps this one."""
        if not await database_sync_to_async(self._is_signed_in)():
            await self.close()

    def _is_signed_in(self) -> bool:
        """Whether the session that opened the page is still there, and made with the password as it is."""
        user, session = self.reader(), self.scope.get("session")
        if user is None or session is None:
            return user is not None
        kept = import_module(settings.SESSION_ENGINE).SessionStore(session.session_key).load()
        hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
        known = str(kept.get(HASH_SESSION_KEY, ""))
        return kept.get(SESSION_KEY) == str(user.pk) and any(constant_time_compare(known, one) for one in hashes)
