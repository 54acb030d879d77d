"""Events, and who comes to them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from accounts.models import Profile, Representative
from catalogue.models import OperatingModel
from core.models import TimeStamped, in_language
from core.text import LANGUAGE_CHOICES
from themes.models import ThemedItem


class EventQuerySet(models.QuerySet["Event"]):
    def seen_by(self, user: Any) -> EventQuerySet:
        """All but drafts; of those, the ones that the person manages (the same as `rules.events.may_manage_event`)."""
        shown = ~Q(state=Event.State.DRAFT)
        if user.is_authenticated:
            if user.has_perm("accounts.coordinate"):
                return self.all()
            shown |= self._managed(user)
        return self.filter(shown)

    def managed_by(self, user: Any) -> EventQuerySet:
        """Those that the person makes, or whose organiser the person represents."""
        return self.filter(self._managed(user)) if user.is_authenticated else self.none()

    @staticmethod
    def _managed(user: Any) -> Q:
        own = Representative.objects.filter(user=user).values("profile")
        return Q(organiser__in=own) | Q(organiser=None, created_by=user)

    def announced(self) -> EventQuerySet:
        """Those that stand: open or closed for registration, not drafts and not cancelled."""
        return self.filter(state__in=[Event.State.PUBLISHED, Event.State.CLOSED])

    def with_counts(self) -> EventQuerySet:
        """With `seats_taken` and `in_line`, counted in the same read."""
        state = Registration.State
        return self.annotate(
            seats_taken=Count("registrations", filter=Q(registrations__state=state.CONFIRMED), distinct=True),
            in_line=Count("registrations", filter=Q(registrations__state=state.WAITING), distinct=True),
        )


class Event(TimeStamped):  # type: ignore[django-manager-missing]  # ItemBase has no types, so its relation is unseen
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Kind(models.TextChoices):
        MATCHMAKING = "matchmaking", _("Matchmaking")
        SEMINAR = "seminar", _("Seminar")
        WORKSHOP = "workshop", _("Workshop")
        TRAINING = "training", _("Training")
        MARKET_DIALOGUE = "market_dialogue", _("Market dialogue")
        PUBLIC_DAY = "public_day", _("Open day for everyone")

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
    mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.ON_SITE)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    municipality = models.CharField(max_length=3, blank=True)
    online_url = models.URLField(max_length=500, blank=True, help_text="shown only to those who have a seat")
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="no value: room for all who come")
    registration_closes_at = models.DateTimeField(null=True, blank=True, help_text="no value: when the event begins")
    accessibility = models.TextField(blank=True)
    languages = models.JSONField(default=list, blank=True, help_text="codes of the languages spoken in the event")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
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
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    def takes_registrations(self, now: Any) -> bool:
        return self.state == self.State.PUBLISHED and now < self.closes_at


class EventTheme(ThemedItem):
    """A theme on an event (django-taggit's through model)."""

    content_object = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="theme_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="events_eventtheme_once")]


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> RegistrationQuerySet:
        """Those who have a seat."""
        return self.filter(state=Registration.State.CONFIRMED)

    def waiting(self) -> RegistrationQuerySet:
        """Those in line for a seat, the first one first."""
        return self.filter(state=Registration.State.WAITING).order_by("registered_at", "pk")

    def standing(self) -> RegistrationQuerySet:
        return self.exclude(state=Registration.State.CANCELLED)

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
