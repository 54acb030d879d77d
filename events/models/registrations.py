"""Who comes to an event, and the colleagues whom they ask along."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from events.models.event import Event
from events.models.tickets import TicketCategory

CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I or O: a code is also read aloud and typed."""
CODE_LENGTH = 10


def new_code() -> str:
    """A ticket's code: 50 bits, so that nobody guesses one."""
    return "".join(secrets.choice(CODE_SIGNS) for _n in range(CODE_LENGTH))


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> RegistrationQuerySet:
        """Those who have a seat."""
        return self.filter(state=Registration.State.CONFIRMED)

    def waiting(self) -> RegistrationQuerySet:
        """Those in line for a seat, the first one first."""
        return self.filter(state=Registration.State.WAITING).order_by("registered_at", "pk")

    def pending(self) -> RegistrationQuerySet:
        """Those whom the organiser has not answered yet, the first one first."""
        return self.filter(state=Registration.State.PENDING).order_by("registered_at", "pk")

    def standing(self) -> RegistrationQuerySet:
        return self.exclude(state__in=[Registration.State.CANCELLED, Registration.State.DECLINED])

    def of_user(self, user: Any) -> RegistrationQuerySet:
        return self.filter(user=user)


class Registration(models.Model):
    """A person who comes to an event for a profile. `code` is their ticket's, known to them and to the hosts alone."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("has a seat")
        WAITING = "waiting", _("on the waiting list")
        PENDING = "pending", _("waits for the organiser")
        DECLINED = "declined", _("declined by the organiser")
        CANCELLED = "cancelled", _("cancelled")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="registrations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="registrations")
    ticket = models.ForeignKey(
        TicketCategory, null=True, blank=True, on_delete=models.RESTRICT, related_name="registrations"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.CONFIRMED)
    registered_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision_reason = models.CharField(max_length=400, blank=True, help_text="why the organiser declined")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    is_browsable = models.BooleanField(default=True, help_text="other participants of a round see it and may ask")
    checked_in_at = models.DateTimeField(null=True, blank=True, help_text="follows from the rows of CheckIn")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="events_registration_once")]
        indexes = [models.Index(fields=["event", "state", "registered_at"], name="events_registration_line")]
        ordering = ["registered_at", "pk"]

    def __str__(self) -> str:
        return f"{self.profile_id} @ {self.event_id}"

    @property
    def has_seat(self) -> bool:
        return self.state == self.State.CONFIRMED

    @property
    def spoken_code(self) -> str:
        """ABCDE-FGHJK: as it is read aloud and typed."""
        half = CODE_LENGTH // 2
        return f"{self.code[:half]}-{self.code[half:]}"


class ColleagueInvitation(models.Model):
    """One who comes asks a colleague along by e-mail. Its link is the row's signed number: the row says whether it
    still holds. It keeps no seat: whoever accepts it gets what there is then.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="colleague_invitations")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "profile", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="events_colleagueinvitation_open_once",
            )
        ]
        ordering = ["invited_at", "pk"]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.profile_id} ({self.invited_at:%Y-%m-%d})"
