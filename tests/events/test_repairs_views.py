"""The host's pages of a repair, of what lacks a time, and of the host's word; nobody else's."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events import notices
from events.models import Absence, Meeting, MeetingRequest, Round, SolverRun
from events.services import solving, wishes
from events.services.rounds import NotTheHost, RoundIsBusy
from events.services.solver_process import Answer
from notifications.models import Notification

from .making import EVENT_DAY, NOW, Fair, agree_pair, ask, make_fair, publish_fair, solve_fair
from .test_rounds_views import as_user, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def fair() -> Fair:
    fair = make_fair()
    for other in (1, 2, 3):
        agree_pair(fair, 0, other)
    publish_fair(fair)
    return fair


def run_now() -> None:
    solving.run_solver(run_id=SolverRun.objects.order_by("-pk")[0].pk, clock=lambda: NOW)


def test_a_host_repairs_sees_the_difference_accepts_and_undoes(fair: Fair) -> None:
    client = as_user(fair.host)
    assert page("round_repair", fair) in client.get(page("round", fair)).content.decode()
    kinds = client.get(page("round_repair", fair)).content.decode()
    absent = page("round_repair_kind", fair, kind="absent")
    assert absent in kinds
    assert "Osallistuja3 Oy" in client.get(absent).content.decode()
    missing = client.post(absent, {})
    assert missing.status_code == 200
    assert "registration" in missing.context["form"].errors
    sent = client.post(absent, {"registration": fair.people[3].pk})
    assert sent.url == page("round_run", fair)  # type: ignore[attr-defined]
    run_now()
    assert page("round", fair) in client.get(page("round_run", fair)).content.decode()
    shown = client.get(page("round", fair)).content.decode()
    assert page("round_repair_accept", fair) in shown
    assert page("round_publish", fair) not in shown
    assert Meeting.objects.agreed().count() == 3
    client.post(page("round_repair_accept", fair))
    assert Meeting.objects.agreed().count() == 2
    after = client.get(page("round", fair)).content.decode()
    assert page("round_repair_undo", fair) in after
    client.post(page("round_repair_undo", fair))
    assert Meeting.objects.agreed().count() == 3
    assert page("round_repair_undo", fair) not in client.get(page("round", fair)).content.decode()


def test_a_refusal_stands_in_the_form(fair: Fair) -> None:
    client = as_user(fair.host)
    slot = fair.round.slots.first()
    assert slot is not None
    moved = page("round_repair_kind", fair, kind="slot_moved")
    answer = client.post(moved, {"slot": slot.pk, "starts_at_0": "2026-03-12", "starts_at_1": "09:20"})
    assert "starts_at" in answer.context["form"].errors
    assert client.get(page("round_repair_kind", fair, kind="nonsense")).status_code == 404
    assert client.post(page("round_repair_accept", fair), follow=True).status_code == 200
    assert client.post(page("round_repair_undo", fair), follow=True).status_code == 200


def test_nobody_but_the_host_repairs(fair: Fair) -> None:
    request = fair.round.requests.order_by("pk")[0]
    for client, refused in ((as_user(fair.people[0].user), 403), (Client(), 302)):
        assert client.get(page("round_repair", fair)).status_code == refused
        assert client.post(page("round_repair_kind", fair, kind="late"), {}).status_code == refused
        assert client.post(page("round_repair_accept", fair)).status_code == refused
        assert client.post(page("round_repair_undo", fair)).status_code == refused
        assert client.post(page("round_word", fair, pk=request.pk), {"word": "must"}).status_code == refused
    assert not SolverRun.objects.filter(change__isnull=False).exists()
    request.refresh_from_db()
    assert request.host_says == ""


def test_before_publishing_there_is_nothing_to_repair() -> None:
    fair = make_fair()
    assert as_user(fair.host).get(page("round_repair", fair)).url == page("round", fair)  # type: ignore[attr-defined]


# --- Why they did not meet -------------------------------------------------------------------------------------------


def test_why_a_pair_has_no_time_is_told_with_what_more_room_would_give() -> None:
    fair = make_fair(people=4, tables=1, ends_at=EVENT_DAY + timedelta(minutes=20))
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    client = as_user(fair.host)
    client.post(page("round_solve", fair))
    run_now()
    [lacking] = client.get(page("round", fair)).context["without_time"]
    assert "9" in lacking.why
    shown = client.get(page("round", fair), headers={"Accept-Language": "en"})
    assert len(shown.context["more"]) == 2


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("pairs", [1, 3])
def test_the_rounds_page_asks_as_much_of_the_database_with_one_lacking_as_with_three(
    pairs: int, django_assert_num_queries: Any
) -> None:
    fair = make_fair(people=2 + 2 * pairs, tables=1, ends_at=EVENT_DAY + timedelta(minutes=20))
    for pair in range(pairs + 1):
        agree_pair(fair, 2 * pair, 2 * pair + 1)
    solve_fair(fair)
    client = as_user(fair.host)
    client.get(page("round", fair))
    with django_assert_num_queries(19):
        assert len(client.get(page("round", fair)).context["without_time"]) == pairs


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("people", [1, 3])
def test_the_difference_asks_as_much_of_the_database_for_one_as_for_three(
    people: int, django_assert_num_queries: Any
) -> None:
    fair = make_fair(people=people + 1)
    for other in range(1, people + 1):
        agree_pair(fair, 0, other)
    publish_fair(fair)
    client = as_user(fair.host)
    client.post(page("round_repair_kind", fair, kind="absent"), {"registration": fair.people[0].pk})
    run_now()
    client.get(page("round", fair))
    with django_assert_num_queries(18):
        assert len(client.get(page("round", fair)).context["difference"].ended) == people


# --- The host's word -------------------------------------------------------------------------------------------------


def test_a_must_is_held_though_others_weigh_more() -> None:
    fair = make_fair(people=4, tables=1, ends_at=EVENT_DAY + timedelta(minutes=20))
    light = agree_pair(fair, 0, 1)
    ask(fair, 2, 3)
    ask(fair, 3, 2)
    client = as_user(fair.host)
    client.post(page("round_word", fair, pk=light.pk), {"word": "must"})
    [meeting] = publish_fair(fair)
    assert meeting.request == light


def test_more_musts_than_times_says_which(fair: Fair) -> None:
    crowded = make_fair(people=3, ends_at=EVENT_DAY + timedelta(minutes=20))
    for other in (1, 2):
        made = agree_pair(crowded, 0, other)
        wishes.say_of_request(request=made, word="must", by=crowded.host, now=NOW)
    solving.start_run(round=crowded.round, by=crowded.host, now=NOW)
    run_now()
    failure = as_user(crowded.host).get(page("round", crowded)).context["failure"]
    assert any("Osallistuja0 Oy" in sentence for sentence in failure)


def test_a_word_that_does_not_do_is_named(fair: Fair) -> None:
    made = fair.round.requests.order_by("pk")[0]
    say: dict[str, Any] = {"request": made, "by": fair.host, "now": NOW}
    with pytest.raises(wishes.UnknownWord):
        wishes.say_of_request(**say, word="never")
    with pytest.raises(wishes.TheyMeet):
        wishes.say_of_request(**say, word="apart")
    with pytest.raises(NotTheHost):
        wishes.say_of_request(**{**say, "by": fair.people[0].user}, word="must")
    Round.objects.filter(pk=fair.round.pk).update(state="solving")
    with pytest.raises(RoundIsBusy):
        wishes.say_of_request(**say, word="must")


def test_two_kept_apart_are_left_out_of_the_schedule() -> None:
    fair = make_fair()
    apart = agree_pair(fair, 0, 1)
    agree_pair(fair, 0, 2)
    as_user(fair.host).post(page("round_word", fair, pk=apart.pk), {"word": "apart"})
    publish_fair(fair)
    assert not Meeting.objects.filter(request=apart).exists()
    [lacking] = as_user(fair.host).get(reverse("round", kwargs={"slug": fair.event.slug})).context["without_time"]
    assert lacking.request == apart


# --- A worker that dies ----------------------------------------------------------------------------------------------

BEST: dict[str, Any] = {"meetings": []}


def test_of_a_process_that_dies_the_best_so_far_is_kept_and_told_of() -> None:
    fair = make_fair()
    agree_pair(fair, 0, 1)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    SolverRun.objects.filter(pk=run.pk).update(state="running", attempts=1)
    run.refresh_from_db()
    slot = fair.round.slots.first()
    assert slot is not None
    request = fair.round.requests.get()
    best = {"meetings": [{"id": str(request.pk), "slot": str(slot.pk), "table": "1"}]}
    solving.finish_run(run=run, answer=Answer(best=best), now=NOW)
    run.refresh_from_db()
    fair.round.refresh_from_db()
    assert (run.state, run.was_cut_short, fair.round.state) == ("done", True, "drafted")
    told = Notification.objects.get(user=fair.host, kind="events.schedule_made")
    assert "keskeytyi" in notices.schedule_made(told.context).text
    assert "Osallistuja1 Oy" in as_user(fair.host).get(page("round", fair)).content.decode()
    solving.publish_schedule(round=fair.round, by=fair.host, now=NOW)
    assert Meeting.objects.agreed().get().slot == slot


def test_of_a_worker_that_dies_what_it_wrote_down_is_kept() -> None:
    fair = make_fair()
    agree_pair(fair, 0, 1)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    SolverRun.objects.filter(pk=run.pk).update(state="running", attempts=1, leased_until=NOW, solution=BEST)
    assert solving.sweep_runs(now=NOW + timedelta(seconds=30)) == 1
    run.refresh_from_db()
    fair.round.refresh_from_db()
    assert (run.state, run.was_cut_short, fair.round.state) == ("done", True, "drafted")
    assert Notification.objects.filter(user=fair.host, kind="events.schedule_made").count() == 1


def test_a_solver_killed_in_mid_search_leaves_its_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process itself is killed, as a machine short of memory does."""
    fair = make_fair(people=8)
    for a in range(8):
        for b in range(a):
            agree_pair(fair, a, b)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW, seconds=50)
    import events.services.solver_process as own

    hear = own._hear
    processes: list[Any] = []
    popen = subprocess.Popen

    def opened(*arguments: Any, **more: Any) -> Any:
        processes.append(popen(*arguments, **more))
        return processes[-1]

    def heard(answer: Answer, line: str) -> None:
        hear(answer, line)
        if answer.best is not None:
            processes[-1].kill()

    monkeypatch.setattr(subprocess, "Popen", opened)
    monkeypatch.setattr(own, "_hear", heard)
    solving.run_solver(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert run.was_cut_short
    assert run.solution is not None
    assert len(run.solution["meetings"]) > 10


def test_absences_of_a_repair_are_seen_by_the_next_schedule(fair: Fair) -> None:
    client = as_user(fair.host)
    client.post(page("round_repair_kind", fair, kind="absent"), {"registration": fair.people[3].pk})
    run_now()
    client.post(page("round_repair_accept", fair))
    assert Absence.objects.filter(registration=fair.people[3]).exists()
    MeetingRequest.objects.create(
        round=fair.round, asker=fair.people[3], asked=fair.people[1], state="accepted", made_at=NOW
    )
    client.post(page("round_repair_kind", fair, kind="late"), {})
    run_now()
    assert client.get(page("round", fair)).context["difference"].is_empty
