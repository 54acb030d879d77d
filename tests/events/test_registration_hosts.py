"""The organiser's pages of registrations: tickets, questions, participants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.tables import safe_cell
from events.models import Event, Question, Registration, RegistrationRules
from events.services import tickets

from .asking import come, make_question, make_ticket
from .making import EVENT_DAY, NOW, make_event, make_profile, make_user, register, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Kind = Question.Kind


@pytest.fixture
def event(anu: User) -> Event:
    return make_event(anu)


@pytest.fixture
def guest(client: Client) -> User:
    user = make_user("Vieno Vieras")
    make_profile("Vieras Oy", by=user)
    client.force_login(user)
    return user


class TestHosting:
    PAGES = [
        ("event_registering", "get", False),
        ("event_registering", "post", False),
        ("event_ticket_new", "get", False),
        ("event_ticket_new", "post", False),
        ("event_ticket", "get", True),
        ("event_ticket", "post", True),
        ("event_ticket_remove", "post", True),
        ("event_question_new", "get", False),
        ("event_question_new", "post", False),
        ("event_question", "get", True),
        ("event_question", "post", True),
        ("event_question_move", "post", True),
        ("event_question_remove", "post", True),
        ("event_participants", "get", False),
        ("event_participants_act", "post", False),
        ("event_participants_file", "get", False),
        ("event_answers", "get", False),
        ("event_participant", "get", True),
        ("event_remove", "post", True),
    ]

    @pytest.mark.parametrize(("name", "method", "one"), PAGES)
    def test_only_the_host(self, client: Client, event: Event, anu: User, name: str, method: str, one: bool) -> None:
        ticket, question = make_ticket(event, anu), make_question(event, anu)
        guest = come(event, ticket=ticket)
        pk = {"event_ticket": ticket.pk, "event_ques": question.pk}.get(name[:10], guest.pk)
        pk = ticket.pk if "ticket" in name else pk
        address = url(name, event, **({"pk": pk} if one else {}))
        assert getattr(client, method)(address).status_code == 302, "to signing in"
        for other in (guest.user, make_user()):
            client.force_login(other)
            assert getattr(client, method)(address).status_code == 403
        client.force_login(anu)
        assert getattr(client, method)(address).status_code in (200, 302, 422)

    def test_what_is_anothers_is_not_found(self, client: Client, event: Event, anu: User) -> None:
        other = make_event(anu)
        client.force_login(anu)
        pairs = [
            ("event_ticket", make_ticket(other, anu).pk),
            ("event_question", make_question(other, anu).pk),
            ("event_participant", register(other, "Muu").pk),
        ]
        for name, pk in pairs:
            assert client.get(url(name, event, pk=pk)).status_code == 404

    def test_a_ticket_is_made_and_changed(self, client: Client, event: Event, anu: User) -> None:
        client.force_login(anu)
        sent = {"name_fi": "Kävijä", "capacity": "5", "closes_at_0": "2026-03-10", "closes_at_1": "12:00"}
        client.post(url("event_ticket_new", event), sent)
        ticket = event.tickets.get()
        assert (ticket.name_fi, ticket.capacity) == ("Kävijä", 5)
        assert ticket.closes_at == EVENT_DAY + timedelta(hours=3) - timedelta(days=2)
        assert 'value="Kävijä"' in client.get(url("event_ticket", event, pk=ticket.pk)).content.decode()
        assert client.post(url("event_ticket", event, pk=ticket.pk), {"name_fi": ""}).status_code == 422
        stale = client.post(url("event_ticket", event, pk=ticket.pk), {**sent, "stamp": "0", "name_fi": "Uusi"})
        assert stale.context["form"].non_field_errors()
        assert 'value="Uusi"' in stale.content.decode()
        assert f'name="stamp" value="{ticket.version}"' in stale.content.decode()

    def test_a_question_is_made_with_its_condition(self, client: Client, event: Event, anu: User) -> None:
        client.force_login(anu)
        first = {
            "kind": "choice",
            "label_fi": "Millä tulet?",
            "purpose_fi": "Varaamme pysäköinnin.",
            "options_fi": "Junalla\nAutolla",
            "kept_days": "1",
        }
        assert client.post(url("event_question_new", event), first).status_code == 302
        one = event.questions.get()
        second = {"kind": "short", "label_fi": "Rekisteri?", "purpose_fi": "Portille.", "kept_days": "1"}
        client.post(url("event_question_new", event), {**second, "condition": [f"{one.pk}:o2"]})
        two = event.questions.last()
        assert two is not None
        assert (two.depends_on, two.depends_values) == (one, ["o2"])
        page = text_of(client.get(url("event_registering", event)))
        assert "Kysytään, jos vastasit kysymykseen ”Millä tulet?”: Autolla." in page
        client.post(url("event_question_move", event, pk=two.pk), {"to": "up"})
        assert list(event.questions.all()) == [one, two]
        client.post(url("event_question_remove", event, pk=one.pk))
        assert event.questions.get() == two

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"label_fi": ""}, "label_fi"),
            ({"purpose_fi": ""}, "purpose_fi"),
            ({"kind": "choice"}, "options_fi"),
            ({"kind": "ball"}, "kind"),
            ({"kept_days": "4000"}, "kept_days"),
            ({"kind": "diet", "kept_days": "90"}, "kept_days"),
            ({"label_fi": "x" * 201}, "label_fi"),
        ],
    )
    def test_bad_input_is_told_where_it_is(
        self, client: Client, event: Event, anu: User, changes: dict[str, str], field: str
    ) -> None:
        client.force_login(anu)
        sent = {"kind": "short", "label_fi": "Miksi?", "purpose_fi": "Siksi.", "kept_days": "7", **changes}
        response = client.post(url("event_question_new", event), sent)
        assert field in response.context["form"].errors
        assert not event.questions.exists()

    def test_the_rules_are_saved(self, client: Client, event: Event, anu: User) -> None:
        client.force_login(anu)
        client.post(url("event_registering", event), {"needs_approval": "on", "most_colleagues": "2", "stamp": "0"})
        rules = RegistrationRules.objects.get()
        assert (rules.needs_approval, rules.most_colleagues) == (True, 2)
        assert client.post(url("event_registering", event), {"most_colleagues": "1", "stamp": "0"}).status_code == 422


class TestParticipants:
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_page_costs_the_same(
        self, client: Client, event: Event, anu: User, count: int, django_assert_num_queries: Any
    ) -> None:
        ticket = make_ticket(event, anu)
        for n in range(count):
            register(event, f"Vieras{n}", ticket=ticket)
        client.force_login(anu)
        client.get(url("event_participants", event))
        with django_assert_num_queries(16):
            response = client.get(url("event_participants", event))
        assert len(response.context["page"].object_list) == count

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_answers_cost_the_same(
        self, client: Client, event: Event, anu: User, count: int, django_assert_num_queries: Any
    ) -> None:
        questions = [make_question(event, anu, Kind.CHOICE, options=["juna", "auto"]) for _n in range(count)]
        words = make_question(event, anu)
        for _n in range(count):
            come(event, answers={**{one.pk: "o2" for one in questions}, words.pk: "hei"})
        client.force_login(anu)
        client.get(url("event_answers", event))
        with django_assert_num_queries(13):
            response = client.get(url("event_answers", event))
        assert response.context["tallies"][0].options == [("juna", 0), ("auto", count)]
        assert len(response.context["tallies"][-1].words) == count

    def test_it_is_narrowed_by_words_state_and_ticket(self, client: Client, event: Event, anu: User) -> None:
        ticket = make_ticket(event, anu)
        register(event, "Aamu", ticket=ticket)
        register(event, "Ilta", state="waiting")
        register(event, "Poissa", state="cancelled")
        client.force_login(anu)

        def found(query: str) -> list[str]:
            page = client.get(f"{url('event_participants', event)}?{query}").context["page"]
            return [one.profile.name for one in page.object_list]

        assert found("") == ["Aamu Oy", "Ilta Oy"]
        assert found("q=ilta") == ["Ilta Oy"]
        assert found("state=cancelled") == ["Poissa Oy"]
        assert found(f"ticket={ticket.pk}") == ["Aamu Oy"]
        for odd in ("state=ball", "ticket=x", "page=999", "q=%00"):
            assert client.get(f"{url('event_participants', event)}?{odd}").status_code == 200

    def test_many_are_answered_at_once(self, client: Client, event: Event, anu: User) -> None:
        tickets.save_rules(event=event, needs_approval=True, most_colleagues=0, by=anu, now=NOW)
        people = [come(event) for _n in range(3)]
        client.force_login(anu)
        act = url("event_participants_act", event)
        chosen = [people[0].pk, people[1].pk, "x", 999999]
        client.post(act, {"act": "accept", "chosen": chosen})
        assert event.registrations.confirmed().count() == 2
        refused = client.post(act, {"act": "decline", "chosen": [people[2].pk], "reason": ""})
        assert refused.status_code == 422
        assert f'value="{people[2].pk}" checked' in refused.content.decode(), "who was chosen stays chosen"
        client.post(act, {"act": "decline", "chosen": [people[2].pk], "reason": "Täynnä."})
        client.post(act, {"act": "ball", "chosen": [people[0].pk]})
        client.post(act, {"act": "cancel", "chosen": [people[0].pk], "query": "state=confirmed"})
        states = [Registration.objects.get(pk=one.pk).state for one in people]
        assert states == ["cancelled", "confirmed", "declined"]
        assert client.post(act, {"act": "accept"}).status_code == 422

    def test_the_answers_of_one(self, client: Client, event: Event, anu: User) -> None:
        question = make_question(event, anu)
        one = come(event, answers={question.pk: "<i>hei</i>"})
        client.force_login(anu)
        page = client.get(url("event_participant", event, pk=one.pk)).content.decode()
        assert "&lt;i&gt;hei&lt;/i&gt;" in page
        assert one.spoken_code in page

    def test_the_table_runs_no_formula(self, client: Client, event: Event, anu: User) -> None:
        question = make_question(event, anu)
        one = come(event, "=HYPERLINK(1)", answers={question.pk: "@SUM(1)"})
        client.force_login(anu)
        table = client.get(url("event_participants_file", event)).content.decode()
        assert table.startswith("\ufeff")
        assert f"'{one.profile.name};" in table
        assert "'@SUM(1)" in table
        assert question.label in table

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", " =1", "\t=1"])
    def test_formula_cells_are_made_text(self, cell: str) -> None:
        assert safe_cell(cell) == f"'{cell}"
        assert safe_cell("Oma Oy") == "Oma Oy"

    def test_the_host_ends_a_registration_of_this_event_only(self, client: Client, event: Event, anu: User) -> None:
        other = make_event(anu)
        mine, elsewhere = register(event, "Vieras"), register(other, "Muu")
        client.force_login(anu)
        assert client.post(url("event_remove", event, pk=elsewhere.pk)).status_code == 404
        client.post(url("event_remove", event, pk=mine.pk))
        mine.refresh_from_db()
        assert mine.state == Registration.State.CANCELLED
