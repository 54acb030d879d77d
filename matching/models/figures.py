"""What was counted of matching as a whole, kept so that no page counts a million rows."""

from __future__ import annotations

from django.db import models

from accounts.models import Profile


class HealthDay(models.Model):
    """How matching stood on a day, as it was counted last on that day. `figures` is what `matching.health.Figures`
    reads; of profiles it holds keys alone."""

    day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class Newcomer(models.Model):
    """Somebody who came among the first few of a profile's list: what the week's letter chooses from."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "other"], name="matching_newcomer_once")]

    def __str__(self) -> str:
        return f"{self.profile_id}: {self.other_id}"


class LonelyProfile(models.Model):
    """A profile whose suggestions were few or weak when lists were counted last; the others have no row.

    `length` is how many suggestions it has, `best` the first one's points, and `within` how many its own limits let
    through, where it has any.
    """

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, primary_key=True, related_name="+")
    length = models.PositiveSmallIntegerField()
    best = models.IntegerField(default=0)
    within = models.PositiveSmallIntegerField(null=True, blank=True)
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["length", "best", "pk"]
        indexes = [models.Index(fields=["length", "best", "profile"], name="matching_lonely_first")]

    def __str__(self) -> str:
        return f"{self.profile_id}: {self.length}"
