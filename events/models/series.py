"""Events that belong together, and outlines of events to start from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile


class EventSeries(models.Model):
    """The same event on several dates. One comes to as many as one likes, or, of a training's runs, to one."""

    class Kind(models.TextChoices):
        REPEATED = "repeated", _("Each date is a meeting of its own: one comes to as many as one likes")
        RUNS = "runs", _("Each date is a run of the same training: one comes to one of them")

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.REPEATED)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class EventTemplate(models.Model):
    """An outline that an organiser kept; `content` is that of `events.outlines.Outline`. No person's data are in it."""

    organiser = models.ForeignKey(
        Profile, null=True, blank=True, on_delete=models.CASCADE, related_name="event_templates"
    )
    name = models.CharField(max_length=120)
    content = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organiser", "name"], name="events_template_name_once")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
