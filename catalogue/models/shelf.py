"""What a municipality does with the catalogue."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from catalogue.models.operating import OperatingModel
from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES


class ShelfItem(TimeStamped):
    """An operating model on a municipality's shelf. Notes and the responsible person are the municipality's own; when
    the item is shared, others see the state and what was learnt.
    """

    class State(models.TextChoices):
        CONSIDERING = "considering", pgettext_lazy("shelf", "Considering")
        PLANNED = "planned", pgettext_lazy("shelf", "Planned")
        RUNNING = "running", pgettext_lazy("shelf", "Running")
        DONE = "done", pgettext_lazy("shelf", "Done")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="shelf_items")
    model = models.ForeignKey(OperatingModel, on_delete=models.CASCADE, related_name="shelf_items")
    state = models.CharField(max_length=11, choices=State.choices, default=State.CONSIDERING)
    notes = models.TextField(blank=True)
    responsible = models.CharField(max_length=120, blank=True)
    learnt = models.TextField(blank=True)
    learnt_language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi")
    shared = models.BooleanField(default=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "model"], name="catalogue_shelfitem_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["considering", "planned", "running", "done"]),
                name="catalogue_shelfitem_state_known",
            ),
        ]
        ordering = ["model__category__order", "model__order"]

    def __str__(self) -> str:
        return f"{self.profile_id}: {self.model_id} ({self.state})"
