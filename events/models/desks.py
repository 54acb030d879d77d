"""Advisory desks: a place at which an organisation's advisors receive people one at a time, booked or in line."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from events.desk_times import Opening
from events.models.event import Event
from events.models.meetings import Meeting


class AdviceDesk(TimeStamped):
    """One place, so one visit at a time, however many advisors take turns at it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PAUSED = "paused", _("on a break")
        CLOSED = "closed", _("closed")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="desks")
    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, related_name="desks", help_text="in whose name it advises"
    )
    name = models.CharField(max_length=80)
    topics = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of name and topics")
    languages = models.JSONField(default=list, blank=True, help_text="codes of the languages in which it advises")
    place = models.CharField(max_length=120, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    pause_from = models.DateTimeField(null=True, blank=True)
    pause_until = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=20)
    takes_bookings = models.BooleanField(default=True)
    takes_queue = models.BooleanField(default=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    edition = models.PositiveIntegerField(default=0, help_text="of the colleagues' link; a rise closes the former one")
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")
    advisors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="advises_at", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="events_advicedesk_has_length"),
            models.CheckConstraint(
                condition=Q(pause_from=None, pause_until=None) | Q(pause_until__gt=F("pause_from")),
                name="events_advicedesk_pause_has_length",
            ),
        ]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def is_paused(self) -> bool:
        return self.state == self.State.PAUSED

    def where(self, hall: str) -> str:
        """Where its visitors come to; `hall` is the event's place."""
        return ", ".join(part for part in (self.name, self.place or hall) if part)[:200]

    @property
    def opening(self) -> Opening:
        pause = (self.pause_from, self.pause_until) if self.pause_from and self.pause_until else None
        return Opening(self.opens_at, self.closes_at, self.minutes, pause)


class DeskVisit(models.Model):
    """One person's visit, with the number by which the desk calls: nobody's name is on the wall.

    A booked visit has a time and a meeting, so that it stands in calendars; one in line has its number alone.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("booked")
        WAITING = "waiting", _("in line")
        CALLED = "called", _("called in")
        HERE = "here", _("at the desk")
        DONE = "done", _("done")
        NO_SHOW = "no_show", _("did not come")
        LEFT = "left", _("gave the place up")
        CLOSED = "closed", _("the desk closed")

    STANDING = (State.BOOKED, State.WAITING, State.CALLED, State.HERE)
    AT_DESK = (State.CALLED, State.HERE)

    desk = models.ForeignKey(AdviceDesk, on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_visits")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=State.choices)
    starts_at = models.DateTimeField(null=True, blank=True, help_text="of a booked one")
    meeting = models.OneToOneField(Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="desk_visit")
    about = models.CharField(max_length=300, blank=True, help_text="what the visitor wants to talk of")
    joined_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    told_next_at = models.DateTimeField(null=True, blank=True, help_text="when it was told that the turn is next")
    advisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(blank=True, max_length=1000, help_text="for the desk's advisors only")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "number"], name="events_deskvisit_number_once"),
            models.UniqueConstraint(
                fields=["desk", "user"],
                condition=Q(state__in=["booked", "waiting", "called", "here"]),
                name="events_deskvisit_person_once",
            ),
            models.UniqueConstraint(
                fields=["desk", "starts_at"],
                condition=Q(starts_at__isnull=False, state__in=["booked", "called", "here", "done"]),
                name="events_deskvisit_time_once",
            ),
            models.UniqueConstraint(
                fields=["desk"], condition=Q(state__in=["called", "here"]), name="events_deskvisit_one_at_desk"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.number} ({self.state})"

    @property
    def is_booked(self) -> bool:
        return self.starts_at is not None

    @property
    def stands(self) -> bool:
        return self.state in self.STANDING

    def is_at_desk(self) -> Any:
        return self.state in self.AT_DESK
