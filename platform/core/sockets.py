"""The websocket of an open page. It is somebody's who is signed in, and it ends with the session that opened it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.middleware import BaseMiddleware
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.utils.crypto import constant_time_compare

from core import live


def user_of(session_key: str | None) -> Any:
    """Whose session it is: None when it has ended, was made with another password, or the account is closed.

    It is only read. Django renews a session that was signed with the key before this one, at the next page; channels'
    own look-up would end it, and with it everybody's session when a server starts with a new key."""
    kept = import_module(settings.SESSION_ENGINE).SessionStore(session_key).load() if session_key else {}
    if SESSION_KEY not in kept:
        return None
    user = get_user_model()._default_manager.filter(pk=kept[SESSION_KEY], is_active=True).first()
    if user is None:
        return None
    known = str(kept.get(HASH_SESSION_KEY, ""))
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user if any(constant_time_compare(known, one) for one in hashes) else None


class SignedIn(BaseMiddleware):
    """The person in `scope["user"]`, by the session in `scope["session"]`."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        from django.contrib.auth.models import AnonymousUser  # a model's file, which may not be read before the apps

        user = await database_sync_to_async(user_of)(scope["session"].session_key)
        return await super().__call__({**scope, "user": user or AnonymousUser()}, receive, send)


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
        session = self.scope.get("session")
        found = user_of(session.session_key) if session is not None else self.reader()
        return found is not None and found.pk == self.scope["user"].pk
