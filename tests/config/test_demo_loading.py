"""The demo is made by the services, the same every time, and once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Profile, ProfileText, Representative, User
from catalogue.models import OperatingModel, ShelfItem
from config.demo import read, today
from config.demo.load import Stage, load, stages
from config.demo.people import demo_people
from conversations.queries import messages as letters
from events.models import Answer, Event, Meeting, Registration, Round
from events.queries.board import board_of
from matching import indexing
from matching.models import Connection, Freshness, Interest, Suggestion
from notifications.models import Notification
from opportunities.models import Purchase
from studies.models import CourseRound, SchoolPage, Season, Thesis, Topic

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
UP_TO_SUGGESTIONS = ("vocabulary", "organisations", "parties", "suggestions")


@pytest.fixture(autouse=True)
def _own_index() -> Iterator[None]:
    indexing.forget()
    yield
    indexing.forget()


def a_few() -> list[Stage]:
    few = stages(read.organisations()[:6], list(read.parties().values())[:8])
    return [stage for stage in few if stage.key in UP_TO_SUGGESTIONS]


def quiet(_text: str) -> None:
    pass


def what_is_there() -> dict[str, Any]:
    """All of the demo by names, without the numbers of rows."""
    names = {profile.pk: str(profile.slug) for profile in Profile.objects.all()}
    return {
        "profiles": sorted(
            (p.slug, p.kind, p.municipality, p.visibility, tuple(sorted(p.themes.names())))
            for p in Profile.objects.all()
        ),
        "texts": sorted((names[t.profile_id], t.kind, t.language, t.text) for t in ProfileText.objects.all()),
        "people": sorted(Representative.objects.values_list("profile__slug", "user__email", "role")),
        "suggestions": sorted((names[s.profile_id], names[s.other_id], s.score) for s in Suggestion.objects.all()),
        "answers": sorted((names[i.profile_id], names[i.other_id], i.answer) for i in Interest.objects.all()),
        "connections": sorted((names[c.a_id], names[c.b_id]) for c in Connection.objects.all()),
        "meetings": sorted(Meeting.objects.values_list("starts_at", "table", "topic")),
        "shelf": sorted(ShelfItem.objects.values_list("profile__slug", "model__slug", "state", "shared")),
    }


@pytest.mark.django_db
def test_loading_twice_from_nothing_makes_the_same() -> None:
    found = []
    for _time in range(2):
        with transaction.atomic():
            assert load(a_few(), now=NOW, say=quiet)
            found.append(what_is_there())
            transaction.set_rollback(True)
        indexing.forget()
    assert found[0]["suggestions"]
    assert found[0] == found[1]


@pytest.mark.django_db
def test_a_stage_that_fails_leaves_nothing_and_is_made_at_the_next_call() -> None:
    def broken(now: datetime) -> int:
        User.objects.create_user("half@made.example")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        load([*a_few()[:1], Stage("people", "people", broken)], now=NOW, say=quiet)
    assert not User.objects.exists()
    said: list[str] = []
    assert load([*a_few()[:1], Stage("people", "people", lambda now: 3)], now=NOW, say=said.append)
    assert [line.split()[:2] for line in said] == [["3", "people"]]


@pytest.mark.django_db
def test_the_whole_demo_is_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo")
    first = what_is_there()
    assert Profile.objects.filter(claimed_at=None).count() == 158
    assert Profile.objects.exclude(claimed_at=None).count() == 43
    assert OperatingModel.objects.count() == 25
    assert not Freshness.objects.exclude(stale_since=None).exists()
    for profile in Profile.objects.exclude(claimed_at=None):
        assert profile.suggestions.count() >= 10, profile
    season = Season.objects.get()
    assert season.phase(timezone.now()) == Season.Phase.OPEN
    assert season.applications.count() == 2
    assert season.places.count() == season.places.filter(opportunity__state="open").count() == 5
    assert set(Purchase.objects.get().questions.values_list("state", flat=True)) == {"waiting", "answered"}
    assert SchoolPage.objects.count() == 2
    assert not Profile.objects.filter(is_demo=False).exists()
    assert len(demo_people()) == 5
    fair, breakfast, working_day = (Event.objects.get(title_fi=row.names["fi"]) for row in read.events())
    training = list(Event.objects.filter(kind=Event.Kind.TRAINING).values_list("series", flat=True))
    assert training == [training[0]] * 3
    assert set(Event.objects.values_list("kind", flat=True)) == set(Event.Kind.values)
    held = Event.objects.get(ends_at__lte=timezone.now(), network_meeting=None)
    assert held.aftermath
    assert held.sessions.exists()
    assert working_day.sessions.count() == 12
    assert working_day.sessions.exclude(room=None).exists()
    assert fair.rounds.get().state == Round.State.PUBLISHED
    assert fair.operating_model is not None
    on_now = Event.objects.get(title_fi=today.plan()["name"]["fi"])
    assert on_now.starts_at < timezone.now() < on_now.ends_at
    board = board_of(on_now.rounds.get(), now=timezone.now())
    assert (len(board.late), board.of - board.here) == (1, 2)
    assert any(row.is_now for row in board.rows)
    assert Meeting.objects.agreed().filter(slot__round__event=fair).count() >= 15
    assert Answer.objects.filter(registration__event=fair).count() >= 20
    assert Registration.objects.exclude(checked_in_at=None).filter(event__ends_at__lt=timezone.now()).count() >= 3
    assert fair.registrations.filter(requests_got__state="pending").exists()
    assert breakfast.registrations.standing().exclude(state="confirmed").count() == 1  # by the organiser's leave
    assert Meeting.objects.agreed().filter(slot=None, starts_at__gt=timezone.now()).count() == 1
    company = Profile.objects.get(representatives__user__email="yritys@solmu.example")
    assert {side.other.slug for side in letters.requests_to(company)} == {"purkupolku-oy", "pohjanliepeen-biovoima-oy"}
    assert letters.conversations_of(company).get().unread_from is not None
    assert not Notification.objects.filter(mailed_at=None, mail_due_at__lte=timezone.now()).exists()
    states = ["open"] * 3 + ["taken"] * 2 + ["waiting"]
    assert sorted(Topic.objects.values_list("state", flat=True)) == states
    under_way, done = Thesis.objects.order_by("-begun_at")
    assert (under_way.state, done.state) == ("underway", "published")
    assert under_way.agreements.get().state == "in_force"
    assert under_way.milestones.filter(done_at=None, due_on__gt=timezone.now()).count() == 3
    assert done.shown_by_student
    assert done.shown_by_company
    places = CourseRound.objects.get().allocations.get().placements
    assert (places.count(), places.filter(place=None).count()) == (16, 0)
    password, _logins = read.logins()
    assert all(User.objects.get(email=person.email).check_password(password) for person in demo_people())
    assert "The demo is ready" in capsys.readouterr().out

    call_command("demo")
    assert what_is_there() == first
    assert "The demo is here already." in capsys.readouterr().out


@pytest.mark.django_db
def test_nobody_but_the_log_ins_has_a_password() -> None:
    load(a_few(), now=NOW, say=quiet)
    shown = {login.email for login in read.logins()[1]}
    for user in User.objects.all():
        assert user.has_usable_password() == (user.email in shown)


@pytest.mark.django_db
def test_an_installation_that_is_no_demo_refuses(settings: Any) -> None:
    settings.SOLMU_DEMO = False
    with pytest.raises(CommandError, match="SOLMU_DEMO"):
        call_command("demo")
    assert not Profile.objects.exists()
