"""One's own day is kept and given while it is true: whatever changes shows at the next look, and so does time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import translation

from accounts.models import Profile, ProfileText, Representative, User
from core.kept import TOKEN
from events.models import (
    AdviceDesk,
    Announcement,
    DeskVisit,
    Event,
    Lateness,
    Meeting,
    MeetingParty,
    MeetingRequest,
    Registration,
    Room,
    Round,
    RoundBreak,
    Session,
    Slot,
    SwapRequest,
)
from events.queries import day as queries
from events.services import announcing, meetings
from events.services import day as services
from events.services.feeds import make_feed
from matching.models import Suggestion
from notifications.models import Notification

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    ask,
    make_fair,
    make_user,
    publish_fair,
    register,
    url,
)
from .test_rounds_views import as_user, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EARLY = EVENT_DAY - timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Reader:
    """Somebody who has the page open again and again, and what it would say if it were drawn each time."""

    def __init__(self, fair: Fair, settings: Any, who: User | None = None) -> None:
        self.fair, self.settings, self.drawn = fair, settings, 0
        self.client = as_user(who or fair.people[0].user)

    def look(self) -> str:
        kept = self._get(86_400)
        assert kept == self._get(0)
        return kept

    def _get(self, seconds: int) -> str:
        self.settings.KEPT_PAGE_SECONDS = seconds
        answer = self.client.get(page("my_day", self.fair))
        return TOKEN.sub(r'\1"', answer.content.decode()) + str(answer.status_code)


@pytest.fixture
def fair(clock: Any) -> Fair:
    caches["pages"].clear()
    fair = make_fair()
    for other in (1, 2):
        agree_pair(fair, 0, other)
    publish_fair(fair)
    room = Room.objects.create(event=fair.event, name="Sali")
    for n in range(2):
        begins = EVENT_DAY + timedelta(minutes=30 * n)
        Session.objects.create(
            event=fair.event, title_fi=f"Puhe {n}", starts_at=begins, ends_at=begins + timedelta(minutes=25), room=room
        )
    for one in fair.people:
        Profile.objects.filter(pk=one.profile_id).update(visibility="members")
        ProfileText.objects.create(profile=one.profile, kind="offers", text="Tarjoamme lastua.", language="fi")
    clock.move_to(EARLY)
    return fair


@pytest.fixture
def reader(fair: Fair, settings: Any) -> Reader:
    return Reader(fair, settings)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One for each time that a day was put together."""
    found: list[int] = []
    real = queries.day_of

    def counted(*args: Any, **kwargs: Any) -> Any:
        found.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(queries, "day_of", counted)
    return found


def first() -> Meeting:
    return Meeting.objects.agreed().order_by("starts_at")[0]


def other_side(fair: Fair, meeting: Meeting | None = None) -> MeetingParty:
    return (
        (meeting or first())
        .parties.exclude(registration=fair.people[0])
        .select_related("profile", "user", "registration__user")
        .get()
    )


def test_it_is_put_together_once_and_given_again(reader: Reader, drawn: list[int], clock: Any) -> None:
    for minute in range(3):
        clock.move_to(EARLY + minute * MINUTE)
        reader._get(86_400)
    assert len(drawn) == 1


def test_each_gets_their_own(fair: Fair, settings: Any, drawn: list[int]) -> None:
    pages = {Reader(fair, settings, one.user)._get(86_400) for one in fair.people for _time in range(2)}
    assert len(pages) == len(drawn) == len(fair.people)


# --- What is written -------------------------------------------------------------------------------------------------


def _moved(fair: Fair) -> None:
    meeting = first()
    slot = services.swap_times(meeting, now=EARLY)[0][0]
    other = other_side(fair, meeting)
    made = services.ask_swap(meeting=meeting, slot=slot, by=fair.people[0].user, now=EARLY)
    services.accept_swap(swap=made, by=other.user, now=EARLY)


def _asked_another_time(fair: Fair) -> None:
    meeting = first()
    slot = services.swap_times(meeting, now=EARLY)[0][0]
    services.ask_swap(meeting=meeting, slot=slot, by=other_side(fair, meeting).user, now=EARLY)


def _accepted(fair: Fair) -> None:
    agree_pair(fair, 0, 3)


def _said_late(fair: Fair) -> None:
    other = other_side(fair).registration
    assert other is not None
    services.say_late(registration=other, minutes=90, by=other.user, now=EARLY)


def _arrived(fair: Fair) -> None:
    services.say_late(registration=fair.people[0], minutes=90, by=fair.people[0].user, now=EARLY)


def _announced(fair: Fair, **more: Any) -> None:
    announcing.announce(event=fair.event, text="Kahvi on katettu.", language="fi", by=fair.host, now=EARLY, **more)


def _colleague_comes(fair: Fair) -> None:
    party = other_side(fair)
    MeetingParty.objects.filter(pk=party.pk).update(user=make_user("Sijainen Sarajas"))


def _in_line(fair: Fair) -> None:
    times = {"opens_at": EARLY, "closes_at": EARLY + 8 * 60 * MINUTE}
    desk = AdviceDesk.objects.create(event=fair.event, profile=fair.people[3].profile, name="Neuvonta", **times)
    DeskVisit.objects.create(desk=desk, user=fair.people[0].user, number=1, state="waiting", joined_at=EARLY)


def _suggested(fair: Fair) -> None:
    facts = {"score": 100, "direction": "both", "made_at": NOW, "evidence": {"groups": []}}
    Suggestion.objects.create(profile=fair.people[0].profile, other=other_side(fair).profile, **facts)


def _another_profile_too(fair: Fair) -> None:
    other = Profile.objects.create(kind="company", slug="toinen", name_fi="Toinen Oy", status="published")
    Representative.objects.create(profile=other, user=fair.people[0].user, role="owner", since=NOW)


def _of(model: Any, **changes: Any) -> Callable[[Fair], None]:
    """Written past every service: straight into the table."""

    def write(_fair: Fair) -> None:
        assert model.objects.update(**changes)

    return write


CHANGES: dict[str, Callable[[Fair], Any]] = {
    "meeting moved": _moved,
    "meeting cancelled": lambda fair: meetings.cancel_meeting(meeting=first(), by=other_side(fair).user, now=EARLY),
    "meeting accepted": _accepted,
    "request made": lambda fair: ask(fair, 3, 0),
    "another time asked for": _asked_another_time,
    "another table": lambda _fair: Meeting.objects.filter(pk=first().pk).update(table=77),
    "another topic": _of(Meeting, topic="Uusi aihe"),
    "colleague comes": _colleague_comes,
    "other's name": lambda fair: Profile.objects.filter(pk=other_side(fair).profile_id).update(name_fi="Uusi Nimi Oy"),
    "other's person's name": lambda fair: User.objects.filter(meeting_parties=other_side(fair)).update(
        name="Uusi Nimi"
    ),
    "other's text": _of(ProfileText, text="Etsimme lastua."),
    "other's text taken away": lambda _fair: ProfileText.objects.all().delete(),
    "other is late": _said_late,
    "late oneself": _arrived,
    "announced": _announced,
    "announced at a table": lambda fair: _announced(fair, table=first().table),
    "session renamed": _of(Session, title_fi="Uusi puhe", title_sv="Nytt tal"),
    "session moved": lambda _fair: Session.objects.filter(title_fi="Puhe 0").update(room=None),
    "session taken away": lambda _fair: Session.objects.filter(title_fi="Puhe 0").delete(),
    "room renamed": _of(Room, name="Toinen sali"),
    "break": lambda fair: RoundBreak.objects.create(
        round=fair.round, starts_at=EVENT_DAY, ends_at=EVENT_DAY + 9 * MINUTE
    ),
    "slot closed": lambda _fair: Slot.objects.filter(meetings=first()).update(is_open=False),
    "round's place": _of(Round, place="Aula"),
    "event renamed": _of(Event, title_fi="Uusi päivä"),
    "event's place": lambda _fair: (Round.objects.update(place=""), Event.objects.update(place="Tori")),
    "in line at a desk": _in_line,
    "calendar address": lambda fair: make_feed(user=fair.people[0].user, scope="own", now=EARLY),
    "notice": lambda fair: Notification.objects.create(
        user=fair.people[0].user, kind="events.announced", key="x", created_at=EARLY
    ),
    "own name": lambda fair: User.objects.filter(pk=fair.people[0].user_id).update(name="Tuula Toinen"),
    "another profile too": _another_profile_too,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_changes_shows_at_the_next_look(
    fair: Fair, reader: Reader, change: Callable[[Fair], Any], drawn: list[int]
) -> None:
    before = reader.look()
    assert reader.look() == before
    assert len(drawn) == 3, "once for what is kept, and each time without"
    change(fair)
    after = reader.look()
    assert after != before


def test_what_ends_is_shown_no_longer(fair: Fair, reader: Reader) -> None:
    made = announcing.announce(event=fair.event, text="Kahvia", language="fi", by=fair.host, now=EARLY)
    _said_late(fair)
    _asked_another_time(fair)
    first_request = ask(fair, 3, 0)
    _in_line(fair)
    looks = [reader.look()]
    announcing.take_back(announcement=made, by=fair.host, now=EARLY)
    looks.append(reader.look())
    Lateness.objects.all().delete()
    looks.append(reader.look())
    SwapRequest.objects.update(state="declined")
    looks.append(reader.look())
    MeetingRequest.objects.filter(pk=first_request.pk).update(state="declined")
    looks.append(reader.look())
    DeskVisit.objects.update(state="done")
    looks.append(reader.look())
    assert len(set(looks)) == len(looks)


def test_why_follows_the_list_of_suggestions(fair: Fair, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.look()
    _suggested(fair)
    reader.look()
    asked: list[Any] = []

    def heard(_profile: Any, others: Any) -> dict[int, Any]:
        asked.append(others)
        return {}

    monkeypatch.setattr("matching.showing.suggestions_between", heard)
    reader.look()
    Suggestion.objects.update(made_at=EARLY)
    reader.look()
    assert asked
    Suggestion.objects.all().delete()
    reader.look()


# --- Who may no longer -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda fair: Registration.objects.filter(pk=fair.people[0].pk).update(state="cancelled"),
        lambda fair: Registration.objects.filter(pk=fair.people[0].pk).delete(),
        lambda _fair: Event.objects.update(state="draft"),
        lambda fair: User.objects.filter(pk=fair.people[0].user_id).update(is_active=False),
    ],
)
def test_who_may_no_longer_look_sees_nothing_kept(fair: Fair, reader: Reader, change: Callable[[Fair], Any]) -> None:
    assert reader.look()[-3:] == "200"
    change(fair)
    assert reader.look()[-3:] in ("403", "404", "302")


def test_the_kept_page_of_one_who_leaves_is_nobodys(fair: Fair, reader: Reader, settings: Any) -> None:
    mine = reader.look()
    reader.client.logout()
    assert reader.look()[-3:] == "302"
    reader.client.force_login(register(fair.event, "Uusi").user)
    assert reader.look() != mine
    assert Client().get(page("my_day", fair)).status_code == 302


# --- What passes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_full", [True, False])
def test_it_says_at_every_moment_what_it_would_say_if_it_were_drawn_then(
    fair: Fair, reader: Reader, clock: Any, drawn: list[int], is_full: bool
) -> None:
    """From the evening before to the day after, at each moment at which something begins or ends, and around it; of a
    full day, and of one with a meeting and little else, of which no two things end together."""
    if is_full:
        _said_late(fair)
        _announced(fair)
        _announced(fair, table=first().table)
        _announced(fair, session=Session.objects.get(title_fi="Puhe 1"))
        _in_line(fair)
    else:
        Session.objects.all().delete()
        first().delete()
        Meeting.objects.update(ends_at=first().ends_at - 7 * MINUTE)
    RoundBreak.objects.create(round=fair.round, starts_at=EVENT_DAY, ends_at=EVENT_DAY + 9 * MINUTE)
    rows: list[Any] = [*Meeting.objects.all(), *Session.objects.all(), fair.event, fair.round]
    moments = {moment for one in rows for moment in (one.starts_at, one.ends_at)}
    moments |= {one.ends_at for one in RoundBreak.objects.all()} | {one.ends_at for one in Announcement.objects.all()}
    moments |= {one.comes_at for one in Lateness.objects.all()} | {one.closes_at for one in AdviceDesk.objects.all()}
    moments |= {EVENT_DAY.replace(hour=hour) for hour in (8, 15, 22)}  # 10, 17 and 24 o'clock in Helsinki
    moments |= {EVENT_DAY - timedelta(hours=12), EVENT_DAY + timedelta(hours=20)}
    for moment in sorted(moments):
        for about in (-1, 0, 1):
            clock.move_to(moment + timedelta(seconds=about))
            reader.look()
    assert len(drawn) < 2 * 3 * len(moments), "some looks were given what was kept"


def test_each_language_has_its_own(fair: Fair, settings: Any, drawn: list[int]) -> None:
    settings.KEPT_PAGE_SECONDS = 86_400
    client = as_user(fair.people[0].user)
    for _time in range(2):
        for language in ("fi", "sv", "en"):
            with translation.override(language):
                answer = client.get(url("my_day", fair.event)).content.decode()
                assert f'<html lang="{language}"' in answer
    assert len(drawn) == 3


def test_ones_own_press_shows_at_once_and_is_told_once(fair: Fair, settings: Any) -> None:
    settings.KEPT_PAGE_SECONDS = 86_400
    client = as_user(fair.people[0].user)
    for _time in range(2):
        assert "8.45" not in client.get(page("my_day", fair)).content.decode()
    said = client.post(page("my_day_late", fair), {"minutes": "45"}, follow=True).content.decode()
    assert "8.45" in said
    assert 'class="toast' in said
    again = client.get(page("my_day", fair)).content.decode()
    assert "8.45" in again
    assert 'class="toast' not in again


def test_a_form_of_a_kept_page_may_be_sent(fair: Fair, settings: Any) -> None:
    settings.KEPT_PAGE_SECONDS = 86_400
    client = Client(enforce_csrf_checks=True)
    client.force_login(fair.people[0].user)
    client.get(page("my_day", fair))
    kept = client.get(page("my_day", fair)).content.decode()
    found = TOKEN.search(kept)
    assert found is not None
    token = found.group().rpartition('value="')[2].rstrip('"')
    sent = client.post(page("my_day_late", fair), {"minutes": "90", "csrfmiddlewaretoken": token})
    assert sent.status_code == 302
    assert Lateness.objects.count() == 1
