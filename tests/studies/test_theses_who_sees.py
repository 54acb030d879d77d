"""Who may see what of topics and theses: each kind of person × each page, file and search."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from notifications.models import Notification
from studies.models import Signature, Thesis, Topic
from tests.factories.people import NOW, make_profile, make_user

from .working import Work, make_work, open_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

VISITOR, COMPANY, OTHER_COMPANY, STUDENT, OTHER_STUDENT = (
    "visitor",
    "company",
    "other company",
    "student",
    "other student",
)
SUPERVISOR, OTHER_TEACHER, COORDINATOR = "supervisor", "other teacher", "coordinator"
WHO = (VISITOR, COMPANY, OTHER_COMPANY, STUDENT, OTHER_STUDENT, SUPERVISOR, OTHER_TEACHER, COORDINATOR)
THREE = {COMPANY, STUDENT, SUPERVISOR}
SCHOOL = {SUPERVISOR, OTHER_TEACHER}
EVERYBODY = set(WHO)
SECRET = "Salattu"


class Scene:
    """Saha Oy's topics in every state, and theses under way, finished and published."""

    def __init__(self) -> None:
        self.work: Work = make_work()
        work = self.work
        self.draft = work.draft(title=f"{SECRET} luonnos")
        self.waiting = work.waiting(title=f"{SECRET} odottava")
        self.open = work.open(title="Avoin aihe")
        self.application = work.apply(self.open)
        self.under_way = work.under_way(title=f"{SECRET} työ")
        self.finished = work.finished(title=f"{SECRET} valmis")
        self.published = work.published(title="Julkaistu työ")
        self.embargoed = work.published(title=f"{SECRET} embargo")
        Thesis.objects.filter(pk=self.embargoed.pk).update(state="embargoed", embargo_until="2027-01-01")
        other, coordinator = make_user("Olli Muu"), make_user("Anu", is_coordinator=True)
        make_profile("Muu Oy", by=other)
        self.people: dict[str, User | None] = {
            VISITOR: None, COMPANY: work.outi, OTHER_COMPANY: other, STUDENT: work.onni, OTHER_STUDENT: work.oona,
            SUPERVISOR: work.teacher, OTHER_TEACHER: work.other_teacher, COORDINATOR: coordinator,
        }  # fmt: skip

    def client(self, who: str) -> Client:
        client, person = Client(), self.people[who]
        if person is not None:
            client.force_login(person)
        return client


def got(client: Client, address: str) -> tuple[Any, str]:
    """The answer, and what it says; a file is read and closed."""
    response = client.get(address)
    said = response.getvalue().decode(errors="replace")
    return response, said


def pages(scene: Scene) -> dict[str, tuple[str, set[str]]]:
    """Each page, and who may open it."""
    under_way, finished = scene.under_way, scene.finished
    signature = Signature.objects.filter(version__thesis=under_way).first()
    assert signature is not None
    signed = {"pk": under_way.pk, "signature": signature.pk}
    school = {"language": "fi", "slug": scene.work.school.slug}
    signed_in = EVERYBODY - {VISITOR}
    return {
        "studies": (reverse("studies"), EVERYBODY),
        "topics": (reverse("topics"), EVERYBODY),
        "topic_new": (reverse("topic_new"), signed_in),
        "draft": (scene.draft.get_absolute_url(), {COMPANY}),
        "waiting": (scene.waiting.get_absolute_url(), {COMPANY} | SCHOOL),
        "open": (scene.open.get_absolute_url(), EVERYBODY),
        "edit": (reverse("topic_edit", kwargs={"pk": scene.draft.pk}), {COMPANY}),
        "supervision": (reverse("supervision"), SCHOOL),
        "thesis": (under_way.get_absolute_url(), THREE),
        "thesis_finished": (finished.get_absolute_url(), THREE),
        "agreement": (reverse("agreement", kwargs={"pk": under_way.pk}), THREE),
        "signed": (reverse("agreement_signed", kwargs=signed), THREE),
        "signed_file": (reverse("agreement_signed_file", kwargs=signed), THREE),
        "file": (reverse("thesis_file", kwargs={"pk": finished.pk, "file": finished.files.get().pk}), THREE),
        # An owner of the school sees the name of the work, to name another supervisor.
        "supervisor": (reverse("thesis_supervisor", kwargs={"pk": under_way.pk}), SCHOOL),
        "result": (reverse("thesis_result", kwargs={"pk": scene.published.pk}), EVERYBODY),
        "result_file": (reverse("thesis_result_file", kwargs={"pk": scene.published.pk}), EVERYBODY),
        "no_result": (reverse("thesis_result", kwargs={"pk": finished.pk}), set()),
        "no_result_file": (reverse("thesis_result_file", kwargs={"pk": finished.pk}), set()),
        "embargo": (reverse("thesis_result", kwargs={"pk": scene.embargoed.pk}), set()),
        "embargo_file": (reverse("thesis_result_file", kwargs={"pk": scene.embargoed.pk}), set()),
        "template": (reverse("agreement_template_school", kwargs=school), SCHOOL),
        "template_all": (reverse("agreement_template", kwargs={"language": "fi"}), {COORDINATOR}),
    }


OPEN_WITHOUT_SIGNING_IN = {
    "studies", "topics", "draft", "waiting", "open", "result", "result_file", "no_result", "no_result_file", "embargo",
    "embargo_file",
}  # fmt: skip
SAYS_NO = {"supervision", "template", "template_all"}


def test_every_page_and_file_by_everybody() -> None:
    """What one may not see is not there, and no answer names it."""
    scene = Scene()
    wrong: list[tuple[Any, ...]] = []
    for who in WHO:
        client = scene.client(who)
        for name, (address, allowed) in pages(scene).items():
            response, said = got(client, address)
            expected = 200 if who in allowed else 404
            if who == VISITOR and name not in OPEN_WITHOUT_SIGNING_IN:
                expected = 302
            elif expected == 404 and name in SAYS_NO:
                expected = 403
            if response.status_code != expected:
                wrong.append((who, name, response.status_code, expected))
            if expected != 200 and SECRET in said:
                wrong.append((who, name, "said its name"))
    assert wrong == []


def test_lists_searches_and_other_peoples_pages_name_nothing_hidden() -> None:
    scene = Scene()
    school, saw = scene.work.school.get_absolute_url(), scene.work.saw.get_absolute_url()
    lists = [reverse("topics"), f"{reverse('topics')}?q=salattu", school, saw, reverse("home"), reverse("directory")]
    wrong = []
    for who in WHO:
        client = scene.client(who)
        for address in lists:
            said = client.get(address).content.decode()
            if f"{SECRET} " in said:
                wrong.append((who, address))
        if who in (VISITOR, OTHER_COMPANY, OTHER_STUDENT, COORDINATOR) and SECRET in client.get(reverse("studies")).content.decode():  # fmt: skip  # noqa: E501 (one condition)
            wrong.append((who, "studies"))
    assert wrong == []


def test_a_student_is_not_seen_by_a_company_before_applying() -> None:
    """Neither name, profile nor lines, on any page that a company can open."""
    scene = Scene()
    work = scene.work
    Profile.objects.filter(pk=work.other_student.pk).update(name_fi="Oona Näkymätön")
    client = scene.client(COMPANY)
    addresses = [address for address, _who in pages(scene).values()]
    for address in [
        *addresses,
        reverse("directory"),
        f"{reverse('directory')}?q=näkymätön",
        scene.open.get_absolute_url(),
    ]:
        assert "Oona" not in got(client, address)[1], address
    assert client.get(work.other_student.get_absolute_url()).status_code == 404
    assert "Onni Opiskelija" in client.get(scene.open.get_absolute_url()).content.decode()
    other = scene.client(OTHER_COMPANY).get(scene.open.get_absolute_url()).content.decode()
    assert "Onni" not in other


PRESSES: tuple[tuple[str, set[str]], ...] = (
    ("milestone", THREE), ("hand-in", {STUDENT}), ("finish", {SUPERVISOR}), ("send-back", {SUPERVISOR}),
    ("feedback", THREE), ("publish", {STUDENT}), ("take-back", {STUDENT}), ("show", {STUDENT, COMPANY}),
    ("change", THREE), ("drop", THREE), ("end", THREE), ("guardian", {STUDENT}),
)  # fmt: skip


def test_no_press_of_others_does_anything() -> None:
    scene = Scene()
    before = Thesis.objects.values().get(pk=scene.under_way.pk)
    topic = Topic.objects.values().get(pk=scene.open.pk)
    for who in EVERYBODY - {VISITOR} - THREE:
        client = scene.client(who)
        for what, _allowed in PRESSES:
            address = reverse("thesis_act", kwargs={"pk": scene.under_way.pk, "act": what})
            assert client.post(address).status_code == 404, (who, what)
        sign = reverse("agreement", kwargs={"pk": scene.under_way.pk})
        assert client.post(sign, {"seen": "x"}).status_code == 404
    for who in EVERYBODY - {VISITOR, COMPANY}:
        for what in ("send", "close", "choose"):
            sent = {"application": scene.application.pk}
            scene.client(who).post(reverse("topic_act", kwargs={"pk": scene.open.pk, "act": what}), sent)
    for who in EVERYBODY - {VISITOR} - SCHOOL:
        for what in ("approve", "change", "decline"):
            said = {"said": "Ei."}
            scene.client(who).post(reverse("topic_act", kwargs={"pk": scene.waiting.pk, "act": what}), said)
    assert Thesis.objects.values().get(pk=scene.under_way.pk) == before
    assert Topic.objects.values().get(pk=scene.open.pk) == topic
    scene.waiting.refresh_from_db()
    assert scene.waiting.state == "waiting"


def test_a_visitor_is_asked_to_sign_in_before_any_press() -> None:
    scene = Scene()
    for what, _allowed in PRESSES:
        address = reverse("thesis_act", kwargs={"pk": scene.under_way.pk, "act": what})
        assert Client().post(address).status_code == 302


def test_a_notice_is_read_by_the_three_alone() -> None:
    """Whoever was a party and is not any more reads nothing further."""
    from notifications import kinds

    scene = Scene()
    wrong = []
    for row in Notification.objects.filter(kind__startswith="studies."):
        kind = kinds.get(row.kind)
        assert kind is not None
        if kind.may_read is None:
            continue
        strangers = (OTHER_COMPANY, OTHER_STUDENT, COORDINATOR)
        wrong += [(who, row.kind) for who in strangers if kind.may_read(row.context, scene.people[who])]
    assert wrong == []


def test_every_notice_can_be_read_in_every_language() -> None:
    from django.utils import translation

    from notifications import kinds
    from studies.services import agreements, theses

    scene = Scene()
    agreements.propose_change(thesis=scene.under_way, why="Syy", by=scene.work.onni, now=NOW)
    sections = {**open_version(scene.under_way).sections, "aim": "Toinen."}
    agreements.change_text(thesis=scene.under_way, sections=sections, by=scene.work.onni, now=NOW)
    theses.break_off(thesis=scene.under_way, why="Syy", by=scene.work.outi, now=NOW)
    seen = set()
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            for row in Notification.objects.filter(kind__startswith="studies."):
                kind = kinds.get(row.kind)
                assert kind is not None
                try:
                    notice = kind.render(row.context)
                except LookupError:
                    continue
                seen.add(row.kind)
                assert "%(" not in notice.title + notice.text
                assert notice.url
    assert len(seen) > 10
