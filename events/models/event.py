"""Events. Who comes to them is in `events.models.registrations`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from taggit.managers import TaggableManager

from accounts.models import Profile, Representative
from catalogue.models import OperatingModel
from core.models import TimeStamped, in_language
from core.text import LANGUAGE_CHOICES
from events import hooks
from themes.models import ThemedItem


class EventQuerySet(models.QuerySet["Event"]):
    def seen_by(self, user: Any) -> EventQuerySet:
        """All but drafts, and of a circle's those that its app lets the person see (`events.hooks`); and whatever the
        person manages (the same as `rules.events.may_manage_event`).
        """
        begun = ~Q(state=Event.State.DRAFT)
        shown = begun & Q(audience=Event.Audience.ALL)
        if user.is_authenticated:
            if user.has_perm("accounts.coordinate"):
                return self.all()
            shown |= begun & Q(audience=Event.Audience.CIRCLE) & hooks.circle_seen_by(user)
            shown |= self._managed(user)
        return self.filter(shown)

    def managed_by(self, user: Any) -> EventQuerySet:
        """Those that the person makes, whose organiser the person represents, or whose circle the person leads
        (`events.hooks`)."""
        return self.filter(self._managed(user)) if user.is_authenticated else self.none()

    @staticmethod
    def _managed(user: Any) -> Q:
        own = Representative.objects.filter(user=user).values("profile")
        return Q(organiser__in=own) | Q(organiser=None, created_by=user) | hooks.circle_managed_by(user)

    def announced(self) -> EventQuerySet:
        """Those that stand: open or closed for registration, not drafts and not cancelled."""
        return self.filter(state__in=[Event.State.PUBLISHED, Event.State.CLOSED])

    def with_counts(self) -> EventQuerySet:
        """With `seats_taken` and `in_line`, counted in the same read."""
        return self.annotate(
            seats_taken=Count("registrations", filter=Q(registrations__state="confirmed"), distinct=True),
            in_line=Count("registrations", filter=Q(registrations__state="waiting"), distinct=True),
        )


class Event(TimeStamped):  # type: ignore[django-manager-missing]  # ItemBase has no types, so its relation is unseen
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")
        ARCHIVED = "archived", _("archived")

    class Kind(models.TextChoices):
        MATCHMAKING = "matchmaking", _("Matchmaking")
        SEMINAR = "seminar", _("Seminar")
        WORKSHOP = "workshop", _("Workshop")
        TRAINING = "training", _("Training")
        MARKET_DIALOGUE = "market_dialogue", _("Market dialogue")
        PUBLIC_DAY = "public_day", _("Open day for everyone")

    class Audience(models.TextChoices):
        ALL = "all", pgettext_lazy("audience", "Everyone")
        CIRCLE = "circle", pgettext_lazy("audience", "A circle, such as a network's members")

    class Mode(models.TextChoices):
        ON_SITE = "on_site", _("On site")
        ONLINE = "online", _("Online")
        BOTH = "both", _("On site and online")

    slug = models.SlugField(max_length=120, unique=True)
    title_fi = models.CharField(max_length=160, blank=True)
    title_sv = models.CharField(max_length=160, blank=True)
    title_en = models.CharField(max_length=160, blank=True)
    summary_fi = models.CharField(max_length=300, blank=True)
    summary_sv = models.CharField(max_length=300, blank=True)
    summary_en = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of the description")
    kind = models.CharField(max_length=15, choices=Kind.choices, default=Kind.MATCHMAKING)
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.ALL)
    mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.ON_SITE)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    is_all_day = models.BooleanField(default=False, help_text="from midnight to midnight; clock times are not told")
    place = models.CharField(max_length=200, blank=True)
    municipality = models.CharField(max_length=3, blank=True)
    online_url = models.URLField(max_length=500, blank=True, help_text="shown only to those who have a seat")
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="no value: room for all who come")
    registration_closes_at = models.DateTimeField(null=True, blank=True, help_text="no value: when the event begins")
    accessibility = models.TextField(blank=True)
    languages = models.JSONField(default=list, blank=True, help_text="codes of the languages spoken in the event")
    walk_minutes = models.PositiveSmallIntegerField(default=0, help_text="from one hall to another, between meetings")
    procurement_url = models.URLField(max_length=500, blank=True, help_text="of a market dialogue: its notice")
    questions_until = models.DateTimeField(null=True, blank=True, help_text="of a market dialogue: in writing, by then")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    archived_at = models.DateTimeField(null=True, blank=True)
    aftermath = models.TextField(blank=True, help_text="what came of it, for all to read; in `language`")
    published_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")
    sequence = models.PositiveIntegerField(default=0, help_text="rises when calendars have something to change")
    revised_at = models.DateTimeField(null=True, blank=True, help_text="when this sequence came to be")
    organiser = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    operating_model = models.ForeignKey(
        OperatingModel, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    creation_key = models.CharField(
        max_length=40, null=True, blank=True, unique=True, editable=False, help_text="one form makes one event"
    )
    series = models.ForeignKey(
        "events.EventSeries", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    themes = TaggableManager(through="events.EventTheme", blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_event_has_length"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="events_event_has_room"
            ),
            models.CheckConstraint(
                condition=Q(registration_closes_at__isnull=True) | Q(registration_closes_at__lte=F("starts_at")),
                name="events_event_closes_before_start",
            ),
        ]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", kwargs={"slug": self.slug})

    @property
    def title(self) -> str:
        return in_language(self, "title")

    @property
    def summary(self) -> str:
        return in_language(self, "summary")

    @property
    def closes_at(self) -> Any:
        return self.registration_closes_at or self.starts_at

    @property
    def is_for_all(self) -> bool:
        return self.audience == self.Audience.ALL

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def is_archived(self) -> bool:
        return self.state == self.State.ARCHIVED

    @property
    def needs_registration(self) -> bool:
        """An open day is for whoever comes."""
        return self.kind != self.Kind.PUBLIC_DAY

    def takes_registrations(self, now: Any) -> bool:
        return self.needs_registration and self.state == self.State.PUBLISHED and now < self.closes_at


class EventTheme(ThemedItem):
    """A theme on an event (django-taggit's through model)."""

    content_object = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="theme_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="events_eventtheme_once")]
