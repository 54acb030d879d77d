"""Reads for the catalogue's pages. Twenty-five models are few: they are read whole, in two queries, and sorted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from accounts.models import Profile
from catalogue import starts
from catalogue.guide import Candidate
from catalogue.models import Category, OperatingModel, ShelfItem
from language import matches, query_needles


@dataclass(frozen=True)
class Filters:
    """What the reader narrows the catalogue by; empty values do not narrow. `effort` is the most they can give."""

    text: str = ""
    aim: str = ""
    effort: int = 0
    category: str = ""

    @property
    def any(self) -> bool:
        return self != Filters()


@dataclass
class Browse:
    """The catalogue narrowed: models by category in order, and what each other choice of a filter would give."""

    groups: list[tuple[Category, list[OperatingModel]]]
    count: int
    total: int
    aims: Mapping[str, int] = field(default_factory=dict)
    efforts: Mapping[int, int] = field(default_factory=dict)
    categories: list[tuple[Category, int]] = field(default_factory=list)


def all_models(language: str | None = None) -> list[OperatingModel]:
    """Every model with category and its texts in the reader's language, in the catalogue's order. Two queries."""
    return list(OperatingModel.objects.with_texts(language or get_language() or "fi"))


def browse(filters: Filters) -> Browse:
    """The models that pass all filters. A filter's own counts are taken with that filter off. Two queries."""
    # A search finds words of any language, so it reads the texts in all of them.
    models = list(OperatingModel.objects.with_texts()) if filters.text else all_models()
    needles = query_needles(filters.text) if filters.text else []
    searched = [m for m in models if not needles or any(matches(t.search_terms, needles) for t in m.texts.all())]

    def passing(by: Filters) -> list[OperatingModel]:
        return [
            m
            for m in searched
            if (not by.aim or by.aim in m.aims)
            and (not by.effort or m.effort <= by.effort)
            and (not by.category or m.category.slug == by.category)
        ]

    found = passing(filters)
    by_effort = Counter(m.effort for m in passing(replace(filters, effort=0)))
    by_category = Counter(m.category.slug for m in passing(replace(filters, category="")))
    return Browse(
        groups=[(category, list(group)) for category, group in groupby(found, key=lambda m: m.category)],
        count=len(found),
        total=len(models),
        aims=Counter(aim for m in passing(replace(filters, aim="")) for aim in m.aims),
        efforts={most: sum(n for effort, n in by_effort.items() if effort <= most) for most in (1, 2, 3)},
        categories=[(c, by_category[c.slug]) for c in _categories(models)],
    )


def _categories(models: Iterable[OperatingModel]) -> list[Category]:
    return [category for category, _group in groupby(models, key=lambda m: m.category)]


def candidates(models: Iterable[OperatingModel]) -> list[Candidate]:
    """The models as the guide sees them."""
    offered = starts.registered()
    return [
        Candidate(
            slug=m.slug,
            order=(m.category.order, m.order),
            aims=tuple(m.aims),
            suits=tuple(m.suits),
            staff_time=m.staff_time,
            effort=m.effort,
            startable=tuple(key for key in offered if key in m.serves),
            places=len(m.places),
            cautions=tuple(c["kind"] for c in m.cautions),
        )
        for m in models
    ]


def municipalities_of(user: Any) -> list[Profile]:
    """The municipality profiles that the user represents, whose shelves they keep."""
    return list(
        Profile.objects.represented_by(user).filter(kind=Profile.Kind.MUNICIPALITY).order_by("name_fi", "pk").distinct()
    )


def own_items(model: OperatingModel, profiles: Iterable[Profile]) -> list[tuple[Profile, ShelfItem | None]]:
    """Each of the profiles with what its shelf says of the model. One query."""
    items = {item.profile_id: item for item in ShelfItem.objects.filter(model=model, profile__in=profiles)}
    return [(profile, items.get(profile.pk)) for profile in profiles]


def shared_items(model: OperatingModel, viewer: Any) -> list[ShelfItem]:
    """What municipalities tell others of the model, by those whose profile the viewer may see and a coordinator has
    confirmed."""
    return list(
        ShelfItem.objects.filter(model=model, shared=True, profile__in=Profile.objects.visible_to(viewer).confirmed())
        .select_related("profile")
        .order_by("-changed_at", "pk")
    )


def shelf_of(profile: Profile, *, shared_only: bool = False) -> list[ShelfItem]:
    """A shelf's items, what is running first, with their models' titles. Two queries however many items."""
    items = ShelfItem.objects.filter(profile=profile).filter(Q(shared=True) if shared_only else Q())
    state = ShelfItem.State
    order = [state.RUNNING, state.PLANNED, state.CONSIDERING, state.DONE]
    found = list(
        items.select_related("model", "model__category", "changed_by")
        .prefetch_related("model__texts")
        .order_by("model__category__order", "model__order")
    )
    return sorted(found, key=lambda item: order.index(state(item.state)))
