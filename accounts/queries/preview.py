"""How a profile will look, made of what is saved and of what is being typed; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts import wording
from accounts.models import Profile
from accounts.queries.profiles import Lot
from core import places
from core.models import in_language
from language import guess_language
from themes.models import Theme


@dataclass(frozen=True, slots=True)
class Preview:
    profile: Profile
    name: str
    place: str
    does: str
    does_language: str
    lots: list[Lot]
    themes: list[Theme]


@dataclass(frozen=True, slots=True)
class _Names:
    name_fi: str
    name_sv: str
    name_en: str


def preview_of(profile: Profile, typed: Mapping[str, Any] | None = None) -> Preview:
    """The profile with typed values over the saved ones. What is typed wrongly is not in `typed`."""
    values = typed or {}

    def value(name: str) -> str:
        return str(values.get(name, getattr(profile, name)) or "")

    saved = {text.kind: text for text in profile.texts.all()}

    def text(kind: str) -> tuple[str, str]:
        had = saved.get(kind)
        words = str(values.get(kind, had.text if had else "") or "")
        language = values.get(f"{kind}_language") or (had.language if had and had.text == words else "")
        return words, str(language or guess_language(words) or "")

    lots = []
    for kind in ("offers", "seeks"):
        words, language = text(kind)
        for paragraph in wording.paragraphs(words):
            title, rest = wording.headline(paragraph)
            lots.append(Lot(kind, language, title, rest))
    does, does_language = text("does")
    themes = values.get("themes")
    names = _Names(value("name_fi"), value("name_sv"), value("name_en"))
    return Preview(
        profile=profile,
        name=in_language(names, "name"),
        place=places.name(value("municipality")),
        does=does,
        does_language=does_language,
        lots=lots,
        themes=list(profile.themes.all() if themes is None else themes),
    )
