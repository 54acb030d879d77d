"""`solmu load_catalogue`: bring the catalogue's files into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.files import BadFile
from catalogue.services import load_catalogue


class Command(BaseCommand):
    help = "Load the operating models from catalogue/content/. What was edited on the site is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_catalogue(now=timezone.now())
        except BadFile as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Operating models: {loaded.added} added, {loaded.updated} updated, {loaded.unchanged} unchanged; "
            f"{loaded.kept} fields keep what was edited on the site."
        )
