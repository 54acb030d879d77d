"""Contacts spent: the truth of how many strangers a profile has approached."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile


class Contact(models.Model):
    """A profile approached another that had not approached it. Rows are kept: the week's are counted, and those that
    were answered well let the profile do more.
    """

    class Kind(models.TextChoices):
        INTEREST = "interest", _("interest")
        MEETING = "meeting", _("meeting request")
        MESSAGE = "message", _("first message")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="contacts")
    other = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="contacts_to_it")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True, help_text="when the other side said yes to it")
    given_back_at = models.DateTimeField(null=True, blank=True, help_text="taken back in time, so it costs nothing")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(profile=F("other")), name="conversations_contact_not_self")]
        indexes = [models.Index(fields=["profile", "at"], name="conversations_contact_week")]

    def __str__(self) -> str:
        return f"{self.profile_id} → {self.other_id}: {self.kind}"
