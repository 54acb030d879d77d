"""Each page of theses: what it shows, what its buttons do, what it costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from studies.models import Signature, Thesis
from studies.services import theses as services
from studies.services.agreements import TextChanged
from tests.factories.people import NOW, make_profile, make_user, tag_all

from .working import Work, act, as_user, open_version, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


ALL_TICKED = dict.fromkeys(("scope", "level", "ethics", "data"), "on")


class TestAgreement:
    def test_read_and_signed(self, work: Work) -> None:
        thesis = work.agreeing()
        address = reverse("agreement", kwargs={"pk": thesis.pk})
        for person in work.three:
            page = as_user(person).get(address)
            assert "Sahanpurun uusi käyttö" in page.content.decode()
            response = as_user(person).post(address, {"seen": page.context["version"].sha256})
            assert response.headers["Location"] == thesis.get_absolute_url()
        thesis.refresh_from_db()
        assert thesis.state == "underway"

    def test_an_old_page_signs_nothing(self, work: Work) -> None:
        thesis = work.agreeing()
        response = as_user(work.onni).post(reverse("agreement", kwargs={"pk": thesis.pk}), {"seen": "old"}, follow=True)
        assert [str(one) for one in response.context["messages"]] == [str(TextChanged.message)]
        assert not Signature.objects.exists()

    def test_what_was_signed_is_shown_and_saved_byte_for_byte(self, work: Work) -> None:
        thesis = work.agreeing()
        [made] = work.sign(thesis, work.onni)
        parts = {"pk": thesis.pk, "signature": made.pk}
        page = as_user(work.outi).get(reverse("agreement_signed", kwargs=parts))
        assert page.context["is_whole"]
        assert made.sha256 in page.content.decode()
        saved = as_user(work.outi).get(reverse("agreement_signed_file", kwargs=parts))
        assert saved.content == bytes(made.content)
        Signature.objects.update(content=b"something else")
        assert not as_user(work.outi).get(reverse("agreement_signed", kwargs=parts)).context["is_whole"]

    def test_changing_the_text(self, work: Work) -> None:
        thesis = work.agreeing()
        version = open_version(thesis)
        work.sign(thesis, work.outi)
        address = reverse("agreement_edit", kwargs={"pk": thesis.pk})
        assert as_user(work.onni).get(address).context["is_signed"]
        sent = {**version.sections, "seen": version.sha256}
        response = as_user(work.onni).post(address, {**sent, "limits": ""})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["limits"])
        response = as_user(work.onni).post(address, {**sent, "limits": "Vain puru."})
        assert response.status_code == 302
        response = as_user(work.outi).post(address, {**sent, "limits": "Vain lastu."})
        assert response.status_code == 422
        again = {**sent, "limits": "Vain lastu.", "seen": response.context["form"]["seen"].value()}
        assert as_user(work.outi).post(address, again).status_code == 302

    def test_when_it_is_published_can_be_agreed(self, work: Work) -> None:
        thesis = work.agreeing()
        address = reverse("agreement_edit", kwargs={"pk": thesis.pk})
        version = open_version(thesis)
        sent = {**version.sections, "seen": version.sha256, "embargo_until": "1.9.2026", "reads_first": "61"}
        refused = as_user(work.outi).post(address, sent)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reads_first"])
        as_user(work.outi).post(address, {**sent, "reads_first": "14"})
        version = open_version(thesis)
        assert (version.embargo_until, version.reads_first) == (date(2026, 9, 1), 14)
        assert as_user(work.outi).get(address).context["form"]["reads_first"].value() == 14

    def test_templates_of_a_school_and_of_all(self, work: Work) -> None:
        anu = make_user("Anu", is_coordinator=True)
        for who, address in (
            (work.teacher, reverse("agreement_template_school", kwargs={"language": "sv", "slug": work.school.slug})),
            (anu, reverse("agreement_template", kwargs={"language": "fi"})),
        ):
            page = as_user(who).get(address)
            sent = {key: field.value() or "" for key, field in ((one.name, one) for one in page.context["form"])}
            response = as_user(who).post(address, {**sent, "limits": "Omat sanat."})
            assert response.status_code == 302
            assert as_user(who).get(address).context["form"]["limits"].value() == "Omat sanat."
            assert as_user(who).post(address, {**sent, "limits": "Muut."}).status_code == 422
            assert as_user(work.outi).get(address).status_code == 403
        assert as_user(anu).get(reverse("agreement_template", kwargs={"language": "de"})).status_code == 404


class TestThesisPage:
    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, work: Work, count: int, django_assert_num_queries: Any) -> None:
        thesis = work.under_way()
        for n in range(count):
            services.add_milestone(thesis=thesis, title=f"Vaihe {n}", due_on=NOW.date(), by=work.onni, now=NOW)
        client = as_user(work.onni)
        with django_assert_num_queries(18):
            client.get(thesis.get_absolute_url())

    def test_a_milestone_is_added_reached_and_removed(self, work: Work) -> None:
        thesis = work.under_way()
        response = act(work.onni, thesis, "milestone", **{"milestone-title": "", "milestone-due_on": "2026-04-01"})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["title"])
        act(work.onni, thesis, "milestone", **{"milestone-title": "Aineisto", "milestone-due_on": "1.4.2026"})
        made = thesis.milestones.get()
        act(work.onni, thesis, "reached", pk=made.pk)
        made.refresh_from_db()
        assert made.done_at == NOW
        act(work.onni, thesis, "not-reached", pk=made.pk)
        act(work.onni, thesis, "milestone-remove", pk=made.pk)
        assert not thesis.milestones.exists()
        assert act(work.onni, thesis, "reached", pk=made.pk).status_code == 404

    def test_a_file_is_looked_at_before_it_is_kept(self, work: Work) -> None:
        thesis = work.under_way()
        bad = SimpleUploadedFile("tyo.pdf", b"MZ\x00\x01 a program")
        response = act(work.onni, thesis, "hand-in", **{"hand-in-attachments": bad})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["attachments"])
        good = SimpleUploadedFile("tyo.pdf", b"%PDF-1.7 x")
        act(work.onni, thesis, "hand-in", **{"hand-in-attachments": good, "hand-in-is_final": "on"})
        file = thesis.files.get()
        answer = as_user(work.teacher).get(reverse("thesis_file", kwargs={"pk": thesis.pk, "file": file.pk}))
        assert answer.getvalue() == b"%PDF-1.7 x"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        thesis.refresh_from_db()
        assert thesis.state == "handed_in"

    def test_from_the_final_work_to_what_others_see(self, work: Work) -> None:
        thesis = work.handed_in()
        response = act(work.teacher, thesis, "send-back", **{"send-back-why": ""})
        assert response.status_code == 422
        act(work.teacher, thesis, "finish")
        for person in work.three:
            act(person, thesis, "feedback", **{"feedback-went_well": f"Hyvin, {person}.", "feedback-again": "yes"})
        assert "Hyvin, Outi Saha." in text_of(as_user(work.onni).get(thesis.get_absolute_url()))
        response = act(work.onni, thesis, "publish", **{"publish-summary": ""})
        assert response.status_code == 422
        act(work.onni, thesis, "publish", **{"publish-summary": "Purusta tulee levyä."})
        result = reverse("thesis_result", kwargs={"pk": thesis.pk})
        page = text_of(as_user(None).get(result))
        assert "Purusta tulee levyä." in page
        assert "Onni" not in page
        assert "Saha Oy" not in page
        act(work.onni, thesis, "show")
        act(work.outi, thesis, "show")
        page = text_of(as_user(None).get(result))
        assert "Onni Opiskelija" in page
        assert "Saha Oy" in page
        assert thesis.title in text_of(as_user(None).get(work.saw.get_absolute_url()))
        act(work.outi, thesis, "hide")
        assert thesis.title not in text_of(as_user(None).get(work.saw.get_absolute_url()))
        act(work.onni, thesis, "take-back")
        assert as_user(None).get(result).status_code == 404

    def test_an_embargo_ends_on_its_day(self, work: Work, clock: Any) -> None:
        thesis = work.finished()
        act(work.onni, thesis, "publish", **{"publish-summary": "Levyä.", "publish-embargo_until": "2026-09-01"})
        result = reverse("thesis_result", kwargs={"pk": thesis.pk})
        from studies.tasks.theses import sweep_theses

        for day, status in ((31, 404), (1, 200)):
            clock.move_to(NOW.replace(month=8 if day == 31 else 9, day=day))
            sweep_theses()
            for address in (result, reverse("thesis_result_file", kwargs={"pk": thesis.pk})):
                answer = as_user(None).get(address)
                b"".join(answer)  # read to its end, it is closed
                assert answer.status_code == status

    def test_breaking_off_needs_a_reason(self, work: Work) -> None:
        thesis = work.under_way()
        assert act(work.outi, thesis, "end", **{"end-why": ""}).status_code == 422
        act(work.outi, thesis, "end", **{"end-why": "Tehdas suljetaan."})
        assert "Tehdas suljetaan." in text_of(as_user(work.onni).get(thesis.get_absolute_url()))

    def test_a_change_leads_to_writing_it(self, work: Work) -> None:
        thesis = work.under_way()
        response = act(work.onni, thesis, "change", **{"change-why": "Kesä väliin"})
        assert response.headers["Location"] == reverse("agreement_edit", kwargs={"pk": thesis.pk})
        act(work.outi, thesis, "drop")
        assert not thesis.agreements.filter(state="open").exists()

    def test_a_guardian_is_seen_by_the_supervisor_and_not_by_the_company(self, work: Work) -> None:
        thesis = work.agreeing(is_minor=True)
        sent = {"guardian-guardian_name": "Äiti Opiskelija", "guardian-guardian_contact": "040 123"}
        act(work.onni, thesis, "guardian", **sent)
        assert "Äiti Opiskelija" in text_of(as_user(work.teacher).get(thesis.get_absolute_url()))
        assert "Äiti Opiskelija" not in text_of(as_user(work.outi).get(thesis.get_absolute_url()))

    def test_another_supervisor(self, work: Work) -> None:
        thesis = work.under_way()
        address = reverse("thesis_supervisor", kwargs={"pk": thesis.pk})
        assert as_user(work.teacher).post(address, {"to": work.outi.pk}).status_code == 422
        as_user(work.teacher).post(address, {"to": work.other_teacher.pk})
        thesis.refresh_from_db()
        assert thesis.supervisor == work.other_teacher


class TestDesks:
    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, work: Work, count: int, django_assert_num_queries: Any) -> None:
        for n in range(count):
            work.waiting(title=f"Aihe {n}")
        client = as_user(work.teacher)
        for name, queries in (("supervision", 6), ("studies", 16)):
            client.get(reverse(name))
            with django_assert_num_queries(queries):
                client.get(reverse(name))

    def test_a_work_without_a_supervisor_is_named_one_by_an_owner(self, work: Work) -> None:
        thesis = work.under_way()
        Thesis.objects.update(supervisor=None)
        page = text_of(as_user(work.other_teacher).get(reverse("supervision")))
        assert thesis.title in page
        assert "Onni" not in page
        as_user(work.other_teacher).post(
            reverse("thesis_supervisor", kwargs={"pk": thesis.pk}), {"to": work.other_teacher.pk}
        )
        thesis.refresh_from_db()
        assert thesis.supervisor == work.other_teacher

    def test_panels_of_a_profile_and_of_a_theme(self, work: Work) -> None:
        theme = tag_all([work.saw])
        topic = work.open(themes=[theme])
        for address in (work.saw.get_absolute_url(), theme.get_absolute_url(), reverse("studies")):
            assert topic.title in text_of(as_user(None).get(address)), address
        assert as_user(make_user("Anu", is_coordinator=True)).get(reverse("desk")).status_code == 200

    def test_nothing_of_other_schools(self, work: Work) -> None:
        work.waiting()
        other = make_user("Muu")
        make_profile("Muu koulu", by=other, kind="education")
        assert "Sahanpurun" not in text_of(as_user(other).get(reverse("supervision")))


def test_a_persons_export_has_what_was_signed(work: Work) -> None:
    from studies.queries.theses import export_of

    work.under_way()
    found = export_of(work.onni)
    assert [one["topic"] for one in found["applications"]] == ["Sahanpurun uusi käyttö"]
    assert "Opinnäytetyösopimus" in found["signatures"][0]["text"]
