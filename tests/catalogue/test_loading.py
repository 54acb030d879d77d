"""Loading runs again and again; the site's edits win over the files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from catalogue.files import CONTENT, BadFile
from catalogue.models import Category, ModelRevision, OperatingModel
from catalogue.services import edit_model, load_catalogue, revert_revision
from tests.catalogue.people import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "content"
    target.mkdir()
    copytree(CONTENT / "04-awards-and-labels", target / "04-awards-and-labels")
    return target


def change_file(folder: Path, **facts: object) -> None:
    path = folder / "04-awards-and-labels" / "diploma.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key, value in facts.items():
        if key == "fi_line":
            data["fi"]["line"] = value
        else:
            data[key] = value
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def diploma() -> OperatingModel:
    return OperatingModel.objects.with_texts().get(slug="diploma")


@pytest.mark.django_db
def test_the_first_loading_adds_everything(folder: Path) -> None:
    loaded = load_catalogue(now=NOW, folder=folder)
    assert (loaded.added, loaded.updated, loaded.unchanged, loaded.kept) == (3, 0, 0, 0)
    assert Category.objects.get().name == "Palkitseminen ja tunnukset"
    assert diploma().text("sv").title == "Diplom eller hedersbrev"
    assert " diplomi " in diploma().text("fi").search_terms


@pytest.mark.django_db
def test_a_second_loading_changes_nothing(folder: Path) -> None:
    load_catalogue(now=NOW, folder=folder)
    loaded = load_catalogue(now=LATER, folder=folder)
    assert (loaded.added, loaded.updated, loaded.unchanged, loaded.kept) == (0, 0, 3, 0)
    assert diploma().changed_at == NOW
    assert not ModelRevision.objects.exists()


@pytest.mark.django_db
def test_a_changed_file_updates_and_is_in_the_history(folder: Path) -> None:
    load_catalogue(now=NOW, folder=folder)
    change_file(folder, effort=3, order=9)
    loaded = load_catalogue(now=LATER, folder=folder)
    assert (loaded.updated, loaded.unchanged) == (1, 2)
    assert (diploma().effort, diploma().order, diploma().version) == (3, 9, 2)
    revision = ModelRevision.objects.get()
    assert (revision.kind, revision.by, revision.changes) == ("file", None, {"effort": {"before": 2, "after": 3}})


@pytest.mark.django_db
def test_an_edit_on_the_site_wins_over_the_file_field_by_field(folder: Path, editor: User) -> None:
    load_catalogue(now=NOW, folder=folder)
    edit_model(model=diploma(), values={"fi.line": "Oma rivi."}, by=editor, now=NOW)
    change_file(folder, fi_line="Tiedoston uusi rivi.", effort=3)
    loaded = load_catalogue(now=LATER, folder=folder)
    assert loaded.kept == 1
    assert diploma().text("fi").line == "Oma rivi."
    assert diploma().effort == 3
    assert load_catalogue(now=LATER, folder=folder).kept == 1


@pytest.mark.django_db
def test_an_edit_taken_back_follows_the_file_again(folder: Path, editor: User) -> None:
    load_catalogue(now=NOW, folder=folder)
    revision = edit_model(model=diploma(), values={"fi.line": "Oma rivi."}, by=editor, now=NOW)
    revert_revision(revision=revision, by=editor, now=NOW)
    change_file(folder, fi_line="Tiedoston uusi rivi.")
    assert load_catalogue(now=LATER, folder=folder).kept == 0
    assert diploma().text("fi").line == "Tiedoston uusi rivi."


@pytest.mark.django_db
def test_a_model_whose_file_is_gone_stays(folder: Path) -> None:
    load_catalogue(now=NOW, folder=folder)
    (folder / "04-awards-and-labels" / "annual-award.yaml").unlink()
    load_catalogue(now=LATER, folder=folder)
    assert OperatingModel.objects.filter(slug="annual-award").exists()


@pytest.mark.django_db
def test_a_bad_file_leaves_everything_as_it_was(folder: Path) -> None:
    load_catalogue(now=NOW, folder=folder)
    change_file(folder, fi_line="Uusi rivi.")
    (folder / "04-awards-and-labels" / "annual-award.yaml").write_text("slug: [", encoding="utf-8")
    with pytest.raises(BadFile):
        load_catalogue(now=LATER, folder=folder)
    assert diploma().text("fi").line != "Uusi rivi."


@pytest.mark.django_db
def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_catalogue")
    assert "0 updated" in capsys.readouterr().out
    assert OperatingModel.objects.exists()


@pytest.mark.django_db
def test_the_command_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoilt(**_arguments: object) -> None:
        raise BadFile("diploma.yaml: effort")

    monkeypatch.setattr("catalogue.management.commands.load_catalogue.load_catalogue", spoilt)
    with pytest.raises(CommandError, match=r"diploma\.yaml"):
        call_command("load_catalogue")
