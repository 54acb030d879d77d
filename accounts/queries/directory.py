"""The directory: whoever answers a search and its facets, with what each further choice would leave.

Facets count as people read them: the number beside a choice is how many there would be with it and with what is chosen
in the *other* facets. A fixed number of queries, however many profiles there are; searching is by substring in a column
of dictionary forms (`accounts.search`), alike on every database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Collate, NullIf, StrIndex
from django.db.models.lookups import GreaterThan

from accounts import wording
from accounts.kinds import PLURALS, WISHES
from accounts.models import PastWork, Profile, ProfileText, ProfileTheme
from core import places
from core.sqlite import FINNISH
from core.text import reader_language
from language import highlight_spans, query_needles, query_terms
from themes.models import Theme

PAGE = 20
SHOWN = 7
"""Choices of a facet shown at once; the rest are folded."""
ROW_THEMES = 4


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked. `wishes` are text kinds, `places` municipality codes; everything in it exists."""

    text: str = ""
    wishes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.wishes or self.kinds or self.places or self.regions or self.themes)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a facet. A chosen theme that others belong to has no count of its own."""

    name: str
    value: str
    label: str
    count: int | None
    chosen: bool

    @property
    def id(self) -> str:
        return f"{self.name}-{self.value}"


@dataclass(slots=True)
class Row:
    """A result: the words of its own that say why it is here, with what was searched marked."""

    profile: Profile
    themes: list[tuple[Theme, list[tuple[int, int, None]]]]
    kind: str = ""
    language: str = ""
    text: str = ""
    spans: list[tuple[int, int, None]] = field(default_factory=list)
    distance: int | None = None


@dataclass(slots=True)
class Directory:
    filters: Filters
    page: Page[Profile]
    rows: list[Row]
    total: int
    wishes: list[Option]
    kinds: list[Option]
    near: list[Option]
    regions: list[Option]
    themes: list[Option]

    @property
    def chosen(self) -> list[Option]:
        """What narrows the results now, in the facets' order."""
        facets = (self.wishes, self.kinds, self.near, self.regions, self.themes)
        return [option for facet in facets for option in facet if option.chosen]


def vocabulary() -> dict[str, Theme]:
    """Every theme in use by its slug, with its names alone; a merged one's slug leads to what it became."""
    in_use = Theme.objects.filter(state__in=[Theme.State.ACTIVE, Theme.State.MERGED])
    themes = list(in_use.only("slug", "name_fi", "name_sv", "name_en", "state", "merged_into"))
    by_pk = {theme.pk: theme for theme in themes}
    found = {theme.slug: theme for theme in themes if theme.state == Theme.State.ACTIVE}
    for theme in themes:
        target, steps = theme, 0
        while target.merged_into_id in by_pk and steps < 10:
            target, steps = by_pk[target.merged_into_id], steps + 1
        if target.state == Theme.State.ACTIVE:
            found.setdefault(theme.slug, target)
    return found


def search(filters: Filters, user: Any, page: Any, themes: dict[str, Theme], home: str = "") -> Directory:
    """Answer the directory's question. `home` is the municipality that *nearest* is measured from and whose region's
    municipalities come first.
    """
    asked = _Asked(filters, user, themes)
    by_place = dict(asked.without("place").values_list("municipality").annotate(n=Count("pk")).order_by())
    rows = asked.all()
    paginator: Paginator[Profile] = Paginator(_with_row_parts(_ordered(rows, asked, by_place, home)), PAGE)
    shown = paginator.get_page(page)
    return Directory(
        filters=filters,
        page=shown,
        rows=[_row(profile, filters, home) for profile in shown.object_list],
        total=paginator.count,
        wishes=_wish_options(asked),
        kinds=_kind_options(asked),
        near=_near_options(filters, by_place, home),
        regions=_region_options(filters, by_place),
        themes=_theme_options(asked, themes),
    )


class _Asked:
    """The question as conditions, each of which can be left out."""

    def __init__(self, filters: Filters, user: Any, themes: dict[str, Theme]) -> None:
        self.filters = filters
        self.base = Profile.objects.published().visible_to(user)
        self.needles = query_needles(filters.text) if filters.text else []
        self.conditions: dict[str, list[Any]] = {"text": [found_in("search_terms", entry) for entry in self.needles]}
        if filters.wishes:
            self.conditions["wish"] = [_any_of([Q(_has(kind)) for kind in filters.wishes])]
        if filters.kinds:
            self.conditions["kind"] = [Q(kind__in=filters.kinds)]
        if filters.places or filters.regions:
            codes = set(filters.places)
            for region in filters.regions:
                codes.update(places.codes_in_region(region))
            self.conditions["place"] = [Q(municipality__in=codes)]
        if filters.themes:
            chosen = [themes[slug].pk for slug in filters.themes]
            tagged = ProfileTheme.objects.filter(Q(tag__in=chosen) | Q(tag__parent__in=chosen))
            self.conditions["theme"] = [Q(Exists(tagged.filter(content_object=OuterRef("pk"))))]

    def without(self, facet: str) -> QuerySet[Profile]:
        found: QuerySet[Profile] = self.base
        for name, conditions in self.conditions.items():
            if name != facet:
                found = found.filter(*conditions)
        return found

    def all(self) -> QuerySet[Profile]:
        return self.without("")


def _has(kind: str) -> Exists:
    return Exists(ProfileText.objects.filter(profile=OuterRef("pk"), kind=kind))


def _any_of(conditions: list[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def found_in(column: str, entry: tuple[tuple[str, ...], ...]) -> Q:
    """One word of the query: any of its alternatives, each of which is all of its needles."""
    found = Q()
    for alternative in entry:
        whole = Q()
        for needle in alternative:
            whole &= Q(GreaterThan(StrIndex(F(column), Value(needle)), 0))
        found |= whole
    return found


def _ordered(rows: QuerySet[Profile], asked: _Asked, by_place: dict[str, int], home: str) -> QuerySet[Profile]:
    """In the order asked for. Parties that somebody represents come before those of which only facts are known."""
    claimed = Case(When(claimed_at__isnull=False, then=Value(0)), default=Value(1), output_field=IntegerField())
    newest: list[Any] = [claimed, F("published_at").desc(nulls_last=True), "-pk"]
    sort = asked.filters.sort
    if sort == "name":
        return rows.order_by(Collate(_shown_name(), FINNISH), "pk")
    if sort == "nearest" and home:
        distances = {code: places.distance_km(home, code) for code in by_place}
        near = sorted((km, code) for code, km in distances.items() if km is not None)
        steps = [When(municipality=code, then=Value(round(km))) for km, code in near]
        if steps:
            return rows.order_by(Case(*steps, default=Value(9999), output_field=IntegerField()), *newest)
    if sort == "newest" or not asked.needles:
        return rows.order_by(*newest)
    in_name = Q()
    for entry in asked.needles:
        in_name &= found_in("search_names", entry)
    some = _any_of([found_in("search_names", entry) for entry in asked.needles])
    rank = Case(When(in_name, then=Value(0)), When(some, then=Value(1)), default=Value(2), output_field=IntegerField())
    return rows.order_by(rank, *newest)


def _shown_name() -> Combinable:
    """The name as a reader of the page's language sees it."""
    first = reader_language()
    codes = dict.fromkeys([first if first in ("fi", "sv", "en") else "fi", "fi", "sv", "en"])
    return Coalesce(*(NullIf(F(f"name_{code}"), Value("")) for code in codes), Value(""))


def _with_row_parts(rows: QuerySet[Profile]) -> QuerySet[Profile]:
    return rows.prefetch_related(
        "texts",
        Prefetch("past_works", PastWork.objects.order_by("pk")),
        Prefetch("theme_items", ProfileTheme.objects.select_related("tag").order_by("pk")),
    )


def _row(profile: Profile, filters: Filters, home: str) -> Row:
    terms = {term for entry in query_terms(filters.text) for way in entry for term in way} if filters.text else set()
    row = Row(profile, _row_themes(profile, filters, terms))
    if filters.sort == "nearest" and home:
        km = places.distance_km(home, profile.municipality)
        row.distance = round(km) if km is not None else None
    candidates = [(text.kind, text.language, text.text) for text in profile.texts.all()]
    if not candidates:
        candidates = [("did", work.language, work.title) for work in profile.past_works.all()[:20]]
    best = -1
    order = {kind: place for place, kind in enumerate([*filters.wishes, "seeks", "offers", "does", "did"][::-1])}
    for kind, language, text in sorted(candidates, key=lambda one: -order.get(one[0], 0)):
        spans = highlight_spans(text, language, terms) if terms else []
        if len(spans) > best:
            best = len(spans)
            row.kind, row.language = kind, language
            row.text, marks = wording.piece(text, spans)
            row.spans = [(start, end, None) for start, end in marks]
    return row


def _row_themes(profile: Profile, filters: Filters, terms: set[str]) -> list[tuple[Theme, list[tuple[int, int, None]]]]:
    """Four of the profile's themes with what was searched marked: those first that answer the question."""
    language = reader_language()
    found = []
    for item in profile.theme_items.all():
        if item.tag.state == Theme.State.ACTIVE:
            spans = highlight_spans(item.tag.label, language, terms) if terms else []
            found.append((item.tag, [(start, end, None) for start, end in spans]))
    found.sort(key=lambda one: not (one[1] or one[0].slug in filters.themes))
    return found[:ROW_THEMES]


# --- Facets ----------------------------------------------------------------------------------------------------------


def _wish_options(asked: _Asked) -> list[Option]:
    counts = asked.without("wish").aggregate(
        seeks=Count("pk", filter=Q(_has("seeks"))), offers=Count("pk", filter=Q(_has("offers")))
    )
    return [
        Option("wish", kind, str(label), counts[kind], kind in asked.filters.wishes) for kind, label in WISHES.items()
    ]


def _kind_options(asked: _Asked) -> list[Option]:
    counts = dict(asked.without("kind").values_list("kind").annotate(n=Count("pk")).order_by())
    return [
        Option("kind", kind, str(label), counts.get(kind, 0), kind in asked.filters.kinds)
        for kind, label in PLURALS.items()
        if counts.get(kind) or kind in asked.filters.kinds
    ]


def _near_options(filters: Filters, by_place: dict[str, int], home: str) -> list[Option]:
    """Municipalities: of the home region where there is one, of the chosen regions, and whichever is chosen."""
    everywhere = places.municipalities()
    regions = set(filters.regions)
    if home in everywhere:
        regions.add(everywhere[home].region)
    counted = {code: n for code, n in by_place.items() if code in everywhere}
    shown = {code: n for code, n in counted.items() if everywhere[code].region in regions}
    if not shown:
        shown = dict(sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:SHOWN])
    for code in filters.places:
        shown.setdefault(code, counted.get(code, 0))
    ranked = sorted(shown.items(), key=lambda one: (-one[1], places.name(one[0])))
    return [Option("place", code, places.name(code), n, code in filters.places) for code, n in ranked]


def _region_options(filters: Filters, by_place: dict[str, int]) -> list[Option]:
    everywhere = places.municipalities()
    counts: dict[str, int] = {}
    for code, n in by_place.items():
        if code in everywhere:
            region = everywhere[code].region
            counts[region] = counts.get(region, 0) + n
    for region in filters.regions:
        counts.setdefault(region, 0)
    ranked = sorted(counts.items(), key=lambda one: (-one[1], places.region_name(one[0])))
    return [Option("region", code, places.region_name(code), n, code in filters.regions) for code, n in ranked]


def _theme_options(asked: _Asked, themes: dict[str, Theme]) -> list[Option]:
    tagged = ProfileTheme.objects.filter(content_object__in=asked.without("theme"))
    counts = dict(tagged.values_list("tag").annotate(n=Count("pk")).order_by())
    in_use = {theme.pk: theme for theme in themes.values()}
    chosen = {themes[slug].pk for slug in asked.filters.themes}
    ranked = sorted(
        (pk for pk in {*counts, *chosen} if pk in in_use),
        key=lambda pk: (pk not in chosen, -counts.get(pk, 0), in_use[pk].label),
    )
    return [
        Option("theme", in_use[pk].slug, in_use[pk].label, counts.get(pk), pk in chosen) for pk in ranked[: SHOWN * 4]
    ]
