"""Feeds as they come over the wire, and a network that answers with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from core import outgoing
from core.outgoing import Fetched, Stamp
from opportunities.models import Candidate, Feed
from opportunities.services import feeds as services
from opportunities.services.feeds import FeedPlan

from .making import NOW, make_user

ADDRESS = "https://rahoittaja.example/haut.xml"


def item(title: str, *, guid: str = "", link: str = "", text: str = "", day: str = "") -> str:
    parts = [f"<title>{title}</title>"]
    parts += [f"<guid>{guid}</guid>"] if guid else []
    parts += [f"<link>{link}</link>"] if link else []
    parts += [f"<description>{text}</description>"] if text else []
    parts += [f"<pubDate>{day}</pubDate>"] if day else []
    return f"<item>{''.join(parts)}</item>"


def rss(*items: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Haut</title>'
        f"{''.join(items)}</channel></rss>"
    ).encode()


def calendar(*events: Iterable[str], kind: str = "VEVENT") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//koe//"]
    for event in events:
        lines += [f"BEGIN:{kind}", *event, f"END:{kind}"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def host(name: str = "Kaisa") -> User:
    return make_user(name, is_coordinator=True)


def add(by: User, *, now: datetime = NOW, **changes: Any) -> Feed:
    plan = FeedPlan(**{"name": "Rahoittaja", "address": ADDRESS, **changes})
    return services.add_feed(plan=plan, by=by, now=now)


def answers(
    monkeypatch: pytest.MonkeyPatch, content: bytes | str | Exception, stamp: Stamp = outgoing.NO_STAMP
) -> list[str]:
    """The network: bytes, or why they do not come. Asked with its `stamp`, it says that nothing has changed. What was
    asked for is told."""
    asked: list[str] = []

    def fetch(url: str, *, stamp: Stamp = outgoing.NO_STAMP, largest: int, patience: float = 0) -> Fetched:
        asked.append(url)
        if isinstance(content, Exception):
            raise content
        if isinstance(content, str):
            raise outgoing.Unreachable(content)
        is_same = stamp == given != outgoing.NO_STAMP
        return Fetched(None if is_same else content, given)

    given = stamp
    monkeypatch.setattr(outgoing, "fetch_if_changed", fetch)
    return asked


def brought(
    by: User, monkeypatch: pytest.MonkeyPatch, *items: str, now: datetime = NOW, **changes: Any
) -> list[Candidate]:
    """What a feed that was just added brings, in its own order."""
    feed = add(by, now=now, **changes)
    answers(monkeypatch, rss(*items))
    services.read_due(now=now)
    return list(feed.candidates.order_by("-pk"))


def read(now: datetime) -> int:
    return services.read_due(now=now)


def titles(now: datetime = NOW) -> list[str]:
    return [one.title for one in Candidate.objects.waiting(now)]
