"""Where mail goes in a demo without a mail server: into a table, shown at /mail/. And what a mail server's no means."""

from __future__ import annotations

import re
import smtplib
import traceback
from base64 import b64encode
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from core.models import DemoMail

CALENDAR_FILE = "application/ics"


_NO_SUCH_ADDRESS = re.compile(rb"\A5\.1\.\d{1,3}\b")
"""The class of replies that are the address's own fault (RFC 3463). A relay that is set up wrong refuses for good as
well, and says nothing of the address by it."""


def is_refused(error: Exception) -> bool:
    """Whether the server said that there is no such address, of each that the letter has."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(_NO_SUCH_ADDRESS.match(words) for _code, words in error.recipients.values())


def told(error: BaseException) -> str:
    """What a log says of a letter that did not leave: the kind of error, the server's codes, and where it was raised.
    Its message is left out, for mail servers repeat the address in it."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _words in error.recipients.values()})
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    elif isinstance(error, OSError) and error.errno is not None:
        codes = [error.errno]
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return " ".join([type(error).__name__, *map(str, codes)]) + place


class DemoMailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            html = next((body for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
            attachments = [_attachment(part) for part in message.attachments]
            content = {
                "subject": message.subject[:300],
                "text": str(message.body),
                "html": str(html),
                "attachments": attachments,
            }
            message_id = message.extra_headers.get("Message-ID", "")
            for to in message.recipients():
                if message_id:
                    DemoMail.objects.get_or_create(message_id=message_id, to=to, defaults=content)
                else:
                    DemoMail.objects.create(to=to, **content)
        return len(email_messages)


def _attachment(part: Any) -> dict[str, str]:
    if isinstance(part, tuple):
        name, content, kind = part[0], part[1], part[2]
    else:
        name, content, kind = part.get_filename(), part.get_payload(decode=True), part.get_content_type()
    if isinstance(content, bytes) and not str(kind).startswith("text/") and kind != CALENDAR_FILE:
        return {"name": name or "", "type": kind or "", "base64": b64encode(content).decode("ascii")}
    if isinstance(content, bytes):
        content = content.decode("utf-8", "replace")
    return {"name": name or "", "type": kind or "", "content": str(content)}
