"""`solmu messages`: gather the texts to translate into locale/, and compile. Needs GNU gettext (xgettext, msgmerge)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core import translations


class Command(BaseCommand):
    help = "Gathers texts into locale/*/LC_MESSAGES/django.po, fills English from the source, and compiles."

    def handle(self, *args: Any, **options: Any) -> None:
        translations.gather()
        translations.compile_all()
        for language, problem in translations.problems():
            self.stdout.write(f"{language}: {problem}")
