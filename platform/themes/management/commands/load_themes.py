"""`solmu load_themes`: bring the vocabulary's file into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from themes.services import load_themes
from themes.vocabulary import BadVocabulary


class Command(BaseCommand):
    help = "Load the themes from themes/data/. What a coordinator has decided is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_themes()
        except BadVocabulary as error:
            raise CommandError(f"themes/data/themes.tsv: {error}") from error
        self.stdout.write(f"Themes: {loaded.added} added, {loaded.updated} updated, {loaded.unchanged} unchanged.")
