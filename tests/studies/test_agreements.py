"""The agreement of the three: its template, its versions, and what was signed, byte for byte."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import connection

from studies import agreement_words as words
from studies.models import AgreementVersion, Signature
from studies.services import agreements, theses_care
from studies.services.agreements import (
    GuardianMissing,
    NothingToSign,
    SectionMissing,
    SignedAlready,
    SomethingOpen,
    TextChanged,
    WrongEmbargo,
    WrongReading,
)
from studies.services.theses_common import NotNow, NotYours, Stale, WhyMissing
from tests.factories.people import NOW, make_user

from .working import Work, days, kinds_to, open_version

pytestmark = pytest.mark.django_db


def test_every_language_has_every_section() -> None:
    assert set(words.TEXTS) == set(words.HEADINGS) == {"fi", "sv", "en"}
    for texts, headings in zip(words.TEXTS.values(), words.HEADINGS.values(), strict=True):
        assert tuple(texts) == tuple(headings) == words.SECTIONS


def test_it_begins_from_the_template_the_schools_first(work: Work) -> None:
    admin = make_user("Anu", is_coordinator=True)
    agreements.save_template(school=None, language="fi", sections={"limits": "A", "ownership": "B"}, by=admin, now=NOW)
    agreements.save_template(school=work.school, language="fi", sections={"limits": "C"}, by=work.teacher, now=NOW)
    version = open_version(work.agreeing())
    assert version.sections["limits"] == "C"
    assert version.sections["ownership"] == "B"
    assert version.sections["supervision"] == words.TEXTS["fi"]["supervision"]
    assert version.sections["aim"].startswith("Puolet sahanpurusta")
    assert version.sections["pay"].startswith("Palkkio koko työstä on 1 500 euroa.")


def test_who_writes_templates(work: Work) -> None:
    for school, by in ((None, work.teacher), (work.school, work.outi), (work.school, work.onni)):
        with pytest.raises(NotYours):
            agreements.save_template(school=school, language="fi", sections={}, by=by, now=NOW)
    made = agreements.save_template(school=work.school, language="fi", sections={}, by=work.teacher, now=NOW)
    with pytest.raises(Stale):
        agreements.save_template(
            school=work.school, language="fi", sections={}, by=work.teacher, now=NOW, version=made.version - 1
        )


def test_what_was_signed_is_read_back_byte_for_byte_years_later(work: Work) -> None:
    """On each database the bytes come back as they were, whatever has happened to the text, the names and the
    template."""
    thesis = work.agreeing()
    expected = words.document(
        "fi",
        number=1,
        title="Sahanpurun uusi käyttö",
        parties={
            "student": "Onni Opiskelija", "company": "Saha Oy", "school": "Karelian koulu",
            "supervisor": "Tuula Opettaja",
        },
        sections=open_version(thesis).sections,
    )  # fmt: skip
    made = work.sign(thesis, *work.three)
    agreements.propose_change(thesis=thesis, why="Aikataulu", by=work.onni, now=NOW)
    sections = {**open_version(thesis).sections, "aim": "Jokin aivan muu tavoite."}
    agreements.change_text(thesis=thesis, sections=sections, by=work.onni, now=NOW)
    type(work.saw).objects.filter(pk=work.saw.pk).update(name_fi="Uusi nimi Oy")
    AgreementVersion.objects.update(sections={}, content=b"")
    for one in made:
        row = Signature.objects.get(pk=one.pk)
        assert bytes(row.content) == expected
        assert row.sha256 == hashlib.sha256(expected).hexdigest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM studies_signature WHERE id = %s", [one.pk])
            assert bytes(cursor.fetchone()[0]) == expected


def test_three_presses_bring_it_into_force(work: Work) -> None:
    thesis = work.agreeing()
    work.sign(thesis, work.onni, work.outi)
    thesis.refresh_from_db()
    assert thesis.state == "agreeing"
    assert kinds_to(work.teacher)[-2:] == ["signed", "signed"]
    work.sign(thesis, work.teacher)
    thesis.refresh_from_db()
    assert (thesis.state, thesis.begun_at) == ("underway", NOW)
    assert thesis.agreements.get().state == "in_force"
    assert kinds_to(work.onni)[-1] == kinds_to(work.outi)[-1] == "in_force"
    signature = thesis.agreements.get().signatures.get(side="company")
    assert (signature.by, signature.name, signature.at) == (work.outi, "Outi Saha", NOW)


def test_a_changed_text_voids_what_was_signed_and_tells(work: Work) -> None:
    thesis = work.agreeing()
    [signed] = work.sign(thesis, work.onni)
    before = open_version(thesis)
    sections = {**before.sections, "limits": "Vain puru."}
    agreements.change_text(thesis=thesis, sections=sections, by=work.outi, now=NOW + days(1), seen=before.sha256)
    signed.refresh_from_db()
    assert signed.voided_at == NOW + days(1)
    assert bytes(signed.content) == bytes(before.content)
    assert kinds_to(work.onni)[-1] == "agreement_changed"
    with pytest.raises(TextChanged):
        agreements.sign(thesis=thesis, seen=before.sha256, by=work.onni, now=NOW)
    work.sign(thesis, *work.three)
    thesis.refresh_from_db()
    assert thesis.state == "underway"


def test_the_same_text_saved_again_voids_nothing(work: Work) -> None:
    thesis = work.agreeing()
    [signed] = work.sign(thesis, work.onni)
    agreements.change_text(thesis=thesis, sections=open_version(thesis).sections, by=work.outi, now=NOW)
    signed.refresh_from_db()
    assert signed.voided_at is None


def test_two_who_change_at_once_one_wins_and_the_other_is_told(work: Work) -> None:
    thesis = work.agreeing()
    seen = open_version(thesis)
    first, second = ({**seen.sections, "limits": text} for text in ("Yksi.", "Kaksi."))
    agreements.change_text(thesis=thesis, sections=first, by=work.outi, now=NOW, seen=seen.sha256)
    with pytest.raises(Stale):
        agreements.change_text(thesis=thesis, sections=second, by=work.onni, now=NOW, seen=seen.sha256)
    assert open_version(thesis).sections["limits"] == "Yksi."


def test_a_side_signs_once_and_a_stranger_never(work: Work) -> None:
    thesis = work.agreeing()
    work.sign(thesis, work.onni)
    with pytest.raises(SignedAlready):
        work.sign(thesis, work.onni)
    for by in (work.oona, work.other_teacher, make_user("Anu", is_coordinator=True)):
        with pytest.raises(NotYours):
            work.sign(thesis, by)
    assert Signature.objects.count() == 1


def test_two_of_the_same_side_at_the_same_moment(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    thesis = work.agreeing()
    work.sign(thesis, work.onni)
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)
    with pytest.raises(SignedAlready):
        agreements.sign(thesis=thesis, seen=open_version(thesis).sha256, by=work.onni, now=NOW)


def test_a_section_left_empty_is_told_at_its_field(work: Work) -> None:
    thesis = work.agreeing()
    sections = {**open_version(thesis).sections, "ownership": " "}
    with pytest.raises(SectionMissing) as told:
        agreements.change_text(thesis=thesis, sections=sections, by=work.onni, now=NOW)
    assert told.value.field == "ownership"


def test_a_change_is_a_new_version_and_the_old_one_holds_until_all_have_signed(work: Work) -> None:
    thesis = work.under_way()
    with pytest.raises(WhyMissing):
        agreements.propose_change(thesis=thesis, why="", by=work.outi, now=NOW)
    agreements.propose_change(thesis=thesis, why="Kesä väliin", by=work.outi, now=NOW)
    with pytest.raises(SomethingOpen):
        agreements.propose_change(thesis=thesis, why="Toinen", by=work.onni, now=NOW)
    states = dict(thesis.agreements.values_list("number", "state"))
    assert states == {1: "in_force", 2: "open"}
    assert kinds_to(work.onni)[-1] == kinds_to(work.teacher)[-1] == "agreement_new"
    work.sign(thesis, work.onni, work.outi)
    assert dict(thesis.agreements.values_list("number", "state")) == states
    work.sign(thesis, work.teacher)
    assert dict(thesis.agreements.values_list("number", "state")) == {1: "replaced", 2: "in_force"}


def test_a_change_is_let_go(work: Work) -> None:
    thesis = work.agreeing()
    with pytest.raises(NotNow):
        agreements.drop_version(thesis=thesis, by=work.onni, now=NOW)
    work.sign(thesis, *work.three)
    agreements.propose_change(thesis=thesis, why="Kesä väliin", by=work.outi, now=NOW)
    work.sign(thesis, work.outi)
    agreements.drop_version(thesis=thesis, by=work.onni, now=NOW)
    assert dict(thesis.agreements.values_list("number", "state")) == {1: "in_force", 2: "dropped"}
    with pytest.raises(NothingToSign):
        agreements.sign(thesis=thesis, seen="", by=work.onni, now=NOW)
    agreements.propose_change(thesis=thesis, why="Sittenkin", by=work.outi, now=NOW)
    assert open_version(thesis).number == 3


def test_a_minor_signs_when_a_guardian_is_named(work: Work) -> None:
    thesis = work.agreeing(is_minor=True)
    with pytest.raises(GuardianMissing):
        work.sign(thesis, work.onni)
    save: dict[str, Any] = {"thesis": thesis, "name": "Äiti", "contact": "040 123", "now": NOW}
    with pytest.raises(NotYours):
        agreements.set_guardian(**save, by=work.outi)
    with pytest.raises(GuardianMissing):
        agreements.set_guardian(**{**save, "contact": ""}, by=work.onni)
    agreements.set_guardian(**save, by=work.onni)
    work.sign(thesis, work.onni)


def test_those_who_have_not_signed_are_told_once_after_a_week(work: Work) -> None:
    thesis = work.agreeing()
    work.sign(thesis, work.onni)
    assert theses_care.remind(now=NOW + days(6)) == 0
    assert [theses_care.remind(now=NOW + days(8)) for _n in range(2)] == [1, 0]
    assert kinds_to(work.outi)[-1] == kinds_to(work.teacher)[-1] == "unsigned"
    assert "unsigned" not in kinds_to(work.onni)


def test_the_day_of_publishing_is_in_the_bytes_and_goes_on_to_the_next_version(work: Work) -> None:
    thesis = work.agreeing()
    [signed] = work.sign(thesis, work.onni)
    before = open_version(thesis)
    agreed: dict[str, Any] = {"embargo_until": NOW.date() + days(30), "reads_first": 14}
    change: dict[str, Any] = {"thesis": thesis, "sections": before.sections, "by": work.outi, "now": NOW}
    agreements.change_text(**change, **agreed)
    signed.refresh_from_db()
    assert signed.voided_at == NOW
    text = bytes(open_version(thesis).content).decode()
    assert "Työtä ei julkaista ennen tätä päivää: 1.4.2026.\nToimeksiantaja lukee valmiin työn ensin: 14 päivää" in text
    work.sign(thesis, *work.three)
    made = agreements.propose_change(thesis=thesis, why="Aikataulu", by=work.onni, now=NOW + days(60))
    assert (made.embargo_until, made.reads_first) == (agreed["embargo_until"], 14)
    # A day that has passed since it was agreed stays, and is not asked about.
    agreements.change_text(**{**change, "now": NOW + days(60)}, **agreed)


@pytest.mark.parametrize(
    ("agreed", "error"),
    [
        ({"embargo_until": NOW.date()}, WrongEmbargo),
        ({"embargo_until": NOW.date() + days(3000)}, WrongEmbargo),
        ({"reads_first": 0}, WrongReading),
        ({"reads_first": 61}, WrongReading),
    ],
)
def test_a_day_or_a_number_that_cannot_be_agreed(work: Work, agreed: dict[str, Any], error: Any) -> None:
    thesis = work.agreeing()
    with pytest.raises(error):
        agreements.change_text(thesis=thesis, sections=open_version(thesis).sections, by=work.outi, now=NOW, **agreed)


def test_without_them_the_words_are_as_they_were() -> None:
    parties = dict.fromkeys(("student", "company", "school", "supervisor"), "X")
    plain: dict[str, Any] = {"number": 1, "title": "T", "parties": parties, "sections": {"aim": "A"}}
    for language in ("fi", "sv", "en"):
        first = words.document(language, **plain)
        assert words.document(language, **plain, embargo_until=None, reads_first=None) == first
        longer = words.document(language, **plain, embargo_until=NOW.date(), reads_first=3).decode()
        assert len(longer.splitlines()) == len(first.decode().splitlines()) + 2
        assert "{" not in longer
