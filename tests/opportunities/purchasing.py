"""A town that plans to buy school transport, and those who would ask about it."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Profile, User
from core.attachments import prepare
from notifications import kinds
from notifications.models import Notification
from opportunities.models import Opportunity, PurchaseQuestion
from opportunities.services import opportunities as services
from opportunities.services import questions
from opportunities.services.purchases import Terms

from .making import NOW, TODAY, add_person, company, make_user, plan

UNTIL = NOW + timedelta(days=14)
TITLE = "Koulukuljetukset lukuvuodeksi 2027"
QUESTION = "Hyväksyttekö biokaasulla kulkevat pikkubussit?"
ANSWER = "Hyväksymme kaikki päästöttömät ja vähäpäästöiset ajoneuvot."


def terms(**changes: Any) -> Terms:
    values = {"timetable": "Tarjouspyyntö syksyllä, sopimus tammikuusta.", "questions_until": UNTIL}
    return Terms(**{**values, **changes})


def town(name: str = "Joki", **fields: Any) -> tuple[Profile, User]:
    made, owner = company(name, **{"kind": Profile.Kind.MUNICIPALITY, **fields})
    made.name_fi = f"{name}n kaupunki"
    made.save(update_fields=["name_fi"])
    return made, owner


def purchase_plan(**changes: Any) -> Any:
    own = {key: changes.pop(key) for key in ("timetable", "questions_until", "notice_url", "event") if key in changes}
    values: dict[str, Any] = {
        "kind": Opportunity.Kind.PURCHASE,
        "direction": Opportunity.Direction.NEED,
        "title": TITLE,
        "text": "Kolmen kyläkoulun oppilaat kuljetetaan kouluun ja kotiin.",
        "last_day": TODAY + timedelta(days=40),
        "terms": terms(**own),
    }
    return plan(**{**values, **changes})


def buy(profile: Profile, by: User, *, now: datetime = NOW, publish: bool = True, **changes: Any) -> Opportunity:
    return services.create(profile=profile, plan=purchase_plan(**changes), by=by, now=now, publish=publish)


def change(one: Opportunity, by: User, *, now: datetime = NOW, **changes: Any) -> Opportunity:
    return services.change(opportunity=one, plan=purchase_plan(**changes), by=by, now=now)


def ask(one: Opportunity, profile: Profile, by: User, text: str = QUESTION, **more: Any) -> PurchaseQuestion:
    return questions.ask(opportunity=one, profile=profile, text=text, by=by, **{"now": NOW, **more})


def answer(asked: PurchaseQuestion, by: User, text: str = ANSWER, **more: Any) -> PurchaseQuestion:
    return questions.answer(question=asked, text=text, by=by, **{"now": NOW, **more})


class Scene:
    """A purchase in its dialogue, with a question of a company that waits, and everybody around it."""

    def __init__(self, **changes: Any) -> None:
        self.town, self.owner = town()
        self.colleague = add_person(self.town, make_user("Editori Eero"), "editor")
        self.member = add_person(self.town, make_user("Jäsen Jaana"))
        self.firm, self.asker = company("Kuljetus Virta", business_id="1234567-1", contact_email="virta@virta.example")
        self.rival, self.other = company("Liikenne Salo")
        self.host = make_user("Kaisa", is_coordinator=True)
        self.one = buy(self.town, self.owner, **changes)

    def ask(self, text: str = QUESTION, **more: Any) -> PurchaseQuestion:
        return ask(self.one, self.firm, self.asker, text, **more)


def pdf(name: str = "liite.pdf") -> Any:
    return prepare(io.BytesIO(b"%PDF-1.4\n%%EOF"), name, 14)


def told(kind: str, user: Any) -> list[Any]:
    """What the notices of the kind say to a person; those whose fact is over say nothing."""
    found = kinds.get(f"opportunities.{kind}")
    assert found is not None
    assert found.may_read is not None
    said = []
    for row in Notification.objects.filter(user=user, kind=found.key).order_by("pk"):
        if found.may_read(row.context, user):
            with suppress(LookupError):
                said.append(found.render(row.context))
    return said


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(scene: Scene, name: str, **more: Any) -> str:
    return reverse(name, kwargs={"pk": scene.one.pk, **more})


def sheet(content: bytes) -> Any:
    book = load_workbook(io.BytesIO(content))
    return book.worksheets[0].values
