"""`solmu demo`: make the demo, through the same services as the pages use."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from config.demo.load import load, stages


class Command(BaseCommand):
    help = "Make the demo: real organisations as facts, invented parties, an event. Called again, it finds all there."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SOLMU_DEMO:
            # The log-ins that it makes have a password that everybody can read.
            raise CommandError("The demo belongs in a demo only: set SOLMU_DEMO=1.")
        began = monotonic()
        with translation.override("fi"):
            made = load(stages(), now=timezone.now(), say=self._say)
        self._say(f"The demo is ready ({monotonic() - began:.0f} s)." if made else "The demo is here already.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
