"""A CalDAV server (Radicale) for a test, and a calendar programme that keeps what its owner is sent on it."""

from __future__ import annotations

import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, make_server
from xml.etree.ElementTree import fromstring

from django.core.mail import EmailMessage
from icalendar import Calendar
from radicale.app import Application
from radicale.config import load

HOME = "/aino/meetings/"
FIND = (
    '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><C:calendar-data/></D:prop>'
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter>'
    "</C:calendar-query>"
)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def running(folder: Path) -> Iterator[Programme]:
    settings = load()
    settings.update(
        {
            "auth": {"type": "none"},
            "rights": {"type": "owner_only"},
            "storage": {"filesystem_folder": str(folder)},
            "logging": {"level": "critical"},
        },
        "test",
    )
    with make_server("127.0.0.1", 0, Application(settings), handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Programme(server.server_port)
        finally:
            server.shutdown()
            thread.join()


class Programme:
    """Does with a mail what RFC 5546 asks of a calendar: finds the entry by its UID, takes what is newer, and leaves
    what is older; a new entry only where none has the UID."""

    def __init__(self, port: int) -> None:
        self.port = port
        status, body = self._ask("MKCALENDAR", HOME)
        assert status == 201, body

    def _ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        sign_in = {"Authorization": "Basic YWlubzp4", "Content-Type": headers.pop("type", "text/calendar"), **headers}
        connection.request(method, path, body, sign_in)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def empty(self) -> None:
        self._ask("DELETE", HOME)
        self._ask("MKCALENDAR", HOME)

    def read(self, mail: EmailMessage) -> str:
        """Act on a mail as it goes over the wire; returns the method of what it carried, empty when it had none."""
        sent = message_from_bytes(mail.message().as_bytes(), policy=email.policy.default)
        parts = [part for part in sent.walk() if part.get_content_type() == "text/calendar"]
        if not parts:
            return ""
        [part] = parts
        text = part.get_content()
        calendar = Calendar.from_ical(text)
        assert part["Content-Type"].params["method"] == calendar["METHOD"]
        self.keep(text)
        return str(calendar["METHOD"])

    def keep(self, text: str) -> None:
        calendar: Any = Calendar.from_ical(text)
        [entry] = calendar.walk("VEVENT")
        before = {str(known["UID"]): (path, known) for path, known in self._stored()}
        path, known = before.get(str(entry["UID"]), (f"{HOME}{uuid4()}.ics", None))
        if known is not None and known["SEQUENCE"] > entry["SEQUENCE"]:
            return
        del calendar["METHOD"]  # a stored object has none (RFC 4791, 4.1)
        status, body = self._ask("PUT", path, calendar.to_ical())
        assert status in (201, 204), (status, body)

    def subscribe(self, feed: bytes) -> None:
        """Take a whole feed in the place of what was there, as programmes do at each fetch."""
        calendar: Any = Calendar.from_ical(feed)
        del calendar["METHOD"]
        self._ask("DELETE", HOME)
        status, body = self._ask("PUT", HOME, calendar.to_ical())
        assert status == 201, (status, body)

    def _stored(self) -> list[tuple[str, Any]]:
        status, body = self._ask("REPORT", HOME, FIND.encode(), type="application/xml", Depth="1")
        assert status == 207, body
        rows = [
            (row.findtext("{DAV:}href") or "", row.findtext(".//{urn:ietf:params:xml:ns:caldav}calendar-data") or "")
            for row in fromstring(body).findall("{DAV:}response")
        ]
        return [(href, entry) for href, data in rows for entry in Calendar.from_ical(data).walk("VEVENT")]

    def entries(self) -> list[Any]:
        return [entry for _path, entry in self._stored()]
