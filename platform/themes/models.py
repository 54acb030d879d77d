"""The vocabulary that everything is tagged with: two levels, three languages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from core.models import in_language
from core.text import reader_language
from themes.vocabulary import LANGUAGES, Entry


class ThemeQuerySet(models.QuerySet["Theme"]):
    def active(self) -> ThemeQuerySet:
        return self.filter(state=Theme.State.ACTIVE)

    def proposed(self) -> ThemeQuerySet:
        return self.filter(state=Theme.State.PROPOSED)

    def tops(self) -> ThemeQuerySet:
        return self.filter(parent=None)


class Theme(TagBase):
    """A node of the vocabulary. `name` and `slug` are the tag's own (the Finnish label); merged themes keep their row
    so links live.

    Themes come from the vocabulary's file or from a proposal, never from a text that somebody tagged something with:
    a theme has a name in at least one language, which a tag made by taggit has not, so the database refuses it.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("in use")
        PROPOSED = "proposed", _("proposed")
        MERGED = "merged", _("merged")
        REJECTED = "rejected", _("not taken")

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name_fi = models.CharField(max_length=100, blank=True)
    name_sv = models.CharField(max_length=100, blank=True)
    name_en = models.CharField(max_length=100, blank=True)
    yso_uri = models.URLField(blank=True)
    yso_match = models.CharField(max_length=10, blank=True)
    synonyms_fi = models.JSONField(default=list, blank=True)
    synonyms_sv = models.JSONField(default=list, blank=True)
    synonyms_en = models.JSONField(default=list, blank=True)
    # Words that tell of the theme without being a name of it: {"fi": [...], "sv": [...], "en": [...]}. Never shown.
    hints = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE, db_index=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_in = models.CharField(max_length=2, blank=True)
    proposal_note = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name_fi"]
        permissions = [("manage_themes", _("Decides on proposed themes and merges themes"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_fi="") | ~Q(name_sv="") | ~Q(name_en=""), name="themes_theme_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="themes_theme_merged_into_something",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("theme", args=[self.slug])

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    @property
    def also(self) -> list[str]:
        """Other names in the reader's language."""
        language = reader_language()
        return list(getattr(self, f"synonyms_{language}", None) or [])

    @property
    def entry(self) -> Entry:
        """The theme as words; of its parent nothing is asked."""
        hints = self.hints or {}
        return Entry(
            slug=self.slug,
            parent="",
            names=(self.name_fi, self.name_sv, self.name_en),
            synonyms=(tuple(self.synonyms_fi), tuple(self.synonyms_sv), tuple(self.synonyms_en)),
            hints=(tuple(hints.get("fi", ())), tuple(hints.get("sv", ())), tuple(hints.get("en", ()))),
        )

    def all_names(self) -> list[str]:
        """Every name and synonym in every language, for telling whether a wording is taken."""
        entry = self.entry
        return [wording for language in LANGUAGES for wording in entry.wordings(language)]


class ThemedItem(ItemBase):
    """A theme on a thing: the base of an app's own through model, which adds its `content_object`. Whatever stands in
    such a model, or in any other that points to `Theme`, follows when a theme is merged."""

    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="%(app_label)s_%(class)s_items")

    class Meta:
        abstract = True
