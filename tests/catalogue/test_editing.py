"""Editors change models; every change is kept with what stood there before, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from catalogue.forms import form_for
from catalogue.forms.editing import PARTS
from catalogue.models import ModelRevision, OperatingModel
from catalogue.models.operating import fields_of
from catalogue.rules import may_edit_models
from catalogue.services import NothingChanged, StaleModel, edit_model, revert_revision
from tests.catalogue.people import NOW


def again(model: OperatingModel) -> OperatingModel:
    return OperatingModel.objects.with_texts().get(pk=model.pk)


def test_an_edit_changes_the_field_and_keeps_what_it_was(label: OperatingModel, editor: User) -> None:
    before = label.text("sv").takes
    revision = edit_model(model=label, values={"sv.takes": "Mindre än förr."}, by=editor, now=NOW, why="Nya siffror")
    assert again(label).text("sv").takes == "Mindre än förr."
    assert again(label).version == label.version + 1
    assert revision.changes == {"sv.takes": {"before": before, "after": "Mindre än förr."}}
    assert (revision.by, revision.at, revision.why, revision.kind) == (editor, NOW, "Nya siffror", "edit")


def test_what_did_not_change_is_not_in_the_history(label: OperatingModel, editor: User) -> None:
    values = {"effort": 1, "aims": label.aims, "source_date": "2021-09-20"}
    assert list(edit_model(model=label, values=values, by=editor, now=NOW).changes) == ["effort"]


def test_an_edited_text_is_found_by_its_new_words(label: OperatingModel, editor: User) -> None:
    edit_model(model=label, values={"fi.line": "Kutterinlastua kaikille."}, by=editor, now=NOW)
    assert "lastu" in again(label).text("fi").search_terms


def test_saving_the_same_again_is_refused(label: OperatingModel, editor: User) -> None:
    with pytest.raises(NothingChanged):
        edit_model(model=label, values={"effort": label.effort}, by=editor, now=NOW)
    assert not ModelRevision.objects.exists()


def test_an_edit_of_an_older_version_is_refused(label: OperatingModel, editor: User) -> None:
    edit_model(model=label, values={"effort": 1}, by=editor, now=NOW, version=label.version)
    with pytest.raises(StaleModel):
        edit_model(model=label, values={"effort": 2}, by=editor, now=NOW, version=label.version)
    assert again(label).effort == 1


def test_a_stranger_edits_and_reverts_nothing(label: OperatingModel, editor: User, stranger: User) -> None:
    revision = edit_model(model=label, values={"effort": 1}, by=editor, now=NOW)
    assert not may_edit_models(stranger)
    with pytest.raises(PermissionDenied):
        edit_model(model=label, values={"effort": 2}, by=stranger, now=NOW)
    with pytest.raises(PermissionDenied):
        revert_revision(revision=revision, by=stranger, now=NOW)
    assert again(label).effort == 1


def test_taking_back_puts_the_old_value_back_as_a_new_revision(label: OperatingModel, editor: User) -> None:
    revision = edit_model(model=label, values={"effort": 1, "en.line": "Short."}, by=editor, now=NOW)
    undo = revert_revision(revision=revision, by=editor, now=NOW + timedelta(hours=1))
    assert again(label).effort == label.effort
    assert again(label).text("en").line == label.text("en").line
    assert (undo.kind, undo.undoes) == ("revert", revision)
    assert ModelRevision.objects.count() == 2


def test_taking_back_twice_is_refused(label: OperatingModel, editor: User) -> None:
    revision = edit_model(model=label, values={"effort": 1}, by=editor, now=NOW)
    revert_revision(revision=revision, by=editor, now=NOW)
    with pytest.raises(NothingChanged):
        revert_revision(revision=revision, by=editor, now=NOW)


def test_the_history_stays_when_its_editor_leaves(label: OperatingModel, editor: User) -> None:
    edit_model(model=label, values={"effort": 1}, by=editor, now=NOW)
    editor.delete()
    assert ModelRevision.objects.get().by is None


@pytest.mark.parametrize("part", PARTS)
def test_a_form_sent_back_untouched_changes_nothing(label: OperatingModel, part: str) -> None:
    empty = form_for(part, None, model=label)
    data = {name: field.initial for name, field in empty.fields.items() if field.initial is not None}
    form = form_for(part, data, model=label)
    assert form.is_valid(), form.errors
    stored = fields_of(label)
    assert {name: value for name, value in form.values().items() if stored[name] != value} == {}


def sent(model: OperatingModel, part: str, **changes: object) -> dict[str, object]:
    empty = form_for(part, None, model=model)
    data = {name: field.initial for name, field in empty.fields.items() if field.initial is not None}
    return data | changes


def test_a_step_needs_both_its_heading_and_its_text(label: OperatingModel) -> None:
    form = form_for("fi", sent(label, "fi", step_7_title="Juhli", step_6_title=""), model=label)
    assert set(form.errors) == {"step_7_text", "step_6_title"}


def test_a_place_needs_all_three_languages_and_a_town_that_exists(label: OperatingModel) -> None:
    changes = {"name_4_fi": "Kuusamo", "what_4_fi": "Kokeilu.", "where_4": "Kuusamo, Atlantis"}
    form = form_for("places", sent(label, "places", **changes), model=label)
    assert set(form.errors) == {"name_4_sv", "name_4_en", "what_4_sv", "what_4_en", "where_4"}


def test_places_are_added_and_removed(label: OperatingModel) -> None:
    texts = {f"{key}_4_{language}": "Något" for key in ("name", "what") for language in ("fi", "sv", "en")}
    form = form_for("places", sent(label, "places", where_4="Kuusamo, Satakunta", name_1_fi="", **texts), model=label)
    assert form.is_valid(), form.errors
    places = form.values()["places"]
    assert [place["where"] for place in places] == [["139"], ["297"], ["305", "04"]]


def test_a_caution_is_written_in_all_languages_or_none(label: OperatingModel) -> None:
    form = form_for("cautions", sent(label, "cautions", greenwash_sv=""), model=label)
    assert set(form.errors) == {"greenwash_sv"}
    gone = {f"greenwash_{language}": "" for language in ("fi", "sv", "en")}
    form = form_for("cautions", sent(label, "cautions", **gone), model=label)
    assert form.is_valid()
    assert [caution["kind"] for caution in form.values()["cautions"]] == ["upkeep", "demand"]
