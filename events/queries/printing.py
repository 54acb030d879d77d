"""What is printed of an event: whose badges, and who gets a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ProfileTheme
from core.queries import installation
from events import codes
from events.models import Event, Registration
from events.printing import Badge, Certificate, missing_letters
from events.queries.events import where
from events.wording import event_when
from themes.models import Theme

THEMES_SHOWN = 3
A_FILE = 200
"""So many badges, certificates or programmes are drawn while somebody waits, which takes about a second; more come in
several files. It is a whole number of sheets in every layout."""
HOUR = 3600


def seated(event: Event, *, ticket: int | None = None) -> QuerySet[Registration]:
    """Those with a seat by name, as a pile of badges is laid out."""
    rows = event.registrations.confirmed().select_related("profile", "user", "ticket")
    if ticket is not None:
        rows = rows.filter(ticket=ticket)
    return rows.order_by("user__name", "pk")


def attended(event: Event) -> QuerySet[Registration]:
    """Those who were checked in."""
    return seated(event).exclude(checked_in_at=None)


@dataclass(frozen=True)
class Part:
    """A file of several: its number, and the names with which it begins and ends."""

    number: int
    first: str
    last: str


def parts(rows: QuerySet[Registration]) -> list[Part]:
    """The files in which these are printed; none when one is enough."""
    names = list(rows.values_list("user__name", flat=True))
    if len(names) <= A_FILE:
        return []
    return [
        Part(start // A_FILE + 1, names[start], names[min(start + A_FILE, len(names)) - 1])
        for start in range(0, len(names), A_FILE)
    ]


def part_of(rows: QuerySet[Registration], number: int) -> QuerySet[Registration]:
    """Those of one file, counted from 1."""
    return rows[(number - 1) * A_FILE : number * A_FILE]


def badges(event: Event, *, ticket: int | None = None, part: int = 1) -> list[Badge]:
    """Of a file of names; with a ticket, of those among them who have it."""
    rows = [row for row in part_of(seated(event), part) if ticket is None or row.ticket_id == ticket]
    names: dict[int, list[str]] = {}
    chosen = ProfileTheme.objects.filter(content_object__registrations__event=event, tag__state=Theme.State.ACTIVE)
    for one in chosen.select_related("tag").distinct().order_by("pk"):
        names.setdefault(one.content_object_id, []).append(one.tag.label)
    return [
        Badge(
            name=row.user.name or row.profile.name,
            organisation=row.profile.name if row.user.name != row.profile.name else "",
            ticket=row.ticket.name if row.ticket else "",
            themes=tuple(names.get(row.profile_id, [])[:THEMES_SHOWN]),
            code=codes.matrix(codes.address_of(row.code)),
        )
        for row in rows
    ]


def not_printable(event: Event) -> list[tuple[Registration, str]]:
    """Those whose names have letters that the fonts lack, with the letters: their badges are written by hand."""
    rows = [(row, missing_letters(f"{row.user.name} {row.profile.name}")) for row in seated(event)]
    return [(row, letters) for row, letters in rows if letters]


def certificate(row: Registration, *, now: datetime) -> Certificate:
    """Of one who was checked in, in the reader's language."""
    event = row.event
    facts = [(_("When"), event_when(event))]
    if place := where(event):
        facts.append((_("Where"), place))
    facts.append((_("Length"), _length(event)))
    return Certificate(
        title=_("Certificate of attendance"),
        name=row.user.name or row.profile.name,
        organisation=row.profile.name if row.user.name != row.profile.name else "",
        took_part=_("took part in"),
        event=event.title,
        facts=tuple(facts),
        organiser=event.organiser.name if event.organiser else installation().keeper or installation().name,
        given=_("Given on %(day)s") % {"day": date_format(timezone.localtime(now), "j.n.Y")},
    )


def certificates(event: Event, rows: Iterable[Registration], *, now: datetime) -> list[Certificate]:
    """Of some who were checked in."""
    found = list(rows)
    for row in found:
        row.event = event
    return [certificate(row, now=now) for row in found]


def _length(event: Event) -> str:
    """In hours, to the half; an event of several days in days."""
    hours = (event.ends_at - event.starts_at).total_seconds() / HOUR
    if hours > 12:
        days = (timezone.localtime(event.ends_at).date() - timezone.localtime(event.starts_at).date()).days + 1
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    halves = max(round(hours * 2), 1)
    if halves % 2:
        return _("%(n)s hours") % {"n": f"{halves / 2:.1f}".replace(".", ",")}
    return ngettext("%(n)d hour", "%(n)d hours", halves // 2) % {"n": halves // 2}
