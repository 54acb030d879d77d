"""A school's page and the calendar of all schools: saving, what cannot be, who may, how many reads, the file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts.models import Profile, Representative, User
from accounts.services import claims
from core.errors import StaleSave
from core.models import AuditEvent
from studies.models import ContactPerson, SchoolPage, SuitableWeeks, Term
from studies.services import schools as services
from studies.services.schools import BadRow, NotYourSchool, PagePlan, PersonPlan, ProgrammePlan, TermPlan, WeeksPlan
from tests.factories.people import NOW, make_profile, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TERM = TermPlan("Kevät", date(2026, 1, 7), date(2026, 5, 29), row=1)
PERSON = PersonPlan("Kaisa Koulu", "Opinnäytteet", "kaisa@koulu.example", "", row=1)
WEEKS = WeeksPlan("thesis", 36, 50, "Aiheet elokuussa", row=1)


def plan(**changes: Any) -> PagePlan:
    values: dict[str, Any] = {
        "text": "Soittakaa ensin.",
        "language": "fi",
        "programmes": [ProgrammePlan("Puutekniikka", "applied", "https://koulu.example/puu", row=1)],
        "people": [PERSON],
        "terms": [TERM],
        "weeks": [WEEKS],
    }
    return PagePlan(**{**values, **changes})


def make_school(name: str = "Joen koulu", **fields: Any) -> tuple[Profile, User]:
    teacher = make_user(f"{name} Opettaja")
    return make_profile(name, by=teacher, kind=Profile.Kind.EDUCATION, **fields), teacher


def saved(school: Profile, by: User, **changes: Any) -> SchoolPage:
    return services.save_page(school=school, plan=plan(**changes), by=by, now=NOW)


def as_user(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def entries_of(content: bytes) -> list[Any]:
    found: Any = Calendar.from_ical(content)
    return list(found.walk("VEVENT"))


def edit_url(school: Profile) -> str:
    return reverse("school_edit", kwargs={"slug": school.slug})


def sent(**changes: str) -> dict[str, str]:
    """The form as a browser sends it, with one row in each part."""
    return {
        "text": "Soittakaa ensin.", "language": "fi", "stamp": "0",
        "programmes_rows": "1", "people_rows": "1", "terms_rows": "1", "weeks_rows": "1",
        "programmes_1_name": "Puutekniikka", "programmes_1_level": "applied", "programmes_1_website": "",
        "people_1_name": "Kaisa Koulu", "people_1_about": "", "people_1_email": "kaisa@koulu.example",
        "people_1_phone": "", "terms_1_name": "Kevät", "terms_1_starts_on": "2026-01-07",
        "terms_1_ends_on": "29.5.2026", "weeks_1_kind": "thesis", "weeks_1_first": "36", "weeks_1_last": "50",
        "weeks_1_note": "", **changes,
    }  # fmt: skip


class TestSaving:
    def test_it_goes_when_the_school_is_taken_back(self) -> None:
        school, teacher = make_school()
        saved(school, teacher)
        claims.unclaim(profile=school, by=make_user(is_coordinator=True), now=NOW)
        assert not SchoolPage.objects.exists()
        assert not ContactPerson.objects.exists()

    def test_all_of_it_at_once_and_anew(self) -> None:
        school, teacher = make_school()
        page = saved(school, teacher)
        assert (page.version, page.programmes.get().name, page.people.get().about) == (
            1,
            "Puutekniikka",
            "Opinnäytteet",
        )
        assert (page.terms.get().ends_on, page.weeks.get().last) == (date(2026, 5, 29), 50)
        again = saved(school, teacher, people=(), weeks=[WEEKS, WeeksPlan("visit", 45, 8)])
        assert (again.pk, again.version) == (page.pk, 2)
        assert not ContactPerson.objects.exists()
        assert list(again.weeks.values_list("kind", "first", "last")) == [("thesis", 36, 50), ("visit", 45, 8)]
        assert AuditEvent.objects.filter(action="school.page_saved").count() == 2

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"terms": [TermPlan("Kevät", date(2026, 5, 29), date(2026, 1, 7), row=2)]}, "terms_2_ends_on"),
            ({"terms": [TermPlan("Kevät", date(2026, 1, 1), date(2028, 1, 7), row=1)]}, "terms_1_ends_on"),
            ({"terms": [TermPlan("Kevät", date(1026, 1, 1), date(1026, 2, 1), row=1)]}, "terms_1_starts_on"),
            ({"terms": [TermPlan("", date(2026, 1, 7), date(2026, 5, 29), row=1)]}, "terms_1_name"),
            ({"terms": [TermPlan("Kevät", None, date(2026, 5, 29), row=1)]}, "terms_1_starts_on"),
            ({"weeks": [WeeksPlan("thesis", 0, 50, row=3)]}, "weeks_3_first"),
            ({"weeks": [WeeksPlan("thesis", 36, 54, row=1)]}, "weeks_1_last"),
            ({"weeks": [WeeksPlan("thesis", 36, None, row=1)]}, "weeks_1_last"),
            ({"weeks": [WeeksPlan("party", 36, 50, row=1)]}, "weeks_1_kind"),
            ({"people": [PersonPlan("Kaisa", row=1)]}, "people_1_email"),
            ({"people": [PersonPlan("", email="a@b.example", row=1)]}, "people_1_name"),
            ({"programmes": [ProgrammePlan("", "applied", row=1)]}, "programmes_1_name"),
            ({"programmes": [ProgrammePlan("Puu", "x", row=1)]}, "programmes_1_level"),
            ({"weeks": [WeeksPlan("thesis", 1, 2, row=n) for n in range(1, 32)]}, "weeks_31_first"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(self, changes: dict[str, Any], field: str) -> None:
        school, teacher = make_school()
        with pytest.raises(BadRow) as refused:
            saved(school, teacher, **changes)
        assert refused.value.field == field
        assert not SchoolPage.objects.exists()

    def test_an_old_form_overwrites_nothing(self) -> None:
        school, teacher = make_school()
        saved(school, teacher)
        with pytest.raises(StaleSave):
            services.save_page(school=school, plan=plan(text="Vanha"), by=teacher, now=NOW, version=0)
        assert SchoolPage.objects.get().text == "Soittakaa ensin."

    def test_only_for_a_school_by_those_who_teach_there(self) -> None:
        school, _teacher = make_school()
        member, company = make_user("Matti"), make_user("Outi")
        Representative.objects.create(profile=school, user=member, role="member", since=NOW)
        firm = make_profile("Saha Oy", by=company)
        for subject, person in ((school, member), (school, company), (firm, company)):
            with pytest.raises(NotYourSchool):
                saved(subject, person)

    @pytest.mark.parametrize("row", [
        lambda page: Term(page=page, name="x", starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1)),
        lambda page: SuitableWeeks(page=page, kind="thesis", first=1, last=54),
        lambda page: SuitableWeeks(page=page, kind="thesis", first=0, last=5),
        lambda page: ContactPerson(page=page, name="x"),
    ])  # fmt: skip
    def test_the_database_holds_it_too(self, row: Any) -> None:
        school, teacher = make_school()
        page = saved(school, teacher)
        with pytest.raises(IntegrityError), transaction.atomic():
            row(page).save()


class TestForm:
    def test_written_seen_on_the_profile_and_changed(self) -> None:
        school, teacher = make_school()
        client = as_user(teacher)
        assert edit_url(school) in client.get(school.get_absolute_url()).content.decode()
        assert client.get(edit_url(school)).status_code == 200
        assert client.post(edit_url(school), sent()).status_code == 302
        page = client.get(school.get_absolute_url()).content.decode()
        for words in ("Soittakaa ensin.", "Puutekniikka", "Kaisa Koulu", "mailto:kaisa@koulu.example", "Kevät"):
            assert words in page
        form = client.get(edit_url(school)).content.decode()
        assert 'name="weeks_1_first" class="input w-s" value="36"' in form
        assert 'value="2026-05-29"' in form
        assert client.post(edit_url(school), sent(stamp="1", people_1_name="", people_1_email="")).status_code == 302
        assert not ContactPerson.objects.exists()

    def test_all_that_is_wrong_is_told_at_once_and_nothing_is_lost(self) -> None:
        school, teacher = make_school()
        wrong = sent(
            terms_1_ends_on="2025-12-01", weeks_1_first="0", weeks_1_last="x", people_1_email="ei osoite",
            programmes_1_website="javascript:alert(1)",
        )  # fmt: skip
        answer = as_user(teacher).post(edit_url(school), wrong)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {
            "terms_1_ends_on", "weeks_1_first", "weeks_1_last", "people_1_email", "programmes_1_website",
        }  # fmt: skip
        assert 'value="ei osoite"' in answer.content.decode()
        assert not SchoolPage.objects.exists()

    def test_a_row_is_added_and_taken_without_javascript_and_nothing_is_saved(self) -> None:
        school, teacher = make_school()
        client = as_user(teacher)
        typed = sent(weeks_rows="2", weeks_2_kind="visit", weeks_2_first="99", weeks_2_last="", weeks_2_note="Torstai")
        more = client.post(edit_url(school), {**typed, "add": "weeks"})
        assert (more.status_code, more.context["form"].counts["weeks"]) == (200, 3)
        assert 'name="weeks_2_first" class="input w-s" value="99"' in more.content.decode()
        less = client.post(edit_url(school), {**typed, "drop": "weeks-1"})
        form = less.context["form"]
        assert (less.status_code, form.counts["weeks"], form["weeks_1_note"].value()) == (200, 1, "Torstai")
        assert not SchoolPage.objects.exists()

    @pytest.mark.parametrize("rows", ["-1", "99999999999", "x", "", "1000", "٣٣٣٣"])
    def test_no_more_rows_than_there_is_room_for(self, rows: str) -> None:
        school, teacher = make_school()
        for press in ({"add": "terms"}, {"drop": "terms-" + "9" * 5000}, {"drop": "terms"}):
            answer = as_user(teacher).post(edit_url(school), sent(terms_rows=rows, **press))
            assert answer.status_code == 200
            assert 1 <= answer.context["form"].counts["terms"] <= 12

    def test_two_teachers_at_once(self) -> None:
        school, teacher = make_school()
        client = as_user(teacher)
        assert client.post(edit_url(school), sent()).status_code == 302
        late = client.post(edit_url(school), sent(text="Toinen"))
        assert late.status_code == 422
        assert SchoolPage.objects.get().text == "Soittakaa ensin."
        stamp = late.context["form"]["stamp"].value()
        assert client.post(edit_url(school), sent(text="Toinen", stamp=stamp)).status_code == 302
        assert SchoolPage.objects.get().text == "Toinen"

    @pytest.mark.parametrize("visibility", ["public", "members", "hidden"])
    def test_contact_people_are_shown_as_the_profile_shows_its_contact(self, visibility: str) -> None:
        school, teacher = make_school(contact_visibility=visibility)
        saved(school, teacher)
        seen = {}
        for name, person in (("visitor", None), ("company", make_user("Outi")), ("teacher", teacher)):
            page = as_user(person).get(school.get_absolute_url()).content.decode()
            assert "Puutekniikka" in page
            seen[name] = "kaisa@koulu.example" in page
        assert seen == {"visitor": visibility == "public", "company": visibility != "hidden", "teacher": True}


class TestWhoMay:
    def test_the_form_is_for_those_who_teach_there(self) -> None:
        school, teacher = make_school()
        other_school, other_teacher = make_school("Muu koulu")
        editor, member, outi, onni = (make_user(name) for name in ("Eeva", "Matti", "Outi", "Onni"))
        Representative.objects.create(profile=school, user=editor, role="editor", since=NOW)
        Representative.objects.create(profile=school, user=member, role="member", since=NOW)
        firm = make_profile("Saha Oy", by=outi)
        make_profile("Onni", by=onni, kind=Profile.Kind.STUDENT)
        for person, status in (
            (None, 302), (outi, 403), (onni, 403), (member, 403), (other_teacher, 403),
            (make_user("Anu", is_coordinator=True), 403), (editor, 200), (teacher, 200),
        ):  # fmt: skip
            assert as_user(person).get(edit_url(school)).status_code == status, person
            posted = as_user(person).post(edit_url(school), sent(text="x"))
            assert posted.status_code == (302 if status != 403 else 403)
            SchoolPage.objects.all().delete()
        assert as_user(outi).get(edit_url(firm)).status_code == 404
        hidden = make_profile("Piilokoulu", kind=Profile.Kind.EDUCATION, visibility="hidden")
        assert as_user(teacher).get(edit_url(hidden)).status_code == 404
        assert other_school.pk

    def test_a_visitor_s_post_saves_nothing(self) -> None:
        school, _teacher = make_school()
        assert Client().post(edit_url(school), sent()).status_code == 302
        assert not SchoolPage.objects.exists()

    @pytest.mark.parametrize("fields", [{"visibility": "members"}, {"visibility": "hidden"}, {"status": "taken_down"}])
    def test_what_one_may_not_see_is_in_neither_calendar(self, fields: dict[str, str]) -> None:
        school, teacher = make_school()
        saved(school, teacher)
        Profile.objects.filter(pk=school.pk).update(**fields)
        member = make_user("Outi")
        for person in (None, member):
            shown = fields.get("visibility") == "members" and person is not None
            for name in ("school_calendar", "school_calendar_file"):
                text = as_user(person).get(reverse(name)).content.decode()
                assert ("Joen koulu" in text) == shown, (name, person)
        asked = as_user(None).get(reverse("school_calendar_file"), {"school": school.slug}).content.decode()
        assert "VEVENT" not in asked


class TestCalendar:
    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.parametrize(("name", "queries"), [("school_calendar", 5), ("school_calendar_file", 3)])
    def test_fixed_queries(self, name: str, queries: int, count: int, django_assert_num_queries: Any) -> None:
        for n in range(count):
            school, teacher = make_school(f"Koulu {n}")
            saved(school, teacher, weeks=[WEEKS] * (n + 1), terms=[TERM] * (n + 1))
        client = Client()
        client.get(reverse(name))
        with django_assert_num_queries(queries):
            client.get(reverse(name))

    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries_of_the_form(self, count: int, django_assert_num_queries: Any) -> None:
        school, teacher = make_school()
        saved(school, teacher, weeks=[WEEKS] * count, terms=[TERM] * count, people=[PERSON] * count)
        client = as_user(teacher)
        client.get(edit_url(school))
        with django_assert_num_queries(9):
            client.get(edit_url(school))

    def test_all_schools_and_one_kind(self) -> None:
        for name, spans in (("Eka koulu", [(36, 40)]), ("Toka koulu", [(38, 42), (39, 41)])):
            school, teacher = make_school(name)
            saved(school, teacher, weeks=[WeeksPlan("thesis", *span) for span in spans], terms=())
        third, teacher = make_school("Kolmas koulu")
        saved(third, teacher, weeks=[WeeksPlan("visit", 45, 8)])
        page = Client().get(reverse("school_calendar"))
        assert [row.school.name for row in page.context["calendar"].schools] == [
            "Eka koulu",
            "Kolmas koulu",
            "Toka koulu",
        ]
        [thesis, visit] = page.context["calendar"].kinds
        assert (thesis.schools, thesis.stretches, thesis.counts[37], max(thesis.counts)) == (2, [(36, 42)], 2, 2)
        assert visit.stretches == [(1, 8), (45, 53)]
        text = page.content.decode()
        assert "45–8" in text
        assert "Aiheet" not in text
        only = Client().get(reverse("school_calendar"), {"kind": "visit"})
        assert [row.school.name for row in only.context["calendar"].schools] == ["Kolmas koulu"]
        none = Client().get(reverse("school_calendar"), {"kind": "summer_job"})
        assert (none.status_code, list(none.context["calendar"].schools)) == (200, [])

    @pytest.mark.parametrize(
        "asked", [{}, {"year": "2027"}, {"year": "1"}, {"year": "x"}, {"kind": "<b>"}, {"page": "9"}]
    )
    def test_odd_addresses(self, asked: dict[str, str]) -> None:
        school, teacher = make_school()
        saved(school, teacher)
        page = Client().get(reverse("school_calendar"), asked)
        assert page.status_code == 200
        assert page.context["year"] == (2027 if asked.get("year") == "2027" else 2026)

    def test_a_text_is_no_code(self) -> None:
        school, teacher = make_school("<b>Paha</b> koulu")
        saved(school, teacher, weeks=[WeeksPlan("visit", 1, 2, "<script>x</script>")], text="<script>y</script>")
        for address in (reverse("school_calendar"), school.get_absolute_url()):
            text = Client().get(address).content.decode()
            assert "<script>x" not in text
            assert "<script>y" not in text
            assert "<b>Paha" not in text

    def test_the_file_tells_whole_days_and_changes_its_mark(self) -> None:
        school, teacher = make_school()
        saved(school, teacher, weeks=[WeeksPlan("thesis", 45, 8, "Aiheet elokuussa")])
        answer = Client().get(reverse("school_calendar_file"))
        assert answer["Content-Type"].startswith("text/calendar")
        entries = {str(one["summary"]): one for one in reversed(entries_of(answer.content))}
        starts = sorted(one["dtstart"].dt for one in entries_of(answer.content))
        # Over the New Year thrice: the one that runs, this year's, next year's; and the term.
        assert starts == [date(2025, 11, 3), date(2026, 1, 7), date(2026, 11, 2), date(2027, 11, 8)]
        term = entries["Joen koulu: Kevät"]
        assert (term["dtstart"].dt, term["dtend"].dt) == (date(2026, 1, 7), date(2026, 5, 30))
        assert b"VALARM" not in answer.content
        uids = [str(one["uid"]) for one in entries_of(answer.content)]
        assert len(uids) == len(set(uids))
        same = Client().get(reverse("school_calendar_file"), headers={"If-None-Match": answer["ETag"]})
        assert same.status_code == 304
        saved(school, teacher, weeks=[WeeksPlan("thesis", 45, 9)])
        new = Client().get(reverse("school_calendar_file"), headers={"If-None-Match": answer["ETag"]})
        assert new.status_code == 200

    def test_the_file_of_one_school_and_one_kind(self) -> None:
        for name in ("Eka koulu", "Toka koulu"):
            school, teacher = make_school(name)
            saved(school, teacher, weeks=[WEEKS, WeeksPlan("visit", 10, 12)])
        first = Profile.objects.get(name_fi="Eka koulu")
        asked = Client().get(reverse("school_calendar_file"), {"school": first.slug, "kind": "visit"})
        found = entries_of(asked.content)
        assert {str(one["summary"]).split(":")[0] for one in found} == {"Eka koulu"}
        assert {one["dtstart"].dt for one in found} == {date(2026, 3, 2), date(2027, 3, 8)}

    def test_it_is_found_where_one_would_look(self) -> None:
        school, teacher = make_school()
        outi = make_user("Outi")
        make_profile("Saha Oy", by=outi)
        address = reverse("school_calendar")
        for person, pages in (
            (None, ("studies", "courses")), (outi, ("topic_new", "courses")), (teacher, ("studies", "supervision")),
        ):  # fmt: skip
            for name in pages:
                assert address in as_user(person).get(reverse(name)).content.decode(), name
        for name in ("studies", "supervision"):
            assert edit_url(school) in as_user(teacher).get(reverse(name)).content.decode()
