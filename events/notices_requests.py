"""What is told of requests to meet: kinds of notices, said in the reader's language when they are read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from events.addresses import of_round
from events.models import Event, MeetingRequest, Round
from events.wording import clock, when
from notifications.kinds import Category, Delivery, Kind, Notice


def _request(context: dict[str, Any]) -> MeetingRequest:
    found = (
        MeetingRequest.objects.filter(pk=context["request"])
        .select_related("asker__profile", "asker__user", "asked__profile", "asked__user", "round__event")
        .first()
    )
    if found is None:
        raise LookupError(context["request"])
    return found


def _people_url(request: MeetingRequest) -> str:
    return of_round("round_people", request.round)


def _request_url(request: MeetingRequest) -> str:
    return reverse("meeting_request", kwargs={"pk": request.pk})


def requested(context: dict[str, Any]) -> Notice:
    request = _request(context)
    told = {"other": request.asker.profile.name, "event": request.round.event.title}
    return Notice(
        title=_("%(other)s would like to meet you at %(event)s") % told,
        text=request.message,
        url=_request_url(request),
    )


def request_accepted(context: dict[str, Any]) -> Notice:
    request = _request(context)
    if request.waits_since is not None:
        text = _("No time is free for both of you now. You get the first one that frees.")
    else:
        text = _("The time comes with the programme, when the organiser publishes it.")
    return Notice(
        title=_("%(other)s will meet you at %(event)s")
        % {"other": request.on_turn.profile.name, "event": request.round.event.title},
        text=text,
        url=_people_url(request),
    )


def request_declined(context: dict[str, Any]) -> Notice:
    request = _request(context)
    return Notice(
        title=_("%(other)s declined your request to meet at %(event)s")
        % {"other": request.asked.profile.name, "event": request.round.event.title},
        text=request.reason,
        url=_people_url(request),
    )


def round_removed(context: dict[str, Any]) -> Notice:
    event = Event.objects.filter(pk=context["event"]).first()
    if event is None:
        raise LookupError(context["event"])
    return Notice(
        title=_("A round of meetings at %(event)s is called off") % {"event": event.title},
        text=_("Your requests for it fell with it. The event itself is held as planned."),
        url=event.get_absolute_url(),
    )


def _sides(context: dict[str, Any]) -> tuple[MeetingRequest, dict[str, Any]]:
    """The request, and the names that its reader is told; `to` is the reader's side."""
    request = _request(context)
    other = request.asked if context["to"] == MeetingRequest.Turn.ASKER else request.asker
    return request, {"other": other.profile.name, "event": request.round.event.title}


def request_countered(context: dict[str, Any]) -> Notice:
    request, told = _sides(context)
    times = ", ".join(clock(one.slot.starts_at) for one in request.offered.select_related("slot"))
    return Notice(
        title=_("%(other)s offers other times for your meeting at %(event)s") % told,
        text=times,
        url=_request_url(request),
    )


def request_reminder(context: dict[str, Any]) -> Notice:
    request, told = _sides(context)
    text = "" if request.expires_at is None else _("Answer by %(when)s.") % {"when": when(request.expires_at)}
    return Notice(
        title=_("%(other)s still waits for your answer about a meeting at %(event)s") % told,
        text=text,
        url=_request_url(request),
    )


def request_expired(context: dict[str, Any]) -> Notice:
    request, told = _sides(context)
    return Notice(
        title=_("%(other)s did not answer in time about a meeting at %(event)s") % told,
        text=_("The request no longer stands. You can ask them once more, or somebody else."),
        url=_people_url(request),
    )


def request_handed(context: dict[str, Any]) -> Notice:
    request = _request(context)
    giver = request.handed_from
    told = {"who": (giver.user.name if giver else "") or request.asked.profile.name}
    told |= {"other": request.asker.profile.name, "event": request.round.event.title}
    return Notice(
        title=_("%(who)s gave you a request: %(other)s would like to meet at %(event)s") % told,
        text=request.message,
        url=_request_url(request),
    )


def request_handed_on(context: dict[str, Any]) -> Notice:
    request = _request(context)
    told = {"other": request.asked.profile.name, "who": request.asked.user.name or request.asked.profile.name}
    return Notice(
        title=_("%(who)s answers your request in place of their colleague at %(other)s") % told,
        text=request.round.event.title,
        url=_request_url(request),
    )


def wish_mutual(context: dict[str, Any]) -> Notice:
    request = _request(context)
    other = request.asked if request.asker_id == context["registration"] else request.asker
    if request.waits_since is not None:
        text = _("No time is free for both of you now. You get the first one that frees.")
    else:
        text = _("The time comes with the programme, when the organiser publishes it.")
    return Notice(
        title=_("You both wished to meet: %(other)s, %(event)s")
        % {"other": other.profile.name, "event": request.round.event.title},
        text=text,
        url=_request_url(request),
    )


def booking_opened(context: dict[str, Any]) -> Notice:
    round = round_told(context)
    return Notice(
        title=_("You can ask for meetings now: %(event)s") % {"event": round.event.title},
        text=_("Enough people have registered. Look who comes, and ask those whom you would like to meet."),
        url=of_round("round_people", round),
    )


def round_told(context: dict[str, Any]) -> Round:
    found = Round.objects.filter(pk=context["round"]).select_related("event").first()
    if found is None:
        raise LookupError(context["round"])
    return found


KINDS = (
    Kind("events.request", Category.MEETINGS, render=requested, delivery=Delivery.NOW),
    Kind("events.request_accepted", Category.MEETINGS, render=request_accepted, delivery=Delivery.DAILY),
    Kind("events.request_declined", Category.MEETINGS, render=request_declined, delivery=Delivery.DAILY),
    Kind("events.request_countered", Category.MEETINGS, render=request_countered, delivery=Delivery.NOW),
    Kind("events.request_reminder", Category.MEETINGS, render=request_reminder, delivery=Delivery.NOW),
    Kind("events.request_expired", Category.MEETINGS, render=request_expired, delivery=Delivery.DAILY),
    Kind("events.request_handed", Category.MEETINGS, render=request_handed, delivery=Delivery.NOW),
    Kind("events.request_handed_on", Category.MEETINGS, render=request_handed_on, delivery=Delivery.DAILY),
    Kind("events.wish_mutual", Category.MEETINGS, render=wish_mutual, delivery=Delivery.NOW),
    Kind("events.round_removed", Category.MEETINGS, render=round_removed, delivery=Delivery.DAILY),
    Kind("events.booking_opened", Category.MEETINGS, render=booking_opened, delivery=Delivery.NOW),
)
