"""The vocabulary that everything is tagged with: two levels, three languages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from core.models import in_language


class ThemeQuerySet(models.QuerySet["Theme"]):
    def active(self) -> ThemeQuerySet:
        return self.filter(state=Theme.State.ACTIVE)


class Theme(TagBase):
    """A node of the vocabulary. `name` and `slug` are the tag's own (the Finnish label); merged themes keep their row
    so links live.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("in use")
        PROPOSED = "proposed", _("proposed")
        MERGED = "merged", _("merged")
        REJECTED = "rejected", _("not taken")

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name_fi = models.CharField(max_length=100)
    name_sv = models.CharField(max_length=100, blank=True)
    name_en = models.CharField(max_length=100, blank=True)
    yso_uri = models.URLField(blank=True)
    yso_match = models.CharField(max_length=10, blank=True)
    synonyms_fi = models.JSONField(default=list, blank=True)
    synonyms_sv = models.JSONField(default=list, blank=True)
    synonyms_en = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE, db_index=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name_fi"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")
