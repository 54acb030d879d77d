"""What is printed for the day: each one's programme, and signs for the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from events.models import Event, Meeting, Registration, Round, RoundBreak
from events.printing import Line, Programme, Sign
from events.queries.meetings import with_parties
from events.queries.tables import most_tables
from events.wording import clock, event_when, span


def published(event: Event) -> list[Round]:
    """The rounds whose schedules are out, in order of time."""
    return list(event.rounds.filter(published_at__isnull=False).select_related("event__organiser"))


def programmes(event: Event, rounds: Sequence[Round], rows: list[Registration], *, now: datetime) -> list[Programme]:
    """The meetings that these participants have in the rounds, in their order; in a fixed number of queries."""
    own: dict[int, list[tuple[datetime, Line]]] = defaultdict(list)
    for meeting in with_parties(Meeting.objects.agreed().filter(slot__round__in=rounds)):
        parties = list(meeting.parties.all())
        for mine in parties:
            others = [party for party in parties if party.pk != mine.pk]
            line = Line(
                span(meeting.starts_at, meeting.ends_at),
                ", ".join(party.profile.name for party in others),
                " · ".join(
                    part for part in (*(party.user.name for party in others if party.user), meeting.place) if part
                ),
                _("Table %(table)s") % {"table": meeting.table},
            )
            if mine.registration_id is not None:
                own[mine.registration_id].append((meeting.starts_at, line))
    breaks = RoundBreak.objects.filter(round__in=rounds)
    pauses = [(one.starts_at, Line(span(one.starts_at, one.ends_at), _("Break"))) for one in breaks]
    return [
        Programme(
            name=row.user.name or row.profile.name,
            organisation=row.profile.name if row.user.name != row.profile.name else "",
            event=event.title,
            when=event_when(event),
            lines=tuple(line for _at, line in sorted([*own[row.pk], *pauses], key=lambda item: item[0]))
            if own[row.pk]
            else (),
            none=_("No meetings in your programme"),
            made=_("Printed at %(time)s. Changes after that are on the page of your own day.") % {"time": clock(now)},
        )
        for row in rows
    ]


def signs(round: Round, *, with_meetings: bool) -> list[Sign]:
    """One for each table of the round."""
    at: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if with_meetings:
        for meeting in with_parties(Meeting.objects.agreed().filter(slot__round=round).order_by("starts_at")):
            if meeting.table is not None:
                names = " – ".join(party.profile.name for party in meeting.parties.all())
                at[meeting.table].append((span(meeting.starts_at, meeting.ends_at), names))
    most = most_tables(round, round.slots.all())
    return [Sign(word=_("Table"), table=n, event=round.event.title, lines=tuple(at[n])) for n in range(1, most + 1)]
