"""What is said on an event's day: that one is late, that a meeting would rather be held at another time, and what the
host announces.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.text import LANGUAGE_CHOICES
from events.models.event import Event
from events.models.meetings import Meeting
from events.models.programme import Session
from events.models.registrations import Registration
from events.models.rounds import Slot


class Lateness(models.Model):
    """A participant is on the way. The row holds what was said last; it goes when they say that they are there."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="lateness")
    said_at = models.DateTimeField()
    comes_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "latenesses"
        ordering = ["comes_at", "pk"]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.comes_at:%H:%M}"


class SwapRequest(models.Model):
    """One side of a round's meeting would rather meet at another time. The meeting stands until the other side agrees,
    and the other time is held for nobody.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="swaps")
    asker = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="waiting"), name="events_swaprequest_waiting_once"
            )
        ]
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} → {self.slot_id} ({self.state})"


class Announcement(models.Model):
    """What the host says to those who come: to all; in the name of a session of the programme, until it ends; or to
    those who meet at a table from then on. `told_at`: when it had gone to everyone's notices.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="announcements")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    table = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.CharField(max_length=300)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi")
    by_mail = models.BooleanField(default=False)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="until when it is shown")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(session=None) | Q(table=None), name="events_announcement_to_one_circle")
        ]
        indexes = [models.Index(fields=["event", "said_at"], name="events_announcement_by_time")]
        ordering = ["-said_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]
