"""The kinds of notices. An app registers its own in `AppConfig.ready()`:

    kinds.register(Kind("matching.connection", Category.PARTNERS, render=connection_notice, delivery=Delivery.NOW))

`render(context)` runs in the reader's language, when the notice is read or mailed, so nothing translated is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

Context = dict[str, Any]


class Category(models.TextChoices):
    """What a person can switch. A kind belongs to one."""

    PARTNERS = "partners", _("Partners and suggestions")
    MESSAGES = "messages", _("Messages")
    MEETINGS = "meetings", _("Meetings")
    EVENTS = "events", _("Events")
    NETWORKS = "networks", _("Networks")
    STUDIES = "studies", _("Student work")
    PROFILE = "profile", _("Your organisation and its representatives")
    DUTIES = "duties", _("Coordinator's tasks")


class Delivery(models.TextChoices):
    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Not by e-mail")


@dataclass(frozen=True)
class Notice:
    """What a person reads: a title, a sentence or two, and the page it leads to (a path)."""

    title: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class Choice:
    """An answer that can be given from the mail: its word, and the page that asks once more before it is given."""

    label: str
    url: str


@dataclass(frozen=True)
class Point:
    """One of the things that a mailed notice lists: its name, a sentence about it, its page, and answers to give."""

    title: str
    text: str = ""
    url: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A text (a calendar entry), or bytes (a picture)."""

    name: str
    content: str | bytes
    mimetype: str

    @property
    def is_invitation(self) -> bool:
        """A calendar entry that asks the programme to act (RFC 6047): not one that is merely to be opened."""
        return self.mimetype in ("text/calendar; method=REQUEST", "text/calendar; method=CANCEL")


@dataclass(frozen=True)
class Kind:
    """`context` given to `notify` must be JSON: ids and facts, no translated text. `may_leave` False: it cannot be
    switched off
    (a meeting of yours moved), only sent in another rhythm is refused too. `attachments(context)` is asked when the
    mail leaves; so is `points(context, reader)`, whose mail does not leave when there are none any more.
    `may_read(context, reader)` False: it is not for this person any more, neither in the list nor by mail."""

    key: str
    category: Category
    render: Callable[[Context], Notice]
    delivery: Delivery = Delivery.DAILY
    may_leave: bool = True
    attachments: Callable[[Context], list[Attachment]] | None = None
    points: Callable[[Context, Any], list[Point]] | None = None
    may_read: Callable[[Context, Any], bool] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def get(key: str) -> Kind | None:
    """The kind, or None when the app that wrote the row is gone."""
    return _kinds.get(key)


def all_kinds() -> list[Kind]:
    return [_kinds[key] for key in sorted(_kinds)]
