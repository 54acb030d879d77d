"""Open pages of a noticeboard (what is written appears, what is changed changes, what is hidden goes) and of minutes
that are being written (what one writer saves appears to the others).
"""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from django.template.loader import render_to_string
from django.utils import translation

from core import live
from core.sockets import PageConsumer
from networks.models import Group, Network, NetworkMeeting
from networks.queries import board as queries
from networks.queries.board import Board
from networks.queries.meetings import minutes_of
from networks.rules import board as rules
from networks.rules.meetings import may_run_meeting
from networks.rules.networks import may_coordinate


class BoardConsumer(PageConsumer):
    """The board's first page, or a post's page; `end`: its last comments, below which a new one stands."""

    async def connect(self) -> None:
        where = self.scope["url_route"]["kwargs"]
        self.language, self.network_pk, self.group_pk = where["language"], int(where["network"]), int(where["group"])
        self.post_pk, self.at_end = int(where.get("post") or 0), where.get("end") == "end"
        if await database_sync_to_async(self._board)() is None:
            await self.close()
            return
        await self.open(live.network_board_group(self.network_pk, self.group_pk or None))

    async def post_came(self, event: dict[str, Any]) -> None:
        fragment = await database_sync_to_async(self._fragment)(event)
        if fragment is None:
            await self.close()
        elif fragment:
            await self.send(text_data=fragment)

    def _board(self) -> Board | None:
        """Asked anew for each message: whoever took part when the page was opened may not do so now."""
        if self.reader() is None:
            return None
        network = Network.objects.visible_to(self.user).filter(pk=self.network_pk).first()
        group = Group.objects.filter(pk=self.group_pk, network=self.network_pk).first() if self.group_pk else None
        if network is None or (self.group_pk and group is None) or not rules.may_see_board(self.user, network, group):
            return None
        return Board(network, group, may_coordinate(self.user, network), self.user)

    def _fragment(self, event: dict[str, Any]) -> str | None:
        """What changes on this page; empty when nothing does, None when the board is theirs no longer."""
        board = self._board()
        if board is None:
            return None
        pk, under, what = event["post"], event["under"], event["what"]
        if self.post_pk and self.post_pk not in (pk, under):
            return ""
        shown = pk if self.post_pk or under is None else under
        post = queries.one(board, shown)
        context = {
            "network": board.network,
            "board": board,
            "pk": shown,
            "row": queries.rows(board, [post])[0] if post is not None else None,
            "is_new": what == "new" and shown == pk and (self.at_end if under else not self.post_pk),
            "came": queries.one(board, pk) if what == "new" else None,
            "waits": what == "new" and self.post_pk == shown and under is not None,
            "is_whole": bool(self.post_pk),
            "user": self.user,
        }
        with translation.override(self.language):
            return render_to_string("networks/board/live.html", context).strip()


class MinutesConsumer(PageConsumer):
    """The pages of a meeting on which its minutes are written or looked at, before they are approved: of those who run
    it. Members see the minutes when they are approved, and not while they are written. `look`: the meeting's own page,
    where tasks have presses of their own and stay."""

    async def connect(self) -> None:
        where = self.scope["url_route"]["kwargs"]
        self.language, self.meeting_pk = where["language"], int(where["meeting"])
        self.looks = bool(where.get("look"))
        if await database_sync_to_async(self._meeting)() is None:
            await self.close()
            return
        await self.open(live.minutes_group(self.meeting_pk))

    async def minutes_saved(self, event: dict[str, Any]) -> None:
        fragment = await database_sync_to_async(self._fragment)(event["by"])
        if fragment is None:
            await self.close()
        else:
            await self.send(text_data=fragment)

    def _meeting(self) -> NetworkMeeting | None:
        """Asked anew for each message: whoever ran the network when the page was opened may not do so now."""
        if self.reader() is None:
            return None
        known = NetworkMeeting.objects.select_related("network__organiser", "event", "group", "minutes_by")
        meeting = known.filter(pk=self.meeting_pk).first()
        return meeting if meeting is not None and may_run_meeting(self.user, meeting) else None

    def _fragment(self, by: int) -> str | None:
        meeting = self._meeting()
        if meeting is None:
            return None
        context = {
            "meeting": meeting,
            "network": meeting.network,
            "saved": minutes_of(meeting),
            "is_own": by == self.user.pk,
            "looks": self.looks,
        }
        with translation.override(self.language):
            return render_to_string("networks/meetings/minutes_live.html", context).strip()
