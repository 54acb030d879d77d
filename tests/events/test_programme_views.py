"""The programme's pages: what each reader sees, and what the organiser's forms say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import Profile, User
from events.models import Event, Room, Session, Speaker
from events.services import programme
from events.services.programme import SessionPlan

from .making import EVENT_DAY, NOW, make_event, make_profile, make_user, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)


@pytest.fixture
def host() -> User:
    return make_user("Hilkka")


@pytest.fixture
def event(host: User) -> Event:
    return make_event(host)


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "talk",
        "title_fi": "Avauspuhe",
        "day": "2026-03-12",
        "starts_at": "09:00",
        "ends_at": "09:45",
        "language": "fi",
        **changes,
    }


def fill(event: Event, count: int) -> None:
    """So many sessions in two rooms, each with a speaker of its own who has a profile."""
    rooms = [Room.objects.create(event=event, name=name) for name in ("Sali", "Kamari")]
    for n in range(count):
        one = Speaker.objects.create(
            event=event, name=f"Puhuja {n}", consented_at=NOW, profile=make_profile(f"Yritys {n}")
        )
        start = EVENT_DAY + n * timedelta(minutes=30)
        session = Session.objects.create(
            event=event, title_fi=f"Puhe {n}", starts_at=start, ends_at=start + HOUR, room=rooms[n % 2]
        )
        session.speaking.create(speaker=one)


class TestReading:
    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.usefixtures("bare_masthead")
    def test_it_costs_the_same_however_long(
        self, client: Client, event: Event, count: int, django_assert_num_queries: Any
    ) -> None:
        fill(event, count)
        client.get(url("programme", event))
        with django_assert_num_queries(5):
            response = client.get(url("programme", event))
        assert len(response.context["faces"]) == count

    @pytest.mark.parametrize(
        ("change", "shown"),
        [
            (lambda: Session.objects.update(title_fi="Toinen otsikko"), "Toinen otsikko"),
            (lambda: Session.objects.update(abstract="Uusi kuvaus"), "Uusi kuvaus"),
            (lambda: Room.objects.filter(name="Sali").update(name="Aula"), "Aula"),
            (lambda: Speaker.objects.update(title="Sahuri"), "Sahuri"),
            (lambda: Speaker.objects.update(consented_at=None), "Puhuja kerrotaan myöhemmin"),
            (lambda: Profile.objects.update(visibility="members"), "<span>Puhuja 0</span>"),
        ],
    )
    def test_a_change_is_seen_at_once(
        self, client: Client, event: Event, change: Callable[[], object], shown: str
    ) -> None:
        fill(event, 1)
        for name in ("programme", "event"):
            assert shown not in client.get(url(name, event)).content.decode()
        change()
        for name in ("programme", "event"):
            assert shown in client.get(url(name, event)).content.decode()

    def test_what_is_kept_is_of_the_readers_language(self, client: Client, event: Event) -> None:
        fill(event, 1)
        Speaker.objects.update(consented_at=None)
        address = url("programme", event)
        assert "Puhuja kerrotaan" in client.get(address).content.decode()
        assert "The speaker is told" in client.get(address.replace("/fi/", "/en/")).content.decode()

    def test_tracks_are_a_table_and_one_room_a_list(self, client: Client, event: Event) -> None:
        fill(event, 1)
        assert "<table" not in client.get(url("programme", event)).content.decode()
        fill_more = Session.objects.get()
        other = Room.objects.get(name="Kamari")
        Session.objects.create(
            event=event, title_fi="Yhtä aikaa", starts_at=fill_more.starts_at, ends_at=fill_more.ends_at, room=other
        )
        page = client.get(url("programme", event)).content.decode()
        assert '<table class="tracks"' in page
        assert "Yhtä aikaa" in page

    def test_it_stands_on_the_events_page(self, client: Client, event: Event) -> None:
        assert "Avauspuhe" not in client.get(url("event", event)).content.decode()
        fill(event, 2)
        page = client.get(url("event", event)).content.decode()
        assert "Puhe 1" in page
        assert "Puhuja 0" in page

    def test_what_is_told_of_a_room_is_there_for_those_who_need_it(self, client: Client, event: Event) -> None:
        fill(event, 2)
        assert not client.get(url("programme", event)).context["rooms"]
        Room.objects.filter(name="Kamari").update(accessibility="Ei kynnyksiä", capacity=30)
        for name in ("programme", "event"):
            page = client.get(url(name, event)).content.decode()
            assert "Ei kynnyksiä" in page
            assert "30" in page

    def test_an_abstract_is_not_run(self, client: Client, event: Event) -> None:
        fill(event, 1)
        Session.objects.update(abstract="<script>alert(1)</script>", title_fi="<b>x</b>")
        page = client.get(url("programme", event)).content.decode()
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page

    def test_who_has_not_agreed_is_not_named_anywhere(self, client: Client, event: Event, host: User) -> None:
        fill(event, 1)
        Speaker.objects.update(consented_at=None)
        for name in ("event", "programme"):
            assert "Puhuja 0" not in client.get(url(name, event)).content.decode()
        client.force_login(host)
        assert "Puhuja 0" in client.get(url("programme_edit", event)).content.decode()

    def test_there_is_no_page_without_a_programme_but_for_the_host(
        self, client: Client, event: Event, host: User
    ) -> None:
        assert client.get(url("programme", event)).status_code == 404
        client.force_login(host)
        assert client.get(url("programme", event)).status_code == 200
        assert url("programme_edit", event) in client.get(url("event", event)).content.decode()

    def test_a_drafts_programme_is_its_hosts(self, client: Client, host: User) -> None:
        draft = make_event(host, state=Event.State.DRAFT)
        fill(draft, 1)
        assert client.get(url("programme", draft)).status_code == 404


class TestEditing:
    PAGES = ("programme_edit", "session_new", "room_new", "speaker_new")

    @pytest.mark.parametrize("name", PAGES)
    def test_only_the_host_is_let_in(self, client: Client, event: Event, host: User, name: str) -> None:
        assert client.get(url(name, event)).status_code == 302
        client.force_login(make_user())
        assert client.get(url(name, event)).status_code == 403
        client.force_login(host)
        assert client.get(url(name, event)).status_code == 200

    def test_what_is_another_events_is_not_found(self, client: Client, event: Event, host: User) -> None:
        fill(make_event(host), 1)
        client.force_login(host)
        for kind, model in (("session", Session), ("room", Room), ("speaker", Speaker)):
            pk = model.objects.order_by("pk")[0].pk
            for name in (f"{kind}_edit", f"{kind}_remove"):
                assert client.get(url(name, event, pk=pk)).status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.usefixtures("bare_masthead")
    def test_the_overview_costs_the_same(
        self, client: Client, event: Event, host: User, count: int, django_assert_num_queries: Any
    ) -> None:
        fill(event, count)
        client.force_login(host)
        client.get(url("programme_edit", event))
        with django_assert_num_queries(9):
            client.get(url("programme_edit", event))

    def test_a_session_is_added_and_the_next_begins_where_it_ends(
        self, client: Client, event: Event, host: User
    ) -> None:
        client.force_login(host)
        answer = client.post(url("session_new", event), filled(again="1"), follow=True)
        assert answer.redirect_chain[0][0] == url("session_new", event)
        form = answer.context["form"]
        assert str(form["starts_at"].value()) == "09:45:00"
        made = event.sessions.get()
        assert (made.starts_at, made.ends_at) == (EVENT_DAY, EVENT_DAY + timedelta(minutes=45))

    def test_an_end_before_the_beginning_is_past_midnight(self, client: Client, host: User) -> None:
        event = make_event(host, ends_at=EVENT_DAY + timedelta(hours=20))
        client.force_login(host)
        client.post(url("session_new", event), filled(starts_at="22:30", ends_at="01:00"))
        made = event.sessions.get()
        assert made.ends_at - made.starts_at == timedelta(hours=2, minutes=30)

    @pytest.mark.parametrize(("day", "clock"), [("2026-03-29", "03:30"), ("2026-10-25", "03:30")])
    def test_a_time_that_the_clocks_skip_or_repeat_is_refused_at_its_field(
        self, client: Client, host: User, day: str, clock: str
    ) -> None:
        start = EVENT_DAY.replace(month=int(day[5:7]), day=int(day[8:]) - 1)
        event = make_event(host, starts_at=start, ends_at=start + timedelta(days=2))
        client.force_login(host)
        answer = client.post(url("session_new", event), filled(day=day, starts_at=clock, ends_at="05:00"))
        assert answer.status_code == 422
        assert "starts_at" in answer.context["form"].errors
        assert not event.sessions.exists()

    def test_a_clash_is_named_at_the_field(self, client: Client, event: Event, host: User) -> None:
        fill(event, 1)
        client.force_login(host)
        room = Room.objects.get(name="Sali")
        answer = client.post(url("session_new", event), filled(room=room.pk))
        assert answer.status_code == 422
        assert "Puhe 0" in answer.context["form"].errors["room"][0]

    def test_another_events_room_is_no_choice(self, client: Client, event: Event, host: User) -> None:
        room = Room.objects.create(event=make_event(host), name="Muualla")
        client.force_login(host)
        assert "room" in client.post(url("session_new", event), filled(room=room.pk)).context["form"].errors

    @pytest.mark.parametrize(
        "changes", [{"day": "2026-03-13"}, {"day": "x"}, {"starts_at": "25:00"}, {"kind": "ball"}, {"speakers": "999"}]
    )
    def test_what_is_not_offered_is_refused(
        self, client: Client, event: Event, host: User, changes: dict[str, str]
    ) -> None:
        client.force_login(host)
        assert client.post(url("session_new", event), filled(**changes)).status_code == 422
        assert not event.sessions.exists()

    def test_a_stale_form_is_told_and_can_be_saved_again(self, client: Client, event: Event, host: User) -> None:
        fill(event, 1)
        session = Session.objects.get()
        client.force_login(host)
        where = url("session_edit", event, pk=session.pk)
        stamp = client.get(where).context["form"]["stamp"].value()
        new = SessionPlan({"fi": "Muun kirjoittama"}, session.starts_at, session.ends_at)
        programme.edit_session(session=session, plan=new, by=host, now=NOW)
        answer = client.post(where, filled(stamp=stamp))
        assert answer.status_code == 422
        session.refresh_from_db()
        assert session.title_fi == "Muun kirjoittama"
        again = answer.context["form"]["stamp"].value()
        assert client.post(where, filled(stamp=again)).status_code == 302
        session.refresh_from_db()
        assert session.title_fi == "Avauspuhe"

    def test_what_follows_is_moved_when_the_box_is_ticked(self, client: Client, event: Event, host: User) -> None:
        fill(event, 3)
        first, _between, last = event.sessions.all()
        client.force_login(host)
        client.post(
            url("session_edit", event, pk=first.pk),
            filled(ends_at="10:10", stamp="0", moves_following="on"),
        )
        last.refresh_from_db()
        assert last.starts_at == EVENT_DAY + timedelta(minutes=70)

    @pytest.mark.parametrize("kind", ["session", "room", "speaker"])
    def test_removing_asks_first(self, client: Client, event: Event, host: User, kind: str) -> None:
        fill(event, 1)
        things: Any = {"session": event.sessions, "room": event.rooms, "speaker": event.speakers}[kind]
        thing = things.all()[0]
        client.force_login(host)
        where = url(f"{kind}_remove", event, pk=thing.pk)
        client.get(where)
        assert things.filter(pk=thing.pk).exists()
        assert client.post(where).status_code == 302
        assert not things.filter(pk=thing.pk).exists()

    def test_a_speaker_with_a_picture_and_a_profile(
        self, client: Client, event: Event, host: User, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        profile = make_profile("Rauhala Oy", slug="rauhala")
        client.force_login(host)
        png = BytesIO()
        Image.new("RGB", (40, 40)).save(png, "PNG")
        data = {"name": "Pertti", "profile": "Rauhala Oy", "consents": "on"}
        picture = SimpleUploadedFile("kuva.png", png.getvalue(), "image/png")
        assert client.post(url("speaker_new", event), {**data, "picture": picture}).status_code == 302
        made = event.speakers.get()
        assert made.profile == profile
        assert str(made.picture.name).startswith("speakers/")
        taken = {**data, "stamp": "0", "takes_picture_away": "on"}
        assert client.post(url("speaker_edit", event, pk=made.pk), taken).status_code == 302
        made.refresh_from_db()
        assert not made.picture

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"profile": "Ei ole sellaista"}, "profile"),
            ({"picture": SimpleUploadedFile("x.png", b"<svg/>")}, "picture"),
        ],
    )
    def test_what_is_wrong_with_a_speaker_is_told_at_its_field(
        self, client: Client, event: Event, host: User, changes: dict[str, Any], field: str
    ) -> None:
        client.force_login(host)
        answer = client.post(url("speaker_new", event), {"name": "Pertti", "consents": "on", **changes})
        assert field in answer.context["form"].errors

    def test_a_room_is_added_and_changed(self, client: Client, event: Event, host: User) -> None:
        client.force_login(host)
        assert client.post(url("room_new", event), {"name": "Sali", "capacity": "40"}).status_code == 302
        assert "name" in client.post(url("room_new", event), {"name": "Sali"}).context["form"].errors
        room = event.rooms.get()
        assert client.post(url("room_edit", event, pk=room.pk), {"name": "Iso sali", "stamp": "0"}).status_code == 302
        room.refresh_from_db()
        assert (room.name, room.capacity) == ("Iso sali", None)
