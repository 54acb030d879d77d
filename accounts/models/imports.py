"""A file of organisations on its way in: kept between the steps, so that nothing is half-done and nothing is typed
twice.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """One upload. `rows` are the cells as read; `mapping` says which column is what; profiles appear all at once or
    not at all.
    """

    class State(models.TextChoices):
        OPEN = "open", _("being prepared")
        QUEUED = "queued", _("waiting its turn")
        DONE = "done", _("imported")
        FAILED = "failed", _("not imported")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    source = models.CharField(max_length=200, blank=True)
    headers = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, help_text="field → column number")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    model_slug = models.CharField(max_length=80, blank=True, help_text="the operating model it was started from")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"
