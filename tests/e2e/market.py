"""Addresses of the market: the demo's, and beside them one's own in every state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, User
from opportunities.feeds import Entry
from opportunities.models import Feed, Opportunity, SavedSearch
from opportunities.rules import opportunities as rules
from opportunities.services import feeds, searches
from opportunities.services import opportunities as services
from opportunities.services.feeds import FeedPlan
from opportunities.services.opportunities import Plan
from tests.e2e.made import PEOPLE


def names() -> set[str]:
    """What its writer called it."""
    return {*Feed.objects.values_list("name", flat=True), *SavedSearch.objects.values_list("name", flat=True)}


NOT_PAGES = {
    *("search_save", "search_rhythm", "search_remove"),
    *("feed_remove", "candidate_pass"),
    *("opportunity_publish", "opportunity_renew", "opportunity_discard", "opportunity_file"),
}
DRAFT, ENDED = "Selaimen luonnos tarjoukseksi", "Selaimen päättynyt tarjous"


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?")."""
    owner = User.objects.get(email=PEOPLE["company"])
    mine = Profile.objects.filter(representatives__user=owner).order_by("pk")[0]
    now = timezone.now()
    own = Opportunity.objects.of(mine).open(now).order_by("pk")[0]
    other = Opportunity.objects.open(now).exclude(profile=mine).order_by("pk")[0]
    draft, ended = _made(DRAFT, mine, owner, publish=False), _made(ENDED, mine, owner, publish=True)
    searches.save_search(query="q=kutteri", name="Kutteri", rhythm="daily", by=owner, now=now)
    return [
        *[("anonymous", "market", {}, after) for after in ("", "q=lastu", "q=zzzz", "direction=need&kind=zzz")],
        ("anonymous", "opportunity", {"pk": other.pk}, ""),
        *[("company", "market", {}, after) for after in ("", "q=kutteri", "sort=nearest")],
        *[("company", name, {}, "") for name in ("saved_searches", "opportunities_own", "opportunity_new")],
        ("student", "saved_searches", {}, ""),
        ("beginner", "opportunities_own", {}, ""),
        ("company", "opportunity_answer", {"pk": other.pk}, ""),
        *[("company", "opportunity", {"pk": one.pk}, "") for one in (own, other, draft, ended)],
        *[("company", "opportunity_edit", {"pk": one.pk}, "") for one in (own, draft)],
        *[("company", "opportunity_close", {"pk": one.pk}, "") for one in (own, ended)],
        ("coordinator", "opportunity", {"pk": other.pk}, ""),
        ("coordinator", "opportunity_take_down", {"pk": other.pk}, ""),
        *_of_others(now),
    ]


def _of_others(now: datetime) -> list[tuple[str, str, dict[str, Any], str]]:
    """What came of a feed, and a feed that is down."""
    by = User.objects.get(email=PEOPLE["coordinator"])
    address = "https://rahoittaja.solmu.example/haut.xml"
    feed = Feed.objects.filter(address=address).first()
    if feed is None:
        feed = feeds.add_feed(plan=FeedPlan("Selaimen rahoittaja", address, language="fi"), by=by, now=now)
        text = "Tukea kutterinlastun kuivaamiseen ja kuljetukseen. " * 20
        link = "https://rahoittaja.solmu.example/haut/1"
        told = [Entry("1", "Kuivaustuki 2027", text, link, now, rules.today_of(now) + timedelta(days=40))]
        feeds.take_in(feed, [*told, Entry("2", "Neuvontaa energiasta", "Maksutta.")], now=now)
        down = Feed.objects.get(pk=feed.pk)
        down.pk, down.address, down.name = None, f"{address}?alhaalla", "Selaimen vaiennut rahoittaja"
        down.problem, down.failures, down.failing_since = Feed.Problem.SILENT, 7, now - timedelta(days=3)
        down.due_at = now + timedelta(days=1)
        down.save(force_insert=True)
    one = feed.candidates.order_by("deadline").exclude(deadline=None)[0]
    return [
        *[("coordinator", name, {}, "") for name in ("feeds", "feed_new", "candidates")],
        ("coordinator", "candidates", {}, f"feed={feed.pk}"),
        ("coordinator", "feed_edit", {"pk": feed.pk}, ""),
        ("coordinator", "opportunity_new", {}, f"candidate={one.pk}"),
    ]


def _made(title: str, profile: Profile, owner: User, *, publish: bool) -> Opportunity:
    found = Opportunity.objects.filter(title=title).first()
    if found is not None:
        return found
    at = timezone.now() - timedelta(days=20)
    plan = Plan(
        direction="offer",
        kind="premises",
        title=title,
        text="Kuivaa varastotilaa sata neliötä.",
        last_day=rules.today_of(at) + timedelta(days=10),
    )
    return services.create(profile=profile, plan=plan, by=owner, now=at, publish=publish)
