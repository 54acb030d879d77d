"""What topics, applications, theses and agreements may become: every pair of states, through the one way in which each
changes.
"""

from __future__ import annotations

from typing import Any

import pytest

from studies.models import AgreementVersion, Thesis, Topic, TopicApplication
from studies.rules import theses_states as states
from studies.services import theses_common as common
from studies.services.theses_common import NotNow
from tests.factories.people import NOW

from .working import Work

pytestmark = pytest.mark.django_db

ALLOWED: dict[str, set[tuple[str, str]]] = {
    "topic": {
        ("draft", "waiting"), ("draft", "closed"),
        ("waiting", "open"), ("waiting", "changes"), ("waiting", "declined"), ("waiting", "closed"),
        ("changes", "waiting"), ("changes", "closed"), ("declined", "waiting"), ("declined", "closed"),
        ("open", "waiting"), ("open", "taken"), ("open", "closed"), ("taken", "waiting"), ("taken", "closed"),
    },
    "application": {
        ("sent", "chosen"), ("sent", "passed"), ("sent", "withdrawn"), ("chosen", "passed"), ("passed", "sent"),
        ("withdrawn", "sent"),
    },
    "thesis": {
        ("agreeing", "underway"), ("agreeing", "broken_off"), ("underway", "handed_in"), ("underway", "broken_off"),
        ("handed_in", "underway"), ("handed_in", "finished"), ("handed_in", "broken_off"), ("finished", "embargoed"),
        ("finished", "published"), ("embargoed", "published"), ("embargoed", "finished"), ("published", "finished"),
    },
    "agreement": {("open", "in_force"), ("open", "dropped"), ("in_force", "replaced")},
}  # fmt: skip
TABLES: dict[str, tuple[Any, Any]] = {
    "topic": (states.TOPIC, Topic), "application": (states.APPLICATION, TopicApplication),
    "thesis": (states.THESIS, Thesis), "agreement": (states.AGREEMENT, AgreementVersion),
}  # fmt: skip


@pytest.mark.parametrize("what", TABLES)
def test_every_state_has_its_moves(what: str) -> None:
    table, model = TABLES[what]
    assert set(table) == set(model.State)
    assert {(str(one), str(other)) for one, others in table.items() for other in others} == ALLOWED[what]


def _move(what: str, thing: Any, state: str, by: Any) -> None:
    if what == "topic":
        common.move_topic(common.lock_topic(thing), Topic.State(state), by=by, now=NOW)
    elif what == "application":
        common.move_application(thing, TopicApplication.State(state), now=NOW)
    elif what == "thesis":
        common.move_thesis(common.lock_thesis(thing), Thesis.State(state), by=by, now=NOW, why="Syy")
    else:
        common.move_agreement(thing, AgreementVersion.State(state), now=NOW)


@pytest.mark.parametrize("what", TABLES)
def test_every_pair(work: Work, what: str) -> None:
    """What is allowed happens; what is not leaves everything as it was."""
    thesis = work.agreeing()
    Thesis.objects.update(embargo_until="2026-12-01")
    things: dict[str, Any] = {
        "topic": thesis.topic,
        "application": TopicApplication.objects.get(),
        "thesis": thesis,
        "agreement": thesis.agreements.get(),
    }
    thing, model = things[what], TABLES[what][1]
    for before in model.State.values:
        for after in model.State.values:
            model._default_manager.filter(pk=thing.pk).update(state=before)
            thing.refresh_from_db()
            if (before, after) in ALLOWED[what]:
                _move(what, thing, after, work.outi)
                thing.refresh_from_db()
                assert thing.state == after, (before, after)
            else:
                with pytest.raises(NotNow):
                    _move(what, thing, after, work.outi)
                thing.refresh_from_db()
                assert thing.state == before, (before, after)


def test_a_change_of_a_thesis_is_written_down(work: Work) -> None:
    thesis = work.under_way()
    change = thesis.changes.last()
    assert change is not None
    assert (change.from_state, change.to_state, change.cause) == ("agreeing", "underway", "signed")
