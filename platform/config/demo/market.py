"""The demo's market: offers and needs of its parties, some of them answered, some closed with what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from config.demo import read
from config.demo.partners import settle
from config.demo.profiles import party_owner, party_profile
from matching.services import questions
from opportunities.models import Opportunity
from opportunities.rules import opportunities as rules
from opportunities.services import answering, searches
from opportunities.services import opportunities as services
from opportunities.services.opportunities import Plan
from themes.models import Theme

MOST_TURNS = 10


def publish_opportunities(*, now: datetime) -> int:
    """Before the profiles are matched, as they are matched by these, too."""
    rows = sorted(read.opportunities(), key=lambda row: -row["published"])
    for row in rows:
        _publish(row, now)
    searches.tell_waiting(now=now)
    return len(rows)


def _publish(row: dict[str, Any], now: datetime) -> Opportunity:
    at = now - timedelta(days=row["published"])
    profile = party_profile(row["by"])
    plan = Plan(
        direction=row["direction"],
        kind=row["kind"],
        title=row["title"],
        text=row["text"],
        language=row.get("language", "fi"),
        municipality=row.get("municipality", profile.municipality),
        reward=row.get("reward", ""),
        last_day=rules.today_of(at) + timedelta(days=row["open_for"]),
        themes=tuple(Theme.objects.filter(slug__in=row["themes"]).order_by("pk")),
    )
    return services.create(profile=profile, plan=plan, by=party_owner(row["by"]), now=at, publish=True)


def answer_opportunities(*, now: datetime) -> int:
    """What workers find for each, who answered, and which are closed. Returns how many answers."""
    for _turn in range(MOST_TURNS):
        if not questions.answer_waiting(now=now):
            break
    count = 0
    for row in read.opportunities():
        made = Opportunity.objects.get(profile=party_profile(row["by"]), title=row["title"])
        for one in row.get("answers", ()):
            answering.answer(
                opportunity=made,
                profile=party_profile(one["by"]),
                text=one["text"],
                by=party_owner(one["by"]),
                now=now - timedelta(days=one["day"]),
            )
            count += 1
        if "closed" in row:
            closed = row["closed"]
            services.close(
                opportunity=made,
                outcome=closed["outcome"],
                found=party_profile(closed["found"]) if "found" in closed else None,
                by=party_owner(row["by"]),
                now=now - timedelta(days=closed["day"]),
            )
    settle(now=now)
    return count
