"""A company's open topic on the market, and who hears of a new one.

A student's topic does not stand there: an offer has a name, and a student is not named before a company is chosen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Profile, ProfileTheme, User
from matching.queries import vetoes
from notifications.rules import digest_day
from notifications.services import notify
from opportunities.models import Opportunity
from opportunities.rules.opportunities import latest_day, today_of
from opportunities.services import kept
from opportunities.services.opportunities import Plan
from studies.models import Topic
from studies.rules import theses as rules
from studies.services import market

KEEPER = "studies.topics"
AT_ONCE = 100


def keep_in_step(topic: Topic, *, now: datetime) -> None:
    """Of a locked topic: on the market while it is open. What the market does not take (a hidden profile, too many
    open) is in the list of topics all the same, and says why."""
    offer = Opportunity.objects.filter(pk=topic.opportunity_id).first() if topic.opportunity_id else None
    stands = offer is not None and offer.is_open(now)
    if topic.is_open(now) and not topic.is_by_student:
        by = market.who_acts(topic.profile, topic.created_by_id)
        if not stands and by is not None:
            market.put(
                topic, keeper=KEEPER, profile=topic.profile, plan=_plan(topic, now), by=by, now=now,
                is_known=topic.told_at is not None,
            )  # fmt: skip
    elif offer is not None:
        kept.end_kept(opportunity=offer, is_found=topic.state == Topic.State.TAKEN, now=now)


def _plan(topic: Topic, now: datetime) -> Plan:
    """The market is open for six months at most; a topic that lasts longer is put there again."""
    with translation.override(topic.language):
        paid = f"{topic.pay:f}".removesuffix(".00") if topic.pay else ""
        reward = _("%(pay)s € for the whole work") % {"pay": paid} if paid else ""
    return Plan(
        direction=Opportunity.Direction.OFFER,
        kind=Opportunity.Kind.THESIS,
        title=topic.title,
        text=topic.text.replace("**", ""),
        language=topic.language,
        last_day=min(topic.last_day, latest_day(today_of(now))),
        municipality=topic.municipality,
        reward=reward,
        themes=tuple(topic.themes.all()),
    )


def put_back(*, now: datetime) -> int:
    """Companies' topics that are open for longer than the market is, and those whose profile has come to be seen.
    Returns how many."""

    def put_one(pk: int) -> None:
        topic = Topic.objects.select_for_update(of=("self",)).select_related("profile").get(pk=pk)
        if topic.opportunity is not None and not topic.opportunity.is_open(now):
            kept.end_kept(opportunity=topic.opportunity, is_found=False, now=now)
        keep_in_step(topic, now=now)

    due = Topic.objects.open(now).exclude(profile__kind__in=Profile.PEOPLE)
    return market.put_back(due, owner="profile", put_one=put_one, now=now)


# --- Who hears of it -------------------------------------------------------------------------------------------------


def tell_new(*, now: datetime) -> int:
    """Each open topic once: companies of its themes of a student's, and students whom nobody sees of a company's; the
    market tells those who are seen. One notice a day for each profile. Returns how many topics."""
    due = Topic.objects.open(now).filter(told_at=None)
    keys = list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_tell(pk, now) for pk in keys)


@transaction.atomic
def _tell(pk: int, now: datetime) -> int:
    if not Topic.objects.open(now).filter(pk=pk, told_at=None).update(told_at=now):
        return 0
    topic = Topic.objects.select_related("profile").get(pk=pk)
    day = digest_day(now)
    for profile in _whose_theme(topic):
        about = {"profile": profile.pk, "day": day}
        notify("studies.topics_new", User.objects.deciding_for([profile]), about, key=f"{profile.pk}:{day}", now=now)
    return 1


def _whose_theme(topic: Topic) -> Any:
    chosen = topic.theme_items.values("tag")
    tagged = ProfileTheme.objects.filter(Q(tag__in=chosen) | Q(tag__parent__in=chosen)).values("content_object")
    found = Profile.objects.published().filter(pk__in=tagged, claimed_at__isnull=False)
    if topic.is_by_student:
        found = found.filter(kind__in=rules.OFFERERS)
    else:
        found = found.filter(kind=Profile.Kind.STUDENT, visibility=Profile.Visibility.HIDDEN)
    return found.exclude(pk__in=vetoes(topic.profile_id) | {topic.profile_id}).order_by("pk")
