"""The pages: what is shown to whom, each answer with and without htmx, and a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile, Representative, User
from matching import connection_actions, queries, services
from matching.engine.ranking import LENGTH
from matching.models import Connection, Freshness, Interest, Suggestion
from matching.views.answers import A_PAGE
from matching.views.suggestions import SHOWN_ANSWERS
from tests.factories.people import NOW, make_profile, make_user, tag_all

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def sanna(client: Client, saw_user: User) -> Client:
    client.force_login(saw_user)
    return client


def page(client: Client, name: str = "suggestions", **query: str) -> str:
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return response.content.decode()


def give(client: Client, answer: str, other: str = "kuivike", **data: str) -> str:
    fields = {"profile": "puurunko", "other": other, "answer": answer, **data}
    response = client.post(reverse("answer_suggestion"), fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_those_who_have_not_signed_in_are_told_what_this_is(client: Client) -> None:
    html = page(client)
    assert reverse("account_signup") in html
    assert 'id="suggestions"' not in html


def test_one_who_represents_nobody_is_led_to_make_a_profile(client: Client) -> None:
    client.force_login(make_user())
    assert reverse("join") in page(client)
    assert client.get(reverse("connections")).status_code == 302
    assert client.get(reverse("answers")).status_code == 302


def test_the_open_one_shows_both_texts_with_numbered_marks(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    settle()
    html = page(sanna)
    assert "<mark>kutterinlastulle<sup>1</sup></mark>" in html
    assert "<mark>Lastua<sup>1</sup></mark>" in html
    assert "Miksi juuri he" in html
    assert "Näin ehdotus laskettiin" in html
    assert "37 km" in html


def test_in_a_text_that_changed_since_the_match_only_words_that_still_stand_are_marked(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    settle()
    bedding.texts.filter(kind="offers").update(text="Vanhaa lastua otamme vastaan.")
    assert re.search(r"Vanhaa <mark[^>]*>lastua(<sup>\d</sup>)?</mark>", page(sanna))


def test_what_people_write_is_escaped_and_keeps_its_language(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    bedding.texts.filter(kind="offers").update(text="<b>Kutterspån</b> tar vi emot.", language="sv")
    saw.texts.filter(kind="seeks").update(text="Etsimme: kutterspån & <script>alert(1)</script>")
    settle()
    html = page(sanna)
    assert "<script>alert" not in html
    assert "&lt;b&gt;" in html
    assert 'lang="sv"' in html
    assert "ruotsiksi" in html


def test_somebody_elses_list_is_not_found(sanna: Client, saw: Profile, bedding: Profile) -> None:
    for name in ("suggestions", "connections", "answers"):
        assert sanna.get(reverse(name), {"for": "kuivike"}).status_code == 404
        assert sanna.get(reverse(name), {"for": "nobody"}).status_code == 404


def test_whoever_represents_several_chooses_for_which(
    sanna: Client, saw_user: User, saw: Profile, settle: Settle
) -> None:
    assert "Minkä profiilisi puolesta" not in page(sanna)
    make_profile("Toinen Oy", by=saw_user, slug="toinen")
    html = page(sanna, **{"for": "toinen"})
    assert "Minkä profiilisi puolesta" in html
    assert "?for=puurunko" in html


def test_an_open_one_that_is_not_in_the_list_is_no_error(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    settle()
    html = page(sanna, open="nobody", answered="nobody")
    assert "Kontion Kuivike Ky" in html


def test_the_first_ten_are_shown_and_the_rest_on_request(sanna: Client, saw: Profile, settle: Settle) -> None:
    for n in range(14):
        make_profile(f"Lastula {n}", slug=f"lastula-{n}", texts={"offers": "Otamme vastaan lastua."})
    settle()
    assert page(sanna).count("Lastula ") < page(sanna, all="1").count("Lastula ")
    assert "Näytä vielä 4" in page(sanna)


def test_an_empty_list_says_what_would_fill_it_or_that_it_is_on_its_way(
    sanna: Client, saw: Profile, settle: Settle
) -> None:
    settle()
    assert reverse("profile_edit", kwargs={"slug": "puurunko"}) in page(sanna)
    services.mark_stale(profile_id=saw.pk, now=NOW)
    assert 'hx-trigger="load delay:1s"' in page(sanna)


def test_a_hidden_profile_is_told_so(sanna: Client, saw: Profile, bedding: Profile, settle: Settle) -> None:
    Profile.objects.filter(pk=saw.pk).update(visibility="hidden")
    settle()
    html = page(sanna)
    assert "Profiilisi on piilossa" in html
    assert "he eivät voisi vastata" in give_refused(sanna, "interested")


def give_refused(client: Client, answer: str, other: str = "kuivike", **data: str) -> str:
    fields = {"profile": "puurunko", "other": other, "answer": answer, **data}
    response = client.post(reverse("answer_suggestion"), fields)
    assert response.status_code == 422
    return response.content.decode()


def test_an_unclaimed_one_says_so_and_tells_how_to_reach_it(
    sanna: Client, saw: Profile, school: Profile, settle: Settle
) -> None:
    settle()
    html = page(sanna, open="amk")
    assert "Kukaan ei vielä edusta heitä täällä" in html
    assert "Horizon Europe projects" in html
    assert "saa tietää siitä, kun joku alkaa edustaa" in give(sanna, "interested", "amk")


def test_each_answer_is_told_kept_and_listed(sanna: Client, saw: Profile, bedding: Profile, settle: Settle) -> None:
    settle()
    assert "näkee sen vasta, kun hekin" in give(sanna, "interested")
    assert "odottaa heidän vastaustaan" in page(sanna)
    month = timezone.localdate() + timedelta(days=30)
    assert f"{month.day}.{month.month}.{month.year}" in give(sanna, "later")
    day = timezone.localdate() + timedelta(days=3)
    assert f"{day.day}.{day.month}.{day.year}" in give(sanna, "later", until=day.isoformat())
    give(sanna, "not_relevant", why="too_far", why_in_words="Auto on <rikki>")
    assert "Liian kaukana" in page(sanna, "answers")
    assert "Auto on &lt;rikki&gt;" in page(sanna, "answers")
    give(sanna, "never")
    assert Interest.objects.get().answer == "never"
    assert "Kontion" in page(sanna, "answers")


def test_an_answer_is_taken_back_and_the_suggestion_is_open_again(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle
) -> None:
    settle()
    html = give(sanna, "not_relevant")
    assert reverse("undo_answer") in html
    response = sanna.post(reverse("undo_answer"), {"profile": "puurunko", "other": "kuivike"}, follow=True)
    assert "Kontion Kuivike Ky" in response.content.decode()
    assert not Interest.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"answer": "perhaps"}, "perhaps"),
        ({"answer": "later", "until": "2001-01-01"}, "Valitse päivä, joka ei ole vielä mennyt."),
        ({"answer": "later", "until": "soon"}, "id_until"),
        ({"answer": "not_relevant", "why_in_words": "x" * 100_000}, "id_why_in_words_error"),
        ({"answer": "not_relevant", "why": "no_such"}, "no_such"),
        ({"answer": "interested", "other": "nobody"}, "ei ole enää näkyvissä"),
        ({"answer": "interested", "other": "kuivike\x00"}, 'class="summary"'),
    ],
)
def test_a_bad_answer_is_refused_where_it_happened(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle, data: dict[str, str], words: str
) -> None:
    settle()
    fields = {"profile": "puurunko", "other": "kuivike", **data}
    response = sanna.post(reverse("answer_suggestion"), fields)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Interest.objects.exists()


def test_nobody_answers_for_another_or_without_signing_in(
    client: Client, saw: Profile, bedding: Profile, bedding_user: User
) -> None:
    fields = {"profile": "puurunko", "other": "kuivike", "answer": "interested"}
    assert client.post(reverse("answer_suggestion"), fields).status_code == 302
    client.force_login(make_user())
    client.post(reverse("answer_suggestion"), fields)
    client.force_login(bedding_user)
    assert client.post(reverse("answer_suggestion"), fields).status_code == 422
    assert client.post(reverse("undo_answer"), fields).status_code == 422
    assert not Interest.objects.exists()
    assert client.get(reverse("answer_suggestion")).status_code == 405


def test_the_fragment_is_the_pages_own_part(
    sanna: Client, saw: Profile, bedding: Profile, school: Profile, settle: Settle
) -> None:
    """Swapped into the page, what htmx gets makes the page that a reload would give."""
    settle()
    whole = page(sanna, open="amk")
    part = sanna.get(reverse("suggestions"), {"open": "amk"}, headers=HTMX).content.decode()
    assert part.strip().startswith('<div class="cols" id="suggestions">')

    def bare(html: str) -> str:
        import re

        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|\s+', "", html)

    assert bare(part) in bare(whole)


def test_an_answer_by_htmx_gives_the_list_with_the_answer_told_in_focus(
    sanna: Client, saw: Profile, bedding: Profile, school: Profile, settle: Settle
) -> None:
    settle()
    fields = {"profile": "puurunko", "other": "kuivike", "answer": "not_relevant"}
    response = sanna.post(reverse("answer_suggestion"), fields, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert "autofocus" in html
    assert "jää pois ehdotuksistasi" in html
    assert "Pielisen" in html
    refused = sanna.post(reverse("answer_suggestion"), {**fields, "other": "nobody"}, headers=HTMX).content.decode()
    assert 'class="summary"' in refused
    undone = sanna.post(reverse("undo_answer"), fields, headers=HTMX).content.decode()
    assert "Vastaus peruttiin" in undone


def make_givers(count: int) -> list[Profile]:
    return [
        make_profile(f"Lastula {n}", slug=f"lastula-{n}", texts={"offers": "Otamme vastaan lastua."})
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_at_any_length(
    sanna: Client, saw: Profile, settle: Settle, django_assert_num_queries: Callable[..., object], count: int
) -> None:
    tag_all([saw, *make_givers(count)])
    settle()
    sanna.get(reverse("suggestions"), headers=HTMX)
    with django_assert_num_queries(17):  # type: ignore[attr-defined]  # a context manager
        sanna.get(reverse("suggestions"), headers=HTMX)


@pytest.mark.parametrize("count", [1, 3])
def test_answers_and_connections_cost_the_same_queries_at_any_length(
    sanna: Client,
    saw: Profile,
    saw_user: User,
    django_assert_num_queries: Callable[..., object],
    count: int,
) -> None:
    for other in make_givers(count):
        services.answer(profile=saw, other=other, answer="interested", by=saw_user, now=NOW)
        low, high = sorted((saw.pk, other.pk))
        Connection.objects.create(a_id=low, b_id=high, made_at=NOW)
    page(sanna, "answers")
    with django_assert_num_queries(10):  # type: ignore[attr-defined]  # a context manager
        page(sanna, "answers")
    with django_assert_num_queries(10):  # type: ignore[attr-defined]  # a context manager
        page(sanna, "connections")


def test_many_answers_are_read_a_part_at_a_time(sanna: Client, saw: Profile, saw_user: User) -> None:
    for number, other in enumerate(make_givers(A_PAGE + 1)):
        answer = "never" if number < 3 else "interested"
        Interest.objects.create(profile=saw, other=other, answer=answer, by=saw_user, at=NOW + timedelta(hours=number))
    first, second = page(sanna, "answers"), page(sanna, "answers", page="2")
    assert first.count('value="answers"') == A_PAGE
    assert "Lastula 0<" not in first
    assert "Lastula 0<" in second
    beside = page(sanna)
    assert f"Lastula {A_PAGE + 1 - SHOWN_ANSWERS}<" in beside
    assert f"Lastula {A_PAGE - SHOWN_ANSWERS}<" not in beside
    assert reverse("answers") in beside
    # The one just answered is told of, however many have been answered since.
    assert 'value="lastula-3"' in page(sanna, answered="lastula-3")


def test_of_many_who_waited_for_the_claim_the_first_are_shown(sanna: Client, saw: Profile) -> None:
    for number, other in enumerate(make_givers(queries.WAITING + 1)):
        at = NOW + timedelta(hours=number)
        Interest.objects.create(profile=other, other=saw, answer="interested", told_on_claim=True, told_at=at, at=at)
    html = page(sanna)
    assert f"Lastula {queries.WAITING - 1}<" in html
    assert f"Lastula {queries.WAITING}<" not in html


def test_connections_show_contact_ways_and_what_can_be_done_next(
    sanna: Client, saw: Profile, saw_user: User, bedding: Profile, bedding_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Profile.objects.filter(pk=bedding.pk).update(contact_email="kalle@kuivike.example", contact_phone="040 123 4567")
    monkeypatch.setattr(connection_actions, "_builders", {})
    connection_actions.register(
        "test.propose",
        lambda request, profile, connections: {
            connection.pk: connection_actions.Action("Ehdota tapaamista", f"/propose/{profile.slug}/")
            for connection in connections
        },
    )
    assert "kalle@kuivike.example" not in page(sanna, "connections")
    services.answer(profile=bedding, other=saw, answer="interested", by=bedding_user, now=NOW)
    assert "kalle@kuivike.example" not in page(sanna, "connections")
    services.answer(profile=saw, other=bedding, answer="interested", by=saw_user, now=NOW)
    html = page(sanna, "connections")
    assert "kalle@kuivike.example" in html
    assert 'href="/propose/puurunko/"' in html
    Profile.objects.filter(pk=bedding.pk).update(contact_visibility="hidden")
    assert "kalle@kuivike.example" not in page(sanna, "connections")


def test_the_one_who_must_not_see_interest_sees_none_of_it(
    client: Client, saw: Profile, saw_user: User, bedding: Profile, bedding_user: User, settle: Settle
) -> None:
    """Neither pages nor panels nor notices of the other side tell of an answer that is not mutual."""
    settle()
    client.force_login(bedding_user)
    urls = [reverse("suggestions"), reverse("answers"), reverse("connections"), reverse("notifications")]

    def seen() -> list[str]:
        import re

        return [
            re.sub(r'csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", client.get(url).content.decode())
            for url in urls
        ]

    before = seen()
    for answer in ("interested", "not_relevant"):
        services.answer(profile=saw, other=bedding, answer=answer, by=saw_user, now=NOW)
        assert seen() == before


def test_those_interested_before_the_claim_are_shown_until_answered(
    client: Client, saw: Profile, saw_user: User, school: Profile
) -> None:
    services.answer(profile=saw, other=school, answer="interested", by=saw_user, now=NOW)
    teacher = make_user("Outi Opettaja")
    Profile.objects.filter(pk=school.pk).update(claimed_at=NOW)
    Representative.objects.create(profile=school, user=teacher, role="owner", since=NOW)
    client.force_login(teacher)
    assert "He olivat kiinnostuneita jo ennen" in page(client)
    give_from = {"profile": "amk", "other": "puurunko", "answer": "interested"}
    html = client.post(reverse("answer_suggestion"), give_from, follow=True).content.decode()
    assert "Teillä on nyt yhteys" in html
    assert "He olivat kiinnostuneita jo ennen" not in html


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_speaks_the_readers_language(
    sanna: Client, saw: Profile, bedding: Profile, settle: Settle, language: str
) -> None:
    settle()
    html = sanna.get(f"/{language}/partners/").content.decode()
    assert {"sv": "Varför just de", "en": "Why just them"}[language] in html
    assert 'lang="fi"' in html


def test_a_list_never_exceeds_its_length_nor_shows_a_generation_of_another_text(saw: Profile, settle: Settle) -> None:
    make_givers(3)
    settle()
    mark = Freshness.objects.get(pk=saw.pk)
    rows = Suggestion.objects.filter(profile=saw)
    assert {row.generation for row in rows} == {mark.version}
    assert rows.count() <= LENGTH
