"""What came of meetings: said by both sides in one press, asked again after weeks, and told to everybody in figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Event, EventReport, FollowUp, Meeting, MeetingParty
from events.queries import outcomes as queries
from events.rules import outcomes as rules
from events.rules.events import may_manage_event
from events.rules.meetings import own_party
from events.services.archiving import NotOverYet
from events.services.events import NotTheHost
from events.services.meetings import NotYetMet, NotYourMeeting
from notifications.services import notify

SALT = "events.answer"
HELD = "held"
CAME = "came"

ASKED_FROM, ASKED_UNTIL = 8, 20
"""Hours of the local day in which questions leave."""
FIRST_ASKED_WITHIN = timedelta(days=7)
LATE_BY = timedelta(days=14)
"""A question that a long stop delayed is still asked for so long; older ones are not: nobody remembers."""
A_SWEEP = 200
"""People asked in one sweep."""


class AnswerLinkBroken(DomainError):
    message = _("The link is not whole. Copy it from the message once more, or sign in and answer there.")


class AnswerLinkOld(DomainError):
    message = _("The link is too old. Sign in and answer on the meeting's page.")


class NothingToTell(DomainError):
    message = _("There have been no meetings to tell of.")


@transaction.atomic
def say_outcome(*, meeting: Meeting, by: Any, outcome: str, now: datetime) -> MeetingParty:
    """Whether it was held, as this side sees it; the other side says its own. Raises `NotYourMeeting`, `NotYetMet`.

    What was said of a meeting that was not held after all (how useful, what next) goes.
    """
    party = _own_side(meeting, by, now)
    party.outcome = MeetingParty.Outcome(outcome)
    party.outcome_at = now
    if party.outcome not in rules.HELD:
        party.useful, party.next_step = None, ""
    party.save(update_fields=["outcome", "outcome_at", "useful", "next_step"])
    return party


@transaction.atomic
def say_more(
    *, meeting: Meeting, by: Any, now: datetime, useful: int | None = None, next_step: str = "", note: str = ""
) -> MeetingParty:
    """How useful it was, what next, and a note for one's own side. It was held, if nothing was said of that yet.

    Raises `NotYourMeeting` or `NotYetMet`.
    """
    party = _own_side(meeting, by, now)
    if not party.outcome and (useful or next_step):
        party.outcome, party.outcome_at = MeetingParty.Outcome.HAPPENED, now
    is_held = party.outcome in rules.HELD
    party.useful = MeetingParty.Useful(useful) if useful and is_held else None
    party.next_step = MeetingParty.NextStep(next_step) if next_step and is_held else ""
    party.note = note
    party.save(update_fields=["outcome", "outcome_at", "useful", "next_step", "note"])
    return party


def _own_side(meeting: Meeting, by: Any, now: datetime) -> MeetingParty:
    party: MeetingParty | None = own_party(by, meeting)
    if party is None:
        raise NotYourMeeting
    if not rules.may_say_outcome(by, meeting, now):
        raise NotYetMet
    return party


@transaction.atomic
def answer_follow_up(*, follow_up: FollowUp, by: Any, came: str, now: datetime) -> FollowUp:
    """What came of it by now; an answer may be changed. Something that came of it says that it was held.

    Raises `NotYourMeeting`.
    """
    if not rules.may_answer_follow_up(by, follow_up, now):
        raise NotYourMeeting
    follow_up.came = FollowUp.Came(came)
    follow_up.answered_at, follow_up.answered_by = now, by
    follow_up.save(update_fields=["came", "answered_at", "answered_by"])
    if follow_up.came != FollowUp.Came.NOTHING:
        MeetingParty.objects.filter(pk=follow_up.party_id, outcome="").update(
            outcome=MeetingParty.Outcome.HAPPENED, outcome_at=now
        )
    return follow_up


# --- Links in mails --------------------------------------------------------------------------------------------------


def answer_token(kind: str, pk: int, user: Any) -> str:
    """What lets one person answer one question without signing in: of no use for anything else."""
    return signing.dumps([kind, pk, user.pk], salt=SALT)


def read_token(token: str) -> tuple[str, Any, Any]:
    """(kind, the party or the question, the person). Raises `AnswerLinkBroken` or `AnswerLinkOld`."""
    try:
        kind, pk, user_pk = signing.loads(token, salt=SALT, max_age=rules.ANSWERED_WITHIN)
    except signing.SignatureExpired as error:
        raise AnswerLinkOld from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise AnswerLinkBroken from error
    user = get_user_model().objects.filter(pk=user_pk, is_active=True).first()
    found: Any = None
    if kind == HELD:
        found = MeetingParty.objects.select_related("meeting").filter(pk=pk).first()
    elif kind == CAME:
        found = FollowUp.objects.select_related("party__meeting").filter(pk=pk).first()
    if user is None or found is None:
        raise AnswerLinkBroken
    return kind, found, user


# --- Asking ----------------------------------------------------------------------------------------------------------


def ask(*, now: datetime) -> int:
    """Ask the people whose meetings were yesterday, a month and three months ago: one notice a person and question,
    however many meetings. Returns how many notices. Found again by the next sweep if this one is cut short.
    """
    if not ASKED_FROM <= timezone.localtime(now).hour < ASKED_UNTIL:
        return 0
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first = _standing(now).filter(
        meeting__ends_at__lt=today, meeting__ends_at__gte=now - FIRST_ASKED_WITHIN, outcome="", asked_at=None
    )
    count = _ask_each(first, _ask_held, now)
    for days in rules.ASKED_AFTER:
        ended = today - timedelta(days=days - 1)
        asked = FollowUp.objects.filter(party=OuterRef("pk"), after_days=days)
        not_held = MeetingParty.objects.filter(meeting=OuterRef("meeting")).exclude(outcome__in=["", *rules.HELD])
        due = _standing(now).filter(meeting__ends_at__lt=ended, meeting__ends_at__gte=ended - LATE_BY)
        due = due.filter(~Exists(asked), ~Exists(not_held))
        count += _ask_each(due, _ask_came(days), now)
    return count


def _standing(now: datetime) -> QuerySet[MeetingParty]:
    return MeetingParty.objects.filter(
        meeting__state=Meeting.State.AGREED, meeting__ends_at__lt=now, user__is_active=True
    )


def _ask_each(
    due: QuerySet[MeetingParty], one: Callable[[Any, list[MeetingParty], datetime], None], now: datetime
) -> int:
    by_person: dict[int, list[int]] = defaultdict(list)
    for party, person in due.order_by("user_id", "pk").values_list("pk", "user_id")[: A_SWEEP * 20]:
        if len(by_person) < A_SWEEP or person in by_person:
            by_person[person].append(party)
    count = 0
    for person, parties in by_person.items():
        with transaction.atomic():
            user = get_user_model().objects.select_for_update().get(pk=person)
            still = list(due.filter(pk__in=parties).select_related("meeting"))
            if still:
                one(user, still, now)
                count += 1
    return count


def _ask_held(user: Any, parties: list[MeetingParty], now: datetime) -> None:
    MeetingParty.objects.filter(pk__in=[party.pk for party in parties]).update(asked_at=now)
    about = {"user": user.pk, "parties": [party.pk for party in parties]}
    notify("events.how_was_it", user, about, key=_key(now, parties), now=now)


def _ask_came(days: int) -> Callable[[Any, list[MeetingParty], datetime], None]:
    def ask_one(user: Any, parties: list[MeetingParty], now: datetime) -> None:
        made = [FollowUp.objects.create(party=party, after_days=days, asked_at=now) for party in parties]
        about = {"user": user.pk, "days": days, "questions": [one.pk for one in made]}
        notify("events.came_of_it", user, about, key=f"{days}:{_key(now, parties)}", now=now)

    return ask_one


def _key(now: datetime, parties: list[MeetingParty]) -> str:
    return f"{timezone.localdate(now).isoformat()}:{parties[0].pk}"


# --- For everybody ---------------------------------------------------------------------------------------------------


@transaction.atomic
def publish_report(*, event: Event, by: Any, now: datetime) -> EventReport:
    """The figures as they are now, without small numbers, for everybody; published anew they are those of then.

    Raises `NotTheHost`, `NotOverYet` or `NothingToTell`.
    """
    if not may_manage_event(by, event):
        raise NotTheHost
    if event.ends_at > now or event.is_draft:
        raise NotOverYet
    known = queries.figures(event)
    if not known.has_meetings:
        raise NothingToTell
    figures = queries.written(queries.for_everybody(known))
    made, _new = EventReport.objects.update_or_create(
        event=event, defaults={"figures": figures, "published_at": now, "published_by": by}
    )
    audit.record("event.report_published", event, by=by, now=now)
    return made


@transaction.atomic
def withdraw_report(*, event: Event, by: Any, now: datetime) -> None:
    """Nobody but the organiser sees it any more. Raises `NotTheHost`."""
    if not may_manage_event(by, event):
        raise NotTheHost
    EventReport.objects.filter(event=event).delete()
    audit.record("event.report_withdrawn", event, by=by, now=now)
