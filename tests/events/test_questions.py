"""Questions of an organiser's own: what is an answer, who is asked, and when answers are deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import hooks
from accounts.models import User
from events.models import Answer, ColleagueInvitation, Event, Question, Registration
from events.rules.questions import asked, is_empty, is_possible, said
from events.services import answers as services
from events.services import colleagues, copying, questions, registrations
from events.services.events import NotTheHost
from events.services.questions import QuestionPlan

from .asking import come, make_question, make_ticket
from .making import EVENT_DAY, NOW, make_event, make_user

Kind = Question.Kind


@pytest.fixture
def host(db: None) -> User:
    return make_user("Hilkka Host")


@pytest.fixture
def event(host: User) -> Event:
    return make_event(host)


def plan(**changes: Any) -> QuestionPlan:
    values = {"kind": Kind.SHORT, "labels": {"fi": "Miksi?"}, "purposes": {"fi": "Siksi."}, **changes}
    return QuestionPlan(**values)


class TestMaking:
    def test_only_the_host_asks(self, event: Event) -> None:
        with pytest.raises(NotTheHost):
            questions.save_question(event=event, plan=plan(), by=make_user(), now=NOW)

    @pytest.mark.parametrize(
        ("changes", "error", "field"),
        [
            ({"labels": {"fi": ""}}, questions.Wordless, "label_fi"),
            ({"purposes": {}}, questions.PurposeMissing, "purpose_fi"),
            ({"labels": {"fi": "a", "sv": "b"}}, questions.PurposeMissing, "purpose_sv"),
            ({"kind": Kind.CHOICE, "options": {"fi": ["yksi"]}}, questions.TooFewOptions, "options_fi"),
            ({"kind": Kind.CHOICE, "options": {"fi": ["x"] * 31}}, questions.TooManyOptions, "options_fi"),
            ({"kind": Kind.SEVERAL, "options": {"fi": ["a", "b"], "sv": ["a"]}}, questions.OptionsUneven, "options_sv"),
            ({"kind": Kind.DIET, "kept_days": 30}, questions.KeptTooLong, "kept_days"),
            ({"kind": Kind.ACCESS, "kept_days": 365}, questions.KeptTooLong, "kept_days"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(
        self, event: Event, host: User, changes: dict[str, Any], error: type[Exception], field: str
    ) -> None:
        with pytest.raises(error) as told:
            questions.save_question(event=event, plan=plan(**changes), by=host, now=NOW)
        assert told.value.field == field  # type: ignore[attr-defined]
        assert not event.questions.exists()

    def test_thirty_are_the_most(self, event: Event, host: User) -> None:
        for _n in range(30):
            make_question(event, host)
        with pytest.raises(questions.TooManyQuestions):
            make_question(event, host)

    def test_an_option_keeps_its_key_when_others_come_before_it(self, event: Event, host: User) -> None:
        made = make_question(event, host, Kind.CHOICE, options=["juna", "auto"])
        keys = {option["fi"]: option["key"] for option in made.options}
        wider = plan(kind=Kind.CHOICE, options={"fi": ["bussi", "juna", "auto"]})
        changed = questions.save_question(event=event, plan=wider, question=made, by=host, now=NOW)
        after = {option["fi"]: option["key"] for option in changed.options}
        assert {name: after[name] for name in keys} == keys
        assert len(set(after.values())) == 3

    def test_a_stale_form_is_told(self, event: Event, host: User) -> None:
        made = make_question(event, host)
        questions.save_question(event=event, plan=plan(), question=made, by=host, now=NOW, version=1)
        with pytest.raises(questions.Stale):
            questions.save_question(event=event, plan=plan(), question=made, by=host, now=NOW, version=1)

    def test_it_depends_only_on_an_earlier_one_with_options(self, event: Event, host: User) -> None:
        text = make_question(event, host)
        choice = make_question(event, host, Kind.YES_NO)
        with pytest.raises(questions.NotEarlier):
            make_question(event, host, depends_on=text, depends_values=["x"])
        with pytest.raises(questions.ValuesMissing):
            make_question(event, host, depends_on=choice, depends_values=["maybe"])
        late = make_question(event, host, depends_on=choice, depends_values=["yes"])
        with pytest.raises(questions.NotEarlier):
            questions.move_question(question=late, up=True, by=host, now=NOW)

    def test_order_is_changed_step_by_step(self, event: Event, host: User) -> None:
        first, second = make_question(event, host), make_question(event, host)
        questions.move_question(question=second, up=True, by=host, now=NOW)
        questions.move_question(question=second, up=True, by=host, now=NOW)
        assert list(event.questions.all()) == [second, first]
        for act in (questions.remove_question, lambda **k: questions.move_question(up=True, **k)):
            with pytest.raises(NotTheHost):
                act(question=first, by=make_user(), now=NOW)

    def test_what_depended_on_a_removed_one_is_asked_of_all(self, event: Event, host: User) -> None:
        choice = make_question(event, host, Kind.YES_NO)
        late = make_question(event, host, depends_on=choice, depends_values=["yes"])
        made = come(event, answers={choice.pk: True, late.pk: "koska"})
        questions.remove_question(question=choice, by=host, now=NOW)
        late.refresh_from_db()
        assert (late.depends_on, late.depends_values) == (None, [])
        assert list(made.answers.values_list("value", flat=True)) == ["koska"]

    def test_a_copy_asks_the_same(self, event: Event, host: User) -> None:
        host.is_coordinator = True
        host.save()
        ticket = make_ticket(event, host, closes_at=EVENT_DAY - timedelta(days=1))
        choice = make_question(event, host, Kind.CHOICE, options=["a", "b"], tickets=[ticket])
        make_question(event, host, depends_on=choice, depends_values=["o1"])
        copy = copying.copy_event(event=event, by=host, now=NOW)
        one, other = copy.questions.all()
        assert other.depends_on == one
        assert one.options == choice.options
        assert one.tickets.get().closes_at == copy.starts_at - timedelta(days=1)
        assert event.questions.count() == 2


class TestAnswering:
    def test_an_answer_is_kept(self, event: Event, host: User) -> None:
        question = make_question(event, host, is_required=True)
        made = come(event, answers={question.pk: "kumppaneita"})
        assert made.answers.get().value == "kumppaneita"

    def test_a_needed_answer_is_asked_for_at_its_field_and_nobody_is_registered(self, event: Event, host: User) -> None:
        question = make_question(event, host, is_required=True)
        with pytest.raises(services.AnswerMissing) as told:
            come(event, answers={question.pk: ""})
        assert told.value.field == question.name
        assert not event.registrations.exists()

    def test_no_is_an_answer_and_so_is_nought(self, event: Event, host: User) -> None:
        yes_no = make_question(event, host, Kind.YES_NO, is_required=True)
        number = make_question(event, host, Kind.NUMBER, is_required=True)
        made = come(event, answers={yes_no.pk: False, number.pk: 0})
        assert [answer.value for answer in made.answers.all()] == [False, 0]

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            (Kind.SHORT, "x" * 201),
            (Kind.SHORT, "kaksi\nriviä"),
            (Kind.SHORT, 5),
            (Kind.LONG, "x" * 2001),
            (Kind.NUMBER, -1),
            (Kind.NUMBER, 1_000_001),
            (Kind.NUMBER, True),
            (Kind.NUMBER, "5"),
            (Kind.YES_NO, "yes"),
            (Kind.CHOICE, "o9"),
            (Kind.CHOICE, ["o1"]),
            (Kind.SEVERAL, ["o1", "o9"]),
            (Kind.SEVERAL, ["o1", "o1"]),
            (Kind.SEVERAL, "o1"),
            (Kind.DIET, {"keys": ["meat"], "more": ""}),
            (Kind.DIET, {"keys": ["vegan"]}),
            (Kind.ACCESS, {"keys": [], "more": "x" * 301}),
        ],
    )
    def test_what_is_no_answer_is_refused_whoever_sends_it(
        self, event: Event, host: User, kind: str, value: Any
    ) -> None:
        options = ["a", "b"] if kind in Question.WITH_OPTIONS else None
        question = make_question(event, host, kind, options=options)
        with pytest.raises(services.AnswerNotPossible) as told:
            come(event, answers={question.pk: value})
        assert told.value.field == question.name

    def test_one_is_asked_only_what_concerns_one(self, event: Event, host: User) -> None:
        visitor, exhibitor = make_ticket(event, host), make_ticket(event, host, "Esittelijä")
        stand = make_question(event, host, Kind.YES_NO, tickets=[exhibitor], is_required=True)
        power = make_question(event, host, depends_on=stand, depends_values=["yes"], is_required=True)
        sent = {stand.pk: True, power.pk: "3 kW"}
        assert not come(event, ticket=visitor, answers=sent).answers.exists()
        assert come(event, ticket=exhibitor, answers=sent).answers.count() == 2
        assert come(event, ticket=exhibitor, answers={stand.pk: False, power.pk: "3 kW"}).answers.count() == 1
        with pytest.raises(services.AnswerMissing):
            come(event, ticket=exhibitor, answers={stand.pk: True})

    def test_a_chain_breaks_at_its_first_link(self, event: Event, host: User) -> None:
        first = make_question(event, host, Kind.YES_NO)
        second = make_question(event, host, Kind.YES_NO, depends_on=first, depends_values=["yes"])
        third = make_question(event, host, depends_on=second, depends_values=["yes"])
        sent = {first.pk: False, second.pk: True, third.pk: "x"}
        assert asked([first, second, third], ticket=None, answers=sent) == [first]

    def test_answers_are_changed_until_the_event_begins(self, event: Event, host: User) -> None:
        one, other = make_question(event, host), make_question(event, host)
        made = come(event, answers={one.pk: "a", other.pk: "b"})
        services.change_answers(registration=made, answers={one.pk: "c"}, by=made.user, now=NOW)
        assert dict(made.answers.values_list("question", "value")) == {one.pk: "c"}
        with pytest.raises(services.TooLateToAnswer):
            services.change_answers(registration=made, answers={}, by=made.user, now=EVENT_DAY)
        for stranger in (host, make_user()):
            with pytest.raises(services.NotYourAnswers):
                services.change_answers(registration=made, answers={}, by=stranger, now=NOW)

    def test_who_leaves_takes_the_answers_along(self, event: Event, host: User) -> None:
        question = make_question(event, host)
        made = come(event, answers={question.pk: "a"})
        registrations.cancel_registration(registration=made, by=made.user, now=NOW)
        assert not Answer.objects.exists()
        with pytest.raises(services.NotYourAnswers):
            services.change_answers(registration=made, answers={question.pk: "b"}, by=made.user, now=NOW)

    def test_another_way_of_answering_makes_old_answers_void(self, event: Event, host: User) -> None:
        question = make_question(event, host)
        made = come(event, answers={question.pk: "a"})
        questions.save_question(event=event, plan=plan(), question=question, by=host, now=NOW)
        assert made.answers.exists()
        questions.save_question(event=event, plan=plan(kind=Kind.NUMBER), question=question, by=host, now=NOW)
        assert not made.answers.exists()

    def test_ones_own_data_has_the_answers_with_their_last_day(self, event: Event, host: User) -> None:
        question = make_question(event, host, Kind.DIET)
        made = come(event, answers={question.pk: {"keys": ["vegan"], "more": "ei sipulia"}})
        (row,) = hooks.exports(made.user)["registrations"]["registrations"]
        assert row["answers"] == [
            {"question": question.label, "answer": "Vegaaninen, ei sipulia", "deleted_on": "2026-03-19"}
        ]
        assert row["code"] == made.code


class TestDeleting:
    @pytest.mark.parametrize("days", Question.Kept.values)
    def test_answers_go_on_the_day_that_was_told_and_not_before(self, event: Event, host: User, days: int) -> None:
        question = make_question(event, host, kept_days=days)
        made = come(event, answers={question.pk: "a"})
        assert question.delete_on == EVENT_DAY.date() + timedelta(days=days)
        midnight = datetime(2026, 3, 11, 22, 0, tzinfo=UTC) + timedelta(days=days)  # of Helsinki, in winter
        if question.delete_on > datetime(2026, 3, 29, tzinfo=UTC).date() and days < 365:
            midnight -= timedelta(hours=1)  # in summer
        assert services.sweep_answers(now=midnight - timedelta(seconds=1)) == 0
        assert made.answers.exists()
        assert services.sweep_answers(now=midnight) == 1
        assert not Answer.objects.exists()
        assert Registration.objects.filter(pk=made.pk).exists()

    def test_an_event_that_ends_after_midnight_is_counted_from_its_last_day(self, host: User) -> None:
        event = make_event(host, ends_at=EVENT_DAY + timedelta(hours=18))  # one o'clock at night, in Helsinki
        assert make_question(event, host, kept_days=1).delete_on.isoformat() == "2026-03-14"

    def test_addresses_of_colleagues_go_a_month_after_the_event(self, event: Event) -> None:
        made = come(event)
        colleagues.ask_colleague(registration=made, email="kollega@example.fi", by=made.user, now=NOW)
        services.sweep_answers(now=event.ends_at + timedelta(days=30))
        assert ColleagueInvitation.objects.exists()
        services.sweep_answers(now=event.ends_at + timedelta(days=30, seconds=1))
        assert not ColleagueInvitation.objects.exists()


OPTIONS = [{"key": "o1", "fi": "yksi"}, {"key": "o2", "fi": "kaksi"}]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.sampled_from(["o1", "vegan", "yes"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["keys", "more"]), inner),
    max_leaves=6,
)


@given(kind=st.sampled_from(Kind.values), value=ANYTHING)
def test_whatever_is_possible_can_be_said_and_is_not_lost(kind: str, value: Any) -> None:
    question = Question(pk=1, kind=kind, options=OPTIONS if kind in Question.WITH_OPTIONS else [])
    if is_possible(question, value):
        assert is_empty(question, value) or said(question, value)
