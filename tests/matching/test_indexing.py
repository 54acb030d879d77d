"""The index that a process keeps for the next one: never older than the database, and never in the way."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import Profile, ProfileText
from matching import indexing, readings, services
from matching.engine import snapshot, suggest
from matching.models import Freshness, Reading
from tests.factories.people import NOW, make_profile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.SOLMU_DATA = tmp_path
    monkeypatch.setattr(indexing, "WORTH_KEEPING", 2)
    return tmp_path


@pytest.fixture
def town(saw: Profile, bedding: Profile, school: Profile) -> list[Profile]:
    services.mark_the_unmarked(now=NOW)
    return [saw, bedding, school]


def lists(profiles: list[Profile]) -> list[Any]:
    with indexing.index_in_step() as index:
        return [suggest(index, profile.pk) for profile in profiles]


def started_again() -> mock.MagicMock:
    """As another process: its index is gone. Whose readings it looks up is noted."""
    indexing.forget()
    return mock.MagicMock(wraps=readings.load)


def looked_up(load: mock.MagicMock) -> set[int]:
    return {key for call in load.call_args_list for key in call.args[0]}


def test_the_next_process_makes_the_same_lists_without_putting_anybody_in(town: list[Profile]) -> None:
    before = lists(town)
    load = started_again()
    with mock.patch.object(readings, "load", load):
        assert lists(town) == before
    assert any(before)
    assert not looked_up(load)


def test_who_changed_came_or_went_meanwhile_is_read_anew(town: list[Profile]) -> None:
    lists(town)
    saw, bedding, _school = town
    ProfileText.objects.filter(profile=saw, kind="does").update(text="Leivomme ruisleipää.")
    services.profile_changed(saw.pk, NOW + timedelta(hours=1))
    bedding.delete()
    new = make_profile("Hirsi Oy", slug="hirsi", texts={"does": "Leivomme ruisleipää."})
    services.mark_the_unmarked(now=NOW + timedelta(hours=1))
    load = started_again()
    with mock.patch.object(readings, "load", load), indexing.index_in_step() as index:
        assert bedding.pk not in index
        assert [one.other for one in suggest(index, saw.pk)] == [new.pk]
    assert looked_up(load) == {saw.pk, new.pk}


def test_what_was_seen_late_enough_is_not_asked_again(town: list[Profile]) -> None:
    key, began = town[0].pk, timezone.now()
    lists(town)
    town[0].delete()
    with indexing.index_in_step(since=began) as index:
        assert key in index
    with indexing.index_in_step(since=timezone.now()) as index:
        assert key not in index


def test_processes_that_begin_at_once_each_read_a_part(town: list[Profile], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "CHUNK", 1)
    before = lists(town)
    indexing.kept_file().unlink()
    Reading.objects.filter(profile=town[1]).delete()
    indexing.forget()
    with mock.patch.object(indexing, "read_parties", wraps=indexing.read_parties) as read:
        assert lists(town) == before
    assert [key for call in read.call_args_list for key in call.args[0]] == [town[1].pk]


def test_the_same_versions_of_another_database_are_not_taken_for_its_own(town: list[Profile]) -> None:
    """As after a backup was restored, or the demo made anew."""
    lists(town)
    ProfileText.objects.filter(profile=town[0], kind="does").update(text="Leivomme ruisleipää.")
    Freshness.objects.filter(profile=town[0]).update(changed_at=NOW + timedelta(seconds=1))
    Reading.objects.all().delete()
    load = started_again()
    with mock.patch.object(readings, "load", load):
        lists(town)
    assert looked_up(load) == {town[0].pk}


@pytest.mark.parametrize("harm", ["cut", "empty", "garbage", "vocabulary"])
def test_a_file_that_is_no_use_is_as_none(town: list[Profile], harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lists(town)
    file = indexing.kept_file()
    if harm == "vocabulary":
        monkeypatch.setattr(snapshot, "FORM", ["another"])
    else:
        whole = file.read_bytes()
        file.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "garbage": b"PK\x03\x04" + whole[9:]}[harm])
    load = started_again()
    with mock.patch.object(readings, "load", load):
        assert lists(town) == before
    assert looked_up(load) == {profile.pk for profile in town}


def test_a_folder_that_takes_no_file_costs_only_time(town: list[Profile], folder: Path) -> None:
    indexing.kept_file().mkdir()
    assert any(lists(town))
    assert [path.name for path in folder.iterdir()] == ["index.npz"]


def test_nobodys_words_stay_in_the_file_for_long(town: list[Profile]) -> None:
    lists(town)
    file = indexing.kept_file()
    town[0].delete()
    indexing.keep_index()
    first = file.read_bytes()
    old = file.stat().st_mtime - indexing.KEPT_FOR.total_seconds() - 1
    os.utime(file, (old, old))
    indexing.keep_index()
    assert file.read_bytes() != first
    os.utime(file, (old, old))
    indexing.forget()
    indexing.keep_index()
    assert not file.exists()


def test_contacts_are_no_part_of_what_is_matched(saw: Profile) -> None:
    secret = {
        "contact_name": "Salla Salainen",
        "contact_email": "salla@salainen.example",
        "contact_phone": "0409998877",
    }
    Profile.objects.filter(pk=saw.pk).update(**secret, website="https://salainen.example")
    [party] = indexing.read_parties([saw.pk])
    told = f"{party.name} {' '.join(document.text for document in party.documents)}"
    assert party.documents
    for word in ("Salla", "salainen", "0409998877"):
        assert word not in told
