"""Whom an opportunity would suit, and what somebody wants to hear of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Profile
from opportunities.models.opportunities import Opportunity


class Fit(models.Model):
    """A profile that an opportunity would suit, as a worker found it when the opportunity was published or changed.
    Whether it may still be told of is asked when it is read."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="fits")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="fitting_opportunities")
    points = models.IntegerField()
    groups = models.JSONField(default=list, help_text="as in `matching.evidence`, told from the opportunity's side")
    at = models.DateTimeField(help_text="when it was found first")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "profile"], name="opportunities_fit_once")]
        indexes = [models.Index(fields=["profile", "-at"], name="opportunities_fit_newest")]

    def __str__(self) -> str:
        return f"{self.opportunity_id} → {self.profile_id}"


class Pair(models.Model):
    """A need and an offer that meet. `found_by` is the one that was looked for, whose side the `groups` (as in
    `matching.evidence`) are told from; empty where they have a theme in common and nothing else."""

    need = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="+")
    found_by = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="+")
    points = models.IntegerField(default=0)
    groups = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need", "offer"], name="opportunities_pair_once"),
            models.CheckConstraint(
                condition=Q(found_by=F("need")) | Q(found_by=F("offer")), name="opportunities_pair_found_by_one"
            ),
        ]
        indexes = [models.Index(fields=["offer", "need"])]

    def __str__(self) -> str:
        return f"{self.need_id} ↔ {self.offer_id}"


class SavedSearch(models.Model):
    """What one person looks for on the market, and wants to be told of as it comes. `query` is the market's address
    after the question mark, in its plainest form."""

    class Rhythm(models.TextChoices):
        NOW = "now"
        DAILY = "daily"
        NEVER = "never"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=600)
    rhythm = models.CharField(max_length=5, choices=Rhythm.choices, default=Rhythm.DAILY)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "query"], name="opportunities_search_once")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
