"""*New for you*: the week's letter names up to three who are new among the suggestions, each with a reason, as things
stand when it leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Block, Profile, Representative, User
from matching import notices, services
from matching.models import Freshness, Newcomer, Preferences
from matching.services.news import FORGOTTEN_AFTER
from notifications.models import Notification
from notifications.services import deliver_due
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=NOW.tzinfo)
"""The letters of NOW's week have left by then."""


@pytest.fixture
def offers(saw: Profile, settle: Settle) -> list[Profile]:
    """Four newcomers of one week, to a list that has been read before."""
    settle()
    Freshness.objects.filter(pk=saw.pk).update(first_matched_at=NOW - timedelta(days=3))
    texts = ("Otamme lastua vastaan.", "Vastaanottaja lastulle.", "Kutterinlastua kuivikkeeksi.", "Lastua pelleteiksi.")
    made = [
        make_profile(slug=f"uusi-{n}", municipality="426", size="2-9", texts={"offers": text})
        for n, text in enumerate(texts)
    ]
    settle(NOW + timedelta(hours=2))
    return made


def told(user: User) -> list[str]:
    row = Notification.objects.get(user=user, kind="matching.suggestions")
    return [point.title for point in notices.new_partners(row.context, user)]


def letter() -> Any:
    deliver_due(now=MONDAY)
    return mail.outbox[-1] if mail.outbox else None


@pytest.mark.parametrize(("language", "reason"), [("fi", "He tarjoavat"), ("sv", "De erbjuder"), ("en", "They offer")])
def test_the_letter_names_three_with_a_reason_each_in_the_readers_language(
    offers: list[Profile], saw_user: User, language: str, reason: str
) -> None:
    User.objects.filter(pk=saw_user.pk).update(language=language)
    assert Newcomer.objects.count() == len(offers)
    sent = letter()
    html = str(sent.alternatives[0][0])
    assert sent.body.count(f"\n  {reason}") + sent.body.count(f". {reason}") == 3
    assert html.count("open=uusi-") == sent.body.count("open=uusi-") == 3
    assert "&amp;amp;" not in html
    assert "<mark" not in sent.body
    assert "&" not in sent.body.replace("&open=", "")


def test_a_week_has_one_letter_and_each_newcomer_is_told_of_once(
    offers: list[Profile], saw: Profile, saw_user: User, settle: Settle
) -> None:
    letter()
    make_profile(slug="seuraava", municipality="426", texts={"offers": "Pysyvä vastaanottaja kutterinlastulle."})
    settle(MONDAY)
    assert len(mail.outbox) == 1
    deliver_due(now=MONDAY + timedelta(days=7))
    assert len(mail.outbox) == 2
    assert "open=seuraava" in mail.outbox[1].body
    assert "open=uusi-" not in mail.outbox[1].body


def test_whoever_has_been_answered_hidden_blocked_or_barred_since_is_not_told_of(
    offers: list[Profile], saw: Profile, saw_user: User
) -> None:
    assert len(told(saw_user)) == 3
    services.answer(profile=saw, other=offers[0], answer="interested", by=saw_user, now=NOW)
    Profile.objects.filter(pk=offers[1].pk).update(visibility="hidden")
    Block.objects.create(blocker=offers[2], blocked=saw, at=NOW)
    assert told(saw_user) == [offers[3].name]
    services.answer(profile=saw, other=offers[3], answer="never", by=saw_user, now=NOW)
    assert told(saw_user) == []


def test_limits_leave_newcomers_out(offers: list[Profile], saw: Profile, saw_user: User) -> None:
    Preferences.objects.create(profile=saw, sizes=["250+"], hard=["sizes"], changed_at=NOW)
    assert told(saw_user) == []


def test_what_was_said_not_to_fit_is_no_news(offers: list[Profile], saw: Profile, saw_user: User) -> None:
    services.answer(
        profile=saw, other=offers[0], answer="not_relevant", why="wrong_topic", by=saw_user, now=timezone.now()
    )
    assert told(saw_user) == []


def test_where_nobody_is_left_to_tell_of_no_letter_leaves(offers: list[Profile], saw: Profile, saw_user: User) -> None:
    Profile.objects.filter(pk__in=[one.pk for one in offers]).update(visibility="hidden")
    assert letter() is None
    assert not Notification.objects.filter(mailed_at=None).exists()


def test_who_speaks_for_the_profile_no_more_is_told_nothing(
    offers: list[Profile], saw: Profile, saw_user: User
) -> None:
    Representative.objects.filter(profile=saw).update(user=make_user())
    assert told(saw_user) == []
    assert letter() is None


def test_the_letter_is_left_with_one_press(offers: list[Profile], saw_user: User, client: Any) -> None:
    sent = letter()
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert client.post(address.partition("//")[2].partition("/")[1] + address.partition("//")[2].partition("/")[2])
    assert saw_user.notification_preferences.get().delivery == "never"


def test_the_inbox_leads_to_the_page_and_asks_for_no_list(
    offers: list[Profile], saw: Profile, saw_user: User, django_assert_num_queries: Any
) -> None:
    row = Notification.objects.get(user=saw_user, kind="matching.suggestions")
    with translation.override("fi"), django_assert_num_queries(1):
        notice = notices.suggestions(row.context)
    assert saw.name in notice.title
    assert notice.url == f"{reverse('suggestions')}?for={saw.slug}"
    with pytest.raises(LookupError):
        notices.suggestions({"profile": 0})


def test_a_notice_from_before_weeks_were_noted_tells_of_its_own(
    offers: list[Profile], saw: Profile, saw_user: User
) -> None:
    context = {"profile": saw.pk, "other": offers[2].pk}
    assert [point.title for point in notices.new_partners(context, saw_user)] == [offers[2].name]


def test_newcomers_are_forgotten_in_time(offers: list[Profile]) -> None:
    services.forget_newcomers(now=NOW)
    assert Newcomer.objects.exists()
    services.forget_newcomers(now=NOW + FORGOTTEN_AFTER + timedelta(days=1))
    assert not Newcomer.objects.exists()
