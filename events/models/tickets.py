"""How one registers for an event: by whose leave, with how many colleagues, on which ticket."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from core.models import in_language
from events.models.event import Event


class RegistrationRules(models.Model):
    """What the organiser decides of registering. An event without a row takes everybody, with up to five colleagues."""

    COLLEAGUES = 5

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="registration_rules")
    needs_approval = models.BooleanField(default=False, help_text="the organiser accepts or declines each")
    most_colleagues = models.PositiveSmallIntegerField(
        default=COLLEAGUES, help_text="how many one may bring; 0: everybody registers themselves"
    )
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")

    class Meta:
        verbose_name_plural = "registration rules"

    def __str__(self) -> str:
        return f"registering for {self.event_id}"


class TicketCategory(models.Model):
    """A kind of seat, without a price: whom it is for, how many there are, and when they are given out."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tickets")
    position = models.PositiveSmallIntegerField(default=0)
    name_fi = models.CharField(max_length=80, blank=True)
    name_sv = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    audience_fi = models.CharField(max_length=200, blank=True, help_text="whom it is for, in words")
    audience_sv = models.CharField(max_length=200, blank=True)
    audience_en = models.CharField(max_length=200, blank=True)
    kinds = models.JSONField(default=list, blank=True, help_text="kinds of profile that may take it; none: all")
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="no value: as many as the event has")
    opens_at = models.DateTimeField(null=True, blank=True, help_text="no value: with the event's registration")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="no value: with the event's registration")
    needs_approval = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="events_ticketcategory_has_room"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="events_ticketcategory_window_has_length",
            ),
        ]
        ordering = ["position", "pk"]
        verbose_name_plural = "ticket categories"

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def audience(self) -> str:
        return in_language(self, "audience")

    def is_given_out(self, now: datetime) -> bool:
        return (self.opens_at is None or self.opens_at <= now) and (self.closes_at is None or now < self.closes_at)

    def is_for(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds
