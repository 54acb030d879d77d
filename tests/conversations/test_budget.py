"""One budget for interests, meeting requests and first messages: what costs, what does not, how it grows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Profile, User
from conversations import rules
from conversations.models import Contact
from conversations.queries import budget as queries
from conversations.services import budget
from events.services import requests
from matching.models import Connection, Interest
from matching.services import answer, undo_answer
from tests.events.making import ask, make_fair
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Kind = Contact.Kind
NEW = rules.LIMITS[-1][1]


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def me(user: User) -> Profile:
    return make_profile("Uusi Oy", by=user)


def stranger() -> Profile:
    return make_profile(by=make_user())


def spend(me: Profile, other: Profile | None = None, *, now: datetime = NOW, kind: Kind = Kind.MESSAGE) -> Any:
    return budget.spend(profile=me, other=other or stranger(), kind=kind, now=now)


def left(me: Profile, now: datetime = NOW) -> int:
    return queries.budget_of(me, now=now).left


def interested(me: Profile, other: Profile, by: User, now: datetime = NOW) -> Connection | None:
    return answer(profile=me, other=other, answer=Interest.Answer.INTERESTED, by=by, now=now)


def test_a_new_profile_has_few_and_hears_when_the_next_is_free(me: Profile) -> None:
    for minute in range(NEW):
        spend(me, now=NOW + timedelta(minutes=minute))
    with pytest.raises(budget.ContactsSpent) as refused:
        spend(me, now=NOW + timedelta(days=1))
    assert refused.value.next_at == NOW + rules.WINDOW
    assert str(NEW) in str(refused.value)
    with translation.override("en"):
        assert "9.3.2026" in str(budget.ContactsSpent(allowed=NEW, next_at=refused.value.next_at))


def test_the_week_rolls_and_the_first_to_go_is_the_first_to_come_back(me: Profile) -> None:
    me.claimed_at = NOW - timedelta(days=6, hours=23)  # so that it does not grow meanwhile
    for hour in range(NEW):
        spend(me, now=NOW + timedelta(hours=hour) - rules.WINDOW)
    assert left(me) == 1
    assert left(me, NOW - timedelta(seconds=1)) == 0


def test_the_same_party_counts_once_however_it_is_approached(me: Profile) -> None:
    other = stranger()
    for kind in Kind:
        spend(me, other, kind=kind)
    assert left(me) == NEW - 1
    for _turn in range(NEW - 1):
        spend(me)
    assert left(me) == 0
    assert spend(me, other) is not None  # nobody new


@pytest.mark.parametrize(
    ("days", "checked", "answered", "allowed"),
    [(0, False, 0, 10), (8, False, 0, 20), (31, False, 0, 30), (0, True, 0, 15), (0, False, 4, 14), (40, True, 99, 45)],
)
def test_it_grows_with_age_a_checked_number_and_good_answers(
    days: int, checked: bool, answered: int, allowed: int
) -> None:
    profile = Profile(
        claimed_at=NOW - timedelta(days=days), business_id_checked_at=NOW if checked else None, kind="company"
    )
    assert rules.contacts_allowed(profile, answered=answered, now=NOW) == allowed


def test_who_is_represented_by_nobody_contacts_nobody() -> None:
    unclaimed = make_profile()
    with pytest.raises(budget.NobodyRepresents):
        spend(unclaimed)
    assert not Contact.objects.exists()


def test_it_is_one_query(me: Profile, django_assert_num_queries: Any) -> None:
    for _turn in range(3):
        spend(me)
    with django_assert_num_queries(1):
        assert queries.budget_of(me, now=NOW).left == NEW - 3


def test_an_answer_and_a_partner_cost_nothing(me: Profile, user: User) -> None:
    asks, partner = stranger(), stranger()
    spend(asks, me, kind=Kind.MEETING)
    assert spend(me, asks) is None
    a, b = sorted((me, partner), key=lambda profile: profile.pk)
    Connection.objects.create(a=a, b=b, made_at=NOW)
    assert spend(me, partner) is None
    assert left(me) == NEW


def test_a_private_interest_of_theirs_makes_nothing_cheaper(me: Profile, user: User) -> None:
    """Else what is left would tell who is interested."""
    theirs = make_user()
    other = make_profile(by=theirs)
    interested(other, me, theirs)
    spend(me, other)
    assert left(me) == NEW - 1


def test_with_nothing_left_one_cannot_fish_for_those_who_are_interested(me: Profile, user: User) -> None:
    theirs = make_user()
    other = make_profile(by=theirs)
    interested(other, me, theirs)
    for _turn in range(NEW):
        spend(me)
    with pytest.raises(budget.ContactsSpent):
        interested(me, other, user)
    assert not Interest.objects.filter(profile=me).exists()
    assert not Connection.objects.exists()


def test_an_interest_is_spent_once_and_given_back_when_taken_back_soon(me: Profile, user: User) -> None:
    other = stranger()
    interested(me, other, user)
    interested(me, other, user)
    assert Contact.objects.get().kind == Kind.INTEREST
    undo_answer(profile=me, other=other, by=user, now=NOW + rules.REGRET_WITHIN)
    assert left(me) == NEW


def test_another_answer_in_its_place_gives_it_back_too(me: Profile, user: User) -> None:
    other = stranger()
    interested(me, other, user)
    answer(profile=me, other=other, answer=Interest.Answer.NEVER, by=user, now=NOW)
    assert left(me) == NEW


def test_taken_back_late_or_often_it_stays_spent(me: Profile, user: User) -> None:
    late = stranger()
    interested(me, late, user)
    undo_answer(profile=me, other=late, by=user, now=NOW + rules.REGRET_WITHIN + timedelta(seconds=1))
    assert left(me) == NEW - 1
    for _turn in range(rules.MOST_REGRETS + 1):
        other = stranger()
        interested(me, other, user)
        undo_answer(profile=me, other=other, by=user, now=NOW)
    assert left(me) == NEW - 2


@pytest.mark.parametrize("said", ["later", "not_relevant", "never"])
def test_other_answers_cost_nothing(me: Profile, user: User, said: str) -> None:
    until = (NOW + timedelta(days=9)).date() if said == "later" else None
    answer(profile=me, other=stranger(), answer=said, until=until, by=user, now=NOW)
    assert not Contact.objects.exists()


def test_a_mutual_interest_lets_both_do_more(me: Profile, user: User) -> None:
    theirs = make_user()
    other = make_profile(by=theirs)
    interested(other, me, theirs)
    assert interested(me, other, user) is not None
    assert queries.budget_of(me, now=NOW).allowed == queries.budget_of(other, now=NOW).allowed == NEW + 1


def test_an_interest_that_was_told_at_the_claim_is_answered_for_nothing(user: User) -> None:
    by = make_user()
    early, mine = make_profile(by=by), make_profile()
    interested(early, mine, by)
    mine.representatives.create(user=user, role="owner", since=NOW)
    mine.claimed_at = NOW
    mine.save()
    Interest.objects.update(told_at=NOW)
    assert interested(mine, early, user) is not None
    assert left(mine) == NEW


def test_a_meeting_request_is_a_contact_and_its_answer_is_none() -> None:
    fair = make_fair(3)
    one, other, third = (row.profile for row in fair.people)
    ask(fair, 0, 1)
    assert left(one) == NEW - 1
    ask(fair, 1, 0)  # agreed at once
    assert Contact.objects.filter(profile=other).count() == 0
    assert queries.budget_of(one, now=NOW).allowed == NEW + 1
    made = ask(fair, 0, 2)
    requests.withdraw_request(request=made, by=fair.people[0].user, now=NOW)
    assert third.pk not in queries.budget_of(one, now=NOW).since


def test_a_meeting_request_is_refused_when_all_is_spent() -> None:
    fair = make_fair(2)
    for _turn in range(NEW):
        spend(fair.people[0].profile)
    with pytest.raises(budget.ContactsSpent):
        ask(fair, 0, 1)
    assert not fair.round.requests.exists()


def test_the_page_says_when_the_next_is_free(client: Client, me: Profile, user: User) -> None:
    other = stranger()
    now = datetime.now(tz=NOW.tzinfo)
    for _turn in range(rules.contacts_allowed(me, answered=0, now=now)):
        spend(me, now=now)
    client.force_login(user)
    data = {"profile": me.slug, "other": other.slug, "answer": "interested"}
    page = client.post(reverse("answer_suggestion"), data)
    assert page.status_code == 422
    assert f"{now + rules.WINDOW:%Y}" in page.content.decode()


def test_what_is_left_is_shown_only_when_it_is_little(me: Profile) -> None:
    def shown() -> str:
        with translation.override("en"):
            return Template("{% load contacts %}{% contacts_left me %}").render(Context({"me": me}))

    now = datetime.now(tz=NOW.tzinfo)
    Profile.objects.filter(pk=me.pk).update(claimed_at=now)
    me.refresh_from_db()
    assert "contact" not in shown()
    for _turn in range(NEW - rules.LOW):
        spend(me, now=now)
    assert "contact 3 more new parties" in shown()
    for _turn in range(rules.LOW):
        spend(me, now=now)
    assert "The next one is free on" in shown()
