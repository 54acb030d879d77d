"""What has been changed in the catalogue, by whom, and what stood there before."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.operating import OperatingModel


class ModelRevision(models.Model):
    """One change: `changes` holds {field: {"before": …, "after": …}} for the fields that changed, whole values."""

    class Kind(models.TextChoices):
        EDIT = "edit", _("edited")
        REVERT = "revert", _("taken back")
        FILE = "file", _("updated with the software")

    model = models.ForeignKey(OperatingModel, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.EDIT)
    why = models.CharField(max_length=200, blank=True)
    changes: models.JSONField[dict[str, dict[str, Any]], Any] = models.JSONField(default=dict)
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.model_id} {self.at:%Y-%m-%d %H:%M} {self.kind}"
