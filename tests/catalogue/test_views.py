"""The catalogue's pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import Profile, User
from catalogue import queries, starts
from catalogue.models import OperatingModel, ShelfItem
from catalogue.services import edit_model, save_shelf_item
from tests.catalogue.people import NOW, make_municipality

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture(autouse=True)
def _event_start() -> Iterator[None]:
    """An upper app's start: for editors only, so that both answers are seen."""
    kept = dict(starts._registry)
    starts.register(
        starts.Start(
            key="event",
            label="Aloita tapahtuma",
            short="tapahtuma",
            hint="Lomake aukeaa täytettynä.",
            url=lambda: "/fi/events/new/",
            allowed=lambda user: getattr(user, "is_editor", False),
            refused="Tapahtuman tekee koordinaattori.",
            order=10,
        )
    )
    yield
    starts._registry.clear()
    starts._registry.update(kept)


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


# --- Browsing ---


def test_the_catalogue_lists_every_model_with_a_link(client: Client) -> None:
    page = text_of(client, "/fi/models/")
    for model in OperatingModel.objects.with_texts():
        assert f'href="/fi/models/{model.slug}/"' in page
        assert model.text("fi").title in page


@pytest.mark.parametrize(
    ("query", "inside", "outside"),
    [
        ("effort=1", "annual-award", "responsibility-label"),
        ("aim=innovation", "innovation-competition", "annual-award"),
        ("category=steering-markets", "funding-for-ideas", "diploma"),
        ("q=hankintojen", "responsible-procurement", "annual-award"),
        ("q=upphandlingens", "responsible-procurement", "annual-award"),
    ],
)
def test_each_filter_narrows(client: Client, query: str, inside: str, outside: str) -> None:
    page = text_of(client, f"/fi/models/?{query}")
    assert f"/models/{inside}/" in page
    assert f'/models/{outside}/"' not in page


def test_filters_work_together_and_the_counts_follow(client: Client) -> None:
    page = text_of(client, "/sv/models/?category=awards-and-labels&effort=2")
    assert "/models/diploma/" in page
    assert "/models/responsibility-label/" not in page
    assert '<option value="3">' in page.replace(" selected", "")


def test_nothing_found_says_so_with_a_way_out(client: Client) -> None:
    page = text_of(client, "/en/models/?q=zeppelin")
    assert "No model fits all of that" in page
    assert 'href="/en/models/"' in page


@pytest.mark.parametrize(
    "query", ["aim=fame", "effort=99", "category=nowhere", "effort=x", "aim=%00", "q=" + "a" * 300]
)
def test_a_filter_that_does_not_exist_is_left_out_and_said(client: Client, query: str) -> None:
    page = text_of(client, f"/en/models/?{query}")
    assert "does not exist, so it is left out" in page
    assert "/models/annual-award/" in page


@pytest.mark.parametrize("models", [1, 3])
def test_the_catalogue_takes_the_same_queries_however_many_models(
    client: Client, models: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keep = OperatingModel.objects.values_list("pk", flat=True)[:models]
    OperatingModel.objects.exclude(pk__in=list(keep)).delete()
    client.get("/fi/models/")
    with django_assert_num_queries(2):
        client.get("/fi/models/")


# --- A model ---


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_models_page_has_all_of_it(client: Client, label: OperatingModel, language: str) -> None:
    page = text_of(client, f"/{language}/models/{label.slug}/")
    text = label.text(language)
    for piece in (text.title, text.line, text.steps[-1]["title"]):
        assert piece.replace("'", "&#x27;") in page
    for caution in label.cautions:
        assert caution[language].replace("'", "&#x27;") in page
    for place in label.places:
        assert place["name"][language] in page
    assert "hiilineutraalisuomi.fi" in page


def test_an_unknown_model_is_not_found(client: Client) -> None:
    assert client.get("/fi/models/perpetuum-mobile/").status_code == 404


def test_starting_is_offered_to_those_who_may(client: Client, label: OperatingModel, editor: User) -> None:
    client.force_login(editor)
    assert 'href="/fi/events/new/?model=responsibility-label"' in text_of(client, "/fi/models/responsibility-label/")


def test_others_are_told_who_may_start(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    page = text_of(client, "/fi/models/responsibility-label/")
    assert "Tapahtuman tekee koordinaattori." in page
    assert "/fi/events/new/" not in page


def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_start(client: Client) -> None:
    page = text_of(client, "/fi/models/responsibility-label/")
    assert "next=/fi/events/new/%3Fmodel%3Dresponsibility-label" in page


def test_a_start_that_the_model_does_not_serve_is_not_offered(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert "/fi/events/new/" not in text_of(client, "/fi/models/land-use-and-energy/")


def test_the_models_page_shows_what_others_share_and_nothing_more(
    client: Client, label: OperatingModel, mallila: Profile, officer: User
) -> None:
    save_shelf_item(
        profile=mallila,
        model=label,
        state="running",
        by=officer,
        now=NOW,
        notes="Salainen muistiinpano",
        responsible="Olli Virkanen",
        learnt="Kriteerit ensin.",
        shared=True,
    )
    page = text_of(client, "/fi/models/responsibility-label/")
    assert "Kriteerit ensin." in page
    assert "Salainen muistiinpano" not in page
    assert "Olli Virkanen" not in page


@pytest.mark.parametrize("municipalities", [1, 3])
def test_the_models_page_takes_the_same_queries_however_many_share(
    client: Client,
    label: OperatingModel,
    officer: User,
    stranger: User,
    municipalities: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(municipalities):
        profile = make_municipality(f"kunta-{n}", by=officer)
        save_shelf_item(profile=profile, model=label, state="done", by=officer, now=NOW, shared=True)
    client.get("/fi/models/responsibility-label/")
    with django_assert_num_queries(3):
        client.get("/fi/models/responsibility-label/")


# --- Comparing and choosing ---


def test_two_models_stand_side_by_side(client: Client) -> None:
    page = text_of(client, "/en/models/compare/?first=diploma&second=annual-award")
    assert "Diploma or certificate" in page
    assert "<caption" in page


def test_the_same_model_twice_is_not_a_comparison(client: Client) -> None:
    page = text_of(client, "/en/models/compare/?first=diploma&second=diploma")
    assert "Choose two different models." in page
    assert "<caption" not in page


@pytest.mark.parametrize("query", ["", "?first=diploma", "?first=nothing", "?first=diploma&second=nothing"])
def test_a_comparison_without_two_models_asks_for_them(client: Client, query: str) -> None:
    assert "<caption" not in text_of(client, f"/en/models/compare/{query}")


def test_the_guide_asks_then_answers_with_reasons(client: Client) -> None:
    assert "These fit" not in text_of(client, "/en/models/fit/")
    page = text_of(client, "/en/models/fit/?size=small&time=few_days&aim=visibility")
    assert page.index("A yearly award") < page.index("Your answers")
    assert "Its main aim is yours: good deeds seen." in page


def test_the_guide_needs_one_answer(client: Client) -> None:
    assert "Answer at least one question." in text_of(client, "/en/models/fit/?go=1")


def test_the_guide_says_when_nothing_fits(client: Client) -> None:
    OperatingModel.objects.exclude(slug="land-use-and-energy").delete()
    page = text_of(client, "/en/models/fit/?time=few_days&aim=youth")
    assert "Nothing fits all of your answers" in page


def test_the_guide_refuses_an_answer_that_does_not_exist(client: Client) -> None:
    assert "These fit" not in text_of(client, "/en/models/fit/?size=huge")


# --- Editing ---


def test_an_editor_saves_and_the_history_shows_it(client: Client, editor: User, label: OperatingModel) -> None:
    client.force_login(editor)
    url = "/en/models/responsibility-label/edit/cautions/"
    form = client.get(url).context["form"]
    data = {name: field.initial for name, field in form.fields.items() if field.initial}
    data |= {f"{kind}_{language}": "" for kind in ("upkeep", "demand") for language in ("fi", "sv", "en")}
    response = client.post(url, data | {"why": "Too many"}, follow=True)
    assert response.redirect_chain == [(url, 302)]
    history = text_of(client, "/en/models/responsibility-label/history/")
    assert "Too many" in history
    assert "<del>" in history
    assert "Eeva Editori" in history


def test_a_stale_edit_keeps_what_was_written_and_says_why(client: Client, editor: User, label: OperatingModel) -> None:
    client.force_login(editor)
    url = "/en/models/responsibility-label/edit/facts/"
    form = client.get(url).context["form"]
    data = {name: field.initial for name, field in form.fields.items() if field.initial} | {"effort": "2"}
    edit_model(model=label, values={"effort": 1}, by=editor, now=NOW)
    response = client.post(url, data)
    assert "Someone else changed this model" in response.content.decode()
    assert OperatingModel.objects.get(pk=label.pk).effort == 1


def test_an_editor_takes_a_change_back(client: Client, editor: User, label: OperatingModel) -> None:
    client.force_login(editor)
    revision = edit_model(model=label, values={"effort": 1}, by=editor, now=NOW)
    url = f"/en/models/responsibility-label/history/{revision.pk}/revert/"
    assert "taken back" in client.post(url, follow=True).content.decode()
    assert OperatingModel.objects.get(pk=label.pk).effort == label.effort
    assert "Nothing is different" in client.post(url, follow=True).content.decode()


def test_a_revision_of_another_model_is_not_found(client: Client, editor: User, label: OperatingModel) -> None:
    client.force_login(editor)
    revision = edit_model(model=label, values={"effort": 1}, by=editor, now=NOW)
    assert client.post(f"/en/models/diploma/history/{revision.pk}/revert/").status_code == 404


def test_an_unknown_part_is_not_found(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert client.get("/en/models/diploma/edit/secrets/").status_code == 404


def test_an_unchanged_model_has_an_empty_history(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert "Nobody has changed this model yet" in text_of(client, "/en/models/diploma/history/")


@pytest.mark.parametrize("path", ["edit/", "edit/fi/", "history/"])
def test_editing_is_for_editors(client: Client, stranger: User, path: str) -> None:
    assert client.get(f"/en/models/diploma/{path}").status_code == 302
    client.force_login(stranger)
    assert client.get(f"/en/models/diploma/{path}").status_code == 403


def test_a_stranger_takes_nothing_back(client: Client, editor: User, stranger: User, label: OperatingModel) -> None:
    revision = edit_model(model=label, values={"effort": 1}, by=editor, now=NOW)
    client.force_login(stranger)
    assert client.post(f"/en/models/responsibility-label/history/{revision.pk}/revert/").status_code == 403
    assert OperatingModel.objects.get(pk=label.pk).effort == 1


# --- The shelf ---


def test_a_representative_finds_their_shelf_and_puts_a_model_on_it(
    client: Client, officer: User, mallila: Profile
) -> None:
    client.force_login(officer)
    assert client.get("/en/models/shelf/").headers["Location"] == "/en/models/shelf/mallila/"
    assert "The shelf is empty" in text_of(client, "/en/models/shelf/mallila/")
    data = {"state": "planned", "notes": "Kysely ensin", "learnt_language": "fi", "shared": ""}
    page = client.post("/en/models/shelf/mallila/diploma/", data, follow=True).content.decode()
    assert "is on your shelf" in page
    assert "Kysely ensin" in page
    assert "seen only by your own people" in page
    assert "Planned" in text_of(client, "/en/models/diploma/")


def test_a_shelf_without_a_state_says_so(client: Client, officer: User, mallila: Profile) -> None:
    client.force_login(officer)
    response = client.post("/en/models/shelf/mallila/diploma/", {"state": "asleep", "learnt_language": "fi"})
    assert response.context["form"].errors["state"]
    assert not ShelfItem.objects.exists()


def test_a_model_is_taken_off_the_shelf(client: Client, officer: User, mallila: Profile, label: OperatingModel) -> None:
    save_shelf_item(profile=mallila, model=label, state="done", by=officer, now=NOW)
    client.force_login(officer)
    page = client.post("/en/models/shelf/mallila/responsibility-label/remove/", follow=True).content.decode()
    assert "taken off your shelf" in page
    assert not ShelfItem.objects.exists()


@pytest.mark.parametrize("path", ["", "diploma/"])
def test_a_shelf_is_closed_to_others(client: Client, stranger: User, mallila: Profile, path: str) -> None:
    url = f"/en/models/shelf/mallila/{path}"
    assert client.get(url).status_code == 302
    client.force_login(stranger)
    assert client.get(url).status_code == 404
    assert client.post(f"{url}remove/").status_code == 404


def test_one_who_represents_no_municipality_is_told_so(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    assert "You do not represent a municipality" in text_of(client, "/en/models/shelf/")


def test_one_who_represents_two_chooses(client: Client, officer: User, mallila: Profile) -> None:
    make_municipality("naapuri", by=officer)
    client.force_login(officer)
    page = text_of(client, "/en/models/shelf/")
    assert "/en/models/shelf/mallila/" in page
    assert "/en/models/shelf/naapuri/" in page


def test_the_shelf_takes_the_same_queries_however_many_items(
    client: Client, officer: User, mallila: Profile, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(officer)
    counts = []
    for models in (1, 3):
        for model in OperatingModel.objects.all()[:models]:
            save_shelf_item(profile=mallila, model=model, state="done", by=officer, now=NOW)
        client.get("/fi/models/shelf/mallila/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/fi/models/shelf/mallila/")
        counts.append(len(captured))
        with django_assert_num_queries(2):
            assert len(queries.shelf_of(mallila)) == models
    assert counts[0] == counts[1]
