"""Who has arrived: each press at the door is a row, and a registration's state follows from its rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from events.models.event import Event
from events.models.registrations import Registration


class HelperLink(models.Model):
    """Opens an event's door to whoever has the link, until it expires: a helper at the entrance needs no account. The
    link is the row's signed number, and the row says whether it still holds.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="helper_links")
    name = models.CharField(max_length=80, help_text="who or where, for the host's own list")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.name}"


class CheckIn(models.Model):
    """A press at the door, with the moment when it was made on the phone, which may be long before it was received.

    `key` is the phone's own name for the press: sent twice, it is one row. Of several presses the latest by the
    corrected clock counts, whichever came first, so that phones which were away agree when all have synced.
    """

    class Act(models.TextChoices):
        IN = "in", "arrived"
        UNDO = "undo", "taken back"

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="check_ins")
    act = models.CharField(max_length=4, choices=Act.choices)
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    helper = models.ForeignKey(HelperLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "key"]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.act} {self.at:%H:%M:%S}"
