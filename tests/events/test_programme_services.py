"""The programme: what may stand on it, what moves with what, and who may write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Profile, User
from events.models import Event, Room, Session, Speaker
from events.queries import programme as queries
from events.services import events, programme, shifting, speaking
from events.services.programme import SessionPlan
from events.services.speaking import RoomPlan, SpeakerPlan

from .making import EVENT_DAY, NOW, make_event, make_profile, make_user

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def host() -> User:
    return make_user("Hilkka")


@pytest.fixture
def event(host: User) -> Event:
    return make_event(host)


@pytest.fixture
def hall(event: Event) -> Room:
    return Room.objects.create(event=event, name="Juhlasali")


def speaker(event: Event, name: str = "Pertti Purkunen", **fields: Any) -> Speaker:
    return Speaker.objects.create(event=event, name=name, **{"consented_at": NOW, **fields})


def plan(start: int = 0, length: int = 45, **changes: Any) -> SessionPlan:
    """Minutes from the event's beginning."""
    begins = EVENT_DAY + start * MINUTE
    values = {"titles": {"fi": "Puhe"}, "starts_at": begins, "ends_at": begins + length * MINUTE, **changes}
    return SessionPlan(**values)


def add(event: Event, host: User, start: int = 0, length: int = 45, **changes: Any) -> Session:
    return programme.add_session(event=event, plan=plan(start, length, **changes), by=host, now=NOW)


def edit(session: Session, host: User, new: SessionPlan, **more: Any) -> Session:
    return programme.edit_session(session=session, plan=new, by=host, now=NOW, **more)


class TestAdding:
    def test_it_stands_with_its_speakers_in_order(self, event: Event, host: User, hall: Room) -> None:
        two = (speaker(event, "Öijar"), speaker(event, "Aho"))
        made = add(event, host, room=hall, speakers=two)
        assert [row.speaker for row in made.speaking.all()] == list(two)
        assert made.room == hall

    @pytest.mark.parametrize(
        ("changes", "error", "field"),
        [
            ({"titles": {}}, programme.SessionNameless, "title_fi"),
            ({"length": 0}, programme.SessionEndsBeforeStart, "ends_at"),
            ({"start": -1}, programme.SessionOutside, "starts_at"),
            ({"start": 360}, programme.SessionOutside, "starts_at"),
            ({"start": 330}, programme.SessionOutside, "ends_at"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(
        self, event: Event, host: User, changes: dict[str, Any], error: type[Exception], field: str
    ) -> None:
        with pytest.raises(error) as refusal:
            add(event, host, **changes)
        assert refusal.value.field == field  # type: ignore[attr-defined]  # a DomainError
        assert not event.sessions.exists()

    @pytest.mark.parametrize("kind", ["break", "meetings"])
    def test_a_break_needs_no_name(self, event: Event, host: User, kind: str) -> None:
        assert add(event, host, titles={}, kind=kind).title

    def test_a_room_is_taken_once_at_a_time(self, event: Event, host: User, hall: Room) -> None:
        add(event, host, 0, 45, room=hall, titles={"fi": "Avaus"})
        with pytest.raises(programme.RoomTaken, match=r"Juhlasali.*9\.00–9\.45.*Avaus") as refusal:
            add(event, host, 44, 30, room=hall)
        assert refusal.value.field == "room"
        assert add(event, host, 45, 30, room=hall), "one may begin when the other ends"
        assert add(event, host, 10, 30, room=None), "what has no room takes none"
        assert add(event, host, 0, 45, room=Room.objects.create(event=event, name="Kamari"))

    def test_nobody_speaks_in_two_places_at_once(self, event: Event, host: User) -> None:
        pertti = speaker(event)
        add(event, host, 0, 45, speakers=(pertti,), titles={"fi": "Avaus"})
        with pytest.raises(programme.SpeakerTaken, match=r"Pertti Purkunen.*9\.00–9\.45.*Avaus") as refusal:
            add(event, host, 30, 45, speakers=(speaker(event, "Muu"), pertti))
        assert refusal.value.field == "speakers"
        assert add(event, host, 45, 45, speakers=(pertti,))

    def test_rooms_and_speakers_are_the_events_own(self, event: Event, host: User) -> None:
        other = make_event(host)
        with pytest.raises(programme.RoomOfAnother):
            add(event, host, room=Room.objects.create(event=other, name="Muualla"))
        with pytest.raises(programme.SpeakerOfAnother):
            add(event, host, speakers=(speaker(other),))

    def test_only_the_host_writes_it(self, event: Event) -> None:
        stranger = make_user()
        with pytest.raises(events.NotTheHost):
            add(event, stranger)
        with pytest.raises(events.NotTheHost):
            speaking.add_room(event=event, plan=RoomPlan("Sali"), by=stranger, now=NOW)
        with pytest.raises(events.NotTheHost):
            speaking.add_speaker(event=event, plan=SpeakerPlan("Aho"), by=stranger, now=NOW)

    def test_a_cancelled_event_has_no_more_of_it(self, event: Event, host: User) -> None:
        Event.objects.filter(pk=event.pk).update(state=Event.State.CANCELLED)
        with pytest.raises(events.IsCancelled):
            add(event, host)


class TestEditing:
    def test_it_does_not_clash_with_itself(self, event: Event, host: User, hall: Room) -> None:
        pertti = speaker(event)
        made = add(event, host, room=hall, speakers=(pertti,))
        assert edit(made, host, plan(5, 45, room=hall, speakers=(pertti,))).version == 1

    def test_a_stale_form_overwrites_nothing(self, event: Event, host: User) -> None:
        made = add(event, host)
        edit(made, host, plan(titles={"fi": "Toinen"}), version=0)
        with pytest.raises(programme.SessionStale):
            edit(made, host, plan(titles={"fi": "Kolmas"}), version=0)
        made.refresh_from_db()
        assert made.title_fi == "Toinen"

    def test_what_comes_after_moves_along_when_asked(self, event: Event, host: User, hall: Room) -> None:
        first, second = add(event, host, 0, 45, room=hall), add(event, host, 45, 30, room=hall)
        with pytest.raises(programme.RoomTaken):
            edit(first, host, plan(0, 60, room=hall))
        edit(first, host, plan(0, 60, room=hall), moves_following=True)
        second.refresh_from_db()
        assert second.starts_at == EVENT_DAY + 60 * MINUTE
        assert second.ends_at - second.starts_at == 30 * MINUTE

    def test_what_was_on_before_and_on_other_days_stays(self, host: User) -> None:
        event = make_event(host, ends_at=EVENT_DAY + timedelta(days=1, hours=6))
        early, long = add(event, host, 0, 30), add(event, host, 0, 90)
        tomorrow = add(event, host, 24 * 60, 30)
        edit(early, host, plan(0, 60), moves_following=True)
        for other, start in ((long, EVENT_DAY), (tomorrow, EVENT_DAY + timedelta(days=1))):
            other.refresh_from_db()
            assert other.starts_at == start

    def test_a_clash_or_an_end_too_late_undoes_all_of_the_move(self, event: Event, host: User, hall: Room) -> None:
        kamari = Room.objects.create(event=event, name="Kamari")
        first = add(event, host, 0, 45, room=hall)
        add(event, host, 30, 60, room=kamari)
        second = add(event, host, 100, 30, room=kamari)
        with pytest.raises(programme.RoomTaken):
            edit(first, host, plan(0, 30, room=hall), moves_following=True)
        with pytest.raises(programme.SessionOutside):
            edit(first, host, plan(0, 300, room=hall), moves_following=True)
        second.refresh_from_db()
        assert second.starts_at == EVENT_DAY + 100 * MINUTE

    def test_only_the_host_edits_and_removes(self, event: Event, host: User) -> None:
        made, stranger = add(event, host), make_user()
        with pytest.raises(events.NotTheHost):
            edit(made, stranger, plan())
        with pytest.raises(events.NotTheHost):
            programme.remove_session(session=made, by=stranger, now=NOW)
        programme.remove_session(session=made, by=host, now=NOW)
        assert not event.sessions.exists()


class TestNightsAndClocks:
    """In Helsinki the clocks skip 3–4 on 29.3.2026 and repeat 3–4 on 25.10.2026."""

    def test_an_event_over_midnight_has_two_days(self, host: User) -> None:
        start = datetime(2026, 3, 13, 18, 0, tzinfo=UTC)  # 20 o'clock
        event = make_event(host, starts_at=start, ends_at=start + 6 * HOUR)
        late = programme.add_session(
            event=event,
            plan=SessionPlan({"fi": "Yli yön"}, start + 3 * HOUR, start + 5 * HOUR),
            by=host,
            now=NOW,
        )
        after = programme.add_session(
            event=event, plan=SessionPlan({"fi": "Aamuyö"}, start + 5 * HOUR, start + 6 * HOUR), by=host, now=NOW
        )
        days = queries.days_of(queries.talks_of(event, host))
        assert [(day.date.day, [talk.session.pk for talk in day.talks]) for day in days] == [
            (13, [late.pk]),
            (14, [after.pk]),
        ]

    def test_over_midnight_what_follows_moves_too(self, host: User) -> None:
        start = datetime(2026, 3, 13, 18, 0, tzinfo=UTC)
        event = make_event(host, starts_at=start, ends_at=start + 7 * HOUR)
        first = programme.add_session(
            event=event, plan=SessionPlan({"fi": "Ilta"}, start, start + HOUR), by=host, now=NOW
        )
        night = programme.add_session(
            event=event, plan=SessionPlan({"fi": "Yö"}, start + 5 * HOUR, start + 6 * HOUR), by=host, now=NOW
        )
        longer = SessionPlan({"fi": "Ilta"}, start, start + HOUR + 30 * MINUTE)
        edit(first, host, longer, moves_following=True)
        night.refresh_from_db()
        assert night.starts_at == start + 5 * HOUR + 30 * MINUTE

    @pytest.mark.parametrize("night", [datetime(2026, 3, 28, 20, 0), datetime(2026, 10, 24, 20, 0)])  # noqa: DTZ001  # local
    def test_lengths_are_real_over_the_change_of_clocks(self, host: User, night: datetime) -> None:
        start = timezone.make_aware(night).astimezone(UTC)
        event = make_event(host, starts_at=start, ends_at=start + 12 * HOUR)
        made = programme.add_session(
            event=event, plan=SessionPlan({"fi": "Yö"}, start + 4 * HOUR, start + 9 * HOUR), by=host, now=NOW
        )
        moved = edit(made, host, SessionPlan({"fi": "Yö"}, start + 5 * HOUR, start + 10 * HOUR))
        assert moved.ends_at - moved.starts_at == 5 * HOUR

    def test_moved_to_another_season_the_programme_keeps_its_hours_on_the_clock(self, event: Event, host: User) -> None:
        """From winter time (UTC+2) to summer time (UTC+3): half past nine stays half past nine."""
        made = add(event, host, 30, 45)
        summer = EVENT_DAY + timedelta(days=28) - HOUR
        moved = shifting.move_programme(event=event, starts_at=summer, ends_at=summer + 6 * HOUR)
        made.refresh_from_db()
        assert moved == 1
        assert timezone.localtime(made.starts_at).isoformat() == "2026-04-09T09:30:00+03:00"
        assert made.ends_at - made.starts_at == 45 * MINUTE


class TestTheEventMoves:
    def moved(self, event: Event, host: User, by: timedelta, longer: timedelta = timedelta(0)) -> Event:
        new = events.EventPlan(
            titles={"fi": event.title_fi},
            starts_at=event.starts_at + by,
            ends_at=event.ends_at + by + longer,
            place=event.place,
        )
        return events.edit_event(event=event, plan=new, organiser=None, by=host, now=NOW)

    @pytest.fixture
    def host(self) -> User:
        return make_user("Anu", is_coordinator=True)

    def test_as_a_whole_and_takes_the_programme_along(self, event: Event, host: User) -> None:
        made = add(event, host, 30, 45)
        self.moved(event, host, timedelta(days=1, hours=1))
        made.refresh_from_db()
        assert made.starts_at == EVENT_DAY + timedelta(days=1, hours=1, minutes=30)

    def test_longer_and_the_programme_stays(self, event: Event, host: User) -> None:
        made = add(event, host, 30, 45)
        self.moved(event, host, timedelta(0), HOUR)
        made.refresh_from_db()
        assert made.starts_at == EVENT_DAY + 30 * MINUTE

    def test_shorter_than_its_programme_is_refused(self, event: Event, host: User) -> None:
        add(event, host, 300, 60)
        with pytest.raises(shifting.ProgrammeOutside) as refusal:
            self.moved(event, host, timedelta(0), -HOUR)
        assert refusal.value.field == "ends_at"
        add(event, host, 0, 30)
        with pytest.raises(shifting.ProgrammeOutside) as refusal:
            self.moved(event, host, HOUR, -HOUR)
        assert refusal.value.field == "starts_at"


class TestRooms:
    def test_a_name_is_given_once(self, event: Event, host: User, hall: Room) -> None:
        with pytest.raises(speaking.RoomNameTaken):
            speaking.add_room(event=event, plan=RoomPlan("Juhlasali"), by=host, now=NOW)
        other = speaking.add_room(event=event, plan=RoomPlan("Kamari", 12), by=host, now=NOW)
        with pytest.raises(speaking.RoomNameTaken):
            speaking.edit_room(room=other, plan=RoomPlan("Juhlasali"), by=host, now=NOW)
        assert speaking.edit_room(room=other, plan=RoomPlan("Kamari", 14), by=host, now=NOW).capacity == 14

    def test_a_stale_form_overwrites_nothing(self, event: Event, host: User, hall: Room) -> None:
        speaking.edit_room(room=hall, plan=RoomPlan("Sali"), by=host, now=NOW, version=0)
        with pytest.raises(speaking.RoomStale):
            speaking.edit_room(room=hall, plan=RoomPlan("Muu"), by=host, now=NOW, version=0)

    def test_sessions_stay_when_their_room_goes(self, event: Event, host: User, hall: Room) -> None:
        made = add(event, host, room=hall)
        speaking.remove_room(room=hall, by=host, now=NOW)
        made.refresh_from_db()
        assert made.room is None


class TestSpeakers:
    PICTURE = ContentFile(b"png", name="kuva.png")

    def made(self, event: Event, host: User, **more: Any) -> Speaker:
        words = SpeakerPlan("Pertti", **{"consents": True, **more.pop("words", {})})
        return speaking.add_speaker(event=event, plan=words, by=host, now=NOW, **more)

    def test_without_consent_others_do_not_see_who_speaks(self, event: Event, host: User) -> None:
        shy = self.made(event, host, words={"consents": False})
        add(event, host, speakers=(shy, self.made(event, host)))
        (seen,) = queries.talks_of(event, make_user())
        assert [face.speaker.name for face in seen.faces] == ["Pertti"]
        assert seen.unnamed == 1
        (own,) = queries.talks_of(event, host, shows_all=True)
        assert len(own.faces) == 2

    def test_a_picture_needs_consent_and_goes_with_it(
        self, event: Event, host: User, django_capture_on_commit_callbacks: Any, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        with pytest.raises(speaking.PictureWithoutConsent):
            self.made(event, host, words={"consents": False}, picture=self.PICTURE)
        made = self.made(event, host, picture=self.PICTURE)
        name = str(made.picture.name)
        assert default_storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            edited = speaking.edit_speaker(speaker=made, plan=SpeakerPlan("Pertti"), by=host, now=NOW)
        assert not edited.picture
        assert not edited.may_be_shown
        assert not default_storage.exists(name)

    def test_removing_one_deletes_the_picture_and_keeps_the_session(
        self, event: Event, host: User, django_capture_on_commit_callbacks: Any, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        made = self.made(event, host, picture=self.PICTURE)
        name = str(made.picture.name)
        session = add(event, host, speakers=(made,))
        with django_capture_on_commit_callbacks(execute=True):
            speaking.remove_speaker(speaker=made, by=host, now=NOW)
        assert not default_storage.exists(name)
        assert not session.speakers.exists()

    def test_a_profile_that_one_does_not_see_cannot_be_chosen(self, event: Event, host: User) -> None:
        hidden = make_profile("Piilo Oy", visibility=Profile.Visibility.HIDDEN)
        with pytest.raises(speaking.ProfileUnseen):
            self.made(event, host, words={"profile": hidden})

    def test_a_profile_gives_its_name_and_is_linked_for_those_who_see_it(self, event: Event, host: User) -> None:
        members = make_profile("Rauhala Oy", visibility=Profile.Visibility.MEMBERS)
        made = self.made(event, host, words={"profile": members})
        assert made.organisation == "Rauhala Oy"
        add(event, host, speakers=(made,))
        from django.contrib.auth.models import AnonymousUser

        for user, sees in ((host, members), (AnonymousUser(), None)):
            (talk,) = queries.talks_of(event, user)
            assert talk.faces[0].profile == sees

    def test_a_stale_form_overwrites_nothing(self, event: Event, host: User) -> None:
        made = self.made(event, host)
        speaking.edit_speaker(speaker=made, plan=SpeakerPlan("Eka"), by=host, now=NOW, version=0)
        with pytest.raises(speaking.SpeakerStale):
            speaking.edit_speaker(speaker=made, plan=SpeakerPlan("Toka"), by=host, now=NOW, version=0)


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("Rauhala Oy", True),
        ("rauhala oy", True),
        ("https://solmu.example.fi/fi/profiles/rauhala/", True),
        ("rauhala", True),
        ("Kaksonen Oy", False),
        ("Ei ole", False),
        ("", False),
        ("/", False),
    ],
)
def test_a_profile_is_found_by_name_or_address(words: str, finds: bool) -> None:
    made = make_profile("Rauhala Oy", slug="rauhala")
    make_profile("Kaksonen Oy")
    make_profile("Kaksonen Oy")
    assert queries.profile_by_words(words, make_user()) == (made if finds else None)
