"""A profile's page, one's own profiles and editing, as they are asked for."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from accounts.models import Block, PastWork, Profile, ProfileTheme, Representative, User
from accounts.queries import profiles as queries
from tests.factories.people import NOW, make_profile, make_user
from themes.models import Theme

pytestmark = pytest.mark.django_db

TEXTS = {"does": "Teemme kuiviketta.", "offers": "Otamme lastua. Maksamme kuivasta.", "seeks": "Etsimme lavoja."}


def page(profile: Profile) -> str:
    return profile.get_absolute_url()


def section(profile: Profile, name: str) -> str:
    return reverse("profile_edit_section", kwargs={"slug": profile.slug, "section": name})


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def owner() -> User:
    return make_user("Omar Omistaja")


@pytest.fixture
def profile(owner: User) -> Profile:
    return make_profile(
        "Kontion Kuivike Ky", by=owner, texts=TEXTS, contact_email="kontio@example.fi", business_id="0112038-9"
    )


@pytest.fixture
def visitor(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


# --- The page --------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_partys_own_words(client: Client, profile: Profile) -> None:
    response = client.get(page(profile))
    shown = text_of(response)
    assert "Teemme kuiviketta." in shown
    assert '<h3 lang="fi">Otamme lastua</h3>' in shown
    assert "Maksamme kuivasta." in shown
    assert "0112038-9" in shown
    assert reverse("profile_edit", kwargs={"slug": profile.slug}) not in shown


def test_text_keeps_its_language_and_says_so(client: Client, profile: Profile) -> None:
    with translation.override("sv"):
        address = page(profile)
    shown = text_of(client.get(address))
    assert '<h3 lang="fi">' in shown
    assert 'class="langmark"' in shown


def test_markup_in_text_is_shown_as_text(client: Client, owner: User) -> None:
    nasty = make_profile("<script>alert(1)</script> Oy", by=owner, texts={"seeks": "<img src=x onerror=alert(1)>"})
    shown = text_of(client.get(page(nasty)))
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


@pytest.mark.parametrize(
    ("visibility", "strangers", "members"), [("public", 200, 200), ("members", 404, 200), ("hidden", 404, 404)]
)
def test_visibility_holds(profile: Profile, visibility: str, strangers: int, members: int) -> None:
    profile.visibility = visibility
    profile.save()
    stranger, member, own = Client(), Client(), Client()
    member.force_login(make_user())
    own.force_login(profile.representatives.get().user)
    assert stranger.get(page(profile)).status_code == strangers
    assert member.get(page(profile)).status_code == members
    assert own.get(page(profile)).status_code == 200


def test_a_profile_not_for_everyone_is_not_for_search_engines(visitor: Client, profile: Profile) -> None:
    assert "noindex" not in text_of(visitor.get(page(profile)))
    profile.visibility = "members"
    profile.save()
    assert "noindex" in text_of(visitor.get(page(profile)))


@pytest.mark.parametrize(
    ("visibility", "strangers", "members"), [("public", True, True), ("members", False, True), ("hidden", False, False)]
)
def test_contact_details_have_a_visibility_of_their_own(
    profile: Profile, visibility: str, strangers: bool, members: bool
) -> None:
    profile.contact_visibility = visibility
    profile.save()
    stranger, member, own = Client(), Client(), Client()
    member.force_login(make_user())
    own.force_login(profile.representatives.get().user)
    assert ("kontio@example.fi" in text_of(stranger.get(page(profile)))) is strangers
    assert ("kontio@example.fi" in text_of(member.get(page(profile)))) is members
    assert "kontio@example.fi" in text_of(own.get(page(profile)))


def test_a_block_hides_each_from_the_other(profile: Profile) -> None:
    other = make_user()
    theirs = make_profile(by=other)
    Block.objects.create(blocker=profile, blocked=theirs, at=NOW)
    client = Client()
    client.force_login(other)
    assert client.get(page(profile)).status_code == 404


def test_a_profile_taken_down_is_gone_even_for_its_own(visitor: Client, profile: Profile) -> None:
    profile.status = Profile.Status.TAKEN_DOWN
    profile.save()
    assert visitor.get(page(profile)).status_code == 404
    assert visitor.get(reverse("profile_edit", kwargs={"slug": profile.slug})).status_code == 404


def test_representatives_are_shown_by_their_own_choice(client: Client, profile: Profile) -> None:
    one = profile.representatives.get()
    assert "Omar Omistaja" not in text_of(client.get(page(profile)))
    one.shown, one.title = True, "Toimitusjohtaja"
    one.save()
    shown = text_of(client.get(page(profile)))
    assert "Omar Omistaja" in shown
    assert "Toimitusjohtaja" in shown


def test_an_unclaimed_page_says_so_and_shows_facts_alone(client: Client) -> None:
    profile = make_profile(
        "Kontio", source="Kunnan luettelo", contact_email="salainen@example.fi", contact_visibility="public"
    )
    PastWork.objects.create(profile=profile, title="Dry bedding", language="en", source="CORDIS")
    shown = text_of(client.get(page(profile)))
    assert "Kunnan luettelo" in shown
    assert '<span lang="en">Dry bedding</span>' in shown
    assert reverse("claim", kwargs={"slug": profile.slug}) in shown
    assert f"{reverse('report', kwargs={'slug': profile.slug})}?reason=take_down" in shown
    assert "salainen@example.fi" not in shown


def add_parts(profile: Profile, count: int) -> None:
    for number in range(count):
        theme = Theme.objects.create(name=f"Teema {number}", slug=f"teema-{number}", name_fi=f"Teema {number}")
        ProfileTheme.objects.create(tag=theme, content_object=profile)
        PastWork.objects.create(profile=profile, title=f"Hanke {number}")
        Representative.objects.create(profile=profile, user=make_user(f"Nimi {number}"), shown=True, since=NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_reads_a_fixed_number_of_times(
    client: Client, profile: Profile, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add_parts(profile, count)
    client.get(page(profile))
    with django_assert_num_queries(14):
        client.get(page(profile))


# --- One's own -------------------------------------------------------------------------------------------------------


def test_own_profiles_are_listed_for_those_signed_in(client: Client, profile: Profile, owner: User) -> None:
    assert client.get(reverse("own_profiles")).status_code == 302
    client.force_login(owner)
    assert profile.name in text_of(client.get(reverse("own_profiles")))
    client.force_login(make_user())
    assert reverse("join") in text_of(client.get(reverse("own_profiles")))


def test_the_masthead_leads_to_ones_own_organisation(visitor: Client, profile: Profile, owner: User) -> None:
    assert f'href="{page(profile)}"' in text_of(visitor.get(reverse("directory")))
    make_profile("Toinen Oy", by=owner)
    assert f'href="{reverse("own_profiles")}"' in text_of(visitor.get(reverse("directory")))


# --- Editing ---------------------------------------------------------------------------------------------------------


def every_edit_page(profile: Profile) -> list[str]:
    return [
        reverse("profile_edit", kwargs={"slug": profile.slug}),
        *(section(profile, name) for name in ("business-id", "organisation", "words", "themes", "contact")),
        reverse("profile_edit_logo", kwargs={"slug": profile.slug}),
        reverse("profile_remove", kwargs={"slug": profile.slug}),
    ]


def test_every_page_of_editing_opens_for_the_owner(visitor: Client, profile: Profile) -> None:
    for address in every_edit_page(profile):
        assert visitor.get(address).status_code == 200, address


def test_no_page_of_editing_opens_for_others(client: Client, profile: Profile) -> None:
    for address in every_edit_page(profile):
        assert client.get(address).status_code == 302, "one must sign in"
    member = make_user()
    Representative.objects.create(profile=profile, user=member, role=Representative.Role.MEMBER, since=NOW)
    for user in (make_user(), member):
        client.force_login(user)
        for address in every_edit_page(profile):
            assert client.get(address).status_code == 403, address
            assert client.post(address, {"seeks": "Muutettu"}).status_code in (403, 405), address
    assert profile.texts.get(kind="seeks").text == TEXTS["seeks"]


def test_an_editor_may_edit_but_not_take_down(client: Client, profile: Profile) -> None:
    editor = make_user()
    Representative.objects.create(profile=profile, user=editor, role=Representative.Role.EDITOR, since=NOW)
    client.force_login(editor)
    assert client.get(section(profile, "words")).status_code == 200
    assert client.post(reverse("profile_remove", kwargs={"slug": profile.slug})).status_code == 403


def test_a_section_that_does_not_exist(visitor: Client, profile: Profile) -> None:
    for name in ("person", "nonsense"):
        assert visitor.get(section(profile, name)).status_code == 404


def test_a_section_is_saved(visitor: Client, profile: Profile) -> None:
    data = {"offers": "Otamme purua.", "seeks": "Etsimme kuormalavoja.", "does": ""}
    response = visitor.post(section(profile, "words"), data)
    assert response["Location"] == reverse("profile_edit", kwargs={"slug": profile.slug})
    assert dict(profile.texts.values_list("kind", "text")) == {k: v for k, v in data.items() if v}


def test_a_stale_form_shows_both_and_loses_neither(visitor: Client, profile: Profile) -> None:
    opened = visitor.get(section(profile, "words")).context["form"]["stamp"].value()
    first = {"offers": "Ensimmäinen.", "seeks": TEXTS["seeks"], "does": TEXTS["does"], "stamp": opened}
    assert visitor.post(section(profile, "words"), first).status_code == 302
    second = {**first, "offers": "Toinen."}
    response = visitor.get(section(profile, "words"))
    for _time in range(2):
        response = visitor.post(section(profile, "words"), second)
        assert response.status_code == 409
        assert "Ensimmäinen." in text_of(response), "what is saved"
        assert "Toinen." in text_of(response), "what was typed"
        assert profile.texts.get(kind="offers").text == "Ensimmäinen."
    renewed = {**second, "stamp": response.context["form"]["stamp"].value()}
    assert visitor.post(section(profile, "words"), renewed).status_code == 302
    assert profile.texts.get(kind="offers").text == "Toinen."


@pytest.mark.parametrize(
    ("name", "mine", "theirs", "shown"),
    [
        ("organisation", {"size": "2-9"}, {"size": "250+"}, "250"),
        ("organisation", {"industry": "2025:16"}, {"industry": "16", "industry_edition": "2025"}, "puutuotteiden"),
        ("contact", {"languages": ["sv"]}, {"languages": ["fi", "en"]}, "suomi, englanti"),
        ("contact", {"visibility": "hidden"}, {"visibility": "members"}, "Kirjautuneet"),
    ],
)
def test_what_others_saved_is_told_in_words(
    visitor: Client, profile: Profile, name: str, mine: dict[str, Any], theirs: dict[str, Any], shown: str
) -> None:
    form = visitor.get(section(profile, name)).context["form"]
    data = {field: form[field].value() or "" for field in form.fields}
    if "languages" in data:
        data["languages"] = []
    Profile.objects.filter(pk=profile.pk).update(**theirs)
    if name == "organisation" and "industry" in mine:
        mine = {"industry": "2025:17"}
    response = visitor.post(section(profile, name), {**data, **mine})
    assert response.status_code == 409
    told = dict(response.context["theirs"])
    assert any(shown in value for value in told.values())


def test_stale_themes_are_told_by_their_names(visitor: Client, profile: Profile) -> None:
    themes = [Theme.objects.create(name=name, slug=name.lower(), name_fi=name) for name in ("Kuivike", "Lastu", "Puru")]
    opened = visitor.get(section(profile, "themes")).context["form"]["stamp"].value()
    ProfileTheme.objects.create(tag=themes[0], content_object=profile)
    response = visitor.post(section(profile, "themes"), {"themes": [themes[1].pk], "stamp": opened})
    assert response.status_code == 409
    assert dict(response.context["theirs"]) == {"Teemat": "Kuivike"}
    looked = visitor.post(section(profile, "themes"), {"themes_find": "puru", "themes_look": "1", "stamp": opened})
    assert looked.status_code == 200
    assert f'value="{themes[2].pk}"' in text_of(looked)
    assert looked.context["form"]["stamp"].value() == opened, "looking for a theme makes no form fresh"


def test_what_a_published_profile_must_have_cannot_be_emptied(visitor: Client, profile: Profile) -> None:
    response = visitor.post(section(profile, "words"), {"offers": "", "seeks": ""})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["seeks"]
    assert profile.texts.count() == 3


def test_a_taken_number_is_told_when_editing_too(visitor: Client, profile: Profile) -> None:
    there = make_profile(business_id="1234567-1")
    response = visitor.post(section(profile, "business-id"), {"business_id": "1234567-1"})
    assert response.status_code == 422
    assert reverse("claim", kwargs={"slug": there.slug}) in text_of(response)
    assert visitor.post(section(profile, "business-id"), {"business_id": ""}).status_code == 302
    profile.refresh_from_db()
    assert profile.business_id == ""


def test_an_industry_of_the_old_edition_is_kept_by_saving(visitor: Client, profile: Profile) -> None:
    Profile.objects.filter(pk=profile.pk).update(industry="45112", industry_edition="2008")
    form = visitor.get(section(profile, "organisation")).context["form"]
    data = {field: form[field].value() or "" for field in form.fields}
    visitor.post(section(profile, "organisation"), {**data, "name_fi": "Uusi nimi"})
    profile.refresh_from_db()
    assert (profile.name_fi, profile.industry, profile.industry_edition) == ("Uusi nimi", "45112", "2008")


def test_the_logo_is_changed_refused_and_taken_away(visitor: Client, profile: Profile) -> None:
    address = reverse("profile_edit_logo", kwargs={"slug": profile.slug})
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    svg = SimpleUploadedFile("logo.svg", b"<svg><script>alert(1)</script></svg>", "image/svg+xml")
    refused = visitor.post(address, {"logo": svg})
    assert refused.status_code == 422
    assert "SVG-tiedostossa" in text_of(refused)
    assert visitor.post(address, {"logo": SimpleUploadedFile("l.png", out.getvalue())}).status_code == 302
    profile.refresh_from_db()
    assert f'src="{profile.logo.url}"' in text_of(visitor.get(page(profile)))
    assert visitor.post(address, {"remove": "1"}).status_code == 302
    profile.refresh_from_db()
    assert not profile.logo


def test_taking_down_is_asked_twice(visitor: Client, profile: Profile) -> None:
    address = reverse("profile_remove", kwargs={"slug": profile.slug})
    assert visitor.get(address).status_code == 200
    assert visitor.post(address)["Location"] == reverse("own_profiles")
    profile.refresh_from_db()
    assert profile.status == Profile.Status.TAKEN_DOWN


# --- Panels ----------------------------------------------------------------------------------------------------------


def test_the_front_page_shows_needs_and_offers_by_turns(client: Client, profile: Profile) -> None:
    other = make_profile("Toinen Oy", by=make_user(), texts={"offers": "Tilaa hallissa."})
    make_profile("Piilossa Oy", by=make_user(), texts={"seeks": "Salaista."}, visibility="hidden")
    shown = text_of(client.get(reverse("home")))
    assert "Etsimme lavoja" in shown
    assert "Tilaa hallissa" in shown
    assert "Salaista" not in shown
    assert [lot.kind for lot in queries.newest_lots(other.representatives.get().user, 6)] == ["seeks", "offers"]


def test_a_themes_page_shows_who_has_it(client: Client, profile: Profile) -> None:
    top = Theme.objects.create(name="Puu", slug="puu", name_fi="Puu")
    leaf = Theme.objects.create(name="Lastu", slug="lastu", name_fi="Lastu", parent=top)
    ProfileTheme.objects.create(tag=leaf, content_object=profile)
    for theme in (top, leaf):
        assert profile.name in text_of(client.get(theme.get_absolute_url()))
