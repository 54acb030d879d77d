"""A course round from its opening to the next year: every way out of every service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Representative
from networks.services.board_files import Prepared
from studies import notices_courses
from studies.models import CourseFeedback, CourseRound, Entrant, HandIn, OfferedPlace, Placement
from studies.queries import courses as queries
from studies.services import courses, courses_allocating, courses_care, courses_joining, courses_work
from studies.services.courses_joining import EntrantPlan, PlacePlan
from studies.tasks import courses as tasks
from tests.factories.people import NOW, make_profile, make_user

from .coursing import TODAY, Course, kinds_to, make_course, plan, wishing

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


# --- The round -------------------------------------------------------------------------------------------------------


def test_only_those_who_teach_open_a_round_and_days_are_in_order() -> None:
    course = make_course()
    for stranger in (make_user("Seppo"), make_user("Anu", is_coordinator=True)):
        with pytest.raises(courses.NotTheTeacher):
            courses.open_round(plan=plan(), school=course.school, by=stranger, now=NOW)
    member = make_user("Jäsen")
    Representative.objects.create(profile=course.school, user=member, role="member", since=NOW)
    with pytest.raises(courses.NotTheTeacher):
        courses.open_round(plan=plan(), school=course.school, by=member, now=NOW)
    with pytest.raises(courses.DaysInDisorder):
        courses.open_round(plan=plan(starts_on=TODAY), school=course.school, by=course.teacher, now=NOW)


def test_the_same_form_sent_twice_makes_one_round() -> None:
    course = make_course()
    made = [
        courses.open_round(plan=plan(), school=course.school, by=course.teacher, now=NOW, key="once") for _n in range(2)
    ]
    assert made[0] == made[1]


def test_a_round_goes_on_state_by_state_and_an_old_page_moves_nothing() -> None:
    course = make_course(state="draft")
    with pytest.raises(courses.NotTheTeacher):
        courses.go_on(round=course.round, seen="draft", by=make_user(), now=NOW)
    course.go_on("companies")
    with pytest.raises(courses.NotNow):
        courses.go_on(round=course.round, seen="draft", by=course.teacher, now=NOW)
    with pytest.raises(courses.NoPlaces):
        courses.go_on(round=course.round, seen="companies", by=course.teacher, now=NOW)
    course.place("Puu")
    course.go_on("wishes")
    with pytest.raises(courses.NotNow):
        courses.go_on(round=course.round, seen="wishes", by=course.teacher, now=NOW)


def test_a_round_is_edited_by_its_teachers_and_not_below_its_groups() -> None:
    course, _places = wishing("Puu")
    one, other = course.student("Aada"), course.student("Eero")
    team = courses_joining.make_team(entrant=one, name="Me", by=one.user, now=NOW)
    courses_joining.join_team(entrant=other, code=team.code.lower(), by=other.user, now=NOW)
    with pytest.raises(courses.GroupsInUse):
        courses.edit_round(round=course.round, plan=plan(group_most=1), by=course.teacher, now=NOW)
    with pytest.raises(courses.NotTheTeacher):
        courses.edit_round(round=course.round, plan=plan(), by=make_user(), now=NOW)
    courses.edit_round(round=course.round, plan=plan(name="Uusi nimi"), by=course.colleague, now=NOW)
    course.round.refresh_from_db()
    assert course.round.name == "Uusi nimi"


def test_next_year_is_one_press_and_two_presses_are_one_round() -> None:
    course, _places = wishing("Puu")
    course.student("Aada")
    courses.add_deliverable(round=course.round, title="Raportti", due_on=TODAY, by=course.teacher, now=NOW)
    made = courses.repeat_round(round=course.round, by=course.colleague, now=NOW)
    assert courses.repeat_round(round=course.round, by=course.teacher, now=NOW) == made
    assert (made.state, made.made_from, made.teacher) == ("draft", course.round, course.colleague)
    assert made.starts_on == course.round.starts_on + timedelta(days=364)
    assert made.token != course.round.token
    assert (made.places.count(), made.entrants.count()) == (0, 0)
    assert [(one.title, one.due_on) for one in made.deliverables.all()] == [("Raportti", TODAY + timedelta(days=364))]
    with pytest.raises(courses.NotTheTeacher):
        courses.repeat_round(round=course.round, by=make_user(), now=NOW)


def test_whom_to_reach_is_asked_of_a_company_and_shown_to_its_own_students_alone() -> None:
    course = make_course()
    place = course.place("Puu", contact="Puu-Pekka, 040 765")
    other = course.place("Kivi", contact="Kivi-Kaisa, 050 111")
    with pytest.raises(courses_joining.ContactMissing) as told:
        courses_joining.edit_place(
            place=place, plan=PlacePlan("x", "fi", contact=" "), by=course.people["Puu"], now=NOW
        )
    assert told.value.field == "contact"
    course.go_on("wishes")
    aada, eero = course.student("Aada"), course.student("Eero")
    course.wish(aada, place)
    course.wish(eero, other)

    def page(who: Any) -> str:
        client = Client()
        if who is not None:
            client.force_login(who)
        return client.get(course.round.get_absolute_url()).content.decode()

    everybody = (None, aada.user, eero.user, course.people["Puu"], course.people["Kivi"])
    assert not any("040 765" in page(who) for who in (None, aada.user, eero.user, course.people["Kivi"]))
    course.allocate()
    assert [who for who in everybody if "040 765" in page(who)] == [aada.user, course.people["Puu"]]
    assert [who for who in everybody if "050 111" in page(who)] == [eero.user, course.people["Kivi"]]


# --- Companies and students ------------------------------------------------------------------------------------------


def test_a_company_signs_up_once_and_its_own_alone() -> None:
    course = make_course()
    place = course.place("Puu")
    assert kinds_to(course.teacher) == ["studies.course_place"]
    offer = PlacePlan(text="Lisää", language="fi", contact="Puu-Pekka")
    with pytest.raises(courses_joining.SignedUp):
        courses_joining.offer_place(
            round=course.round, profile=place.profile, plan=offer, by=course.people["Puu"], now=NOW
        )
    for profile in (place.profile, course.school):
        with pytest.raises(courses_joining.NotYourCompany):
            courses_joining.offer_place(round=course.round, profile=profile, plan=offer, by=course.teacher, now=NOW)
    with pytest.raises(courses_joining.LeastOverMost):
        courses_joining.edit_place(
            place=place, plan=PlacePlan("x", "fi", least=3, most=2, contact="P"), by=course.people["Puu"], now=NOW
        )
    with pytest.raises(courses_joining.NotYourCompany):
        courses_joining.edit_place(place=place, plan=offer, by=make_user(), now=NOW)
    with pytest.raises(courses_joining.NotYourCompany):
        courses_joining.withdraw_place(place=place, by=course.teacher, now=NOW)
    draft = make_course(state="draft")
    with pytest.raises(courses.NotNow):
        draft.place("Liian aikaisin")


def test_a_company_that_withdrew_can_come_back() -> None:
    course = make_course()
    place, owner = course.place("Puu"), course.people["Puu"]
    courses_joining.withdraw_place(place=place, by=owner, now=NOW)
    with pytest.raises(courses.NotNow):
        courses_joining.withdraw_place(place=place, by=owner, now=NOW)
    again = courses_joining.offer_place(
        round=course.round, profile=place.profile, plan=PlacePlan("Taas", "fi", contact="P"), by=owner, now=LATER
    )
    assert (again.pk, again.withdrawn_at, again.text) == (place.pk, None, "Taas")


def test_a_student_needs_the_link_or_a_student_profile() -> None:
    course = make_course()
    own = EntrantPlan(name="Aada")
    aada = make_user("Aada")
    with pytest.raises(courses_joining.NeedsLink):
        courses_joining.join(round=course.round, plan=own, by=aada, now=NOW, token="väärä")
    make_profile("Aada", by=aada, kind="student")
    made = courses_joining.join(round=course.round, plan=own, by=aada, now=NOW)
    assert courses_joining.join(round=course.round, plan=own, by=aada, now=NOW) == made
    CourseRound.objects.filter(pk=course.round.pk).update(state="running")
    with pytest.raises(courses.NotNow):
        course.student("Myöhäinen")


def test_minors_come_by_the_link_alone_and_their_names_are_never_shown() -> None:
    course = make_course(has_minors=True)
    aada = make_user("Aada")
    make_profile("Aada", by=aada, kind="student")
    with pytest.raises(courses_joining.NeedsLink):
        courses_joining.join(round=course.round, plan=EntrantPlan(name="Aada"), by=aada, now=NOW)
    entrant = course.student("Eero", shown_to_company=True)
    assert entrant.shown_to_company is False
    courses_joining.edit_entrant(
        entrant=entrant, plan=EntrantPlan(name="Eero", shown_to_company=True), by=entrant.user, now=NOW
    )
    entrant.refresh_from_db()
    assert entrant.shown_to_company is False


def test_groups_are_joined_by_code_until_they_are_full() -> None:
    course, [place] = wishing("Puu", group_most=2)
    one, two, three = (course.student(name) for name in ("Aada", "Eero", "Iida"))
    course.wish(one, place)
    team = courses_joining.make_team(entrant=one, name="Me", by=one.user, now=NOW)
    assert [wish.place for wish in team.wishes.all()] == [place]
    with pytest.raises(courses_joining.InGroup):
        courses_joining.make_team(entrant=one, name="Toinen", by=one.user, now=NOW)
    with pytest.raises(courses_joining.NoSuchGroup):
        courses_joining.join_team(entrant=two, code="XXXXXX", by=two.user, now=NOW)
    courses_joining.join_team(entrant=two, code=f" {team.code.lower()} ", by=two.user, now=NOW)
    with pytest.raises(courses_joining.InGroup):
        courses_joining.join_team(entrant=two, code=team.code, by=two.user, now=NOW)
    with pytest.raises(courses_joining.GroupIsFull):
        courses_joining.join_team(entrant=three, code=team.code, by=three.user, now=NOW)
    with pytest.raises(courses_joining.NotInRound):
        courses_joining.leave_team(entrant=two, by=three.user, now=NOW)
    courses_joining.leave_team(entrant=two, by=two.user, now=NOW)
    with pytest.raises(courses.NotNow):
        courses_joining.leave_team(entrant=two, by=two.user, now=NOW)
    courses_joining.leave_team(entrant=one, by=one.user, now=NOW)
    assert not course.round.teams.exists()
    alone = make_course(group_most=1)
    aino = alone.student("Aino")
    with pytest.raises(courses.NotNow):
        courses_joining.make_team(entrant=aino, name="Me", by=aino.user, now=NOW)


def test_wishes_are_of_what_is_offered_and_in_their_time() -> None:
    course, [puu, metalli] = wishing("Puu", "Metalli")
    aada = course.student("Aada")
    course.wish(aada, metalli, puu)
    assert [wish.place for wish in aada.wishes.all()] == [metalli, puu]
    course.wish(aada, puu)
    assert [wish.place for wish in aada.wishes.all()] == [puu]
    for bad in ([puu.pk, puu.pk], [0]):
        with pytest.raises(courses_joining.NotAWish):
            courses_joining.set_wishes(entrant=aada, places=bad, by=aada.user, now=NOW)
    with pytest.raises(courses_joining.NotInRound):
        courses_joining.set_wishes(entrant=aada, places=[], by=course.teacher, now=NOW)
    course.allocate()
    with pytest.raises(courses.NotNow):
        course.wish(aada, metalli)


# --- Work, feedback, forgetting --------------------------------------------------------------------------------------


def under_way() -> tuple[Course, OfferedPlace, Entrant]:
    course, [puu] = wishing("Puu")
    aada = course.student("Aada", shown_to_company=True)
    course.wish(aada, puu)
    course.allocate()
    course.go_on("running")
    return course, puu, aada


def test_work_is_handed_in_once_and_the_newest_holds() -> None:
    course, puu, aada = under_way()
    report = courses.add_deliverable(
        round=course.round, title="Raportti", due_on=TODAY + timedelta(days=2), by=course.teacher, now=NOW
    )
    asked: dict[str, Any] = {"deliverable": report, "file": None, "shown_to_company": True, "now": NOW}
    with pytest.raises(courses_work.NothingToHandIn):
        courses_work.hand_in(**asked, link="", by=aada.user)
    with pytest.raises(courses_joining.NotInRound):
        courses_work.hand_in(**asked, link="https://a.example/", by=course.people["Puu"])
    courses_work.hand_in(**{**asked, "file": Prepared("raportti.pdf", "pdf", b"%PDF-1")}, link="", by=aada.user)
    courses_work.hand_in(**asked, link="https://a.example/", by=aada.user)
    [kept] = HandIn.objects.all()
    assert (kept.link, kept.name) == ("https://a.example/", "")
    assert queries.handed_to(puu, courses.newest_given(course.round)) == [kept]
    with pytest.raises(courses.NotNow):
        courses.drop_deliverable(deliverable=report, by=course.teacher, now=NOW)


def test_who_has_not_handed_in_is_reminded_once() -> None:
    course, _puu, aada = under_way()
    soon = courses.add_deliverable(
        round=course.round, title="Raportti", due_on=TODAY + timedelta(days=2), by=course.teacher, now=NOW
    )
    far = courses.add_deliverable(
        round=course.round, title="Esitys", due_on=TODAY + timedelta(days=9), by=course.teacher, now=NOW
    )
    assert (courses_care.remind(now=NOW), courses_care.remind(now=NOW)) == (1, 0)
    assert kinds_to(aada.user)[-1] == "studies.course_due"
    courses.drop_deliverable(deliverable=soon, by=course.teacher, now=NOW)
    courses_work.hand_in(
        deliverable=far, file=None, link="https://a.example/", shown_to_company=False, by=aada.user, now=NOW
    )
    courses_care.remind(now=NOW + timedelta(days=8))
    assert kinds_to(aada.user).count("studies.course_due") == 1


def test_each_side_is_asked_at_the_end_and_says_it_once() -> None:
    course, _puu, aada = under_way()
    course.go_on("ended")
    assert kinds_to(aada.user)[-1] == kinds_to(course.people["Puu"])[-1] == "studies.course_feedback"
    for grade in (3, 5):
        courses_work.give_feedback(round=course.round, grade=grade, text=" Hyvä ", by=aada.user, now=NOW)
    courses_work.give_feedback(round=course.round, grade=4, text="", by=course.people["Puu"], now=NOW)
    with pytest.raises(courses_joining.NotInRound):
        courses_work.give_feedback(round=course.round, grade=1, text="", by=course.teacher, now=NOW)
    assert list(CourseFeedback.objects.order_by("grade").values_list("grade", flat=True)) == [4, 5]
    assert [one.of for one in queries.feedback_of(course.round)] == ["Yritykset"], "of one student all would know"


def test_what_is_about_students_goes_a_set_time_after_the_end() -> None:
    course, _puu, aada = under_way()
    course.go_on("ended")
    courses_work.give_feedback(round=course.round, grade=5, text="Hyvä", by=aada.user, now=NOW)
    assert courses_care.forget_old(now=NOW + timedelta(days=89)) == 0
    assert courses_care.forget_old(now=NOW + timedelta(days=90)) == 1
    assert courses_care.forget_old(now=NOW + timedelta(days=90)) == 0
    assert not Entrant.objects.exists()
    assert not Placement.objects.exists()
    assert not CourseFeedback.objects.exists()
    assert CourseRound.objects.get().places.count() == 1
    with pytest.raises(courses.NotNow):
        courses_work.give_feedback(round=course.round, grade=5, text="", by=course.people["Puu"], now=NOW)


def test_a_company_that_is_taken_down_withdraws() -> None:
    _course, puu, aada = under_way()
    puu.profile.status = "taken_down"
    puu.profile.save()
    courses_care.profile_changed(puu.profile_id, LATER)
    puu.refresh_from_db()
    assert puu.withdrawn_at == LATER
    assert kinds_to(aada.user)[-1] == "studies.course_lost"


def test_the_export_holds_what_is_known_of_the_student() -> None:
    _course, _puu, aada = under_way()
    [one] = queries.export_of(aada.user)["rounds"]
    assert (one["name"], one["wishes"]) == ("Aada", ["Puu Oy"])


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_notice_can_be_read_in_each_language_and_names_no_student(language: str) -> None:
    course, puu, aada = under_way()
    report = courses.add_deliverable(round=course.round, title="Raportti", due_on=TODAY, by=course.teacher, now=NOW)
    context = {"round": course.round.pk, "place": puu.pk, "students": 2, "deliverable": report.pk}
    with translation.override(language):
        for kind in notices_courses.KINDS:
            state = "companies" if kind.key == "studies.course_open" else "running"
            CourseRound.objects.update(state=state)
            notice = kind.render(context)
            assert notice.url.startswith(f"/{language}/studies/courses/{course.round.pk}/")
            assert "%(" not in notice.title + notice.text
            assert aada.name not in notice.title + notice.text


def test_every_sweep_names_a_task_that_exists() -> None:
    known = {tasks.run_allocation.name, tasks.sweep_allocations.name, tasks.sweep_courses.name}
    assert {name for name, _seconds in tasks.SWEEPS.values()} | {courses_allocating.RUN} == known
