"""An installation without one of its modules: which pages of the others still point to it?"""

from __future__ import annotations

import re
from html import unescape
from unittest.mock import patch
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from core import modules

LINK = re.compile(r"""(?:href|action|hx-get|hx-post|src)="(/[^"#]*)""")
GONE = 404


def pointing_to(without: list[str], pages: dict[str, list[str]], sessions: dict[str, str]) -> list[str]:
    """Switched off in this process alone: the server and its other readers have them on. "page -> link" of each."""
    found: list[str] = []
    without = sorted(_with_those_that_need(set(without)))
    with patch("core.modules.off", lambda: frozenset(without)):
        for who, addresses in pages.items():
            client = Client(HTTP_HOST="127.0.0.1")
            if sessions.get(who):
                client.cookies["sessionid"] = sessions[who]
            found += [problem for page in addresses for problem in _problems(client, who, page, without)]
    return sorted(set(found))


def _with_those_that_need(gone: set[str]) -> set[str]:
    """Nobody can switch off one and keep what has no sense without it."""
    while more := {one.key for one in modules.registered() if gone & {*one.needs}} - gone:
        gone |= more
    return gone


def _problems(client: Client, who: str, page: str, without: list[str]) -> list[str]:
    answer = client.get(f"/fi{page}", follow=True)
    if _app_of(f"/fi{page.partition('?')[0]}") in without:
        return [] if answer.status_code == GONE else [f"{who}: {page} answers {answer.status_code}"]
    links = {unescape(link) for link in LINK.findall(answer.content.decode())}
    return [f"{who}: {page} -> {link}" for link in links if _app_of(urlsplit(link).path) in without]


def _app_of(path: str) -> str:
    try:
        return str(resolve(path).func.__module__.partition(".")[0])
    except Resolver404:
        return ""
