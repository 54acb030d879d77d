"""Many people writing at once, through the pages, on a running installation; and whether all that was said is kept.

Each writer opens the form of their own profile's words, changes a text and sends it, again and again. A write counts
when the server answers with the redirect that means *saved*; afterwards the database must hold each writer's last one,
and the audit trail as many changes as were answered so.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from statistics import median, quantiles
from typing import Any

import httpx

from .installation import Installation


class _Fields(HTMLParser):
    """What a browser would send of the page's forms, taken together."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "input" and name:
            chosen = has.get("type") not in {"checkbox", "radio", "submit", "file"} or "checked" in has
            if chosen:
                self.values[name] = has.get("value") or ""
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in has:
            self.values[self._select] = has.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data


@dataclass
class Writer:
    slug: str
    session: str
    url: str
    saved: int = 0
    last: str = ""
    errors: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def work(self, until: float) -> None:
        """Every answer but a page and a redirect is an error: there are none to expect."""
        address = f"{self.url}/fi/profiles/{self.slug}/edit/words/"
        with httpx.Client(cookies={"sessionid": self.session}, timeout=60, headers={"Referer": address}) as client:
            while time.monotonic() < until:
                try:
                    self._write_once(client, address)
                except httpx.HTTPError as problem:
                    self.errors.append(f"{type(problem).__name__}: {problem}")

    def _write_once(self, client: httpx.Client, address: str) -> None:
        page = client.get(address)
        if page.status_code != 200:
            self.errors.append(f"GET {page.status_code}")
            return
        form = _Fields()
        # The page's own form, not the header's (the language, the appearance).
        form.feed(re.sub(r"(?s).*<main", "<main", page.text))
        text = f"Rakennamme hirsirunkoja, sarja {self.slug}-{self.saved + 1}."
        began = time.monotonic()
        answer = client.post(address, data={**form.values, "does": text})
        self.seconds.append(time.monotonic() - began)
        if answer.status_code == 302:
            self.saved += 1
            self.last = text
        else:
            said = re.findall(r'(?s)class="error[^>]*>(.*?)<', answer.text)[:2]
            self.errors.append(f"POST {answer.status_code} {said}")


@dataclass(frozen=True)
class Outcome:
    writers: int
    seconds: float
    saved: int
    lost: int
    errors: tuple[str, ...]
    median_ms: float
    p95_ms: float
    slowest_ms: float

    def __str__(self) -> str:
        return (
            f"{self.writers} writers for {self.seconds:.0f} s: {self.saved} saved ({self.saved / self.seconds:.0f}/s), "
            f"{self.lost} lost, {len(self.errors)} errors; an answer took {self.median_ms:.0f} ms (median), "
            f"{self.p95_ms:.0f} ms (95 %), {self.slowest_ms:.0f} ms (slowest)"
        )


def write_at_once(installation: Installation, *, writers: int, seconds: float) -> Outcome:
    """On a running installation that holds at least as many profiles as there are writers."""
    found: list[dict[str, Any]] = installation.ask("sessions", writers)["people"]
    crowd = [Writer(person["slug"], person["session"], installation.url) for person in found]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=writer.work, args=(until,)) for writer in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = installation.ask("written")
    lost = sum(writer.saved - kept["changes"].get(writer.slug, 0) for writer in crowd)
    lost += sum(1 for writer in crowd if writer.saved and kept["texts"].get(writer.slug) != writer.last)
    times = sorted(second * 1000 for writer in crowd for second in writer.seconds)
    return Outcome(
        writers=len(crowd),
        seconds=seconds,
        saved=sum(writer.saved for writer in crowd),
        lost=lost,
        errors=tuple(error for writer in crowd for error in writer.errors),
        median_ms=median(times),
        p95_ms=quantiles(times, n=20)[-1],
        slowest_ms=times[-1],
    )
