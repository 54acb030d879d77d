"""Feeds of others (funders, advisers, programmes) and what came from them, to be looked at by a coordinator."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from opportunities.feeds.entries import LONGEST_LINK
from opportunities.models.opportunities import Opportunity
from themes.models import ThemedItem

KEPT = timedelta(days=60)
"""How long an entry waits to be looked at; and one that was published longer ago is not taken in."""


class Feed(TimeStamped):  # type: ignore[django-manager-missing]  # ItemBase has no types, so its relation is unseen
    """An address that is read about once an hour, and what holds of all that comes from it. A row says when it is due
    next; one that cannot be read says since when and why."""

    class Problem(models.TextChoices):
        ADDRESS = "address", _("The address sends us on to an address that cannot be read.")
        PRIVATE = "private", _("Its address leads into a closed network.")
        SILENT = "silent", _("The address does not answer, or answers too slowly.")
        REFUSED = "refused", _("The address answers, but does not give the feed to us.")
        LARGE = "large", _("The feed is larger than a feed should be.")
        PAGE = "page", _("A web page stands there, not a feed. Look on that page for the address of its feed.")
        UNSAFE = "unsafe", _("The feed holds declarations that could do harm, so it was not read.")
        BROKEN = "broken", _("The feed is broken: its markup cannot be read.")
        OTHER = "other", _("What stands there is no feed or calendar.")

    name = models.CharField(max_length=120, help_text="of the source, as it is shown")
    address = models.CharField(max_length=500, unique=True)
    kind = models.CharField(max_length=11, choices=Opportunity.Kind.choices, default=Opportunity.Kind.FUNDING)
    visibility = models.CharField(
        max_length=7, choices=Opportunity.Visibility.choices, default=Opportunity.Visibility.PUBLIC
    )
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, blank=True, help_text="empty: told by the text")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_at = models.DateTimeField(help_text="when it is read next")
    read_at = models.DateTimeField(null=True, blank=True, help_text="when it could last be read")
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="one after the other")
    problem = models.CharField(max_length=8, choices=Problem.choices, blank=True)
    left_out = models.PositiveIntegerField(default=0, help_text="entries beyond those that are looked at")
    version = models.PositiveIntegerField(default=0, help_text="rises with every change, so that a stale form is known")
    etag = models.CharField(
        max_length=200, blank=True, editable=False, help_text="of what was read last, if all of it was taken in"
    )
    last_modified = models.CharField(max_length=60, blank=True, editable=False)

    themes = TaggableManager(through="opportunities.FeedTheme", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(problem="", failures=0, failing_since=None)
                | ~Q(problem="") & Q(failures__gt=0, failing_since__isnull=False),
                name="opportunities_failing_feed_says_why",
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="opportunities_feed_due")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class FeedTheme(ThemedItem):
    """Whom a feed's entries suit."""

    content_object = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="theme_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="opportunities_feed_theme_once")]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag_id}"


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def waiting(self, now: datetime) -> CandidateQuerySet:
        """Not looked at, its deadline not past and not old: the only ones that are shown."""
        today = timezone.localdate(now, timezone.get_default_timezone())
        return self.filter(state=Candidate.State.WAITS, found_at__gt=now - KEPT).filter(
            Q(deadline=None) | Q(deadline__gte=today)
        )


class Candidate(models.Model):
    """An entry of a feed. It waits until a coordinator takes it or passes it, or until it goes by itself. The row stays
    without its words for as long as the feed tells of it, so that it does not come again."""

    class State(models.TextChoices):
        WAITS = "waits", _("Waits")
        TAKEN = "taken", _("Taken")
        PASSED = "passed", _("Passed")
        GONE = "gone", _("Gone by itself")

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="candidates")
    key = models.CharField(max_length=64, help_text="of its guid, UID or link: once a feed")
    twin = models.CharField(
        max_length=64, null=True, blank=True, unique=True, help_text="of its link and title: once in all feeds"
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.WAITS)
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=LONGEST_LINK, blank=True)
    published = models.DateTimeField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when the feed last told of it")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="what was made of it"
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "key"], name="opportunities_candidate_once"),
            models.CheckConstraint(
                condition=Q(state="waits", decided_at=None) | ~Q(state="waits") & Q(decided_at__isnull=False),
                name="opportunities_candidate_decided_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["-found_at", "-id"], condition=Q(state="waits"), name="opportunities_waiting"),
            models.Index(fields=["seen_at"], name="opportunities_seen"),
        ]
        ordering = ["-found_at", "-pk"]

    def __str__(self) -> str:
        return self.title
