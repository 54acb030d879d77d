"""Live messages to browsers, from wherever a fact was made: a request, a worker's thread, or a worker elsewhere.

A live message is a courtesy. The fact stands in a table, and the page shows it at its next load; so nothing here
raises.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)

_server_loop: asyncio.AbstractEventLoop | None = None


def attach(loop: asyncio.AbstractEventLoop | None) -> None:
    """The server tells its loop here. The in-memory layer lives on it, and threads reach browsers only through it."""
    global _server_loop
    _server_loop = loop


def user_group(user_id: int) -> str:
    """The group of one person's open pages. Every group name is made in this file."""
    return f"user-{user_id}"


def sessions_group(user_id: int) -> str:
    """The group of all websockets of one person, which hear when a session ends (see `core.sockets`)."""
    return f"sessions-{user_id}"


def say_session_ended(user_id: int) -> None:
    """One of the person's sessions, or all, have ended: the websockets that they opened close."""
    send_group(sessions_group(user_id), {"type": "session.ended"})


def conversation_group(conversation_id: int) -> str:
    """The group of the open pages of one conversation, on both its sides."""
    return f"conversation-{conversation_id}"


def group_talk_group(talk_id: int) -> str:
    """The group of the open pages of a conversation of several profiles."""
    return f"group-talk-{talk_id}"


def event_group(event_id: int) -> str:
    """The group of the participants' open pages of an event's day."""
    return f"event-{event_id}"


def day_group(user_id: int) -> str:
    """The group of one person's open pages of their own day."""
    return f"day-{user_id}"


def board_group(round_id: int) -> str:
    """The group of the hosts' open boards of a round on its day."""
    return f"board-{round_id}"


def network_board_group(network_id: int, group_id: int | None) -> str:
    """The group of the open pages of a network's noticeboard, or of one of its groups'."""
    return f"network-board-{network_id}-{group_id or 0}"


def minutes_group(meeting_id: int) -> str:
    """The group of the open pages of those who may see a network meeting's minutes while they are written."""
    return f"network-minutes-{meeting_id}"


def send_group(group: str, message: dict[str, Any]) -> None:
    """Send `message` (with its `type`) to a channels group once the transaction at hand is committed."""
    transaction.on_commit(partial(_send, group, message), robust=True)


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    loop = _server_loop
    try:
        if loop is not None and loop.is_running():
            # Not waited for: a request must not hang on a browser, and this may be the loop's own thread.
            asyncio.run_coroutine_threadsafe(_quietly(layer.group_send(group, message), group), loop)
        else:
            async_to_sync(layer.group_send)(group, message)
    except Exception:
        log.warning("live message to %s was not sent", group, exc_info=True)


async def _quietly(sending: Coroutine[Any, Any, None], group: str) -> None:
    try:
        await sending
    except Exception:
        log.warning("live message to %s was not sent", group, exc_info=True)
