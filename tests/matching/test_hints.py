"""What would make a suggestion stronger: from facts, at most two things, and never more than once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Profile, Representative, User
from matching.engine import Kind
from matching.lacking import FEW_WORDS, MOST, Lack, Told, lacks_between, lacks_much
from tests.factories.people import NOW, make_profile, tag_all

Settle = Callable[..., None]
WHOLE = Told(seeks=20, offers=20, does=20, themes=3, place=True)


def without(*names: str, words: int = 0) -> Told:
    """Whole but for what is named; texts that are named have so many `words`."""
    values = {name: getattr(WHOLE, name) for name in ("seeks", "offers", "does", "themes", "place")}
    values |= {name: words if name in ("seeks", "offers", "does") else 0 for name in names}
    return Told(**values)


@pytest.mark.parametrize(
    ("mine", "theirs", "lacks"),
    [
        (WHOLE, WHOLE, []),
        (without("seeks"), WHOLE, [Lack.SEEKS]),
        (without("seeks"), without("offers", "does"), []),
        (without("offers"), WHOLE, []),
        (without("offers", "does"), WHOLE, [Lack.OFFERS]),
        (without("offers", "does"), without("seeks"), []),
        (without("themes"), WHOLE, [Lack.THEMES]),
        (without("themes"), without("themes"), []),
        (without("place"), WHOLE, [Lack.PLACE]),
        (without("seeks", "offers", "does", words=2), WHOLE, [Lack.WORDS]),
        (without("seeks", "themes", "place"), WHOLE, [Lack.SEEKS, Lack.THEMES]),
        (WHOLE, without("offers", "does"), [Lack.THEIR_OFFERS]),
        (WHOLE, without("seeks"), [Lack.THEIR_SEEKS]),
        (without("place"), without("seeks"), [Lack.PLACE]),
    ],
)
def test_what_a_suggestion_lacks(mine: Told, theirs: Told, lacks: Iterable[Lack]) -> None:
    assert lacks_between(mine, theirs, {Kind.SHARED_FIELD}) == lacks


def test_what_they_lack_is_not_said_where_the_reasons_need_it_not_or_nobody_speaks_for_them() -> None:
    assert not lacks_between(WHOLE, without("seeks"), {Kind.OFFER_MEETS_NEED})
    assert not lacks_between(WHOLE, without("offers", "does"), {Kind.NEED_MEETS_OFFER})
    assert not lacks_between(WHOLE, Told(does=20, speaks=False), set())


def test_above_the_list_only_much_is_told() -> None:
    assert lacks_much(WHOLE) == lacks_much(without("seeks")) == []
    assert lacks_much(without("seeks", "themes")) == [Lack.SEEKS, Lack.THEMES]
    assert lacks_much(Told()) == [Lack.SEEKS, Lack.OFFERS]


tellings = st.builds(
    Told,
    seeks=st.integers(0, 30),
    offers=st.integers(0, 30),
    does=st.integers(0, 30),
    themes=st.integers(0, 3),
    place=st.booleans(),
    speaks=st.booleans(),
)


@given(tellings, tellings, st.sets(st.sampled_from(Kind)))
def test_at_most_two_things_are_told_each_once_and_each_is_missing(mine: Told, theirs: Told, kinds: set[Kind]) -> None:
    for found in (lacks_between(mine, theirs, kinds), lacks_much(mine)):
        assert len(found) == len(set(found)) <= MOST
        assert not (Lack.SEEKS in found and mine.seeks)
        assert not (Lack.WORDS in found and mine.words >= FEW_WORDS)


# --- On the page -----------------------------------------------------------------------------------------------------


@pytest.fixture
def sanna(client: Client, saw_user: User) -> Client:
    client.force_login(saw_user)
    return client


def page(client: Client) -> str:
    response = client.get(reverse("suggestions"))
    assert response.status_code == 200
    return response.content.decode()


def section(profile: Profile, name: str) -> str:
    return reverse("profile_edit_section", args=[profile.slug, name])


@pytest.mark.django_db
def test_the_open_one_tells_what_is_missing_and_leads_to_its_place(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    saw.texts.create(
        kind="offers", language="fi", text="Tarjoamme lastua ja purua kuivikkeeksi talleille ja navetoille."
    )
    tag_all([bedding])
    settle()
    html = page(sanna)
    assert "jos valitsisit" in html
    assert f'href="{section(saw, "themes")}"' in html
    assert "paranevat" not in html
    tag_all([saw])
    assert "olisi vahvempi" in page(sanna), "now it is they who have not told what they look for"
    assert "jos he kertoisivat, mitä etsivät" in page(sanna)


@pytest.mark.django_db
def test_a_profile_that_lacks_much_is_told_so_once_above_the_list(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    saw.texts.filter(kind="seeks").delete()
    saw.texts.filter(kind="does").update(text="Lastua.")
    settle()
    html = page(sanna)
    assert "Kontion Kuivike Ky" in html
    assert f'href="{section(saw, "words")}#id_seeks"' in html
    assert html.count("paranevat") == 1
    assert "olisi vahvempi" not in html


@pytest.mark.django_db
def test_one_who_cannot_change_the_texts_is_not_told_to(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    Representative.objects.update(role="member")
    saw.texts.filter(kind="seeks").delete()
    settle()
    assert "paranevat" not in page(sanna)
    assert "olisi vahvempi" not in page(sanna)


@pytest.mark.django_db
def test_a_person_is_led_to_where_persons_tell_it(client: Client, saw_user: User) -> None:
    student = make_profile("Oona", by=saw_user, slug="oona", kind="student", municipality="", published_at=NOW)
    tag_all([student])
    student.texts.create(kind="seeks", language="fi", text="Etsin opinnäytetyön aihetta lämpölaitoksesta " * 3)
    student.texts.create(kind="offers", language="fi", text="Osaan mitata.")
    client.force_login(saw_user)
    assert "paranevat" not in page(client), "one thing is not much"
    student.texts.filter(kind="offers").delete()
    html = page(client)
    assert f'href="{section(student, "words")}#id_offers"' in html
    assert f'href="{section(student, "person")}#id_municipality"' in html
