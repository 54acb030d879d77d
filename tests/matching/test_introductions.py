"""A coordinator introduces two; each answers in private; and what must not be told is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Block, Profile, Representative, User
from conversations.models import Contact
from matching import introducing, services, tasks
from matching.models import Connection, Interest, Introduction
from notifications.models import Notification
from tests.factories.people import NOW, make_profile, make_user, tag_all

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]
State = Introduction.State


@pytest.fixture
def host(db: None) -> User:
    return make_user("Kaisa Koordinaattori", is_coordinator=True)


@pytest.fixture
def two(saw: Profile, bedding: Profile, settle: Settle) -> tuple[Profile, Profile]:
    settle()
    return saw, bedding


def letters(*profiles: Profile) -> dict[int, services.Letter]:
    return {profile.pk: services.Letter("fi", f"Hei {profile.name}!") for profile in profiles}


def introduce(two: tuple[Profile, Profile], host: User, now: Any = NOW) -> Introduction:
    return services.introduce(one=two[0], other=two[1], letters=letters(*two), by=host, now=now)


def respond(made: Introduction, profile: Profile, by: User, accepts: bool, now: Any = NOW) -> Connection | None:
    return services.answer_introduction(introduction=made, profile=profile, accepts=accepts, by=by, now=now)


def offered(host: User, **of: Any) -> list[set[str]]:
    return [{pair.one.slug, pair.other.slug} for pair in introducing.pairs(user=host, now=NOW, **of)]


def state(made: Introduction) -> str:
    made.refresh_from_db()
    return made.state


def test_states_lead_where_they_are_declared_to_lead() -> None:
    allowed = {
        (State.OPEN, State.CONNECTED),
        (State.OPEN, State.DECLINED),
        (State.OPEN, State.EXPIRED),
        (State.DECLINED, State.CONNECTED),
        (State.DECLINED, State.EXPIRED),
    }
    for before, after in product(State, State):
        assert Introduction(state=before).may_become(after) is ((before, after) in allowed)


def test_a_pair_that_stands_in_each_others_lists_is_offered_once(two: tuple[Profile, Profile], host: User) -> None:
    saw, bedding = two
    assert offered(host) == offered(host, of=saw) == offered(host, of=bedding) == [{"puurunko", "kuivike"}]
    pair = introducing.pairs(user=host, now=NOW, of=bedding)[0]
    assert (pair.one, pair.other) == (bedding, saw)
    assert "lastua" in str(pair.for_one.sentences[0].text).casefold()
    introduce(two, host)
    assert offered(host) == offered(host, of=saw) == []


@pytest.mark.parametrize("answer", ["not_relevant", "never", "later"])
@pytest.mark.parametrize("turned", [False, True])
def test_one_who_has_answered_in_the_negative_is_not_offered_nor_told_of(
    two: tuple[Profile, Profile], host: User, saw_user: User, bedding_user: User, answer: str, turned: bool
) -> None:
    mine, other, by = (two[1], two[0], bedding_user) if turned else (*two, saw_user)
    until = NOW.date() + timedelta(days=9) if answer == "later" else None
    services.answer(profile=mine, other=other, answer=answer, until=until, by=by, now=NOW)
    assert offered(host) == []
    with pytest.raises(services.CannotBeIntroduced):
        introduce(two, host)


def test_one_sides_interest_does_not_show(two: tuple[Profile, Profile], host: User, saw_user: User) -> None:
    services.answer(profile=two[0], other=two[1], answer="interested", by=saw_user, now=NOW)
    assert offered(host) == [{"puurunko", "kuivike"}]


@pytest.mark.parametrize("cause", ["unclaimed", "hidden", "block", "connected", "one_sided"])
def test_others_who_cannot_be_introduced(two: tuple[Profile, Profile], host: User, cause: str) -> None:
    saw, bedding = two
    if cause == "unclaimed":
        Profile.objects.filter(pk=bedding.pk).update(claimed_at=None)
    elif cause == "hidden":
        Profile.objects.filter(pk=saw.pk).update(visibility="hidden")
    elif cause == "block":
        Block.objects.create(blocker=bedding, blocked=saw, at=NOW)
    elif cause == "connected":
        Connection.objects.create(a_id=min(saw.pk, bedding.pk), b_id=max(saw.pk, bedding.pk), made_at=NOW)
    else:
        saw.suggestions.all().delete()
    assert offered(host) == offered(host, of=bedding) == []
    with pytest.raises(services.CannotBeIntroduced):
        introduce(two, host)


def test_only_a_coordinator_introduces(two: tuple[Profile, Profile], saw_user: User, client: Client) -> None:
    with pytest.raises(services.OnlyCoordinatorsIntroduce):
        introduce(two, saw_user)
    client.force_login(saw_user)
    pages = [reverse("introduce_pairs"), reverse("introduce", args=["puurunko", "kuivike"])]
    for page in pages:
        assert client.get(page).status_code == 403
    assert client.post(pages[1], {"letter_one": "x", "letter_other": "y"}).status_code == 403
    assert "Kontion Kuivike Ky" in client.get(two[1].get_absolute_url()).content.decode()
    assert (
        reverse("introduce", args=["kuivike", "puurunko"]) not in client.get(two[1].get_absolute_url()).content.decode()
    )
    assert not Introduction.objects.exists()


def test_both_are_told_and_both_accepting_connects_them_at_no_cost(
    two: tuple[Profile, Profile], host: User, saw_user: User, bedding_user: User
) -> None:
    saw, bedding = two
    made = introduce(two, host)
    kinds = list(Notification.objects.filter(kind="matching.introduction").values_list("user", flat=True))
    assert sorted(kinds) == sorted([saw_user.pk, bedding_user.pk])
    assert respond(made, saw, saw_user, accepts=True) is None
    assert state(made) == State.OPEN
    assert introducing.waiting_for(saw, user=saw_user, now=NOW) == []
    assert introducing.waiting_for(bedding, user=bedding_user, now=NOW) == [made]
    assert respond(made, bedding, bedding_user, accepts=True) == Connection.objects.get()
    assert state(made) == State.CONNECTED
    assert not Contact.objects.exists()
    with pytest.raises(services.IntroductionIsOver):
        respond(made, saw, saw_user, accepts=True)


def test_an_interest_given_before_and_one_acceptance_connect(
    two: tuple[Profile, Profile], host: User, saw_user: User, bedding_user: User
) -> None:
    services.answer(profile=two[0], other=two[1], answer="interested", by=saw_user, now=NOW - timedelta(days=1))
    made = introduce(two, host)
    assert introducing.waiting_for(two[0], user=saw_user, now=NOW) == [made]
    assert respond(made, two[1], bedding_user, accepts=True) is not None
    assert state(made) == State.CONNECTED


def test_an_answer_among_the_suggestions_answers_the_introduction_too(
    two: tuple[Profile, Profile], host: User, saw_user: User, bedding_user: User
) -> None:
    made = introduce(two, host)
    services.answer(profile=two[0], other=two[1], answer="interested", by=saw_user, now=NOW)
    services.answer(profile=two[1], other=two[0], answer="never", by=bedding_user, now=NOW)
    assert state(made) == State.DECLINED


def test_a_decline_is_told_to_nobody(
    client: Client, two: tuple[Profile, Profile], host: User, saw_user: User, bedding_user: User
) -> None:
    """Neither the other side nor the coordinator can tell a declined introduction from one that waits."""
    saw, bedding = two
    made = introduce(two, host, now=timezone.now())

    def seen(user: User) -> list[str]:
        import re

        client.force_login(user)
        pages = [reverse("introductions"), reverse("suggestions"), reverse("notifications"), bedding.get_absolute_url()]
        if user == host:
            pages = [reverse("introduce_pairs"), reverse("desk"), saw.get_absolute_url(), reverse("notifications")]
        return [
            re.sub(r'csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", client.get(page).content.decode())
            for page in pages
        ]

    before = seen(saw_user), seen(host)
    respond(made, bedding, bedding_user, accepts=False, now=timezone.now())
    assert state(made) == State.DECLINED
    assert (seen(saw_user), seen(host)) == before
    assert respond(made, saw, saw_user, accepts=True, now=timezone.now()) is None
    assert not Connection.objects.exists()
    assert Interest.objects.get(profile=bedding).answer == "not_relevant"


def test_whoever_declined_may_change_their_mind_in_time(
    two: tuple[Profile, Profile], host: User, saw_user: User, bedding_user: User
) -> None:
    made = introduce(two, host)
    respond(made, two[1], bedding_user, accepts=False)
    respond(made, two[0], saw_user, accepts=True)
    assert respond(made, two[1], bedding_user, accepts=True) is not None
    assert state(made) == State.CONNECTED


def test_after_thirty_days_it_is_over(two: tuple[Profile, Profile], host: User, saw_user: User) -> None:
    made = introduce(two, host)
    late = NOW + services.introductions.EXPIRES
    assert introducing.waiting_for(two[0], user=saw_user, now=late) == []
    with pytest.raises(services.IntroductionIsOver):
        respond(made, two[0], saw_user, accepts=True, now=late)
    assert services.expire_introductions(now=late - timedelta(seconds=1)) == 0
    assert services.expire_introductions(now=late) == 1
    assert state(made) == State.EXPIRED
    tasks.expire_introductions()


def test_a_stranger_answers_for_neither(
    client: Client, two: tuple[Profile, Profile], host: User, bedding_user: User
) -> None:
    made = introduce(two, host, now=timezone.now())
    with pytest.raises(services.NotYourProfile):
        respond(made, two[0], bedding_user, accepts=True, now=timezone.now())
    address = reverse("answer_introduction", args=[made.pk])
    assert client.post(address, {"profile": "puurunko", "accepts": "1"}).status_code == 302
    for user in (make_user(), bedding_user, host):
        client.force_login(user)
        assert client.post(address, {"profile": "puurunko", "accepts": "1"}).status_code == 404
    third = make_user()
    make_profile(by=third, slug="third")
    client.force_login(third)
    assert client.post(address, {"profile": "third", "accepts": "1"}).status_code == 404
    assert client.get(reverse("introductions"), {"for": "puurunko"}).status_code == 404
    assert not Interest.objects.exists()


def test_one_is_introduced_only_so_often_in_a_month(saw: Profile, saw_user: User, host: User, settle: Settle) -> None:
    others = [
        make_profile(f"Lastula {n}", by=make_user(), slug=f"l-{n}", texts={"offers": "Otamme vastaan lastua."})
        for n in range(3)
    ]
    settle()
    for other in others[: introducing.MOST_IN_A_MONTH]:
        introduce((saw, other), host)
    assert offered(host, of=saw) == []
    with pytest.raises(services.IntroducedOftenEnough, match="Puurunko"):
        introduce((saw, others[2]), host)
    introduce((saw, others[2]), host, now=NOW + introducing.MONTH)


def test_the_pages_write_read_and_answer(
    client: Client, two: tuple[Profile, Profile], host: User, saw_user: User, bedding_user: User
) -> None:
    bedding_user.language = "sv"
    bedding_user.save()
    client.force_login(host)
    assert reverse("introduce_pairs") in client.get(reverse("desk")).content.decode()
    assert reverse("introduce", args=["puurunko", "kuivike"]) in client.get(two[0].get_absolute_url()).content.decode()
    address = reverse("introduce", args=["puurunko", "kuivike"])
    form = client.get(address).context["form"]
    assert "Kontion Kuivike Ky" in form["letter_one"].value()
    assert "Kaisa Koordinaattori" in form["letter_other"].value()
    assert "<mark" not in form["letter_one"].value()
    assert form.fields["letter_other"].widget.attrs["lang"] == "sv"
    assert client.post(address, {"letter_one": " ", "letter_other": "x"}).status_code == 422
    assert client.post(address, {"letter_one": "y" * 1501, "letter_other": "x"}).status_code == 422
    sent = client.post(address, {"letter_one": "Hei <saha>!", "letter_other": "Hej kuivike!"}, follow=True)
    assert sent.redirect_chain[0][0] == reverse("introduce_pairs")
    made = Introduction.objects.get()
    assert made.letter_to(two[0]) == ("fi", "Hei <saha>!")
    assert made.letter_to(two[1]) == ("sv", "Hej kuivike!")
    assert client.get(address).status_code == 404
    assert client.post(address, {"letter_one": "x", "letter_other": "y"}).status_code == 302
    client.force_login(saw_user)
    assert reverse("introductions") in client.get(reverse("suggestions")).content.decode()
    html = client.get(reverse("introductions")).content.decode()
    assert "Hei &lt;saha&gt;!" in html
    assert "Hej kuivike" not in html
    answer = reverse("answer_introduction", args=[made.pk])
    assert client.post(answer, {"profile": "puurunko", "accepts": "1"}).status_code == 302
    assert client.get(reverse("introductions")).context["rows"] == []
    client.force_login(bedding_user)
    done = client.post(answer, {"profile": "kuivike", "accepts": "1"}, follow=True)
    assert done.redirect_chain[0][0].startswith(reverse("connections"))


def test_one_who_represents_nobody_has_no_introductions(client: Client) -> None:
    client.force_login(make_user())
    assert client.get(reverse("introductions")).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_queries_at_any_length(
    client: Client,
    saw: Profile,
    saw_user: User,
    host: User,
    settle: Settle,
    django_assert_num_queries: Callable[..., Any],
    count: int,
) -> None:
    others = [
        make_profile(f"Lastula {n}", by=make_user(), slug=f"l-{n}", texts={"offers": "Otamme vastaan lastua."})
        for n in range(2 * count)
    ]
    tag_all([saw, *others])
    settle()
    for other in others[:count]:
        low, high = sorted((saw, other), key=lambda one: one.pk)
        Introduction.objects.create(
            a=low, b=high, letter_a="a", letter_b="b", language_a="fi", language_b="sv", by=host,
            made_at=NOW - timedelta(days=400), expires_at=timezone.now() + timedelta(days=9),
        )  # fmt: skip
    for user, name, queries in ((host, "introduce_pairs", 19), (saw_user, "introductions", 15)):
        client.force_login(user)
        client.get(reverse(name))
        with django_assert_num_queries(queries):
            assert client.get(reverse(name)).status_code == 200


def test_the_database_keeps_one_for_a_pair(two: tuple[Profile, Profile], host: User) -> None:
    made = introduce(two, host)
    fields = {"letter_a": "", "letter_b": "", "language_a": "fi", "language_b": "fi"}
    times = {"made_at": NOW, "expires_at": NOW + timedelta(days=1)}
    bad = [
        {"a": made.a, "b": made.b, **times},
        {"a": made.b, "b": made.a, **times},
        {"a": made.a, "b": make_profile(), "made_at": NOW, "expires_at": NOW},
    ]
    for row in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            Introduction.objects.create(**fields, **row)
    assert Representative.objects.count() == 2
