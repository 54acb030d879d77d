"""What the one-command server does before it opens, each step only when it is needed, for a quick second start."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation.reloader import translation_file_changed

import language.dictionary as dictionary


def compile_translations(folders: list[Path]) -> int:
    """Write each .mo that is missing or older than its .po; without GNU gettext on the machine. Returns how many."""
    written = 0
    for folder in folders:
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            import polib

            # By a file of its own and a rename: another process never reads a half of it.
            part = target.with_suffix(f".{os.getpid()}.part")
            polib.pofile(str(source)).save_as_mofile(str(part))
            part.replace(target)
            # Models were imported before, and with them Finnish was looked up and kept as having no texts.
            translation_file_changed(sender=None, file_path=target)
            written += 1
    return written


def migrations_fingerprint() -> str:
    """Names of all migrations that the code has. Reading names is quick; building their graph takes half a second."""
    names = [
        f"{config.label}.{file.stem}"
        for config in apps.get_app_configs()
        for file in sorted(Path(config.path, "migrations").glob("[0-9]*.py"))
    ]
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


class Stamp:
    """A line in SOLMU_DATA that says what was done, so that the next start need not look."""

    def __init__(self, name: str) -> None:
        self._file = settings.SOLMU_DATA / f".{name}"

    def says(self, text: str) -> bool:
        return self._file.exists() and self._file.read_text(encoding="utf-8") == text

    def write(self, text: str) -> None:
        self._file.write_text(text, encoding="utf-8")


def prepare(say: Callable[[str], None]) -> None:
    """Data folder, translations, dictionaries, tables, static files, and the demo the first time."""
    settings.SOLMU_DATA.mkdir(parents=True, exist_ok=True)
    for folder in (settings.MEDIA_ROOT, settings.SOLMU_DATA / "private"):
        Path(folder).mkdir(parents=True, exist_ok=True)
    if compile_translations(settings.LOCALE_PATHS):
        say("Translations compiled.")
    with _dictionaries(say):
        _migrate(say)
    if not settings.SOLMU_DEMO:
        _collect_static()
        # Both keep what has been decided on the site, and change nothing when the files have not changed.
        call_command("load_themes", stdout=StringIO(), skip_checks=True)
        call_command("load_catalogue", stdout=StringIO(), skip_checks=True)
    else:
        _make_demo(say)


@contextmanager
def _dictionaries(say: Callable[[str], None]) -> Iterator[None]:
    """Built in processes of their own while the tables are made: together they wait for the longer of the two."""
    if dictionary.is_prepared():
        yield
        return
    say("Building the dictionaries (once) ...")
    builder = threading.Thread(target=dictionary.prepare, name="dictionaries")
    builder.start()
    yield
    builder.join()


def _database_file() -> Path | None:
    return Path(settings.DATABASES["default"]["NAME"]) if connection.vendor == "sqlite" else None


def demo_fingerprint() -> str:
    return hashlib.sha256(Path(__file__).with_name("demo").joinpath("load.py").read_bytes()).hexdigest()


def _make_demo(say: Callable[[str], None]) -> None:
    """The demo goes on from where it was left, and has new stages after an update: its stamp is its list of stages."""
    stamp, wanted = Stamp("demo-loaded"), demo_fingerprint()
    if stamp.says(wanted):
        return
    say("Making the demo (once; about a minute) ...")
    call_command("demo")
    stamp.write(wanted)


def _migrate(say: Callable[[str], None]) -> None:
    stamp, wanted = Stamp("migrated"), migrations_fingerprint()
    file = _database_file()
    # Only a database that lies beside its stamp is known by it; a server elsewhere is always asked.
    if file is not None and file.exists() and file.stat().st_size and stamp.says(wanted):
        return
    say("Preparing the database ...")
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    stamp.write(wanted)


def _collect_static() -> None:
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
