"""solmu rebuild_matches: everybody's list anew, in this process; run it several times at once to share the work."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from matching import queries, services
from matching.models import Rebuild


class Command(BaseCommand):
    help = "Makes everybody's suggestions anew. A rebuild that is running or was stopped is carried on."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--with", dest="parent", type=int, help="work on what runs, as long as this process lives")

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild = Rebuild.objects.first()
        if not options["parent"]:
            if rebuild is None or rebuild.state == Rebuild.State.DONE:
                rebuild = services.start_rebuild(now=timezone.now())
            elif rebuild.state == Rebuild.State.STOPPED:
                rebuild = services.carry_on_rebuild(now=timezone.now())
        if rebuild is None:
            return
        if connection.vendor == "sqlite":
            # Lists stand all over the table: with the usual memory each block would read it all again, and write it all
            # again to its place.
            connection.cursor().execute("PRAGMA cache_size=-64000")
            connection.cursor().execute("PRAGMA wal_autocheckpoint=40000")
        for _block in services.work_through(rebuild_id=rebuild.pk):
            if options["verbosity"] > 0:
                self.stdout.write(f"{queries.rebuilt(rebuild)} / {rebuild.profiles}")
            if options["parent"] not in (None, os.getppid()):
                break
