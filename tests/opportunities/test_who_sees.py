"""Who sees what: each kind of person × each page, file, search and press, for each state of an offer."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from accounts.services.safety import block
from core.attachments import prepare
from opportunities.models import Opportunity, SavedSearch
from opportunities.services import answering
from opportunities.services import opportunities as services

from .making import NOW, TODAY, add_person, close, company, draft, make_user, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PDF = b"%PDF-1.4\n%%EOF"
SECRET = "salattu-liite.pdf"
TITLE = "Kutterinlastua noudettavaksi"

VISITOR, OWNER, EDITOR, MEMBER, OTHER, ANSWERER, BLOCKED, STUDENT, ALONE, HOST = WHO = (
    "visitor", "owner", "editor", "member", "other company", "answerer", "blocked", "student", "without a profile",
    "coordinator",
)  # fmt: skip
OWN = {OWNER, EDITOR, MEMBER}
MANAGES = {OWNER, EDITOR}
STATES = ("draft", "open", "members", "ended", "closed", "taken down", "profile hidden", "profile for members",
          "profile taken down")  # fmt: skip


class Scene:
    """An offer with a file in a state, and everybody."""

    def __init__(self, state: str) -> None:
        self.mill, owner = company("Saha")
        self.people: dict[str, User] = {OWNER: owner}
        self.people[EDITOR] = add_person(self.mill, make_user("Editori"), "editor")
        self.people[MEMBER] = add_person(self.mill, make_user("Jäsen"))
        self.profiles: dict[str, Profile] = {}
        for who, name, kind in (
            (OTHER, "Muu", "company"), (ANSWERER, "Vastaaja", "company"), (BLOCKED, "Estetty", "company"),
            (STUDENT, "Opiskelija", "student"),
        ):  # fmt: skip
            self.profiles[who], self.people[who] = company(name, kind=kind)
        self.people[ALONE] = make_user("Yksin")
        self.people[HOST] = make_user("Kaisa", is_coordinator=True)
        self.offer = self._offer(state, owner)
        block(blocker=self.mill, blocked=self.profiles[BLOCKED], by=owner, now=NOW)
        self.file = self.offer.files.get()

    def _offer(self, state: str, owner: User) -> Opportunity:
        files = [prepare(io.BytesIO(PDF), SECRET, len(PDF))]
        if state == "draft":
            return draft(self.mill, owner, files=files)
        if state == "ended":
            began = NOW - timedelta(days=40)
            made = publish(self.mill, owner, files=files, now=began, last_day=TODAY - timedelta(days=1))
            self._answer(made, began)
            return made
        visibility = "members" if state == "members" else "public"
        made = publish(self.mill, owner, files=files, visibility=visibility)
        self._answer(made, NOW)
        if state == "closed":
            close(made, owner)
        elif state == "taken down":
            services.take_down(opportunity=made, why="Mainos.", by=self.people[HOST], now=NOW)
        elif state.startswith("profile"):
            change = {
                "profile hidden": {"visibility": "hidden"},
                "profile for members": {"visibility": "members"},
                "profile taken down": {"status": "taken_down"},
            }[state]
            Profile.objects.filter(pk=self.mill.pk).update(**change)
        return made

    def _answer(self, made: Opportunity, now: Any) -> None:
        who = ANSWERER
        answering.answer(opportunity=made, profile=self.profiles[who], text="Otamme.", by=self.people[who], now=now)

    def client(self, who: str) -> Client:
        client = Client()
        if who != VISITOR:
            client.force_login(self.people[who])
        return client

    def address(self, name: str, **more: Any) -> str:
        return reverse(name, kwargs={"pk": self.offer.pk, **more})


def sees(state: str, who: str) -> bool:
    """The table: who sees the offer itself."""
    if state == "profile taken down":
        return False
    if who in OWN:
        return True
    if state == "open":
        return who != BLOCKED
    if state in ("members", "profile for members"):
        return who not in (VISITOR, BLOCKED)
    return state == "taken down" and who == HOST


def told_gone(state: str, who: str) -> bool:
    """Who could have seen it while it was open is told that it is over, and nothing else."""
    return state in ("ended", "closed") and who not in OWN and who != BLOCKED


def page(state: str, who: str) -> int:
    return 200 if sees(state, who) else 410 if told_gone(state, who) else 404


def file(state: str, who: str) -> int:
    return 200 if sees(state, who) else 404


def manage(state: str, who: str) -> int:
    if who == VISITOR:
        return 302
    if state == "profile taken down" or who not in OWN:
        return 404
    if who not in MANAGES:
        return 403
    return 302 if state in ("closed", "taken down") else 200


def close_page(state: str, who: str) -> int:
    return 302 if manage(state, who) == 200 and state == "draft" else manage(state, who)


def answer_page(state: str, who: str) -> int:
    if who == VISITOR:
        return 302
    if not sees(state, who):
        return 410 if told_gone(state, who) else 404
    is_open = state in ("open", "members", "profile hidden", "profile for members")
    if not is_open:
        return 410
    return 302 if who in OWN else 200


def take_down_page(state: str, who: str) -> int:
    if who == VISITOR:
        return 302
    if who != HOST:
        return 403
    is_open = state in ("open", "members", "profile for members")
    return 200 if is_open else 404 if state in ("draft", "profile hidden", "profile taken down") else 410


PAGES: dict[str, Callable[[str, str], int]] = {
    "opportunity": page,
    "opportunity_file": file,
    "opportunity_edit": manage,
    "opportunity_close": close_page,
    "opportunity_answer": answer_page,
    "opportunity_take_down": take_down_page,
}


@pytest.mark.parametrize("state", STATES)
def test_every_page_by_everybody(state: str) -> None:
    scene = Scene(state)
    wrong: list[tuple[Any, ...]] = []
    for who in WHO:
        client = scene.client(who)
        for name, expected in PAGES.items():
            more = {"file": scene.file.pk} if name == "opportunity_file" else {}
            response = client.get(scene.address(name, **more))
            wanted = expected(state, who)
            if response.status_code != wanted:
                wrong.append((who, name, response.status_code, wanted))
            if response.streaming:
                b"".join(response)
            elif not sees(state, who) and any(word in response.content.decode() for word in (TITLE, SECRET)):
                wrong.append((who, name, "said what it is"))
    assert wrong == []


@pytest.mark.parametrize("state", STATES)
def test_every_list_by_everybody(state: str) -> None:
    """Lists show what is open, and to whom it may be shown; one's own page of one's own shows every state."""
    scene = Scene(state)
    is_open = state in ("open", "members", "profile hidden", "profile for members")
    wrong = []
    lists = {
        "market": reverse("market"),
        "search": reverse("market") + "?q=kutterinlastu",
        "front": reverse("home"),
        "profile": reverse("profile", kwargs={"slug": scene.mill.slug}),
    }
    for who in WHO:
        client = scene.client(who)
        for name, address in lists.items():
            shown = TITLE in client.get(address).content.decode()
            wanted = is_open and sees(state, who)
            if shown != wanted:
                wrong.append((who, name, shown, wanted))
        if who != VISITOR:
            own = client.get(reverse("opportunities_own")).content.decode()
            if (TITLE in own) != (who in OWN and state != "profile taken down"):
                wrong.append((who, "own", TITLE in own, TITLE not in own))
    assert wrong == []


@pytest.mark.parametrize("state", ["draft", "open", "ended"])
def test_no_press_of_others_does_anything(state: str) -> None:
    scene = Scene(state)
    SavedSearch.objects.create(user=scene.people[OWNER], name="Oma", query="q=x", saved_at=NOW)
    before = list(Opportunity.objects.values()), list(SavedSearch.objects.values())
    sent = {
        "title": "Tunkeilija",
        "text": "x",
        "outcome": "here",
        "why": "x",
        "direction": "need",
        "kind": "pilot",
        "last_day": TODAY.isoformat(),
        "visibility": "public",
        "save": "1",
        "publish": "1",
        "rhythm": "now",
    }
    search = SavedSearch.objects.get()
    for who in set(WHO) - MANAGES:
        client = scene.client(who)
        names = ["publish", "renew", "discard", "edit", "close"] + ([] if who == HOST else ["take_down"])
        for name in names:
            assert client.post(scene.address(f"opportunity_{name}"), sent).status_code in (302, 403, 404, 410), (
                who,
                name,
            )
        for name in ("search_rhythm", "search_remove"):
            client.post(reverse(name, kwargs={"pk": search.pk}), sent)
    assert before == (list(Opportunity.objects.values()), list(SavedSearch.objects.values()))
