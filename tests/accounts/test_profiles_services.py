"""Every way out of the services that make, publish, change and take down profiles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts import hooks
from accounts.models import Profile, ProfileText, Representative, User
from accounts.services import profiles as services
from accounts.services.profiles import making
from accounts.services.sections import (
    AgeMissing,
    BadBusinessId,
    BadValue,
    BusinessIdTaken,
    Section,
    TooLong,
    TooManyThemes,
    TooYoungToBeSeen,
    normal_business_id,
    stamp,
)
from core.errors import DomainError
from core.models import AuditEvent
from tests.factories.people import NOW, make_profile, make_user
from themes.models import Theme

pytestmark = pytest.mark.django_db

WORDS = {"offers": "Valmistamme kuormalavoja tilauksesta.", "seeks": "Etsimme lastulle vastaanottajaa."}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The profiles that upper apps were told of."""
    found: list[int] = []
    monkeypatch.setattr(hooks, "_changed", {"test": lambda pk, now: found.append(pk)})
    return found


@pytest.fixture
def owner() -> User:
    return make_user("Omar Omistaja")


def draft_of(owner: User, kind: str = "company", **data: Any) -> Profile:
    profile = services.create_draft(kind=kind, by=owner, now=NOW)
    if profile.is_person:
        section, values = Section.PERSON, {"name_fi": "Saana", "school": "Karelia", **data}
    else:
        section, values = Section.ORGANISATION, {"name_fi": "Karjalan Puurunko Oy", "municipality": "167", **data}
    services.save_step(profile=profile, section=section, data=values, by=owner, now=NOW)
    return services.save_step(profile=profile, section=Section.WORDS, data=WORDS, by=owner, now=NOW)


def make_themes(count: int) -> list[Theme]:
    return [Theme.objects.create(name=f"Teema {n}", slug=f"teema-{n}", name_fi=f"Teema {n}") for n in range(count)]


def test_a_draft_belongs_to_its_maker_and_is_seen_by_nobody_else(owner: User) -> None:
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    assert draft.representatives.get().role == Representative.Role.OWNER
    assert not Profile.objects.visible_to(make_user()).filter(pk=draft.pk).exists()
    assert draft.slug.startswith("draft-")


def test_a_second_press_goes_on_with_the_same_draft(owner: User) -> None:
    first = services.create_draft(kind="company", by=owner, now=NOW)
    second = services.create_draft(kind="company", by=owner, now=NOW)
    assert first.pk == second.pk
    assert Profile.objects.count() == 1


def test_another_kind_changes_the_draft_and_forgets_what_the_kind_does_not_have(owner: User) -> None:
    draft = draft_of(owner, industry="16", industry_edition="2025")
    again = services.create_draft(kind="student", by=owner, now=NOW)
    assert again.pk == draft.pk
    assert (again.kind, again.industry, again.visibility) == ("student", "", "hidden")
    assert again.texts.count() == 2


@pytest.mark.parametrize("kind", ["student", "resident"])
def test_a_person_is_hidden_until_they_choose_otherwise(owner: User, kind: str) -> None:
    profile = services.publish_profile(profile=draft_of(owner, kind), by=owner, now=NOW)
    assert (profile.visibility, profile.contact_visibility) == ("hidden", "hidden")
    assert not Profile.objects.visible_to(make_user()).filter(pk=profile.pk).exists()
    assert Profile.objects.visible_to(owner).filter(pk=profile.pk).exists()
    services.set_visibility(profile=profile, visibility="members", by=owner, now=NOW, age="adult")
    assert Profile.objects.visible_to(make_user()).filter(pk=profile.pk).exists()


@pytest.mark.parametrize(("age", "error"), [("minor", TooYoungToBeSeen), ("", AgeMissing), ("17", AgeMissing)])
def test_a_student_under_18_or_of_no_age_is_seen_by_nobody(owner: User, age: str, error: type[DomainError]) -> None:
    profile = services.publish_profile(profile=draft_of(owner, "student"), by=owner, now=NOW)
    with pytest.raises(error):
        services.set_visibility(profile=profile, visibility="members", by=owner, now=NOW, age=age)
    shown = {"visibility": "public", "age": age}
    with pytest.raises(error):
        services.edit_profile(profile=profile, section=Section.CONTACT, data=shown, by=owner, now=NOW)
    profile.refresh_from_db()
    assert profile.visibility == "hidden"
    services.edit_profile(profile=profile, section=Section.CONTACT, data={"visibility": "hidden"}, by=owner, now=NOW)
    services.edit_profile(profile=profile, section=Section.CONTACT, data={**shown, "age": "adult"}, by=owner, now=NOW)
    # Seen already, nothing is asked again; and the age is nowhere.
    services.set_visibility(profile=profile, visibility="members", by=owner, now=NOW)
    assert not any("age" in field.name.split("_") for field in Profile._meta.get_fields())


def test_a_persons_address_does_not_tell_the_name(owner: User) -> None:
    profile = services.publish_profile(profile=draft_of(owner, "student"), by=owner, now=NOW)
    assert "saana" not in profile.slug
    assert profile.slug.startswith("student-")


def test_publishing_gives_address_terms_trail_and_tells_others(owner: User, told: list[int]) -> None:
    draft = draft_of(owner)
    profile = services.publish_profile(profile=draft, by=owner, now=NOW)
    profile.refresh_from_db()
    assert profile.slug == "karjalan-puurunko-oy"
    assert profile.published_at == NOW
    assert " kuormalava " in profile.search_terms
    assert " joensuu " in profile.search_terms
    assert " puurunko " in profile.search_names
    assert "kuormalava" not in profile.search_names
    assert told == [profile.pk]
    assert AuditEvent.objects.filter(action="profile.published", by=owner).count() == 1


def test_publishing_twice_is_done_once(owner: User, told: list[int]) -> None:
    draft = draft_of(owner)
    services.publish_profile(profile=draft, by=owner, now=NOW)
    services.publish_profile(profile=draft, by=owner, now=NOW + timedelta(seconds=1))
    assert told == [draft.pk]


def test_two_of_one_name_get_addresses_of_their_own(owner: User) -> None:
    services.publish_profile(profile=draft_of(owner), by=owner, now=NOW)
    other = make_user()
    assert services.publish_profile(profile=draft_of(other), by=other, now=NOW).slug == "karjalan-puurunko-oy-2"


def test_what_is_missing_is_named(owner: User) -> None:
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    with pytest.raises(services.Incomplete) as caught:
        services.publish_profile(profile=draft, by=owner, now=NOW)
    assert [(gap.section, gap.field) for gap in caught.value.gaps] == [
        (Section.ORGANISATION, "name_fi"),
        (Section.ORGANISATION, "municipality"),
        (Section.WORDS, "seeks"),
    ]
    draft.refresh_from_db()
    assert draft.status == Profile.Status.DRAFT


def test_a_stranger_and_a_member_may_not_touch_a_profile(owner: User) -> None:
    draft = draft_of(owner)
    member = make_user()
    Representative.objects.create(profile=draft, user=member, role=Representative.Role.MEMBER, since=NOW)
    for user in (make_user(), member):
        with pytest.raises(services.NotAllowed):
            services.save_step(profile=draft, section=Section.WORDS, data=WORDS, by=user, now=NOW)
        with pytest.raises(services.NotAllowed):
            services.publish_profile(profile=draft, by=user, now=NOW)
        with pytest.raises(services.NotAllowed):
            services.edit_profile(profile=draft, section=Section.WORDS, data=WORDS, by=user, now=NOW)
        with pytest.raises(services.NotAllowed):
            services.set_visibility(profile=draft, visibility="hidden", by=user, now=NOW)
        with pytest.raises(services.NotAllowed):
            services.set_logo(profile=draft, logo=None, by=user, now=NOW)
        with pytest.raises(services.NotAllowed):
            services.take_down(profile=draft, by=user, now=NOW)
        with pytest.raises(services.NotAllowed):
            services.discard_draft(profile=draft, by=user, now=NOW)


# --- Business IDs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["0112038-9", "01120389", "FI01120389", " 0112038–9 ", "112038-9", "0112038\x00-9"])
def test_a_business_id_is_read_however_it_is_typed(typed: str) -> None:
    assert normal_business_id(typed) == "0112038-9"


@pytest.mark.parametrize("typed", ["0112038-8", "12345", "0000000-0", "moi", "0112038-9-9", "١١٢٠٣٨٩"])
def test_a_false_business_id_is_refused(owner: User, typed: str) -> None:
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    with pytest.raises(BadBusinessId) as caught:
        services.save_step(profile=draft, section=Section.BUSINESS_ID, data={"business_id": typed}, by=owner, now=NOW)
    assert caught.value.field == "business_id"


def test_a_taken_number_leads_to_the_one_who_has_it(owner: User) -> None:
    there = make_profile(business_id="0112038-9")
    draft = draft_of(owner)
    with pytest.raises(BusinessIdTaken) as caught:
        services.save_step(
            profile=draft, section=Section.BUSINESS_ID, data={"business_id": "01120389"}, by=owner, now=NOW
        )
    assert caught.value.profile == there


def test_a_draft_reserves_no_number(owner: User) -> None:
    squatter = make_user()
    number = {"business_id": "0112038-9"}
    held = draft_of(squatter)
    services.save_step(profile=held, section=Section.BUSINESS_ID, data=number, by=squatter, now=NOW)
    draft = draft_of(owner)
    services.save_step(profile=draft, section=Section.BUSINESS_ID, data=number, by=owner, now=NOW)
    services.publish_profile(profile=draft, by=owner, now=NOW)
    with pytest.raises(BusinessIdTaken):
        services.publish_profile(profile=held, by=squatter, now=NOW)


def test_the_database_holds_the_number_when_two_publish_at_once(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one publishes after our check and before our write."""
    draft = draft_of(owner)
    services.save_step(profile=draft, section=Section.BUSINESS_ID, data={"business_id": "0112038-9"}, by=owner, now=NOW)
    first = make_profile(business_id="0112038-9")
    monkeypatch.setattr(making, "ensure_free", lambda profile, business_id: None)
    with pytest.raises(BusinessIdTaken) as caught:
        services.publish_profile(profile=draft, by=owner, now=NOW)
    assert caught.value.profile == first


def test_a_taken_down_profile_frees_its_number(owner: User) -> None:
    there = make_profile(business_id="0112038-9")
    services.take_down(profile=there, by=make_user(is_coordinator=True), now=NOW, reason="asked")
    draft = draft_of(owner)
    services.save_step(profile=draft, section=Section.BUSINESS_ID, data={"business_id": "0112038-9"}, by=owner, now=NOW)
    assert services.publish_profile(profile=draft, by=owner, now=NOW).business_id == "0112038-9"


# --- What is written -------------------------------------------------------------------------------------------------


def test_the_language_of_each_text_is_guessed_and_may_be_said(owner: User) -> None:
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    words = {
        "does": "Vi tillverkar träelement till daghem och småhus.",
        "offers": "Otamme vastaan kutterinlastua ympäri vuoden.",
        "seeks": "Abc",
        "seeks_language": "",
        "offers_language": "en",
        "reader": "sv",
    }
    services.save_step(profile=draft, section=Section.WORDS, data=words, by=owner, now=NOW)
    assert dict(draft.texts.values_list("kind", "language")) == {"does": "sv", "offers": "en", "seeks": "sv"}


def test_an_emptied_text_goes(owner: User) -> None:
    draft = draft_of(owner)
    services.save_step(profile=draft, section=Section.WORDS, data={"offers": " \n"}, by=owner, now=NOW)
    assert list(draft.texts.values_list("kind", flat=True)) == ["seeks"]


def test_text_is_cleaned_and_emoji_stay(owner: User) -> None:
    draft = services.create_draft(kind="company", by=owner, now=NOW)
    nasty = "Lava\x00t \u202etakaperin\u202c 🌲 ok"
    services.save_step(profile=draft, section=Section.WORDS, data={"seeks": nasty}, by=owner, now=NOW)
    assert draft.texts.get().text == "Lavat takaperin 🌲 ok"


def test_a_text_of_100000_characters_is_refused_with_the_number(owner: User) -> None:
    draft = draft_of(owner)
    with pytest.raises(TooLong, match="96000") as caught:
        services.save_step(profile=draft, section=Section.WORDS, data={"seeks": "a" * 100_000}, by=owner, now=NOW)
    assert caught.value.field == "seeks"
    assert draft.texts.get(kind="seeks").text == WORDS["seeks"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("municipality", "999"),
        ("industry", "45"),
        ("name_fi", "x" * 161),
        ("size", "huge"),
        ("website", "javascript:1"),
    ],
)
def test_values_that_do_not_exist_are_refused_at_their_field(owner: User, field: str, value: str) -> None:
    draft = draft_of(owner)
    data = {field: value, "industry_edition": "2025"}
    with pytest.raises(BadValue) as caught:
        services.save_step(profile=draft, section=Section.ORGANISATION, data=data, by=owner, now=NOW)
    assert caught.value.field == field


def test_at_most_twelve_themes(owner: User) -> None:
    draft = draft_of(owner)
    themes = make_themes(13)
    with pytest.raises(TooManyThemes):
        services.save_step(profile=draft, section=Section.THEMES, data={"themes": themes}, by=owner, now=NOW)
    services.save_step(profile=draft, section=Section.THEMES, data={"themes": themes[:2]}, by=owner, now=NOW)
    services.save_step(profile=draft, section=Section.THEMES, data={"themes": themes[1:3]}, by=owner, now=NOW)
    assert sorted(draft.themes.values_list("slug", flat=True)) == ["teema-1", "teema-2"]


def test_a_thrown_away_draft_is_gone(owner: User) -> None:
    draft = draft_of(owner)
    services.discard_draft(profile=draft, by=owner, now=NOW)
    assert not Profile.objects.exists()
    assert not ProfileText.objects.exists()
    published = make_profile(by=owner)
    with pytest.raises(services.NotADraft):
        services.discard_draft(profile=published, by=owner, now=NOW)
    with pytest.raises(services.NotADraft):
        services.save_step(profile=published, section=Section.WORDS, data=WORDS, by=owner, now=NOW)


# --- Changing --------------------------------------------------------------------------------------------------------


def test_a_change_is_saved_found_and_told(owner: User, told: list[int]) -> None:
    profile = make_profile(by=owner, texts=WORDS)
    services.edit_profile(
        profile=profile, section=Section.WORDS, data={"offers": "Korjaamme veneitä."}, by=owner, now=NOW
    )
    profile.refresh_from_db()
    assert " vene " in profile.search_terms
    assert told == [profile.pk]
    assert AuditEvent.objects.get(action="profile.changed").detail == {"section": "words", "fields": ["offers"]}


def test_a_stale_form_changes_nothing_and_shows_what_is_saved(owner: User, told: list[int]) -> None:
    profile = make_profile(by=owner, texts=WORDS)
    opened = stamp(profile, Section.WORDS)
    services.edit_profile(profile=profile, section=Section.WORDS, data={"seeks": "Ensin."}, by=owner, now=NOW)
    with pytest.raises(services.Stale) as caught:
        services.edit_profile(
            profile=profile, section=Section.WORDS, data={"seeks": "Toiseksi."}, by=owner, now=NOW, stamp_sent=opened
        )
    assert caught.value.saved["seeks"] == "Ensin."
    assert profile.texts.get(kind="seeks").text == "Ensin."
    services.edit_profile(
        profile=profile,
        section=Section.WORDS,
        data={"seeks": "Toiseksi."},
        by=owner,
        now=NOW,
        stamp_sent=caught.value.stamp,
    )
    assert profile.texts.get(kind="seeks").text == "Toiseksi."


def test_a_form_sent_twice_is_saved_once(owner: User, told: list[int]) -> None:
    profile = make_profile(by=owner, texts=WORDS)
    opened = stamp(profile, Section.WORDS)
    for _press in range(2):
        services.edit_profile(
            profile=profile, section=Section.WORDS, data={"seeks": "Kerran."}, by=owner, now=NOW, stamp_sent=opened
        )
    assert told == [profile.pk]


def test_a_change_elsewhere_in_the_profile_makes_no_form_stale(owner: User) -> None:
    profile = make_profile(by=owner, texts=WORDS)
    opened = stamp(profile, Section.WORDS)
    services.edit_profile(profile=profile, section=Section.CONTACT, data={"contact_name": "Aino"}, by=owner, now=NOW)
    services.edit_profile(
        profile=profile, section=Section.WORDS, data={"seeks": "Uutta."}, by=owner, now=NOW, stamp_sent=opened
    )
    assert profile.texts.get(kind="seeks").text == "Uutta."


def test_a_published_profile_keeps_what_it_must_have(owner: User) -> None:
    profile = make_profile(by=owner, texts={"seeks": "Etsimme."})
    with pytest.raises(services.Incomplete):
        services.edit_profile(profile=profile, section=Section.WORDS, data={"seeks": ""}, by=owner, now=NOW)
    with pytest.raises(services.Incomplete):
        services.edit_profile(profile=profile, section=Section.ORGANISATION, data={"name_fi": ""}, by=owner, now=NOW)
    profile.refresh_from_db()
    assert profile.name_fi
    assert profile.texts.exists()


def test_a_claimed_profile_without_words_can_be_edited_elsewhere(owner: User) -> None:
    profile = make_profile(by=owner)
    services.edit_profile(profile=profile, section=Section.CONTACT, data={"languages": ["fi"]}, by=owner, now=NOW)
    with pytest.raises(BadValue):
        services.edit_profile(profile=profile, section=Section.CONTACT, data={"languages": ["xx"]}, by=owner, now=NOW)


def test_a_changed_number_is_no_longer_checked(owner: User) -> None:
    profile = make_profile(by=owner, business_id="0112038-9", business_id_checked_at=NOW)
    make_profile(business_id="1234567-1")
    with pytest.raises(BusinessIdTaken):
        services.edit_profile(
            profile=profile, section=Section.BUSINESS_ID, data={"business_id": "1234567-1"}, by=owner, now=NOW
        )
    services.edit_profile(profile=profile, section=Section.BUSINESS_ID, data={"business_id": ""}, by=owner, now=NOW)
    profile.refresh_from_db()
    assert (profile.business_id, profile.business_id_checked_at) == ("", None)


def test_taking_down_by_owner_or_coordinator(owner: User, told: list[int]) -> None:
    profile = make_profile(by=owner)
    editor = make_user()
    Representative.objects.create(profile=profile, user=editor, role=Representative.Role.EDITOR, since=NOW)
    with pytest.raises(services.NotAllowed):
        services.take_down(profile=profile, by=editor, now=NOW)
    services.take_down(profile=profile, by=owner, now=NOW)
    services.take_down(profile=profile, by=owner, now=NOW)
    profile.refresh_from_db()
    assert (profile.status, profile.search_terms) == ("taken_down", "")
    assert told == [profile.pk]


# --- Unclaimed -------------------------------------------------------------------------------------------------------


def facts(**values: Any) -> dict[str, Any]:
    return {
        "kind": "company",
        "names": {"fi": "Kontion Kuivike Ky"},
        "municipality": "276",
        "source": "Kunnan luettelo",
        "now": NOW,
        **values,
    }


def test_an_unclaimed_profile_holds_facts_alone(told: list[int]) -> None:
    (theme,) = make_themes(1)
    profile = services.create_unclaimed(
        **facts(themes=[theme], works=[("Dry bedding for stables", "en")], industry="16230", industry_edition="2025")
    )
    profile.refresh_from_db()
    assert not profile.is_claimed
    assert not profile.representatives.exists()
    assert profile.slug == "kontion-kuivike-ky"
    assert " stable " in profile.search_terms
    assert " teema " in profile.search_terms
    assert told == [profile.pk]


def test_an_import_is_the_coordinators(owner: User) -> None:
    with pytest.raises(services.NotAllowed):
        services.create_unclaimed(**facts(by=owner))
    assert services.create_unclaimed(**facts(by=make_user(is_coordinator=True))).pk


def test_nobody_imports_a_person() -> None:
    with pytest.raises(services.NotAllowed):
        services.create_unclaimed(**facts(kind="student"))


def test_an_import_refuses_what_cannot_be() -> None:
    make_profile(business_id="0112038-9")
    with pytest.raises(BusinessIdTaken):
        services.create_unclaimed(**facts(business_id="0112038-9"))
    with pytest.raises(BadBusinessId):
        services.create_unclaimed(**facts(business_id="0112038-1"))
    with pytest.raises(services.Incomplete):
        services.create_unclaimed(**facts(names={"fi": ""}))
    with pytest.raises(BadValue):
        services.create_unclaimed(**facts(municipality="xxx"))
    assert Profile.objects.count() == 1
