"""An event that asks those who register, with tickets and with somebody who waits for the organiser's leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts import tokens
from accounts.models import User
from events.models import Event, Question, Registration
from events.services import colleagues, doors, questions, registrations, tickets
from events.services.events import EventPlan, create_event, publish_event
from events.services.questions import QuestionPlan
from events.services.tickets import TicketPlan
from tests.e2e.made import PEOPLE, comers, person

WAYS: dict[str, Sequence[str]] = {
    "fi": ["Junalla", "Autolla"],
    "sv": ["Med tåg", "Med bil"],
    "en": ["By train", "By car"],
}
ASKING = "Selaimen kyselevä päivä"
Kind = Question.Kind
HOST = PEOPLE["coordinator"]
NOT_PAGES = {
    "event_bring", "event_ask_colleague", "event_take_back", "event_ticket_remove", "event_question_move",
    "event_question_remove", "event_participants_act", "event_participants_file", "event_remove",
    "event_cancel_registration", "event_door_people", "event_door_presses", "helper_door_people",
    "helper_door_presses", "door_worker", "event_helper_revoke", "own_ticket_picture",
    "event_badges", "event_programmes", "event_signs", "event_certificates", "own_certificate",
    "event_participants_book",
}  # fmt: skip
"""Answers to a press or a file."""


def asking() -> Event:
    """Made the first time it is asked for: the company comes, another waits for leave, the student is not there."""
    known = Event.objects.filter(title_fi=ASKING).first()
    if known is not None:
        return known
    now = timezone.now()
    day = (timezone.localtime(now) + timedelta(days=15)).replace(hour=9, minute=0, second=0, microsecond=0)
    host = User.objects.get(email=PEOPLE["coordinator"])
    plan = EventPlan(
        titles={"fi": ASKING, "sv": "Webbläsarens frågedag", "en": "The browser's asking day"},
        starts_at=day,
        ends_at=day + timedelta(hours=4),
        place="Kirjasto",
    )
    event = create_event(plan=plan, organiser=None, by=host, now=now)
    visitor, exhibitor = (
        tickets.save_ticket(event=event, plan=one, by=host, now=now)
        for one in (
            TicketPlan(names={"fi": "Kävijä", "sv": "Besökare", "en": "Visitor"}, capacity=40),
            TicketPlan(
                names={"fi": "Näytteilleasettaja", "sv": "Utställare", "en": "Exhibitor"},
                audiences={"fi": "Näytät jotakin", "sv": "Du visar något", "en": "You show something"},
                needs_approval=True,
            ),
        )
    )
    made: list[Question] = []
    for kind, words, more in (
        (Kind.CHOICE, ("Miten tulet?", "Hur kommer du?", "How do you come?"), {"is_required": True}),
        (Kind.SHORT, ("Auton rekisteri", "Bilens nummer", "Number of the car"), {}),
        (Kind.DIET, ("Mitä et syö?", "Vad äter du inte?", "What do you not eat?"), {"kept_days": 7}),
        (Kind.YES_NO, ("Tarvitsetko sähköä?", "Behöver du el?", "Do you need power?"), {"tickets": [exhibitor]}),
    ):
        texts = dict(zip(("fi", "sv", "en"), words, strict=True))
        depends: dict[str, Any] = {"depends_on": made[0], "depends_values": ["o2"]} if kind == Kind.SHORT else {}
        plan_of = QuestionPlan(
            kind=kind,
            labels=texts,
            purposes={"fi": "Järjestelyjä varten.", "sv": "För arrangemangen.", "en": "For the arrangements."},
            options=WAYS if kind == Kind.CHOICE else {},
            **more,
            **depends,
        )
        made.append(questions.save_question(event=event, plan=plan_of, by=host, now=now))
    publish_event(event=event, by=host, now=now)
    answers = {made[0].pk: "o2", made[1].pk: "ABC-123", made[2].pk: {"keys": ["vegan"], "more": ""}}
    for number, (profile, user) in enumerate([one for one in comers(9) if one[1].email != PEOPLE["student"]][:6]):
        registrations.register(
            event=event,
            profile=profile,
            ticket=exhibitor if number % 3 == 1 else visitor,
            answers=answers,
            by=user,
            now=now,
        )
    return event


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?")."""
    event = asking()
    slug = {"slug": event.slug}
    mine = Registration.objects.get(event=event, user__email=PEOPLE["company"])
    pending = Registration.objects.pending().filter(event=event)[0]
    person("kolmas@selain.example", "Kaisa Kolmas")
    asked = event.colleague_invitations.filter(withdrawn_at=None).first() or colleagues.ask_colleague(
        registration=mine, email="kollega@selain.example", by=mine.user, now=timezone.now()
    )
    token = {"token": tokens.make(colleagues.KIND, asked.pk)}
    link = event.helper_links.first() or doors.make_link(
        event=event, name="Pääovi", expires_at=event.ends_at, by=User.objects.get(email=HOST), now=timezone.now()
    )
    door = {"token": doors.token_of(link)}
    ticket, question = event.tickets.all()[1], event.questions.all()[1]
    return [
        *[("coordinator", name, slug, "") for name in (
            "event", "event_registering", "event_ticket_new", "event_question_new", "event_participants",
            "event_answers", "event_helpers", "event_door", "event_printing", "event_names",
        )],
        ("coordinator", "ticket_code", {"code": mine.code}, ""),
        ("anonymous", "helper_door", door, ""),
        ("company", "own_ticket", slug, ""),
        ("coordinator", "event_participants", slug, "q=zzzz"),
        ("coordinator", "event_ticket", {**slug, "pk": ticket.pk}, ""),
        ("coordinator", "event_question", {**slug, "pk": question.pk}, ""),
        ("coordinator", "event_participant", {**slug, "pk": pending.pk}, ""),
        ("coordinator", "event_participant", {**slug, "pk": mine.pk}, ""),
        ("company", "event_registration", slug, ""),
        ("student", "event_register", slug, ""),
        ("student", "event", slug, ""),
        ("anonymous", "colleague_invitation", token, ""),
    ]  # fmt: skip


def door(people: int) -> dict[str, Any]:
    """An event of today with people who come, and a helper's link: what a journey at the door needs."""
    now = timezone.now()
    host = User.objects.get(email=HOST)
    plan = EventPlan(
        titles={"fi": f"Ovipäivä {now:%H%M%S%f}"},
        starts_at=now + timedelta(minutes=30),
        ends_at=now + timedelta(hours=6),
        place="Kirjasto",
    )
    event = create_event(plan=plan, organiser=None, by=host, now=now)
    publish_event(event=event, by=host, now=now)
    comes = [registrations.register(event=event, profile=profile, by=user, now=now) for profile, user in comers(people)]
    link = doors.make_link(event=event, name="Pääovi", expires_at=event.ends_at, by=host, now=now)
    return {
        "slug": event.slug,
        "token": doors.token_of(link),
        "people": [{"name": one.user.name, "code": one.code, "spoken": one.spoken_code} for one in comes],
    }


def presses(slug: str) -> dict[str, Any]:
    """What the server knows of an event's door."""
    rows = Registration.objects.filter(event__slug=slug).order_by("registered_at", "pk")
    return {
        "in": [one.user.name for one in rows.select_related("user") if one.checked_in_at],
        "presses": [one.check_ins.count() for one in rows],
    }
