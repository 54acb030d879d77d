"""Inflected form -> dictionary form, for Finnish, Swedish and English, at about 20 MB on disk and less in memory.

The word lists are those of simplemma. As Python dictionaries they would cost some 400 MB in every process, so each
list is turned once into a marisa trie and mapped into memory from a file that all processes share. A trie stores
for a form how its end is rewritten ("cut three characters, add *o*"), not the dictionary form itself: the same few
thousand endings repeat, and the file shrinks by a third.

The files live in ``SOLMU_DICTIONARIES`` if that is set, else under the Python environment, else in the user's cache
or a temporary folder, whichever can be written. Their names carry simplemma's version and a version of our own
format, so an upgrade builds new ones and an old file is never misread. Building takes seconds and a few hundred
megabytes, therefore it happens in a process of its own: ``python -m language`` at installation, or at the
first word looked up.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import marisa_trie

LANGUAGES = ("fi", "sv", "en")
FORMAT = 1
DATA = Path(__file__).parent / "data"
LONGEST_FORM = 64
"""No word of the lists is longer; what is longer is not a word, and is not looked up."""

_lock = threading.Lock()
_loaded: dict[str, "marisa_trie.BytesTrie"] = {}


def lookup(form: str, language: str) -> str | None:
    """The dictionary form of a lower-case form, in lower case; None if the list does not know it.

    Corrections of ours (``data/lemmas_*.txt``) come before the list: simplemma keeps one reading of a form, and for
    a few everyday words (``työ``) that is not the reading a reader would expect.
    """
    if len(form) > LONGEST_FORM:
        return None
    corrected = _corrections(language).get(form)
    if corrected is not None:
        return corrected
    lemma = _read(form, language)
    if language == "sv" and lemma is not None and form.endswith("r"):
        # *båtar* is read as a verb's present; *båtarna*, which only a noun has, tells that it is the plural of *båt*.
        definite = _read(f"{form}na", language)
        if definite is not None and form.startswith(definite):
            return definite
    return lemma


def _read(form: str, language: str) -> str | None:
    found = _trie(language).get(form)
    if not found:
        return None
    edit: bytes = found[0]
    return form[: len(form) - edit[0]] + edit[1:].decode()


def is_prepared() -> bool:
    """Whether every dictionary stands ready as a file."""
    return all(any((folder / _name(language)).exists() for folder in _folders()) for language in LANGUAGES)


def prepare() -> None:
    """Build the missing dictionaries, each in a process of its own, so that nobody waits at their first word."""
    workers = [_start_builder(language) for language in LANGUAGES if _existing(language) is None]
    for worker in workers:
        worker.wait()


def build(language: str) -> Path | None:
    """Build one dictionary into the first folder that can be written; None if none can."""
    for folder in _folders():
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with _only_one(folder / f"{_name(language)}.lock"):
                target = folder / _name(language)
                if not target.exists():
                    handle, unfinished = tempfile.mkstemp(dir=folder, prefix=f"{language}-")
                    os.close(handle)
                    try:
                        _make_trie(language).save(unfinished)
                        os.replace(unfinished, target)
                    finally:
                        Path(unfinished).unlink(missing_ok=True)
                target.chmod(0o644)
                return target
    return None


def _name(language: str) -> str:
    return f"{language}-{version('simplemma')}-{FORMAT}.trie"


def _folders() -> list[Path]:
    chosen = os.environ.get("SOLMU_DICTIONARIES")
    if chosen:
        return [Path(chosen)]
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [
        Path(sys.prefix) / "share" / "solmu" / "dictionaries",
        cache_home / "solmu" / "dictionaries",
        Path(tempfile.gettempdir()) / f"solmu-dictionaries-{os.getuid() if hasattr(os, 'getuid') else 0}",
    ]


def _existing(language: str) -> Path | None:
    return next((path for folder in _folders() if (path := folder / _name(language)).exists()), None)


def _start_builder(language: str) -> "subprocess.Popen[bytes]":
    path = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen([sys.executable, "-m", "language", language], env={**os.environ, "PYTHONPATH": path})


def _trie(language: str) -> "marisa_trie.BytesTrie":
    trie = _loaded.get(language)
    if trie is None:
        with _lock:
            trie = _loaded.get(language)
            if trie is None:
                trie = _loaded[language] = _load(language)
    return trie


def _load(language: str) -> "marisa_trie.BytesTrie":
    """The dictionary from its file, built first if it is missing; in memory alone if nothing can be written."""
    if language not in LANGUAGES:
        raise ValueError(f"No dictionary for the language {language!r}.")
    for _attempt in range(2):
        path = _existing(language)
        if path is None:
            _start_builder(language).wait()
            path = _existing(language)
        if path is None:
            break
        try:
            return marisa_trie.BytesTrie().mmap(str(path))
        except (OSError, RuntimeError):
            # A damaged file is made anew rather than complained about.
            path.unlink(missing_ok=True)
    return _make_trie(language)


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Let one process at a time through: workers that start together would all build the same file."""
    try:
        import fcntl
    except ImportError:
        # No such locks on this system: the work is done twice, and the result is the same.
        yield
        return
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


def _make_trie(language: str) -> "marisa_trie.BytesTrie":
    return marisa_trie.BytesTrie(_rewrites(language))


def _records(language: str) -> Iterator[tuple[str, str]]:
    # Only a build reads simplemma's own files; a reader of the tries need not load it.
    from simplemma.strategies.dictionaries import frontcode
    from simplemma.strategies.dictionaries.dictionary_factory import _read_decompressed

    data = _read_decompressed(language)
    backwards, _count, position = frontcode._read_header(data)
    for _start, key, value in frontcode._iter_records(data, position):
        if backwards:
            key, value = key[::-1], value[::-1]
        yield key.decode(), value.decode()


def _rewrites(language: str) -> Iterator[tuple[str, bytes]]:
    """(form, rewrite of its end), all in lower case; where two forms differ by case only, the lower-case one holds."""
    own_lemmas = _swedish_own_lemmas() if language == "sv" else frozenset[str]()
    names: dict[str, str] = {}
    for form, lemma in _records(language):
        lowered = form.lower()
        if lowered != form:
            names.setdefault(lowered, lemma.lower())
            continue
        # The list is sorted, capitals first: a name has been seen by now.
        names.pop(form, None)
        yield form, _rewrite(form, form if form in own_lemmas else lemma.lower())
    for form, lemma in names.items():
        yield form, _rewrite(form, lemma)


def _rewrite(form: str, lemma: str) -> bytes:
    shared = 0
    for a, b in zip(form, lemma, strict=False):
        if a != b:
            break
        shared += 1
    return bytes([len(form) - shared]) + lemma[shared:].encode()


def _swedish_own_lemmas() -> frozenset[str]:
    """Swedish forms that are a word of their own, though the list reads them as an imperative.

    The list takes *lån* for a form of *låna*, while *lånet* leads to *lån*: a noun would not find its own inflected
    forms. A form with a paradigm of its own is kept as it is; participles still lead to their verb.
    """
    sizes = Counter(lemma for _form, lemma in _records("sv"))
    return frozenset(
        lemma for lemma, size in sizes.items() if size >= 3 and not lemma.endswith(("ande", "ende", "ad", "s"))
    )


@cache
def _corrections(language: str) -> dict[str, str]:
    path = DATA / f"lemmas_{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {form: lemma for form, lemma in pairs}  # noqa: C416 - says which is which
