"""The inbox, a conversation's page, and the first message."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Profile, Report, Representative, User
from conversations.models import Conversation, Mailbox, Message, Side
from conversations.queries import messages as queries
from conversations.services import messages
from matching.models import Connection, Suggestion
from tests.conversations.conftest import Say
from tests.conversations.test_messages import REFUSALS, refuse_removed
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def page_of(client: Client, user: User, profile: Profile, talk: Conversation | None = None) -> str:
    client.force_login(user)
    talk = talk or Conversation.objects.get()
    return text_of(client.get(f"{reverse('conversation', args=[talk.pk])}?for={profile.slug}"))


# --- The inbox


def test_the_inbox_is_for_the_signed_in_and_for_ones_own_profiles(client: Client, saw: Profile, bo: User) -> None:
    url = reverse("messages")
    assert client.get(url).status_code == 302
    client.force_login(bo)
    assert client.get(f"{url}?for={saw.slug}").status_code == 404


def test_without_a_profile_the_pages_say_what_to_do(client: Client, yard: Profile) -> None:
    client.force_login(make_user())
    for url in (reverse("messages"), reverse("write_to", args=[yard.slug])):
        assert reverse("join") in text_of(client.get(url))


def test_an_empty_inbox_says_how_to_fill_it(client: Client, saw: Profile, aino: User) -> None:
    client.force_login(aino)
    assert "No messages yet" in text_of(client.get(reverse("messages")))


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_queries_at_any_length(
    client: Client, saw: Profile, aino: User, say: Say, django_assert_num_queries: Any, count: int
) -> None:
    for _turn in range(count):
        for others in ("asks", "talks", "closed"):
            other = make_profile(by=make_user())
            say(other, saw, f"Terve, me {others}")
            if others != "asks":
                say(saw, other, "Hei.")
            if others == "closed":
                messages.decline(profile=saw, other=other, by=aino, now=NOW)
    client.force_login(aino)
    client.get(reverse("messages"))
    with django_assert_num_queries(24):
        page = text_of(client.get(reverse("messages")))
    assert page.count("Hei.") == count
    assert "Terve" not in page, "the text of a request is not shown"


def test_unread_is_marked_until_it_is_opened(
    client: Client, saw: Profile, yard: Profile, bo: User, connected: Connection, say: Say
) -> None:
    say(saw, yard)
    client.force_login(bo)
    assert 'class="unread"' in text_of(client.get(reverse("messages")))
    page_of(client, bo, yard)
    page = text_of(client.get(reverse("messages")))
    assert 'class="unread"' not in page
    assert re.search(r'<span id="messages-count"></span>', page)


def test_who_edits_chooses_whose_messages_are_taken(client: Client, saw: Profile, aino: User) -> None:
    client.force_login(aino)
    url = reverse("strangers_choice")
    client.post(url, {"profile": saw.slug, "takes": "0"})
    assert not Mailbox.objects.get().takes_strangers
    assert "Let others write too" in text_of(client.get(reverse("messages")))
    client.force_login(make_user())
    assert client.post(url, {"profile": saw.slug, "takes": "1"}).status_code == 404
    assert not Mailbox.objects.get().takes_strangers


def test_a_member_is_told_that_others_choose(client: Client, saw: Profile) -> None:
    member = make_user()
    Representative.objects.create(profile=saw, user=member, role="member", since=NOW)
    client.force_login(member)
    assert "Take messages from connections only" not in text_of(client.get(reverse("messages")))
    page = client.post(reverse("strangers_choice"), {"profile": saw.slug, "takes": "0"}, follow=True)
    assert "Only a representative" in text_of(page)


# --- The first message


def test_a_first_message_is_sent_once_however_often_the_form_comes(
    client: Client, saw: Profile, yard: Profile, aino: User
) -> None:
    client.force_login(aino)
    url = reverse("write_to", args=[yard.slug])
    form = client.get(url).context["form"]
    sent = {"text": "Hei\x00, olisiko teillä lautaa?", "token": form["token"].value()}
    first, second = client.post(url, sent), client.post(url, sent)
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    assert Message.objects.get().text == "Hei, olisiko teillä lautaa?"
    page = text_of(client.get(first["Location"].partition("#")[0]))
    assert "You can write more when they have answered" in page
    assert client.get(url).status_code == 302  # to the conversation


@pytest.mark.parametrize(
    ("text", "said"), [("", "Write a message."), ("x" * 100_000, "99400 characters too long"), ("\x00", "Write a m")]
)
def test_bad_text_is_told_at_the_field(
    client: Client, saw: Profile, yard: Profile, aino: User, text: str, said: str
) -> None:
    client.force_login(aino)
    page = client.post(reverse("write_to", args=[yard.slug]), {"text": text})
    assert page.status_code == 422
    assert said in text_of(page)
    assert not Message.objects.exists()


def neutral(client: Client, slug: str, data: dict[str, str] | None = None) -> str:
    url = reverse("write_to", args=[slug])
    page = client.post(url, data) if data else client.get(url)
    assert page.status_code == 404
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text_of(page).replace(slug, "-"))


@pytest.mark.parametrize("refuse", REFUSALS)
def test_the_page_for_whoever_cannot_be_written_to_is_word_for_word_the_same(
    client: Client, saw: Profile, yard: Profile, aino: User, bo: User, refuse: Any
) -> None:
    client.force_login(aino)
    nobody = [neutral(client, "ei-ole"), neutral(client, "ei-ole", {"text": "Hei"})]
    refuse(yard, saw, bo)
    assert [neutral(client, yard.slug), neutral(client, yard.slug, {"text": "Hei"})] == nobody
    profile = client.get(yard.get_absolute_url())
    assert reverse("write_to", args=[yard.slug]) not in text_of(profile)
    assert not Message.objects.exists()


def test_a_profiles_page_and_a_connection_lead_to_writing(
    client: Client, saw: Profile, yard: Profile, aino: User, say: Say
) -> None:
    url = reverse("write_to", args=[yard.slug])
    assert url not in text_of(client.get(yard.get_absolute_url()))
    client.force_login(aino)
    assert "Write to them" in text_of(client.get(yard.get_absolute_url()))
    assert reverse("write_to", args=[saw.slug]) not in text_of(client.get(saw.get_absolute_url()))
    say(saw, yard)
    assert "Your messages with them" in text_of(client.get(yard.get_absolute_url()))
    a, b = sorted((saw, yard), key=lambda profile: profile.pk)
    Connection.objects.create(a=a, b=b, made_at=NOW)
    assert f"{url}?for={saw.slug}" in text_of(client.get(reverse("connections")))


def test_one_who_is_hidden_is_told_what_to_do_first(client: Client, saw: Profile, yard: Profile, aino: User) -> None:
    Profile.objects.filter(pk=saw.pk).update(visibility="hidden")
    client.force_login(aino)
    page = text_of(client.get(reverse("write_to", args=[yard.slug])))
    assert "Your profile is hidden" in page
    assert "<textarea" not in page


# --- A conversation


def test_a_request_is_folded_away_and_shows_who_and_why(
    client: Client, saw: Profile, yard: Profile, bo: User, say: Say
) -> None:
    say(saw, yard, "Katso https://saha.example/tarjous")
    page = page_of(client, bo, yard)
    assert "They would like to talk with you" in page
    assert re.search(r"<details[^>]*><summary>Read the message first</summary>", page)
    assert 'href="https://saha.example' not in page
    assert Side.objects.get(profile=yard).unread_from is not None
    assert "You have this in common" not in page
    evidence: dict[str, Any] = {"reasons": [], "parts": {}}
    Suggestion.objects.create(profile=yard, other=saw, score=1, evidence=evidence, made_at=NOW, direction="both")
    assert page_of(client, bo, yard)


def test_declined_and_waiting_look_the_same_to_the_writer(
    client: Client, saw: Profile, yard: Profile, aino: User, bo: User, say: Say
) -> None:
    def seen() -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page_of(client, aino, saw))

    say(saw, yard)
    waiting = seen()
    client.force_login(bo)
    talk = Conversation.objects.get()
    assert "They are not told" in text_of(client.post(reverse("conversation_decline", args=[talk.pk]), follow=True))
    talk.refresh_from_db()
    assert talk.closed_by == yard
    assert seen() == waiting
    assert "<textarea" not in waiting


def test_accepted_the_text_is_read_answered_and_its_addresses_lead_somewhere(
    client: Client, saw: Profile, yard: Profile, aino: User, bo: User, say: Say
) -> None:
    say(saw, yard, "Katso https://saha.example/<b>")
    talk = Conversation.objects.get()
    client.force_login(bo)
    client.post(reverse("conversation_accept", args=[talk.pk]))
    page = page_of(client, bo, yard)
    assert '<a href="https://saha.example/' in page
    assert 'rel="nofollow"' in page
    assert "<b>" not in page.partition('class="talk"')[2].partition("</ol>")[0].replace("<b>Aino Aho</b>", "")
    url = reverse("conversation", args=[talk.pk])
    assert client.post(url, {"text": "Kiitos, sopii."}).status_code == 302
    page = page_of(client, aino, saw)
    assert "Kiitos, sopii." in page
    assert "Bo Berg" in page
    assert page.count("message was read") == 0
    assert "Read</p>" in page.replace("\n", "")


def test_a_message_by_htmx_gives_the_changing_part(
    client: Client, saw: Profile, yard: Profile, aino: User, connected: Connection, say: Say
) -> None:
    say(yard, saw)
    client.force_login(aino)
    url = reverse("conversation", args=[Conversation.objects.get().pk])
    htmx = {"HX-Request": "true"}
    part = text_of(client.post(url, {"text": "Hei!"}, headers=htmx))
    assert part.strip().startswith('<div id="conversation"')
    assert "Hei!" in part
    assert 'role="status"' in part
    bad = client.post(url, {"text": " "}, headers=htmx)
    assert bad.status_code == 200
    assert "Write a message." in text_of(bad)


def test_earlier_messages_are_one_press_away(
    client: Client, saw: Profile, yard: Profile, aino: User, connected: Connection, say: Say
) -> None:
    for number in range(queries.AT_ONCE + 2):
        say(saw, yard, f"viesti {number}.")
    page = page_of(client, aino, saw)
    assert "viesti 1." not in page
    address = re.search(r'href="(\?for=saha&amp;before=\d+)"', page)
    assert address
    url = reverse("conversation", args=[Conversation.objects.get().pk])
    earlier = text_of(client.get(url + address.group(1).replace("&amp;", "&")))
    assert "viesti 1." in earlier
    assert "To the newest messages" in earlier
    for nonsense in ("²", "-1", "x", "9" * 40):
        assert client.get(url, {"for": "saha", "before": nonsense}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_conversation_costs_the_same_queries_at_any_length(
    client: Client, saw: Profile, yard: Profile, aino: User, connected: Connection, say: Say, count: int,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    for _turn in range(count):
        say(yard, saw)
    page_of(client, aino, saw)
    url = reverse("conversation", args=[Conversation.objects.get().pk])
    with django_assert_num_queries(23):
        client.get(url)


def test_a_stranger_and_an_ex_representative_find_nothing(
    client: Client, saw: Profile, yard: Profile, aino: User, say: Say
) -> None:
    message = say(saw, yard)
    left = make_user()
    make_profile(by=left)
    gone = Representative.objects.create(profile=yard, user=left, role="owner", since=NOW)
    gone.delete()
    pk = message.conversation_id
    for user in (make_user(), left):
        client.force_login(user)
        assert client.get(reverse("conversation", args=[pk])).status_code == 404
        assert client.get(f"{reverse('conversation', args=[pk])}?for={yard.slug}").status_code == 404
        for name in ("conversation", "conversation_accept", "conversation_decline"):
            assert client.post(reverse(name, args=[pk]), {"text": "Hei"}).status_code == 404
        assert client.post(reverse("message_report", args=[pk, message.pk])).status_code == 404
    assert Message.objects.count() == 1


def test_old_buttons_are_told_that_nothing_waits(
    client: Client, saw: Profile, yard: Profile, aino: User, bo: User, connected: Connection, say: Say
) -> None:
    say(saw, yard)
    client.force_login(bo)
    pk = Conversation.objects.get().pk
    page = client.post(reverse("conversation_decline", args=[pk]), follow=True)
    assert "Nothing here waits" in text_of(page)


def test_a_conversation_with_one_who_is_gone_can_be_read_but_not_continued(
    client: Client, saw: Profile, yard: Profile, aino: User, bo: User, connected: Connection, say: Say
) -> None:
    say(yard, saw, "Nähdään!")
    refuse_removed(yard, saw, bo)
    page = page_of(client, aino, saw)
    assert "Nähdään!" in page
    assert "No more messages can be sent" in page
    assert "Their page" not in page
    sent = client.post(reverse("conversation", args=[Conversation.objects.get().pk]), {"text": "Hei"})
    assert sent.status_code == 422


def test_a_message_is_reported_with_its_text(
    client: Client, saw: Profile, yard: Profile, aino: User, bo: User, say: Say
) -> None:
    message = say(saw, yard, "Harmillista.")
    url = reverse("message_report", args=[message.conversation_id, message.pk])
    client.force_login(bo)
    assert "Harmillista." in text_of(client.get(url))
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"reason": "harmful", "text": "Huh"}).status_code == 302
    assert "> Harmillista." in Report.objects.get().text
    client.force_login(aino)
    assert client.get(url).status_code == 404  # one's own message
