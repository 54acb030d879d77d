"""The one reminder of an invitation, in the coordinator's own words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from networks import letter_words
from networks.models import Letter
from networks.services import invitations, letters

from .lettering import as_user, batch, invited, unclaimed
from .making import NOW, World, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WEEK = timedelta(days=8)


def test_in_the_coordinators_words_in_the_language_of_each_letter(world: World) -> None:
    finnish, swedish = unclaimed(languages=["fi"]), unclaimed("Sågen Ab", languages=["sv"])
    batch(world, finnish, swedish)
    words = {
        "fi": letter_words.Words("Vielä ehtii: {verkosto}", "Hei {organisaatio}, tuletteko?"),
        "sv": letter_words.Words("Ännu hinner ni", "Hej {organisation}, kommer ni?"),
    }
    sent = invitations.remind_silent(network=world.network, words=words, by=world.kaisa, now=NOW + WEEK)
    assert len(sent.to) == 2
    said = dict(Letter.objects.filter(kind="reminder").values_list("language", "text"))
    assert said == {"fi": "Hei Metsäkone Oy, tuletteko?", "sv": "Hej Sågen Ab, kommer ni?"}
    assert Letter.objects.get(kind="reminder", language="fi").subject == f"Vielä ehtii: {world.network.name}"


def test_a_place_that_cannot_be_filled_reminds_nobody(world: World) -> None:
    letter = invited(world)
    words = {"fi": letter_words.Words("Hei", "Hei {yritys}")}
    with pytest.raises(letters.WrongPlace) as told:
        invitations.remind_silent(network=world.network, words=words, by=world.kaisa, now=NOW + WEEK)
    assert told.value.field == "text_fi"
    with pytest.raises(letters.WrongPlace):
        letters.remind(membership=letter.membership, words=words, by=world.kaisa, now=NOW + WEEK)
    assert not Letter.objects.filter(kind="reminder").exists()


def test_the_page_has_the_words_to_begin_from_and_sends_what_was_made_of_them(world: World, clock: Any) -> None:
    batch(world, unclaimed(languages=["fi"]), unclaimed("Sågen Ab", languages=["sv"]))
    url = reverse("network_letters_remind", kwargs={"slug": world.network.slug})
    client = as_user(world.kaisa)
    assert client.get(url).status_code == 302, "nobody is silent yet"
    clock.move_to(NOW + WEEK)
    page = client.get(url)
    form = page.context["form"]
    assert sorted(form.fields) == ["subject_fi", "subject_sv", "text_fi", "text_sv"]
    assert form["text_fi"].value() == letter_words.reminder("fi").text
    for name in ("Metsäkone Oy", "Sågen Ab"):
        assert name in page.content.decode()
    sent = {name: form[name].value() for name in form.fields}
    refused = client.post(url, {**sent, "text_sv": "Hej {firma}", "subject_fi": ""})
    assert (refused.status_code, sorted(refused.context["form"].errors)) == (422, ["subject_fi", "text_sv"])
    assert not Letter.objects.filter(kind="reminder").exists()
    assert client.post(url, {**sent, "text_fi": "Oma sana {lähettäjä}"}).status_code == 302
    assert Letter.objects.get(kind="reminder", language="fi").text == "Oma sana Kaisa Koordinaattori"
    assert client.get(url).status_code == 302, "each once"
    for person, status in ((make_user(), 403), (world.hilkka, 302)):
        assert as_user(person).get(url).status_code == status
