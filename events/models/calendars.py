"""The secret addresses at which calendar programmes fetch."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from events import hooks
from events.models.event import Event
from themes.models import Theme


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def standing(self) -> CalendarFeedQuerySet:
        return self.filter(revoked_at=None)

    def own_of(self, user: Any) -> CalendarFeedQuerySet:
        """The one of all that the person comes to, if it stands."""
        return self.standing().filter(user=user, scope=CalendarFeed.Scope.OWN)


class CalendarFeed(models.Model):
    """A secret address that one person has made for their calendar programme, of one thing.

    The address is signed from the person and the number, so the table does not hold it. One that was revoked stays as
    a row: its number is never given again, so it can never come to life.
    """

    class Scope(models.TextChoices):
        OWN = "own", _("All that you come to")
        EVENT = "event", _("An event, its programme and your meetings in it")
        THEME = "theme", _("Coming events of a theme")
        NETWORK = "network", _("Coming events of the whole network")
        CIRCLE = "circle", _("The calendar of a theme network")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    edition = models.PositiveIntegerField(help_text="the number of the address among the person's")
    scope = models.CharField(max_length=7, choices=Scope.choices, default=Scope.OWN)
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar_feeds")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar_feeds")
    circle_key = models.CharField(max_length=40, blank=True, help_text="whose circle: a key of `events.hooks`")
    circle_pk = models.PositiveBigIntegerField(null=True, blank=True, help_text="what its app knows the circle by")
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    fetched_with = models.CharField(max_length=60, blank=True, help_text="what the programme calls itself")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "edition"], name="events_calendarfeed_number_once"),
            models.CheckConstraint(
                condition=(
                    Q(scope="event", event__isnull=False, theme=None, circle_key="", circle_pk=None)
                    | Q(scope="theme", theme__isnull=False, event=None, circle_key="", circle_pk=None)
                    | Q(scope="circle", circle_pk__isnull=False, event=None, theme=None) & ~Q(circle_key="")
                    | Q(scope__in=["own", "network"], event=None, theme=None, circle_key="", circle_pk=None)
                ),
                name="events_calendarfeed_scope_has_its_thing",
            ),
            models.UniqueConstraint(
                F("user"),
                F("scope"),
                Coalesce(F("event"), 0),
                Coalesce(F("theme"), 0),
                F("circle_key"),
                Coalesce(F("circle_pk"), 0),
                condition=Q(revoked_at=None),
                name="events_calendarfeed_standing_once",
            ),
        ]
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.edition} ({self.scope})"

    @property
    def circle(self) -> hooks.Circle | None:
        return hooks.Circle(self.circle_key, self.circle_pk) if self.circle_pk is not None else None
