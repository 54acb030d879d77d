"""What is done with themes: the vocabulary is loaded, themes are proposed, accepted, merged and refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from core.text import clean_text
from themes import hooks
from themes.models import Theme
from themes.queries import places_of_use, theme_by_wording
from themes.rules import may_become, may_manage_themes, may_propose_themes
from themes.vocabulary import LANGUAGES, entries, same

LONGEST_NAME = 100
MOST_OPEN_PROPOSALS = 5
RESERVED_SLUGS = frozenset({"find", "propose", "proposals"})
"""Words of the addresses under /themes/."""


class ThemeExists(DomainError):
    """The wording is a name or a synonym of a theme; `theme` is that theme."""

    def __init__(self, theme: Theme, *, field: str | None = None) -> None:
        self.theme = theme
        super().__init__(_("There is already a theme of that name: %(name)s.") % {"name": theme.label}, field=field)


class NameMissing(DomainError):
    message = _("Write a name for the theme.")


class TooManyProposals(DomainError):
    message = _("Five of your proposals are waiting for a decision. Propose more when they have been decided.")


class NotForYou(DomainError):
    message = _("Only a coordinator decides on themes.")


class AlreadyDecided(DomainError):
    message = _("Somebody has decided on this theme already.")


class SameTheme(DomainError):
    message = _("Choose another theme than this one.")


class HasChildren(DomainError):
    message = _("Other themes belong to this one. Merge or move them first.")


class BadParent(DomainError):
    message = _("Choose a theme of the top level.")


@dataclass(frozen=True)
class Loaded:
    """What loading the vocabulary did, in numbers of themes."""

    added: int
    updated: int
    unchanged: int


@transaction.atomic
def load_themes() -> Loaded:
    """Bring the vocabulary's file into the database; again and again with the same end.

    What a coordinator decided stands: merged themes stay merged, and synonyms that came by a merge are kept beside the
    file's own.
    """
    there = {theme.slug: theme for theme in Theme.objects.all()}
    added = updated = unchanged = 0
    for entry in entries():
        theme = there.get(entry.slug)
        is_new = theme is None
        if theme is None:
            theme = Theme(slug=entry.slug)
        elif theme.state in (Theme.State.MERGED, Theme.State.REJECTED):
            unchanged += 1
            continue
        values: dict[str, Any] = {
            "name": entry.names[0],
            "parent": there[entry.parent] if entry.parent else None,
            "state": Theme.State.ACTIVE,
            "yso_uri": entry.yso_uri,
            "yso_match": entry.yso_match,
            "hints": {language: list(entry.hints[place]) for place, language in enumerate(LANGUAGES)},
        }
        for place, language in enumerate(LANGUAGES):
            values[f"name_{language}"] = entry.names[place]
            own = getattr(theme, f"synonyms_{language}")
            values[f"synonyms_{language}"] = _united(entry.names[place], entry.synonyms[place], own)
        if not is_new and all(getattr(theme, field) == value for field, value in values.items()):
            unchanged += 1
            continue
        for field, value in values.items():
            setattr(theme, field, value)
        theme.save()
        there[entry.slug] = theme
        added += is_new
        updated += not is_new
    return Loaded(added, updated, unchanged)


@transaction.atomic
def propose_theme(
    *, name: str, language: str, by: Any, now: datetime, parent: Theme | None = None, note: str = ""
) -> Theme:
    """Propose a theme that is missing. It waits for a coordinator, and may be used by the one who proposed it.

    Raises `NotForYou`, `NameMissing`, `TooManyProposals`, and `ThemeExists` if the name, however it is written, already
    names a theme in any language.
    """
    if not may_propose_themes(by):
        raise NotForYou
    name = clean_text(name)[:LONGEST_NAME]
    if not same(name) or language not in LANGUAGES:
        raise NameMissing(field="name")
    existing = theme_by_wording(name)
    if existing is not None:
        raise ThemeExists(existing, field="name")
    if Theme.objects.proposed().filter(proposed_by=by).count() >= MOST_OPEN_PROPOSALS:
        raise TooManyProposals
    if parent is not None and (parent.parent_id is not None or parent.state != Theme.State.ACTIVE):
        raise BadParent(field="parent")
    theme = Theme(
        name=_free_name(name),
        slug=_free_slug(name),
        parent=parent,
        state=Theme.State.PROPOSED,
        proposed_by=by,
        proposed_at=now,
        proposed_in=language,
        proposal_note=clean_text(note),
    )
    setattr(theme, f"name_{language}", name)
    try:
        with transaction.atomic():
            theme.save(force_insert=True)
    except IntegrityError as error:
        # Somebody else proposed it at the same moment.
        existing = theme_by_wording(name)
        if existing is None:
            raise
        raise ThemeExists(existing, field="name") from error
    audit.record("theme.proposed", theme, by=by, now=now)
    return theme


@transaction.atomic
def accept_proposal(
    *,
    theme: Theme,
    names: dict[str, str],
    parent: Theme | None,
    by: Any,
    now: datetime,
    synonyms: Mapping[str, Sequence[str]] | None = None,
) -> Theme:
    """Take a proposed theme into use, with a name in every language.

    Raises `NotForYou`, `AlreadyDecided`, `NameMissing` (with the field), `BadParent`, and `ThemeExists` if one of the
    names is another theme's.
    """
    theme = _locked_for_decision(theme, Theme.State.ACTIVE, by)
    if parent is not None and (parent.parent_id is not None or parent.state != Theme.State.ACTIVE or parent == theme):
        raise BadParent(field="parent")
    for language in LANGUAGES:
        name = clean_text(names.get(language, ""))[:LONGEST_NAME]
        if not same(name):
            raise NameMissing(field=f"name_{language}")
        existing = theme_by_wording(name)
        if existing is not None and existing != theme:
            raise ThemeExists(existing, field=f"name_{language}")
        setattr(theme, f"name_{language}", name)
        if synonyms is not None:
            setattr(theme, f"synonyms_{language}", _united(name, synonyms.get(language, ()), ()))
    theme.name = _free_name(theme.name_fi, but=theme)
    theme.parent = parent
    theme.state = Theme.State.ACTIVE
    theme.decided_by, theme.decided_at = by, now
    theme.save()
    audit.record("theme.accepted", theme, by=by, now=now)
    hooks.tell_retagged(_tagged(theme), now)
    return theme


@transaction.atomic
def merge_theme(*, theme: Theme, into: Theme, by: Any, now: datetime) -> int:
    """Let one theme become another: everything tagged with the first is tagged with the second, once, and the first's
    names become synonyms of the second, so that both are still found. Returns how many tags moved.

    Raises `NotForYou`, `AlreadyDecided`, `SameTheme`, `HasChildren`.
    """
    theme = _locked_for_decision(theme, Theme.State.MERGED, by)
    if into.pk == theme.pk:
        raise SameTheme(field="into")
    into = Theme.objects.select_for_update().get(pk=into.pk)
    if into.state != Theme.State.ACTIVE:
        raise AlreadyDecided(field="into")
    if theme.children.exclude(state__in=[Theme.State.MERGED, Theme.State.REJECTED]).exists():
        raise HasChildren
    changed = _tagged(theme)
    moved = _retag(theme, into)
    for language in LANGUAGES:
        names = [getattr(theme, f"name_{language}"), *getattr(theme, f"synonyms_{language}")]
        own_name = getattr(into, f"name_{language}")
        setattr(into, f"synonyms_{language}", _united(own_name, getattr(into, f"synonyms_{language}"), names))
    into.hints = {
        language: _united("", (into.hints or {}).get(language, ()), (theme.hints or {}).get(language, ()))
        for language in LANGUAGES
    }
    into.save()
    # Whoever was merged into this one before now leads straight to where it went.
    Theme.objects.filter(merged_into=theme).update(merged_into=into)
    theme.state, theme.merged_into = Theme.State.MERGED, into
    theme.decided_by, theme.decided_at = by, now
    theme.save()
    audit.record("theme.merged", theme, by=by, now=now, into=into.pk, moved=moved)
    hooks.tell_retagged(changed, now)
    return moved


@transaction.atomic
def reject_proposal(*, theme: Theme, by: Any, now: datetime) -> None:
    """Refuse a proposed theme; what was tagged with it loses the tag. Raises `NotForYou`, `AlreadyDecided`."""
    theme = _locked_for_decision(theme, Theme.State.REJECTED, by)
    changed = _tagged(theme)
    for model, field in places_of_use():
        if not model._meta.get_field(field).null:
            model._default_manager.filter(**{field: theme}).delete()
        else:
            model._default_manager.filter(**{field: theme}).update(**{field: None})
    theme.state = Theme.State.REJECTED
    theme.decided_by, theme.decided_at = by, now
    theme.save()
    audit.record("theme.rejected", theme, by=by, now=now)
    hooks.tell_retagged(changed, now)


def _locked_for_decision(theme: Theme, state: str, by: Any) -> Theme:
    if not may_manage_themes(by):
        raise NotForYou
    locked = Theme.objects.select_for_update().get(pk=theme.pk)
    if not may_become(locked, state):
        raise AlreadyDecided
    return locked


def _retag(theme: Theme, into: Theme) -> int:
    """Point to another theme whatever points to this one. A row that would then be there twice goes."""
    moved = 0
    for model, field in places_of_use():
        for row in model._default_manager.filter(**{field: theme}).order_by("pk"):
            if _stands_already(model, field, row, into):
                row.delete()
                continue
            model._default_manager.filter(pk=row.pk).update(**{field: into})
            moved += 1
    return moved


def _stands_already(model: Any, field: str, row: Any, into: Theme) -> bool:
    """Whether the same row with the other theme exists, for a model where a theme stands once beside what it tags."""
    others = [
        other.attname
        for other in model._meta.concrete_fields
        if other.is_relation and other.name != field and not other.primary_key
    ]
    same_thing = {name: getattr(row, name) for name in others}
    return bool(others) and model._default_manager.filter(**{field: into}, **same_thing).exists()


def _tagged(theme: Theme) -> hooks.Changed:
    """What is tagged with a theme, by model."""
    changed: dict[type[Model], list[int]] = {}
    for model, field in places_of_use():
        for other in model._meta.concrete_fields:
            if other.is_relation and other.name != field and other.related_model is not Theme:
                keys = model._default_manager.filter(**{field: theme}).values_list(other.attname, flat=True)
                changed.setdefault(other.related_model, []).extend(key for key in keys if key is not None)
    return changed


def _united(name: str, first: Sequence[str], then: Sequence[str]) -> list[str]:
    """Both lists in their order, each wording once however it is written, and without the theme's own name."""
    kept: dict[str, str] = {}
    for wording in (*first, *then):
        cleaned = clean_text(str(wording))[:LONGEST_NAME]
        if same(cleaned) and same(cleaned) != same(name):
            kept.setdefault(same(cleaned), cleaned)
    return list(kept.values())


def _free_slug(name: str) -> str:
    """An address of its own for a name; refused themes keep theirs, so a later proposal of the name gets a number."""
    base = slugify(name)[:80] or "theme"
    taken = set(Theme.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    return next(
        slug for number in range(1, 10_000) if (slug := base if number == 1 else f"{base}-{number}") not in taken
    )


def _free_name(name: str, but: Theme | None = None) -> str:
    """The tag's own name, which taggit wants unique; merged and refused themes keep theirs."""
    name = name[: LONGEST_NAME - 6]
    others = Theme.objects.exclude(pk=but.pk) if but else Theme.objects.all()
    taken = set(others.filter(name__startswith=name).values_list("name", flat=True))
    return next(
        own for number in range(1, 10_000) if (own := name if number == 1 else f"{name} ({number})") not in taken
    )
