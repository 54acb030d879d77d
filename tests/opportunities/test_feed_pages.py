"""The coordinator's pages of feeds and of what came from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from opportunities.models import Candidate, Feed, Opportunity

from .feeding import ADDRESS, add, answers, brought, calendar, host, item
from .making import NOW, TODAY, add_person, company, make_profile, make_theme, make_user, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "index")]
Patch = pytest.MonkeyPatch


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, **where: Any) -> str:
    response = client.get(reverse(name, kwargs=where or None))
    assert response.status_code == 200
    return response.content.decode()


def written(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Rahoittaja",
        "address": ADDRESS,
        "kind": "funding",
        "visibility": "public",
        "language": "",
        **changes,
    }


def test_only_coordinators_see_feeds_and_what_came(monkeypatch: Patch) -> None:
    """A visitor is asked to sign in, a company may not, and any coordinator of the installation may."""
    _mill, owner = company("Saha")
    (one,) = brought(host(), monkeypatch, item("Salainen haku", guid="a"))
    pages = [reverse("feeds"), reverse("feed_new"), reverse("feed_edit", args=[one.feed_id]), reverse("candidates")]
    presses = [reverse("feed_remove", args=[one.feed_id]), reverse("candidate_pass", args=[one.pk])]
    taking = f"{reverse('opportunity_new')}?candidate={one.pk}"
    for address in [*pages, taking]:
        assert Client().get(address).status_code == 302
        assert signed_in(owner).get(address).status_code == 403
    for address in [*pages[1:3], *presses, taking]:
        assert Client().post(address).status_code == 302
        assert signed_in(owner).post(address, {}).status_code == 403
    assert Candidate.objects.waiting(NOW).count() == 1
    veikko = host("Veikko")  # no feed is one coordinator's own
    for address in pages:
        assert signed_in(veikko).get(address).status_code == 200
    for address in presses:
        assert signed_in(veikko).get(address).status_code == 405
    assert "opportunities/feeds" not in signed_in(owner).get(reverse("market")).content.decode()


def test_a_feed_is_added_changed_and_removed_on_its_pages(monkeypatch: Patch) -> None:
    asked = answers(monkeypatch, "silent")
    theme = make_theme()
    client = signed_in(host())
    assert reverse("feed_new") in page(client, "feeds")
    bad = client.post(reverse("feed_new"), written(address="javascript:alert(1)", name=""))
    assert bad.status_code == 422
    assert set(bad.context["form"].errors) == {"name"}
    bad = client.post(reverse("feed_new"), written(address="http://192.168.0.1/"))
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"address"})
    assert client.post(reverse("feed_new"), written(themes=[theme.pk])).status_code == 302
    feed = Feed.objects.get()
    assert list(feed.themes.all()) == [theme]
    twice = client.post(reverse("feed_new"), written())
    assert (twice.status_code, set(twice.context["form"].errors)) == (422, {"address"})
    looking = client.post(reverse("feed_new"), written(name="Kesken", themes_look="1", themes_find="sivu"))
    assert looking.status_code == 200
    assert 'value="Kesken"' in looking.content.decode()
    edit = reverse("feed_edit", args=[feed.pk])
    stamp = client.get(edit).context["form"]["stamp"].value()
    assert client.post(edit, written(name="Uusi", stamp=stamp)).status_code == 302
    stale = client.post(edit, written(name="Vanha", stamp=stamp))
    assert stale.status_code == 422
    assert "Uusi" in page(client, "feeds")
    assert asked == [], "nothing is fetched while a page is waited for"
    for _press in range(2):
        assert client.post(reverse("feed_remove", args=[feed.pk])).status_code == 302
    assert not Feed.objects.exists()
    assert client.get(edit).status_code == 404


def test_the_feeds_page_says_what_is_wrong_since_when(monkeypatch: Patch) -> None:
    from opportunities.services import feeds as services

    kaisa = host()
    feed = add(kaisa)
    client = signed_in(kaisa)
    assert "note warn" not in page(client, "feeds")
    asked = answers(monkeypatch, b"<!DOCTYPE html><html/>")
    services.read_due(now=NOW)
    found = page(client, "feeds")
    feed.refresh_from_db()
    assert "note warn" in found
    assert "2.3.2026" in found
    assert str(feed.get_problem_display()) in found
    for name in ("desk", "candidates", "market"):
        page(client, name)
    assert len(asked) == 1
    Feed.objects.filter(pk=feed.pk).update(problem="", failures=0, failing_since=None, read_at=NOW, left_out=12345)
    assert "12345" in page(client, "feeds").replace("\u00a0", "")


def test_one_is_taken_through_the_form_filled_in_and_published(monkeypatch: Patch) -> None:
    kaisa = host()
    town = make_profile("Kunta", by=kaisa)
    suits, told = make_theme(), make_theme("kutterinlastu", synonyms_fi=["kutterinlastu"])
    add(kaisa, kind="expertise", language="fi", visibility="members", themes=(suits,))
    lines = ["UID:1", "SUMMARY:Neuvontaa kutterinlastusta", "DESCRIPTION:Kutterinlastu kiertoon.\\n<b>Tule</b>",
             "URL:https://rahoittaja.example/1", "DTSTART;VALUE=DATE:20260320"]  # fmt: skip
    answers(monkeypatch, calendar(lines))
    from opportunities.services import feeds as services

    services.read_due(now=NOW)
    one = Candidate.objects.get()
    client = signed_in(kaisa)
    found = page(client, "candidates")
    for words in ("Rahoittaja", one.title, "Kutterinlastu kiertoon.", one.link, "20.3.2026"):
        assert words in found
    address = f"{reverse('opportunity_new')}?candidate={one.pk}&for={town.slug}"
    assert address.replace("&", "&amp;") in found
    response = client.get(address)
    initial = response.context["form"].initial
    assert (initial["kind"], initial["visibility"], initial["language"]) == ("expertise", "members", "fi")
    assert initial["themes"] == [suits.pk, told.pk]
    assert initial["last_day"] == TODAY + timedelta(days=18)
    assert one.link in response.content.decode()
    second = make_profile("Kehitysyhtiö", by=kaisa)
    other = f"?candidate={one.pk}&amp;for={second.slug}"
    assert other in client.get(address).content.decode(), "in whose name is a choice"
    sent = {
        name: initial[name]
        for name in ("direction", "kind", "title", "text", "language", "source", "source_url", "visibility")
    }
    sent |= {"themes": initial["themes"], "last_day": "2026-03-20", "once": "sama", "publish": "1"}
    kept = client.post(address, {**sent, "last_day": "", "reward": "Ilmaista"})
    assert (kept.status_code, set(kept.context["form"].errors)) == (422, {"last_day"})
    assert "Ilmaista" in kept.content.decode()
    for _press in range(2):
        assert client.post(address, sent).status_code == 302
    made = Opportunity.objects.get()
    assert (made.state, made.source, made.profile) == ("open", "Rahoittaja", town)
    assert set(made.themes.all()) == {suits, told}
    assert page(client, "candidates").count(one.title) == 0
    assert client.get(address).headers["Location"] == reverse("candidates")
    _mill, owner = company("Saha")
    seen = signed_in(owner).get(made.get_absolute_url()).content.decode()
    assert "Rahoittaja" in seen
    assert made.source_url in seen
    assert "Rahoittaja" in page(signed_in(owner), "market")


def test_without_a_deadline_the_coordinator_gives_the_day_and_one_too_far_is_as_far_as_may_be(
    monkeypatch: Patch,
) -> None:
    kaisa = host()
    make_profile("Kunta", by=kaisa)
    (one,) = brought(kaisa, monkeypatch, item("Haku", guid="a"))
    client = signed_in(kaisa)
    address = f"{reverse('opportunity_new')}?candidate={one.pk}"
    assert client.get(address).context["form"].initial["last_day"] is None
    Candidate.objects.update(deadline=TODAY + timedelta(days=400))
    assert client.get(address).context["form"].initial["last_day"].isoformat() == "2026-09-02"
    for odd in ("0", "x", "9" * 30, ""):
        assert client.get(f"{reverse('opportunity_new')}?candidate={odd}").status_code == 404


def test_one_is_passed_for_good_and_a_second_press_does_no_harm(monkeypatch: Patch) -> None:
    kaisa = host()
    first, second = brought(kaisa, monkeypatch, item("Yksi", guid="a"), item("Kaksi", guid="b"))
    client = signed_in(kaisa)
    address = reverse("candidate_pass", args=[first.pk])
    back = client.post(address, {"feed": str(first.feed_id)}).headers["Location"]
    assert back == f"{reverse('candidates')}?feed={first.feed_id}"
    assert client.post(address).headers["Location"] == reverse("candidates")
    assert [one.pk for one in client.get(back).context["page"]] == [second.pk]
    assert client.get(f"{reverse('candidates')}?feed=999").status_code == 404
    assert client.post(reverse("candidate_pass", args=[999999])).status_code == 302


def test_what_a_feed_says_is_shown_as_text(monkeypatch: Patch) -> None:
    kaisa = host()
    nasty = "&amp;lt;img src=x onerror=alert(1)&amp;gt;"
    brought(kaisa, monkeypatch, item(nasty, guid="a", text=nasty, link="javascript:alert(1)"))
    found = page(signed_in(kaisa), "candidates")
    assert "<img src=x" not in found
    assert "javascript:" not in found


def test_a_coordinator_without_an_organisation_is_told_what_to_do(monkeypatch: Patch) -> None:
    kaisa = host()
    brought(kaisa, monkeypatch, item("Haku", guid="a"))
    client = signed_in(kaisa)
    assert "?candidate=" not in page(client, "candidates")
    town = make_profile("Kunta", by=make_user())
    add_person(town, kaisa)
    assert "?candidate=" not in page(client, "candidates"), "a member does not publish"
    town.representatives.filter(user=kaisa).update(role="editor")
    assert "?candidate=" in page(client, "candidates")


def test_the_source_is_a_part_of_the_form_for_coordinators_alone() -> None:
    mill, owner = company("Saha")
    assert "id_source" not in page(signed_in(owner), "opportunity_new")
    made = publish(mill, owner)
    kaisa = host()
    add_person(mill, kaisa, "editor")
    client = signed_in(kaisa)
    edit = reverse("opportunity_edit", args=[made.pk])
    sent = {"direction": "offer", "kind": "funding", "title": "Tuki", "text": "Tukea", "visibility": "public",
            "last_day": "2026-03-20", "save": "1",
            "source": "Rahoittaja", "source_url": "javascript:alert(1)"}  # fmt: skip
    bad = client.post(edit, sent)
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"source_url"})
    assert client.post(edit, {**sent, "source_url": "https://rahoittaja.example/"}).status_code == 302
    made.refresh_from_db()
    assert made.source == "Rahoittaja"
    assert signed_in(owner).post(edit, {**sent, "source": "Muu"}).status_code == 302
    made.refresh_from_db()
    assert made.source == "Rahoittaja", "what the form has no field for is not read"


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_however_many_there_are(
    rows: int, monkeypatch: Patch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kaisa = host()
    make_profile("Kunta", by=kaisa)
    for n in range(rows):
        brought(
            kaisa, monkeypatch, *(item(f"Haku {n} {k}", guid=f"{n} {k}") for k in range(rows)), address=f"{ADDRESS}{n}"
        )
    client = signed_in(kaisa)
    for name, count in (("feeds", 4), ("candidates", 7)):
        page(client, name)
        with django_assert_num_queries(count):
            page(client, name)
