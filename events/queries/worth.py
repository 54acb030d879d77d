"""What the matcher learns of meetings: which pairs had something of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import combinations

from django.db.models import QuerySet

from events.models import FollowUp, Meeting, MeetingParty
from events.rules.outcomes import FRUITS, HELD
from matching.outcomes import Worth


def _outcomes_of(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[tuple[str, int | None, set[str]]]]:
    """What the sides of the pairs' meetings say: (outcome, useful, what came of it)."""
    wanted = set(pairs)
    rows = (
        MeetingParty.objects.filter(
            meeting__state=Meeting.State.AGREED, profile__in={one for pair in wanted for one in pair}
        )
        .exclude(outcome="")
        .values_list("pk", "meeting", "profile", "outcome", "useful")
    )
    answers: dict[int, set[str]] = defaultdict(set)
    for party, came in (
        FollowUp.objects.filter(party__in=[row[0] for row in rows]).exclude(came="").values_list("party", "came")
    ):
        answers[party].add(came)
    sides: dict[int, list[tuple[int, str, int | None, set[str]]]] = defaultdict(list)
    for party, meeting, profile, outcome, useful in rows:
        sides[meeting].append((profile, outcome, useful, answers[party]))
    with_parties: dict[int, set[int]] = defaultdict(set)
    for meeting, profile in MeetingParty.objects.filter(meeting__in=sides).values_list("meeting", "profile"):
        with_parties[meeting].add(profile)
    found: dict[tuple[int, int], list[tuple[str, int | None, set[str]]]] = defaultdict(list)
    for meeting, words in sides.items():
        for pair in combinations(sorted(with_parties[meeting]), 2):
            if pair in wanted:
                found[pair] += [(outcome, useful, came) for _profile, outcome, useful, came in words]
    return found


def worth_of(pairs: Collection[tuple[int, int]], _now: datetime) -> dict[tuple[int, int], Worth]:
    """Of the pairs those whose meetings are known to have borne fruit, or to have been of no use to anybody. Others
    have met, and no more is known. Three reads."""
    worth = {}
    for pair, words in _outcomes_of(pairs).items():
        held = [(useful, came) for outcome, useful, came in words if outcome in HELD]
        if any(useful == MeetingParty.Useful.VERY or came & set(FRUITS) for useful, came in held):
            worth[pair] = Worth.FRUITFUL
        elif any(useful == MeetingParty.Useful.NOT or came == {FollowUp.Came.NOTHING} for useful, came in held):
            worth[pair] = Worth.IN_VAIN
    return worth


def fruits_between(after: datetime, until: datetime) -> set[tuple[int, int]]:
    """Pairs of which it was told in that time, for the first time, that something came of their meeting."""
    rows = FollowUp.objects.filter(came__in=FRUITS, answered_at__lt=until).values_list("party__meeting", "answered_at")
    first: dict[int, datetime] = {}
    for meeting, at in rows.filter(party__meeting__in=_told(after, until)):
        if at is not None:
            first[meeting] = min(at, first.get(meeting, at))
    profiles: dict[int, set[int]] = defaultdict(set)
    new = [meeting for meeting, at in first.items() if at >= after]
    for meeting, profile in MeetingParty.objects.filter(meeting__in=new).values_list("meeting", "profile"):
        profiles[meeting].add(profile)
    return {pair for found in profiles.values() for pair in combinations(sorted(found), 2)}


def _told(after: datetime, until: datetime) -> QuerySet[FollowUp, int]:
    found = FollowUp.objects.filter(came__in=FRUITS, answered_at__gte=after, answered_at__lt=until)
    return found.values_list("party__meeting", flat=True)
