"""Making a profile page by page, as a browser without JavaScript does it."""

from __future__ import annotations

import io
from typing import Any

import pytest
import respx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Profile, User
from accounts.services import profiles as services
from tests.factories.people import NOW, make_profile, make_user
from themes.models import Theme

pytestmark = pytest.mark.django_db

ORGANISATION = {"name_fi": "Karjalan Puurunko Oy", "municipality": "167"}
WORDS = {
    "does": "",
    "offers": "Valmistamme puuelementtejä. Tuotannosta jää kutterinlastua.",
    "seeks": "Etsimme lastulle vastaanottajaa Liperin läheltä.",
}
CONTACT = {"contact_visibility": "members", "visibility": "public", "languages": ["fi", "sv"]}


@pytest.fixture
def owner() -> User:
    return make_user("Omar Omistaja")


@pytest.fixture
def visitor(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def timber() -> Theme:
    theme: Theme = Theme.objects.create(
        name="Puurakentaminen",
        slug="puurakentaminen",
        name_fi="Puurakentaminen",
        name_sv="Träbyggande",
        name_en="Timber construction",
        synonyms_fi=["puuelementit"],
    )
    return theme


def page(step: str) -> str:
    return reverse("join_check") if step == "check" else reverse("join_step", kwargs={"step": step})


def begin(visitor: Client, kind: str = "company") -> Profile:
    response = visitor.post(reverse("join"), {"kind": kind})
    assert response.status_code == 302
    return Profile.objects.get()


def send(visitor: Client, step: str, data: dict[str, Any], then: str) -> None:
    response = visitor.post(page(step), data)
    assert response.status_code == 302, response.context and response.context["form"].errors
    assert response["Location"] == (page(then) if then else f"{reverse('join')}?change=1")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_stranger_is_asked_to_join_and_comes_back(client: Client) -> None:
    response = client.get(reverse("join"))
    assert response["Location"] == f"{reverse('account_signup')}?next=%2Ffi%2Fjoin%2F"
    assert client.get(page("words")).status_code == 302
    assert client.post(reverse("join_preview"), {"step": "words"}).status_code == 302
    assert client.get(page("check")).status_code == 302
    assert client.post(reverse("join_discard")).status_code == 302


def test_an_organisation_from_its_kind_to_the_partners_proposed(visitor: Client, timber: Theme) -> None:
    profile = begin(visitor)
    send(visitor, "business-id", {"business_id": ""}, "organisation")
    send(visitor, "organisation", ORGANISATION, "words")
    send(visitor, "words", WORDS, "themes")
    themes = visitor.get(page("themes"))
    assert f'value="{timber.pk}" checked' in text_of(themes), "what the text speaks of comes ticked"
    assert "<mark>puuelementtejä</mark>" in text_of(themes), "with the words that gave it"
    send(visitor, "themes", {"themes": [timber.pk]}, "contact")
    send(visitor, "contact", CONTACT, "check")
    check = visitor.get(page("check"))
    assert "Karjalan Puurunko Oy" in text_of(check)
    assert "kutterinlastua" in text_of(check)
    response = visitor.post(page("check"), {"publish": "1"})
    profile.refresh_from_db()
    assert profile.status == Profile.Status.PUBLISHED
    assert response["Location"] == f"{reverse('suggestions')}?for=karjalan-puurunko-oy"
    assert list(profile.themes.all()) == [timber]
    assert profile.languages == ["fi", "sv"]
    again = visitor.post(page("check"), {"publish": "1"})
    assert again["Location"] == response["Location"], "a second press finds it done"
    assert Profile.objects.count() == 1


def test_a_student_has_a_short_way_and_stays_hidden_until_they_choose(visitor: Client) -> None:
    profile = begin(visitor, "student")
    send(visitor, "person", {"name_fi": "Saana", "school": "Karelia", "study_year": "3"}, "words")
    send(visitor, "words", {"seeks": "Etsin opinnäytetyön aihetta energiatekniikasta."}, "themes")
    send(visitor, "themes", {}, "contact")
    visibility = visitor.get(page("contact"))
    assert 'value="hidden"' in text_of(visibility)
    assert visibility.context["form"]["visibility"].value() == "hidden"
    seen = {"contact_visibility": "hidden", "visibility": "members"}
    for age, field in (("", "age"), ("minor", "visibility")):
        refused = visitor.post(page("contact"), {"step": "contact", **seen, "age": age})
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == [field]
    send(visitor, "contact", {"contact_visibility": "hidden", "visibility": "hidden"}, "check")
    visitor.post(page("check"), {"publish": "1"})
    profile.refresh_from_db()
    assert (profile.status, profile.visibility, profile.study_year) == ("published", "hidden", 3)
    stranger = Client()
    stranger.force_login(make_user())
    assert stranger.get(profile.get_absolute_url()).status_code == 404
    assert visitor.get(profile.get_absolute_url()).status_code == 200


def test_a_resident_is_asked_of_no_studies(visitor: Client) -> None:
    begin(visitor, "resident")
    form = visitor.get(page("person")).context["form"]
    assert "school" not in form.fields
    assert "does" not in visitor.get(page("words")).context["form"].fields


def test_a_step_of_another_kind_is_not_there(visitor: Client) -> None:
    begin(visitor, "student")
    assert visitor.get(page("organisation")).status_code == 404
    assert visitor.get(reverse("join_step", kwargs={"step": "nonsense"})).status_code == 404


def test_without_a_draft_every_step_leads_to_the_beginning(visitor: Client) -> None:
    for address in (page("words"), page("check"), reverse("join_discard")):
        assert visitor.get(address)["Location"] == reverse("join")


def test_choosing_nothing_is_told(visitor: Client) -> None:
    response = visitor.post(reverse("join"), {})
    assert response.status_code == 422
    assert not Profile.objects.exists()
    assert visitor.post(reverse("join"), {"kind": "emperor"}).status_code == 422


def test_one_goes_on_where_one_left(visitor: Client, client: Client) -> None:
    begin(visitor)
    send(visitor, "business-id", {"business_id": ""}, "organisation")
    send(visitor, "organisation", ORGANISATION, "words")
    response = visitor.get(reverse("join"))
    assert page("words") in text_of(response)
    assert "Karjalan Puurunko Oy" in text_of(response)


def test_back_keeps_what_holds_and_what_does_not_hold_yet(visitor: Client) -> None:
    profile = begin(visitor)
    send(visitor, "business-id", {"business_id": ""}, "organisation")
    send(visitor, "organisation", {**ORGANISATION, "back": "1"}, "business-id")
    profile.refresh_from_db()
    assert profile.name_fi == "Karjalan Puurunko Oy"
    send(
        visitor, "organisation", {"name_fi": "", "municipality": "167", "website": "ei ole", "back": "1"}, "business-id"
    )
    profile.refresh_from_db()
    assert profile.name_fi == "Karjalan Puurunko Oy", "what does not hold is not saved"
    response = visitor.get(page("organisation"))
    assert 'value="ei ole"' in text_of(response), "and not lost"
    send(visitor, "organisation", ORGANISATION, "words")
    assert "ei ole" not in text_of(visitor.get(page("organisation")))


def test_back_from_the_first_page_leads_to_the_kinds(visitor: Client) -> None:
    begin(visitor)
    send(visitor, "business-id", {"business_id": "väärä", "back": "1"}, "")
    assert 'value="väärä"' in text_of(visitor.get(page("business-id")))


def test_a_false_business_id_is_told_at_its_field(visitor: Client) -> None:
    begin(visitor)
    response = visitor.post(page("business-id"), {"business_id": "0112038-8"})
    assert response.status_code == 422
    assert 'href="#id_business_id"' in text_of(response)
    assert 'value="0112038-8"' in text_of(response)


def test_a_taken_business_id_leads_to_claiming_or_asking(visitor: Client) -> None:
    begin(visitor)
    there = make_profile("Kontion Kuivike Ky", business_id="0112038-9")
    response = visitor.post(page("business-id"), {"business_id": "0112038-9"})
    assert response.status_code == 422
    assert reverse("claim", kwargs={"slug": there.slug}) in text_of(response)
    there.claimed_at = NOW
    there.save()
    response = visitor.post(page("business-id"), {"business_id": "0112038-9"})
    assert reverse("takeover", kwargs={"slug": there.slug}) in text_of(response)
    assert "Kontion Kuivike Ky" not in text_of(response), "who represents it, and how it is named here, is not told"


@pytest.mark.parametrize(
    ("answer", "told"),
    [({"json": {"companies": []}}, "ei tunne tunnusta"), ({"status_code": 503}, "ei nyt vastannut")],
)
def test_the_register_never_stops_anyone(visitor: Client, settings: Any, answer: dict[str, Any], told: str) -> None:
    settings.SOLMU_PRH_URL = "https://register.example/v3"
    begin(visitor)
    with respx.mock:
        respx.get("https://register.example/v3/companies").respond(**answer)
        send(visitor, "business-id", {"business_id": "0112038-9"}, "organisation")
    assert told in text_of(visitor.get(page("organisation")))
    assert told not in text_of(visitor.get(page("organisation"))), "it is told once"


def test_what_the_register_says_is_filled_in(visitor: Client, settings: Any) -> None:
    settings.SOLMU_PRH_URL = "https://register.example/v3"
    begin(visitor)
    company = {
        "businessId": {"value": "0112038-9"},
        "names": [{"name": "Puurunko Oy", "type": "1"}],
        "mainBusinessLine": {"type": "16230", "typeCodeSet": "TOIMI4"},
        "addresses": [{"type": 1, "postOffices": [{"municipalityCode": "276"}]}],
    }
    with respx.mock:
        respx.get("https://register.example/v3/companies").respond(json={"companies": [company]})
        send(visitor, "business-id", {"business_id": "0112038-9"}, "organisation")
    form = visitor.get(page("organisation")).context["form"]
    values = {name: form[name].value() for name in ("name_fi", "municipality", "industry")}
    assert values == {"name_fi": "Puurunko Oy", "municipality": "276", "industry": "2025:16230"}
    send(visitor, "organisation", values, "words")
    profile = Profile.objects.get()
    assert (profile.industry, profile.industry_edition) == ("16230", "2025"), "its digits are not lost by saving"


def test_a_name_in_any_language_is_enough(visitor: Client) -> None:
    profile = begin(visitor)
    response = visitor.post(page("organisation"), {"municipality": "167"})
    assert list(response.context["form"].errors) == ["name_fi"]
    send(visitor, "organisation", {"name_sv": "Skärgårdens Fisk Ab", "municipality": "445"}, "words")
    profile.refresh_from_db()
    assert profile.name == "Skärgårdens Fisk Ab"


def test_long_text_is_refused_with_the_number_and_kept_in_the_form(visitor: Client) -> None:
    begin(visitor)
    long = "Puuta. " * 14_286
    response = visitor.post(page("words"), {"offers": long, "seeks": "ok"})
    assert response.status_code == 422
    assert "liian pitkä" in text_of(response)
    assert text_of(response).count("Puuta.") > 14_000
    assert not Profile.objects.get().texts.exists()


def test_nul_direction_marks_and_emoji(visitor: Client) -> None:
    begin(visitor)
    send(visitor, "words", {"seeks": "Lava\x00t \u202etakaperin 🌲"}, "themes")
    assert Profile.objects.get().texts.get().text == "Lavat takaperin 🌲"


def test_saying_nothing_is_told(visitor: Client) -> None:
    begin(visitor)
    response = visitor.post(page("words"), {"does": "Teemme."})
    assert list(response.context["form"].errors) == ["seeks"]
    begin(visitor, "student")
    response = visitor.post(page("words"), {"offers": "Osaan."})
    assert list(response.context["form"].errors) == ["seeks"]


def test_the_language_of_a_text_can_be_said(visitor: Client) -> None:
    begin(visitor)
    send(visitor, "words", {"seeks": "Etsimme lavoja.", "offers": "Pallets.", "offers_language": "en"}, "themes")
    assert dict(Profile.objects.get().texts.values_list("kind", "language")) == {"seeks": "fi", "offers": "en"}
    form = visitor.get(page("words")).context["form"]
    assert form["seeks_language"].value() == "fi", "what was guessed is shown, and can be changed"


def test_searching_themes_without_javascript_saves_nothing(visitor: Client, timber: Theme) -> None:
    profile = begin(visitor)
    response = visitor.post(page("themes"), {"themes_find": "träbygg", "themes_look": "1"})
    assert response.status_code == 200
    assert f'value="{timber.pk}"' in text_of(response)
    assert not profile.theme_items.exists()
    ticked = visitor.post(page("themes"), {"themes": [timber.pk], "themes_find": "x", "themes_look": "1"})
    assert f'value="{timber.pk}" checked' in text_of(ticked)


def test_themes_taken_away_stay_away(visitor: Client, timber: Theme) -> None:
    begin(visitor)
    send(visitor, "words", WORDS, "themes")
    send(visitor, "themes", {}, "contact")
    assert f'value="{timber.pk}" checked' not in text_of(visitor.get(page("themes")))


def test_the_preview_shows_what_is_typed_and_saves_nothing(visitor: Client) -> None:
    profile = begin(visitor)
    before = profile.changed_at
    response = visitor.post(reverse("join_preview"), {"step": "words", "seeks": "Etsimme <b>lavoja</b>. Pian."})
    assert "Etsimme &lt;b&gt;lavoja&lt;/b&gt;" in text_of(response)
    named = visitor.post(reverse("join_preview"), {"step": "organisation", "name_fi": "Uusi Oy", "website": "x y"})
    assert "Uusi Oy" in text_of(named)
    profile.refresh_from_db()
    assert (profile.name, profile.changed_at, profile.texts.count()) == ("", before, 0)
    for step in ("themes", "nonsense", ""):
        assert visitor.post(reverse("join_preview"), {"step": step}).status_code == 404
    assert visitor.get(reverse("join_preview")).status_code == 405


def test_the_check_names_what_is_missing(visitor: Client) -> None:
    begin(visitor)
    response = visitor.post(page("check"), {"publish": "1"})
    assert response.status_code == 422
    assert f"{page('organisation')}#id_name_fi" in text_of(response)
    assert f"{page('words')}#id_seeks" in text_of(response)


def test_a_number_taken_meanwhile_is_told_at_the_check(visitor: Client, owner: User) -> None:
    begin(visitor)
    send(visitor, "business-id", {"business_id": "0112038-9"}, "organisation")
    send(visitor, "organisation", ORGANISATION, "words")
    send(visitor, "words", WORDS, "themes")
    there = make_profile(business_id="0112038-9")
    response = visitor.post(page("check"), {"publish": "1"})
    assert response.status_code == 422
    assert reverse("claim", kwargs={"slug": there.slug}) in text_of(response)


def test_a_logo_of_ten_megabytes_is_refused_where_it_was_chosen(visitor: Client) -> None:
    begin(visitor)
    big = SimpleUploadedFile("logo.png", b"x" * 10 * 1024 * 1024, "image/png")
    response = visitor.post(page("check"), {"logo_send": "1", "logo": big})
    assert response.status_code == 422
    assert "raja on 2 Mt" in text_of(response)
    assert 'href="#id_logo"' in text_of(response)


def test_a_logo_is_put_in_place_and_taken_away(visitor: Client) -> None:
    profile = begin(visitor)
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    logo = SimpleUploadedFile("../../logo.png", out.getvalue(), "image/png")
    assert visitor.post(page("check"), {"logo_send": "1", "logo": logo}).status_code == 302
    profile.refresh_from_db()
    served = visitor.get(profile.logo.url)
    assert served["Content-Type"] == "image/png"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert visitor.post(page("check"), {"logo_remove": "1"}).status_code == 302
    profile.refresh_from_db()
    assert not profile.logo
    assert visitor.post(page("check"), {"logo_send": "1"}).status_code == 422


def test_a_draft_is_thrown_away_only_when_asked_twice(visitor: Client) -> None:
    begin(visitor)
    assert visitor.get(reverse("join_discard")).status_code == 200
    assert Profile.objects.exists()
    assert visitor.post(reverse("join_discard"))["Location"] == reverse("join")
    assert not Profile.objects.exists()


def test_a_draft_page_leads_to_its_making(visitor: Client) -> None:
    profile = begin(visitor)
    assert visitor.get(profile.get_absolute_url())["Location"] == reverse("join")
    stranger = Client()
    assert stranger.get(profile.get_absolute_url()).status_code == 404


def test_an_owner_of_one_profile_may_make_another(visitor: Client, owner: User) -> None:
    first = make_profile("Ensimmäinen Oy", by=owner)
    response = visitor.get(reverse("join"))
    assert first.name in text_of(response)
    begun = services.create_draft(kind="company", by=owner, now=NOW)
    assert begun.pk != first.pk
