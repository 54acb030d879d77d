"""A shared inbox: who takes care, what waits, who is away, and that the other side sees nothing of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Profile, User
from accounts.services import representatives
from conversations import tasks
from conversations.models import Absence, Message
from conversations.queries import care as queries
from conversations.services import care, messages
from conversations.services.common import COVER, GIVEN, MESSAGE, WAITING, NotYourProfile
from core.models import AuditEvent
from matching.models import Connection
from notifications import kinds
from notifications import queries as notices
from notifications.models import Notification
from tests.conversations.colleagues import DAY, away, keeper, kinds_to, side_of, take
from tests.conversations.conftest import Say
from tests.factories.people import NOW, make_profile, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("connected")]
LATER = NOW + 3 * DAY


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


# --- Who takes care of it


def test_one_takes_it_and_releases_it_and_that_is_recorded(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    take(side, bo, bo)
    assert keeper(side) == bo.pk
    take(side, bo, bo, seen=None)  # pressed twice
    take(side, None, cecilia, seen=bo)
    assert keeper(side) is None
    actions = AuditEvent.objects.filter(action__startswith="conversation.").order_by("pk")
    assert [(one.action, one.by) for one in actions] == [
        ("conversation.taken", bo),
        ("conversation.released", cecilia),
    ]
    assert GIVEN not in kinds_to(bo) + kinds_to(cecilia)


def test_a_colleague_is_told_once_and_no_more_when_it_goes_to_another(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    take(side, cecilia, bo)
    told = Notification.objects.get(kind=GIVEN)
    assert told.user == cecilia
    for language, words in (("en", "asks you to take care"), ("fi", "Bo Berg"), ("sv", "Bo Berg")):
        notice = notices.read_notice(told, language)
        assert notice is not None
        assert words in notice.title
    take(side, bo, bo, seen=cecilia)
    told.refresh_from_db()
    assert told.read_at is not None
    assert notices.read_notice(told) is None


def test_the_notice_is_done_with_when_the_colleague_opens_it(
    client: Client, saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    take(side, cecilia, bo)
    client.force_login(cecilia)
    client.get(reverse("conversation", args=[side.conversation_id]))
    assert Notification.objects.get(kind=GIVEN).read_at is not None


def test_two_at_once_one_takes_it_and_the_other_is_told(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    take(side, bo, bo)
    with pytest.raises(care.TakenMeanwhile):
        take(side, cecilia, cecilia)
    assert keeper(side) == bo.pk


def test_only_the_profiles_people_take_give_and_mark(
    saw: Profile, yard: Profile, aino: User, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    for stranger in (aino, make_user()):
        with pytest.raises(NotYourProfile):
            take(side, stranger, stranger)
        with pytest.raises(NotYourProfile):
            care.needs_no_answer(side=side, by=stranger, now=NOW)
    with pytest.raises(care.NotAColleague):
        take(side, aino, bo)


def test_a_profile_that_is_deleted_in_the_middle_is_a_refusal(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    yard.delete()
    with pytest.raises(NotYourProfile):
        take(side, bo, bo)
    assert care.tell_waiting(now=LATER) == 0


def test_whoever_leaves_the_profile_takes_care_of_nothing(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    take(side, cecilia, bo)
    representatives.remove(representative=cecilia.representations.get(), by=bo, now=NOW)
    side = side_of(Message.objects.get(), yard)
    assert queries.care_of(side, bo, now=NOW).taker is None
    take(side, bo, bo, seen=None)
    assert keeper(side) == bo.pk


# --- What waits


def test_what_nobody_answers_is_told_once_to_all_the_colleagues(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    message = say(saw, yard)
    messages.mark_read(side=side_of(message, yard), by=bo, now=NOW)
    assert care.tell_waiting(now=LATER - timedelta(minutes=1)) == 0
    with time_machine.travel(LATER, tick=False):
        assert tasks.tell_waiting() == 1
        assert tasks.tell_waiting() == 0
    for person in (bo, cecilia):
        assert kinds_to(person).count(WAITING) == 1
    assert WAITING not in kinds_to(saw.representatives.get().user)
    say(saw, yard, "Hei taas", now=LATER)
    assert care.tell_waiting(now=LATER + 9 * DAY) == 0, "one notice until it has been answered"
    say(yard, saw, "Hei!", by=bo, now=LATER)
    assert not Notification.objects.filter(kind=WAITING, read_at=None).exists()
    say(saw, yard, "Ja vielä", now=LATER)
    assert care.tell_waiting(now=LATER + 3 * DAY) == 1


def test_what_needs_no_answer_waits_no_more_until_they_write_again(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard, "Kiitos!"), yard)
    care.needs_no_answer(side=side, by=bo, now=NOW)
    care.needs_no_answer(side=side, by=bo, now=NOW)
    side = side_of(Message.objects.get(), yard)
    assert side.waits_from is None
    assert side.unread_from is None
    assert care.tell_waiting(now=LATER) == 0
    say(saw, yard, "Niin, vielä yksi asia")
    assert care.tell_waiting(now=LATER) == 1


def test_every_sweep_names_a_task_that_exists() -> None:
    assert {name for name, _seconds in tasks.SWEEPS.values()} == {tasks.tell_waiting.name}


def test_one_who_is_alone_is_not_told_again(saw: Profile, yard: Profile, bo: User, say: Say) -> None:
    say(saw, yard)
    assert care.tell_waiting(now=LATER) == 1
    assert care.tell_waiting(now=LATER) == 0
    assert WAITING not in kinds_to(bo)


def test_of_a_closed_conversation_nobody_is_told(
    saw: Profile, yard: Profile, bo: User, cecilia: User, connected: Connection, say: Say
) -> None:
    say(saw, yard)
    yard.status = Profile.Status.PUBLISHED
    Profile.objects.filter(pk=saw.pk).update(visibility=Profile.Visibility.HIDDEN)
    assert care.tell_waiting(now=LATER) == 1
    assert WAITING not in kinds_to(bo)
    assert care.tell_waiting(now=LATER) == 0


def test_a_request_that_nobody_looks_at_is_told_and_declined_it_is_not(
    yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    first, second = make_profile(by=make_user()), make_profile(by=make_user())
    say(first, yard)
    say(second, yard)
    messages.decline(profile=yard, other=second, by=bo, now=NOW)
    assert care.tell_waiting(now=LATER) == 1
    assert kinds_to(cecilia).count(WAITING) == 1


# --- Being away


def test_days_are_checked_and_the_mark_is_replaced_and_taken_away(bo: User) -> None:
    today = timezone.localdate(NOW)
    for first, last, error in (
        (today, today - DAY, care.AwayBackwards),
        (today - 2 * DAY, today - DAY, care.AwayPassed),
        (today, today + 401 * DAY, care.AwayTooLong),
    ):
        with pytest.raises(error):
            care.be_away(user=bo, first=first, last=last, now=NOW)
    care.be_away(user=bo, first=today, last=today, now=NOW)
    care.be_away(user=bo, first=today, last=today + DAY, now=NOW)
    assert Absence.objects.get().last_day == today + DAY
    care.tell_waiting(now=NOW + 2 * DAY)
    assert not Absence.objects.exists(), "forgotten when it is over"
    care.be_away(user=bo, first=today, last=today, now=NOW)
    care.be_back(user=bo)
    assert not Absence.objects.exists()


def test_a_message_to_one_who_is_away_is_told_to_the_colleagues_at_once(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(yard, saw), yard)
    take(side, bo, bo)
    away(bo)
    say(saw, yard, "Onko sinulla hetki?")
    assert kinds_to(cecilia) == [COVER], "instead of the usual notice, not beside it"
    assert kinds_to(bo) == [MESSAGE]
    notice = notices.read_notice(Notification.objects.get(kind=COVER), "en")
    assert notice is not None
    assert saw.name in notice.title
    assert care.tell_waiting(now=NOW) == 0


def test_what_waits_when_one_goes_away_is_told_on_the_first_day(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    side = side_of(say(saw, yard), yard)
    take(side, bo, bo)
    away(bo, first=1)
    assert care.tell_waiting(now=NOW) == 0
    assert care.tell_waiting(now=NOW + DAY) == 1
    assert COVER in kinds_to(cecilia)
    assert COVER not in kinds_to(bo)


def test_when_all_are_away_all_are_told(saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say) -> None:
    side = side_of(say(yard, saw), yard)
    take(side, bo, bo)
    away(bo)
    away(cecilia)
    say(saw, yard)
    assert COVER in kinds_to(bo)
    assert COVER in kinds_to(cecilia)


@pytest.mark.parametrize("kind", [WAITING, COVER, GIVEN])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_notice_is_read_in_each_language_by_its_people_alone(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say, kind: str, language: str
) -> None:
    side = side_of(say(saw, yard), yard)
    take(side, cecilia, bo)
    about = {"conversation": side.conversation_id, "profile": yard.pk, "by": bo.pk}
    registered = kinds.get(kind)
    assert registered is not None
    row = Notification(user=cecilia, kind=kind, key="x", context=about, created_at=NOW)
    notice = notices.read_notice(row, language)
    assert notice is not None
    assert saw.name in notice.title
    assert side.waits_from is not None
    assert side.waits_from.text not in notice.title + notice.text
    cecilia.representations.all().delete()
    assert notices.read_notice(row, language) is None


def test_notices_of_messages_are_not_read_by_one_who_represents_no_more(
    saw: Profile, yard: Profile, bo: User, cecilia: User, say: Say
) -> None:
    say(saw, yard)
    told = Notification.objects.get(user=cecilia, kind=MESSAGE)
    assert notices.read_notice(told) is not None
    representatives.remove(representative=cecilia.representations.get(), by=bo, now=NOW)
    assert notices.read_notice(told) is None
