"""Reading the vocabulary: its tree, what a text speaks of, and what a searcher means."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q

from core.sqlite import finnish_key
from core.text import reader_language
from language import analyse, matches, query_needles, query_terms, search_column, search_terms
from themes import proposing
from themes.models import Theme
from themes.vocabulary import LANGUAGES, Entry, same


@dataclass(frozen=True)
class Proposal:
    """A theme that a text speaks of. `spans` are (start, end) in the text, `words` what stands there, each once."""

    theme: Theme
    score: float
    spans: tuple[tuple[int, int], ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A theme that a searcher means; `via` is the other name that was met, if it was not the theme's own."""

    theme: Theme
    via: str = ""


@dataclass(frozen=True)
class Branch:
    """A theme of the top level with what belongs to it, in the reader's alphabetical order."""

    top: Theme
    children: tuple[Theme, ...]


def propose_themes(text: str, language: str | None = None) -> list[Proposal]:
    """The themes that a text speaks of, best first, at most eight, with the words that gave each. Without a language,
    it is guessed."""
    themes = _in_use()
    hits = proposing.hits(text, language, _entries(themes.values()))
    by_slug = {theme.slug: theme for theme in themes.values()}
    return [
        Proposal(
            theme=by_slug[hit.slug],
            score=hit.score,
            spans=hit.spans,
            words=tuple(dict.fromkeys(text[start:end] for start, end in hit.spans)),
        )
        for hit in hits
    ]


def find_themes(query: str, *, without: Collection[int] = (), limit: int = 12) -> list[Found]:
    """The themes that a searcher may mean, in any language, by name or synonym, inflected or begun: names first."""
    query = query.strip()[:100]
    needles = query_needles(query)
    if not needles:
        return []
    wanted, asked = same(query), query_terms(query)
    ranked = []
    for theme in _in_use().values():
        if theme.pk in without:
            continue
        met = _best_wording(theme, wanted, needles, asked)
        if met is not None:
            ranked.append((met[0], finnish_key(theme.label), Found(theme, met[1])))
    return [found for _rank, _name, found in sorted(ranked, key=lambda row: row[:2])[:limit]]


def branches() -> list[Branch]:
    """The themes in use as a tree, in one read."""
    children: dict[int, list[Theme]] = {}
    tops = []
    for theme in _in_use().values():
        if theme.parent_id is None:
            tops.append(theme)
        else:
            children.setdefault(theme.parent_id, []).append(theme)
    return [
        Branch(top, tuple(sorted(children.get(top.pk, ()), key=lambda theme: finnish_key(theme.label))))
        for top in sorted(tops, key=lambda theme: finnish_key(theme.label))
    ]


def theme_by_wording(wording: str) -> Theme | None:
    """The theme, in use or proposed, that already goes by a wording in any language."""
    wanted = same(wording)
    for theme in Theme.objects.filter(Q(state=Theme.State.ACTIVE) | Q(state=Theme.State.PROPOSED)).order_by("pk"):
        if any(same(name) == wanted for name in theme.all_names()):
            return theme
    return None


def near_themes(theme: Theme) -> list[Theme]:
    """Themes in use that a proposed one may mean: what its name finds, then what its name and note speak of."""
    found = [one.theme for one in find_themes(theme.label, limit=3)]
    text = f"{theme.label}. {theme.proposal_note}"
    spoken = [proposal.theme for proposal in propose_themes(text, theme.proposed_in or None)]
    return list({near.pk: near for near in (*found, *spoken) if near.pk != theme.pk}.values())[:5]


def open_proposals() -> Any:
    """Proposals that wait for a decision, the oldest first."""
    return Theme.objects.proposed().select_related("proposed_by").order_by("proposed_at", "pk")


def proposals_of(user: Any) -> Any:
    """What a user has proposed, the newest first, with what became of it."""
    return Theme.objects.filter(proposed_by=user).select_related("merged_into").order_by("-proposed_at", "-pk")


def count_uses(theme: Theme) -> int:
    """How many things, of whatever kind, are tagged with the theme."""
    return sum(model._default_manager.filter(**{field: theme}).count() for model, field in places_of_use())


def places_of_use() -> list[tuple[Any, str]]:
    """(model, name of its field) for every field of every app that points to a theme, the vocabulary's own left out."""
    found = []
    for relation in Theme._meta.get_fields(include_hidden=True):
        if relation.one_to_many or relation.one_to_one:
            model = relation.related_model
            if model is not Theme and relation.auto_created:
                found.append((model, relation.field.name))
    return sorted(found, key=lambda place: (place[0]._meta.label, place[1]))


def count_children(theme: Theme) -> int:
    return Theme.objects.active().filter(parent=theme).aggregate(n=Count("pk"))["n"] or 0


def _in_use() -> dict[int, Theme]:
    """Every theme in use by its key. One read: the vocabulary is small, and nobody need be told that it changed."""
    return {theme.pk: theme for theme in Theme.objects.active()}


def _entries(themes: Iterable[Theme]) -> tuple[Entry, ...]:
    """The themes as words, alike for the same vocabulary, so that its index is made once."""
    there = {theme.pk: theme for theme in themes}
    parents = {theme.pk: there[theme.parent_id].slug for theme in there.values() if theme.parent_id in there}
    made = (replace(theme.entry, parent=parents.get(theme.pk, "")) for theme in there.values())
    return tuple(sorted(made, key=lambda entry: entry.slug))


@lru_cache(maxsize=8192)
def _column(wording: str, language: str) -> str:
    return search_column(search_terms(wording, language)) or f" {same(wording)} "


@lru_cache(maxsize=8192)
def _words_of(hint: str, language: str) -> frozenset[str]:
    return frozenset(token.lemma for token in analyse(hint, language))


def _is_meant(words: frozenset[str], asked: Any) -> bool:
    """Whether a query names a hint whole: a hint is no name, so its beginning says nothing."""
    return all(any(words.issuperset(alternative) for alternative in entry) for entry in asked)


def _best_wording(theme: Theme, wanted: str, needles: Any, asked: Any) -> tuple[int, str] | None:
    """(rank, synonym met or "") of a theme for a query; the lower the better; None if it is not meant."""
    entry = theme.entry
    reader = reader_language()
    best: tuple[int, str] | None = None
    for place, language in enumerate(LANGUAGES):
        foreign = 0 if language == reader else 1
        for name, is_name in [(entry.names[place], True), *((synonym, False) for synonym in entry.synonyms[place])]:
            if not name:
                continue
            begins = any(word.startswith(wanted) for word in (same(name), *same(name).split()))
            if not begins and not matches(_column(name, language), needles):
                continue
            rank = (0 if is_name else 4) + (0 if same(name).startswith(wanted) else 2) + foreign
            via = "" if is_name and not foreign else name
            if best is None or rank < best[0]:
                best = (rank, via)
        if best is None and any(_is_meant(_words_of(hint, language), asked) for hint in entry.hints[place]):
            best = (9, "")
    return best
