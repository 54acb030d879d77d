"""Matching on other pages, the tasks that keep it right, and what it tells people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from accounts import hooks
from accounts.models import Block, Profile, User
from matching import notices, queries, services, tasks
from matching.models import Freshness, Interest, Suggestion
from matching.showing import sentences_between
from matching.views import panels
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]


def request_of(user: object) -> object:
    request = RequestFactory().get("/")
    request.user = user  # type: ignore[assignment]  # as the middleware does
    return request


def common(user: object, profile: Profile) -> dict[str, object] | None:
    panel = panels.common(request_of(user), profile)  # type: ignore[arg-type]  # a plain request
    return panel.context if panel else None


def test_a_profiles_page_tells_what_the_reader_has_in_common_with_it(
    saw: Profile, saw_user: User, bedding: Profile, settle: Settle
) -> None:
    settle()
    context = common(saw_user, bedding)
    assert context is not None
    assert context["profile"] == saw
    card = context["card"]
    assert "kutterinlastulle" in str(card.sentences[0].text)  # type: ignore[attr-defined]  # a card


@pytest.mark.usefixtures("saw_user")
def test_what_was_told_is_told_again_until_either_of_the_two_says_another_thing(
    saw: Profile, bedding: Profile, settle: Settle, django_assert_num_queries: Any
) -> None:
    settle()
    stranger = make_profile("Leipomo", by=make_user(), texts={"does": "Leivomme leipää."})
    told = sentences_between(saw, [bedding, stranger])
    assert "kutterinlastulle" in str(told[bedding.pk][0].text)
    with django_assert_num_queries(2):
        assert sentences_between(saw, [bedding, stranger]) == told
    with translation.override("sv"):
        assert sentences_between(saw, [bedding]) != told
    saw.texts.filter(kind="seeks").update(text="Etsimme purulle ostajaa.")
    hooks.profile_changed(saw.pk, now=NOW)
    anew = sentences_between(Profile.objects.get(pk=saw.pk), [bedding])
    assert not any("kutterinlastulle" in str(sentence.text) for sentence in anew.get(bedding.pk, ()))


def test_what_was_told_is_told_no_longer_when_they_are_not_suggested_any_more(
    saw: Profile, bedding: Profile, settle: Settle
) -> None:
    settle()
    assert sentences_between(saw, [bedding])
    saw.suggestions.filter(other=bedding).delete()
    assert sentences_between(saw, [bedding]) == {}


def test_there_is_no_such_panel_for_oneself_for_strangers_or_across_a_block(
    saw: Profile, saw_user: User, bedding: Profile, bedding_user: User, settle: Settle
) -> None:
    settle()
    assert common(saw_user, saw) is None
    assert common(AnonymousUser(), bedding) is None
    assert common(make_user(), bedding) is None
    bedding.visibility = Profile.Visibility.HIDDEN
    assert common(saw_user, bedding) is None
    bedding.visibility = Profile.Visibility.PUBLIC
    Block.objects.create(blocker=bedding, blocked=saw, at=NOW)
    hooks.profile_changed(bedding.pk, now=NOW)
    assert common(saw_user, bedding) is None


def test_the_panel_speaks_for_the_profile_that_suits_best(
    saw: Profile, saw_user: User, bedding: Profile, settle: Settle
) -> None:
    Profile.objects.filter(pk=saw.pk).update(created_at=NOW)
    make_profile("Toinen Oy", by=saw_user, slug="aaa", texts={"does": "Leivomme leipää."})
    settle()
    context = common(saw_user, bedding)
    assert context is not None
    assert (context["profile"], context["several"]) == (saw, True)


def test_the_panel_tells_of_ones_own_answer_and_not_of_the_others(
    saw: Profile, saw_user: User, bedding: Profile, bedding_user: User, settle: Settle
) -> None:
    settle()
    services.answer(profile=saw, other=bedding, answer="interested", by=saw_user, now=NOW)
    mine, theirs = common(saw_user, bedding), common(bedding_user, saw)
    assert mine is not None
    assert theirs is not None
    assert mine["given"] is not None
    assert theirs["given"] is None
    assert theirs["connection"] is None


def test_panels_can_be_rendered(client: object, saw: Profile, saw_user: User, bedding: Profile, settle: Settle) -> None:
    settle()
    client.force_login(saw_user)  # type: ignore[attr-defined]  # Django's test client
    html = client.get(bedding.get_absolute_url()).content.decode()  # type: ignore[attr-defined]  # as above
    assert "Tämä teitä yhdistää" in html
    front = client.get(reverse("home")).content.decode()  # type: ignore[attr-defined]  # as above
    assert "Kumppaneita sinulle" in front
    assert "Kontion Kuivike Ky" in front
    assert 'name="text"' in front


def test_only_a_coordinator_sees_who_is_wanted_and_not_by_whom(saw: Profile, saw_user: User, school: Profile) -> None:
    services.answer(profile=saw, other=school, answer="interested", by=saw_user, now=NOW)
    coordinator = make_user(is_coordinator=True)
    assert panels.wanted(request_of(saw_user), None) is None  # type: ignore[arg-type]  # a plain request
    panel = panels.wanted(request_of(coordinator), None)  # type: ignore[arg-type]  # as above
    assert panel is not None
    assert [(one.profile, one.count) for one in panel.context["wanted"]] == [(school, 1)]


def test_the_export_holds_the_answers_that_the_user_gave(saw: Profile, saw_user: User, bedding: Profile) -> None:
    services.answer(profile=saw, other=bedding, answer="not_relevant", why="too_far", by=saw_user, now=NOW)
    exported = hooks.exports(saw_user)["matching"]
    assert [(row["other"], row["answer"], row["why"]) for row in exported["answers"]] == [
        ("Kontion Kuivike Ky", "not_relevant", "too_far")
    ]
    assert hooks.exports(make_user())["matching"]["answers"] == []


def test_a_change_marks_and_wakes_and_the_task_matches(
    saw: Profile, bedding: Profile, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:  # type: ignore[attr-defined]  # a context manager
        hooks.profile_changed(saw.pk, now=timezone.now())
        hooks.profile_changed(bedding.pk, now=timezone.now())
    assert len(callbacks) == 2
    tasks.rematch(saw.pk)
    assert Suggestion.objects.filter(profile=saw).exists()
    assert Freshness.objects.get(pk=saw.pk).stale_since is None


def test_the_sweep_does_what_a_lost_message_left(saw: Profile, bedding: Profile) -> None:
    tasks.sweep()
    assert not Freshness.objects.filter(stale_since__isnull=False).exists()
    assert Freshness.objects.count() == 2
    tasks.count_attention()
    assert queries.attention()[0]


def test_attention_is_not_counted_again_at_once_when_counting_takes_long(
    saw: Profile, bedding: Profile, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(queries, "_ATTENTION_REST", 1e6)
    tasks.sweep()
    tasks.count_attention()
    with django_assert_num_queries(0):
        tasks.count_attention()
    assert queries.attention()[0]


def test_every_sweep_names_a_task_that_exists() -> None:
    written = (
        tasks.rematch,
        tasks.sweep,
        tasks.count_attention,
        tasks.count_ground,
        tasks.count_health,
        tasks.forget_newcomers,
        tasks.expire_introductions,
        tasks.keep_index,
    )
    asked = (tasks.answer_waiting, tasks.clear_questions, tasks.learn_from_answers, tasks.tend_rebuild)
    known = {task.name for task in (*written, *asked)}
    assert {name for name, _seconds in tasks.SWEEPS.values()} <= known


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("kind", notices.KINDS, ids=lambda kind: kind.key)
def test_each_notice_can_be_read_in_each_language(saw: Profile, bedding: Profile, kind: object, language: str) -> None:
    context = {"profile": saw.pk, "other": bedding.pk}
    with translation.override(language):
        notice = kind.render(context)  # type: ignore[attr-defined]  # a Kind
        # The week's letter names whoever is new when it leaves, and its notice the profile.
        named = saw if kind.key == "matching.suggestions" else bedding  # type: ignore[attr-defined]  # as above
        assert named.name in notice.title
        assert notice.url.startswith(f"/{language}/partners/")


def test_a_notice_about_one_who_is_gone_is_not_read(saw: Profile, bedding: Profile) -> None:
    Profile.objects.filter(pk=bedding.pk).update(visibility="hidden")
    for kind in notices.KINDS:
        if kind.points is not None:
            continue
        with pytest.raises(LookupError):
            kind.render({"profile": saw.pk, "other": bedding.pk})
        with pytest.raises(LookupError):
            kind.render({"profile": saw.pk, "other": 0})


def test_later_ones_come_back_to_the_front_panel_too(
    saw: Profile, saw_user: User, bedding: Profile, settle: Settle
) -> None:
    settle()
    Interest.objects.create(
        profile=saw, other=bedding, answer="later", until=timezone.localdate() + timedelta(days=1), at=NOW
    )
    assert panels.front(request_of(saw_user), None) is None  # type: ignore[arg-type]  # a plain request
    Interest.objects.update(until=timezone.localdate())
    assert panels.front(request_of(saw_user), None) is not None  # type: ignore[arg-type]  # as above
