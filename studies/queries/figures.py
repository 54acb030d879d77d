"""Offers, needs and student work in numbers, for the coordinator: a year by month and by kind.

What was offered or needed has a life (`Life`): it opened, somebody answered, it came true, it was over. Three things
have one: an offer or a need of the market; a topic of a thesis, among theses, which comes true when the three have
signed; a place in a course round, among course projects, which is answered and comes true when students are given to
it. In a month

- `open` counts those that were open in its last moment, or are open now;
- `answered` those whose first answer came in it. A topic's application that led to nothing goes after a while, and with
  it what it answered;
- `realised` those that came true in it: of the market's, those that were closed as found here.

The middle time to the first answer is that of what was answered in the month. What organisations did is counted as it
is, and names nobody. Students are people: of the tables of students no number from one to four is told, nor one from
which it follows in them (`events.small_numbers`). The year is the local one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone

from accounts.models import Profile
from events.small_numbers import hidden, is_small
from opportunities.models import Answer, Opportunity
from studies.models import Allocation, OfferedPlace, Placement, Season, SeasonWish, Thesis, Topic

Kind = Opportunity.Kind
STUDENT_KINDS = (Kind.THESIS, Kind.COURSE_PROJECT, Kind.INTERNSHIP, Kind.SUMMER_JOB)
YEARS_BESIDE = 5
MONTHS = range(1, 13)
PLACES = "studies.seasons"
"""Who keeps a season's places on the market."""


@dataclass(frozen=True)
class Life:
    """`ended`: the first moment when it was not open."""

    kind: str
    opened: datetime
    ended: datetime
    answered: datetime | None
    realised: datetime | None
    of_season: bool = False
    """It stands for a place of a season, whose students are counted there."""


@dataclass(frozen=True)
class Counts:
    """Of a month or of a kind. `hours`: the middle time to the first answer."""

    open: int
    answered: int
    realised: int
    hours: float | None


@dataclass(frozen=True)
class People:
    """Students by month and by kind; None where it is not told. `total` is None where it is small."""

    by_month: Mapping[int, int | None]
    by_kind: Mapping[str, int | None]
    total: int | None

    @property
    def tells_months(self) -> bool:
        """Whether any month has a number to show: with few students none has."""
        return any(self.by_month.values()) or None not in self.by_month.values()


@dataclass(frozen=True)
class Figures:
    """`months`: those that have begun. `counts` is by (month, kind), of those that are not all nought; the kind is ""
    for all."""

    year: int
    months: list[int]
    by_month: Mapping[int, Counts]
    by_kind: Mapping[str, Counts]
    counts: Mapping[tuple[int, str], Counts]
    whole: Counts
    placed: People
    finished: People
    firms: Mapping[int, int]

    @property
    def new_firms(self) -> int:
        return sum(self.firms.values())


def years(now: datetime) -> list[int]:
    """From the first thing that was offered until now, the newest first, at most `YEARS_BESIDE`. Three reads."""
    firsts = [
        Opportunity.objects.aggregate(at=Min("published_at"))["at"],
        Topic.objects.aggregate(at=Min("published_at"))["at"],
        OfferedPlace.objects.aggregate(at=Min("made_at"))["at"],
    ]
    this = timezone.localdate(now).year
    first = min((timezone.localdate(at).year for at in firsts if at is not None), default=this)
    return list(range(this, max(first, this - YEARS_BESIDE + 1) - 1, -1)) or [this]


def figures(year: int, now: datetime, kind: str = "") -> Figures:
    """Of the year; `by_month` and `whole` are of the kind, when one is chosen. Twelve reads, however much there is."""
    start, end = start_of(year, 1), start_of(year + 1, 1)
    places, placed = _places(start, end)
    market = list(_market(start, end))
    lives = [*market, *_topics(start, end), *places]
    months = [month for month in MONTHS if start_of(year, month) <= now]
    asked = [one for one in lives if not kind or one.kind == kind]
    tally: dict[tuple[int, str], list[Life]] = defaultdict(list)
    for one in lives:
        for month in _months_of(one, year):
            tally[month, one.kind].append(one)
    counts = {}
    for (month, name), rows in sorted(tally.items()):
        if month in months:
            found = _counts(rows, *_span(year, month, now))
            if found.open or found.answered or found.realised:
                counts[month, name] = found
    by_kind: dict[str, list[Life]] = defaultdict(list)
    for one in lives:
        by_kind[one.kind].append(one)
    begun, finished = _theses(start, end)
    placed += [(at, str(Kind.THESIS)) for at in begun]
    placed += [
        (one.realised, one.kind)
        for one in market
        if one.realised is not None and one.kind in STUDENT_KINDS and start <= one.realised < end and not one.of_season
    ]
    placed += _season_students(start, end)
    return Figures(
        year=year,
        months=months,
        by_month={month: _counts(asked, *_span(year, month, now)) for month in months},
        by_kind={name: _counts(by_kind[name], start, _until(end, now)) for name in Kind.values if name in by_kind},
        counts=counts,
        whole=_counts(asked, start, _until(end, now)),
        placed=_people(placed, months, [str(one) for one in STUDENT_KINDS]),
        finished=_people([(at, str(Kind.THESIS)) for at in finished], months, [str(Kind.THESIS)]),
        firms=_firms(year, months),
    )


def start_of(year: int, month: int) -> datetime:
    """The first moment of the local month."""
    return datetime(year, month, 1, tzinfo=timezone.get_default_timezone())


# --- Counting --------------------------------------------------------------------------------------------------------


def _span(year: int, month: int, now: datetime) -> tuple[datetime, datetime]:
    after = start_of(year + month // 12, month % 12 + 1)
    return start_of(year, month), _until(after, now)


def _until(end: datetime, now: datetime) -> datetime:
    """What has happened in this very moment has happened."""
    return min(end, now + timedelta(microseconds=1))


def _counts(lives: Iterable[Life], start: datetime, end: datetime) -> Counts:
    """`end` itself is outside; what is open stood so in the last moment before it."""
    open_, answered, realised, hours = 0, 0, 0, []
    for one in lives:
        open_ += one.opened < end <= one.ended
        realised += one.realised is not None and start <= one.realised < end
        if one.answered is not None and start <= one.answered < end:
            answered += 1
            if one.answered >= one.opened:
                hours.append((one.answered - one.opened) / timedelta(hours=1))
    return Counts(open_, answered, realised, median(hours) if hours else None)


def _months_of(life: Life, year: int) -> Iterable[int]:
    """Those of the year in which it could count for something."""
    last = max(at for at in (life.ended, life.answered, life.realised) if at is not None)
    first, last_day = timezone.localdate(life.opened), timezone.localdate(last)
    begin = first.month if first.year == year else 1
    finish = last_day.month if last_day.year == year else 12
    return range(begin, finish + 1)


def _people(rows: Iterable[tuple[datetime, str]], months: list[int], kinds: list[str]) -> People:
    rows = list(rows)
    in_month = Counter(timezone.localtime(at).month for at, _kind in rows)
    of_kind = Counter(kind for _at, kind in rows)
    return People(
        by_month=dict(_hidden({str(n): in_month[n] for n in months}, int)),
        by_kind=dict(_hidden({kind: of_kind[kind] for kind in kinds}, str)),
        total=None if is_small(len(rows)) else len(rows),
    )


def _hidden(counts: Mapping[str, int], key: Any) -> list[tuple[Any, int | None]]:
    return [(key(name), count) for name, count in hidden(counts).items()]


# --- Reads -----------------------------------------------------------------------------------------------------------


def _market(start: datetime, end: datetime) -> Iterable[Life]:
    """Those that were open in the year, or closed in it; topics and courses are counted where they are kept. One
    read."""
    rows: Any = (
        Opportunity.objects.filter(published_at__lt=end, state__in=["open", "closed"], kept_by__in=["", PLACES])
        .filter(Q(closes_at__gte=start) | Q(closed_at__gte=start))
        .order_by()
        .annotate(first=Min("answers__at"))
        .values_list("kind", "published_at", "closes_at", "closed_at", "outcome", "first", "kept_by")
    )
    for kind, opened, closes, closed, outcome, first, kept in rows:
        here = closed if outcome == Opportunity.Outcome.HERE else None
        yield Life(kind, opened, min(closes, closed or closes), first, here, of_season=kept == PLACES)


def _season_students(start: datetime, end: datetime) -> list[tuple[datetime, str]]:
    """Those with a place, when it was taken; of a season that has ended, whose applications go, its own count at its
    end. Two reads."""
    running = SeasonWish.objects.filter(state=SeasonWish.State.ACCEPTED, state_since__gte=start, state_since__lt=end)
    running = running.exclude(place__season__state=Season.State.ENDED)
    taken: list[tuple[Any, str]] = list(running.values_list("state_since", "place__season__kind"))
    ended = Season.objects.filter(state=Season.State.ENDED, ended_at__gte=start, ended_at__lt=end)
    for at, kind, kept in ended.values_list("ended_at", "kind", "kept"):
        taken += [(at, kind)] * int((kept or {}).get("filled", 0))
    return taken


def _topics(start: datetime, end: datetime) -> Iterable[Life]:
    """One read."""
    signed = Thesis.objects.filter(topic=OuterRef("pk"), begun_at__gte=start)
    rows: Any = (
        Topic.objects.filter(published_at__lt=end)
        .filter(Q(closes_at__gte=start) | Q(state_since__gte=start) | Exists(signed))
        .order_by()
        .annotate(first=Min("applications__at"), chosen=Min("theses__created_at"), begun=Min("theses__begun_at"))
        .values_list("state", "published_at", "closes_at", "state_since", "first", "chosen", "begun")
    )
    for state, opened, closes, since, first, chosen, begun in rows:
        ended = closes if state == Topic.State.OPEN else min(closes, since)
        answers = [at for at in (first, chosen) if at is not None]
        yield Life(str(Kind.THESIS), opened, ended, min(answers, default=None), begun)


def _places(start: datetime, end: datetime) -> tuple[list[Life], list[tuple[datetime, str]]]:
    """Course places, and the moment for each student who was given one in the year. Three reads."""
    rows = (
        OfferedPlace.objects.filter(made_at__lt=end, round__ends_on__gte=timezone.localdate(start))
        .order_by()
        .values_list(
            "pk", "round", "made_at", "withdrawn_at", "students", "round__given_at", "round__wishes_until",
        )
    )  # fmt: skip
    found = list(rows)
    newest: dict[int, int] = {}
    given: dict[int, datetime] = {}
    published = Allocation.objects.filter(published_at__isnull=False, round__in={row[1] for row in found})
    rows_of: Any = published.order_by("asked_at", "pk").values_list("pk", "round", "published_at")
    for pk, round, at in rows_of:
        newest[round] = pk
        given[round] = min(at, given.get(round, at))
    coming = dict(
        Placement.objects.filter(allocation__in=newest.values(), place__isnull=False)
        .order_by()
        .values_list("place")
        .annotate(n=Count("pk"))
    )
    lives, placed = [], []
    for pk, round, made, withdrawn, kept, kept_at, until in found:
        at = given.get(round, kept_at)
        students = coming.get(pk, 0) if kept is None else kept
        here = at if students else None
        ends = [_after(until), *(moment for moment in (withdrawn, at) if moment is not None)]
        lives.append(Life(str(Kind.COURSE_PROJECT), made, min(ends), here, here))
        if here is not None and start <= here < end:
            placed += [(here, str(Kind.COURSE_PROJECT))] * students
    return lives, placed


def _after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())


def _theses(start: datetime, end: datetime) -> tuple[list[datetime], list[datetime]]:
    """When those of the year began, and when those that are finished ended. One read."""
    in_year = Q(begun_at__gte=start, begun_at__lt=end) | Q(ended_at__gte=start, ended_at__lt=end)
    begun, finished = [], []
    for began, ended, state in Thesis.objects.filter(in_year).order_by().values_list("begun_at", "ended_at", "state"):
        if began is not None and start <= began < end:
            begun.append(began)
        if ended is not None and start <= ended < end and state in Thesis.DONE:
            finished.append(ended)
    return begun, finished


def _firms(year: int, months: list[int]) -> dict[int, int]:
    """Companies that offered, needed or answered something, or took part in student work, for the first time ever.
    Four reads."""
    company = {"profile__kind": Profile.Kind.COMPANY}
    seen: dict[int, datetime] = {}
    for rows, moment in (
        (Opportunity.objects.filter(published_at__isnull=False), "published_at"),
        (Answer.objects.all(), "at"),
        (Topic.objects.filter(published_at__isnull=False), "published_at"),
        (OfferedPlace.objects.all(), "made_at"),
    ):
        grouped = rows.filter(**company).order_by().values_list("profile").annotate(first=Min(moment))
        for profile, at in grouped:
            seen[profile] = min(at, seen.get(profile, at))
    days = Counter((day.year, day.month) for day in map(timezone.localdate, seen.values()))
    return {month: days[year, month] for month in months}
