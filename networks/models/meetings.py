"""A network's meetings: events with a theme and an aim, who sat with whom, and what was agreed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core.text import LANGUAGE_CHOICES
from events.models import Event, Registration
from networks.models.groups import Group
from networks.models.members import Membership
from networks.models.network import Network


class NetworkMeetingQuerySet(models.QuerySet["NetworkMeeting"]):
    def standing(self) -> NetworkMeetingQuerySet:
        return self.filter(event__state__in=[Event.State.PUBLISHED, Event.State.CLOSED, Event.State.ARCHIVED])

    def held(self, now: datetime) -> NetworkMeetingQuerySet:
        """Those that have begun: whoever was seated in them has met."""
        return self.standing().filter(event__starts_at__lte=now)


class NetworkMeeting(models.Model):
    """Its time, place and participants are the event's. `group` None: of the whole network. A meeting of a group goes
    with the group, so that it never opens to the rest."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="meetings")
    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="network_meeting")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.CASCADE, related_name="meetings")
    theme = models.CharField(max_length=120, blank=True)
    aim = models.CharField(max_length=300, blank=True)
    host = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="hosted")
    table_size = models.PositiveSmallIntegerField(default=4)
    seating_version = models.PositiveIntegerField(default=0, help_text="rises with every seating and repair")
    minutes = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of what is written")
    minutes_version = models.PositiveIntegerField(default=0, help_text="rises with every save of the minutes")
    minutes_at = models.DateTimeField(null=True, blank=True, help_text="when the minutes were last saved")
    minutes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reminded_of = models.DateTimeField(
        null=True, blank=True, help_text="the beginning of which those who had not registered were reminded"
    )

    objects = NetworkMeetingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(table_size__gte=2), name="networks_meeting_tables_hold_two")]
        ordering = ["event__starts_at", "pk"]

    def __str__(self) -> str:
        return self.theme or str(self.event)

    def get_absolute_url(self) -> str:
        return reverse("network_meeting", kwargs={"slug": self.network.slug, "pk": self.pk})

    @property
    def is_reminded(self) -> bool:
        """Of the time that holds now: one that has moved is reminded of anew."""
        return self.reminded_of == self.event.starts_at

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None

    def has_begun(self, now: Any) -> bool:
        return bool(self.event.starts_at <= now)

    def is_over(self, now: Any) -> bool:
        return bool(self.event.ends_at <= now)


class AgendaItem(models.Model):
    class Kind(models.TextChoices):
        OPENING = "opening", pgettext_lazy("agenda", "Opening")
        TASKS = "tasks", pgettext_lazy("agenda", "Tasks from last time")
        TABLES = "tables", pgettext_lazy("agenda", "Round of tables")
        WORK = "work", pgettext_lazy("agenda", "Working session")
        DECISIONS = "decisions", pgettext_lazy("agenda", "Decisions")
        OTHER = "other", pgettext_lazy("agenda", "Something else")

    meeting = models.ForeignKey(NetworkMeeting, on_delete=models.CASCADE, related_name="agenda")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    title = models.CharField(max_length=120, blank=True, help_text="in the network's language; empty: the kind's name")
    minutes = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "place"], name="networks_agendaitem_place_once"),
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(title=""), name="networks_agendaitem_other_has_a_title"
            ),
        ]
        ordering = ["place"]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.name}"

    @property
    def name(self) -> str:
        return self.title or str(self.get_kind_display())


class Seating(models.Model):
    """Who sits at which table of a meeting. A person who has registered, or, of a member that came unannounced, the
    profile alone (`registration` None)."""

    meeting = models.ForeignKey(NetworkMeeting, on_delete=models.CASCADE, related_name="seats")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    registration = models.ForeignKey(Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    table = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "registration"], name="networks_seating_once"),
            models.CheckConstraint(condition=Q(table__gte=1), name="networks_seating_tables_from_one"),
        ]
        indexes = [models.Index(fields=["meeting", "table"], name="networks_seating_list")]
        ordering = ["table", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.profile_id} at {self.table}"


class MinutesDraft(models.Model):
    """What one writer has typed into the minutes and not saved yet, kept so that a closed lid loses nothing. Its
    writer's alone; it goes when it is saved, and with the approval."""

    meeting = models.ForeignKey(NetworkMeeting, on_delete=models.CASCADE, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    decisions = models.TextField(blank=True, help_text="one on each line")
    version = models.PositiveIntegerField(help_text="of the minutes that the writer saw")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "by"], name="networks_minutesdraft_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.by_id}"


class Decision(models.Model):
    meeting = models.ForeignKey(NetworkMeeting, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(max_length=400)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Task(models.Model):
    """What was promised: by whom, by when. An open one comes back at each next meeting until it is done."""

    meeting = models.ForeignKey(NetworkMeeting, on_delete=models.CASCADE, related_name="tasks")
    text = models.CharField(max_length=400)
    who = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks")
    due = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.text
