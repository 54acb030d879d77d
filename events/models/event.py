"""Events, and who comes to them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.models import TimeStamped, in_language


class Event(TimeStamped):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    slug = models.SlugField(max_length=120, unique=True)
    title_fi = models.CharField(max_length=160, blank=True)
    title_sv = models.CharField(max_length=160, blank=True)
    title_en = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    organiser = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_event_has_length"),
        ]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self, "title")


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> RegistrationQuerySet:
        """Those who have a seat."""
        return self.filter(state=Registration.State.CONFIRMED)

    def of_user(self, user: Any) -> RegistrationQuerySet:
        return self.filter(user=user)


class Registration(models.Model):
    """A person who comes to an event for a profile."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("has a seat")
        WAITING = "waiting", _("on the waiting list")
        CANCELLED = "cancelled", _("cancelled")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="registrations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="registrations")
    state = models.CharField(max_length=9, choices=State.choices, default=State.CONFIRMED)
    registered_at = models.DateTimeField()

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="events_registration_once")]
        ordering = ["registered_at", "pk"]

    def __str__(self) -> str:
        return f"{self.profile_id} @ {self.event_id}"
