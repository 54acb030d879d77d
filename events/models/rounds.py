"""Rounds of 1:1 meetings: the part of an event in which people meet two and two, slots times tables."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from events.models.event import Event, Registration


class Round(TimeStamped):
    class State(models.TextChoices):
        OPEN = "open", _("open for requests")
        SOLVING = "solving", _("the schedule is being made")
        DRAFTED = "drafted", _("the schedule waits for its host")
        PUBLISHED = "published", _("published")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rounds")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    slot_minutes = models.PositiveSmallIntegerField(default=20)
    pause_minutes = models.PositiveSmallIntegerField(default=0)
    tables = models.PositiveSmallIntegerField(default=8)
    most_meetings = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_round_has_length"),
            models.CheckConstraint(condition=Q(tables__gte=1), name="events_round_has_tables"),
        ]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.starts_at:%Y-%m-%d %H:%M}"


class RoundBreak(models.Model):
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="breaks")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_roundbreak_has_length"),
        ]
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class Slot(models.Model):
    """A time in which each table holds one meeting."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "starts_at"], name="events_slot_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_slot_has_length"),
        ]
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}"


class Absence(models.Model):
    """A slot in which a participant cannot meet."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="absences")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="absences")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "registration"], name="events_absence_once")]

    def __str__(self) -> str:
        return f"{self.registration_id} ✗ {self.slot_id}"


class MeetingRequest(models.Model):
    """A wish to meet, with a sentence. It never holds a slot: times are given to accepted ones only.

    `is_mutual`: both asked, so both wish it for themselves; such weigh more when tables are few.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    STANDING = (State.PENDING, State.ACCEPTED)

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="requests")
    asker = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="requests_made")
    asked = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="requests_got")
    message = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of the message")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    is_mutual = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="events_request_not_to_self"),
            models.UniqueConstraint(
                F("round"),
                Least("asker", "asked"),
                Greatest("asker", "asked"),
                condition=Q(state__in=["pending", "accepted"]),
                name="events_request_standing_once",
            ),
        ]
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.asker_id} → {self.asked_id} ({self.state})"

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING


class SolverRun(models.Model):
    """The making of a round's schedule: what was asked, how far it has come, and what came out.

    The row is the truth: a worker holds it by a lease that it keeps renewing, and whoever finds the lease run out takes
    over. `problem` and `solution` are in the form of `events.scheduling.form`; ids are those of requests, registrations
    and slots.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for its turn")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    ACTIVE = (State.WAITING, State.RUNNING)

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    seconds = models.PositiveSmallIntegerField(default=20)
    problem = models.JSONField()
    solution = models.JSONField(null=True, blank=True)
    failure = models.JSONField(null=True, blank=True, help_text="{code, obstacles}")
    stage = models.CharField(max_length=10, blank=True)
    best_weight = models.IntegerField(null=True, blank=True)
    weight_bound = models.IntegerField(null=True, blank=True)
    best_breaks = models.IntegerField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(state__in=["waiting", "running"]), name="events_solverrun_one_active"
            )
        ]
        indexes = [models.Index(fields=["state", "leased_until"])]
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE
