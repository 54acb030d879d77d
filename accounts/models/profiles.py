"""Profiles: the public face of a party, and what is matched."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from accounts.models.roles import DECIDES
from core import places
from core.models import TimeStamped, in_language
from core.text import LANGUAGE_CHOICES
from themes.models import Theme


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Every list of profiles goes through `visible_to`; what is not asked for there is not shown."""

    def published(self) -> ProfileQuerySet:
        return self.filter(status=Profile.Status.PUBLISHED)

    def visible_to(self, user: Any) -> ProfileQuerySet:
        """Public ones for all; members' ones for those signed in; hidden ones for their own representatives; none
        across a block.
        """
        signed_in = getattr(user, "is_authenticated", False)
        open_to = [Profile.Visibility.PUBLIC, Profile.Visibility.MEMBERS] if signed_in else [Profile.Visibility.PUBLIC]
        seen = self.filter(Q(status=Profile.Status.PUBLISHED, visibility__in=open_to))
        if not signed_in:
            return seen
        own = self.model._default_manager.filter(representatives__user=user).values("pk")
        # Read from the few blocks of one's own: both ways in one condition would be asked of every profile there is.
        we_block = self.model._default_manager.filter(blocked_by__blocker__in=own).values("pk")
        block_us = self.model._default_manager.filter(blocks__blocked__in=own).values("pk")
        across = Q(pk__in=we_block) | Q(pk__in=block_us)
        return self.filter(Q(pk__in=own) | (Q(status=Profile.Status.PUBLISHED, visibility__in=open_to) & ~across))

    def represented_by(self, user: Any) -> ProfileQuerySet:
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(representatives__user=user).exclude(status=Profile.Status.TAKEN_DOWN)

    def decided_by(self, user: Any) -> ProfileQuerySet:
        """Those of which the person, and not a colleague, is an owner or an editor."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(representatives__user=user, representatives__role__in=DECIDES)

    def taught_by(self, user: Any) -> ProfileQuerySet:
        """Confirmed schools at which the person teaches: their owners and editors do."""
        return self.decided_by(user).published().confirmed().filter(kind=Profile.Kind.EDUCATION)

    def confirmed(self) -> ProfileQuerySet:
        """Those that may use the powers of their kind: of an official kind, those that a coordinator stands behind."""
        return self.filter(~Q(kind__in=Profile.OFFICIAL) | Q(confirmed_at__isnull=False))

    def waiting_for_confirmation(self) -> ProfileQuerySet:
        """Those of an official kind that a coordinator has not looked at."""
        claimed = self.published().filter(kind__in=Profile.OFFICIAL, claimed_at__isnull=False)
        return claimed.filter(confirmed_at=None, confirmation_refused_at=None)

    def spoken_for_by(self, user: Any) -> ProfileQuerySet:
        """Published ones that the user acts for, in the order in which they came to."""
        own = self.represented_by(user).filter(status=Profile.Status.PUBLISHED)
        return own.order_by("representatives__since", "pk").distinct()


class Profile(TimeStamped):  # type: ignore[django-manager-missing]  # ItemBase has no types, so its relation is unseen
    class Kind(models.TextChoices):
        COMPANY = "company", _("company")
        MUNICIPALITY = "municipality", _("municipality")
        ASSOCIATION = "association", _("association")
        EDUCATION = "education", _("school")
        RESEARCH = "research", _("research organisation")
        PUBLIC_BODY = "public_body", _("public body")
        STUDENT = "student", _("student")
        RESIDENT = "resident", _("resident")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        TAKEN_DOWN = "taken_down", _("taken down")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everyone on the web")
        MEMBERS = "members", _("Those who have signed in")
        HIDDEN = "hidden", _("Only our own representatives")

    class Size(models.TextChoices):
        ONE = "1", _("1 person")
        MICRO = "2-9", _("2–9 people")
        SMALL = "10-49", _("10–49 people")
        MEDIUM = "50-249", _("50–249 people")
        LARGE = "250+", _("250 people or more")

    PEOPLE = (Kind.STUDENT, Kind.RESIDENT)
    OFFICIAL = (Kind.MUNICIPALITY, Kind.EDUCATION, Kind.PUBLIC_BODY)
    """Kinds with powers over others: anybody can call themselves one, so a coordinator confirms each."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    slug = models.SlugField(max_length=120, unique=True)
    name_fi = models.CharField(max_length=160, blank=True)
    name_sv = models.CharField(max_length=160, blank=True)
    name_en = models.CharField(max_length=160, blank=True)
    business_id = models.CharField(max_length=9, blank=True, help_text=_("1234567-8"))
    business_id_checked_at = models.DateTimeField(null=True, blank=True)
    municipality = models.CharField(max_length=3, blank=True, db_index=True)
    industry = models.CharField(max_length=6, blank=True)
    industry_edition = models.CharField(max_length=4, blank=True, choices=[("2008", "TOL 2008"), ("2025", "TOL 2025")])
    size = models.CharField(max_length=6, blank=True, choices=Size.choices)
    website = models.URLField(blank=True)
    logo = models.ImageField(upload_to="logos/", blank=True)
    languages = models.JSONField(default=list, blank=True, help_text="languages spoken, codes")
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.MEMBERS)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT, db_index=True)
    published_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="empty: imported, and nobody represents it yet")
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="of an official kind: when a coordinator has stood behind what it says it is"
    )
    confirmation_refused_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="where an imported profile's facts come from")
    source_id = models.CharField(max_length=60, blank=True)
    school = models.CharField(max_length=160, blank=True)
    field_of_study = models.CharField(max_length=160, blank=True)
    study_year = models.PositiveSmallIntegerField(null=True, blank=True)
    wizard_step = models.CharField(max_length=20, blank=True, help_text="where the making of the profile was left")
    search_terms = models.TextField(
        blank=True, editable=False, help_text="lemmas of names, texts, themes and place, each between spaces"
    )
    search_names = models.TextField(blank=True, editable=False, help_text="those of the names alone, for the order")
    is_demo = models.BooleanField(default=False, editable=False)

    themes = TaggableManager(through="accounts.ProfileTheme", blank=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            # A draft reserves nothing: otherwise anyone could keep an organisation out by typing its number.
            models.UniqueConstraint(
                fields=["business_id"],
                condition=~Q(business_id="") & Q(status="published"),
                name="accounts_profile_business_id_once",
            ),
        ]
        indexes = [models.Index(fields=["status", "visibility", "kind"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("profile", kwargs={"slug": self.slug})

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def main_name(self) -> str:
        """The one that the business register is asked for; those in other languages need not be registered."""
        return self.name_fi or self.name_sv or self.name_en

    @property
    def is_claimed(self) -> bool:
        return self.claimed_at is not None

    @property
    def is_confirmed(self) -> bool:
        """Whether it may use the powers of its kind."""
        return self.kind not in self.OFFICIAL or self.confirmed_at is not None

    @property
    def is_person(self) -> bool:
        return self.kind in self.PEOPLE

    @property
    def place(self) -> str:
        return places.name(self.municipality)


class ProfileText(models.Model):
    """What a party does, offers or looks for, in its own words, and the language those words are in."""

    class Kind(models.TextChoices):
        DOES = "does", _("what we do")
        OFFERS = "offers", _("what we offer")
        SEEKS = "seeks", _("what we look for")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="texts")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    text = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "kind"], name="accounts_profiletext_kind_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:40]}"


class PastWork(models.Model):
    """A fact about what the party has done: a project's title and where that is known from."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="past_works")
    title = models.CharField(max_length=400)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="en")
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class ProfileTheme(ItemBase):
    """A theme on a profile (django-taggit's through model)."""

    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="profile_items")
    content_object = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="theme_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="accounts_profiletheme_once")]

    def __str__(self) -> str:
        return f"{self.content_object_id}: {self.tag_id}"
