"""The coordinator's figures: what is counted in which month, small numbers of students, who may look, the files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Profile, User
from opportunities.models import Answer, Opportunity
from studies.models import Allocation, CourseRound, OfferedPlace, SeasonWish, Thesis, Topic
from studies.queries import figures as queries
from studies.services import courses_care, seasons_ending
from tests.factories.people import NOW, make_profile, make_user

from .coursing import make_course
from .summering import ANSWERING, OPEN, make_summer
from .working import make_work

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 6, 15, 9, tzinfo=UTC)


def day(month: int, date: int = 10, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, date, hour, tzinfo=UTC)


def offer(kind: str = "partner", *, opened: datetime, closes: datetime, **more: Any) -> Opportunity:
    profile = more.pop("profile", None) or make_profile()
    return Opportunity.objects.create(
        profile=profile, direction="offer", kind=kind, title="Tarjous", text="Teksti", language="fi",
        state=more.pop("state", "open"), last_day=closes.date(), closes_at=closes, published_at=opened, **more,
    )  # fmt: skip


def closed(at: datetime, outcome: str = "here") -> dict[str, Any]:
    return {"state": "closed", "closed_at": at, "outcome": outcome}


def answer(opportunity: Opportunity, at: datetime, profile: Profile | None = None) -> None:
    Answer.objects.create(opportunity=opportunity, profile=profile or make_profile(), at=at)


def column(found: queries.Figures, name: str) -> list[int]:
    return [getattr(found.by_month[month], name) for month in found.months]


@pytest.fixture
def late(clock: Any) -> Any:
    clock.move_to(LATE)
    return clock


class TestCounting:
    def test_open_in_the_last_moment_of_the_month_and_now(self) -> None:
        offer(opened=day(1), closes=day(3))
        offer(opened=day(2), closes=day(8), **closed(day(4)))
        offer(opened=day(5), closes=day(9))
        found = queries.figures(2026, LATE)
        assert found.months == [1, 2, 3, 4, 5, 6]
        assert column(found, "open") == [1, 2, 1, 0, 1, 1]
        assert found.whole.open == 1

    def test_answered_and_came_true_in_their_own_months_with_the_middle_time(self) -> None:
        for hours in (10, 20, 90):
            answer(offer(opened=day(2), closes=day(8)), day(2) + timedelta(hours=hours))
        true = offer(opened=day(1), closes=day(6), **closed(day(5)))
        answer(true, day(3))
        answer(true, day(4))
        offer(opened=day(1), closes=day(6), **closed(day(5), "elsewhere"))
        offer(opened=day(1), closes=day(6), **closed(day(5), "not_needed"))
        found = queries.figures(2026, LATE)
        assert column(found, "answered") == [0, 3, 1, 0, 0, 0]
        assert column(found, "realised") == [0, 0, 0, 0, 1, 0]
        assert found.by_month[2].hours == 20
        assert found.by_month[5].hours is None
        assert (found.whole.answered, found.whole.realised) == (4, 1)

    def test_drafts_and_what_was_taken_down_count_for_nothing(self) -> None:
        offer(opened=day(1), closes=day(8), state="taken_down")
        draft = offer(opened=day(1), closes=day(8), state="draft")
        Opportunity.objects.filter(pk=draft.pk).update(published_at=None)
        found = queries.figures(2026, LATE)
        assert (found.whole.open, found.by_kind) == (0, {})

    def test_by_kind_and_the_months_of_one(self) -> None:
        offer("pilot", opened=day(1), closes=day(8))
        answer(offer("expertise", opened=day(1), closes=day(8)), day(2))
        found = queries.figures(2026, LATE, "expertise")
        assert list(found.by_kind) == ["pilot", "expertise"]
        assert (found.by_kind["pilot"].open, found.by_kind["expertise"].answered) == (1, 1)
        assert column(found, "open") == [1] * 6
        assert found.counts[2, "expertise"].answered == 1
        assert found.counts[2, "pilot"].answered == 0

    def test_a_year_begins_at_local_midnight(self) -> None:
        offer(opened=day(6, year=2025), closes=day(1), **closed(datetime(2025, 12, 31, 22, 30, tzinfo=UTC)))
        assert queries.figures(2026, LATE).whole.realised == 1
        assert queries.figures(2025, LATE).whole.realised == 0

    def test_last_year_has_twelve_months(self) -> None:
        offer(opened=day(6, year=2025), closes=day(2))
        found = queries.figures(2025, LATE)
        assert column(found, "open") == [0] * 5 + [1] * 7
        assert queries.years(LATE) == [2026, 2025]

    def test_nothing_at_all(self) -> None:
        found = queries.figures(2026, LATE)
        assert (found.whole.open, found.new_firms, found.placed.total, found.finished.total) == (0, 0, 0, 0)
        assert queries.years(LATE) == [2026]

    def test_companies_that_had_never_come_before(self) -> None:
        old, new, school = make_profile(), make_profile(), make_profile(kind=Profile.Kind.EDUCATION)
        offer(opened=day(3, year=2025), closes=day(4, year=2025), profile=old)
        offer(opened=day(3), closes=day(8), profile=old)
        here = offer(opened=day(4), closes=day(8), profile=school)
        answer(here, day(5), new)
        answer(here, day(6, 1), make_profile(kind=Profile.Kind.ASSOCIATION))
        found = queries.figures(2026, LATE)
        assert found.firms == {1: 0, 2: 0, 3: 0, 4: 0, 5: 1, 6: 0}


class TestStudents:
    def test_a_topic_lives_among_theses_and_a_signed_agreement_is_what_came_true(self) -> None:
        work = make_work()
        work.open(title="Avoin aihe")
        begun = work.under_way(title="Toinen aihe")
        found = queries.figures(2026, LATE)
        thesis = found.by_kind["thesis"]
        assert (thesis.open, thesis.answered, thesis.realised) == (1, 1, 1)
        assert column(found, "open") == [0, 0, 1, 1, 1, 1]
        assert begun.topic is not None
        assert found.firms[3] == 1

    def test_a_small_number_of_students_is_not_told(self) -> None:
        work = make_work()
        done = work.finished()
        found = queries.figures(2026, LATE)
        assert (found.finished.total, found.placed.total) == (None, None)
        assert (found.finished.by_month[3], found.placed.by_kind["thesis"]) == (None, None)
        for n in range(4):
            Thesis.objects.create(
                title=f"Työ {n}", language="fi", level="applied", state="finished", state_since=NOW, begun_at=NOW,
                ended_at=day(5),
            )  # fmt: skip
        found = queries.figures(2026, LATE)
        assert done.is_done
        assert found.finished.total == 5
        assert found.placed.by_kind == {"thesis": 5, "course": 0, "internship": 0, "summer_job": 0}
        # Four in May would be told by the whole and by March: neither is shown.
        assert (found.finished.by_month[3], found.finished.by_month[5]) == (None, None)

    def test_work_that_was_broken_off_is_not_finished(self) -> None:
        Thesis.objects.create(
            title="Työ", language="fi", level="applied", state="broken_off", state_since=NOW, ended_at=day(5)
        )
        assert queries.figures(2026, LATE).finished.total == 0

    def test_a_summer_job_that_was_found_here_places_somebody(self) -> None:
        for _n in range(6):
            offer("summer_job", opened=day(2), closes=day(6), **closed(day(4)))
        offer("partner", opened=day(2), closes=day(6), **closed(day(4)))
        found = queries.figures(2026, LATE)
        assert (found.placed.total, found.placed.by_kind["summer_job"], found.placed.by_month[4]) == (6, 6, 6)

    def test_a_season_counts_its_students_and_not_its_places(self) -> None:
        summer = make_summer()
        place = summer.place("Puu", seats=6)
        for n in range(6):
            summer.accept(summer.offer(summer.student(f"Nuori {n}", place), place))
        seen = OPEN + timedelta(days=1)
        assert queries.figures(2026, seen).placed.total == 6
        seasons_ending.close_season(season=summer.season, by=summer.host, now=ANSWERING)
        SeasonWish.objects.all().delete()
        later = queries.figures(2026, ANSWERING + timedelta(days=1))
        assert (later.placed.total, later.placed.by_kind["summer_job"]) == (6, 6)

    def test_course_places_count_and_stay_when_names_have_gone(self) -> None:
        course = make_course()
        place = course.place("Puu", most=6)
        empty = course.place("Kivi", most=6)
        course.go_on("wishes")
        for n in range(5):
            course.wish(course.student(f"Opiskelija {n}"), place)
        course.allocate()
        before = queries.figures(2026, LATE)
        assert (before.placed.total, before.placed.by_kind["course"], before.placed.by_month[3]) == (5, 5, 5)
        assert (before.by_kind["course"].answered, before.by_kind["course"].realised) == (1, 1)
        assert before.by_month[3].open == 0
        CourseRound.objects.filter(pk=course.round.pk).update(state="ended", forget_on=LATE.date())
        assert courses_care.forget_old(now=LATE) == 1
        assert not Allocation.objects.exists()
        assert not course.round.entrants.exists()
        after = queries.figures(2026, LATE)
        assert (after.placed, after.by_kind, after.counts) == (before.placed, before.by_kind, before.counts)
        assert set(OfferedPlace.objects.values_list("pk", "students")) == {(place.pk, 5), (empty.pk, 0)}


@pytest.mark.usefixtures("late")
class TestPages:
    @pytest.mark.parametrize("name", ["study_figures", "study_figures_file"])
    def test_for_coordinators_alone(self, name: str) -> None:
        work = make_work()
        url = reverse(name, kwargs={"ending": "csv"} if name == "study_figures_file" else {})
        anu = make_user("Anu", is_coordinator=True)
        people: list[tuple[User | None, int]] = [
            (None, 403), (work.outi, 403), (work.onni, 403), (work.teacher, 403), (anu, 200),
        ]  # fmt: skip
        for person, status in people:
            assert as_user(person).get(url).status_code == status, person
            assert as_user(person).post(url).status_code in (403, 405), person
        home = reverse("study_figures")
        assert home in as_user(anu).get(reverse("desk")).content.decode()

    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, count: int, django_assert_num_queries: Any) -> None:
        work = make_work()
        for n in range(count):
            answer(offer(opened=day(2), closes=day(8)), day(3))
            work.under_way(title=f"Aihe {n}")
            course = make_course()
            place = course.place(f"Yritys {n}")
            course.go_on("wishes")
            course.wish(course.student(f"Opiskelija {n}"), place)
            course.allocate()
        client = as_user(make_user("Anu", is_coordinator=True))
        client.get(reverse("study_figures"))
        with django_assert_num_queries(17):
            client.get(reverse("study_figures"))

    def test_the_picture_says_its_numbers_and_a_kind_is_chosen(self) -> None:
        answer(offer("pilot", opened=day(2), closes=day(8)), day(2) + timedelta(hours=5))
        client = as_user(make_user("Anu", is_coordinator=True))
        page = client.get(reverse("study_figures")).content.decode()
        assert "Tammikuu: 0; Helmikuu: 1; Maaliskuu: 1" in page
        assert "?kind=pilot#months" in page
        chosen = client.get(reverse("study_figures"), {"kind": "pilot"})
        assert chosen.context["kind"] == "pilot"
        for odd in ({"kind": "x"}, {"year": "1999"}, {"year": "x'"}, {"kind": "<b>"}):
            answered = client.get(reverse("study_figures"), odd)
            assert (answered.status_code, answered.context["year"], answered.context["kind"]) == (200, 2026, "")

    def test_files(self) -> None:
        answer(offer("pilot", opened=day(2), closes=day(8)), day(3))
        client = as_user(make_user("Anu", is_coordinator=True))
        table = client.get(reverse("study_figures_file", kwargs={"ending": "csv"}))
        lines = table.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + 6 + 5
        assert lines[2].split(";")[0] == "Helmikuu"
        assert table["Content-Disposition"] == 'attachment; filename="figures-2026.csv"'
        book = client.get(reverse("study_figures_file", kwargs={"ending": "xlsx"}))
        sheet: Any = load_workbook(BytesIO(book.content)).active
        rows = list(sheet.iter_rows(values_only=True))
        assert [";".join(cell or "" for cell in row) for row in rows] == lines
        assert client.get(reverse("study_figures") + "x").status_code == 404


def as_user(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def test_a_topic_that_was_changed_has_no_time_below_nought() -> None:
    work = make_work()
    topic = work.open()
    work.apply(topic)
    Topic.objects.filter(pk=topic.pk).update(published_at=NOW + timedelta(days=3))
    found = queries.figures(2026, LATE)
    assert (found.by_kind["thesis"].answered, found.by_kind["thesis"].hours) == (1, None)
