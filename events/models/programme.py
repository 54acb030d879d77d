"""The programme of an event: its rooms, those who speak, and what is on when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core.models import in_language
from core.text import LANGUAGE_CHOICES
from events.models.event import Event


class Room(models.Model):
    """Where sessions are held: a hall, a corner of it, a line of its own on the net."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=80)
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="no value: not told")
    accessibility = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="events_room_name_once"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="events_room_has_seats"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Speaker(models.Model):
    """One who speaks in the event. Others see them only when they have agreed to it (`consented_at`)."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    organisation = models.CharField(max_length=160, blank=True)
    profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    picture = models.ImageField(upload_to="speakers/", blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_shown(self) -> bool:
        return self.consented_at is not None

    @property
    def who(self) -> str:
        """Title and organisation, as far as they are told."""
        return ", ".join(part for part in (self.title, self.organisation) if part)


class Session(models.Model):
    """What is on at one time in one room, or for everybody when it has none."""

    class Kind(models.TextChoices):
        TALK = "talk", _("Talk")
        DISCUSSION = "discussion", _("Discussion")
        WORKSHOP = "workshop", pgettext_lazy("session", "Workshop")
        VISIT = "visit", _("Visit")
        MEETINGS = "meetings", _("Meetings two and two")
        BREAK = "break", _("Break")
        OTHER = "other", pgettext_lazy("session", "Other")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TALK)
    title_fi = models.CharField(max_length=160, blank=True)
    title_sv = models.CharField(max_length=160, blank=True)
    title_en = models.CharField(max_length=160, blank=True)
    abstract = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of the abstract")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions")
    speakers = models.ManyToManyField(Speaker, through="events.SessionSpeaker", related_name="sessions")
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_session_has_length"),
        ]
        indexes = [models.Index(fields=["event", "starts_at"], name="events_session_by_time")]
        ordering = ["starts_at", "ends_at", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self, "title") or str(self.get_kind_display())

    @property
    def is_break(self) -> bool:
        return self.kind == self.Kind.BREAK


class SessionSpeaker(models.Model):
    """Who speaks in a session, in the order in which they were chosen."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="speaking")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="speaking")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "speaker"], name="events_sessionspeaker_once")]
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.speaker_id} @ {self.session_id}"
