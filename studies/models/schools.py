"""A school's own page for those who would work with it: programmes, people, terms, and which weeks suit what."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from studies.models.topics import Level


class Work(models.TextChoices):
    """What a school and a company do together."""

    THESIS = "thesis", _("Thesis")
    COURSE = "course", _("Course project")
    INTERNSHIP = "internship", _("Internship")
    SUMMER_JOB = "summer_job", _("Summer job")
    VISIT = "visit", pgettext_lazy("to a school or to a company", "Visit")


class SchoolPage(TimeStamped):
    """Its rows are saved together: `version` tells one who has an old form from one who has not."""

    school = models.OneToOneField(Profile, on_delete=models.CASCADE, related_name="school_page")
    text = models.TextField(blank=True, help_text="to companies: how work is begun")
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, help_text="of all that is written on it")
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")

    def __str__(self) -> str:
        return f"{self.school_id}"


class Programme(models.Model):
    page = models.ForeignKey(SchoolPage, on_delete=models.CASCADE, related_name="programmes")
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=10, choices=Level.choices)
    website = models.URLField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ContactPerson(models.Model):
    """Whom to ask of what. Shown to those to whom the school's profile shows its contact details."""

    page = models.ForeignKey(SchoolPage, on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=120)
    about = models.CharField(max_length=160, blank=True, help_text="theses in wood technology")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "contact people"
        constraints = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="studies_contact_can_be_reached")
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    page = models.ForeignKey(SchoolPage, on_delete=models.CASCADE, related_name="terms")
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="studies_term_ends_after_it_begins")
        ]
        ordering = ["starts_on", "pk"]

    def __str__(self) -> str:
        return self.name


class SuitableWeeks(models.Model):
    """When a kind of work suits, by ISO weeks, every year; `last` below `first` goes over the New Year."""

    page = models.ForeignKey(SchoolPage, on_delete=models.CASCADE, related_name="weeks")
    kind = models.CharField(max_length=10, choices=Work.choices)
    first = models.PositiveSmallIntegerField()
    last = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name_plural = "suitable weeks"
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gte=1, first__lte=53, last__gte=1, last__lte=53), name="studies_weeks_are_weeks"
            )
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.first}–{self.last}"
