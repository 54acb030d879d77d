"""Two ways to make a list, side by side: asked of a worker, seen by coordinators, kept in nobody's list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from matching import experiments, services
from matching.experiments import Weighting
from matching.models import Question, Suggestion, Tuning
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]
LEFT, RIGHT = Weighting("spread", 1.0), Weighting("spread", 1.0, {"nearness": 0.7})


@pytest.fixture
def host(db: None) -> User:
    return make_user("Kaisa Koordinaattori", is_coordinator=True)


@pytest.fixture
def town(saw: Profile, settle: Settle) -> dict[str, Profile]:
    """One who says it better and one who is nearer."""
    makers: dict[str, dict[str, Any]] = {
        "far": {"municipality": "091", "texts": {"offers": "Otamme vastaan kutterinlastua ja purua."}},
        "near": {"municipality": "426", "texts": {"offers": "Otamme vastaan lastua, purua, haketta ja kuorta."}},
    }
    found = {slug: make_profile(slug, slug=slug, **fields) for slug, fields in makers.items()}
    settle()
    return found


def ask(profile: Profile, by: User, left: Weighting = LEFT, right: Weighting = RIGHT) -> Question:
    question = services.ask_experiment(profile=profile, left=left, right=right, by=by, now=NOW)
    assert services.answer_question(question_id=question.pk, now=NOW)
    question.refresh_from_db()
    return question


def test_both_lists_are_made_and_nothing_comes_into_a_list(saw: Profile, host: User, town: dict[str, Profile]) -> None:
    before = list(Suggestion.objects.order_by("pk").values())
    found = experiments.read_answer(ask(saw, host), user=host)
    stored = {row.other.slug: row.score for row in saw.suggestions.select_related("other")}
    assert {row.other.slug: row.score for row in found["left"]} == stored
    places = {side: {row.other.slug: row.points.get("place", 0) for row in found[side]} for side in found}
    assert 0 < places["right"]["near"] < places["left"]["near"]
    assert list(Suggestion.objects.order_by("pk").values()) == before


def test_who_rose_and_who_fell_is_told(saw: Profile, host: User, town: dict[str, Profile]) -> None:
    far, near = town["far"].pk, town["near"].pk
    question = ask(saw, host)
    question.answer = {
        "left": [[far, {"theme": 9}], [near, {"theme": 5}]],
        "right": [[near, {"theme": 8}], [far, {"theme": 7}], [saw.pk, {"theme": 1}]],
    }
    found = experiments.read_answer(question, user=host)
    assert [(row.other.pk, row.rose) for row in found["left"]] == [(far, 1), (near, -1)]
    assert [(row.other.pk, row.fell, row.elsewhere) for row in found["right"][1:]] == [(far, 1, 1), (saw.pk, 0, None)]
    Profile.objects.filter(pk=near).update(visibility="hidden")
    found = experiments.read_answer(question, user=host)
    assert [(row.other.pk, row.place) for row in found["right"]] == [(far, 1), (saw.pk, 2)]


def test_the_page_asks_waits_and_shows(client: Client, saw: Profile, host: User, town: dict[str, Profile]) -> None:
    Tuning.objects.create(at=NOW, how="learnt", factors={"needs": 1.0304}, answers_until=NOW)
    client.force_login(host)
    form = client.get(reverse("experiment")).context["form"]
    data: dict[str, Any] = {name: form[name].value() for name in form.fields}
    assert (data["left_point"], data["right_point"], data["left_needs"]) == ("spread", "accuracy", 103.04)
    answer = client.post(reverse("experiment"), {**data, "profile": "puurunko", "right_nearness": "80"}, follow=True)
    assert "hx-get" in answer.content.decode()
    question = Question.objects.get()
    assert experiments.weighting(question, "left") == Weighting("spread", 1.0, {"needs": 1.0304})
    assert experiments.weighting(question, "right").factors == {"needs": 1.0304, "nearness": 0.8}
    services.answer_question(question_id=question.pk, now=NOW)
    html = client.get(reverse("experiment_answer", args=[question.pk])).content.decode()
    assert "hx-get" not in html
    assert html.count(">near</a>") == 2
    Question.objects.update(answer=None, answered_at=None, failed=True)
    assert "note warn" in client.get(reverse("experiment_answer", args=[question.pk])).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"profile": ""}, {"profile": "zzz"}, {"profile": "Oy"}, {"left_needs": "200"}, {"right_point": "luck"}]
)
def test_what_cannot_be_tried_is_told(
    client: Client, saw: Profile, host: User, wrong: dict[str, str], settle: Settle
) -> None:
    make_profile("Toinen Oy")
    make_profile("Piilo Oy", visibility="hidden", slug="piilo")
    client.force_login(host)
    form = client.get(reverse("experiment")).context["form"]
    data = {**{name: form[name].value() for name in form.fields}, "profile": "Karjalan puurunko oy"}
    assert client.post(reverse("experiment"), {**data, **wrong}).status_code == 422
    assert client.post(reverse("experiment"), {**data, "profile": "piilo"}).status_code == 422
    assert not Question.objects.exists()
    assert client.post(reverse("experiment"), data).status_code == 302


def test_only_coordinators_try_and_each_sees_their_own(
    client: Client, saw: Profile, saw_user: User, host: User
) -> None:
    with pytest.raises(services.OnlyCoordinatorsTune):
        ask(saw, saw_user)
    question = ask(saw, host)
    addresses = [reverse("experiment"), reverse("experiment_answer", args=[question.pk])]
    client.force_login(saw_user)
    assert [client.get(address).status_code for address in addresses] == [403, 403]
    client.force_login(make_user(is_coordinator=True))
    assert [client.get(address).status_code for address in addresses] == [200, 404]


def test_one_who_is_gone_has_no_list(saw: Profile, host: User) -> None:
    draft = make_profile(status=Profile.Status.DRAFT)
    with pytest.raises(services.NobodyToTry):
        ask(draft, host)
    question = ask(saw, host)
    question.profile = None
    assert experiments.answer_experiment(question) == {"left": [], "right": []}


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_at_any_length(
    client: Client, saw: Profile, host: User, settle: Settle, django_assert_num_queries: Any, count: int
) -> None:
    for n in range(count):
        make_profile(f"Lastula {n}", texts={"offers": "Otamme vastaan lastua."})
    settle()
    question = ask(saw, host)
    client.force_login(host)
    address = reverse("experiment_answer", args=[question.pk])
    client.get(address)
    with django_assert_num_queries(11):
        assert client.get(address).status_code == 200
