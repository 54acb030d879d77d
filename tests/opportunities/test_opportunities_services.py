"""An offer's life, one test for each way out."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.services import profiles as profile_services
from accounts.services.safety import block
from accounts.services.users import delete_user
from conversations.models import Contact, Conversation, Side
from conversations.services import messages
from conversations.services.common import CannotBeWritten
from core import attachments
from core.attachments import prepare
from core.models import AuditEvent
from matching.models import Freshness, Interest
from opportunities.models import Answer, Opportunity, OpportunityFile
from opportunities.queries import opportunities as queries
from opportunities.services import answering, departures, documents
from opportunities.services import opportunities as services
from opportunities.services.common import IsClosed, IsDown, NotOpen, NotYourProfile, Stale

from .making import NEED, NOW, TODAY, add_person, close, company, draft, kinds_to, make_theme, make_user, plan, publish

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF"
State = Opportunity.State


def file_named(name: str = "kuva.pdf", content: bytes = PDF) -> Any:
    return prepare(io.BytesIO(content), name, len(content))


def test_a_draft_is_its_own_peoples_and_is_published_by_one_press() -> None:
    mill, owner = company("Saha")
    made = draft(mill, owner)
    assert (made.state, made.language, made.published_at) == (State.DRAFT, "fi", None)
    assert not Opportunity.objects.seen_by(owner, NOW).exists()
    published = services.publish(opportunity=made, by=owner, now=NOW)
    assert (published.state, published.published_at) == (State.OPEN, NOW)
    assert Opportunity.objects.seen_by(make_user(), NOW).get() == made
    again = services.publish(opportunity=made, by=owner, now=NOW + timedelta(hours=1))
    assert again.published_at == NOW
    assert Freshness.objects.get(pk=mill.pk).stale_since is not None
    assert [one.action for one in AuditEvent.objects.filter(action__startswith="opportunity").order_by("pk")] == [
        "opportunity.drafted",
        "opportunity.published",
    ]


def test_only_an_owner_or_an_editor_writes() -> None:
    mill, owner = company("Saha")
    editor = add_person(mill, make_user("Eetu"), "editor")
    for person in (
        add_person(mill, make_user("Jäsen")),
        make_user("Muu"),
        make_user("Koordinaattori", is_coordinator=True),
    ):
        with pytest.raises(NotYourProfile):
            draft(mill, person)
    made = draft(mill, editor)
    for person in (add_person(mill, make_user("Toinen")), make_user("Vieras")):
        for press in (services.publish, services.renew, services.discard):
            with pytest.raises(NotYourProfile):
                press(opportunity=made, by=person, now=NOW)
        with pytest.raises(NotYourProfile):
            services.change(opportunity=made, plan=plan(), by=person, now=NOW)
        with pytest.raises(NotYourProfile):
            close(made, person)
    assert services.publish(opportunity=made, by=owner, now=NOW).state == State.OPEN


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": " \u202e "}, services.Untitled),
        ({"text": ""}, services.Textless),
        ({"last_day": TODAY - timedelta(days=1)}, services.LastDayPassed),
        ({"last_day": TODAY + timedelta(days=185)}, services.TooFarAhead),
        ({"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}, services.EndsBeforeItStarts),
        ({"pay": Decimal(-1)}, services.PayBelowZero),
    ],
)
def test_what_does_not_hold_is_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    mill, owner = company("Saha")
    with pytest.raises(error):
        draft(mill, owner, **changes)
    assert not Opportunity.objects.exists()


def test_the_last_day_may_be_today_and_six_months_from_today() -> None:
    mill, owner = company("Saha")
    assert draft(mill, owner, last_day=TODAY).last_day == TODAY
    assert draft(mill, owner, last_day=TODAY.replace(month=9)).last_day.month == 9


def test_who_answers_is_of_the_organisation() -> None:
    mill, owner = company("Saha")
    with pytest.raises(services.NotARepresentative):
        draft(mill, owner, answered_by=make_user("Vieras"))
    member = add_person(mill, make_user("Jäsen"))
    assert draft(mill, owner, answered_by=member).answered_by == member


def test_a_hidden_profile_publishes_nothing() -> None:
    mill, owner = company("Saha", visibility="hidden")
    made = draft(mill, owner)
    with pytest.raises(services.HiddenCannotPublish):
        services.publish(opportunity=made, by=owner, now=NOW)


def test_a_market_is_not_a_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opportunities.rules.opportunities.MOST_OPEN", 1)
    mill, owner = company("Saha")
    first = publish(mill, owner)
    made = draft(mill, owner)
    with pytest.raises(services.TooManyOpen):
        services.publish(opportunity=made, by=owner, now=NOW)
    close(first, owner)
    assert services.publish(opportunity=made, by=owner, now=NOW).state == State.OPEN


def test_a_form_sent_twice_makes_one() -> None:
    mill, owner = company("Saha")
    made = [services.create(profile=mill, plan=plan(), by=owner, now=NOW, publish=True, key="sama") for _ in range(2)]
    assert made[0] == made[1]
    assert Opportunity.objects.count() == 1


def test_a_change_is_seen_at_once_and_a_stale_one_is_refused() -> None:
    mill, owner = company("Saha")
    theme = make_theme()
    made = publish(mill, owner)
    seen = made.version
    changed = services.change(
        opportunity=made, plan=plan(title="Sahanpurua", themes=(theme,)), by=owner, now=NOW, version=seen
    )
    assert (changed.title, list(changed.themes.all())) == ("Sahanpurua", [theme])
    assert "sahanpuru" in changed.search_terms
    with pytest.raises(Stale):
        services.change(opportunity=made, plan=plan(), by=owner, now=NOW, version=seen)
    assert (
        services.change(opportunity=made, plan=plan(), by=owner, now=NOW, version=changed.version).title == plan().title
    )


def test_a_press_on_publish_saves_and_publishes_a_draft() -> None:
    mill, owner = company("Saha")
    made = draft(mill, owner)
    changed = services.change(opportunity=made, plan=plan(), by=owner, now=NOW, publish=True)
    assert changed.state == State.OPEN
    late = draft(mill, owner, last_day=TODAY)
    with pytest.raises(services.LastDayPassed):
        services.publish(opportunity=late, by=owner, now=NOW + timedelta(days=2))


def test_the_files_of_a_person_who_ends_their_account_go_with_it(django_capture_on_commit_callbacks: Any) -> None:
    mine, person = company("Oppilas", kind="student")
    made = draft(mine, person, files=[file_named("todistus.pdf")])
    mill, owner = company("Saha")
    kept = draft(mill, owner, files=[file_named()]).files.get()
    storage, name = (held := made.files.get()).file.storage, str(held.file.name)
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        delete_user(user=person, now=NOW)
    assert not storage.exists(name)
    assert storage.exists(str(kept.file.name))


def test_contents_without_a_row_go_after_a_day() -> None:
    mill, owner = company("Saha")
    lost, kept = draft(mill, owner, files=[file_named(), file_named("toinen.pdf")]).files.all()
    storage, name = lost.file.storage, str(lost.file.name)
    lost.delete()
    now = datetime.now(UTC)
    attachments.forget_orphans(OpportunityFile, now=now)
    assert storage.exists(name), "a row that is being written has its content first"
    assert attachments.forget_orphans(OpportunityFile, now=now + timedelta(days=2)) >= 1
    assert not storage.exists(name)
    assert storage.exists(str(kept.file.name))


def test_files_come_and_go() -> None:
    mill, owner = company("Saha")
    made = draft(mill, owner, files=[file_named()])
    first = made.files.get()
    changed = services.change(
        opportunity=made, plan=plan(files=[file_named("toinen.pdf")], without=[first.pk]), by=owner, now=NOW
    )
    assert [one.name for one in changed.files.all()] == ["toinen.pdf"]
    with pytest.raises(documents.TooManyFiles):
        services.change(opportunity=made, plan=plan(files=[file_named()] * 4), by=owner, now=NOW)
    services.discard(opportunity=made, by=owner, now=NOW)
    assert not Opportunity.objects.exists()
    with pytest.raises(services.NotADraft):
        services.discard(opportunity=publish(mill, owner), by=owner, now=NOW)


def test_closing_tells_what_came_of_it() -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    made = publish(mill, owner)
    answering.answer(opportunity=made, profile=stable, text="Otamme.", by=rider, now=NOW)
    with pytest.raises(services.OutcomeMissing):
        close(made, owner, outcome="ehkä")
    closed = close(made, owner, found=stable)
    assert (closed.state, closed.outcome, closed.found, closed.closed_at) == (State.CLOSED, "here", stable, NOW)
    assert close(made, owner, outcome="elsewhere").outcome == "here"
    for press in (services.renew, services.publish):
        with pytest.raises(IsClosed):
            press(opportunity=made, by=owner, now=NOW)
    with pytest.raises(IsClosed):
        services.change(opportunity=made, plan=plan(), by=owner, now=NOW)
    with pytest.raises(services.NotADraft):
        close(draft(mill, owner), owner)


def test_one_who_did_not_answer_is_not_named_as_found() -> None:
    mill, owner = company("Saha")
    other, _person = company("Muu")
    assert close(publish(mill, owner), owner, found=other).found is None
    stable, rider = company("Talli")
    made = publish(mill, owner)
    answering.answer(opportunity=made, profile=stable, text="Otamme.", by=rider, now=NOW)
    assert close(made, owner, outcome="elsewhere", found=stable).found is None


def test_a_coordinator_takes_down_with_a_reason_that_is_told() -> None:
    mill, owner = company("Saha")
    host = make_user("Koordinaattori", is_coordinator=True)
    made = publish(mill, owner)
    for person in (owner, make_user()):
        with pytest.raises(services.OnlyCoordinators):
            services.take_down(opportunity=made, why="En pidä", by=person, now=NOW)
    with pytest.raises(services.ReasonMissing):
        services.take_down(opportunity=made, why=" ", by=host, now=NOW)
    down = services.take_down(opportunity=made, why="Mainos, ei tarjous.", by=host, now=NOW)
    assert (down.state, down.taken_down_why) == (State.TAKEN_DOWN, "Mainos, ei tarjous.")
    assert not Opportunity.objects.seen_by(host, NOW).exists()
    assert kinds_to(owner) == ["opportunities.taken_down"]
    with pytest.raises(IsDown):
        services.renew(opportunity=made, by=owner, now=NOW)
    services.take_down(opportunity=made, why="Uudestaan", by=host, now=NOW)
    assert Opportunity.objects.get().taken_down_why == "Mainos, ei tarjous."


# --- Answering


def test_an_answer_opens_a_conversation_with_it_at_its_head() -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    made = publish(mill, owner)
    answer = answering.answer(opportunity=made, profile=stable, text="Otamme kaiken.", by=rider, now=NOW, token="a")
    talk = Conversation.objects.get()
    assert answer.conversation == talk
    assert talk.is_request
    assert Contact.objects.get().profile == stable
    for side in Side.objects.select_related("profile", "other"):
        assert [row.opportunity for row in queries.heads_of(side)] == [made]
    same = answering.answer(opportunity=made, profile=stable, text="Otamme kaiken.", by=rider, now=NOW, token="a")
    assert same == answer
    assert Answer.objects.count() == 1


def test_the_budget_of_contacts_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    from conversations.services.budget import ContactsSpent

    monkeypatch.setattr("conversations.rules.LIMITS", ((timedelta(0), 1),))
    stable, rider = company("Talli")
    for name in ("Yksi", "Kaksi"):
        profile, owner = company(name)
        publish(profile, owner)
    first, second = Opportunity.objects.order_by("pk")
    answering.answer(opportunity=first, profile=stable, text="Otamme.", by=rider, now=NOW)
    with pytest.raises(ContactsSpent):
        answering.answer(opportunity=second, profile=stable, text="Otamme.", by=rider, now=NOW)
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("blocker", ["mill", "stable"])
def test_a_block_between_the_two_is_as_if_it_were_not_there(blocker: str) -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    made = publish(mill, owner)
    one, other, by = (mill, stable, owner) if blocker == "mill" else (stable, mill, rider)
    block(blocker=one, blocked=other, by=by, now=NOW)
    assert not Opportunity.objects.seen_by(rider, NOW).exists()
    with pytest.raises(NotOpen):
        answering.answer(opportunity=made, profile=stable, text="Otamme.", by=rider, now=NOW)


def test_a_never_of_either_side_holds() -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    made = publish(mill, owner)
    Interest.objects.create(profile=mill, other=stable, answer=Interest.Answer.NEVER, by=owner, at=NOW)
    with pytest.raises(CannotBeWritten):
        answering.answer(opportunity=made, profile=stable, text="Otamme.", by=rider, now=NOW)


def test_who_publishes_has_asked_for_answers() -> None:
    """A student takes no strangers' messages unless they choose so; an offer of theirs asks for them."""
    student, owner = company("Opiskelija", kind="student")
    stable, rider = company("Talli")
    with pytest.raises(CannotBeWritten):
        messages.send_message(profile=stable, other=student, text="Hei", by=rider, now=NOW)
    made = publish(student, owner, kind="thesis")
    assert answering.answer(opportunity=made, profile=stable, text="Hei", by=rider, now=NOW).conversation is not None


def test_what_is_not_open_or_ones_own_is_not_answered() -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    made = publish(mill, owner)
    with pytest.raises(answering.IsYourOwn):
        answering.answer(opportunity=made, profile=mill, text="Hei", by=owner, now=NOW)
    for when in (made.closes_at, made.closes_at + timedelta(days=1)):
        with pytest.raises(NotOpen):
            answering.answer(opportunity=made, profile=stable, text="Hei", by=rider, now=when)
    with pytest.raises(NotOpen):
        answering.answer(opportunity=draft(mill, owner), profile=stable, text="Hei", by=rider, now=NOW)
    close(made, owner)
    with pytest.raises(NotOpen):
        answering.answer(opportunity=made, profile=stable, text="Hei", by=rider, now=NOW)
    assert not Conversation.objects.exists()


def test_an_answer_for_a_profile_that_one_does_not_represent_is_refused() -> None:
    mill, owner = company("Saha")
    stable, _rider = company("Talli")
    from conversations.services.common import NotYourProfile as NotYours

    with pytest.raises(NotYours):
        answering.answer(opportunity=publish(mill, owner), profile=stable, text="Hei", by=make_user(), now=NOW)


def test_who_answers_takes_care_of_the_conversation() -> None:
    mill, owner = company("Saha")
    member = add_person(mill, make_user("Jäsen"))
    stable, rider = company("Talli")
    made = publish(mill, owner, answered_by=member)
    answering.answer(opportunity=made, profile=stable, text="Hei", by=rider, now=NOW)
    assert Side.objects.get(profile=mill).taken_by == member


# --- What follows others' changes


@pytest.mark.parametrize("away", ["hidden", "taken_down"])
def test_a_profile_that_goes_takes_its_offers_along(away: str) -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    made = publish(mill, owner)
    if away == "hidden":
        profile_services.set_visibility(profile=mill, visibility="hidden", by=owner, now=NOW)
    else:
        profile_services.take_down(profile=mill, by=owner, now=NOW)
    assert not Opportunity.objects.seen_by(rider, NOW).exists()
    with pytest.raises(NotOpen):
        answering.answer(opportunity=made, profile=stable, text="Hei", by=rider, now=NOW)


def test_a_person_who_leaves_goes_from_the_texts() -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner, text=f"Kysy: {owner.email}, Saha Omistaja vastaa.")
    departures.user_leaving(owner, NOW)
    made.refresh_from_db()
    assert owner.email not in made.text
    assert "Saha Omistaja" not in made.text


def test_a_person_takes_along_what_they_wrote() -> None:
    mill, owner = company("Saha")
    publish(mill, owner, **NEED)
    export = queries.export_of(owner)
    assert export["written"][0]["title"] == NEED["title"]
    assert User.objects.filter(pk=owner.pk).exists()
