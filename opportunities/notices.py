"""What is told of offers and needs: kinds of notices, said in the reader's language when they are read."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Profile
from notifications.kinds import Category, Delivery, Kind, Notice, Point
from notifications.rules import digest_bounds
from opportunities.models import Candidate, Opportunity, OpportunityTheme, SavedSearch
from opportunities.queries import market, matches
from opportunities.queries.matches import Why
from opportunities.rules import feeds as feed_rules
from opportunities.rules import opportunities as rules
from opportunities.wording import said_of, said_why

POINTS = 6


def _own(context: dict[str, Any]) -> Opportunity:
    known = Opportunity.objects.select_related("profile").filter(profile__status=Profile.Status.PUBLISHED)
    found = known.filter(pk=context["opportunity"]).first()
    if found is None:
        raise LookupError(context["opportunity"])
    return found


def ending(context: dict[str, Any]) -> Notice:
    """Only while it is open, and ends on the day that was told."""
    found, now = _own(context), timezone.now()
    if not found.is_open(now) or found.last_day.isoformat() != context["last_day"]:
        raise LookupError(found.pk)
    return Notice(
        title=_("“%(title)s” is open until %(day)s")
        % {"title": found.title, "day": date_format(found.last_day, "SHORT_DATE_FORMAT")},
        text=_("Renew it in one press, or close it and tell what came of it. If you do nothing, it ends by itself."),
        url=found.get_absolute_url(),
    )


def ended(context: dict[str, Any]) -> Notice:
    found = _own(context)
    if not found.has_ended(timezone.now()):
        raise LookupError(found.pk)
    return Notice(
        title=_("“%(title)s” has ended") % {"title": found.title},
        text=_("Nobody sees it any more. Tell what came of it, or renew it in one press."),
        url=reverse("opportunity_close", kwargs={"pk": found.pk}),
    )


def taken_down(context: dict[str, Any]) -> Notice:
    found = _own(context)
    return Notice(
        title=_("The coordinator has taken down “%(title)s”") % {"title": found.title},
        text=_("The reason: %(why)s") % {"why": found.taken_down_why},
        url=found.get_absolute_url(),
    )


def _for_owners(context: dict[str, Any], reader: Any) -> bool:
    found = Opportunity.objects.select_related("profile").filter(pk=context["opportunity"]).first()
    return found is not None and rules.is_own(reader, found)


def new_for_you(context: dict[str, Any]) -> Notice:
    """Names none: what is still open is asked when the letter leaves, and the page shows it whenever it is opened."""
    profile = Profile.objects.published().filter(pk=context["profile"]).first()
    if profile is None:
        raise LookupError(context["profile"])
    return Notice(
        title=_("New offers and needs for %(profile)s") % {"profile": profile.name},
        text=_("These offers and needs meet what you offer or look for."),
        url=f"{reverse('market')}#for-you",
    )


def _for_representatives(context: dict[str, Any], reader: Any) -> bool:
    return Profile.objects.represented_by(reader).filter(pk=context["profile"]).exists()


def new_points(context: dict[str, Any], reader: Any) -> list[Point]:
    begins, ends = digest_bounds(context["day"])
    now = timezone.now()
    tagged = Prefetch("opportunity__theme_items", OpportunityTheme.objects.select_related("tag__merged_into"))
    rows = matches.fits_of([context["profile"]], user=reader, now=now).prefetch_related(tagged)
    fresh = list(rows.filter(at__gte=begins, at__lt=ends).order_by("-points", "-at")[:POINTS])
    return [_point(row.opportunity, why) for row, why in zip(fresh, matches.why_each(fresh, now), strict=True)]


def _point(opportunity: Opportunity, why: Why | None = None) -> Point:
    said = " ".join([said_of(opportunity), *([said_why(why)] if why else [])])
    return Point(title=opportunity.title, text=said, url=opportunity.get_absolute_url())


def _search(context: dict[str, Any]) -> SavedSearch:
    found = SavedSearch.objects.filter(pk=context["search"]).first()
    if found is None:
        raise LookupError(context["search"])
    return found


def search_now(context: dict[str, Any]) -> Notice:
    """Of one that is still open."""
    search = _search(context)
    found = Opportunity.objects.seen_by(search.user, timezone.now()).filter(pk=context["opportunity"]).first()
    if found is None:
        raise LookupError(context["opportunity"])
    return Notice(
        title=_("New for “%(search)s”: %(title)s") % {"search": search.name, "title": found.title},
        text=said_of(found),
        url=found.get_absolute_url(),
    )


def search_daily(context: dict[str, Any]) -> Notice:
    search = _search(context)
    return Notice(
        title=_("New for your search “%(search)s”") % {"search": search.name},
        text=_("What has come to the market and is still open."),
        url=f"{reverse('market')}?{search.query}",
    )


def _own_search(context: dict[str, Any], reader: Any) -> bool:
    return SavedSearch.objects.filter(pk=context["search"], user=reader.pk).exists()


def search_points(context: dict[str, Any], reader: Any) -> list[Point]:
    begins, ends = digest_bounds(context["day"])
    search = _search(context)
    found = market.told_by(search, now=timezone.now()).filter(published_at__gte=begins, published_at__lt=ends)
    return [_point(one) for one in found.select_related("profile").order_by("-published_at", "-pk")[:POINTS]]


def candidates(context: dict[str, Any]) -> Notice:
    """How many wait when it is read; none, when a colleague has looked at all of them."""
    waiting = Candidate.objects.waiting(timezone.now()).count()
    if not waiting:
        raise LookupError("candidates")
    return Notice(
        title=ngettext(
            "%(n)s entry of a feed waits to be looked at", "%(n)s entries of feeds wait to be looked at", waiting
        )
        % {"n": waiting},
        text=_("Take what suits somebody here, and pass the rest. What nobody looks at goes by itself."),
        url=reverse("candidates"),
    )


def _for_coordinators(context: dict[str, Any], reader: Any) -> bool:
    return feed_rules.may_tell_of_others(reader)


KINDS = (
    Kind("opportunities.candidates", Category.DUTIES, render=candidates, may_read=_for_coordinators),
    Kind("opportunities.ending", Category.PARTNERS, render=ending, may_read=_for_owners),
    Kind("opportunities.ended", Category.PARTNERS, render=ended, may_read=_for_owners),
    Kind("opportunities.taken_down", Category.PARTNERS, render=taken_down, delivery=Delivery.NOW, may_read=_for_owners),
    Kind("opportunities.new", Category.PARTNERS, render=new_for_you, points=new_points, may_read=_for_representatives),
    Kind("opportunities.search_now", Category.PARTNERS, render=search_now, delivery=Delivery.NOW, may_read=_own_search),
    Kind("opportunities.search_daily", Category.PARTNERS, render=search_daily, points=search_points,
         may_read=_own_search),
)  # fmt: skip
