"""A student whom nobody sees answers an offer of student work, and is known by its organisation alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from conversations.queries import messages as queries
from conversations.queries.messages import Standing
from conversations.services import messages
from conversations.services.common import CannotBeWritten
from notifications.queries import read_notice
from opportunities.models import Answer, Opportunity
from opportunities.rules.opportunities import STUDENT_WORK
from opportunities.services import answering

from .making import NEED, NOW, company, make_profile, make_user, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "index")]
LINES = "Opiskelen puutekniikkaa ja tulisin mielelläni."


def student(**fields: Any) -> tuple[Profile, User]:
    person = make_user("Onni Opiskelija")
    kinds = {"kind": Profile.Kind.STUDENT, "visibility": Profile.Visibility.HIDDEN, **fields}
    return make_profile("Onni Opiskelija", by=person, **kinds), person


def answer(opportunity: Opportunity, profile: Profile, by: User) -> Answer:
    return answering.answer(opportunity=opportunity, profile=profile, text=LINES, by=by, now=NOW)


@pytest.mark.parametrize("kind", STUDENT_WORK)
def test_a_hidden_student_applies_and_the_two_write_on(kind: str) -> None:
    mill, owner = company("Saha")
    onni, person = student()
    made = publish(mill, owner, kind=kind)
    answer(made, onni, person)
    [asked] = queries.requests_to(mill)
    assert asked.other == onni
    assert queries.unread_count(owner) == 1
    assert queries.standing(asked) == Standing.ANSWER
    messages.send_message(profile=mill, other=onni, text="Tule käymään.", by=owner, now=NOW)
    messages.send_message(profile=onni, other=mill, text="Kiitos, tulen.", by=person, now=NOW)
    side = queries.side_towards(mill, onni)
    assert side is not None
    assert queries.standing(side) == Standing.WRITE
    page = Client()
    page.force_login(owner)
    told = page.get(reverse("conversation", args=[side.conversation_id]) + f"?for={mill.slug}").content.decode()
    assert "Kiitos, tulen." in told
    assert onni.get_absolute_url() not in told, "the profile stays hidden from them, too"
    assert page.get(onni.get_absolute_url()).status_code == 404


def test_the_organisation_hears_of_it() -> None:
    mill, owner = company("Saha")
    onni, person = student()
    answer(publish(mill, owner, kind="thesis"), onni, person)
    notice = owner.notifications.get(kind__startswith="conversations.")
    told = read_notice(notice)
    assert told is not None
    assert "Onni Opiskelija" in told.title


@pytest.mark.parametrize(
    ("of_profile", "of_offer"),
    [
        ({"kind": Profile.Kind.COMPANY}, {"kind": "thesis"}),
        ({"kind": Profile.Kind.RESIDENT}, {"kind": "summer_job"}),
        ({}, {"kind": "premises"}),
        ({}, {**NEED, "kind": "thesis"}),
    ],
    ids=["a hidden company", "a hidden resident", "another kind", "a need"],
)
def test_nobody_else_writes_unseen(of_profile: dict[str, Any], of_offer: dict[str, Any]) -> None:
    mill, owner = company("Saha")
    hidden, person = student(**of_profile)
    made = publish(mill, owner, **of_offer)
    with pytest.raises(messages.HiddenCannotWrite):
        answer(made, hidden, person)
    client = Client()
    client.force_login(person)
    page = client.get(reverse("opportunity_answer", args=[made.pk]) + f"?for={hidden.slug}")
    assert page.context["is_hidden"]


def test_it_is_known_in_that_conversation_alone() -> None:
    mill, owner = company("Saha")
    other, stranger = company("Muu")
    onni, person = student()
    answer(publish(mill, owner, kind="thesis"), onni, person)
    with pytest.raises(messages.HiddenCannotWrite):
        messages.send_message(profile=onni, other=other, text=LINES, by=person, now=NOW)
    with pytest.raises(CannotBeWritten):
        messages.send_message(profile=other, other=onni, text="Hei!", by=stranger, now=NOW)
    assert not Profile.objects.visible_to(stranger).filter(pk=onni.pk).exists()
    assert not Profile.objects.visible_to(owner).filter(pk=onni.pk).exists()


def test_the_page_says_what_they_see() -> None:
    mill, owner = company("Saha")
    _onni, person = student()
    client = Client()
    client.force_login(person)
    page = client.get(reverse("opportunity_answer", args=[publish(mill, owner, kind="thesis").pk])).content.decode()
    assert "Profiilisi pysyy piilossa." in page
    assert "<textarea" in page
