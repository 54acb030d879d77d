"""`solmu compile_translations`: .po → .mo where the .po is newer, without GNU gettext on the machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.startup import compile_translations


class Command(BaseCommand):
    help = "Compile the translations that are newer than their compiled file."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{compile_translations(settings.LOCALE_PATHS)} compiled")
