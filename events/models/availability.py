"""When a participant can meet: what they say, and what their calendar says."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.programme import Session
from events.models.registrations import Registration


class Presence(models.Model):
    """From when until when one is there, and the address of the calendar that says when one is busy. Made when it is
    first needed; the address goes when the event is over.
    """

    class Reading(models.TextChoices):
        NONE = "", _("not read")
        WAITS = "waits", _("is being read")
        READ = "read", _("read")
        FAILED = "failed", _("could not be read")

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, primary_key=True, related_name="presence"
    )
    arrives_at = models.DateTimeField(null=True, blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")
    calendar_url = models.CharField(max_length=1000, blank=True)
    reading = models.CharField(max_length=6, choices=Reading.choices, default=Reading.NONE, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="events_presence_due"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}"


class BusyTime(models.Model):
    """A time out of one's own calendar: from when until when, and nothing else of it is kept."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="busy_times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_busytime_has_length"),
        ]
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class SessionChoice(models.Model):
    """A session of the programme that one goes to, so meetings are not held then."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="session_choices")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="choices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "session"], name="events_sessionchoice_once")]

    def __str__(self) -> str:
        return f"{self.registration_id} → {self.session_id}"
