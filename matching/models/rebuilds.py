"""Making everybody's list anew, and what was read of each profile's texts."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile


class Reading(models.Model):
    """A profile's texts as the index weighs them, so that no other process has to read them again. True of one version
    of the profile and one state of the vocabulary; `data` is what `matching.readings` writes and reads."""

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, primary_key=True, related_name="+")
    version = models.PositiveIntegerField()
    vocabulary = models.CharField(max_length=32)
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.profile_id}: version {self.version}"


class Rebuild(models.Model):
    """Everybody's list made anew, block by block, by as many workers as there are. One at a time.

    `unfinished` are its blocks that no worker has done.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")

    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    profiles = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="matching_rebuild_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"


class RebuildBlockQuerySet(models.QuerySet["RebuildBlock"]):
    def left(self) -> RebuildBlockQuerySet:
        return self.filter(done_at=None)

    def free(self, now: datetime) -> RebuildBlockQuerySet:
        """Those that no worker is at, or whose worker has died."""
        return self.left().filter(Q(leased_until=None) | Q(leased_until__lt=now))


class RebuildBlock(models.Model):
    """The lists of the profiles `first` to `last`, all written together or not at all. `high` says how often each
    profile stands high in them, by its key: later blocks share attention out by it."""

    rebuild = models.ForeignKey(Rebuild, on_delete=models.CASCADE, related_name="blocks")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    profiles = models.PositiveIntegerField()
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    high = models.JSONField(default=dict)

    objects = RebuildBlockQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rebuild", "first"], name="matching_rebuild_block_once")]
        ordering = ["first"]

    def __str__(self) -> str:
        return f"{self.rebuild_id}: {self.first}–{self.last}"
