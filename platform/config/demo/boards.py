"""The demo's noticeboards: posts and comments of its people, each in its time."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

from config.demo import read
from config.demo.moments import moment
from config.demo.profiles import party_owner
from networks.models import Group, Network, Post
from networks.services import board, board_files, board_keeping


def write_boards(*, now: datetime) -> int:
    """Returns how many posts and comments."""
    count = 0
    for row in read.network_posts():
        network = Network.objects.get(name_fi=row["network"])
        group = network.groups.get(name=row["group"]) if "group" in row else None
        for one in row["posts"]:
            post = _write(network, group, None, one, now)
            later = sorted(one.get("comments", ()), key=lambda comment: (comment["day"], comment["at"]))
            for comment in later:
                _write(network, group, post, comment, now)
            if one.get("pinned"):
                board_keeping.pin(post=post, pinned=True, by=party_owner(one["by"]), now=post.at)
            count += 1 + len(later)
    return count


def _write(network: Network, group: Group | None, under: Post | None, row: dict[str, Any], now: datetime) -> Post:
    at = min(moment(now, day=row["day"], at=time.fromisoformat(row["at"])), now)
    files = []
    if "file" in row:
        content = row["file"]["text"].encode()
        files = [board_files.prepare(io.BytesIO(content), row["file"]["name"], len(content))]
    return board.write(
        network=network, group=group, text=row["text"], by=party_owner(row["by"]), now=at, under=under, files=files
    )
