"""Reasons as a person would say them, in the reader's language, around the very words of both texts.

Every sentence comes from one reason of the stored score; a quoted word keeps the language that it was written in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import Profile
from core import places
from core.text import reader_language
from matching.engine import Kind, Role
from matching.engine.concepts import PREFIX as CONCEPT_PREFIX
from matching.engine.documents import THEME_PREFIX
from matching.evidence import KeptReason, Side

Labels = Mapping[str, str]
"""Themes' names in the reader's language, by slug."""


@dataclass(frozen=True)
class Sentence:
    """A reason said: the sentence, and under it what joins the words."""

    text: SafeString
    detail: str
    number: int = 0


def say(
    reason: KeptReason, *, me: Profile, other: Profile, labels: Labels, number: int = 0, of_need: bool = False
) -> Sentence:
    """`of_need`: my side is a need that was written down, whose themes were chosen for it alone."""
    words: dict[str, Any] = {
        "mine": _quoted(reason.mine),
        "theirs": _quoted(reason.theirs),
        "themes": _themes(reason, labels),
    }
    if reason.kind == Kind.PLACE:
        return Sentence(*_place(reason, me, other), number)
    if reason.kind == Kind.COUNTRY:
        return Sentence(format_html("{}", _("You are in the same country.")), "", number)
    if reason.kind == Kind.EXPERIENCE:
        works = int(reason.labels[0])
        text = ngettext("They have taken part in {n} project.", "They have taken part in {n} projects.", works)
        return Sentence(format_html(text, n=works), "", number)
    if reason.kind == Kind.KINDS:
        return Sentence(_kinds(me, other), "", number)
    return Sentence(format_html(_template(reason, of_need), **words), _detail(reason, labels), number)


def theme_slugs(reasons: Sequence[KeptReason]) -> set[str]:
    """The themes whose names the sentences need."""
    found = set()
    for reason in reasons:
        for label in reason.labels:
            if reason.kind in (Kind.THEME, Kind.WIDER_THEME):
                found.add(label)
            elif label.startswith(THEME_PREFIX):
                found.add(label.removeprefix(THEME_PREFIX))
    return found


def _template(reason: KeptReason, of_need: bool) -> str:
    key = reason.kind
    if reason.kind == Kind.NEED_MEETS_OFFER:
        key = f"{key}:{reason.theirs.role}"
    elif reason.kind == Kind.OFFER_MEETS_NEED:
        key = f"{key}:{reason.mine.role}"
    elif reason.kind == Kind.PAST_WORK:
        mine, theirs = (side.role if side.role == Role.PAST else "" for side in (reason.mine, reason.theirs))
        key = f"{key}:{mine}:{theirs}"
    elif reason.kind in (Kind.SHARED_FIELD, Kind.SHARED_NEED):
        key = f"{key}:{'same' if _say_the_same(reason) else 'other'}"
    elif reason.kind in (Kind.THEME, Kind.WIDER_THEME):
        key = f"{key}:{'one' if len(reason.labels) == 1 else 'many'}"
    if of_need and (reason.kind in (Kind.THEME, Kind.WIDER_THEME) or reason.mine.role == Role.THEMES):
        key = f"need:{reason.kind}" if reason.mine.role != Role.THEMES else "need:themes"
        return str(_TEMPLATES[key]())
    if Role.THEMES in (reason.mine.role, reason.theirs.role) and reason.kind in (Kind.SHARED_FIELD, Kind.PAST_WORK):
        key = f"themes:{'mine' if reason.mine.role == Role.THEMES else 'theirs'}"
    return str(_TEMPLATES[key]())


def _say_the_same(reason: KeptReason) -> bool:
    mine, theirs = reason.mine.quotes, reason.theirs.quotes
    return [quote.casefold() for quote in mine] == [quote.casefold() for quote in theirs]


# Templates are format strings: {mine} and {theirs} are quoted words, {themes} names of themes.
_TEMPLATES: dict[str, Callable[[], str]] = {
    "need_meets_offer:offers": lambda: _("You look for “{mine}”. They offer “{theirs}”."),
    "need_meets_offer:does": lambda: _("You look for “{mine}”. Of their work they say “{theirs}”."),
    "need_meets_offer:past": lambda: _("You look for “{mine}”. They have taken part in work on “{theirs}”."),
    "need_meets_offer:themes": lambda: _("You look for “{mine}”. Their theme is {themes}."),
    "offer_meets_need:offers": lambda: _("They look for “{theirs}”. You offer “{mine}”."),
    "offer_meets_need:does": lambda: _("They look for “{theirs}”. Of your work you say “{mine}”."),
    "offer_meets_need:past": lambda: _("They look for “{theirs}”. You have taken part in work on “{mine}”."),
    "offer_meets_need:themes": lambda: _("They look for “{theirs}”. Your theme is {themes}."),
    "shared_need:same": lambda: _("Both of you look for “{mine}”."),
    "shared_need:other": lambda: _("You look for “{mine}”, they look for “{theirs}”."),
    "shared_field:same": lambda: _("You both write of “{mine}”."),
    "shared_field:other": lambda: _("You work in the same field: you write “{mine}”, they write “{theirs}”."),
    "past_work:past:past": lambda: _(
        "Both of you have taken part in work on one subject: you “{mine}”, they “{theirs}”."
    ),
    "past_work::past": lambda: _("They have taken part in work on “{theirs}”. It comes near your “{mine}”."),
    "past_work:past:": lambda: _("You have taken part in work on “{mine}”. It comes near their “{theirs}”."),
    "named": lambda: _("You name them: “{mine}”."),
    "themes:theirs": lambda: _("You write of “{mine}”. Their theme is {themes}."),
    "themes:mine": lambda: _("They write of “{theirs}”. Your theme is {themes}."),
    "need:themes": lambda: _("They write of “{theirs}”. You chose the theme {themes}."),
    "need:theme": lambda: _("They have chosen the same as you: {themes}."),
    "need:wider_theme": lambda: _("Their themes belong to the same field as those that you chose: {themes}."),
    "theme:one": lambda: _("You share the theme {themes}."),
    "theme:many": lambda: _("You share the themes {themes}."),
    "wider_theme:one": lambda: _("Your themes belong to the same field: {themes}."),
    "wider_theme:many": lambda: _("Your themes belong to the same fields: {themes}."),
}


def _quoted(side: Side) -> SafeString:
    """The words as they stand in the text, marked; the language is told where it is not the reader's."""
    reader = reader_language()
    separator = pgettext("between two quoted pieces", "”, “")
    marks = [
        format_html('<mark lang="{}">{}</mark>', side.language, quote)
        if side.language and side.language != reader
        else format_html("<mark>{}</mark>", quote)
        for quote in side.quotes
    ]
    return format_html_join(separator, "{}", ((mark,) for mark in marks))


def _themes(reason: KeptReason, labels: Labels) -> str:
    slugs = [label.removeprefix(THEME_PREFIX) for label in reason.labels]
    return ", ".join(dict.fromkeys(labels[slug] for slug in slugs if slug in labels))


def _place(reason: KeptReason, me: Profile, other: Profile) -> tuple[SafeString, str]:
    km = int(reason.labels[0]) if reason.labels else 0
    if me.municipality == other.municipality:
        return format_html(_("You are in the same municipality, {place}."), place=places.name(me.municipality)), ""
    text = ngettext("It is about {km} kilometre from you to them.", "It is about {km} kilometres from you to them.", km)
    detail = _("As the crow flies, from the middle of %(mine)s to the middle of %(theirs)s.")
    return (
        format_html(text, km=km),
        detail % {"mine": places.name(me.municipality), "theirs": places.name(other.municipality)},
    )


_KINDS: dict[frozenset[str], Promise] = {
    frozenset({"company", "education"}): gettext_lazy(
        "A company gives a school real work, and a school gives a company students and their studies."
    ),
    frozenset({"company", "research"}): gettext_lazy(
        "A company gives research a use, and research gives a company new knowledge."
    ),
    frozenset({"company", "student"}): gettext_lazy("A company has subjects for theses, and a student looks for one."),
    frozenset({"company", "municipality"}): gettext_lazy(
        "A municipality buys, permits and tries out; a company makes what is tried."
    ),
    frozenset({"company", "association"}): gettext_lazy(
        "An association knows people and places, and a company has means and know-how."
    ),
    frozenset({"association", "municipality"}): gettext_lazy(
        "A municipality has premises and grants, and an association has people who act."
    ),
}


def _kinds(me: Profile, other: Profile) -> SafeString:
    said = _KINDS.get(frozenset({me.kind, other.kind}))
    if said is not None:
        return format_html("{}", said)
    return format_html(
        _("You are of different kinds, {mine} and {theirs}, so each has what the other lacks."),
        mine=me.get_kind_display(),
        theirs=other.get_kind_display(),
    )


def _detail(reason: KeptReason, labels: Labels) -> str:
    """What joins the words, where it is not plain to see: another form, another language, a theme."""
    if reason.kind in (Kind.THEME, Kind.WIDER_THEME) or Role.THEMES in (reason.mine.role, reason.theirs.role):
        return ""
    words = [x for x in reason.labels if not x.startswith((CONCEPT_PREFIX, THEME_PREFIX))]
    seen = {quote.casefold() for quote in (*reason.mine.quotes, *reason.theirs.quotes)}
    hidden = [word for word in words if word not in seen][:4]
    parts = []
    if hidden:
        parts.append(
            ngettext("The word that joins them: %(words)s.", "The words that join them: %(words)s.", len(hidden))
            % {"words": ", ".join(hidden)}
        )
    if any(label.startswith(CONCEPT_PREFIX) for label in reason.labels):
        if reason.mine.language != reason.theirs.language:
            parts.append(_("The vocabulary YSO joins the words from one language to the other."))
        else:
            parts.append(_("The vocabulary YSO joins the words."))
    themes = [labels[s] for x in reason.labels if (s := x.removeprefix(THEME_PREFIX)) != x and s in labels]
    if themes:
        parts.append(_("Both belong to the theme %(theme)s.") % {"theme": themes[0]})
    return " ".join(parts)
