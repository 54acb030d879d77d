"""Writing, accepting, declining: each way out of the services, and what the other side can tell from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Profile, Report, Representative, User
from accounts.services.profiles import set_visibility, take_down
from accounts.services.safety import block, unblock
from accounts.services.users import delete_user, export_data
from conversations import rules
from conversations.models import Contact, Conversation, Message, Side
from conversations.queries import messages as queries
from conversations.queries.messages import Standing
from conversations.services import budget, messages, safety
from conversations.services.common import CannotBeWritten, NotYourProfile
from matching.models import Connection
from matching.services import answer, undo_answer
from notifications.kinds import Delivery
from notifications.models import Notification
from notifications.queries import read_notice
from tests.conversations.conftest import Say
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db


def stands(profile: Profile, other: Profile) -> Standing:
    side = queries.side_towards(Profile.objects.get(pk=profile.pk), Profile.objects.get(pk=other.pk))
    assert side is not None
    return queries.standing(side)


def notices(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def pair(saw: Profile, yard: Profile, by: User) -> dict[str, Any]:
    return {"profile": saw, "other": yard, "by": by, "now": NOW}


# --- Writing


def test_partners_write_freely_and_it_costs_nothing(
    saw: Profile, yard: Profile, bo: User, connected: Connection, say: Say
) -> None:
    long = "Kävimme katsomassa hallia. " * 100
    for text in (long, "Ja toinen."):
        say(saw, yard, text)
    assert stands(saw, yard) == stands(yard, saw) == Standing.WRITE
    assert not Contact.objects.exists()
    assert notices(bo) == ["conversations.message"], "one notice until it is read"
    assert Message.objects.filter(language="fi").count() >= 1


def test_a_strangers_first_is_one_short_request(saw: Profile, yard: Profile, bo: User, say: Say) -> None:
    with pytest.raises(messages.TooLong):
        say(saw, yard, "x" * (rules.LONGEST_FIRST + 1))
    say(saw, yard)
    assert (stands(saw, yard), stands(yard, saw)) == (Standing.WAIT, Standing.ANSWER)
    assert Contact.objects.get().kind == Contact.Kind.MESSAGE
    with pytest.raises(messages.WaitForAnswer):
        say(saw, yard, "Vielä yksi asia")
    assert notices(bo) == ["conversations.request"]
    assert Notification.objects.get(user=bo).delivery == Delivery.DAILY


def test_to_answer_accepts_and_costs_nothing(saw: Profile, yard: Profile, aino: User, say: Say) -> None:
    say(saw, yard)
    say(yard, saw, "Sopii hyvin.")
    assert stands(saw, yard) == stands(yard, saw) == Standing.WRITE
    assert not Contact.objects.filter(profile=yard).exists()
    assert Contact.objects.get(profile=saw).answered_at == NOW
    assert notices(aino) == ["conversations.message"]


def test_a_request_is_refused_when_all_is_spent(saw: Profile, yard: Profile, say: Say) -> None:
    for _turn in range(rules.LIMITS[-1][1]):
        budget.spend(profile=saw, other=make_profile(), kind=Contact.Kind.INTEREST, now=NOW)
    with pytest.raises(budget.ContactsSpent):
        say(saw, yard)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\u202e\u2066"])
def test_nothing_is_no_message(saw: Profile, yard: Profile, say: Say, text: str) -> None:
    with pytest.raises(messages.NoText):
        say(saw, yard, text)
    assert not Contact.objects.exists()


def test_bad_signs_are_left_out_and_too_much_is_refused(
    saw: Profile, yard: Profile, connected: Connection, say: Say
) -> None:
    assert say(saw, yard, "Terve\x00 \u202eoiram\r\nuusi rivi").text == "Terve oiram\nuusi rivi"
    with pytest.raises(messages.TooLong):
        say(saw, yard, "x" * 100_000)
    assert Message.objects.count() == 1


def test_the_same_form_twice_is_one_message(saw: Profile, yard: Profile, say: Say) -> None:
    first = say(saw, yard, token="lomake-1")
    assert say(saw, yard, token="lomake-1") == first
    assert Message.objects.count() == Contact.objects.count() == 1


def test_one_who_does_not_represent_cannot_write_read_or_decide(
    saw: Profile, yard: Profile, aino: User, bo: User, say: Say
) -> None:
    say(saw, yard)
    side = queries.side_towards(yard, saw)
    assert side is not None
    Representative.objects.filter(user=bo).delete()  # an ex-representative
    for user in (make_user(), aino, bo):
        with pytest.raises(NotYourProfile):
            say(yard, saw, by=user)
        for deed in (messages.accept, messages.decline):
            with pytest.raises(NotYourProfile):
                deed(profile=yard, other=saw, by=user, now=NOW)
        with pytest.raises(NotYourProfile):
            messages.mark_read(side=side, by=user, now=NOW)
        with pytest.raises(NotYourProfile):
            safety.choose_strangers(profile=yard, takes=False, by=user, now=NOW)


def test_a_member_writes_but_does_not_choose_whose_messages_are_taken(saw: Profile, yard: Profile, say: Say) -> None:
    member = make_user()
    Representative.objects.create(profile=saw, user=member, role="member", since=NOW)
    say(saw, yard, by=member)
    with pytest.raises(NotYourProfile):
        safety.choose_strangers(profile=saw, takes=False, by=member, now=NOW)


def test_one_who_is_hidden_cannot_write(saw: Profile, yard: Profile, say: Say) -> None:
    Profile.objects.filter(pk=saw.pk).update(visibility="hidden")
    with pytest.raises(messages.HiddenCannotWrite):
        say(saw, yard)


def test_nobody_writes_to_themselves(saw: Profile, say: Say) -> None:
    with pytest.raises(CannotBeWritten):
        say(saw, saw)


# --- Who cannot be written to


def refuse_hidden(yard: Profile, saw: Profile, bo: User) -> None:
    set_visibility(profile=yard, visibility="hidden", by=bo, now=NOW)


def refuse_removed(yard: Profile, saw: Profile, bo: User) -> None:
    take_down(profile=yard, by=bo, now=NOW)


def refuse_blocked(yard: Profile, saw: Profile, bo: User) -> None:
    block(blocker=yard, blocked=saw, by=bo, now=NOW)


def refuse_never(yard: Profile, saw: Profile, bo: User) -> None:
    answer(profile=yard, other=saw, answer="never", by=bo, now=NOW)


def refuse_strangers(yard: Profile, saw: Profile, bo: User) -> None:
    safety.choose_strangers(profile=yard, takes=False, by=bo, now=NOW)


def refuse_unclaimed(yard: Profile, saw: Profile, bo: User) -> None:
    Profile.objects.filter(pk=yard.pk).update(claimed_at=None)


REFUSALS = [refuse_hidden, refuse_removed, refuse_blocked, refuse_never, refuse_strangers, refuse_unclaimed]
APART = REFUSALS[:4]


@pytest.mark.parametrize("refuse", REFUSALS)
def test_each_reason_gives_the_same_answer_and_costs_nothing(
    saw: Profile, yard: Profile, bo: User, say: Say, refuse: Any
) -> None:
    refuse(yard, saw, bo)
    with pytest.raises(CannotBeWritten) as refused:
        say(saw, yard)
    assert str(refused.value) == str(CannotBeWritten())
    assert not Contact.objects.exists()
    assert not Conversation.objects.exists()
    assert notices(bo) in ([], ["accounts.taken_down"])


def test_a_person_takes_no_strangers_messages_until_they_choose_to(saw: Profile, say: Say) -> None:
    user = make_user()
    student = make_profile(by=user, kind="student")
    with pytest.raises(CannotBeWritten):
        say(saw, student)
    safety.choose_strangers(profile=student, takes=True, by=user, now=NOW)
    assert say(saw, student)


@pytest.mark.parametrize("refuse", APART)
def test_a_request_looks_the_same_to_its_writer_whatever_came_of_it(
    saw: Profile, yard: Profile, bo: User, say: Say, refuse: Any
) -> None:
    say(saw, yard)
    refuse(yard, saw, bo)
    assert stands(saw, yard) == Standing.WAIT
    with pytest.raises(messages.WaitForAnswer):
        say(saw, yard, "Vieläkö muistat?")
    assert [side.other for side in queries.conversations_of(saw)] == [yard]


@pytest.mark.parametrize("refuse", [refuse_blocked, refuse_never])
def test_who_wants_nothing_of_them_has_no_request_waiting(
    saw: Profile, yard: Profile, bo: User, say: Say, refuse: Any
) -> None:
    say(saw, yard)
    refuse(yard, saw, bo)
    assert queries.requests_to(yard) == []
    assert queries.unread_count(bo) == 0


@pytest.mark.parametrize("refuse", APART)
def test_a_conversation_closes_for_both_without_a_reason(
    saw: Profile, yard: Profile, bo: User, say: Say, refuse: Any
) -> None:
    say(saw, yard)
    say(yard, saw, "Hei.")
    refuse(yard, saw, bo)
    assert stands(saw, yard) == Standing.CLOSED
    with pytest.raises(messages.ConversationClosed):
        say(saw, yard)


def test_a_request_of_one_who_went_away_waits_for_nobody(
    saw: Profile, yard: Profile, aino: User, bo: User, say: Say
) -> None:
    say(saw, yard)
    assert queries.unread_count(bo) == 1
    set_visibility(profile=saw, visibility="hidden", by=aino, now=NOW)
    assert queries.unread_count(bo) == 0
    assert queries.requests_to(yard) == []
    assert read_notice(Notification.objects.get(user=bo)) is None
    assert stands(yard, saw) == Standing.CLOSED


# --- Declining


def test_a_declined_request_stays_unanswered(saw: Profile, yard: Profile, aino: User, bo: User, say: Say) -> None:
    say(saw, yard)
    messages.decline(**pair(yard, saw, bo))
    assert (stands(saw, yard), stands(yard, saw)) == (Standing.WAIT, Standing.CLOSED_HERE)
    assert notices(aino) == []
    assert queries.unread_count(bo) == 0
    assert [side.other for side in queries.closed_by(yard)] == [saw]
    assert Contact.objects.get().answered_at is None
    with pytest.raises(messages.WaitForAnswer):
        say(saw, yard, "Entä nyt?")
    with pytest.raises(messages.ClosedByYou):
        say(yard, saw)


def test_who_declined_can_open_it_again(saw: Profile, yard: Profile, bo: User, say: Say) -> None:
    say(saw, yard)
    messages.decline(**pair(yard, saw, bo))
    messages.accept(**pair(yard, saw, bo))
    assert stands(saw, yard) == Standing.WRITE
    messages.accept(**pair(yard, saw, bo))  # twice is once


def test_a_conversation_can_be_ended_and_only_who_ended_it_opens_it(
    saw: Profile, yard: Profile, aino: User, bo: User, say: Say
) -> None:
    say(saw, yard)
    say(yard, saw, "Hei.")
    messages.decline(**pair(yard, saw, bo))
    assert (stands(saw, yard), stands(yard, saw)) == (Standing.CLOSED, Standing.CLOSED_HERE)
    for deed in (messages.accept, messages.decline):
        with pytest.raises(messages.NothingWaits):
            deed(**pair(saw, yard, aino))
    # Nor by saying never, or blocking, and taking that back.
    answer(profile=saw, other=yard, answer="never", by=aino, now=NOW)
    undo_answer(profile=saw, other=yard, by=aino, now=NOW)
    block(blocker=saw, blocked=yard, by=aino, now=NOW)
    unblock(blocker=saw, blocked=yard, by=aino, now=NOW)
    assert stands(saw, yard) == Standing.CLOSED


def test_nothing_is_decided_where_nothing_waits(
    saw: Profile, yard: Profile, aino: User, bo: User, say: Say, connected: Connection
) -> None:
    with pytest.raises(messages.NothingWaits):
        messages.accept(**pair(saw, yard, aino))
    say(saw, yard)
    with pytest.raises(messages.NothingWaits):
        messages.decline(**pair(yard, saw, bo))  # partners


def test_who_wrote_cannot_accept_their_own_request(saw: Profile, yard: Profile, aino: User, say: Say) -> None:
    say(saw, yard)
    for deed in (messages.accept, messages.decline):
        with pytest.raises(messages.NothingWaits):
            deed(**pair(saw, yard, aino))


def test_a_connection_opens_what_was_declined(saw: Profile, yard: Profile, bo: User, say: Say) -> None:
    say(saw, yard)
    messages.decline(**pair(yard, saw, bo))
    a, b = sorted((saw, yard), key=lambda profile: profile.pk)
    Connection.objects.create(a=a, b=b, made_at=NOW)
    say(saw, yard, "Nyt kun tunnemme:")
    assert stands(yard, saw) == Standing.WRITE


# --- Reading


def test_read_by_one_it_is_read_for_all_and_the_next_is_told_again(
    saw: Profile, yard: Profile, aino: User, bo: User, say: Say, connected: Connection
) -> None:
    colleague = make_user()
    Representative.objects.create(profile=yard, user=colleague, role="member", since=NOW)
    say(saw, yard)
    assert queries.unread_count(bo) == queries.unread_count(colleague) == 1
    side = queries.side_of(yard, Conversation.objects.get().pk)
    assert side is not None
    later = NOW + timedelta(minutes=5)
    messages.mark_read(side=side, by=colleague, now=later)
    assert queries.unread_count(bo) == queries.unread_count(colleague) == 0
    assert not Notification.objects.filter(read_at=None).exists()
    assert not Notification.objects.filter(mailed_at=None, mail_due_at__isnull=False).exists()
    own = queries.side_of(saw, side.conversation_id)
    assert own is not None
    assert queries.thread(own).seen == Message.objects.get()
    say(saw, yard, "Ja vielä.", now=later + timedelta(hours=1))
    assert notices(bo) == ["conversations.message"] * 2
    assert queries.thread(own).seen == Message.objects.first()


def test_looking_at_a_request_is_not_reading_it(saw: Profile, yard: Profile, bo: User, say: Say) -> None:
    say(saw, yard)
    side = queries.side_of(yard, Conversation.objects.get().pk)
    assert side is not None
    messages.mark_read(side=side, by=bo, now=NOW)
    assert queries.unread_count(bo) == 1
    assert Side.objects.get(profile=yard).read_at is None


def test_notices_tell_who_and_never_what(saw: Profile, yard: Profile, bo: User, say: Say) -> None:
    say(saw, yard, "Salainen tarjous")
    row = Notification.objects.get(user=bo)
    notice = read_notice(row, "en")
    assert notice is not None
    assert "Ahon Saha Oy" in notice.title
    assert "Salainen" not in notice.title + notice.text
    assert notice.url.endswith("?for=varv")
    messages.decline(**pair(yard, saw, bo))
    assert read_notice(row, "en") is None


# --- Reports, export, the end of an account


def test_a_reported_message_goes_to_the_coordinator(saw: Profile, yard: Profile, bo: User, say: Say) -> None:
    coordinator = make_user(is_coordinator=True)
    message = say(saw, yard, "Ostakaa heti!\nTai muuten.")
    safety.report_message(message=message, reader=yard, reason="harmful", text="Uhkailua", by=bo, now=NOW)
    report = Report.objects.get()
    assert report.profile == saw
    assert report.text == "Uhkailua\n\n> Ostakaa heti!\n> Tai muuten."
    assert notices(coordinator) == ["accounts.reported"]


def test_only_a_received_message_is_reported(saw: Profile, yard: Profile, aino: User, say: Say) -> None:
    message = say(saw, yard)
    for reader, user in ((saw, aino), (yard, make_user()), (make_profile(by=aino), aino)):
        with pytest.raises(NotYourProfile):
            safety.report_message(message=message, reader=reader, reason="other", text="", by=user, now=NOW)
    assert not Report.objects.exists()


def test_the_export_holds_what_the_person_wrote(saw: Profile, yard: Profile, aino: User, say: Say) -> None:
    say(saw, yard, "Hei!")
    say(yard, saw, "Hei itsellesi!")
    rows = export_data(user=aino, now=NOW)["messages"]["messages"]
    assert rows == [{"from": "Ahon Saha Oy", "to": "Bergs Varv Ab", "at": NOW.isoformat(), "text": "Hei!"}]


def test_messages_stay_when_their_writer_leaves_but_the_name_goes(
    saw: Profile, yard: Profile, aino: User, say: Say
) -> None:
    Representative.objects.create(profile=saw, user=make_user(), role="owner", since=NOW)
    message = say(saw, yard, f"Soita minulle. Terveisin Aino Aho, {aino.email}")
    delete_user(user=aino, now=NOW)
    message.refresh_from_db()
    assert message.by is None
    assert message.profile == saw
    assert message.text == "Soita minulle. Terveisin […], […]"
