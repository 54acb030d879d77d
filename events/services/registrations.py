"""Registering for an event and leaving it: for oneself, and for colleagues who represent the same profile.

Everything happens under the event's lock, so that two at once never get the same seat.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import rules as accounts_rules
from accounts.models import Profile, User
from core import audit
from core.errors import DomainError
from events.models import Event, Registration, RegistrationRules, TicketCategory
from events.rules.events import may_manage_event, may_see_event
from events.rules.questions import Answers
from events.services import desk_visits, placing
from events.services.answers import check_answers, keep_answers
from events.services.runs import refuse_another_run
from events.services.seats import fill_seats, has_room, lock_event, notice_key, sweep_seats
from notifications.services import notify

__all__ = ["fill_seats", "lock_event", "sweep_seats"]

State = Registration.State


class NotYourProfile(DomainError):
    message = _("Choose a profile that you represent yourself.")


class ProfileNotPublished(DomainError):
    message = _("The profile is not published yet. Finish it first, then register.")


class RegistrationClosed(DomainError):
    message = _("Registration for the event is closed.")


class AlreadyRegistered(DomainError):
    message = _("You have registered for the event already.")


class WasDeclined(DomainError):
    message = _("The organiser has declined your registration. Write to them if something has changed.")


class TicketMissing(DomainError):
    message = _("Choose a ticket.")


class TicketNotGivenOut(DomainError):
    message = _("This ticket is not given out now. Choose another.")


class TicketNotForYou(DomainError):
    message = _("This ticket is not for an organisation of your kind. Choose another.")


class NotForYou(DomainError):
    message = _("The event is for a closed circle, to which you do not belong.")


class NotYours(DomainError):
    message = _("You can cancel only your own registration.")


class NotRegistered(DomainError):
    message = _("The registration is cancelled already.")


class EventIsOver(DomainError):
    message = _("The event is over.")


class NotColleagues(DomainError):
    message = _("You can register those who represent the same organisation.")


class TooManyColleagues(DomainError):
    message = _("You have brought as many colleagues as one may. The rest register themselves.")


@transaction.atomic
def register(
    *,
    event: Event,
    profile: Profile,
    by: Any,
    now: datetime,
    ticket: TicketCategory | None = None,
    answers: Answers | None = None,
) -> Registration:
    """A person comes for a profile: to a free seat, or to the end of the line, or to wait for the organiser's leave.
    They are told which.

    Raises `NotYourProfile`, `ProfileNotPublished`, `RegistrationClosed`, `AlreadyRegistered`, `WasDeclined`,
    `NotForYou`, `InAnotherRun`, or what is wrong with the ticket or an answer, with its field.
    """
    if not accounts_rules.may_act_for(by, profile):
        raise NotYourProfile(field="profile")
    if profile.status != Profile.Status.PUBLISHED:
        raise ProfileNotPublished(field="profile")
    event = lock_event(event)
    if not event.takes_registrations(now):
        raise RegistrationClosed
    refuse_outsider(event, by)
    refuse_twice(event, by)
    ticket = check_ticket(event, ticket, profile, now)
    kept = check_answers(event, ticket=ticket, answers=answers or {})
    made = enter(event=event, profile=profile, person=by, ticket=ticket, by=by, now=now)
    keep_answers(made, kept)
    return made


@transaction.atomic
def register_colleagues(
    *, registration: Registration, people: Sequence[User], by: Any, now: datetime
) -> list[Registration]:
    """One who comes brings others who represent the same profile, on the same ticket. Each is told by whom, and answers
    the organiser's questions or cancels themselves.

    Those who have registered already are passed over. Raises `NotYours`, `NotRegistered`, `RegistrationClosed`,
    `NotColleagues`, `NotForYou`, `TooManyColleagues`, or what is wrong with the ticket.
    """
    event = lock_event(registration.event)
    registration = event.registrations.select_related("profile", "ticket").get(pk=registration.pk)
    refuse_others(registration, by)
    if not event.takes_registrations(now):
        raise RegistrationClosed
    represented = set(registration.profile.representatives.values_list("user", flat=True))
    if not {person.pk for person in people} <= represented:
        raise NotColleagues(field="people")
    known = set(
        event.registrations.filter(user__in=people).exclude(state=State.CANCELLED).values_list("user", flat=True)
    )
    new = [person for person in people if person.pk not in known]
    for person in new:
        refuse_outsider(event, person)
    if len(new) > colleagues_left(registration):
        raise TooManyColleagues(field="people")
    ticket = check_ticket(event, registration.ticket, registration.profile, now)
    return [
        enter(event=event, profile=registration.profile, person=person, ticket=ticket, by=by, now=now) for person in new
    ]


@transaction.atomic
def cancel_registration(*, registration: Registration, by: Any, now: datetime) -> Registration:
    """The person, or the event's host, ends a registration. Its coming meetings fall, its answers are deleted, and the
    seat goes on at once.

    Raises `NotYours`, `NotRegistered` or `EventIsOver`.
    """
    event = lock_event(registration.event)
    registration = event.registrations.select_related("profile", "user").get(pk=registration.pk)
    is_own = registration.user_id == by.pk
    if not is_own and not may_manage_event(by, event):
        raise NotYours
    if registration.state in (State.CANCELLED, State.DECLINED):
        raise NotRegistered
    if event.ends_at <= now:
        raise EventIsOver
    end(registration, by=by, now=now)
    return registration


# --- Pieces, in the caller's transaction, which has locked the event -------------------------------------------------


def enter(
    *, event: Event, profile: Profile, person: Any, ticket: TicketCategory | None, by: Any, now: datetime
) -> Registration:
    """The row of a registration, with a seat if there is one, and the notice of it. Raises `InAnotherRun`."""
    refuse_another_run(event, person)
    found = event.registrations.filter(user=person).first()
    made = found or Registration(event=event, user_id=person.pk)
    made.profile, made.ticket, made.registered_at, made.decision_reason = profile, ticket, now, ""
    made.brought_by_id = by.pk if by.pk != person.pk else None
    if asks_leave(event, ticket):
        made.state = State.PENDING
    else:
        made.state = State.CONFIRMED if has_room(event, ticket) else State.WAITING
    made.save()
    audit.record("registration.made", made, by=by, now=now, event=event.pk, state=str(made.state))
    about = {"registration": made.pk, "user": person.pk}
    notify("events.registered", [made.user], about, key=notice_key(made), now=now)
    return made


def refuse_outsider(event: Event, person: Any) -> None:
    """An event for a circle is for those in it, and for those who host it. Raises `NotForYou`."""
    if not may_see_event(person, event):
        raise NotForYou


def end(registration: Registration, *, by: Any, now: datetime) -> None:
    """It ends, with all that goes with it, and the seat goes on. The person is told if it was another who ended it."""
    registration.state = State.CANCELLED
    leave(registration, now=now)
    audit.record("registration.cancelled", registration, by=by, now=now, event=registration.event_id)
    if by is None or registration.user_id != by.pk:
        about = {"registration": registration.pk, "user": registration.user_id}
        notify("events.registration_cancelled", [registration.user], about, key=notice_key(registration), now=now)
    fill_seats(event=registration.event, now=now)


def leave(registration: Registration, *, now: datetime) -> None:
    """What goes with a registration that ends: wishes, coming meetings, answers."""
    registration.save(update_fields=["state", "decision_reason"])
    placing.leave_rounds(registration=registration, now=now)
    desk_visits.leave_lines(event=registration.event, user=registration.user, now=now)
    registration.answers.all().delete()


def asks_leave(event: Event, ticket: TicketCategory | None) -> bool:
    """Whether the organiser accepts or declines each who comes on this ticket."""
    if ticket is not None and ticket.needs_approval:
        return True
    return RegistrationRules.objects.filter(event=event, needs_approval=True).exists()


def check_ticket(event: Event, ticket: TicketCategory | None, profile: Profile, now: datetime) -> TicketCategory | None:
    """The ticket as it stands now. Raises `TicketMissing`, `TicketNotGivenOut` or `TicketNotForYou`."""
    tickets = {one.pk: one for one in event.tickets.all()}
    if not tickets:
        return None
    found = tickets.get(ticket.pk) if ticket is not None else None
    if found is None:
        raise TicketMissing(field="ticket")
    if not found.is_given_out(now):
        raise TicketNotGivenOut(field="ticket")
    if not found.is_for(profile.kind):
        raise TicketNotForYou(field="ticket")
    return found


def refuse_others(registration: Registration, by: Any) -> None:
    """Only the person, whose registration stands. Raises `NotYours` or `NotRegistered`."""
    if registration.user_id != by.pk:
        raise NotYours
    if registration.state in (State.CANCELLED, State.DECLINED):
        raise NotRegistered


def colleagues_left(registration: Registration) -> int:
    """How many more one may bring: those whom one has brought and those asked along by e-mail are counted."""
    event = registration.event
    rules = RegistrationRules.objects.filter(event=event).first()
    most = rules.most_colleagues if rules else RegistrationRules.COLLEAGUES
    brought = Registration.objects.standing().filter(event=event, brought_by=registration.user_id).count()
    asked = event.colleague_invitations.filter(
        invited_by=registration.user_id, accepted_at=None, withdrawn_at=None
    ).count()
    return max(most - brought - asked, 0)


def refuse_twice(event: Event, person: Any) -> None:
    found = event.registrations.filter(user=person).first()
    if found is not None and found.state == State.DECLINED:
        raise WasDeclined
    if found is not None and found.state != State.CANCELLED:
        raise AlreadyRegistered
