"""What is told of meetings: kinds of notices, said in the reader's language when they are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _

from events import notices_requests
from events.addresses import of_round
from events.calendars import MailPart, Person, feed, mail_part
from events.models import Meeting, MeetingProposal, SolverRun
from events.notices_requests import round_told
from events.queries import meetings as queries
from events.wording import clock, when
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
    before = datetime.fromisoformat(context["was"])
    news = []
    if context.get("is_elsewhere") and own.meeting.place:
        news.append(_("The place has changed: %(place)s.") % {"place": own.meeting.place})
    if context.get("is_relinked") or (context.get("is_elsewhere") and not own.meeting.place):
        news.append(_("The online address of the meeting has changed: see the meeting's page."))
    if news and before == own.meeting.starts_at:
        return Notice(
            title=_("Changed: %(other)s, %(when)s") % {"other": own.name, "when": when(before)},
            text=" ".join([*news, _("The entry in your calendar changes by itself.")]),
            url=_url(own.meeting),
        )
    was = when(before)
    table = own.meeting.table
    if table is None:
        text = _("The earlier time was %(when)s. The entry in your calendar moves by itself.") % {"when": was}
    else:
        text = _(
            "Now at table %(table)s. It was %(when)s, table %(before)s. The entry in your calendar moves by itself."
        )
        text %= {"table": table, "when": was, "before": context.get("table_was")}
    return Notice(
        title=_("Moved: %(other)s, now %(when)s") % {"other": own.name, "when": when(own.meeting.starts_at)},
        text=" ".join([*news, text]),
        url=_url(own.meeting),
    )


def revived(context: dict[str, Any]) -> Notice:
    own = _own(context)
    return Notice(
        title=_("It is held after all: your meeting with %(other)s, %(when)s")
        % {"other": own.name, "when": when(own.meeting.starts_at)},
        text=_("The entry comes back into your calendar by itself."),
        url=_url(own.meeting),
    )


def person_changed(context: dict[str, Any]) -> Notice:
    own = _own(context)
    told = {"person": own.who or own.name, "other": own.name}
    return Notice(
        title=_("You meet %(person)s from %(other)s") % told,
        text=_place(when(own.meeting.starts_at), own.meeting.place),
        url=_url(own.meeting),
    )


def handed_over(context: dict[str, Any]) -> Notice:
    own = _handed_over(context)
    return Notice(
        title=_("%(colleague)s meets %(other)s instead of you")
        % {"colleague": own.mine.user.name or own.mine.user.email if own.mine.user else "", "other": own.name},
        text=_("%(when)s. The meeting is taken out of your calendar.") % {"when": when(own.meeting.starts_at)},
        url=reverse("my_meetings"),
    )


def _handed_over(context: dict[str, Any]) -> queries.OwnMeeting:
    """LookupError when the person comes after all: their calendar must not lose what they have again."""
    own = _own(context)
    if any(party.user_id == context["user"] for party in own.meeting.parties.all()):
        raise LookupError(context["meeting"])
    return own


def taken_out_part(context: dict[str, Any]) -> list[Attachment]:
    """A cancellation for the one who comes no longer; the meeting itself stands."""
    person = get_user_model().objects.get(pk=context["user"])
    told = queries.calendar_meeting(_handed_over(context))
    return [_attached(mail_part(replace(told, is_cancelled=True, attendees=(Person(person.name, person.email),))))]


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
    return [_attached(mail_part(queries.calendar_meeting(_own(context))))]


def _attached(part: MailPart) -> Attachment:
    return Attachment(part.name, part.content, part.content_type)


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


# --- Rounds ----------------------------------------------------------------------------------------------------------


def _programme(context: dict[str, Any]) -> list[queries.OwnMeeting]:
    """The meetings of the round that the notice's reader has, as they stand when it is read."""
    meetings = queries.with_parties(
        Meeting.objects.agreed()
        .filter(slot__round=context["round"], parties__registration=context["registration"])
        .order_by("starts_at")
    )
    own = []
    for meeting in meetings:
        mine = next(p for p in meeting.parties.all() if p.registration_id == context["registration"])
        own.append(queries.seen_by_party(meeting, mine))
    return own


def schedule_published(context: dict[str, Any]) -> Notice:
    round = round_told(context)
    programme = _programme(context)
    lines = "; ".join(
        _("%(time)s %(other)s, table %(table)s")
        % {"time": clock(own.meeting.starts_at), "other": own.name, "table": own.meeting.table}
        for own in programme
    )
    none = _("No time was found for your meetings. There may still be one if others cancel.")
    return Notice(
        title=_("Your programme: %(event)s") % {"event": round.event.title},
        text=lines or none,
        url=reverse("my_day", kwargs={"slug": round.event.slug}),
    )


def programme_part(context: dict[str, Any]) -> list[Attachment]:
    """The whole programme as one file to open; each change after this comes as an update of its own meeting."""
    meetings = [queries.calendar_meeting(own) for own in _programme(context)]
    if not meetings:
        return []
    title = round_told(context).event.title
    return [Attachment("programme.ics", feed(meetings, name=title).decode(), "text/calendar; method=PUBLISH")]


def _run(context: dict[str, Any]) -> SolverRun:
    found = SolverRun.objects.filter(pk=context["run"]).select_related("round__event").first()
    if found is None:
        raise LookupError(context["run"])
    return found


def schedule_made(context: dict[str, Any]) -> Notice:
    run = _run(context)
    return Notice(
        title=_("The schedule of %(event)s is ready for you to look at") % {"event": run.round.event.title},
        text=_("The making was cut short; this is the best that had been found by then.")
        + " "
        + _("Nobody sees it before you publish it.")
        if run.was_cut_short
        else _("Nobody sees it before you publish it."),
        url=of_round("round", run.round),
    )


def schedule_failed(context: dict[str, Any]) -> Notice:
    run = _run(context)
    return Notice(
        title=_("The schedule of %(event)s could not be made") % {"event": run.round.event.title},
        text=_("Nothing has changed. Open the round to see why, and try again."),
        url=of_round("round", run.round),
    )


def _place(time: str, place: str) -> str:
    return f"{time}, {place}" if place else time


KINDS = (
    *notices_requests.KINDS,
    Kind("events.proposal", Category.MEETINGS, render=proposed, delivery=Delivery.NOW),
    Kind("events.proposal_declined", Category.MEETINGS, render=proposal_declined, delivery=Delivery.NOW),
    Kind("events.proposal_withdrawn", Category.MEETINGS, render=proposal_withdrawn, delivery=Delivery.DAILY),
    Kind(
        "events.schedule_published",
        Category.MEETINGS,
        render=schedule_published,
        delivery=Delivery.NOW,
        may_leave=False,
        attachments=programme_part,
    ),
    Kind("events.schedule_made", Category.EVENTS, render=schedule_made, delivery=Delivery.NEVER),
    Kind("events.schedule_failed", Category.EVENTS, render=schedule_failed, delivery=Delivery.NOW),
    # What one has agreed cannot be switched off: these keep calendars true.
    *(
        Kind(
            f"events.meeting_{name}",
            Category.MEETINGS,
            render=render,
            delivery=Delivery.NOW,
            may_leave=False,
            attachments=calendar_part,
        )
        for name, render in (
            ("agreed", agreed),
            ("moved", moved),
            ("cancelled", cancelled),
            ("revived", revived),
            ("person", person_changed),
        )
    ),
    Kind(
        "events.meeting_handed_over",
        Category.MEETINGS,
        render=handed_over,
        delivery=Delivery.NOW,
        may_leave=False,
        attachments=taken_out_part,
    ),
)
