"""Seasons of internships and summer jobs: a host opens one, organisations add places, students apply with one form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core import places
from core.models import TimeStamped, in_language
from core.text import LANGUAGE_CHOICES, LANGUAGES, reader_language
from opportunities.models import Opportunity
from studies.models.market import OnMarket


class Age(models.TextChoices):
    """All that is asked of a student's age."""

    MINOR = "minor", _("15–17")
    ADULT = "adult", _("18 or over")


class Shown(models.TextChoices):
    """What an applicant of age can let the workplaces see of their own profile, hidden as it may be."""

    THEMES = "themes", _("Themes")
    DOES = "does", _("What I do")
    OFFERS = "offers", _("What I offer")
    SEEKS = "seeks", _("What I look for")


class SeasonQuerySet(models.QuerySet["Season"]):
    """Every list goes through `seen_by`; what is not asked for there is not shown."""

    def hosted_by(self, user: Any) -> SeasonQuerySet:
        hosts = Profile.objects.published().decided_by(user).filter(kind__in=Season.HOSTS)
        return self.filter(host__in=hosts.values("pk"))

    def seen_by(self, user: Any) -> SeasonQuerySet:
        """Those that are no draft, of hosts that the reader sees; a draft by its host's people."""
        seen = Q(host__in=Profile.objects.visible_to(user).values("pk")) & ~Q(state="draft")
        if not getattr(user, "is_authenticated", False):
            return self.filter(seen)
        return self.filter(seen | Q(pk__in=self.model._default_manager.hosted_by(user).values("pk")))

    def running(self, now: datetime) -> SeasonQuerySet:
        """Published and not over: neither ended by hand nor past its last moment."""
        return self.filter(state="public", answers_at__gt=now)


class Season(OnMarket, TimeStamped):
    """The days are the host's words; the moments beside them are what is asked: the first moment of the first day, and
    the first moment after the last, where the installation is. `kept`: its figures, when what they were counted from
    is gone."""

    class Kind(models.TextChoices):
        SUMMER_JOB = "summer_job", _("Summer jobs")
        INTERNSHIP = "internship", _("Internships")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("season", "Draft")
        PUBLIC = "public", pgettext_lazy("season", "Published")
        ENDED = "ended", pgettext_lazy("season", "Ended")

    class Phase(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("season", "Draft")
        BEFORE = "before", pgettext_lazy("season", "Not open yet")
        OPEN = "open", pgettext_lazy("season", "Open for applications")
        ANSWERING = "answering", pgettext_lazy("season", "Answers are being given")
        ENDED = "ended", pgettext_lazy("season", "Ended")

    HOSTS = (Profile.Kind.MUNICIPALITY, Profile.Kind.EDUCATION)

    host = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="seasons")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SUMMER_JOB)
    name_fi = models.CharField(max_length=120, blank=True)
    name_sv = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    lede_fi = models.CharField(max_length=600, blank=True)
    lede_sv = models.CharField(max_length=600, blank=True)
    lede_en = models.CharField(max_length=600, blank=True)
    slug = models.SlugField(max_length=80, unique=True, help_text="the campaign page's address")
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    opens_on = models.DateField()
    closes_on = models.DateField()
    answers_by = models.DateField()
    opens_at = models.DateTimeField(editable=False)
    closes_at = models.DateTimeField(editable=False)
    answers_at = models.DateTimeField(editable=False)
    works_from = models.DateField()
    works_until = models.DateField()
    ages = models.JSONField(default=list, help_text="of whom: values of Age")
    languages = models.JSONField(default=list, help_text="in which one can apply")
    most_wishes = models.PositiveSmallIntegerField(default=3)
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="on the market: its host looks for places",
    )  # fmt: skip
    made_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="made")
    creation_key = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="of answers that are still waited for")
    ended_at = models.DateTimeField(null=True, blank=True)
    kept = models.JSONField(default=dict, help_text="figures as they were at the end")
    forget_on = models.DateField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = SeasonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("closes_on"), closes_on__lte=F("answers_by"))
                & Q(works_from__lte=F("works_until")),
                name="studies_season_days_in_order",
            ),
            models.CheckConstraint(condition=Q(most_wishes__gte=1), name="studies_season_most_wishes"),
        ]
        indexes = [
            models.Index(fields=["answers_at"], condition=Q(state="public"), name="studies_season_due"),
            models.Index(fields=["forget_on"], condition=Q(forgotten_at=None), name="studies_season_forget"),
        ]
        ordering = ["-opens_on", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("season", kwargs={"slug": self.slug})

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def lede(self) -> str:
        return in_language(self, "lede")

    @property
    def name_language(self) -> str:
        return self._language_of("name")

    @property
    def lede_language(self) -> str:
        return self._language_of("lede")

    def _language_of(self, field: str) -> str:
        """In which `in_language` shows it to the reader."""
        return next((code for code in (reader_language(), *LANGUAGES) if getattr(self, f"{field}_{code}")), "")

    def phase(self, now: datetime) -> Season.Phase:
        if self.state == self.State.DRAFT:
            return self.Phase.DRAFT
        if self.state == self.State.ENDED or self.answers_at <= now:
            return self.Phase.ENDED
        if now < self.opens_at:
            return self.Phase.BEFORE
        return self.Phase.OPEN if now < self.closes_at else self.Phase.ANSWERING

    def is_running(self, now: datetime) -> bool:
        return self.phase(now) not in (self.Phase.DRAFT, self.Phase.ENDED)

    @property
    def takes_minors(self) -> bool:
        return Age.MINOR in self.ages


class SeasonPlaceQuerySet(models.QuerySet["SeasonPlace"]):
    def standing(self) -> SeasonPlaceQuerySet:
        """Accepted where it has to be, not withdrawn, and not taken down from the market by a coordinator."""
        found = self.filter(withdrawn_at=None, profile__status=Profile.Status.PUBLISHED)
        found = found.filter(Q(accepted_at__isnull=False) | Q(season__ages=[Age.ADULT]))
        return found.exclude(opportunity__state=Opportunity.State.TAKEN_DOWN)

    def seen_by(self, user: Any) -> SeasonPlaceQuerySet:
        return self.standing().filter(profile__in=Profile.objects.visible_to(user).values("pk"))


class SeasonPlace(OnMarket):
    """What an organisation has for a season; `seats` students fit. Where minors can apply, the season's host accepts it
    before anybody else sees it. While one can apply, it stands on the market as `opportunity`, which is kept here. One
    that is withdrawn stays, so that it can be told of."""

    class Field(models.TextChoices):
        COMMUNICATION = "communication", _("Communication and media")
        LANGUAGES = "languages", _("Languages and translating")
        CLIMATE = "climate", _("Climate and environment")
        OUTDOORS = "outdoors", _("Parks, farms and forests")
        OFFICE = "office", _("Office and computers")
        SERVICE = "service", _("Customers, shops and kitchens")
        CARE = "care", _("Children, care and sports")
        WORKSHOP = "workshop", _("Workshops, building and transport")
        OTHER = "other", _("Something else")

    class PayUnit(models.TextChoices):
        HOUR = "hour", _("an hour")
        WEEK = "week", _("a week")
        MONTH = "month", _("a month")
        WHOLE = "whole", _("for the whole time")

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="places")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="season_places")
    task = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, help_text="of task and text")
    field = models.CharField(max_length=13, choices=Field.choices, default=Field.OTHER)
    languages = models.JSONField(default=list, help_text="in any of which the work can be done")
    languages_required = models.BooleanField(default=False, help_text="who names none of them cannot apply")
    municipality = models.CharField(max_length=3, blank=True, help_text="empty: anywhere")
    seats = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField()
    pay = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True, help_text="euros; empty: unpaid")
    pay_unit = models.CharField(max_length=5, choices=PayUnit.choices, default=PayUnit.MONTH)
    lowest_age = models.PositiveSmallIntegerField(default=15)
    guardian_needed = models.BooleanField(default=False, help_text="of those under 18")
    opportunity = models.OneToOneField(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="on the market"
    )
    creation_key = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="by the season's host")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SeasonPlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="studies_season_place_weeks"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="studies_season_place_seats"),
            models.CheckConstraint(condition=Q(pay=None) | Q(pay__gte=0), name="studies_season_place_pay"),
        ]
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return self.task

    def get_absolute_url(self) -> str:
        return reverse("season_place", kwargs={"slug": self.season.slug, "pk": self.pk})

    @property
    def waits(self) -> bool:
        """For the host, who accepts what minors can apply for."""
        return self.accepted_at is None and self.season.takes_minors

    @property
    def where(self) -> str:
        return places.name(self.municipality)

    @property
    def weeks(self) -> tuple[int, int]:
        return self.starts_on.isocalendar().week, self.ends_on.isocalendar().week


class SeasonApplication(models.Model):
    """A student's one form, as the student gives it: no profile is made or linked, and of one's own profile is shown
    what one has chosen."""

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="applications")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="season_applications")
    name = models.CharField(max_length=80)
    contact = models.CharField(max_length=120)
    text = models.TextField()
    school = models.CharField(max_length=120, blank=True)
    programme = models.CharField(max_length=120, blank=True)
    languages = models.JSONField(default=list)
    age = models.CharField(max_length=5, choices=Age.choices)
    shown = models.JSONField(default=list, help_text="of the student's profile, to the places: values of Shown")
    guardian_name = models.CharField(max_length=80, blank=True)
    guardian_contact = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "user"], name="studies_season_application_once"),
            models.CheckConstraint(
                condition=Q(age="minor") | Q(guardian_name="", guardian_contact=""),
                name="studies_season_guardian_of_minors",
            ),
        ]
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_minor(self) -> bool:
        return self.age == Age.MINOR


class SeasonWish(models.Model):
    """A place that a student applied for; `rank` from 1 is the student's own and no company sees it."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("season wish", "Waits for an answer")
        OFFERED = "offered", pgettext_lazy("season wish", "The place is offered")
        ACCEPTED = "accepted", pgettext_lazy("season wish", "The place is taken")
        DECLINED = "declined", pgettext_lazy("season wish", "Somebody else was chosen")
        TURNED_DOWN = "turned", pgettext_lazy("season wish", "Turned down by the student")
        FREED = "freed", pgettext_lazy("season wish", "The student took another place")
        GONE = "gone", pgettext_lazy("season wish", "The place was withdrawn")
        PASSED = "passed", pgettext_lazy("season wish", "The season ended before an answer came")
        LAPSED = "lapsed", pgettext_lazy("season wish", "The offer was not taken in time")

    OPEN = (State.SENT, State.OFFERED)

    application = models.ForeignKey(SeasonApplication, on_delete=models.CASCADE, related_name="wishes")
    place = models.ForeignKey(SeasonPlace, on_delete=models.CASCADE, related_name="wishes")
    rank = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENT)
    state_since = models.DateTimeField()
    age_said = models.BooleanField(
        default=False, help_text="one under 18 says: I have reached the place's lowest age when the work begins"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "place"], name="studies_season_wish_once"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="accepted"), name="studies_season_one_accepted"
            ),
        ]
        indexes = [models.Index(fields=["place", "state"], name="studies_season_wish_place")]
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        return f"{self.application_id} → {self.place_id}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
