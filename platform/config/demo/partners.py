"""What came of the profiles: suggestions, answers, connections, and times proposed and agreed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile
from config.demo import read
from config.demo.moments import moment
from config.demo.profiles import party_owner, party_profile
from events.services.proposals import accept_proposal, propose_meeting
from matching import queries as matching_queries
from matching import services as matching
from matching.models import Interest

ANSWERED_BEFORE = timedelta(days=4)
CONNECTED_BEFORE = timedelta(days=3)
PROPOSED_BEFORE = timedelta(days=2)
TURNS = 3


def make_suggestions(*, now: datetime) -> int:
    """What workers and sweeps would come to within a day; returns how many profiles were matched.

    Those who read their suggestions are matched a second time, when it is known who stands in many lists.
    """
    matching_queries.count_attention()
    done = matching.rematch_all(now=now)
    matching_queries.count_attention()
    for profile_id in Profile.objects.published().exclude(claimed_at=None).order_by("pk").values_list("pk", flat=True):
        matching.mark_stale(profile_id=profile_id, now=now, changed=False)
    settle(now=now)
    matching_queries.count_attention()
    return done


def settle(*, now: datetime) -> None:
    """A list that lost rows to another's match wants filling again; a few turns settle all of them."""
    for _turn in range(TURNS):
        if not matching.rematch_all(now=now):
            break


def give_answers(*, now: datetime) -> int:
    """Answers of one side; nobody but that side sees them. Returns how many."""
    answers = read.answers()["interests"]
    for row in answers:
        days = row.get("days")
        matching.answer(
            profile=party_profile(row["from"]),
            other=party_profile(row["to"]),
            answer=row["answer"],
            why=row.get("why", ""),
            why_in_words=row.get("words", ""),
            until=timezone.localdate(now) + timedelta(days=days) if days else None,
            by=party_owner(row["from"]),
            now=now - ANSWERED_BEFORE,
        )
    # What was answered steers the next list.
    matching.rematch_all(now=now)
    return len(answers)


def make_connections(*, now: datetime) -> int:
    """Pairs in which both are interested, some with a meeting proposed or agreed. Returns how many."""
    pairs = read.answers()["connections"]
    for row in pairs:
        one, other = row["between"]
        for mine, theirs in ((one, other), (other, one)):
            matching.answer(
                profile=party_profile(mine),
                other=party_profile(theirs),
                answer=Interest.Answer.INTERESTED,
                by=party_owner(mine),
                now=now - CONNECTED_BEFORE,
            )
        if "proposed" in row:
            _propose(one, other, row, now=now)
    return len(pairs)


def _propose(one: str, other: str, row: dict[str, Any], *, now: datetime) -> None:
    proposal = propose_meeting(
        proposer=party_profile(one),
        other=party_profile(other),
        times=[moment(now, day=p["day"], at=time.fromisoformat(p["at"])) for p in row["proposed"]],
        minutes=row["minutes"],
        topic=row["topic"],
        language=read.parties()[one].language,
        place=row["place"],
        by=party_owner(one),
        now=now - PROPOSED_BEFORE,
    )
    if "accepted" in row:
        chosen = proposal.times.order_by("starts_at")[row["accepted"]]
        accept_proposal(proposal=proposal, time=chosen, by=party_owner(other), now=now - PROPOSED_BEFORE / 2)
