"""Who may see what of a course round: each kind of person × every page and file, and what companies learn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, Representative
from networks.services.board_files import Prepared
from studies.models import CourseRound
from studies.rules import courses as rules
from studies.services import courses, courses_joining, courses_work
from tests.factories.people import NOW, make_profile, make_user

from .coursing import TODAY, Course, make_course, plan

pytestmark = pytest.mark.django_db

VISITOR, OTHER_COMPANY, COMPANY, STUDENT, OTHER_STUDENT = (
    "visitor",
    "other company",
    "company",
    "student",
    "other student",
)
TEACHER, COLLEAGUE, OTHER_TEACHER, COORDINATOR = "teacher", "colleague", "other teacher", "coordinator"
MATE = "student of the group"
WHO = (VISITOR, COMPANY, OTHER_COMPANY, STUDENT, MATE, OTHER_STUDENT, TEACHER, COLLEAGUE, OTHER_TEACHER, COORDINATOR)
RUN = {TEACHER, COLLEAGUE}
IN = {STUDENT, MATE}
NAME = "Salainen Aada"


class Scene:
    def __init__(self, *, state: str = "running", shows: bool = False, has_minors: bool = False) -> None:
        self.course = course = make_course(has_minors=has_minors)
        self.place = course.place("Puu", most=4)
        course.go_on("wishes")
        self.aada = course.student(NAME, shown_to_company=shows)
        self.eero = course.student("Salainen Eero")
        self.iida = course.student("Salainen Iida")
        team = courses_joining.make_team(entrant=self.aada, name="Salainen ryhmä", by=self.aada.user, now=NOW)
        courses_joining.join_team(entrant=self.eero, code=team.code, by=self.eero.user, now=NOW)
        course.wish(self.aada, self.place)
        self.made = course.allocate()
        self.report = courses.add_deliverable(
            round=course.round, title="Raportti", due_on=TODAY, by=course.teacher, now=NOW
        )
        course.go_on("running")
        self.file = courses_work.hand_in(
            deliverable=self.report, file=Prepared("raportti.pdf", "pdf", b"%PDF-1"), link="", shown_to_company=shows,
            by=self.aada.user, now=NOW,
        )  # fmt: skip
        CourseRound.objects.filter(pk=course.round.pk).update(state=state)
        elsewhere = make_user("Outi")
        make_profile("Muu Oy", by=elsewhere)
        stranger = make_user("Opiskelija Muualta")
        make_profile("Opiskelija", by=stranger, kind=Profile.Kind.STUDENT)
        self.people = {
            VISITOR: None,
            COMPANY: course.people["Puu"],
            OTHER_COMPANY: elsewhere,
            STUDENT: self.aada.user,
            MATE: self.eero.user,
            OTHER_STUDENT: stranger,
            TEACHER: course.teacher,
            COLLEAGUE: course.colleague,
            OTHER_TEACHER: make_course().teacher,
            COORDINATOR: make_user("Anu", is_coordinator=True),
        }

    def client(self, who: str) -> Client:
        client, person = Client(), self.people[who]
        if person is not None:
            client.force_login(person)
        return client

    def url(self, name: str, **more: Any) -> str:
        return reverse(name, kwargs={"pk": self.course.round.pk, **more})


def pages(scene: Scene) -> dict[str, tuple[str, set[str]]]:
    everybody = set(WHO)
    return {
        "course": (scene.url("course"), everybody),
        "list": (reverse("courses"), everybody),
        "hub": (reverse("studies"), everybody),
        "new": (reverse("course_new"), RUN | {OTHER_TEACHER}),
        "sign up": (scene.url("course_sign_up"), {COMPANY, OTHER_COMPANY}),
        "withdraw": (scene.url("course_withdraw"), {COMPANY}),
        "join": (scene.url("course_join"), {OTHER_STUDENT}),
        "link": (scene.url("course_join_link", token=scene.course.round.token), everybody - IN - {VISITOR}),
        "wrong link": (scene.url("course_join_link", token="x"), {OTHER_STUDENT}),
        "me": (scene.url("course_me"), IN),
        "leave": (scene.url("course_leave"), IN),
        "group": (scene.url("course_group"), IN),
        "wishes": (scene.url("course_wishes"), IN),
        "hand in": (scene.url("course_hand_in", deliverable=scene.report.pk), IN),
        "feedback": (scene.url("course_feedback"), IN | {COMPANY}),
        "file": (scene.url("course_file", file=scene.file.pk), IN | RUN),
        "desk": (scene.url("course_desk"), RUN),
        "edit": (scene.url("course_edit"), RUN),
        "deliverables": (scene.url("course_deliverables"), RUN),
        "move": (scene.url("course_move", party=2 * scene.aada.team_id + 1 if scene.aada.team_id else 0), RUN),
    }


def status(client: Client, url: str) -> int:
    answer: Any = client.get(url)
    if answer.streaming:
        assert b"".join(answer.streaming_content) == b"%PDF-1"
    if answer.status_code == 302 and "/login/" in answer["Location"]:
        return 401
    return int(answer.status_code)


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setitem(vars(storages["private"]), "location", str(tmp_path))


def test_each_sees_what_is_theirs_and_nothing_more() -> None:
    scene = Scene()
    scene.aada.refresh_from_db()
    wrong = []
    for name, (url, allowed) in pages(scene).items():
        for who in WHO:
            got = status(scene.client(who), url)
            joined = name in ("join", "link", "wrong link") and who in IN
            right = got == 302 if joined else (got == 200) == (who in allowed) and got in (200, 401, 403, 404)
            if not right:
                wrong.append((name, who, got))
    assert wrong == []


def test_a_draft_is_there_for_its_teachers_alone() -> None:
    scene = Scene(state="draft")
    for who in WHO:
        expected = 200 if who in RUN | IN else 404
        assert status(scene.client(who), scene.url("course")) == expected, who
        listed = scene.client(who).get(reverse("courses")).content.decode()
        assert (f'href="{scene.course.round.get_absolute_url()}"' in listed) == (who in RUN), who


@pytest.mark.parametrize("shows", [False, True])
def test_a_company_learns_a_name_and_a_file_only_when_the_student_says_so(shows: bool) -> None:
    scene = Scene(shows=shows)
    answer = scene.client(COMPANY).get(scene.url("course"))
    text = answer.content.decode()
    assert answer.context["coming"] == 3
    assert (NAME in text, "raportti.pdf" in text) == (shows, shows)
    assert "Salainen Eero" not in text
    assert "Salainen ryhmä" not in text
    assert status(scene.client(COMPANY), scene.url("course_file", file=scene.file.pk)) == (200 if shows else 404)
    for who in (VISITOR, OTHER_COMPANY, OTHER_STUDENT, OTHER_TEACHER, COORDINATOR):
        for page in ("course", "course_join"):
            assert "Salainen" not in scene.client(who).get(scene.url(page)).content.decode()


def test_of_minors_a_company_learns_no_name_though_one_was_to_be_shown() -> None:
    scene = Scene(shows=True, has_minors=True)
    scene.course.round.entrants.update(shown_to_company=True)
    assert NAME not in scene.client(COMPANY).get(scene.url("course")).content.decode()


def test_before_the_places_are_given_a_company_learns_nothing() -> None:
    course = make_course()
    course.place("Puu")
    course.go_on("wishes")
    aada = course.student(NAME, shown_to_company=True)
    course.wish(aada, course.round.places.get())
    course.allocate(publish=False)
    client = Client()
    client.force_login(course.people["Puu"])
    text = client.get(course.round.get_absolute_url()).content.decode()
    assert NAME not in text


@pytest.mark.parametrize(("kind", "own"), [("education", rules.schools_of), ("company", rules.profiles_to_offer)])
def test_who_only_represents_is_asked_for_nothing_by_a_colleagues_role(kind: str, own: Any) -> None:
    owner, member = make_user(), make_user()
    profile = make_profile("Koulu", by=owner, kind=kind)
    Representative.objects.create(profile=profile, user=member, role="member", since=NOW)
    assert [list(own(one)) for one in (owner, member)] == [[profile], []]


@pytest.mark.parametrize("act", ["go-on", "allocate", "again", "publish", "teacher", "repeat"])
def test_only_those_who_teach_there_press_the_teachers_buttons(act: str) -> None:
    scene = Scene()
    for who in WHO:
        if who in RUN:
            continue
        answer = scene.client(who).post(scene.url("course_act", act=act), {"seen": "running"})
        assert answer.status_code == 403 or "/login/" in answer["Location"], who
    assert CourseRound.objects.filter(made_from=scene.course.round).count() == 0


def test_the_teachers_presses_do_their_work() -> None:
    scene = Scene()
    client = scene.client(TEACHER)
    assert client.post(scene.url("course_act", act="nothing")).status_code == 404
    client.post(scene.url("course_act", act="teacher"), {"teacher": scene.course.colleague.pk})
    client.post(scene.url("course_act", act="go-on"), {"seen": "running"})
    round = CourseRound.objects.get(pk=scene.course.round.pk)
    assert (round.state, round.teacher) == ("ended", scene.course.colleague)
    client.post(scene.url("course_act", act="repeat"))
    made = CourseRound.objects.get(made_from=round)
    assert client.get(reverse("course_desk", kwargs={"pk": made.pk})).status_code == 200


def form_of_round(school: Profile) -> dict[str, Any]:
    days = {name: (TODAY + timedelta(days=n)).isoformat()
            for n, name in enumerate(("companies_until", "wishes_until", "starts_on", "ends_on"))}  # fmt: skip
    return {"school": school.pk, "name": "Kierros", "text": "Teksti", "language": "fi", "group_most": 2, **days}


def test_a_whole_round_in_the_browser_without_scripts() -> None:
    """Each side's forms, one after the other, as they are sent."""
    course = make_course()
    teacher, company, student = Client(), Client(), Client()
    teacher.force_login(course.teacher)
    bad = teacher.post(reverse("course_new"), {**form_of_round(course.school), "ends_on": "2020-01-01"})
    assert (bad.status_code, "Kierros" in bad.content.decode()) == (422, True)
    assert teacher.post(reverse("course_new"), form_of_round(course.school)).status_code == 302
    round = CourseRound.objects.get(name="Kierros")
    at = {"pk": round.pk}
    teacher.post(reverse("course_edit", kwargs=at), {**form_of_round(course.school), "name": "Kierros 2"})
    teacher.post(reverse("course_deliverables", kwargs=at), {"title": "Raportti", "due_on": TODAY.isoformat()})
    teacher.post(reverse("course_act", kwargs={**at, "act": "go-on"}), {"seen": "draft"})
    owners = [make_user(), make_user()]
    for n, owner in enumerate(owners):
        company.force_login(owner)
        profile = make_profile(f"Yritys {n}", by=owner)
        place = {
            "profile": profile.pk,
            "text": "Data",
            "contact": "Puu-Pekka",
            "language": "fi",
            "least": 1,
            "most": 1,
            "municipality": "167",
        }
        refused = company.post(reverse("course_sign_up", kwargs=at), {**place, "least": 3})
        assert (refused.status_code, "Data" in refused.content.decode()) == (422, True)
        assert company.post(reverse("course_sign_up", kwargs=at), place).status_code == 302
        assert company.post(reverse("course_sign_up", kwargs=at), {**place, "most": 2}).status_code == 302
    teacher.post(reverse("course_act", kwargs={**at, "act": "go-on"}), {"seen": "companies"})
    student.force_login(make_user("Aada"))
    link = reverse("course_join_link", kwargs={**at, "token": round.token})
    assert student.post(link, {"name": "Aada", "languages": ["fi"]}).status_code == 302
    assert student.post(reverse("course_me", kwargs=at), {"name": "Aada A", "most_km": "50"}).status_code == 302
    assert student.post(reverse("course_group", kwargs=at), {"what": "join", "code": "XXXXXX"}).status_code == 422
    assert student.post(reverse("course_group", kwargs=at), {"what": "make", "name": "Me"}).status_code == 302
    assert student.post(reverse("course_group", kwargs=at), {"what": "leave"}).status_code == 302
    one, two = (place.pk for place in round.places.order_by("pk"))
    wishes = reverse("course_wishes", kwargs=at)
    same = student.post(wishes, {f"place_{one}": "1", f"place_{two}": "1"})
    assert same.status_code == 422
    student.post(wishes, {f"place_{one}": "1", f"place_{two}": "2", "up": str(two)})
    entrant = round.entrants.get()
    assert list(entrant.wishes.values_list("place", flat=True)) == [two, one]
    student.post(wishes, {f"place_{two}": "1", f"place_{one}": "2", "down": str(two)})
    assert list(entrant.wishes.values_list("place", flat=True)) == [one, two]
    course.round, course.teacher = CourseRound.objects.get(pk=round.pk), course.teacher
    made = course.allocate(publish=False)
    move = reverse("course_move", kwargs={**at, "party": 2 * entrant.pk})
    shown = teacher.post(move, {"place": two})
    assert (shown.status_code, shown.context["move"].cost) == (200, 1)
    assert teacher.post(move, {"place": two, "cost": "7", "keep": "yes"}).status_code == 422
    assert teacher.post(move, {"place": two, "cost": "1", "keep": "yes"}).status_code == 302
    assert made.placements.get().place_id == two
    teacher.post(reverse("course_act", kwargs={**at, "act": "publish"}), {"allocation": made.pk})
    assert "Yritys 1" in student.get(reverse("course", kwargs=at)).content.decode()
    hand_in = reverse("course_hand_in", kwargs={**at, "deliverable": round.deliverables.get().pk})
    assert student.post(hand_in, {}).status_code == 422
    assert student.post(hand_in, {"link": "https://a.example/"}).status_code == 302
    company.post(reverse("course_withdraw", kwargs=at))
    assert made.placements.get().place is None
    teacher.post(reverse("course_act", kwargs={**at, "act": "again"}))
    teacher.post(reverse("course_act", kwargs={**at, "act": "go-on"}), {"seen": "allocated"})
    assert student.post(reverse("course_feedback", kwargs=at), {"grade": "5"}).status_code == 302
    assert student.post(reverse("course_leave", kwargs=at)).status_code == 302
    assert not round.entrants.exists()


@pytest.mark.parametrize("name", ["courses", "course_desk"])
def test_lists_have_a_fixed_number_of_queries(name: str, django_assert_num_queries: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("core.nav._tools", {})
    course = make_course()
    client = Client()
    client.force_login(course.teacher)
    url = reverse(name, kwargs={} if name == "courses" else {"pk": course.round.pk})
    client.get(url)
    grow(course, 1)
    queries = {"courses": 5, "course_desk": 15}[name]
    with django_assert_num_queries(queries):
        client.get(url)
    grow(course, 2)
    with django_assert_num_queries(queries):
        client.get(url)


def grow(course: Course, count: int) -> None:
    """So many more rounds, places, students and deliverables."""
    for n in range(count):
        made = courses.open_round(plan=plan(), school=course.school, by=course.teacher, now=NOW)
        course.place(f"Yritys {course.round.places.count()} {n}")
        course.student(f"Opiskelija {course.round.entrants.count()}")
        courses.add_deliverable(round=course.round, title="Työ", due_on=TODAY, by=course.teacher, now=NOW)
        assert made.pk
