"""Everybody's list made anew: whole lists, stopped and carried on, and what changes meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import Block, Profile, ProfileText, User
from matching import indexing, queries, services
from matching.engine import suggest
from matching.models import Freshness, Reading, Rebuild, RebuildBlock, Suggestion
from matching.services import rebuilds
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
Settle = Callable[..., None]


def pairs() -> set[tuple[int, int, int]]:
    return set(Suggestion.objects.values_list("profile", "other", "score"))


def change(profile: Profile, text: str, now: Any) -> None:
    ProfileText.objects.filter(profile=profile, kind="does").update(text=text)
    services.profile_changed(profile.pk, now)


def work(rebuild: Rebuild, now: Any = LATER) -> int:
    """Blocks done until none is left."""
    done = 0
    while services.work_on_rebuild(rebuild_id=rebuild.pk, now=now):
        done += 1
    return done


@pytest.fixture
def town(saw: Profile, bedding: Profile, school: Profile) -> list[Profile]:
    """Profiles that all have something in common, in blocks of two."""
    other = make_profile(
        "Hirsi Oy", by=make_user("Heli Hirsi"), slug="hirsi", texts={"does": "Valmistamme puuelementtejä."}
    )
    return [saw, bedding, school, other]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilds, "BLOCK", 2)


@pytest.fixture
def no_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a block knows of the blocks before it makes lists differ, which is not what these tests look at."""
    monkeypatch.setattr(queries, "fair_share", lambda _total: 0.0)


@pytest.mark.usefixtures("no_attention")
def test_it_makes_what_matching_one_by_one_makes(town: list[Profile], settle: Settle) -> None:
    settle()
    one_by_one = pairs()
    Suggestion.objects.all().delete()
    rebuild = services.start_rebuild(now=LATER)
    assert rebuild.profiles == 3, "nobody reads the school's list"
    assert work(rebuild) == 2
    assert pairs() == one_by_one
    rebuild.refresh_from_db()
    assert rebuild.state == "done"
    assert queries.rebuilt(rebuild) == 3


def test_one_runs_at_a_time_unless_it_takes_the_others_place(town: list[Profile]) -> None:
    first = services.start_rebuild(now=NOW)
    with pytest.raises(services.RebuildIsRunning):
        services.start_rebuild(now=NOW)
    second = services.start_rebuild(now=LATER, instead=True)
    first.refresh_from_db()
    assert (first.state, second.state) == ("stopped", "running")


def test_it_is_stopped_and_carried_on_where_it_was(town: list[Profile]) -> None:
    rebuild = services.start_rebuild(now=NOW)
    assert services.work_on_rebuild(rebuild_id=rebuild.pk, now=NOW)
    assert services.stop_rebuild(now=NOW)
    assert not services.stop_rebuild(now=NOW)
    assert not services.work_on_rebuild(rebuild_id=rebuild.pk, now=NOW)
    services.carry_on_rebuild(now=LATER)
    assert work(rebuild) == 1
    with pytest.raises(services.NothingToCarryOn):
        services.carry_on_rebuild(now=LATER)


def test_what_was_at_work_when_it_was_stopped_is_not_written(town: list[Profile], settle: Settle) -> None:
    settle()
    before = set(Suggestion.objects.values_list("pk", flat=True))
    rebuild = services.start_rebuild(now=LATER)
    made = rebuilds._make

    def stopped_meanwhile(*args: Any) -> Any:
        found = made(*args)
        services.stop_rebuild(now=LATER)
        return found

    with mock.patch.object(rebuilds, "_make", stopped_meanwhile):
        services.work_on_rebuild(rebuild_id=rebuild.pk, now=LATER)
    assert set(Suggestion.objects.values_list("pk", flat=True)) == before


def test_a_killed_workers_block_is_taken_when_its_lease_ends(town: list[Profile]) -> None:
    rebuild = services.start_rebuild(now=NOW)
    with mock.patch.object(rebuilds, "_write", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        services.work_on_rebuild(rebuild_id=rebuild.pk, now=NOW)
    assert work(rebuild, NOW) == 1, "the other block"
    assert Rebuild.objects.get(pk=rebuild.pk).state == "running"
    assert work(rebuild, LATER) == 1
    assert Rebuild.objects.get(pk=rebuild.pk).state == "done"


def test_a_profile_that_changes_meanwhile_keeps_its_list_and_its_rows(
    town: list[Profile], saw: Profile, settle: Settle
) -> None:
    settle()
    rebuild = services.start_rebuild(now=NOW)
    made = rebuilds._make
    standing: set[tuple[int, int, int]] = set()

    def changed_meanwhile(*args: Any) -> Any:
        found = made(*args)
        change(saw, "Keitämme kahvia.", LATER)
        settle(LATER)
        standing.update(one for one in pairs() if saw.pk in one[:2])
        return found

    with mock.patch.object(rebuilds, "_make", changed_meanwhile):
        services.work_on_rebuild(rebuild_id=rebuild.pk, now=LATER)
    assert {one for one in pairs() if saw.pk in one[:2]} == standing


def test_a_block_between_two_that_comes_meanwhile_holds(town: list[Profile], saw: Profile, bedding: Profile) -> None:
    rebuild = services.start_rebuild(now=NOW)
    made = rebuilds._make

    def blocked_meanwhile(*args: Any) -> Any:
        found = made(*args)
        Block.objects.create(blocker=bedding, blocked=saw, at=NOW)
        return found

    with mock.patch.object(rebuilds, "_make", blocked_meanwhile):
        services.work_on_rebuild(rebuild_id=rebuild.pk, now=NOW)
    work(rebuild)
    assert not Suggestion.objects.filter(profile__in=[saw, bedding], other__in=[saw, bedding]).exists()


def test_hidden_ones_are_in_no_list_and_vetoes_hold(town: list[Profile], saw: Profile, school: Profile) -> None:
    school.visibility = Profile.Visibility.HIDDEN
    school.save()
    services.profile_changed(school.pk, NOW)
    work(services.start_rebuild(now=LATER))
    assert Suggestion.objects.filter(profile=saw).exists()
    assert not Suggestion.objects.filter(other=school).exists()


def test_whoever_waited_before_it_began_waits_no_more(town: list[Profile], saw: Profile) -> None:
    services.mark_the_unmarked(now=NOW)
    rebuild = services.start_rebuild(now=NOW + timedelta(minutes=1))
    assert services.rematch_all(now=NOW + timedelta(minutes=2)) == 0, "they are left to the rebuild"
    change(saw, "Keitämme kahvia.", NOW + timedelta(minutes=3))
    work(rebuild)
    assert list(Freshness.objects.filter(stale_since__isnull=False).values_list("pk", flat=True)) == [saw.pk]


def test_very_many_that_wait_are_matched_as_a_whole(town: list[Profile], monkeypatch: pytest.MonkeyPatch) -> None:
    services.mark_the_unmarked(now=NOW)
    services.tend_rebuild(now=NOW)
    assert not Rebuild.objects.exists()
    monkeypatch.setattr(rebuilds, "MANY", 3)
    services.tend_rebuild(now=NOW)
    rebuild = Rebuild.objects.get()
    services.stop_rebuild(now=NOW)
    services.tend_rebuild(now=NOW)
    assert Rebuild.objects.get() == rebuild, "what somebody stopped is not begun again behind their back"


def test_a_rebuild_that_was_left_is_taken_up_by_the_sweep(town: list[Profile]) -> None:
    rebuild = services.start_rebuild(now=NOW)
    with mock.patch.object(rebuilds, "wake") as wake:
        services.tend_rebuild(now=NOW)
        wake.assert_called_once_with(rebuilds.WORK, rebuild.pk)
    RebuildBlock.objects.update(leased_until=LATER)
    with mock.patch.object(rebuilds, "wake") as wake:
        services.tend_rebuild(now=NOW)
        wake.assert_not_called()


@pytest.mark.usefixtures("no_attention")
def test_texts_are_read_once_for_all_processes(town: list[Profile], saw: Profile, settle: Settle) -> None:
    settle()
    assert Reading.objects.count() == len(town)
    kept = pairs()
    indexing.forget()
    with mock.patch.object(indexing, "read_parties", wraps=indexing.read_parties) as read:
        work(services.start_rebuild(now=LATER))
        assert all(call.args == ([],) for call in read.call_args_list)
        assert pairs() == kept
        change(saw, "Keitämme kahvia.", LATER)
        settle(LATER)
        assert read.call_args_list[-1].args == ([saw.pk],)


def test_the_command_does_all_of_it(town: list[Profile], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rebuild_matches")
    assert Rebuild.objects.get().state == "done"
    assert "3 / 3" in capsys.readouterr().out


def test_one_that_cannot_be_matched_keeps_its_old_list_and_the_rest_go_on(
    town: list[Profile], saw: Profile, settle: Settle
) -> None:
    settle()
    old = set(Suggestion.objects.filter(profile=saw).values_list("pk", flat=True))

    def fails_for_one(index: Any, key: int, **options: Any) -> Any:
        if key == saw.pk:
            raise ValueError("a text that nobody can read")
        return suggest(index, key, **options)

    rebuild = services.start_rebuild(now=LATER)
    with mock.patch.object(rebuilds, "suggest", fails_for_one):
        assert work(rebuild) == 2
    assert set(Suggestion.objects.filter(profile=saw).values_list("pk", flat=True)) == old
    assert list(Freshness.objects.filter(stale_since__isnull=False).values_list("pk", flat=True)) == [saw.pk]
    assert Rebuild.objects.get(pk=rebuild.pk).state == "done"


def test_the_lease_begins_when_the_index_is_there(town: list[Profile]) -> None:
    rebuild = services.start_rebuild(now=NOW)
    with (
        mock.patch.object(rebuilds, "monotonic", side_effect=[0.0, 300.0]),
        mock.patch.object(rebuilds, "_write", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        services.work_on_rebuild(rebuild_id=rebuild.pk, now=NOW)
    assert rebuild.blocks.get(leased_until__isnull=False).leased_until == NOW + rebuilds.LEASE + timedelta(minutes=5)


def test_a_row_fits_no_profile_that_is_gone(town: list[Profile], saw: Profile) -> None:
    """Deleted between matching and writing: the block is done again, and the rebuild ends."""
    rebuild = services.start_rebuild(now=NOW)
    with mock.patch.object(rebuilds, "_write", side_effect=IntegrityError):
        assert services.work_on_rebuild(rebuild_id=rebuild.pk, now=NOW)
    assert work(rebuild, NOW) == 2


@pytest.fixture
def coordinator() -> User:
    return make_user("Kaisa Koordinaattori", is_coordinator=True)


def test_a_coordinator_starts_stops_and_carries_on(town: list[Profile], coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    page = reverse("rebuild")
    assert client.get(page).status_code == 200
    client.post(page, {"start": ""})
    assert "0 / 3" in client.get(page).text
    client.post(page, {"stop": ""})
    assert Rebuild.objects.get().state == "stopped"
    client.post(page, {"carry_on": ""})
    rebuild = Rebuild.objects.get()
    assert rebuild.state == "running"
    assert "tehdään jo uudelleen" in client.post(page, {"start": ""}, follow=True).text
    work(rebuild)
    assert "3 / 3" in client.get(page).text


def test_nobody_else_sees_or_starts_it(town: list[Profile], saw_user: User, client: Client) -> None:
    client.force_login(saw_user)
    assert client.get(reverse("rebuild")).status_code == 403
    assert client.post(reverse("rebuild"), {"start": ""}).status_code == 403
    assert not Rebuild.objects.exists()
