"""What came of meetings afterwards, and what is told of it to everybody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.event import Event
from events.models.meetings import MeetingParty


class FollowUp(models.Model):
    """The question to one side, so many days after: did something come of it?"""

    class Came(models.TextChoices):
        TALKS = "talks", _("We are talking")
        OFFER = "offer", _("An offer")
        DEAL = "deal", _("A deal")
        PROJECT = "project", _("A joint project")
        THESIS = "thesis", _("A thesis")
        NOTHING = "nothing", _("Nothing")

    party = models.ForeignKey(MeetingParty, on_delete=models.CASCADE, related_name="follow_ups")
    after_days = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    came = models.CharField(max_length=7, choices=Came.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, db_index=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "after_days"], name="events_followup_once"),
            models.CheckConstraint(
                condition=Q(came="", answered_at=None) | (~Q(came="") & Q(answered_at__isnull=False)),
                name="events_followup_answer_has_time",
            ),
        ]
        ordering = ["after_days", "pk"]

    def __str__(self) -> str:
        return f"{self.party_id} + {self.after_days} d: {self.came or '…'}"


class EventReport(models.Model):
    """What is told to everybody of an event's meetings: the figures as they were when they were published.

    They do not follow by themselves: from two states of a figure one could tell what one answer was.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="report")
    figures = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.event_id}: {self.published_at:%Y-%m-%d}"
