"""The project's own texts in three languages: gathering, compiling, and the rules that keep them whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.core.management import call_command

LANGUAGES = ("fi", "sv", "en")
IGNORED = [".venv", "var", "tests", "docs", "staticfiles", "node_modules", "benchmarks", "build", "run.py"]
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def gather() -> None:
    """Bring every text of code and templates into the three catalogues; English takes its texts from the source."""
    for language in LANGUAGES:
        path(language).parent.mkdir(parents=True, exist_ok=True)
    call_command(
        "makemessages",
        locale=list(LANGUAGES),
        extensions=["html", "txt", "py", "webmanifest"],
        ignore_patterns=IGNORED,
        no_obsolete=True,
        add_location="file",
        no_wrap=True,
        verbosity=0,
    )
    for language in LANGUAGES:
        catalogue = polib.pofile(str(path(language)), wrapwidth=0)
        # No dates and no tool's name: a gathering that finds nothing new changes nothing.
        for header in ("POT-Creation-Date", "PO-Revision-Date", "X-Generator"):
            catalogue.metadata.pop(header, None)
        for entry in catalogue:
            if entry.fuzzy:
                # A guess from a likeness is worse than an empty place, which the gate sees.
                entry.flags.remove("fuzzy")
                entry.msgstr = ""
                entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
            entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        if language == "en":
            _fill_english(catalogue)
        catalogue.save()


def _fill_english(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid


def compile_all() -> None:
    for language in LANGUAGES:
        if path(language).exists():
            polib.pofile(str(path(language))).save_as_mofile(str(path(language).with_suffix(".mo")))


def _texts(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    if entry.msgid_plural:
        for number, text in entry.msgstr_plural.items():
            yield (entry.msgid_plural if int(number) else entry.msgid), text
    else:
        yield entry.msgid, entry.msgstr


def problems() -> Iterator[tuple[str, str]]:
    """(language, what is wrong): empty, fuzzy, or a placeholder lost or invented."""
    for language in LANGUAGES:
        if not path(language).exists():
            yield language, "there is no catalogue"
            continue
        for entry in polib.pofile(str(path(language))):
            if entry.obsolete:
                continue
            if entry.fuzzy:
                yield language, f"fuzzy: {entry.msgid!r}"
            for source, text in _texts(entry):
                if not text.strip():
                    yield (
                        language,
                        f"not translated: {entry.msgid!r} ({', '.join(name for name, _line in entry.occurrences[:2])})",
                    )
                    break
                wanted, has = set(_PLACEHOLDER.findall(source)), set(_PLACEHOLDER.findall(text))
                allowed = wanted | (set(_PLACEHOLDER.findall(entry.msgid_plural)) if entry.msgid_plural else set())
                if has - allowed or (wanted - has and not entry.msgid_plural):
                    yield language, f"placeholders differ: {entry.msgid!r}"


def ungathered() -> list[tuple[str, str]]:
    """Texts of the source that the catalogues do not know yet. Gathers, compares, and puts the files back."""
    before = {language: path(language).read_bytes() if path(language).exists() else None for language in LANGUAGES}
    found: list[tuple[str, str]] = []
    try:
        known = {language: _ids(language) for language in LANGUAGES}
        gather()
        for language in LANGUAGES:
            now = _ids(language)
            found += [(language, f"not gathered: {msgid!r}") for _context, msgid in sorted(now - known[language])]
            found += [(language, f"no longer used: {msgid!r}") for _context, msgid in sorted(known[language] - now)]
    finally:
        for language, content in before.items():
            if content is not None:
                path(language).write_bytes(content)
    return found


def _ids(language: str) -> set[tuple[str, str]]:
    if not path(language).exists():
        return set()
    return {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(path(language))) if not entry.obsolete}


def counts() -> dict[str, int]:
    return {language: len(polib.pofile(str(path(language)))) for language in LANGUAGES}
