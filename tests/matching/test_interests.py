"""Answers: private until mutual, each way out of the service, and what two of them make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Block, Profile, Representative, User
from matching import queries, rules, services
from matching.models import Connection, Freshness, Interest
from notifications.models import Notification
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Answer = Interest.Answer
TODAY = NOW.date()
Settle = Callable[..., None]


def notices(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_one_sides_interest_is_told_to_nobody(
    saw: Profile, saw_user: User, bedding: Profile, bedding_user: User
) -> None:
    made = services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)
    assert made is None
    assert notices(bedding_user) == []
    assert list(queries.answers_of(bedding, user=bedding_user)) == []
    assert queries.interested_before_claim(bedding, user=bedding_user) == []
    assert queries.connections_of(bedding, user=bedding_user) == []


def test_two_interests_make_one_connection_and_both_are_told(
    saw: Profile, saw_user: User, bedding: Profile, bedding_user: User
) -> None:
    services.answer(profile=bedding, other=saw, answer=Answer.INTERESTED, by=bedding_user, now=NOW)
    made = services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)
    assert made is not None
    assert (made.a_id, made.b_id) == tuple(sorted((saw.pk, bedding.pk)))
    assert notices(saw_user) == notices(bedding_user) == ["matching.connection"]
    assert rules.are_connected(bedding, saw)
    again = services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)
    assert again == made
    assert notices(saw_user) == ["matching.connection"]
    assert made.other_of(saw) == bedding
    assert made.other_of(bedding) == saw


@pytest.mark.parametrize("role", Representative.Role.values)
def test_any_representative_may_answer(saw: Profile, bedding: Profile, role: str) -> None:
    user = make_user()
    Representative.objects.create(profile=saw, user=user, role=role, since=NOW)
    services.answer(profile=saw, other=bedding, answer=Answer.NOT_RELEVANT, by=user, now=NOW)
    assert Interest.objects.get(profile=saw).by == user


def test_a_stranger_and_the_other_side_may_not_answer(
    saw: Profile, saw_user: User, bedding: Profile, bedding_user: User
) -> None:
    for user in (make_user(), bedding_user):
        with pytest.raises(services.NotYourProfile):
            services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=user, now=NOW)
        with pytest.raises(services.NotYourProfile):
            services.undo_answer(profile=saw, other=bedding, by=user, now=NOW)
    assert not Interest.objects.exists()


def test_one_who_represents_nobody_any_more_may_not_answer(saw: Profile, saw_user: User, bedding: Profile) -> None:
    Representative.objects.filter(user=saw_user).delete()
    with pytest.raises(services.NotYourProfile):
        services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)


@pytest.mark.parametrize("fields", [{"visibility": "hidden"}, {"status": "draft"}, {"status": "taken_down"}])
def test_one_who_is_not_shown_cannot_be_answered(
    saw: Profile, saw_user: User, bedding: Profile, fields: dict[str, str]
) -> None:
    Profile.objects.filter(pk=bedding.pk).update(**fields)
    with pytest.raises(services.CannotBeAnswered):
        services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)


def test_oneself_and_one_across_a_block_cannot_be_answered(saw: Profile, saw_user: User, bedding: Profile) -> None:
    with pytest.raises(services.CannotBeAnswered):
        services.answer(profile=saw, other=saw, answer=Answer.INTERESTED, by=saw_user, now=NOW)
    Block.objects.create(blocker=bedding, blocked=saw, at=NOW)
    with pytest.raises(services.CannotBeAnswered):
        services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)


def test_one_that_has_been_deleted_cannot_be_answered(saw: Profile, saw_user: User) -> None:
    gone = make_profile()
    Profile.objects.filter(pk=gone.pk).delete()
    with pytest.raises(services.CannotBeAnswered):
        services.answer(profile=saw, other=gone, answer=Answer.INTERESTED, by=saw_user, now=NOW)


def test_a_hidden_profile_cannot_be_interested_as_nobody_could_answer(
    saw: Profile, saw_user: User, bedding: Profile
) -> None:
    Profile.objects.filter(pk=saw.pk).update(visibility="hidden")
    with pytest.raises(services.HiddenCannotMeet):
        services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)
    services.answer(profile=saw, other=bedding, answer=Answer.NOT_RELEVANT, by=saw_user, now=NOW)


@pytest.mark.parametrize("until", [None, TODAY, TODAY - timedelta(days=1)])
def test_later_needs_a_day_ahead(saw: Profile, saw_user: User, bedding: Profile, until: date | None) -> None:
    with pytest.raises(services.DayIsNotAhead) as refused:
        services.answer(profile=saw, other=bedding, answer=Answer.LATER, until=until, by=saw_user, now=NOW)
    assert refused.value.field == "until"


def test_a_new_answer_takes_the_place_of_the_old_one(saw: Profile, saw_user: User, bedding: Profile) -> None:
    services.answer(
        profile=saw, other=bedding, answer=Answer.NOT_RELEVANT, why="too_far", why_in_words="x", by=saw_user, now=NOW
    )
    day = TODAY + timedelta(days=7)
    services.answer(profile=saw, other=bedding, answer=Answer.LATER, until=day, why="too_far", by=saw_user, now=NOW)
    given = Interest.objects.get()
    assert (given.answer, given.why, given.why_in_words, given.until) == (Answer.LATER, "", "", day)


def test_an_answer_is_taken_back_and_once_more_is_no_error(saw: Profile, saw_user: User, bedding: Profile) -> None:
    services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)
    services.undo_answer(profile=saw, other=bedding, by=saw_user, now=NOW)
    services.undo_answer(profile=saw, other=bedding, by=saw_user, now=NOW)
    assert not Interest.objects.exists()


def test_a_connection_is_not_taken_back_by_an_answer(
    saw: Profile, saw_user: User, bedding: Profile, bedding_user: User
) -> None:
    services.answer(profile=bedding, other=saw, answer=Answer.INTERESTED, by=bedding_user, now=NOW)
    services.answer(profile=saw, other=bedding, answer=Answer.INTERESTED, by=saw_user, now=NOW)
    with pytest.raises(services.AlreadyConnected):
        services.undo_answer(profile=saw, other=bedding, by=saw_user, now=NOW)
    with pytest.raises(services.AlreadyConnected):
        services.answer(profile=saw, other=bedding, answer=Answer.NEVER, by=saw_user, now=NOW)


def test_answered_ones_leave_the_list_and_later_comes_back_at_its_day(
    saw: Profile, saw_user: User, bedding: Profile, settle: Settle
) -> None:
    settle()
    day = TODAY + timedelta(days=7)
    services.answer(profile=saw, other=bedding, answer=Answer.LATER, until=day, by=saw_user, now=NOW)

    def listed(today: date) -> list[int]:
        return [row.other_id for row in queries.suggestions_for(saw, user=saw_user, today=today)]

    assert bedding.pk not in listed(TODAY)
    assert bedding.pk not in listed(day - timedelta(days=1))
    assert bedding.pk in listed(day)


@pytest.mark.parametrize("answer", [Answer.INTERESTED, Answer.NOT_RELEVANT, Answer.NEVER])
def test_other_answers_keep_it_away(
    saw: Profile, saw_user: User, bedding: Profile, settle: Settle, answer: str
) -> None:
    settle()
    services.answer(profile=saw, other=bedding, answer=answer, by=saw_user, now=NOW)
    far = TODAY + timedelta(days=3650)
    assert bedding.pk not in [row.other_id for row in queries.suggestions_for(saw, user=saw_user, today=far)]


def test_a_never_hides_the_one_who_said_it_before_the_next_match(
    saw: Profile, saw_user: User, bedding: Profile, bedding_user: User, settle: Settle
) -> None:
    settle()
    assert [row.other_id for row in queries.suggestions_for(bedding, user=bedding_user, today=TODAY)] == [saw.pk]
    services.answer(profile=saw, other=bedding, answer=Answer.NEVER, by=saw_user, now=NOW)
    assert queries.suggestions_for(bedding, user=bedding_user, today=TODAY) == []


def test_the_list_hides_what_was_hidden_though_its_row_still_stands(
    saw: Profile, saw_user: User, bedding: Profile, settle: Settle
) -> None:
    settle()
    Profile.objects.filter(pk=bedding.pk).update(visibility="hidden")
    assert queries.suggestions_for(saw, user=saw_user, today=TODAY) == []
    Profile.objects.filter(pk=bedding.pk).update(visibility="public")
    Block.objects.create(blocker=bedding, blocked=saw, at=NOW)
    assert queries.suggestions_for(saw, user=saw_user, today=TODAY) == []


def test_interest_in_an_unclaimed_profile_waits_and_is_told_at_its_claim(
    saw: Profile, saw_user: User, school: Profile
) -> None:
    services.answer(profile=saw, other=school, answer=Answer.INTERESTED, by=saw_user, now=NOW)
    assert Interest.objects.get().told_on_claim
    assert [(one.profile, one.count) for one in queries.interest_in_unclaimed()] == [(school, 1)]
    teacher = make_user("Outi Opettaja")
    school.claimed_at = NOW
    school.save()
    Representative.objects.create(profile=school, user=teacher, role="owner", since=NOW)
    services.profile_changed(school.pk, NOW)
    services.profile_changed(school.pk, NOW)
    assert notices(teacher) == ["matching.interest_before_claim"]
    assert [one.profile for one in queries.interested_before_claim(school, user=teacher)] == [saw]
    assert queries.interest_in_unclaimed() == []
    made = services.answer(profile=school, other=saw, answer=Answer.INTERESTED, by=teacher, now=NOW)
    assert made is not None
    assert queries.interested_before_claim(school, user=teacher) == []


def test_other_answers_about_an_unclaimed_profile_are_never_told(saw: Profile, saw_user: User, school: Profile) -> None:
    services.answer(profile=saw, other=school, answer=Answer.NOT_RELEVANT, by=saw_user, now=NOW)
    teacher = make_user()
    Profile.objects.filter(pk=school.pk).update(claimed_at=NOW)
    Representative.objects.create(profile=school, user=teacher, role="owner", since=NOW)
    services.profile_changed(school.pk, NOW)
    assert notices(teacher) == []
    assert queries.interested_before_claim(school, user=teacher) == []
    assert queries.interest_in_unclaimed() == []


def test_a_newcomer_among_the_first_is_told_once_a_week_to_settled_lists(
    saw: Profile, saw_user: User, settle: Settle
) -> None:
    settle()
    make_profile(slug="first", municipality="426", texts={"offers": "Otamme lastua vastaan."})
    settle(NOW + timedelta(hours=1))
    assert notices(saw_user) == []
    Freshness.objects.filter(pk=saw.pk).update(first_matched_at=NOW - timedelta(days=3))
    make_profile(slug="second", municipality="426", texts={"offers": "Otamme lastua vastaan, kutterinlastua myös."})
    make_profile(slug="third", municipality="426", texts={"offers": "Vastaanottaja lastulle."})
    settle(NOW + timedelta(hours=2))
    assert notices(saw_user) == ["matching.suggestions"]
    make_profile(slug="fourth", municipality="426", texts={"offers": "Pysyvä vastaanottaja kutterinlastulle."})
    settle(NOW + timedelta(days=7))
    assert notices(saw_user) == ["matching.suggestions"] * 2


def test_the_database_refuses_what_the_services_would_not_do(saw: Profile, bedding: Profile) -> None:
    low, high = sorted((saw, bedding), key=lambda profile: profile.pk)
    bad = [
        Connection(a=high, b=low, made_at=NOW),
        Interest(profile=saw, other=saw, answer=Answer.INTERESTED, at=NOW),
        Interest(profile=saw, other=bedding, answer=Answer.LATER, at=NOW),
        Interest(profile=saw, other=bedding, answer=Answer.NEVER, until=TODAY, at=NOW),
        Interest(profile=saw, other=bedding, answer=Answer.NEVER, why="too_far", at=NOW),
    ]
    for row in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    Connection.objects.create(a=low, b=high, made_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Connection.objects.create(a=low, b=high, made_at=NOW)
