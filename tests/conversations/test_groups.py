"""Conversations of several profiles: who can begin and join one, who sees what, what is unread, notices, live."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import Block, Profile
from accounts.services import representatives
from conversations.models import Contact, GroupMessage, GroupPlace, GroupTalk
from conversations.queries import groups as queries
from conversations.queries import messages as message_queries
from conversations.services import groups, messages, safety
from conversations.services.common import NotYourProfile
from conversations.services.group_telling import ADDED, DAY
from conversations.services.group_telling import NOW as AT_ONCE
from notifications import queries as notices
from notifications.kinds import Category, Delivery
from notifications.models import Notification
from notifications.services import deliver_due, set_preference
from tests.conversations.several import Scene, notices_to
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
DAY_LONG = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


# --- Beginning and joining


def test_it_is_begun_among_those_who_are_all_connected_and_they_are_told(scene: Scene) -> None:
    talk = scene.make(once="x")
    assert scene.make(once="x") == talk, "the same form once more"
    assert set(queries.profiles_in(talk)) == {scene.profiles[name] for name in ("Aino", "Bo", "Cecilia")}
    for name, told in (("Aino", 0), ("Bo", 1), ("Cecilia", 1), ("Eva", 0)):
        assert len(notices_to(scene.users[name], ADDED)) == told
    assert not Contact.objects.exists(), "only those connected come, so that nothing is spent"


def test_each_way_in_which_it_is_not_begun(scene: Scene) -> None:
    for names, changes, error in (
        (("Bo", "Cecilia"), {"name": "  "}, groups.NameMissing),
        (("Bo",), {}, groups.TooFew),
        (("Bo", "Eva"), {}, groups.NotAllConnected),
    ):
        with pytest.raises(error):
            scene.make(*names, **changes)
    others = [scene.profiles[name] for name in ("Bo", "Cecilia")]
    with pytest.raises(NotYourProfile):
        groups.make(profile=scene.profiles["Aino"], others=others, name="x", by=scene.users["Eva"], now=NOW)
    many = [make_profile(by=make_user()) for _n in range(12)]
    with pytest.raises(groups.TooMany):
        groups.make(profile=scene.profiles["Aino"], others=many, name="x", by=scene.users["Aino"], now=NOW)
    Profile.objects.filter(pk=scene.profiles["Aino"].pk).update(visibility=Profile.Visibility.HIDDEN)
    with pytest.raises(messages.HiddenCannotWrite):
        scene.make()
    assert not GroupTalk.objects.exists()


@pytest.mark.parametrize("how", ["blocked", "hidden", "taken down"])
def test_one_who_is_kept_apart_or_unseen_is_not_brought_in_and_the_reason_looks_the_same(
    scene: Scene, how: str
) -> None:
    talk = scene.make()
    dan = scene.profiles["Dan"]
    if how == "blocked":
        Block.objects.create(blocker=dan, blocked=scene.profiles["Cecilia"], at=NOW)
    elif how == "hidden":
        Profile.objects.filter(pk=dan.pk).update(visibility=Profile.Visibility.HIDDEN)
    else:
        Profile.objects.filter(pk=dan.pk).update(status=Profile.Status.TAKEN_DOWN)
    with pytest.raises(groups.NotAllConnected) as refused:
        groups.add(talk=talk, other=Profile.objects.get(pk=dan.pk), by=scene.users["Aino"], now=NOW)
    assert "connected with everybody" in str(refused.value)
    assert GroupPlace.objects.count() == 3


def test_whoever_joins_sees_from_then_on_and_whoever_leaves_sees_nothing(scene: Scene) -> None:
    talk = scene.make()
    scene.say(talk, "Aino", "Ennen")
    later = NOW + DAY_LONG
    groups.add(talk=talk, other=scene.profiles["Dan"], by=scene.users["Bo"], now=later)
    groups.add(talk=talk, other=scene.profiles["Dan"], by=scene.users["Aino"], now=later)
    scene.say(talk, "Bo", "Jälkeen", now=later)
    assert scene.sees(talk, "Dan") == ["Jälkeen"]
    assert scene.sees(talk, "Aino") == ["Ennen", "Jälkeen"]
    assert scene.unread("Dan") == 1
    groups.leave(talk=talk, profile=scene.profiles["Dan"], by=scene.users["Dan"], now=later)
    assert scene.sees(talk, "Dan") is None
    assert scene.unread("Dan") == 0
    told = notices_to(scene.users["Dan"], ADDED)[0]
    assert notices.read_notice(told) is None
    with pytest.raises(groups.NotInIt):
        groups.leave(talk=talk, profile=scene.profiles["Dan"], by=scene.users["Dan"], now=later)
    for act in (
        lambda: scene.say(talk, "Dan"),
        lambda: groups.mute(talk=talk, muted=True, by=scene.users["Dan"], now=later),
        lambda: groups.mark_read(talk=talk, by=scene.users["Dan"], now=later),
        lambda: groups.add(talk=talk, other=scene.profiles["Eva"], by=scene.users["Dan"], now=later),
    ):
        with pytest.raises(groups.NotInIt):
            act()


def test_the_last_one_to_leave_takes_it_away_and_one_alone_cannot_write(scene: Scene) -> None:
    talk = scene.make()
    scene.say(talk, "Aino")
    for name in ("Bo", "Cecilia"):
        groups.leave(talk=talk, profile=scene.profiles[name], by=scene.users[name], now=NOW)
    with pytest.raises(messages.ConversationClosed):
        scene.say(talk, "Aino")
    groups.leave(talk=talk, profile=scene.profiles["Aino"], by=scene.users["Aino"], now=NOW)
    assert not GroupTalk.objects.exists()
    assert not GroupMessage.objects.exists()
    with pytest.raises(groups.NotInIt):
        scene.say(talk, "Aino")


def test_those_who_edit_the_profile_decide_that_it_leaves(scene: Scene) -> None:
    talk = scene.make()
    with pytest.raises(groups.NotYoursToDecide):
        groups.leave(talk=talk, profile=scene.profiles["Bo"], by=scene.colleague("Bo"), now=NOW)


# --- Writing and reading


def test_a_message_is_written_once_and_unread_for_each_person_alone(scene: Scene) -> None:
    talk = scene.make()
    colleague = scene.colleague("Bo")
    first = scene.say(talk, "Aino", token="t")
    assert scene.say(talk, "Aino", token="t") == first
    assert scene.unread("Aino") == 0
    assert scene.unread("Bo") == 1
    assert message_queries.unread_count(colleague) == 1
    groups.mark_read(talk=talk, by=scene.users["Bo"], now=NOW)
    assert scene.unread("Bo") == 0
    assert message_queries.unread_count(colleague) == 1, "a group's message is for each"


@pytest.mark.parametrize(
    ("text", "error"), [("  ", messages.NoText), ("x" * 5001, messages.TooLong)], ids=["empty", "long"]
)
def test_what_cannot_be_written(scene: Scene, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        scene.say(scene.make(), "Aino", text)


def test_one_writes_for_ones_own_profile_alone_and_not_hidden(scene: Scene) -> None:
    talk = scene.make()
    with pytest.raises(groups.NotInIt):
        scene.say(talk, "Aino", profile=scene.profiles["Bo"])
    Profile.objects.filter(pk=scene.profiles["Bo"].pk).update(visibility=Profile.Visibility.HIDDEN)
    with pytest.raises(messages.HiddenCannotWrite):
        scene.say(talk, "Bo")


def test_a_profile_that_is_deleted_in_the_middle_leaves_what_it_said(scene: Scene) -> None:
    talk = scene.make()
    message = scene.say(talk, "Bo", "Tämä jää.")
    scene.profiles["Bo"].delete()
    assert scene.sees(talk, "Bo") is None
    assert scene.sees(talk, "Aino") == ["Tämä jää."]
    scene.users["Bo"].delete()
    message.refresh_from_db()
    assert queries.writer(message) == "Somebody who is no longer here"


def test_a_veto_afterwards_hides_nothing_of_the_group(scene: Scene) -> None:
    talk = scene.make()
    scene.say(talk, "Bo", "Yhteinen asia")
    Block.objects.create(blocker=scene.profiles["Cecilia"], blocked=scene.profiles["Bo"], at=NOW)
    safety.profile_changed(scene.profiles["Cecilia"].pk, NOW)
    assert scene.sees(talk, "Cecilia") == ["Yhteinen asia"]


def test_who_represents_no_more_sees_nothing_and_counts_nothing(scene: Scene) -> None:
    talk = scene.make()
    colleague = scene.colleague("Bo")
    scene.say(talk, "Aino")
    told = notices_to(colleague, DAY)[0]
    assert notices.read_notice(told) is not None
    gone = colleague.representations.get()
    representatives.remove(representative=gone, by=scene.users["Bo"], now=NOW)
    assert queries.presence(talk.pk, colleague) is None
    assert message_queries.unread_count(colleague) == 0
    assert notices.read_notice(told) is None
    scene.say(talk, "Aino", "Vielä")
    assert Notification.objects.filter(user=colleague).count() == 2, "that they were removed, and nothing of the group"


def test_what_a_person_wrote_stays_without_their_name(scene: Scene) -> None:
    talk = scene.make()
    message = scene.say(talk, "Aino", "Terveisin Aino Aho")
    safety.user_leaving(scene.users["Aino"], NOW)
    message.refresh_from_db()
    assert message.by is None
    assert "Aino Aho" not in message.text
    mine = scene.say(talk, "Bo", "Oma")
    exported = message_queries.export_of(scene.users["Bo"])["groups"]
    assert exported == [{"in": "Yhteinen tarjous", "at": mine.at.isoformat(), "text": "Oma"}]


# --- Notices


def test_a_lively_week_is_a_letter_a_day_with_what_is_unread(scene: Scene) -> None:
    talk = scene.make()
    bo = scene.users["Bo"]
    Notification.objects.all().delete()
    mail.outbox.clear()
    for day in range(7):
        for hour in range(6):
            scene.say(talk, "Aino", f"{day} {hour}", now=NOW + timedelta(days=day, hours=hour))
        deliver_due(now=NOW + timedelta(days=day, hours=23), limit=50)
    letters = [one for one in mail.outbox if one.to == [bo.email]]
    assert len(letters) == 7
    assert all("6 viestiä" in str(one.body) for one in letters)
    assert all("Aino Aho, Ainos Oy" in str(one.body) for one in letters)
    assert not any("0 0" in str(one.body) for one in letters), "who, and never what"


def test_what_has_been_read_is_not_mailed_and_what_came_after_is(scene: Scene) -> None:
    talk = scene.make()
    bo = scene.users["Bo"]
    Notification.objects.all().delete()
    mail.outbox.clear()
    scene.say(talk, "Aino", "Luettu")
    groups.mark_read(talk=talk, by=bo, now=NOW)
    assert notices_to(bo, DAY)[0].read_at is not None
    deliver_due(now=NOW + DAY_LONG, limit=50)
    assert not [one for one in mail.outbox if one.to == [bo.email]]
    later = NOW + DAY_LONG
    scene.say(talk, "Aino", "Luettu", now=later)
    groups.mark_read(talk=talk, by=bo, now=later)
    scene.say(talk, "Aino", "Lukematta", now=later + timedelta(hours=1))
    deliver_due(now=later + DAY_LONG, limit=50)
    letters = [one for one in mail.outbox if one.to == [bo.email]]
    assert ["1 viesti" in str(one.body) for one in letters] == [True]


def test_at_once_there_is_one_for_all_that_is_unread(scene: Scene) -> None:
    talk = scene.make()
    bo = scene.users["Bo"]
    set_preference(user=bo, category=Category.MESSAGES, delivery=Delivery.NOW, now=NOW)
    for _turn in range(3):
        scene.say(talk, "Aino")
    assert len(notices_to(bo, AT_ONCE)) == 1
    assert not notices_to(bo, DAY)
    groups.mark_read(talk=talk, by=bo, now=NOW)
    assert notices_to(bo, AT_ONCE)[0].read_at is not None
    scene.say(talk, "Aino")
    assert len(notices_to(bo, AT_ONCE)) == 2


def test_after_the_days_letter_has_left_one_is_told_by_itself(scene: Scene) -> None:
    talk = scene.make()
    bo = scene.users["Bo"]
    scene.say(talk, "Aino")
    Notification.objects.filter(user=bo, kind=DAY).update(mailed_at=NOW)
    groups.mark_read(talk=talk, by=bo, now=NOW)
    scene.say(talk, "Aino")
    assert len(notices_to(bo, AT_ONCE)) == 1


def test_muted_it_rings_for_nobody_and_can_be_read(scene: Scene) -> None:
    talk = scene.make()
    scene.say(talk, "Aino")
    groups.mute(talk=talk, muted=True, by=scene.users["Bo"], now=NOW)
    Notification.objects.all().delete()
    scene.say(talk, "Aino", "Hiljaa")
    assert scene.unread("Bo") == 0
    assert not Notification.objects.filter(user=scene.users["Bo"]).exists()
    assert scene.sees(talk, "Bo") == ["Hei kaikki!", "Hiljaa"]
    groups.mute(talk=talk, muted=False, by=scene.users["Bo"], now=NOW)
    scene.say(talk, "Aino")
    assert scene.unread("Bo") == 1


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_notice_is_read_in_each_language(scene: Scene, language: str) -> None:
    talk = scene.make()
    scene.say(talk, "Aino", "Salaisuus")
    set_preference(user=scene.users["Cecilia"], category=Category.MESSAGES, delivery=Delivery.NOW, now=NOW)
    scene.say(talk, "Bo")
    groups.mark_read(talk=talk, by=scene.users["Cecilia"], now=NOW)
    scene.say(talk, "Bo")
    for name, kind in (("Bo", DAY), ("Bo", ADDED), ("Cecilia", AT_ONCE)):
        notice = notices.read_notice(notices_to(scene.users[name], kind)[0], language)
        assert notice is not None
        assert "Yhteinen tarjous" in notice.title
        assert "Salaisuus" not in notice.title + notice.text
