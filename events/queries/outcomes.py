"""What came of an event's meetings, in figures: those that its organiser sees, and those that everybody may."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import Count, Q

from events.models import Event, FollowUp, Meeting, MeetingParty, MeetingRequest
from events.rules.outcomes import ASKED_AFTER, Verdict, verdict
from events.small_numbers import hidden, is_small, part_of

Counts = Mapping[str, int | None]
"""By value; None: not told, because it is small."""


@dataclass(frozen=True)
class Share:
    """A part of a whole beside what is seen in the field (percents); no part where it is not told."""

    part: int | None
    whole: int
    low: int
    high: int

    @property
    def percent(self) -> int | None:
        return None if self.part is None or not self.whole else round(100 * self.part / self.whole)

    @property
    def is_reached(self) -> bool:
        return self.percent is not None and self.percent >= self.low


@dataclass(frozen=True)
class Figures:
    """`verdicts` counts meetings, with those that were cancelled; `useful`, `next_step` and `came` (by days) count
    answers of sides. `asked` is how many sides were asked, by days."""

    people: int | None
    organisations: int | None
    accepted: Share
    kept: Share
    again: Share
    verdicts: Counts
    useful: Counts
    next_step: Counts
    came: Mapping[str, Counts]
    asked: Mapping[str, int | None]

    @property
    def has_meetings(self) -> bool:
        return any(count != 0 for count in self.verdicts.values())


def figures(event: Event) -> Figures:
    """As they are now. Five reads, however many meet."""
    seats = event.registrations.confirmed().aggregate(n=Count("pk"), profiles=Count("profile", distinct=True))
    wishes = MeetingRequest.objects.filter(round__event=event).aggregate(
        accepted=Count("pk", filter=Q(state="accepted") | Q(meeting__isnull=False)),
        made=Count("pk", filter=~Q(state="withdrawn") | Q(meeting__isnull=False)),
    )
    parties = list(
        MeetingParty.objects.filter(meeting__slot__round__event=event).values_list(
            "meeting", "meeting__state", "profile", "outcome", "useful", "next_step"
        )
    )
    said: dict[int, list[str]] = defaultdict(list)
    pairs: dict[int, list[int]] = defaultdict(list)
    cancelled = set()
    for meeting, state, profile, outcome, _useful, _next in parties:
        said[meeting].append(outcome)
        pairs[meeting].append(profile)
        if state == Meeting.State.CANCELLED:
            cancelled.add(meeting)
    ends = {meeting: "cancelled" if meeting in cancelled else verdict(words).value for meeting, words in said.items()}
    met = {
        pair
        for meeting, profiles in pairs.items()
        if ends[meeting] == Verdict.HELD
        for pair in combinations(sorted(set(profiles)), 2)
    }
    tally = Counter(ends.values())
    names = ("cancelled", *(one.value for one in Verdict))
    useful = Counter(str(row[4]) for row in parties if row[4])
    steps = Counter(row[5] for row in parties if row[5])
    came, asked = _came(event)
    return Figures(
        people=seats["n"],
        organisations=seats["profiles"],
        accepted=Share(wishes["accepted"], wishes["made"], 40, 60),
        kept=Share(tally[Verdict.HELD.value], tally[Verdict.HELD.value] + tally[Verdict.MISSED.value], 80, 100),
        again=Share(len(_later(met, event.ends_at)), len(met), 20, 30),
        verdicts={name: tally[name] for name in names},
        useful={str(value): useful[str(value)] for value in MeetingParty.Useful.values},
        next_step={value: steps[value] for value in MeetingParty.NextStep.values},
        came=came,
        asked=asked,
    )


def _came(event: Event) -> tuple[dict[str, Counts], dict[str, int | None]]:
    rows = (
        FollowUp.objects.filter(party__meeting__slot__round__event=event)
        .order_by()
        .values_list("after_days", "came")
        .annotate(n=Count("pk"))
    )
    counted = {(days, came): n for days, came, n in rows}
    came: dict[str, Counts] = {
        str(days): {value: counted.get((days, value), 0) for value in FollowUp.Came.values} for days in ASKED_AFTER
    }
    asked: dict[str, int | None] = {
        str(days): sum(n for (after, _came), n in counted.items() if after == days) for days in ASKED_AFTER
    }
    return came, asked


def _later(pairs: Iterable[tuple[int, int]], after: datetime) -> set[tuple[int, int]]:
    """Of the pairs, those who have agreed to meet again since."""
    wanted = set(pairs)
    rows = MeetingParty.objects.filter(
        meeting__state=Meeting.State.AGREED,
        meeting__starts_at__gt=after,
        profile__in={one for pair in wanted for one in pair},
    ).values_list("meeting", "profile")
    together: dict[int, set[int]] = defaultdict(set)
    for meeting, profile in rows:
        together[meeting].add(profile)
    return {pair for found in together.values() for pair in combinations(sorted(found), 2)} & wanted


# --- For everybody ---------------------------------------------------------------------------------------------------


def for_everybody(known: Figures) -> Figures:
    """The same without small numbers, and without those from which they would follow."""

    def share(one: Share) -> Share:
        whole = 0 if is_small(one.whole) else one.whole
        return Share(part_of(one.part or 0, one.whole) if whole else None, whole, one.low, one.high)

    def told(counts: Counts) -> Counts:
        return hidden({key: count or 0 for key, count in counts.items()})

    return Figures(
        people=None if is_small(known.people or 0) else known.people,
        organisations=None if is_small(known.organisations or 0) else known.organisations,
        accepted=share(known.accepted),
        kept=_unless(share(known.kept), told(known.verdicts), (Verdict.HELD, Verdict.MISSED)),
        again=share(known.again),
        verdicts=told(known.verdicts),
        useful=told(known.useful),
        next_step=told(known.next_step),
        came={days: told(counts) for days, counts in known.came.items()},
        asked={days: None if is_small(count or 0) else count for days, count in known.asked.items()},
    )


def _unless(share: Share, counts: Counts, keys: Iterable[str]) -> Share:
    """A share whose parts are hidden in a table beside it is hidden as well."""
    if any(counts[key] is None for key in keys):
        return Share(None, 0, share.low, share.high)
    return share


def written(known: Figures) -> dict[str, Any]:
    return asdict(known)


def read(data: dict[str, Any]) -> Figures:
    shares = {name: Share(**data[name]) for name in ("accepted", "kept", "again")}
    return Figures(**{**data, **shares})
