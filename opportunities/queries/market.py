"""The market: open offers and needs that answer a search and its facets, with what each further choice would leave.

The choices and their numbers are told from the newest thousand that fit; where more fit, no numbers are told, for they
would be true of a part alone, and the themes to choose from are those of the newest two hundred. So a page costs the
same however large the market is: a fixed number of queries, each of which stops after a thousand rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.http import urlencode

from accounts import wording
from accounts.models import Profile
from accounts.queries.directory import SHOWN, Option, found_in, vocabulary
from core import places
from core.text import clean_text
from language import highlight_spans, query_needles, query_terms
from opportunities.models import Opportunity, OpportunityTheme, SavedSearch
from opportunities.queries.matches import Why
from themes.models import Theme

PAGE = 20
MOST = 1000
THEMED = 200
FARTHEST = 9999
"""Kilometres to where is not known."""
LONGEST = 200
SORTS = ("newest", "ending", "nearest")
ROW_THEMES = 4

Rows = QuerySet[Opportunity]


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked; everything in it exists. `places` are municipality codes, `themes` slugs."""

    text: str = ""
    directions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    sort: str = "newest"
    unknown: int = 0

    @property
    def narrowed(self) -> bool:
        return bool(self.directions or self.kinds or self.places or self.regions or self.themes)


def read(data: QueryDict, themes: dict[str, Theme], *, measured: bool) -> Filters:
    """What an address asks, which may have been typed, shortened or kept for years; what does not exist is left out.
    `measured`: there is a place from which *nearest* is told."""
    unknown = 0

    def several(name: str, known: Any) -> tuple[str, ...]:
        nonlocal unknown
        asked = dict.fromkeys(value.strip() for value in data.getlist(name)[:50] if value.strip())
        unknown += sum(1 for value in asked if value not in known)
        return tuple(value for value in asked if value in known)

    sort = data.get("sort", "")
    if sort and sort not in SORTS:
        unknown, sort = unknown + 1, ""
    chosen = several("theme", themes)
    return Filters(
        text=clean_text(data.get("q", ""))[:LONGEST],
        directions=several("direction", Opportunity.Direction.values),
        kinds=several("kind", Opportunity.Kind.values),
        places=several("place", places.municipalities()),
        regions=several("region", places.regions()),
        themes=tuple(dict.fromkeys(themes[slug].slug for slug in chosen)),
        sort="newest" if not sort or (sort == "nearest" and not measured) else sort,
        unknown=unknown,
    )


def plain_query(query: str, themes: dict[str, Theme]) -> str:
    """What an address asks in its plainest form, to be kept; empty when it narrows nothing."""
    asked = read(QueryDict(query[:2000]), themes, measured=False)
    parts: list[tuple[str, str]] = [("q", asked.text)] if asked.text else []
    for name, values in (
        ("direction", asked.directions), ("kind", asked.kinds), ("place", asked.places), ("region", asked.regions),
        ("theme", asked.themes),
    ):  # fmt: skip
        parts += [(name, value) for value in sorted(values)]
    return urlencode(parts)[:600].rpartition("&")[0] if len(urlencode(parts)) > 600 else urlencode(parts)


def name_of(query: str) -> str:
    """What a saved search is called when its saver gave no name."""
    themes = vocabulary()
    asked = read(QueryDict(query), themes, measured=False)
    words = [asked.text] if asked.text else []
    words += [str(Opportunity.Direction(one).label) for one in asked.directions]
    words += [str(Opportunity.Kind(one).label) for one in asked.kinds]
    words += [themes[slug].label for slug in asked.themes if slug in themes]
    words += [places.name(code) for code in asked.places] + [places.region_name(code) for code in asked.regions]
    return ", ".join(words)


class _Asked:
    """The question as conditions, each of which can be left out."""

    def __init__(self, filters: Filters, themes: dict[str, Theme]) -> None:
        self.filters = filters
        self.conditions: dict[str, list[Any]] = {
            "text": [found_in("search_terms", entry) for entry in query_needles(filters.text)] if filters.text else []
        }
        if filters.directions:
            self.conditions["direction"] = [Q(direction__in=filters.directions)]
        if filters.kinds:
            self.conditions["kind"] = [Q(kind__in=filters.kinds)]
        if filters.places or filters.regions:
            codes = set(filters.places)
            for region in filters.regions:
                codes.update(places.codes_in_region(region))
            self.conditions["place"] = [Q(municipality__in=codes)]
        if filters.themes:
            chosen = [themes[slug].pk for slug in filters.themes if slug in themes]
            tagged = OpportunityTheme.objects.filter(Q(tag__in=chosen) | Q(tag__parent__in=chosen))
            self.conditions["theme"] = [Q(Exists(tagged.filter(content_object=OuterRef("pk"))))]

    def narrow(self, rows: Rows, *, without: str = "") -> Rows:
        for name, conditions in self.conditions.items():
            if name != without and conditions:
                rows = rows.filter(*conditions)
        return rows


def answers(query: str, opportunity: Opportunity, *, now: datetime) -> bool:
    """Whether an opportunity is what a saved search looks for, whoever asks."""
    themes = vocabulary()
    asked = _Asked(read(QueryDict(query), themes, measured=False), themes)
    return asked.narrow(Opportunity.objects.open(now).filter(pk=opportunity.pk)).exists()


def told_by(search: SavedSearch, *, now: datetime) -> Rows:
    """What a saved search finds for its saver now; one's own is no news."""
    themes = vocabulary()
    asked = _Asked(read(QueryDict(search.query), themes, measured=False), themes)
    own = Profile.objects.represented_by(search.user).values("pk")
    return asked.narrow(Opportunity.objects.seen_by(search.user, now).exclude(profile__in=own))


# --- The page


@dataclass(slots=True)
class Row:
    """A result: the words of its own that say why it is here, with what was searched marked."""

    opportunity: Opportunity
    themes: list[Theme]
    text: str = ""
    spans: list[tuple[int, int, None]] = field(default_factory=list)
    distance: int | None = None
    why: Why | None = None


@dataclass(slots=True)
class Market:
    """`is_more`: more fit than are looked through."""

    filters: Filters
    page: Page[int]
    rows: list[Row]
    total: int
    is_more: bool
    directions: list[Option]
    kinds: list[Option]
    near: list[Option]
    regions: list[Option]
    themes: list[Option]

    @property
    def chosen(self) -> list[Option]:
        facets = (self.directions, self.kinds, self.near, self.regions, self.themes)
        return [option for facet in facets for option in facet if option.chosen]


@dataclass(frozen=True, slots=True)
class _Sample:
    """The newest that fit, as (pk, direction, kind, municipality); whether they are all."""

    rows: Sequence[tuple[int, str, str, str]]
    whole: bool

    def count(self, column: int) -> Counter[str]:
        return Counter(str(row[column]) for row in self.rows)


def search(
    filters: Filters, user: Any, page: Any, themes: dict[str, Theme], *, home: str = "", now: datetime
) -> Market:
    """Answer the market's question. `home` is the municipality that *nearest* is measured from."""
    asked = _Asked(filters, themes)
    base = Opportunity.objects.seen_by(user, now)
    fitting = _sample(_ordered(asked.narrow(base), filters, home))
    samples = {"": fitting}

    def other(facet: str) -> _Sample:
        """What fits all that is chosen in other facets."""
        if not asked.conditions.get(facet):
            return fitting
        if facet not in samples:
            samples[facet] = _sample(asked.narrow(base, without=facet).order_by("-published_at", "-pk"))
        return samples[facet]

    shown = Paginator([row[0] for row in fitting.rows], PAGE).get_page(page)
    near = other("place")
    return Market(
        filters=filters,
        page=shown,
        rows=_rows(list(shown.object_list), filters, home),
        total=len(fitting.rows),
        is_more=not fitting.whole,
        directions=_labelled("direction", Opportunity.Direction, other("direction"), 1, filters.directions),
        kinds=_labelled("kind", Opportunity.Kind, other("kind"), 2, filters.kinds),
        near=_near_options(filters, near, home),
        regions=_region_options(filters, near),
        themes=_theme_options(filters, other("theme"), themes),
    )


def _sample(rows: Rows) -> _Sample:
    found = list(rows.values_list("pk", "direction", "kind", "municipality")[: MOST + 1])
    return _Sample(found[:MOST], len(found) <= MOST)


def _ordered(rows: Rows, filters: Filters, home: str) -> Rows:
    newest = ("-published_at", "-pk")
    if filters.sort == "ending":
        return rows.order_by("closes_at", *newest)
    if filters.sort == "nearest" and home:
        near = _nearest(rows, home)
        steps = [When(municipality=code, then=Value(km)) for code, km in near.items()]
        by_distance = Case(*steps, default=Value(FARTHEST), output_field=IntegerField())
        return rows.filter(municipality__in=near).order_by(by_distance, *newest)
    return rows.order_by(*newest)


def _nearest(rows: Rows, home: str) -> dict[str, int]:
    """Kilometres to the nearest municipalities that hold so many rows as are looked through: where there are many, a
    few municipalities are compared, not all of them with all rows."""
    counts = dict(rows.order_by().values_list("municipality").annotate(n=Count("pk")))
    far = {code: FARTHEST if (km := places.distance_km(home, code)) is None else round(km) for code in counts}
    near: dict[str, int] = {}
    held = last = 0
    for code in sorted(far, key=lambda code: far[code]):
        if held > MOST and far[code] > last:
            break
        near[code] = last = far[code]
        held += counts[code]
    return near


def with_row_parts(rows: Rows) -> Rows:
    named = [f"tag__{name}" for name in ("slug", "name_fi", "name_sv", "name_en", "state")]
    tagged = OpportunityTheme.objects.select_related("tag").only("content_object", *named).order_by("pk")
    return rows.select_related("profile").prefetch_related(Prefetch("theme_items", tagged))


def _rows(keys: list[int], filters: Filters, home: str) -> list[Row]:
    found = {one.pk: one for one in with_row_parts(Opportunity.objects.filter(pk__in=keys))}
    terms = {term for entry in query_terms(filters.text) for way in entry for term in way} if filters.text else set()
    return [row_of(found[pk], terms, home if filters.sort == "nearest" else "") for pk in keys if pk in found]


def row_of(one: Opportunity, terms: set[str] | None = None, home: str = "") -> Row:
    spans = highlight_spans(one.text, one.language, terms) if terms else []
    text, marks = wording.piece(one.text, spans)
    km = places.distance_km(home, one.municipality) if home and one.municipality else None
    return Row(
        one,
        [item.tag for item in one.theme_items.all() if item.tag.state == Theme.State.ACTIVE][:ROW_THEMES],
        text,
        [(start, end, None) for start, end in marks],
        round(km) if km is not None else None,
    )


def _labelled(name: str, labels: Any, sample: _Sample, column: int, chosen: Sequence[str]) -> list[Option]:
    counts = sample.count(column)
    return [
        Option(name, one.value, str(one.label), counts[one.value] if sample.whole else None, one.value in chosen)
        for one in labels
        if name == "direction" or not sample.whole or counts[one.value] or one.value in chosen
    ]


def _near_options(filters: Filters, sample: _Sample, home: str) -> list[Option]:
    """Municipalities: of the home region where there is one, of the chosen regions, and whichever is chosen."""
    everywhere = places.municipalities()
    regions = set(filters.regions)
    if home in everywhere:
        regions.add(everywhere[home].region)
    counted = {code: n for code, n in sample.count(3).items() if code in everywhere}
    shown = {code: n for code, n in counted.items() if everywhere[code].region in regions}
    if not shown:
        shown = dict(sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:SHOWN])
    for code in filters.places:
        shown.setdefault(code, counted.get(code, 0))
    ranked = sorted(shown.items(), key=lambda one: (-one[1], places.name(one[0])))
    return [
        Option("place", code, places.name(code), n if sample.whole else None, code in filters.places)
        for code, n in ranked
    ]


def _region_options(filters: Filters, sample: _Sample) -> list[Option]:
    everywhere = places.municipalities()
    counts: Counter[str] = Counter()
    for code, n in sample.count(3).items():
        if code in everywhere:
            counts[everywhere[code].region] += n
    for region in filters.regions:
        counts.setdefault(region, 0)
    ranked = sorted(counts.items(), key=lambda one: (-one[1], places.region_name(one[0])))
    return [
        Option("region", code, places.region_name(code), n if sample.whole else None, code in filters.regions)
        for code, n in ranked
    ]


def _theme_options(filters: Filters, sample: _Sample, themes: dict[str, Theme]) -> list[Option]:
    told = sample.rows if sample.whole else sample.rows[:THEMED]
    tagged = OpportunityTheme.objects.filter(content_object__in=[row[0] for row in told])
    counts = Counter(tagged.values_list("tag", flat=True))
    in_use = {theme.pk: theme for theme in themes.values()}
    chosen = {themes[slug].pk for slug in filters.themes}
    ranked = sorted(
        (pk for pk in {*counts, *chosen} if pk in in_use),
        key=lambda pk: (pk not in chosen, -counts[pk], in_use[pk].label),
    )
    return [
        Option("theme", in_use[pk].slug, in_use[pk].label, (counts[pk] or None) if sample.whole else None, pk in chosen)
        for pk in ranked[: SHOWN * 4]
    ]
