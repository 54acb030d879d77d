"""Who works for whom in a course round: the allocation, its search, and changes by hand."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import Any

import pytest

from studies.models import Allocation, Placement
from studies.queries import courses as queries
from studies.rules import courses as rules
from studies.services import courses, courses_allocating, courses_care, courses_joining
from studies.tasks import courses as tasks
from tests.factories.people import NOW, make_user

from .coursing import kinds_to, make_course, wishing

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


# --- The allocation --------------------------------------------------------------------------------------------------


def test_everyone_gets_a_place_with_its_reason_and_is_told_when_it_is_published() -> None:
    course, [puu, metalli] = wishing("Puu", "Metalli")
    students = [course.student(name) for name in ("Aada", "Eero", "Iida")]
    for one in students:
        course.wish(one, puu, metalli)
    made = course.allocate(publish=False)
    assert (made.state, made.unplaced, made.cost, made.above) == ("done", 0, 1, 0)
    assert kinds_to(course.teacher)[-1] == "studies.course_made"
    assert "studies.course_allocated" not in kinds_to(students[0].user)
    [late] = [row for row in queries.result(made) if row.choice == 2]
    assert late.place == metalli
    assert late.why == ["Puu Oy: täynnä, ja siellä 2 toivoi sitä yhtä paljon tai enemmän"]
    with pytest.raises(courses.NotTheTeacher):
        courses_allocating.publish(allocation=made, by=make_user(), now=NOW)
    courses_allocating.publish(allocation=made, by=course.colleague, now=NOW)
    assert all(kinds_to(one.user)[-1] == "studies.course_allocated" for one in students)
    assert kinds_to(course.people["Puu"])[-1] == "studies.course_students"
    course.round.refresh_from_db()
    assert course.round.state == "allocated"
    with pytest.raises(courses.NotNow):
        courses_allocating.publish(allocation=made, by=course.teacher, now=NOW)


def test_a_group_of_five_where_four_fit() -> None:
    """It goes where it can be whole, and is told why not to the first."""
    course = make_course()
    four, six = course.place("Neljä", most=4), course.place("Kuusi", most=6)
    course.go_on("wishes")
    first, *rest = [course.student(f"Opiskelija {n}") for n in range(5)]
    team = courses_joining.make_team(entrant=first, name="Viisikko", by=first.user, now=NOW)
    for one in rest:
        courses_joining.join_team(entrant=one, code=team.code, by=one.user, now=NOW)
    course.wish(first, four, six)
    made = course.allocate()
    assert set(course.given(made).values()) == {"Kuusi Oy"}
    [row] = queries.result(made)
    assert (row.name, row.choice, len(row.members)) == ("Viisikko", 2, 5)
    assert [reason["why"] for reason in Placement.objects.all()[0].reasons] == ["large"]


def test_with_fewer_places_than_students_the_teacher_sees_who_is_without() -> None:
    course, [puu] = wishing("Puu")
    for name in ("Aada", "Eero", "Iida"):
        course.wish(course.student(name), puu)
    made = course.allocate()
    assert (made.unplaced, made.above) == (1, 0)
    rows = queries.result(made)
    assert [row.place for row in rows] == [None, puu, puu]
    assert [number for _words, number in queries.by_choice(rows)] == [2, 1]


def test_a_company_withdraws_in_the_middle_and_only_its_own_move() -> None:
    course, [puu, metalli, muovi] = wishing("Puu", "Metalli", "Muovi")
    aada, eero = course.student("Aada"), course.student("Eero")
    course.wish(aada, puu, metalli)
    course.wish(eero, metalli, puu)
    first = course.allocate()
    assert course.given(first) == {"Aada": "Puu Oy", "Eero": "Metalli Oy"}
    course.go_on("running")
    courses_joining.withdraw_place(place=puu, by=course.people["Puu"], now=LATER)
    assert course.given(first) == {"Aada": None, "Eero": "Metalli Oy"}
    assert kinds_to(aada.user)[-1] == "studies.course_lost"
    assert kinds_to(course.teacher)[-1] == "studies.course_withdrawn"
    assert kinds_to(eero.user)[-1] == "studies.course_allocated"
    told = len(kinds_to(eero.user))
    second = course.allocate(keeps=True)
    assert course.given(second) == {"Aada": "Metalli Oy", "Eero": "Metalli Oy"}
    assert kinds_to(aada.user)[-1] == "studies.course_allocated"
    assert len(kinds_to(eero.user)) == told, "whose place stays is not told anew"
    assert muovi.placements.count() == 0


def test_a_student_deletes_the_account_and_the_place_is_free() -> None:
    course, [puu] = wishing("Puu")
    aada, eero = course.student("Aada"), course.student("Eero")
    course.wish(aada, puu)
    course.wish(eero, puu)
    made = course.allocate()
    courses_care.user_leaving(aada.user, LATER)
    aada.user.delete()
    assert course.given(made) == {"Eero": "Puu Oy"}
    assert kinds_to(course.teacher)[-1] == "studies.course_left"
    assert queries.students_of_place(puu, made)[0] == 1


def test_a_whole_group_goes_with_its_last_student() -> None:
    course, [puu] = wishing("Puu")
    aada = course.student("Aada")
    courses_joining.make_team(entrant=aada, name="Me", by=aada.user, now=NOW)
    course.wish(aada, puu)
    courses_care.user_leaving(aada.user, LATER)
    assert not course.round.teams.exists()
    assert not puu.wishes.exists()


def test_the_teacher_changes_and_the_round_goes_on() -> None:
    course, [puu] = wishing("Puu")
    course.wish(course.student("Aada"), puu)
    with pytest.raises(courses.NotATeacher):
        courses.change_teacher(round=course.round, teacher=make_user(), by=course.teacher, now=NOW)
    with pytest.raises(courses.NotTheTeacher):
        courses.change_teacher(round=course.round, teacher=course.colleague, by=make_user(), now=NOW)
    courses.change_teacher(round=course.round, teacher=course.colleague, by=course.teacher, now=NOW)
    assert kinds_to(course.colleague) == ["studies.course_yours"]
    course.teacher = course.colleague
    assert course.given(course.allocate()) == {"Aada": "Puu Oy"}


def test_a_teacher_who_leaves_hands_the_round_to_the_colleague() -> None:
    course, _places = wishing("Puu")
    courses_care.user_leaving(course.teacher, NOW)
    course.round.refresh_from_db()
    assert course.round.teacher == course.colleague
    assert kinds_to(course.colleague) == ["studies.course_yours"]


def test_two_who_press_allocate_at_once_get_one() -> None:
    course, [puu] = wishing("Puu")
    course.wish(course.student("Aada"), puu)
    made = courses_allocating.ask_allocation(round=course.round, by=course.teacher, now=NOW)
    with pytest.raises(courses_allocating.BeingMade):
        courses_allocating.ask_allocation(round=course.round, by=course.colleague, now=NOW)
    assert courses_allocating.run_allocation(allocation_id=made.pk, clock=lambda: NOW)
    assert not courses_allocating.run_allocation(allocation_id=made.pk, clock=lambda: NOW)
    assert made.placements.count() == 1


def test_where_pages_and_work_share_a_process_the_search_has_one_of_its_own(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, [puu] = wishing("Puu")
    course.wish(course.student("Aada"), puu)
    made = courses_allocating.ask_allocation(round=course.round, by=course.teacher, now=NOW)
    ran = []

    def run(*said: Any, **how: Any) -> Any:
        ran.append(said[0][1:])
        return process(*said, **how)

    process = subprocess.run
    monkeypatch.setattr("studies.services.allocation_process.subprocess.run", run)
    settings.SOLMU_EMBEDDED = True
    tasks.run_allocation(made.pk)
    made.refresh_from_db()
    assert (made.state, made.unplaced, made.above, made.placements.get().place) == ("done", 0, 0, puu)
    assert ran == [["-m", "studies.allocation"]]


def test_a_search_that_dies_is_tried_once_more_and_then_given_up() -> None:
    course, [puu] = wishing("Puu")
    course.wish(course.student("Aada"), puu)
    made = courses_allocating.ask_allocation(round=course.round, by=course.teacher, now=NOW)

    def dies(*_said: Any, **_how: Any) -> Any:
        raise subprocess.CalledProcessError(-9, "studies.allocation")

    for began in (NOW, LATER):
        with pytest.raises(subprocess.SubprocessError):
            courses_allocating.run_allocation(allocation_id=made.pk, clock=iter([began]).__next__, solve=dies)
        assert courses_allocating.sweep_allocations(now=began + rules.LEASE * 2) == 1
    made.refresh_from_db()
    assert made.state == "failed"
    assert courses_allocating.ask_allocation(round=course.round, by=course.teacher, now=LATER) != made


def test_an_allocation_needs_wishes_students_places_and_a_teacher() -> None:
    course, [puu] = wishing("Puu")
    with pytest.raises(courses_allocating.NobodyToPlace):
        courses_allocating.ask_allocation(round=course.round, by=course.teacher, now=NOW)
    with pytest.raises(courses.NotTheTeacher):
        courses_allocating.ask_allocation(round=course.round, by=course.people["Puu"], now=NOW)
    with pytest.raises(courses.NotNow):
        courses_allocating.ask_allocation(round=course.round, by=course.teacher, now=NOW, keeps=True)
    courses_joining.withdraw_place(place=puu, by=course.people["Puu"], now=NOW)
    with pytest.raises(courses.NoPlaces):
        courses_allocating.ask_allocation(round=course.round, by=course.teacher, now=NOW)


def test_a_worker_that_dies_is_followed_by_another_and_then_it_is_given_up() -> None:
    course, [puu] = wishing("Puu")
    course.wish(course.student("Aada"), puu)
    made = courses_allocating.ask_allocation(round=course.round, by=course.teacher, now=NOW)
    Allocation.objects.filter(pk=made.pk).update(state="running", attempts=2, leased_until=NOW)
    assert courses_allocating.sweep_allocations(now=NOW + timedelta(minutes=5)) == 1
    made.refresh_from_db()
    assert made.state == "failed"
    assert course.allocate().state == "done"


def test_a_change_by_hand_says_its_cost_first_and_keeps_what_was_shown() -> None:
    course, [puu, metalli] = wishing("Puu", "Metalli")
    students = [course.student(name) for name in ("Aada", "Eero", "Iida")]
    for one in students:
        course.wish(one, puu, metalli)
    made = course.allocate(publish=False)
    there, late = made.placements.filter(place=puu)[0], made.placements.get(place=metalli)
    parties = 2 * late.entrant_id, 2 * there.entrant_id
    asked: dict[str, Any] = {"allocation": made, "party": parties[0], "place": puu.pk}
    assert not courses_allocating.price(**asked).is_possible
    with pytest.raises(courses_allocating.Impossible):
        courses_allocating.change_by_hand(**asked, swap_with=None, seen_cost=-1, by=course.teacher, now=NOW)
    swap = courses_allocating.price(**asked, swap_with=parties[1])
    assert (swap.is_possible, swap.cost) == (True, 0)
    with pytest.raises(courses_allocating.Unseen):
        courses_allocating.change_by_hand(**asked, swap_with=parties[1], seen_cost=5, by=course.teacher, now=NOW)
    with pytest.raises(courses.NotTheTeacher):
        courses_allocating.change_by_hand(**asked, swap_with=parties[1], seen_cost=0, by=make_user(), now=NOW)
    courses_allocating.change_by_hand(**asked, swap_with=parties[1], seen_cost=0, by=course.teacher, now=NOW)
    late.refresh_from_db()
    assert (late.place, late.choice, late.by_hand) == (puu, 1, True)
    [change] = made.changes.all()
    assert (change.students, change.cost, change.by) == (2, 0, course.teacher)
    out: dict[str, Any] = {"allocation": made, "party": parties[0], "place": None}
    assert courses_allocating.price(**out).unplaced == 1
    with pytest.raises(courses_allocating.Impossible):
        courses_allocating.price(allocation=made, party=999_998, place=None)
