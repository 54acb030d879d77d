"""What pages, calendars and notices read of meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from itertools import combinations, groupby
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Profile, Representative
from core.queries import installation
from core.text import reader_language
from events.calendars import CalendarMeeting, Person
from events.models import Meeting, MeetingParty, MeetingProposal, MeetingRequest, Registration

FEED_KEEPS = timedelta(days=90)
"""How long a feed keeps what is over: long enough to be found, short enough to stay light."""


@dataclass(frozen=True)
class OwnMeeting:
    """A meeting as one side sees it."""

    meeting: Meeting
    mine: MeetingParty
    others: tuple[MeetingParty, ...]

    @property
    def other(self) -> Profile | None:
        return self.others[0].profile if self.others else None

    @property
    def name(self) -> str:
        """The other side's name; of more than one, all of them."""
        return ", ".join(party.profile.name for party in self.others) or _("a profile that is gone")

    @property
    def who(self) -> str:
        """The people who come from the other side."""
        return ", ".join(party.user.name for party in self.others if party.user and party.user.name)

    def is_over(self, now: datetime) -> bool:
        return self.meeting.ends_at <= now


@dataclass(frozen=True)
class Colleague:
    """One who could come instead; `registration` is their seat where the meeting is in an event or at its desk."""

    user: Any
    registration: Registration | None


def colleagues(meeting: Meeting, party: MeetingParty) -> list[Colleague]:
    """Representatives of the same side who are not in the meeting; in a round, those of them who have a seat."""
    rows = Representative.objects.filter(profile=party.profile_id, user__is_active=True).select_related("user")
    people = [row.user for row in rows.exclude(user__meeting_parties__meeting=meeting).order_by("user__name", "pk")]
    here = Q(event__desks__visits__meeting=meeting)
    if meeting.slot_id is not None:
        here = Q(event__rounds__slots=meeting.slot_id)
    seats = Registration.objects.confirmed().filter(here, user__in=people, profile=party.profile_id)
    by_person = {seat.user_id: seat for seat in seats}
    found = [Colleague(person, by_person.get(person.pk)) for person in people]
    return found if meeting.slot_id is None else [one for one in found if one.registration is not None]


def with_parties(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    return meetings.prefetch_related(
        Prefetch("parties", MeetingParty.objects.select_related("profile", "user").order_by("pk"))
    ).select_related("cancelled_by", "slot__round__event")


def seen_by_party(meeting: Meeting, mine: MeetingParty) -> OwnMeeting:
    return OwnMeeting(meeting, mine, tuple(party for party in meeting.parties.all() if party.pk != mine.pk))


def meetings_of(seat: Registration) -> list[OwnMeeting]:
    """What is agreed of those who come with this registration, in order of time. One query, which reads no more of
    people and profiles than their names."""
    agreed = MeetingParty.objects.filter(meeting__state=Meeting.State.AGREED, meeting__parties__registration=seat)
    told = ["profile__slug", "profile__name_fi", "profile__name_sv", "profile__name_en", "user__name"]
    rows = agreed.select_related("meeting__slot", "profile", "user").only("meeting", "registration", *told)
    rows = rows.order_by("meeting__starts_at", "meeting", "pk")
    found = []
    for _pk, group in groupby(rows, key=lambda party: party.meeting_id):
        parties = list(group)
        mine = next(party for party in parties if party.registration_id == seat.pk)
        found.append(OwnMeeting(mine.meeting, mine, tuple(party for party in parties if party is not mine)))
    return found


def own_meetings(user: Any, meetings: QuerySet[Meeting]) -> list[OwnMeeting]:
    """Of these meetings those of the person or of a profile that they represent, in order of time."""
    profiles = set(Profile.objects.represented_by(user).values_list("pk", flat=True))
    found = with_parties(
        meetings.filter(Q(parties__user=user) | Q(parties__profile__in=profiles)).distinct().order_by("starts_at", "pk")
    )
    seen = []
    for meeting in found:
        parties = list(meeting.parties.all())
        mine = next((p for p in parties if p.user_id == user.pk), None) or next(
            p for p in parties if p.profile_id in profiles
        )
        seen.append(seen_by_party(meeting, mine))
    return seen


def open_proposals(user: Any) -> QuerySet[MeetingProposal]:
    """Proposals between the person's profiles and others that wait for an answer, whoever is to give it."""
    own = Profile.objects.represented_by(user).values("pk")
    return (
        MeetingProposal.objects.filter(state=MeetingProposal.State.OPEN)
        .filter(Q(proposer__in=own) | Q(other__in=own))
        .select_related("proposer", "other", "proposed_by", "moves")
        .prefetch_related("times")
        .order_by("proposed_at", "pk")
    )


def count_to_answer(user: Any) -> int:
    """How many proposals and requests wait for this person: what the masthead shows."""
    own = Profile.objects.represented_by(user).values("pk")
    proposals = MeetingProposal.objects.filter(state=MeetingProposal.State.OPEN, other__in=own).count()
    return proposals + _waiting(asked=Q(asked__user=user), asker=Q(asker__user=user)).count()


def _waiting(*, asked: Q, asker: Q) -> QuerySet[MeetingRequest]:
    turn = MeetingRequest.Turn
    return MeetingRequest.objects.filter(
        Q(asked, turn=turn.ASKED) | Q(asker, turn=turn.ASKER),
        state=MeetingRequest.State.PENDING,
        asked__state=Registration.State.CONFIRMED,
        asker__state=Registration.State.CONFIRMED,
    )


def _whole(requests: QuerySet[MeetingRequest]) -> QuerySet[MeetingRequest]:
    return (
        requests.select_related("asker__profile", "asker__user", "asked__profile", "asked__user", "round__event")
        .prefetch_related("offered__slot")
        .order_by("made_at", "pk")
    )


def requests_to(user: Any) -> QuerySet[MeetingRequest]:
    """Requests that wait for this person's answer, in any event."""
    return _whole(_waiting(asked=Q(asked__user=user), asker=Q(asker__user=user)))


def requests_to_seat(seat: Registration) -> list[MeetingRequest]:
    """Those that wait for the answer of one who comes to an event. Joining what is told of them is dear, and most of
    the time none waits: one query then."""
    found = list(_waiting(asked=Q(asked=seat), asker=Q(asker=seat)).values_list("pk", flat=True))
    return list(_whole(MeetingRequest.objects.filter(pk__in=found))) if found else []


def busy_times(users: Iterable[Any], since: datetime) -> Sequence[tuple[datetime, datetime, int]]:
    """(start, end, user id) of agreed meetings from `since` on."""
    rows = MeetingParty.objects.filter(
        user__in=[user.pk for user in users], meeting__state=Meeting.State.AGREED, meeting__ends_at__gt=since
    )
    return [
        (row.meeting.starts_at, row.meeting.ends_at, row.user_id)
        for row in rows.select_related("meeting")
        if row.user_id is not None
    ]


# --- Calendars -------------------------------------------------------------------------------------------------------


def feed_meetings(user: Any, now: datetime) -> list[CalendarMeeting]:
    """Every meeting that the person comes to, cancelled ones too, until it has been over for a while."""
    since = (now - FEED_KEEPS).replace(hour=0, minute=0, second=0, microsecond=0)
    return calendar_meetings(user, Meeting.objects.filter(ends_at__gte=since))


def calendar_meetings(user: Any, meetings: QuerySet[Meeting]) -> list[CalendarMeeting]:
    """Of these meetings those that the person comes to, as their calendar is told them."""
    found = []
    for meeting in with_parties(meetings.filter(parties__user=user).distinct()):
        mine = next(party for party in meeting.parties.all() if party.user_id == user.pk)
        found.append(calendar_meeting(seen_by_party(meeting, mine)))
    return found


def calendar_meeting(own: OwnMeeting) -> CalendarMeeting:
    """The meeting as this side's calendar is told it, in the active language. It names no address but one's own."""
    meeting = own.meeting
    lines = [own.who, meeting.topic]
    if meeting.is_cancelled and meeting.cancel_reason:
        lines.append(_("Why it was cancelled: %(reason)s") % {"reason": meeting.cancel_reason})
    me = own.mine.user
    return CalendarMeeting(
        uid=meeting.uid,
        sequence=meeting.sequence,
        start=meeting.starts_at,
        end=meeting.ends_at,
        title=_("Meeting: %(other)s") % {"other": own.name},
        changed_at=meeting.revised_at,
        organizer=Person(installation().name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        attendees=(Person(me.name or me.email, me.email),) if me else (),
        place=meeting.where,
        online=meeting.online,
        description="\n".join(line for line in lines if line),
        url=settings.SITE_URL + reverse("meeting", kwargs={"pk": meeting.pk}),
        is_cancelled=meeting.is_cancelled,
        language=reader_language(),
    )


def met_pairs(pairs: Collection[tuple[int, int]], now: datetime) -> set[tuple[int, int]]:
    """Of pairs of profiles, the lower id first, those who have met: their meeting is over, and neither side says that
    it was called off or that somebody did not come. One query."""
    rows = (
        MeetingParty.objects.filter(
            meeting__state=Meeting.State.AGREED,
            meeting__ends_at__lte=now,
            profile__in={one for pair in pairs for one in pair},
        )
        .exclude(meeting__parties__outcome__in=[MeetingParty.Outcome.DID_NOT, MeetingParty.Outcome.CALLED_OFF])
        .values_list("meeting_id", "profile_id")
    )
    parties: dict[int, set[int]] = defaultdict(set)
    for meeting_id, profile_id in rows:
        parties[meeting_id].add(profile_id)
    return {pair for found in parties.values() for pair in combinations(sorted(found), 2)} & set(pairs)
