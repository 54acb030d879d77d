"""Matched both ways: an offer or a need as a document of its profile, its own partners, and the opposite ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Profile, ProfileText, User
from accounts.services.safety import block
from matching import hooks, indexing
from matching.models import Freshness, Interest, Question, Suggestion
from matching.services import questions
from notifications.models import Notification
from notifications.rules import digest_day
from opportunities import notices
from opportunities.models import Fit, Opportunity, Pair
from opportunities.queries import documents, matches
from opportunities.services import kept, matching
from opportunities.services import opportunities as services

from .making import NEED, NOW, close, company, draft, kinds_to, make_profile, make_theme, make_user, plan, publish, work

REASONS = 6
"""Reads of reasons, whatever is told."""

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "index")]


def mill_and_stable(**more: Any) -> tuple[Opportunity, User, Opportunity, User]:
    """An offer of shavings, and the need that it meets, published and matched."""
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    offer = publish(mill, owner, **more)
    need = publish(stable, rider, **{**NEED, **more})
    work()
    offer.refresh_from_db()
    need.refresh_from_db()
    return offer, owner, need, rider


def test_a_profile_is_matched_by_its_open_ones_with_a_reason() -> None:
    offer, owner, need, _rider = mill_and_stable()
    row = Suggestion.objects.get(profile=offer.profile, other=need.profile)
    keys = {(group[2], group[3]) for group in row.evidence["groups"]}
    assert (f"opportunity:{offer.pk}", f"opportunity:{need.pk}") in keys
    client = Client()
    client.force_login(owner)
    page = client.get(reverse("suggestions") + f"?open={need.profile.slug}").content.decode()
    assert "Talli Oy" in page
    assert "kutterinlastu" in page


def test_documents_are_of_the_open_ones_alone_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    mill, owner = company("Saha")
    themes = (make_theme("lastu"), make_theme("puu"))
    made = publish(mill, owner, themes=themes)
    draft(mill, owner)
    close(publish(mill, owner), owner)
    other, person = company("Talli")
    need = publish(other, person, **NEED)
    with django_assert_num_queries(1):
        found = documents.documents_of([mill.pk, other.pk], NOW)
    assert [one.key for one in found[mill.pk]] == [f"opportunity:{made.pk}"]
    assert found[mill.pk][0].themes == {"lastu", "puu"}
    assert [(one.key, str(one.role)) for one in found[other.pk]] == [(f"opportunity:{need.pk}", "seeks")]
    assert documents.documents_of([mill.pk, other.pk], made.closes_at) == {}


def test_what_is_switched_off_is_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    mill, owner = company("Saha")
    publish(mill, owner)
    hooks.add_documents([mill], NOW)
    assert len(hooks.documents_of(mill)) == 1
    monkeypatch.setattr("core.modules.off", lambda: frozenset({"opportunities"}))
    hooks.add_documents([mill], NOW)
    assert hooks.documents_of(mill) == ()


def test_a_batch_of_profiles_is_read_with_one_query_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = [company(f"Saha {n}") for n in range(3)]
    for profile, owner in made:
        publish(profile, owner)
    indexing.read_parties([made[0][0].pk])
    for size in (1, 3):
        with django_assert_num_queries(5):
            parties = indexing.read_parties([profile.pk for profile, _owner in made[:size]])
        assert all(len(party.documents) == 1 for party in parties)


@pytest.mark.parametrize("press", ["close", "change", "renew"])
def test_each_change_marks_the_profile(press: str) -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner)
    Freshness.objects.update(stale_since=None)
    if press == "close":
        close(made, owner)
    elif press == "change":
        services.change(opportunity=made, plan=plan(title="Purua"), by=owner, now=NOW)
    else:
        services.renew(opportunity=made, by=owner, now=NOW)
    assert Freshness.objects.get(pk=mill.pk).stale_since is not None


def test_partners_are_found_for_it_and_told() -> None:
    """A profile whose own text meets it, without an opportunity of its own."""
    stable, rider = company("Talli")
    text = "Etsimme kutterinlastua kuivikkeeksi hevosille."
    ProfileText.objects.create(profile=stable, kind="seeks", language="fi", text=text)
    Freshness.objects.create(profile=stable, stale_since=NOW, changed_at=NOW)
    mill, owner = company("Saha")
    made = publish(mill, owner)
    work()
    made.refresh_from_db()
    suits = matches.suits(made, user=owner, now=NOW)
    assert [card.other for card in suits.partners] == [stable]
    assert "kutterinlastua" in str(suits.partners[0].sentences[0].text)
    assert not suits.waits
    assert Fit.objects.get().profile == stable
    assert "opportunities.new" in kinds_to(rider)
    assert "opportunities.new" not in kinds_to(owner)


def test_opposite_ones_meet_from_either_side_with_their_words() -> None:
    offer, owner, need, rider = mill_and_stable()
    for one, other, user in ((offer, need, owner), (need, offer, rider)):
        found = matches.opposites(one, user=user, now=NOW)
        assert [row.other for row in found] == [other]
        why = found[0].why
        assert any("utterinlastua" in word for word in (*why.mine, *why.theirs))
        assert all(word in f"{one.title}\n{one.text}" for word in why.mine)
        assert all(word in f"{other.title}\n{other.text}" for word in why.theirs)
    assert Pair.objects.get().found_by_id in (offer.pk, need.pk)


def test_a_shared_theme_is_reason_enough() -> None:
    theme = make_theme("kiertotalous")
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    offer = publish(mill, owner, themes=(theme,), title="Tilaa hallissa", text="Kuivaa varastoa.")
    publish(stable, rider, **{**NEED, "themes": (theme,), "title": "Polttopuuta", "text": "Klapeja."})
    work()
    found = matches.opposites(offer, user=owner, now=NOW)
    assert [(row.why.themes, row.why.theirs) for row in found] == [(("kiertotalous",), ())]
    fit = matches.fitting([offer.profile], user=owner, now=NOW)
    assert [why.themes for why in matches.why_each(fit, NOW)] == [("kiertotalous",)]


def test_what_one_offers_is_not_met_by_an_offer() -> None:
    mill, owner = company("Saha")
    other, person = company("Toinen")
    made = publish(mill, owner)
    publish(other, person)
    work()
    assert matches.opposites(made, user=owner, now=NOW) == []


@pytest.mark.parametrize("why", ["block", "never", "hidden", "closed", "taken_down"])
def test_what_may_not_be_shown_now_is_left_out(why: str) -> None:
    offer, owner, need, rider = mill_and_stable()
    assert matches.fitting([offer.profile], user=owner, now=NOW)
    if why == "block":
        block(blocker=need.profile, blocked=offer.profile, by=rider, now=NOW)
    elif why == "never":
        never = Interest.Answer.NEVER
        Interest.objects.create(profile=need.profile, other=offer.profile, answer=never, by=rider, at=NOW)
    elif why == "closed":
        close(need, rider)
    else:
        change = {"visibility": "hidden"} if why == "hidden" else {"status": "taken_down"}
        Profile.objects.filter(pk=need.profile_id).update(**change)
    offer = Opportunity.objects.select_related("question__by", "question__profile", "profile").get(pk=offer.pk)
    suits = matches.suits(offer, user=owner, now=NOW)
    assert suits.opposites == []
    if why != "closed":
        assert suits.partners == []
    assert matches.fitting([offer.profile], user=owner, now=NOW) == []


def test_one_notice_a_day_for_each_profile() -> None:
    theme = make_theme("kiertotalous")
    stable, rider = company("Talli")
    publish(stable, rider, **{**NEED, "themes": (theme,)})
    work()
    for n in range(3):
        mill, owner = company(f"Saha {n}")
        publish(mill, owner, themes=(theme,))
        work()
    assert Fit.objects.filter(profile=stable).count() == 3
    assert kinds_to(rider).count("opportunities.new") == 1


def test_what_was_there_before_is_matched_and_told_to_nobody() -> None:
    """A thing of another app's that is put on the market again: whoever comes later to suit it is told."""
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    publish(stable, rider, **NEED)
    work()
    Notification.objects.all().delete()
    made = kept.publish_kept(keeper="studies.topics", profile=mill, plan=plan(), by=owner, now=NOW, is_known=True)
    assert made is not None
    work()
    assert Fit.objects.filter(opportunity=made, profile=stable).exists()
    assert not Notification.objects.filter(user=rider).exists()
    assert made.told_at == NOW, "nor those who have saved a search"


def test_a_change_asks_anew_and_tells_the_same_ones_no_more() -> None:
    offer, owner, _need, rider = mill_and_stable()
    first = offer.question
    before = Notification.objects.filter(user=rider).count()
    services.change(opportunity=offer, plan=plan(text="Kutterinlastua kolme kuutiota."), by=owner, now=NOW)
    assert not Question.objects.filter(pk=first.pk if first else 0).exists()
    offer.refresh_from_db()
    waits = matches.suits(offer, user=owner, now=NOW)
    assert waits.waits
    assert [card.other.name for card in waits.partners] == ["Talli Oy"]
    work(NOW + timedelta(hours=1))
    assert Notification.objects.filter(user=rider).count() == before


def test_what_was_found_long_ago_is_looked_for_again() -> None:
    offer, owner, _need, _rider = mill_and_stable()
    assert not matching.look_again(opportunity_id=offer.pk, by=owner, now=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=13)
    assert matching.look_again(opportunity_id=offer.pk, by=owner, now=later)
    assert not matching.look_again(opportunity_id=offer.pk, by=owner, now=later)
    assert not matching.look_again(opportunity_id=offer.pk, by=owner, now=offer.closes_at)


def test_its_question_is_kept_while_it_is_open_and_goes_with_it() -> None:
    offer, owner, _need, _rider = mill_and_stable()
    questions.clear_questions(now=NOW + timedelta(days=90))
    assert Question.objects.filter(pk=offer.question_id or 0).exists()
    close(offer, owner)
    assert not Question.objects.filter(pk=offer.question_id or 0).exists()
    assert not Fit.objects.filter(opportunity=offer).exists()
    assert not Pair.objects.exists()


def test_an_answer_that_comes_after_the_end_tells_nobody() -> None:
    offer, _owner, _need, rider = mill_and_stable()
    Fit.objects.all().delete()
    question = Question.objects.get(pk=offer.question_id or 0)
    matching.then(question, question.answer or {}, offer.closes_at)
    assert not Fit.objects.exists()
    assert kinds_to(rider).count("opportunities.new") == 1


def test_an_unclaimed_profile_is_found_and_nobody_is_told() -> None:
    other = make_profile("Kuivike Oy")
    ProfileText.objects.create(profile=other, kind="seeks", language="fi", text="Ostamme kutterinlastua.")
    Freshness.objects.create(profile=other, stale_since=NOW, changed_at=NOW)
    mill, owner = company("Saha")
    publish(mill, owner)
    work()
    assert Fit.objects.get().profile == other
    assert not Notification.objects.filter(kind="opportunities.new").exists()


def test_its_page_shows_whom_it_suits_to_its_own_people_alone() -> None:
    offer, owner, need, rider = mill_and_stable()
    own, other = Client(), Client()
    own.force_login(owner)
    other.force_login(rider)
    assert need.title in own.get(offer.get_absolute_url()).content.decode()
    assert "suits" not in other.get(offer.get_absolute_url()).context
    front = other.get(reverse("market")).context
    assert [one.opportunity for one in front["for_you"]] == [offer]
    assert make_user().pk


# --- Why it suits one


def reader_by_text() -> tuple[Opportunity, User, User]:
    """An offer, and a stable whose own text it meets."""
    stable, rider = company("Talli")
    text = "Etsimme kutterinlastua kuivikkeeksi hevosille."
    ProfileText.objects.create(profile=stable, kind="seeks", language="fi", text=text)
    Freshness.objects.create(profile=stable, stale_since=NOW, changed_at=NOW)
    mill, owner = company("Saha")
    made = publish(mill, owner)
    work()
    return made, owner, rider


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_why_it_suits_one_stands_on_the_market_on_its_page_and_in_the_letter() -> None:
    made, owner, rider = reader_by_text()
    page = signed_in(rider).get(made.get_absolute_url())
    why = page.context["why"]
    assert why.mine == ("kutterinlastua",)
    assert any("utterinlastua" in word for word in why.theirs)
    assert "Miksi tämä sopii sinulle" in page.content.decode()
    [row] = signed_in(rider).get(reverse("market")).context["for_you_rows"]
    assert row.why == why
    about = {"profile": made.fits.get().profile_id, "day": digest_day(NOW)}
    [point] = notices.new_points(about, rider)
    assert "Sinulla: ”kutterinlastua”." in point.text
    assert "Miksi tämä sopii sinulle" not in signed_in(owner).get(made.get_absolute_url()).content.decode()


def test_others_read_no_reason() -> None:
    made, _owner, _rider = reader_by_text()
    _other, stranger = company("Muu")
    for client in (Client(), signed_in(stranger), signed_in(make_user())):
        assert not client.get(made.get_absolute_url()).context.get("why")


def test_a_word_that_was_written_over_is_no_reason() -> None:
    made, _owner, rider = reader_by_text()
    ProfileText.objects.update(text="Etsimme heinää.")
    assert not signed_in(rider).get(made.get_absolute_url()).context["why"]


def test_a_changed_text_has_a_new_reason_and_the_same_day() -> None:
    made, owner, _rider = reader_by_text()
    before = Fit.objects.get()
    Fit.objects.update(groups=[], points=0)
    text = "Kutterinlastua kuivikkeeksi, kolme kuutiota."
    services.change(opportunity=made, plan=plan(text=text), by=owner, now=NOW)
    work(NOW + timedelta(hours=1))
    after = Fit.objects.get()
    assert (after.at, bool(after.groups), after.points > 0) == (before.at, True, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_reasons_cost_the_same_however_many_there_are(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    theme = make_theme("kiertotalous")
    stable, rider = company("Talli")
    publish(stable, rider, **{**NEED, "themes": (theme,)})
    work()
    for n in range(rows):
        mill, owner = company(f"Saha {n}")
        publish(mill, owner, themes=(theme,))
        work()
    fits = matches.fitting([stable], user=rider, now=NOW)
    assert len(fits) == rows
    indexing.vocabulary()
    with django_assert_num_queries(REASONS):
        assert all(matches.why_each(fits, NOW))
