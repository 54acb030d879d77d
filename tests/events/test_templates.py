"""Templates: ready-made and one's own, and what is begun from them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Profile, User
from catalogue.files import read_catalogue
from events.models import Event, EventTemplate, Question, Session
from events.outlines import LANGUAGES, from_data, ready_made, to_data
from events.queries.series import outline_by_key
from events.services import copying, events, programme, registering, templates, tickets
from events.services.events import EventPlan
from themes.vocabulary import entries

from .asking import make_question, make_ticket
from .making import (
    EVENT_DAY,
    NOW,
    make_event,
    make_event_with_programme,
    make_fair,
    make_profile,
    make_user,
    register,
    url,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)
DAY = timezone.localdate(EVENT_DAY)


@pytest.fixture
def event(anu: User) -> Event:
    return make_event_with_programme(anu)


class TestTemplates:
    @pytest.mark.parametrize("outline", ready_made().values(), ids=lambda outline: outline.key)
    def test_a_ready_made_one_is_whole(self, outline: Any) -> None:
        for texts in (outline.titles, outline.summaries, outline.descriptions, outline.hints, outline.accessibility):
            assert set(texts) == set(LANGUAGES)
        assert outline.kind in Event.Kind.values
        assert outline.mode in Event.Mode.values
        assert outline.model in {model.slug for category in read_catalogue() for model in category.models}
        assert set(outline.themes) <= {entry.slug for entry in entries()}
        assert all(set(session.titles) == set(LANGUAGES) for session in outline.sessions)
        assert {session.kind for session in outline.sessions} <= set(Session.Kind.values)
        assert max(session.offset + session.length for session in outline.sessions) <= outline.minutes

    def test_there_is_one_for_each_kind(self) -> None:
        assert sorted(outline.kind for outline in ready_made().values()) == sorted(Event.Kind.values)

    @pytest.mark.parametrize("key", list(ready_made()))
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_an_event_is_made_of_it_with_its_programme(
        self, client: Client, anu: User, key: str, language: str
    ) -> None:
        client.force_login(anu)
        with translation.override(language):
            address = f"{reverse('event_new')}?template={key}"
        form = client.get(address).context["form"]
        outline = ready_made()[key]
        data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        for name in ("starts_at", "ends_at"):
            local = timezone.localtime(data.pop(name))
            data |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M}"}
        answer = client.post(address, {**data, "place": "Sali", "template": key})
        assert answer.status_code == 302, answer.context["form"].errors
        made = Event.objects.get()
        assert made.kind == outline.kind
        assert made.language == language
        assert made.sessions.count() == len(outline.sessions)
        assert timezone.localtime(made.starts_at).strftime("%H:%M") == outline.starts

    def test_a_form_sent_twice_makes_one_event_and_one_programme(self, anu: User) -> None:
        outline = ready_made()["seminar"]
        plan = EventPlan({"fi": "Aamu"}, EVENT_DAY, EVENT_DAY + 4 * HOUR, place="Sali")
        for _turn in range(2):
            templates.create_from_outline(outline=outline, plan=plan, organiser=None, by=anu, now=NOW, key="once")
        assert Event.objects.get().sessions.count() == len(outline.sessions)

    def test_what_does_not_fit_is_left_out(self, anu: User) -> None:
        plan = EventPlan({"fi": "Lyhyt"}, EVENT_DAY, EVENT_DAY + HOUR, place="Sali")
        made = templates.create_from_outline(
            outline=ready_made()["seminar"], plan=plan, organiser=None, by=anu, now=NOW
        )
        assert 0 < made.sessions.count() < len(ready_made()["seminar"].sessions)
        assert all(session.ends_at <= made.ends_at for session in made.sessions.all())

    def test_the_ready_made_matchmaking_has_its_round(self, anu: User) -> None:
        outline = ready_made()["matchmaking"]
        plan = EventPlan({"fi": "Iltapäivä"}, EVENT_DAY, EVENT_DAY + 4 * HOUR, place="Sali")
        made = templates.create_from_outline(outline=outline, plan=plan, organiser=None, by=anu, now=NOW, key="once")
        again = templates.create_from_outline(outline=outline, plan=plan, organiser=None, by=anu, now=NOW, key="once")
        assert again == made
        round = made.rounds.get()
        assert (round.starts_at, round.slots.count(), round.breaks.count()) == (EVENT_DAY + HOUR, 7, 1)
        meetings = [one for one in made.sessions.all() if one.kind == Session.Kind.MEETINGS]
        assert {slot.starts_at for slot in round.slots.all()} >= {one.starts_at for one in meetings}

    def test_a_round_that_does_not_fit_is_left_out(self, anu: User) -> None:
        plan = EventPlan({"fi": "Lyhyt"}, EVENT_DAY, EVENT_DAY + 2 * HOUR, place="Sali")
        made = templates.create_from_outline(
            outline=ready_made()["matchmaking"], plan=plan, organiser=None, by=anu, now=NOW
        )
        assert not made.rounds.exists()

    def test_an_own_one_keeps_the_rounds(self, anu: User) -> None:
        fair = make_fair(tables=4, opens_at_count=10, online_url="https://kokous.example/{table}")
        fair.round.breaks.create(starts_at=EVENT_DAY + HOUR, ends_at=EVENT_DAY + HOUR + timedelta(minutes=20))
        kept = templates.keep_as_template(event=fair.event, name="Oma", by=fair.host, now=NOW)
        outline = from_data(json.loads(json.dumps(kept.content)))
        assert outline.rounds == tuple(replace(one, online_url="") for one in copying.outlined_rounds(fair.event))
        made = templates.create_from_outline(
            outline=outline,
            plan=EventPlan({"fi": "Toinen"}, EVENT_DAY + HOUR, EVENT_DAY + 5 * HOUR, place="Sali"),
            organiser=None,
            by=anu,
            now=NOW,
        )
        assert copying.outlined_rounds(made) == outline.rounds

    def test_an_own_one_keeps_tickets_and_questions_with_their_conditions(self, event: Event, anu: User) -> None:
        opens = EVENT_DAY - timedelta(days=10)
        vip = make_ticket(event, anu, "Ostaja", kinds=("municipality",), capacity=5, needs_approval=True)
        make_ticket(event, anu, opens_at=opens, closes_at=opens + timedelta(days=9))
        food = make_question(event, anu, Question.Kind.CHOICE, "Jäätkö lounaalle?", options=["Kyllä", "En"])
        keys = [option["key"] for option in food.options]
        make_question(
            event, anu, Question.Kind.DIET, "Mitä et syö?", depends_on=food, depends_values=keys[:1], tickets=[vip]
        )
        make_question(event, anu, is_required=True)
        tickets.save_rules(event=event, needs_approval=True, most_colleagues=0, by=anu, now=NOW)
        kept = templates.keep_as_template(event=event, name="Oma", by=anu, now=NOW)
        outline = from_data(json.loads(json.dumps(kept.content)))
        start = EVENT_DAY + timedelta(days=28)
        plan = EventPlan({"fi": "Toinen"}, start, start + 4 * HOUR, place="Sali")
        for _twice in range(2):
            templates.create_from_outline(outline=outline, plan=plan, organiser=None, by=anu, now=NOW, key="once")
        made = Event.objects.exclude(pk=event.pk).get()
        assert registering.outlined_registering(made) == outline.registering
        assert outline.registering == registering.outlined_registering(event)
        buyer, visitor = made.tickets.all()
        assert (buyer.name_fi, buyer.kinds, buyer.capacity, buyer.needs_approval) == (
            "Ostaja", ["municipality"], 5, True,
        )  # fmt: skip
        before = timezone.make_naive(start) - timedelta(days=10)
        assert visitor.opens_at is not None
        assert timezone.make_naive(visitor.opens_at) == before, "by the clock on the wall"
        lunch, diet, why = made.questions.all()
        assert (diet.depends_on, diet.depends_values, list(diet.tickets.all())) == (lunch, keys[:1], [buyer])
        assert (diet.event, why.is_required, why.depends_on) == (made, True, None)
        assert food.event == event, "the first event has its own still"
        assert event.questions.count() == 3
        rules = made.registration_rules
        assert (rules.needs_approval, rules.most_colleagues) == (True, 0)

    def test_one_kept_before_there_were_tickets_in_it_still_works(self, event: Event, anu: User) -> None:
        kept = templates.keep_as_template(event=event, name="Oma", by=anu, now=NOW)
        del kept.content["registering"]
        outline = from_data(kept.content)
        plan = EventPlan({"fi": "Toinen"}, EVENT_DAY, EVENT_DAY + 4 * HOUR, place="Sali")
        made = templates.create_from_outline(outline=outline, plan=plan, organiser=None, by=anu, now=NOW)
        assert not made.tickets.exists()
        assert not hasattr(made, "registration_rules")

    def test_an_own_one_keeps_words_rooms_and_programme_and_nobody(self, event: Event, anu: User) -> None:
        register(event, "Vieras")
        kept = templates.keep_as_template(event=event, name="Oma", by=anu, now=NOW)
        outline = from_data(kept.content)
        assert outline.titles["sv"] == "Partnerdag"
        assert [room.name for room in outline.rooms] == ["Sali"]
        assert [(session.offset, session.length, session.room) for session in outline.sessions] == [
            (0, 60, 0),
            (60, 60, 0),
        ]
        for name in ("Pertti", "Vieras"):
            assert name not in str(kept.content)
        assert from_data(to_data(outline)) == outline
        made = templates.create_from_outline(
            outline=outline,
            plan=EventPlan({"fi": "Toinen"}, EVENT_DAY + HOUR, EVENT_DAY + 5 * HOUR, place="Sali"),
            organiser=None,
            by=anu,
            now=NOW,
        )
        assert [session.room.name for session in made.sessions.select_related("room") if session.room] == [
            "Sali",
            "Sali",
        ]
        assert made.sessions.all()[0].starts_at == EVENT_DAY + HOUR

    def test_it_is_for_those_who_organise_for_the_same(self, anu: User) -> None:
        olli, stranger = make_user("Olli"), make_user()
        town = make_profile("Lieksa", by=olli, kind=Profile.Kind.MUNICIPALITY)
        event = make_event(olli, organiser=town)
        kept = templates.keep_as_template(event=event, name="Oma", by=olli, now=NOW)
        assert outline_by_key(f"own-{kept.pk}", olli) is not None
        assert outline_by_key(f"own-{kept.pk}", stranger) is None
        with pytest.raises(events.NotTheHost):
            templates.keep_as_template(event=event, name="Muu", by=stranger, now=NOW)
        with pytest.raises(templates.NotYourTemplate):
            templates.forget_template(template=kept, by=stranger, now=NOW)
        templates.forget_template(template=kept, by=olli, now=NOW)
        assert not EventTemplate.objects.exists()

    @pytest.mark.parametrize("with_organiser", [True, False])
    def test_a_name_is_given_once(self, anu: User, with_organiser: bool) -> None:
        town = make_profile("Lieksa", by=anu, kind=Profile.Kind.MUNICIPALITY) if with_organiser else None
        event = make_event(anu, organiser=town)
        templates.keep_as_template(event=event, name="Oma", by=anu, now=NOW)
        with pytest.raises(templates.TemplateNameTaken):
            templates.keep_as_template(event=event, name="Oma", by=anu, now=NOW)

    def test_there_is_an_end_to_them(self, event: Event, anu: User) -> None:
        EventTemplate.objects.bulk_create(
            EventTemplate(name=f"Malli {n}", content={}, created_at=NOW) for n in range(templates.MOST)
        )
        with pytest.raises(templates.TooManyTemplates):
            templates.keep_as_template(event=event, name="Oma", by=anu, now=NOW)

    @pytest.mark.parametrize("key", ["own-1", "own-x", "own-99999999999999999999", "ball", "", "own-²"])
    def test_what_is_not_there_is_no_template(self, client: Client, anu: User, key: str) -> None:
        assert outline_by_key(key, anu) is None
        client.force_login(anu)
        assert client.get(f"{reverse('event_new')}?template={key}").status_code == 200

    def test_pages_of_it(self, client: Client, event: Event, anu: User) -> None:
        client.force_login(make_user())
        assert client.get(reverse("event_templates")).status_code == 403
        client.force_login(anu)
        assert client.post(url("event_keep_template", event), {"name": "Oma aamu"}).status_code == 302
        assert "name" in client.post(url("event_keep_template", event), {"name": "Oma aamu"}).context["form"].errors
        page = client.get(reverse("event_templates")).content.decode()
        kept = EventTemplate.objects.get()
        assert "Oma aamu" in page
        assert f"?template=own-{kept.pk}" in page
        own = client.get(f"{reverse('event_new')}?template=own-{kept.pk}").context["form"]
        assert own["title_fi"].value() == event.title_fi
        client.force_login(make_user())
        assert client.post(reverse("event_forget_template", kwargs={"pk": kept.pk})).status_code == 403
        client.force_login(anu)
        client.post(reverse("event_forget_template", kwargs={"pk": kept.pk}))
        assert not EventTemplate.objects.exists()

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.usefixtures("bare_masthead")
    def test_the_page_costs_the_same(
        self, client: Client, event: Event, anu: User, count: int, django_assert_num_queries: Any
    ) -> None:
        for n in range(count):
            templates.keep_as_template(event=event, name=f"Malli {n}", by=anu, now=NOW)
        client.force_login(anu)
        client.get(reverse("event_templates"))
        with django_assert_num_queries(4):
            client.get(reverse("event_templates"))


def test_an_outline_over_the_change_of_clocks_keeps_its_hours(anu: User) -> None:
    """An event from Saturday evening over the night when the clocks skip an hour."""
    start = datetime(2026, 3, 28, 16, 0, tzinfo=UTC)  # 18 o'clock
    event = make_event(anu, starts_at=start, ends_at=start + 18 * HOUR)
    begins = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)  # 9 o'clock, in summer time
    programme.add_session(
        event=event, plan=programme.SessionPlan({"fi": "Aamu"}, begins, begins + HOUR), by=anu, now=NOW
    )
    (session,) = copying.outline_of(event).sessions
    assert session.offset == 15 * 60
