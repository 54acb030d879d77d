"""How many meetings one person has in a round at most and at least."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from events.models.registrations import Registration
from events.models.rounds import Round


class MeetingLimit(models.Model):
    """`most` and `least` are the host's word on one person, `most` in place of what the round says of all. `own_most`
    is what the person says for themselves.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="limits")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="meeting_limits")
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    least = models.PositiveSmallIntegerField(null=True, blank=True)
    own_most = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "registration"], name="events_meetinglimit_once"),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(least__isnull=True) | Q(least__lte=F("most")),
                name="events_meetinglimit_in_order",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.least}–{self.most} ({self.own_most})"
