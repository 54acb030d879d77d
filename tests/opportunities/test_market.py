"""The market's list: search, facets, order, pages; and searches that are saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.queries.directory import vocabulary
from accounts.services.safety import block
from notifications.models import Notification
from notifications.services import deliver_due
from opportunities.models import Opportunity, SavedSearch
from opportunities.queries import market
from opportunities.services import opportunities as services
from opportunities.services import searches

from .making import NEED, NOW, close, company, kinds_to, make_theme, make_user, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
VISITOR = AnonymousUser()


def found(query: str = "", user: Any = VISITOR, home: str = "", page: Any = 1) -> market.Market:
    themes = vocabulary()
    asked = market.read(QueryDict(query), themes, measured=bool(home))
    return market.search(asked, user, page, themes, home=home, now=NOW)


def titles(query: str = "", **more: Any) -> list[str]:
    return [row.opportunity.title for row in found(query, **more).rows]


@pytest.fixture
def town() -> dict[str, User]:
    """Three offers and a need, in their order."""
    mill, owner = company("Saha", name_sv="Sågen")
    stable, rider = company("Talli", municipality="167")
    wood, bio = make_theme("puu"), make_theme("bioenergia", name_sv="bioenergi")
    lined = [
        (mill, owner, {"title": "Kutterinlastua", "themes": (wood,), "municipality": "426"}),
        (stable, rider, {**NEED, "title": "Tarvitaan lastua", "themes": (wood, bio), "municipality": "167"}),
        (mill, owner, {"title": "Hallitilaa talveksi", "text": "Lämmin halli.", "kind": "premises"}),
        (mill, owner, {"title": "Jäsenille kesätyötä", "text": "Työtä.", "kind": "summer_job",
                       "visibility": "members"}),
    ]  # fmt: skip
    for n, (profile, person, more) in enumerate(lined):
        publish(profile, person, now=NOW + timedelta(minutes=n - 10), **more)
    return {"mill": owner, "stable": rider}


@pytest.mark.usefixtures("town")
def test_search_and_facets() -> None:
    assert titles() == ["Hallitilaa talveksi", "Tarvitaan lastua", "Kutterinlastua"]
    assert titles(user=make_user())[0] == "Jäsenille kesätyötä"
    assert titles("q=lastu") == ["Tarvitaan lastua", "Kutterinlastua"]
    assert titles("q=bioenergi") == ["Tarvitaan lastua"]
    assert titles("q=sågen") == ["Hallitilaa talveksi", "Kutterinlastua"]
    assert titles("q=liperi") == ["Kutterinlastua"]
    assert titles("direction=need") == ["Tarvitaan lastua"]
    assert titles("kind=premises&kind=summer_job") == ["Hallitilaa talveksi"]
    assert titles("theme=bioenergia") == ["Tarvitaan lastua"]
    assert titles("place=426") == ["Kutterinlastua"]
    assert titles("region=12&direction=offer") == ["Kutterinlastua"]
    assert titles("q=lastu&direction=offer&theme=bioenergia") == []


@pytest.mark.usefixtures("town")
def test_numbers_tell_what_a_further_choice_would_leave() -> None:
    answer = found("direction=offer")
    assert {one.value: one.count for one in answer.directions} == {"offer": 2, "need": 1}
    assert {one.value: one.count for one in answer.kinds} == {"side_stream": 1, "premises": 1}
    assert [(one.value, one.count) for one in answer.themes] == [("puu", 1)]
    assert [one.label for one in answer.chosen] == ["Tarjoamme"]


@pytest.mark.usefixtures("town")
def test_where_more_fit_than_are_looked_through_no_numbers_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market, "MOST", 2)
    answer = found()
    assert (answer.total, answer.is_more) == (2, True)
    assert {one.count for one in (*answer.directions, *answer.kinds, *answer.themes)} == {None}
    assert len(answer.kinds) == len(Opportunity.Kind)
    assert found("direction=need").total == 1


@pytest.mark.usefixtures("town")
def test_orders() -> None:
    assert titles("sort=nearest", home="167")[0] == "Tarvitaan lastua"
    assert found("sort=nearest", home="167").rows[1].distance is not None
    one = Opportunity.objects.get(title="Kutterinlastua")
    Opportunity.objects.filter(pk=one.pk).update(closes_at=NOW + timedelta(days=1))
    assert titles("sort=ending")[0] == "Kutterinlastua"
    assert titles("sort=nearest")[0] == "Hallitilaa talveksi"


def test_of_more_than_are_looked_through_the_nearest_are_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for title, place in (("Kaukana", "091"), ("Lähellä", "426"), ("Kotona", "167"), ("Ei missään", "")):
        mill, owner = company(title)
        publish(mill, owner, title=title, municipality=place)
    assert titles("sort=nearest", home="167") == ["Kotona", "Lähellä", "Kaukana", "Ei missään"]
    monkeypatch.setattr(market, "MOST", 2)
    some = found("sort=nearest", home="167")
    assert ([row.opportunity.title for row in some.rows], some.is_more) == (["Kotona", "Lähellä"], True)


@pytest.mark.usefixtures("town")
def test_an_address_that_asks_what_is_not_there() -> None:
    assert market.read(QueryDict("kind=zzz&theme=olematon&sort=x&place=999"), {}, measured=False).unknown == 4
    assert len(titles("kind=zzz&page=99", page="99")) == 3
    assert Client().get(reverse("market") + "?q=%00&kind=%27&page=-1").status_code == 200


def test_pages_of_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market, "PAGE", 2)
    mill, owner = company("Saha")
    for n in range(3):
        publish(mill, owner, title=f"Erä {n}", now=NOW + timedelta(minutes=n - 5))
    assert (titles(page=1), titles(page=2)) == (["Erä 2", "Erä 1"], ["Erä 0"])


def test_a_changed_name_or_theme_is_found(town: dict[str, User]) -> None:
    from accounts import hooks
    from accounts.models import Profile
    from themes.services import merge_theme

    mill = Profile.objects.get(name_fi="Saha Oy")
    Profile.objects.filter(pk=mill.pk).update(name_fi="Uusinimi Oy")
    hooks.profile_changed(mill.pk, now=NOW)
    assert len(titles("q=uusinimi")) == 2
    host = make_user("Kaisa", is_coordinator=True)
    merge_theme(theme=make_theme("puu"), into=make_theme("metsä"), by=host, now=NOW)
    assert titles("theme=metsä") == ["Tarvitaan lastua", "Kutterinlastua"]
    assert titles("q=metsä") == ["Tarvitaan lastua", "Kutterinlastua"]
    assert town


# --- Saved searches


def save(by: User, query: str = "q=lastu", rhythm: str = "daily", name: str = "") -> SavedSearch:
    return searches.save_search(query=query, name=name, rhythm=rhythm, by=by, now=NOW)


def test_a_search_is_saved_in_its_plainest_form_and_once() -> None:
    reader = make_user()
    first = save(reader, "page=2&kind=premises&q=lastu&sort=ending&kind=zzz", name="Lastut")
    again = save(reader, "kind=premises&q=lastu", rhythm="now")
    assert first == again
    again.refresh_from_db()
    assert (again.query, again.rhythm, again.name) == ("q=lastu&kind=premises", "now", "lastu, Tilat tai laitteet")
    with pytest.raises(searches.NothingAsked):
        save(reader, "sort=ending&page=3")


def test_twenty_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "MOST_SEARCHES", 1)
    reader = make_user()
    save(reader, "q=yksi")
    with pytest.raises(searches.TooManySearches):
        save(reader, "q=kaksi")


def test_new_ones_are_told_at_once_or_daily_and_each_once() -> None:
    at_once, daily, never, other = (make_user(name) for name in ("Heti", "Päivittäin", "Ei", "Muu"))
    save(at_once, rhythm="now")
    save(daily)
    save(never, rhythm="never")
    save(other, "q=halli")
    mill, owner = company("Saha")
    made = publish(mill, owner)
    assert searches.tell(opportunity_id=made.pk, now=NOW) == 2
    assert searches.tell(opportunity_id=made.pk, now=NOW) == searches.tell_waiting(now=NOW) == 0
    assert kinds_to(at_once) == ["opportunities.search_now"]
    assert kinds_to(daily) == ["opportunities.search_daily"]
    assert kinds_to(never) == kinds_to(other) == []


def test_a_lost_message_is_found_by_the_sweep() -> None:
    reader = make_user()
    save(reader)
    mill, owner = company("Saha")
    publish(mill, owner)
    assert searches.tell_waiting(now=NOW + timedelta(minutes=5)) == 1


def test_ones_own_and_what_one_may_not_see_is_no_news() -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    for person in (owner, rider):
        save(person)
    block(blocker=mill, blocked=stable, by=owner, now=NOW)
    made = publish(mill, owner)
    assert searches.tell(opportunity_id=made.pk, now=NOW) == 0


def test_the_daily_letter_lists_what_is_still_open(mailoutbox: list[Any]) -> None:
    reader = make_user()
    save(reader, name="Lastut")
    mill, owner = company("Saha")
    _open, closed = [publish(mill, owner, title=title) for title in ("Avoin erä", "Suljettu erä")]
    for one in (_open, closed):
        searches.tell(opportunity_id=one.pk, now=NOW)
    close(closed, owner)
    assert Notification.objects.filter(user=reader).count() == 1
    morning = NOW + timedelta(days=1)
    with time_machine.travel(morning, tick=False):
        deliver_due(now=morning)
    body = next(mail.body for mail in mailoutbox if mail.to == [reader.email])
    assert "Avoin erä" in body
    assert "Suljettu erä" not in body


def test_one_told_at_once_that_has_closed_meanwhile_is_not_mailed(mailoutbox: list[Any]) -> None:
    reader = make_user()
    save(reader, rhythm="now")
    mill, owner = company("Saha")
    made = publish(mill, owner)
    searches.tell(opportunity_id=made.pk, now=NOW)
    services.close(opportunity=made, outcome="not_needed", by=owner, now=NOW)
    deliver_due(now=NOW)
    assert [mail for mail in mailoutbox if mail.to == [reader.email]] == []


def test_searches_on_pages() -> None:
    reader, other = make_user(), make_user()
    client, stranger = Client(), Client()
    client.force_login(reader)
    stranger.force_login(other)
    assert client.get(reverse("saved_searches")).status_code == 200
    sent = {"query": "q=lastu", "name": "Lastut", "rhythm": "daily"}
    for _press in range(2):
        client.post(reverse("search_save"), sent)
    search = SavedSearch.objects.get()
    assert "Lastut" in client.get(reverse("saved_searches")).content.decode()
    where = {"pk": search.pk}
    assert stranger.post(reverse("search_rhythm", kwargs=where), {"rhythm": "now"}).status_code == 404
    stranger.post(reverse("search_remove", kwargs=where))
    client.post(reverse("search_rhythm", kwargs=where), {"rhythm": "now"})
    search.refresh_from_db()
    assert search.rhythm == "now"
    client.post(reverse("search_save"), {"query": "", "rhythm": "daily"})
    for _press in range(2):
        client.post(reverse("search_remove", kwargs=where))
    assert not SavedSearch.objects.exists()
    assert Client().get(reverse("saved_searches")).status_code == 302
