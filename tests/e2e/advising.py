"""An open day that is on now, for desks at which advisors receive visitors."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from events.models import AdviceDesk, Event
from events.queries import desks as queries
from events.rules.events import organisers_for
from events.services import desk_visits, desks
from events.services.events import EventPlan, create_event, publish_event
from tests.e2e.made import PEOPLE, company, person

SHOWN = "Selaimen neuvontapäivä"
NOT_PAGES = ("desk_leave", "desk_link")


def open_day(title: str = "") -> str:
    """Without a desk. Returns its slug."""
    now = timezone.now().replace(second=0, microsecond=0)
    host = User.objects.get(email=PEOPLE["coordinator"])
    plan = EventPlan(
        titles={"fi": title or f"Neuvontapäivä {secrets.token_hex(3)}"},
        kind=Event.Kind.PUBLIC_DAY,
        starts_at=now - timedelta(minutes=30),
        ends_at=now + timedelta(hours=3),
        place="Kaupungintalo",
    )
    past = now - timedelta(days=3)
    event = create_event(plan=plan, organiser=organisers_for(host).first(), by=host, now=past)
    publish_event(event=event, by=host, now=past)
    return event.slug


def _shown() -> AdviceDesk:
    """A desk at which one has been called and the company waits."""
    found = AdviceDesk.objects.filter(event__title_fi=SHOWN).order_by("pk").first()
    if found is not None:
        return found
    now = timezone.now()
    event = Event.objects.get(slug=open_day(SHOWN))
    host = User.objects.get(email=PEOPLE["coordinator"])
    plan = desks.DeskPlan(
        name="Yritysneuvonta",
        topics="Rahoitus ja luvat",
        languages=("fi", "sv"),
        place="Aula",
        opens_at=event.starts_at,
        closes_at=event.ends_at,
        advisors=[host],
    )
    desk = desks.create_desk(event=event, plan=plan, by=host, now=now)
    guest = person("jonottaja@selain.example", "Jorma Jonottaja")
    company(guest.email, "Jonottajan Paja")
    first = desk_visits.join_line(desk=desk, by=guest, now=now, about="Toiminimen perustaminen")
    desk_visits.call_in(visit=first, by=host, now=now)
    desk_visits.join_line(desk=desk, by=User.objects.get(email=PEOPLE["company"]), now=now)
    return desk


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    desk = _shown()
    slug, pk = {"slug": desk.event.slug}, {"pk": desk.pk}
    return [
        ("anonymous", "event", slug, ""),
        ("anonymous", "desks", slug, ""),
        ("anonymous", "desks_screen", slug, ""),
        ("anonymous", "desk_visitor", pk, ""),
        ("company", "desk_visitor", pk, ""),
        ("student", "desk_visitor", pk, ""),
        ("student", "desk_join", {"token": queries.token_of(desk)}, ""),
        ("coordinator", "desks", slug, ""),
        ("coordinator", "desk_new", slug, ""),
        ("coordinator", "desk_edit", pk, ""),
        ("coordinator", "desk_advisor", pk, ""),
    ]
