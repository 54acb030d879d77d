"""Rounds of 1:1 meetings: the part of an event in which people meet two and two, slots times tables."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from events.models.event import Event
from events.models.registrations import Registration
from events.models.tickets import TicketCategory


class Round(TimeStamped):
    class State(models.TextChoices):
        OPEN = "open", _("open for requests")
        SOLVING = "solving", _("the schedule is being made")
        DRAFTED = "drafted", _("the schedule waits for its host")
        PUBLISHED = "published", _("published")

    class Style(models.TextChoices):
        SOLVED = "solved", _("The organiser makes the schedule")
        FREE = "free", _("Participants agree times themselves")
        HOSTED = "hosted", _("One side sits at tables of its own, the other moves")
        SPEED = "speed", _("Everyone moves and meets somebody new each time")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField(default=1, help_text="in the event, in the order in which they were made")
    style = models.CharField(max_length=6, choices=Style.choices, default=Style.SOLVED)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    opens_at_count = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="requests are taken when so many have a seat; no value: from the beginning"
    )
    opened_at = models.DateTimeField(null=True, blank=True, help_text="it stays open though some cancel")
    answer_hours = models.PositiveSmallIntegerField(default=72, help_text="within which a request is answered")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    slot_minutes = models.PositiveSmallIntegerField(default=20)
    pause_minutes = models.PositiveSmallIntegerField(default=0)
    tables = models.PositiveSmallIntegerField(default=8)
    most_meetings = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    online_url = models.CharField(
        max_length=500, blank=True, help_text="{table} is the number of the table; empty: the event's own address"
    )
    travel_minutes = models.PositiveSmallIntegerField(default=0, help_text="from the rooms of sessions to the tables")
    published_at = models.DateTimeField(null=True, blank=True)
    seated_ticket = models.ForeignKey(
        TicketCategory,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="everyone with this ticket sits at a table of their own",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="events_round_number_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_round_has_length"),
            models.CheckConstraint(condition=Q(tables__gte=1), name="events_round_has_tables"),
        ]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.starts_at:%Y-%m-%d %H:%M}"

    def online_at(self, table: int | None) -> str:
        """Where a table of the round is met online: the round's own address, or else the event's; empty on site."""
        if self.event.mode == Event.Mode.ON_SITE:
            return ""
        return self.online_url.replace("{table}", str(table or "")) or self.event.online_url

    @property
    def is_free(self) -> bool:
        """Participants agree times themselves: such a round is published when it opens."""
        return self.style == self.Style.FREE

    @property
    def is_hosted(self) -> bool:
        """One side sits at tables of its own (hosted buyers), the other comes to them."""
        return self.style == self.Style.HOSTED

    @property
    def is_speed(self) -> bool:
        """Everyone moves. Nobody is asked: the organiser presses, and everyone meets somebody new each time."""
        return self.style == self.Style.SPEED

    @property
    def takes_requests(self) -> bool:
        return not self.is_speed and (self.opens_at_count is None or self.opened_at is not None)


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
    """A time in which each table holds one meeting. One that has fallen out on the day is closed, not deleted: what
    was agreed in it is told of, and can be brought back.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    tables = models.PositiveSmallIntegerField(null=True, blank=True, help_text="no value: as many as the round has")

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


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    def of_pair(self, one: int, other: int) -> MeetingRequestQuerySet:
        """Between two registrations, whichever asked."""
        return self.filter(Q(asker=one, asked=other) | Q(asker=other, asked=one))


class MeetingRequest(models.Model):
    """A wish to meet, with a sentence. It never holds a slot: times are given to accepted ones only.

    `is_mutual`: both asked, so both wish it for themselves; such weigh more when tables are few. `host_says`: the host
    wants the meeting to be held whatever else falls out, or wants the two kept apart. `turn`: who answers next; the
    asker does when other times have been offered. `waits_since`: accepted when no time was left, and given the first
    that frees.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("was not answered in time")
        PROPOSED = "proposed", _("paired by the organiser, in a draft")

    class Turn(models.TextChoices):
        ASKED = "asked", _("the one who was asked")
        ASKER = "asker", _("the one who asked")

    class Word(models.TextChoices):
        NOTHING = "", _("by weight")
        MUST = "must", _("must be held")
        APART = "apart", _("kept apart")

    STANDING = (State.PENDING, State.ACCEPTED)

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="requests")
    asker = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="requests_made")
    asked = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="requests_got")
    message = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of the message")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    is_mutual = models.BooleanField(default=False)
    is_wished = models.BooleanField(default=False, help_text="of two private wishes: nobody wrote to anybody")
    host_says = models.CharField(max_length=5, choices=Word.choices, default=Word.NOTHING, blank=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    turn = models.CharField(max_length=5, choices=Turn.choices, default=Turn.ASKED)
    expires_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    waits_since = models.DateTimeField(null=True, blank=True)
    handed_from = models.ForeignKey(Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    hand_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="a colleague who takes it over as soon as they have a seat",
    )

    objects = MeetingRequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="pending"), name="events_request_expiry"),
            models.Index(fields=["waits_since"], condition=Q(waits_since__isnull=False), name="events_request_in_line"),
        ]
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

    @property
    def on_turn(self) -> Registration:
        """Who answers next."""
        return self.asker if self.turn == self.Turn.ASKER else self.asked

    @property
    def off_turn(self) -> Registration:
        """Who waits for the answer."""
        return self.asked if self.turn == self.Turn.ASKER else self.asker


class OfferedSlot(models.Model):
    """A time that one side offers in place of the best one. Like a request it holds nothing."""

    request = models.ForeignKey(MeetingRequest, on_delete=models.CASCADE, related_name="offered")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="offered")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "slot"], name="events_offeredslot_once")]
        ordering = ["slot__starts_at"]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.slot_id}"


class ApartQuerySet(models.QuerySet["Apart"]):
    def of_pair(self, one: int, other: int) -> ApartQuerySet:
        """Of two registrations, whichever was named first."""
        return self.filter(Q(one=one, other=other) | Q(one=other, other=one))


class Apart(models.Model):
    """Two whom the host keeps apart in a round, whether or not they ever ask each other. They are not told."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="apart")
    one = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()

    objects = ApartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(one=F("other")), name="events_apart_not_from_self"),
            models.UniqueConstraint(
                F("round"), Least("one", "other"), Greatest("one", "other"), name="events_apart_once"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.one_id} ✗ {self.other_id}"


class SolverRun(models.Model):
    """The making of a round's schedule: what was asked, how far it has come, and what came out.

    The row is the truth: a worker holds it by a lease that it keeps renewing, and whoever finds the lease run out takes
    over. `problem` and `solution` are in the form of `events.scheduling.form`; ids are those of requests, registrations
    and slots. While it runs, `solution` is the best so far.

    With `change` it is a repair of the published plan: `{"kind", …}`, what has happened. `done` is what was written
    when the host accepted it, and from what it can be taken back.
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
    change = models.JSONField(null=True, blank=True)
    done = models.JSONField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

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

    @property
    def was_cut_short(self) -> bool:
        """The search died, and the best that it had told of by then was kept."""
        return self.state == self.State.DONE and self.failure is not None
