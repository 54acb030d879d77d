"""A municipality's shelf: its own representatives keep it, others see what is shared."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.models import Profile, User
from accounts.models.safety import Block
from accounts.services import claims
from catalogue import queries
from catalogue.models import OperatingModel, ShelfItem
from catalogue.rules import may_keep_shelf
from catalogue.services import NotYourShelf, remove_from_shelf, save_shelf_item
from core.models import AuditEvent
from tests.catalogue.people import NOW, make_municipality


def put(profile: Profile, model: OperatingModel, by: User, **values: object) -> ShelfItem:
    return save_shelf_item(profile=profile, model=model, by=by, now=NOW, **({"state": "planned"} | values))  # type: ignore[arg-type]


def test_a_representative_puts_a_model_on_the_shelf(label: OperatingModel, mallila: Profile, officer: User) -> None:
    item = put(mallila, label, officer, notes="Kysely", responsible="Olli", learnt="Hyvä", shared=True)
    assert (item.state, item.notes, item.responsible, item.shared, item.changed_by) == (
        "planned",
        "Kysely",
        "Olli",
        True,
        officer,
    )
    assert AuditEvent.objects.get().action == "shelf.added"


def test_putting_it_again_changes_the_same_item(label: OperatingModel, mallila: Profile, officer: User) -> None:
    put(mallila, label, officer)
    put(mallila, label, officer, state="running")
    assert ShelfItem.objects.get().state == "running"
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["shelf.changed", "shelf.added"]


def test_an_unknown_state_is_refused(label: OperatingModel, mallila: Profile, officer: User) -> None:
    with pytest.raises(ValueError, match="asleep"):
        put(mallila, label, officer, state="asleep")
    with pytest.raises(IntegrityError), transaction.atomic():
        ShelfItem.objects.create(profile=mallila, model=label, state="asleep")


def test_a_stranger_keeps_no_shelf(label: OperatingModel, mallila: Profile, officer: User, stranger: User) -> None:
    with pytest.raises(NotYourShelf):
        put(mallila, label, stranger)
    item = put(mallila, label, officer)
    with pytest.raises(NotYourShelf):
        remove_from_shelf(item=item, by=stranger, now=NOW)
    assert ShelfItem.objects.exists()


def test_a_coordinator_who_does_not_represent_the_municipality_keeps_no_shelf(mallila: Profile) -> None:
    coordinator = User.objects.create_user("coordinator@example.fi", is_coordinator=True)
    assert not may_keep_shelf(coordinator, mallila)


def test_another_municipality_keeps_no_shelf_of_ours(label: OperatingModel, mallila: Profile, stranger: User) -> None:
    make_municipality("naapuri", by=stranger)
    with pytest.raises(NotYourShelf):
        put(mallila, label, stranger)


def test_only_a_municipality_that_stands_has_a_shelf(officer: User) -> None:
    company = make_municipality("yritys", by=officer)
    company.kind = Profile.Kind.COMPANY
    gone = make_municipality("entinen", by=officer, status=Profile.Status.TAKEN_DOWN)
    assert not may_keep_shelf(officer, company)
    assert not may_keep_shelf(officer, gone)
    assert not may_keep_shelf(AnonymousUser(), gone)


def test_taking_off_the_shelf_deletes_the_notes(label: OperatingModel, mallila: Profile, officer: User) -> None:
    remove_from_shelf(item=put(mallila, label, officer), by=officer, now=NOW)
    assert not ShelfItem.objects.exists()
    assert AuditEvent.objects.first().action == "shelf.removed"  # type: ignore[union-attr]


def test_only_what_is_shared_is_seen_by_others(
    label: OperatingModel, mallila: Profile, officer: User, stranger: User
) -> None:
    item = put(mallila, label, officer)
    assert queries.shared_items(label, stranger) == []
    put(mallila, label, officer, shared=True)
    assert queries.shared_items(label, stranger) == [item]
    assert queries.shared_items(label, AnonymousUser()) == [item]


def test_a_hidden_or_blocked_municipality_is_not_seen_on_the_models_page(
    label: OperatingModel, mallila: Profile, officer: User, stranger: User
) -> None:
    put(mallila, label, officer, shared=True)
    neighbour = make_municipality("naapuri", by=stranger)
    block = Block.objects.create(blocker=mallila, blocked=neighbour, at=NOW)
    assert queries.shared_items(label, stranger) == []
    block.delete()
    assert len(queries.shared_items(label, stranger)) == 1
    Profile.objects.filter(pk=mallila.pk).update(visibility=Profile.Visibility.HIDDEN)
    assert queries.shared_items(label, stranger) == []


def test_a_shelf_lists_what_is_running_first(loaded: None, mallila: Profile, officer: User) -> None:
    slugs = ["diploma", "annual-award", "responsibility-label"]
    for slug, state in zip(slugs, ["done", "considering", "running"], strict=True):
        put(mallila, OperatingModel.objects.get(slug=slug), officer, state=state)
    assert [item.state for item in queries.shelf_of(mallila)] == ["running", "considering", "done"]
    assert queries.shelf_of(mallila, shared_only=True) == []


def test_the_shelf_goes_when_the_municipality_is_taken_back(
    label: OperatingModel, mallila: Profile, officer: User
) -> None:
    put(mallila, label, officer, shared=True)
    Profile.objects.filter(pk=mallila.pk).update(claimed_at=NOW)
    mallila.refresh_from_db()
    coordinator = User.objects.create_user("coordinator@example.fi", is_coordinator=True)
    claims.unclaim(profile=mallila, by=coordinator, now=NOW)
    assert not ShelfItem.objects.exists()
