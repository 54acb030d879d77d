"""`solmu check_translations`: the gate. All three languages must be whole, none fuzzy, and nothing ungathered."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import translations


class Command(BaseCommand):
    help = "Fails when a text is not translated, is fuzzy, has lost a placeholder, or is not gathered yet."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [*translations.ungathered(), *translations.problems()]
        for language, problem in found:
            self.stdout.write(f"{language}: {problem}")
        if found:
            raise CommandError(f"{len(found)} problems in the translations. `solmu messages` gathers new texts.")
        counts = ", ".join(f"{language} {count}" for language, count in translations.counts().items())
        self.stdout.write(f"Translations are whole: {counts}, 0 fuzzy.")
