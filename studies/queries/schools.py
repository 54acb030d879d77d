"""Schools' pages, and the calendar of all schools: which weeks suit what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile
from core.queries import installation
from core.text import reader_language
from events.calendars import CalendarMeeting, Person
from studies import weeks
from studies.models import SchoolPage, SuitableWeeks, Term, Work

A_PAGE = 20
KEPT = timedelta(days=60)
"""So long what is over stays in a calendar that is fetched."""


@dataclass(frozen=True)
class Span:
    """Weeks that suit a kind of work: `starts` and `ends` are the days of the stretch that begins in the year, `parts`
    what of it falls in the year's weeks."""

    kind: Work
    first: int
    last: int
    note: str
    starts: date | None
    ends: date | None
    parts: list[tuple[int, int]]


@dataclass(frozen=True)
class SchoolYear:
    """`spans`: by kind, those that the year has. `terms`: with their weeks in the year, None where it has none."""

    page: SchoolPage
    spans: list[tuple[Work, list[Span]]]
    terms: list[tuple[Term, tuple[int, int] | None]]

    @property
    def school(self) -> Profile:
        return self.page.school

    @property
    def shown_terms(self) -> list[tuple[Term, tuple[int, int]]]:
        return [(term, at) for term, at in self.terms if at is not None]

    @property
    def year_terms(self) -> list[Term]:
        return [term for term, _at in self.shown_terms]


@dataclass(frozen=True)
class KindYear:
    """`counts`: how many schools each week of the year suits; `stretches`: where at least one."""

    kind: Work
    schools: int
    counts: list[int]
    stretches: list[tuple[int, int]]


@dataclass(frozen=True)
class Calendar:
    year: int
    weeks: int
    this_week: int | None
    kinds: list[KindYear]
    schools: list[SchoolYear]
    page: Page[SchoolPage]


def page_of(school: Profile) -> SchoolPage | None:
    """With its rows: five reads."""
    rows = ("programmes", "people", "terms", "weeks")
    return SchoolPage.objects.filter(school=school).prefetch_related(*rows).first()


def year_of(page: SchoolPage, year: int) -> SchoolYear:
    """Of a page with its rows."""
    spans: dict[Work, list[Span]] = defaultdict(list)
    for one in page.weeks.all():
        parts = weeks.ranges(year, one.first, one.last)
        if parts:
            starts, ends = weeks.span(year, one.first, one.last) or (None, None)
            spans[Work(one.kind)].append(Span(Work(one.kind), one.first, one.last, one.note, starts, ends, parts))
    return SchoolYear(
        page=page,
        spans=[(kind, sorted(spans[kind], key=lambda span: (span.first, span.last))) for kind in Work if kind in spans],
        terms=[(term, weeks.of_days(year, term.starts_on, term.ends_on)) for term in page.terms.all()],
    )


def coming_terms(page: SchoolPage, today: date) -> list[Term]:
    """Those that are not over."""
    return [term for term in page.terms.all() if term.ends_on >= today]


def calendar(user: Any, *, year: int, kind: str, number: Any, now: datetime) -> Calendar:
    """Of the schools that the reader sees and that have said something; of one kind of work, when it is chosen. Five
    reads, however many schools."""
    pages = _pages(user, kind)
    page = Paginator(pages, A_PAGE).get_page(number)
    today = timezone.localdate(now)
    return Calendar(
        year=year,
        weeks=weeks.count(year),
        this_week=today.isocalendar().week if weeks.this_year(today) == year else None,
        kinds=_kinds(_suitable(user, kind), year),
        schools=[year_of(one, year) for one in page],
        page=page,
    )


def _seen(user: Any) -> QuerySet[Profile]:
    return Profile.objects.published().visible_to(user).filter(kind=Profile.Kind.EDUCATION)


def _suitable(user: Any, kind: str = "") -> QuerySet[SuitableWeeks]:
    found = SuitableWeeks.objects.filter(page__school__in=_seen(user).values("pk"))
    return found.filter(kind=kind) if kind else found


def _pages(user: Any, kind: str) -> QuerySet[SchoolPage]:
    """Those that have weeks or terms, by name; with the rows that are shown."""
    wanted = SuitableWeeks.objects.filter(kind=kind) if kind else SuitableWeeks.objects.all()
    told = Q(pk__in=wanted.values("page"))
    if not kind:
        told |= Q(pk__in=Term.objects.values("page"))
    found = SchoolPage.objects.filter(told, school__in=_seen(user).values("pk")).select_related("school")
    found = found.prefetch_related(Prefetch("weeks", wanted), "terms")
    return found.order_by("school__name_fi", "school__name_sv", "pk")


def _kinds(rows: QuerySet[SuitableWeeks], year: int) -> list[KindYear]:
    """A school that says the same week twice counts once."""
    suits: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for page, kind, first, last in rows.order_by().values_list("page", "kind", "first", "last"):
        for begin, end in weeks.ranges(year, first, last):
            suits[kind] |= {(page, week) for week in range(begin, end + 1)}
    found = []
    for kind in Work:
        if kind in suits:
            counts = Counter(week for _page, week in suits[kind])
            found.append(
                KindYear(
                    kind=kind,
                    schools=len({page for page, _week in suits[kind]}),
                    counts=[counts[week] for week in range(1, weeks.count(year) + 1)],
                    stretches=weeks.joined(counts),
                )
            )
    return found


# --- For calendar programmes -----------------------------------------------------------------------------------------


def told_to_calendars(user: Any, *, kind: str, slug: str, now: datetime) -> list[CalendarMeeting]:
    """What suits, and terms, from two months back to the end of next year, as whole days. An entry that changes is
    another one: a calendar drops what is no longer told. Three reads."""
    today = timezone.localdate(now)
    pages = _pages(user, kind)
    if slug:
        pages = pages.filter(school__slug=slug)
    found: list[CalendarMeeting] = []
    for page in pages:
        found += _weeks_of(page, today)
        if not kind:
            found += [
                _entry(page, f"term-{term.starts_on}-{term.ends_on}-{n}", term.name, term.starts_on, term.ends_on)
                for n, term in enumerate(page.terms.all())
                if term.ends_on >= today - KEPT
            ]
    return found


def _weeks_of(page: SchoolPage, today: date) -> Iterable[CalendarMeeting]:
    this = weeks.this_year(today)
    seen: Counter[str] = Counter()
    for year in (this - 1, this, this + 1):
        for one in page.weeks.all():
            days = weeks.span(year, one.first, one.last)
            if days is not None and days[1] >= today - KEPT:
                key = f"{one.kind}-{year}-{one.first}-{one.last}"
                seen[key] += 1
                yield _entry(page, f"{key}-{seen[key]}", str(Work(one.kind).label), *days, note=one.note)


def _entry(page: SchoolPage, key: str, title: str, first: date, last: date, note: str = "") -> CalendarMeeting:
    return CalendarMeeting(
        uid=f"school-{page.school_id}-{key}@{settings.SITE_HOST}",
        sequence=0,
        start=_midnight(first),
        end=_midnight(last + timedelta(days=1)),
        title=f"{page.school.name}: {title}",
        changed_at=page.changed_at,
        organizer=Person(installation().name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        description=note,
        url=settings.SITE_URL + reverse("profile", kwargs={"slug": page.school.slug}),
        is_all_day=True,
        reminds=False,
        language=reader_language(),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
