"""What is told of meetings: kinds of notices, said in the reader's language when they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from events.calendars import mail_part
from events.models import Meeting, MeetingProposal
from events.queries import meetings as queries
from events.wording import when
from notifications.kinds import Attachment, Category, Delivery, Kind, Notice


def _own(context: dict[str, Any]) -> queries.OwnMeeting:
    """The meeting as the notice's reader sees it. LookupError when it is gone."""
    meeting = queries.with_parties(Meeting.objects.filter(pk=context["meeting"])).first()
    if meeting is not None:
        for party in meeting.parties.all():
            if party.pk == context["party"]:
                return queries.seen_by_party(meeting, party)
    raise LookupError(context["meeting"])


def _url(meeting: Meeting) -> str:
    return reverse("meeting", kwargs={"pk": meeting.pk})


def agreed(context: dict[str, Any]) -> Notice:
    own = _own(context)
    return Notice(
        title=_("Agreed: you meet %(other)s") % {"other": own.name},
        text=_place(when(own.meeting.starts_at), own.meeting.place),
        url=_url(own.meeting),
    )


def moved(context: dict[str, Any]) -> Notice:
    own = _own(context)
    return Notice(
        title=_("Moved: %(other)s, now %(when)s") % {"other": own.name, "when": when(own.meeting.starts_at)},
        text=_("It was %(when)s. The entry in your calendar moves by itself.")
        % {"when": when(datetime.fromisoformat(context["was"]))},
        url=_url(own.meeting),
    )


def cancelled(context: dict[str, Any]) -> Notice:
    own = _own(context)
    meeting = own.meeting
    told = {"other": own.name, "when": when(meeting.starts_at)}
    if meeting.cancelled_by_id == own.mine.profile_id:
        title = _("You cancelled the meeting with %(other)s, %(when)s") % told
    elif meeting.cancelled_by_id is None:
        title = _("The organiser cancelled your meeting with %(other)s, %(when)s") % told
    else:
        title = _("%(other)s cannot come: the meeting %(when)s is cancelled") % told
    return Notice(title=title, text=meeting.cancel_reason, url=_url(meeting))


def calendar_part(context: dict[str, Any]) -> list[Attachment]:
    """The meeting as it stands when the mail leaves: a mail that was late still says what is true."""
    part = mail_part(queries.calendar_meeting(_own(context)))
    return [Attachment(part.name, part.content, part.content_type)]


def _proposal(context: dict[str, Any]) -> MeetingProposal:
    found = (
        MeetingProposal.objects.filter(pk=context["proposal"])
        .select_related("proposer", "other", "moves")
        .prefetch_related("times")
        .first()
    )
    if found is None:
        raise LookupError(context["proposal"])
    return found


def proposed(context: dict[str, Any]) -> Notice:
    proposal = _proposal(context)
    times = ", ".join(when(time.starts_at) for time in proposal.times.all())
    if proposal.moves_id:
        title = _("%(other)s proposes another time for your meeting") % {"other": proposal.proposer.name}
    elif proposal.counters_id:
        title = _("%(other)s proposes other times for your meeting") % {"other": proposal.proposer.name}
    else:
        title = _("%(other)s proposes a meeting") % {"other": proposal.proposer.name}
    return Notice(title=title, text=times, url=reverse("proposal", kwargs={"pk": proposal.pk}))


def proposal_declined(context: dict[str, Any]) -> Notice:
    proposal = _proposal(context)
    return Notice(
        title=_("%(other)s declined the times that you proposed") % {"other": proposal.other.name},
        text=proposal.reason,
        url=reverse("proposal", kwargs={"pk": proposal.pk}),
    )


def proposal_withdrawn(context: dict[str, Any]) -> Notice:
    proposal = _proposal(context)
    return Notice(
        title=_("%(other)s withdrew the times that they proposed") % {"other": proposal.proposer.name},
        url=reverse("proposal", kwargs={"pk": proposal.pk}),
    )


def _place(time: str, place: str) -> str:
    return f"{time}, {place}" if place else time


KINDS = (
    Kind("events.proposal", Category.MEETINGS, render=proposed, delivery=Delivery.NOW),
    Kind("events.proposal_declined", Category.MEETINGS, render=proposal_declined, delivery=Delivery.NOW),
    Kind("events.proposal_withdrawn", Category.MEETINGS, render=proposal_withdrawn, delivery=Delivery.DAILY),
    # What one has agreed cannot be switched off: these three keep calendars true.
    *(
        Kind(
            f"events.meeting_{name}",
            Category.MEETINGS,
            render=render,
            delivery=Delivery.NOW,
            may_leave=False,
            attachments=calendar_part,
        )
        for name, render in (("agreed", agreed), ("moved", moved), ("cancelled", cancelled))
    ),
)
