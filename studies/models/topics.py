"""Topics of theses, and who applied for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from accounts.models import Profile, Representative
from core import places
from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from opportunities.models import Opportunity
from studies.models.market import OnMarket
from themes.models import Theme


class Level(models.TextChoices):
    VOCATIONAL = "vocational", _("Vocational")
    APPLIED = "applied", _("University of applied sciences")
    BACHELOR = "bachelor", _("Bachelor's")
    MASTER = "master", _("Master's")


class TopicQuerySet(models.QuerySet["Topic"]):
    """Every list goes through `seen_by`; what is not asked for there is not shown."""

    def open(self, now: datetime) -> TopicQuerySet:
        return self.filter(state=Topic.State.OPEN, closes_at__gt=now)

    def seen_by(self, user: Any, now: datetime) -> TopicQuerySet:
        """Open ones: a company's as its profile is seen, a student's by all, for the student is not named in them;
        none across a block."""
        seen = Profile.objects.visible_to(user).values("pk")
        found = self.open(now).filter(Q(profile__in=seen) | Q(profile__kind__in=Profile.PEOPLE))
        if not getattr(user, "is_authenticated", False):
            return found
        own = Profile.objects.filter(representatives__user=user).values("pk")
        across = Profile.objects.filter(Q(blocks__blocked__in=own) | Q(blocked_by__blocker__in=own)).values("pk")
        return found.exclude(profile__in=across)

    def of_user(self, user: Any) -> TopicQuerySet:
        """Those of the profiles that the user may write for, in every state."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        decides = {"profile__representatives__user": user, "profile__representatives__role__in": Representative.DECIDES}
        return self.filter(**decides)


class Topic(OnMarket, TimeStamped):  # type: ignore[django-manager-missing]  # ItemBase has no types, so its relation is unseen
    """What a thesis could be about, offered by a company or by a student. It ends by itself at `closes_at`, the first
    moment of the day after `last_day` where the installation is."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("topic", "Draft")
        WAITING = "waiting", pgettext_lazy("topic", "Waits for the school")
        CHANGES = "changes", pgettext_lazy("topic", "The school asks for a change")
        DECLINED = "declined", pgettext_lazy("topic", "Not fit for a thesis")
        OPEN = "open", pgettext_lazy("topic", "Open")
        TAKEN = "taken", pgettext_lazy("topic", "Taken")
        CLOSED = "closed", pgettext_lazy("topic", "Closed")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="topics")
    school = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="topics_asked")
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="who of the school looked at it",
    )  # fmt: skip
    title = models.CharField(max_length=120)
    text = models.TextField(help_text="made of the answers")
    answers = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    work_language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    level = models.CharField(max_length=10, choices=Level.choices)
    municipality = models.CharField(max_length=3, blank=True, help_text="where it is; empty: anywhere")
    pay = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True, help_text="euros for the whole")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    state_since = models.DateTimeField()
    checks = models.JSONField(
        default=dict, help_text="what the supervisor saw: {scope, level, ethics, data: {fits, note}}"
    )
    said = models.CharField(max_length=600, blank=True, help_text="the supervisor's word to whoever offers")
    last_day = models.DateField()
    closes_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="when those whose theme it is were told; once, however often it opens"
    )
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="on the market"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")
    search_terms = models.TextField(blank=True, editable=False)
    creation_key = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    themes = TaggableManager(through="studies.TopicTheme", blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pay=None) | Q(pay__gte=0), name="studies_topic_pay_is_not_negative")
        ]
        indexes = [
            models.Index(fields=["-published_at", "closes_at"], condition=Q(state="open"), name="studies_topic_newest"),
            models.Index(fields=["closes_at"], condition=Q(state="open", told_at=None), name="studies_topic_untold"),
        ]
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("topic", kwargs={"pk": self.pk})

    def is_open(self, now: datetime) -> bool:
        return self.state == self.State.OPEN and self.closes_at > now

    @property
    def is_by_student(self) -> bool:
        return self.profile.is_person

    @property
    def place(self) -> str:
        return places.name(self.municipality)


class TopicTheme(ItemBase):
    """A theme on a topic (django-taggit's through model)."""

    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="topic_items")
    content_object = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="theme_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="studies_topic_theme_once")]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag_id}"


class TopicApplication(models.Model):
    """A student applied for a company's topic, or a company answered a student's."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("topic application", "Sent")
        CHOSEN = "chosen", pgettext_lazy("topic application", "Chosen")
        PASSED = "passed", pgettext_lazy("topic application", "Not chosen")
        WITHDRAWN = "withdrawn", pgettext_lazy("topic application", "Taken back")

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="applications")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="topic_applications")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    is_minor = models.BooleanField(default=False, help_text="the student says so")
    state = models.CharField(max_length=9, choices=State.choices, default=State.SENT)
    state_since = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "profile"], name="studies_application_once"),
            models.UniqueConstraint(
                fields=["topic"], condition=Q(state="chosen"), name="studies_application_one_is_chosen"
            ),
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.profile_id} → {self.topic_id}"
