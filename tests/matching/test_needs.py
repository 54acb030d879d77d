"""Partners for a need that somebody wrote: asking, answering by a worker, what the page shows and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import hooks
from accounts.models import Block, Profile, User
from core.errors import DomainError
from matching import indexing, needs, services, tasks
from matching.engine.weights import weights
from matching.models import Interest, Question
from matching.services import questions
from tests.factories.people import NOW, make_profile, make_user, tag_all

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]
NEED = "Etsimme kutterinlastulle vastaanottajaa."


@pytest.fixture
def sanna(client: Client, saw_user: User) -> Client:
    client.force_login(saw_user)
    return client


def ask(client: Client, text: str = NEED, *, answered: bool = True, **data: Any) -> Question:
    """Through the form, and answered by what a worker does."""
    now = timezone.now()
    services.mark_the_unmarked(now=now)
    response = client.post(reverse("need"), {"text": text, **data})
    assert response.status_code == 302, response.content.decode()
    question = Question.objects.latest("pk")
    assert response["Location"] == reverse("need_answer", args=[question.pk])
    if answered:
        assert services.answer_question(question_id=question.pk, now=now)
    return question


def look(client: Client, question: Question) -> str:
    response = client.get(reverse("need_answer", args=[question.pk]))
    assert response.status_code == 200
    return response.content.decode()


def refusal(client: Client, text: str, **data: str) -> str:
    response = client.post(reverse("need"), {"text": text, **data})
    assert response.status_code == 422
    assert not Question.objects.exists()
    found = re.search(r'id="id_text_error">(.*?)</div>', response.content.decode(), re.DOTALL)
    assert found
    return found.group(1)


# --- Who asks, and what is found -------------------------------------------------------------------------------------


def test_one_who_has_not_signed_in_is_led_to_do_so(client: Client) -> None:
    assert client.get(reverse("need")).status_code == 302
    assert client.post(reverse("need"), {"text": NEED}).status_code == 302
    assert not Question.objects.exists()


def test_a_need_finds_partners_with_reasons_in_the_words_of_both(sanna: Client, saw: Profile, bedding: Profile) -> None:
    html = look(sanna, ask(sanna))
    assert bedding.get_absolute_url() in html
    assert "<mark>kutterinlastulle</mark>" in html
    assert "<mark>Lastua</mark>" in html
    assert "Karjalan Puurunko Oy" not in html.partition('id="answer"')[2].partition("</section>")[0]


def test_a_need_is_weighed_as_the_installation_has_chosen(
    saw_user: User, bedding: Profile, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle()
    question = services.ask_need(text=NEED, by=saw_user, reader="fi", now=NOW)
    usual = needs.answer_need(question)
    monkeypatch.setattr(needs, "weights_in_force", lambda: weights("accuracy"))
    assert needs.answer_need(question) != usual


def test_one_without_a_profile_may_ask_and_is_told_what_a_profile_is_for(client: Client, bedding: Profile) -> None:
    client.force_login(make_user())
    assert reverse("need") in client.get(reverse("suggestions")).content.decode()
    html = look(client, ask(client))
    assert bedding.get_absolute_url() in html
    assert 'value="interested"' not in html
    assert reverse("join") in html


def test_a_need_in_one_language_finds_an_offer_in_another_by_a_theme_of_its_words(
    client: Client, bedding: Profile
) -> None:
    bedding.texts.all().delete()
    theme = tag_all([bedding], "Kuivikkeet")
    theme.synonyms_sv = ["strö"]
    theme.save()
    client.force_login(make_user())
    html = look(client, ask(client, "Vi söker strö till stallet.", language="sv"))
    assert bedding.get_absolute_url() in html


def test_the_first_five_are_shown_and_the_rest_on_request(sanna: Client, saw: Profile) -> None:
    for n in range(7):
        make_profile(f"Lastula {n}", slug=f"lastula-{n}", texts={"offers": f"Otamme vastaan lastua, erä {n}."})
    question = ask(sanna)
    assert look(sanna, question).count('id="found-') == 5
    assert sanna.get(reverse("need_answer", args=[question.pk]), {"all": "1"}).content.decode().count('id="found-') == 7


def test_what_is_written_is_escaped_and_keeps_its_language(sanna: Client, saw: Profile, bedding: Profile) -> None:
    html = look(sanna, ask(sanna, "<script>alert(1)</script> Vi söker en mottagare av kutterlastua.", language="sv"))
    assert "<script>alert" not in html
    assert 'lang="sv"' in html


def test_the_language_is_told_from_the_text_and_can_be_corrected(sanna: Client, saw: Profile) -> None:
    assert ask(sanna, "We are looking for a buyer of our wood shavings.").data["told"] == "guessed"
    corrected = ask(sanna, "We are looking for a buyer of our wood shavings.", language="sv")
    assert (corrected.data["language"], corrected.data["told"]) == ("sv", "chosen")
    unknown = ask(sanna, "Mii ohcat guoimmi geainna sáhttit dahkat muorravuorkká.")
    assert (unknown.data["language"], unknown.data["told"]) == ("fi", "unknown")
    assert "ei selvinnyt" in look(sanna, unknown)


def test_themes_of_the_text_are_offered_and_those_that_one_ticks_find_partners(sanna: Client, bedding: Profile) -> None:
    theme = tag_all([bedding], "Hevoset")
    first = ask(sanna, "Etsimme hevosille laidunta.")
    assert first.data["themes"] == []
    assert re.search(rf'value="{theme.slug}"(?![^>]*checked)', look(sanna, first))
    again = ask(sanna, "Etsimme hevosille laidunta heti.", asked=str(first.pk), themes=[theme.slug])
    assert again.data["themes"] == [theme.slug]
    html = look(sanna, again)
    assert "valinneet saman kuin sinä: Hevoset" in html
    assert re.search(rf'value="{theme.slug}"[^>]* checked', html)


@pytest.mark.parametrize("asked", ["", "x", "9999999", "99999999999999999999", "²"])
def test_a_theme_or_a_question_that_is_gone_is_no_error(sanna: Client, bedding: Profile, asked: str) -> None:
    assert ask(sanna, asked=asked, themes=["hevoset"]).data["themes"] == []


def test_nobody_is_found_and_the_page_says_what_to_do(sanna: Client, saw: Profile, bedding: Profile) -> None:
    html = look(sanna, ask(sanna, "Etsimme satelliittien laukaisualustaa."))
    assert "Tähän ei löytynyt ketään" in html
    assert reverse("directory") in html
    assert f"{reverse('profile_edit_section', args=[saw.slug, 'words'])}#id_seeks" in html


# --- Texts that cannot be looked for ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Kirjoita, mitä etsit"),
        (" \n", "Kirjoita, mitä etsit"),
        ("\u200b", "ei ole mitään, mitä etsiä"),
        ("ja että se on", "ei ole mitään, mitä etsiä"),
        ("…!? 12 345", "ei ole mitään, mitä etsiä"),
        ("Мы ищем покупателя для опилок", "suomea, ruotsia ja englantia"),
        ("نبحث عن مشترٍ لنشارة الخشب", "suomea, ruotsia ja englantia"),
        ("lastua " * 14_300, "liian pitkä"),
    ],
    ids=["empty", "blank", "unseen", "stop words", "no letters", "Russian", "Arabic", "100,000 characters"],
)
def test_what_cannot_be_looked_for_is_told_at_the_field(sanna: Client, text: str, told: str) -> None:
    assert told in refusal(sanna, text)


def test_a_person_asks_so_many_times_an_hour_and_removing_does_not_help(
    saw_user: User, saw: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(questions.MOST_AN_HOUR, Question.Kind.NEED, 2)

    def once(by: User, minutes: int) -> Question:
        return services.ask_need(text=NEED, by=by, reader="fi", now=NOW + timedelta(minutes=minutes))

    first = once(saw_user, 0)
    once(saw_user, 1)
    services.remove_question(question=first, by=saw_user, now=NOW)
    with pytest.raises(services.AskedOften) as refused:
        once(saw_user, 59)
    assert refused.value.field == "text"
    once(make_user(), 59)
    once(saw_user, 61)


def test_nobody_asks_for_a_profile_that_they_do_not_represent(saw: Profile, bedding: Profile) -> None:
    with pytest.raises(services.NotYourProfile):
        services.ask_need(text=NEED, by=make_user(), reader="fi", now=NOW, profile=saw)


# --- Private ---------------------------------------------------------------------------------------------------------


def test_nobody_but_the_asker_sees_or_removes_a_question(sanna: Client, saw: Profile, bedding_user: User) -> None:
    question = ask(sanna)
    other = Client()
    other.force_login(bedding_user)
    for response in (
        other.get(reverse("need_answer", args=[question.pk])),
        other.post(reverse("need_remove", args=[question.pk])),
        Client().get(reverse("need_answer", args=[question.pk]), follow=True),
    ):
        assert NEED not in response.content.decode()
    with pytest.raises(services.NotYourQuestion):
        services.remove_question(question=question, by=bedding_user, now=NOW)
    assert NEED not in other.get(reverse("need")).content.decode()
    assert NEED in sanna.get(reverse("need")).content.decode()


def test_a_removed_question_is_emptied_at_once_and_gone_in_an_hour(sanna: Client, saw: Profile) -> None:
    question = ask(sanna)
    assert sanna.post(reverse("need_remove", args=[question.pk])).status_code == 302
    question.refresh_from_db()
    assert (question.data, question.answer) == ({}, None)
    assert sanna.get(reverse("need_answer", args=[question.pk])).status_code == 404
    assert services.clear_questions(now=timezone.now()) == 0
    assert services.clear_questions(now=timezone.now() + timedelta(minutes=61)) == 1


def test_a_question_is_kept_for_thirty_days(saw_user: User) -> None:
    services.ask_need(text=NEED, by=saw_user, reader="fi", now=NOW)
    assert services.clear_questions(now=NOW + timedelta(days=30)) == 0
    assert services.clear_questions(now=NOW + timedelta(days=30, seconds=1)) == 1


def test_those_whom_the_asker_bars_or_who_bar_it_are_not_found(
    sanna: Client, saw: Profile, bedding: Profile, bedding_user: User
) -> None:
    before = ask(sanna)
    assert bedding.get_absolute_url() in look(sanna, before)
    services.answer(profile=bedding, other=saw, answer="never", by=bedding_user, now=NOW)
    after = ask(sanna)
    for question in (before, after):
        assert bedding.get_absolute_url() not in look(sanna, question)
    assert after.answer is None or not after.answer["found"]


def test_a_block_holds_for_every_profile_of_the_asker(
    sanna: Client, saw: Profile, saw_user: User, bedding: Profile
) -> None:
    second = make_profile("Toinen Oy", by=saw_user, slug="toinen")
    Block.objects.create(blocker=bedding, blocked=second, at=NOW)
    assert bedding.get_absolute_url() not in look(sanna, ask(sanna))


@pytest.mark.parametrize("how", [{"visibility": "hidden"}, {"status": "draft"}, {"status": "taken_down"}])
def test_what_must_not_be_seen_is_not_found_though_it_was_when_it_was_asked(
    sanna: Client, saw: Profile, bedding: Profile, how: dict[str, str]
) -> None:
    before = ask(sanna)
    assert bedding.get_absolute_url() in look(sanna, before)
    Profile.objects.filter(pk=bedding.pk).update(**how)
    hooks.profile_changed(bedding.pk, now=timezone.now())
    assert bedding.get_absolute_url() not in look(sanna, before)
    after = ask(sanna)
    after.refresh_from_db()
    assert after.answer == {"found": []}


def test_the_export_holds_what_one_has_asked(saw_user: User, saw: Profile) -> None:
    services.ask_need(text=NEED, by=saw_user, reader="fi", now=NOW, profile=saw)
    assert [row["text"] for row in hooks.exports(saw_user)["matching"]["needs"]] == [NEED]
    assert hooks.exports(make_user())["matching"]["needs"] == []


def test_questions_go_with_the_account(saw_user: User) -> None:
    services.ask_need(text=NEED, by=saw_user, reader="fi", now=NOW)
    saw_user.delete()
    assert not Question.objects.exists()


# --- Waiting for the worker ------------------------------------------------------------------------------------------


def test_the_page_looks_again_until_the_answer_is_there(sanna: Client, saw: Profile, bedding: Profile) -> None:
    question = ask(sanna, answered=False)
    html = look(sanna, question)
    assert 'hx-trigger="load delay:400ms"' in html
    assert f'href="{reverse("need_answer", args=[question.pk])}"' in html, "without JavaScript one loads it again"
    Question.objects.update(asked_at=timezone.now() - timedelta(seconds=10))
    assert "delay:1500ms" in look(sanna, question)
    Question.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    assert "hx-trigger" not in look(sanna, question).partition('id="answer"')[2].partition("</section>")[0]
    tasks.answer_waiting()
    assert "hx-trigger" not in look(sanna, question).partition('id="answer"')[2].partition("</section>")[0]
    assert bedding.get_absolute_url() in look(sanna, question)


def test_asking_wakes_the_task_that_answers(
    sanna: Client, saw: Profile, bedding: Profile, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        question = ask(sanna, answered=False)
    assert len(callbacks) == 1
    tasks.answer_question(question.pk)
    question.refresh_from_db()
    assert question.answered_at


def test_a_leased_question_is_left_alone_until_its_worker_has_died(saw_user: User) -> None:
    question = services.ask_need(text=NEED, by=saw_user, reader="fi", now=NOW)
    Question.objects.update(leased_until=NOW + questions.LEASE, attempts=1)
    assert services.answer_waiting(now=NOW + timedelta(seconds=30)) == 0
    assert services.answer_waiting(now=NOW + timedelta(seconds=61)) == 1
    assert not services.answer_question(question_id=question.pk, now=NOW + timedelta(hours=1)), "it is answered"


def test_what_cannot_be_answered_is_said_to_have_failed(
    sanna: Client, saw: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(question: Question) -> dict[str, Any]:
        raise RuntimeError

    question = ask(sanna, answered=False)
    monkeypatch.setitem(questions.ANSWERERS, Question.Kind.NEED, fail)
    for _attempt in range(questions.MOST_ATTEMPTS):
        assert services.answer_waiting(now=timezone.now()) == 0
        assert "Haku ei onnistunut" not in look(sanna, question)
    services.answer_waiting(now=timezone.now())
    html = look(sanna, question)
    assert "Haku ei onnistunut" in html
    assert "hx-trigger" not in html.partition('id="answer"')[2].partition("</section>")[0]


def test_a_question_that_was_removed_meanwhile_is_not_answered(saw_user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    question = services.ask_need(text=NEED, by=saw_user, reader="fi", now=NOW)

    def removed_meanwhile(asked: Question) -> dict[str, Any]:
        services.remove_question(question=asked, by=saw_user, now=NOW)
        return {"found": []}

    monkeypatch.setitem(questions.ANSWERERS, Question.Kind.NEED, removed_meanwhile)
    assert not services.answer_question(question_id=question.pk, now=NOW)
    question.refresh_from_db()
    assert question.answer is None


def test_the_need_does_not_stay_in_the_index_even_if_the_matcher_fails(
    saw_user: User, bedding: Profile, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle()
    question = services.ask_need(text=NEED, by=saw_user, reader="fi", now=NOW)
    monkeypatch.setattr(needs, "suggest", lambda *args, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        needs.answer_need(question)
    with indexing.index_in_step() as index:
        assert needs.ASKER not in index
        assert bedding.pk in index


# --- Acting on what was found ----------------------------------------------------------------------------------------


def test_a_partner_that_was_found_is_answered_and_the_page_tells_it(
    sanna: Client, saw: Profile, bedding: Profile
) -> None:
    question = ask(sanna)
    pair = {"profile": saw.slug, "other": bedding.slug, "question": str(question.pk)}
    response = sanna.post(reverse("answer_suggestion"), {**pair, "answer": "interested"})
    assert response["Location"] == f"{reverse('need_answer', args=[question.pk])}#found-{bedding.slug}"
    assert Interest.objects.get().answer == "interested"
    html = look(sanna, question)
    assert "odottaa heidän vastaustaan" in html
    assert sanna.post(reverse("undo_answer"), pair).status_code == 302
    assert 'value="interested"' in look(sanna, question)


def test_an_answer_that_is_refused_is_told_on_the_page_of_the_need(
    sanna: Client, saw: Profile, bedding: Profile
) -> None:
    question = ask(sanna)
    Profile.objects.filter(pk=saw.pk).update(visibility="hidden")
    fields = {"profile": saw.slug, "other": bedding.slug, "answer": "interested", "question": str(question.pk)}
    response = sanna.post(reverse("answer_suggestion"), fields, follow=True)
    assert not Interest.objects.exists()
    assert "Profiilisi on piilossa" in response.content.decode()
    assert response.redirect_chain[-1][0].startswith(reverse("need_answer", args=[question.pk]))


def test_a_question_of_a_profile_that_one_left_is_still_ones_own(sanna: Client, saw: Profile, bedding: Profile) -> None:
    question = ask(sanna)
    saw.representatives.all().delete()
    html = look(sanna, question)
    assert bedding.get_absolute_url() in html
    assert 'value="interested"' not in html


# --- Cost ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [1, 3])
def test_the_page_costs_the_same_however_many_are_found(
    sanna: Client, saw: Profile, found: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for n in range(found):
        make_profile(f"Lastula {n}", slug=f"lastula-{n}", texts={"offers": f"Otamme vastaan lastua, erä {n}."})
        ask(sanna, answered=n == found - 1)
    question = Question.objects.latest("pk")
    look(sanna, question)
    with django_assert_num_queries(21):
        html = look(sanna, question)
    assert html.count('id="found-lastula') == found


@pytest.mark.parametrize("problem", [services.NothingToLookFor, services.StrangeLetters])
def test_a_refusal_has_its_words(problem: type[DomainError]) -> None:
    assert str(problem())
