"""What is asked of meetings that were held, with answers that can be given from the mail in one press."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import FollowUp, Meeting, MeetingParty
from events.queries.meetings import seen_by_party, with_parties
from events.services import outcomes as services
from events.wording import when
from notifications.kinds import Category, Choice, Delivery, Kind, Notice, Point


def _own(parties: list[MeetingParty]) -> list[Any]:
    """The meetings as these sides see them, in order of time."""
    by_meeting = {party.meeting_id: party.pk for party in parties}
    found = []
    for meeting in with_parties(Meeting.objects.agreed().filter(pk__in=by_meeting).order_by("starts_at")):
        mine = next(party for party in meeting.parties.all() if party.pk == by_meeting[meeting.pk])
        found.append(seen_by_party(meeting, mine))
    return found


def _names(owns: list[Any]) -> str:
    return "; ".join(own.name for own in owns)


def _to_say(context: dict[str, Any]) -> list[Any]:
    """Of what was asked, what has no answer yet and is the person's still."""
    rows = MeetingParty.objects.filter(pk__in=context["parties"], user=context["user"], outcome="")
    return _own(list(rows))


def how_was_it(context: dict[str, Any]) -> Notice:
    owns = _own(list(MeetingParty.objects.filter(pk__in=context["parties"], user=context["user"])))
    if not owns:
        raise LookupError(context["parties"])
    title = ngettext("How was your meeting?", "How were your %(n)d meetings?", len(owns)) % {"n": len(owns)}
    return Notice(title=title, text=_names(owns), url=reverse("my_meetings"))


def to_say(context: dict[str, Any], reader: Any) -> list[Point]:
    return [
        Point(
            title=own.name,
            text=when(own.meeting.starts_at),
            url=reverse("meeting", kwargs={"pk": own.meeting.pk}),
            choices=_choices(services.HELD, own.mine.pk, reader, MeetingParty.Outcome.choices),
        )
        for own in _to_say(context)
    ]


def _questions(context: dict[str, Any]) -> dict[int, FollowUp]:
    rows = FollowUp.objects.filter(pk__in=context["questions"], party__user=context["user"]).select_related("party")
    return {row.party.meeting_id: row for row in rows}


def came_of_it(context: dict[str, Any]) -> Notice:
    questions = _questions(context)
    owns = _own([row.party for row in questions.values()])
    if not owns:
        raise LookupError(context["questions"])
    return Notice(
        title=ngettext("Has something come of your meeting?", "Has something come of your %(n)d meetings?", len(owns))
        % {"n": len(owns)},
        text=_("%(days)d days ago you met: %(names)s") % {"days": context["days"], "names": _names(owns)},
        url=reverse("my_meetings"),
    )


def to_answer(context: dict[str, Any], reader: Any) -> list[Point]:
    questions = {meeting: row for meeting, row in _questions(context).items() if not row.came}
    return [
        Point(
            title=own.name,
            text=when(own.meeting.starts_at),
            url=reverse("meeting", kwargs={"pk": own.meeting.pk}),
            choices=_choices(services.CAME, questions[own.meeting.pk].pk, reader, FollowUp.Came.choices),
        )
        for own in _own([row.party for row in questions.values()])
    ]


def _choices(kind: str, pk: int, reader: Any, choices: Any) -> tuple[Choice, ...]:
    url = reverse("answer_from_mail", kwargs={"token": services.answer_token(kind, pk, reader)})
    return tuple(Choice(str(label), f"{url}?answer={value}") for value, label in choices)


KINDS = (
    Kind("events.how_was_it", Category.MEETINGS, render=how_was_it, delivery=Delivery.NOW, points=to_say),
    Kind("events.came_of_it", Category.MEETINGS, render=came_of_it, delivery=Delivery.NOW, points=to_answer),
)
