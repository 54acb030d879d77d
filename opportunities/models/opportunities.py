"""Offers and needs with an end date, and who answered them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from accounts.models import Profile
from conversations.models import Conversation
from core import modules, places
from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from matching.models import Question
from themes.models import Theme


def private_storage() -> Storage:
    """Not under an address of its own: a view hands a file out to those who may see the opportunity."""
    return storages["private"]


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    """Every list goes through `seen_by`; what is not asked for there is not shown."""

    def open(self, now: datetime) -> OpportunityQuerySet:
        """Published, not closed, and not past its last moment: the only ones that are shown, matched, counted, mailed
        or found. What an app keeps that is switched off is not there: it could be applied for nowhere."""
        found = self.filter(state=Opportunity.State.OPEN, closes_at__gt=now)
        for app in modules.off():
            found = found.exclude(kept_by__startswith=f"{app}.")
        return found

    def not_kept(self) -> OpportunityQuerySet:
        """Those that are changed, renewed and closed on the market's own pages."""
        return self.filter(kept_by="")

    def seen_by(self, user: Any, now: datetime) -> OpportunityQuerySet:
        """Open ones of profiles that the user sees; members' ones for those signed in. One's own are not added here:
        `of` lists them in every state."""
        return self.open(now).shown_to(user)

    def shown_to(self, user: Any) -> OpportunityQuerySet:
        """Of published profiles that the user sees, as far as the opportunity's own visibility goes; its state and its
        end are not asked here."""
        # No database may begin with the profiles: it would read and sort every row there is to show the newest few.
        seen = Profile.objects.published().visible_to(user)
        if not getattr(user, "is_authenticated", False):
            public = self.filter(visibility=Opportunity.Visibility.PUBLIC)
            return public.filter(Exists(seen.filter(pk=OuterRef("profile"))))
        # Of a sum SQLite has no index, and PostgreSQL joins nothing for an OR. One's own are among those seen anyway.
        own = Profile.objects.published().represented_by(user)
        numbered = self.alias(owner=ExpressionWrapper(F("profile") + 0, output_field=models.BigIntegerField()))
        return numbered.filter(Q(owner__in=seen.values("pk")) | Q(owner__in=own.values("pk")))

    def unsettled(self, now: datetime) -> OpportunityQuerySet:
        """Ended by themselves: nobody has said what came of them."""
        return self.filter(state=Opportunity.State.OPEN, closes_at__lte=now)

    def of(self, profile: Profile) -> OpportunityQuerySet:
        return self.filter(profile=profile)


class Opportunity(TimeStamped):  # type: ignore[django-manager-missing]  # ItemBase has no types, so its relation is unseen
    """An offer or a need of a profile. It ends by itself at `closes_at`, the first moment of the day after `last_day`
    where the installation is; it is not in state CLOSED then, as nobody has said what came of it."""

    class Direction(models.TextChoices):
        OFFER = "offer", _("We offer")
        NEED = "need", _("We need")

    class Kind(models.TextChoices):
        PARTNER = "partner", _("Partner")
        SUBCONTRACT = "subcontract", _("Subcontract")
        CONSORTIUM = "consortium", _("Partner for a project")
        PILOT = "pilot", _("Pilot site")
        EXPERTISE = "expertise", _("Expertise")
        PREMISES = "premises", _("Premises or equipment")
        SIDE_STREAM = "side_stream", _("Side stream of material")
        FUNDING = "funding", _("Funding")
        THESIS = "thesis", _("Thesis")
        COURSE_PROJECT = "course", _("Course project")
        INTERNSHIP = "internship", _("Internship")
        SUMMER_JOB = "summer_job", _("Summer job")
        PURCHASE = "purchase", _("Planned purchase")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        TAKEN_DOWN = "taken_down", _("Taken down")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everyone on the web")
        MEMBERS = "members", _("Those who have signed in")

    class Outcome(models.TextChoices):
        HERE = "here", _("Found here")
        ELSEWHERE = "elsewhere", _("Found elsewhere")
        NOT_NEEDED = "not_needed", _("Not needed any more")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="opportunities")
    direction = models.CharField(max_length=5, choices=Direction.choices)
    kind = models.CharField(max_length=11, choices=Kind.choices)
    title = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    municipality = models.CharField(max_length=3, blank=True, help_text="where it is; empty: anywhere")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    reward = models.CharField(max_length=120, blank=True, help_text="in the writer's words")
    pay = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True, help_text="euros a month")
    source = models.CharField(max_length=120, blank=True, help_text="who offers it, when that is somebody else")
    source_url = models.CharField(max_length=1000, blank=True, help_text="its page at the source")
    visibility = models.CharField(max_length=7, choices=Visibility.choices, default=Visibility.PUBLIC)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    last_day = models.DateField()
    closes_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="days before the end of the last reminder; renewal empties it"
    )
    ended_told_at = models.DateTimeField(null=True, blank=True, help_text="when it was asked what came of it")
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="when those were told whose saved search it answers"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    found = models.ForeignKey(
        Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="with whom it was found"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="who of the profile answers; empty: whoever does",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    kept_by = models.CharField(
        max_length=40, blank=True, help_text="whose thing it is (`opportunities.hooks.on_kept`); empty: its own"
    )
    is_known = models.BooleanField(default=False, help_text="put on the market again: nobody is told anew")
    taken_down_why = models.CharField(max_length=400, blank=True, help_text="told to its own people")
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="whom it would suit"
    )
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")
    search_terms = models.TextField(blank=True, editable=False)
    creation_key = models.CharField(
        max_length=40, null=True, blank=True, unique=True, editable=False, help_text="one form makes one"
    )

    themes = TaggableManager(through="opportunities.OpportunityTheme", blank=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "opportunities"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="opportunities_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at=None, outcome=""),
                name="opportunities_closed_says_when",
            ),
            models.CheckConstraint(condition=~Q(source="") | Q(source_url=""), name="opportunities_source_has_a_name"),
            models.CheckConstraint(condition=Q(pay=None) | Q(pay__gte=0), name="opportunities_pay_is_not_negative"),
        ]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="opportunities_open"),
            models.Index(
                # The order of the market and what it is narrowed by: a row that does not fit is not read.
                fields=[
                    "-published_at",
                    "-id",
                    "closes_at",
                    "visibility",
                    "profile",
                    "direction",
                    "kind",
                    "municipality",
                ],
                condition=Q(state="open"),
                name="opportunities_newest",
            ),
            models.Index(fields=["published_at"], condition=Q(state="open", told_at=None), name="opportunities_untold"),
            models.Index(fields=["profile", "state"]),
        ]
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("opportunity", kwargs={"pk": self.pk})

    def is_open(self, now: datetime) -> bool:
        """The same of one as `OpportunityQuerySet.open` of many."""
        return self.state == self.State.OPEN and self.closes_at > now and not self.is_away

    @property
    def is_away(self) -> bool:
        """The app that keeps it is switched off."""
        return bool(self.kept_by) and not modules.is_on(self.kept_by)

    def has_ended(self, now: datetime) -> bool:
        """By itself: it waits for a word of what came of it."""
        return self.state == self.State.OPEN and self.closes_at <= now

    @property
    def is_need(self) -> bool:
        return self.direction == self.Direction.NEED

    @property
    def is_purchase(self) -> bool:
        """It has a market dialogue (`Purchase`): it is asked and answered in public alone."""
        return self.kind == self.Kind.PURCHASE

    @property
    def place(self) -> str:
        return places.name(self.municipality)


class OpportunityTheme(ItemBase):
    """A theme on an opportunity (django-taggit's through model)."""

    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="opportunity_items")
    content_object = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="theme_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="opportunities_theme_once")]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag_id}"


class OpportunityFile(models.Model):
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(storage=private_storage, upload_to="opportunities", max_length=200)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """A profile answered an opportunity: a conversation has it at its head. Once a profile; more is written there."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="answers")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "profile"], name="opportunities_answer_once")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.profile_id} → {self.opportunity_id}"
