"""solmu rebuild_matches: everybody's list anew, in this process; run it several times at once to share the work."""

from __future__ import annotations

import gc
import os
from typing import Any

from django.core.management.base import BaseCommand
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
        frozen = False
        while options["parent"] in (None, os.getppid()):
            if not services.work_on_rebuild(rebuild_id=rebuild.pk, now=timezone.now()):
                break
            if not frozen:
                # The index stays: the collector need not walk through it again and again.
                gc.collect()
                gc.freeze()
                frozen = True
            if options["verbosity"] > 0:
                self.stdout.write(f"{queries.rebuilt(rebuild)} / {rebuild.profiles}")
