"""A thesis under way between a student, a company and a school's supervisor, and what belongs to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from studies.models.topics import Level, Topic


def private_storage() -> Storage:
    """Not under an address of its own: a view hands a file out to those whose it is."""
    return storages["private"]


class Side(models.TextChoices):
    STUDENT = "student", pgettext_lazy("side of a thesis", "Student")
    COMPANY = "company", pgettext_lazy("side of a thesis", "Company")
    SUPERVISOR = "supervisor", pgettext_lazy("side of a thesis", "Supervisor")


class ThesisQuerySet(models.QuerySet["Thesis"]):
    def ongoing(self) -> ThesisQuerySet:
        return self.filter(state__in=Thesis.ONGOING)

    def seen_by(self, user: Any) -> ThesisQuerySet:
        """Those of which the person is a party; nobody else has any."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        decides = Profile.objects.decided_by(user)
        own = decides.order_by().values("pk")
        return self.filter(Q(student__in=own) | Q(company__in=own) | Q(supervisor=user, school__in=own))

    def published(self) -> ThesisQuerySet:
        return self.filter(state=Thesis.State.PUBLISHED)


class Thesis(TimeStamped):
    class State(models.TextChoices):
        AGREEING = "agreeing", pgettext_lazy("thesis", "Agreement is being made")
        UNDERWAY = "underway", pgettext_lazy("thesis", "Under way")
        HANDED_IN = "handed_in", pgettext_lazy("thesis", "Handed in")
        FINISHED = "finished", pgettext_lazy("thesis", "Finished")
        EMBARGOED = "embargoed", pgettext_lazy("thesis", "Under embargo")
        PUBLISHED = "published", pgettext_lazy("thesis", "Published")
        BROKEN_OFF = "broken_off", pgettext_lazy("thesis", "Broken off")

    ONGOING = (State.AGREEING, State.UNDERWAY, State.HANDED_IN)
    DONE = (State.FINISHED, State.EMBARGOED, State.PUBLISHED)

    topic = models.ForeignKey(Topic, null=True, on_delete=models.SET_NULL, related_name="theses")
    student = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="theses_written")
    company = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="theses_given")
    school = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="theses_supervised")
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="supervised_theses"
    )
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, help_text="of the agreement and the work")
    level = models.CharField(max_length=10, choices=Level.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.AGREEING)
    state_since = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="finished or broken off")
    summary = models.TextField(blank=True, help_text="of what came of it, for everybody")
    embargo_until = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    is_minor = models.BooleanField(default=False)
    guardian_name = models.CharField(max_length=120, blank=True)
    guardian_contact = models.CharField(max_length=160, blank=True)
    shown_by_student = models.BooleanField(default=False)
    shown_by_company = models.BooleanField(default=False)
    erase_on = models.DateField(null=True, blank=True, help_text="when what is about the student goes")
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ThesisQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "theses"
        constraints = [
            models.UniqueConstraint(
                fields=["topic"],
                condition=Q(state__in=["agreeing", "underway", "handed_in"]),
                name="studies_thesis_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="embargoed") | Q(embargo_until__isnull=False),
                name="studies_thesis_embargo_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(is_minor=False) | Q(shown_by_student=False), name="studies_thesis_minor_is_not_shown"
            ),
        ]
        ordering = ["-state_since", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("thesis", kwargs={"pk": self.pk})

    @property
    def is_ongoing(self) -> bool:
        return self.state in self.ONGOING

    @property
    def is_done(self) -> bool:
        return self.state in self.DONE


class ThesisChange(models.Model):
    """One step of a thesis's life: what a person said of it, or the cause when no person did."""

    thesis = models.ForeignKey(Thesis, on_delete=models.CASCADE, related_name="changes")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    at = models.DateTimeField()
    side = models.CharField(max_length=10, choices=Side.choices, blank=True)
    why = models.CharField(max_length=600, blank=True)
    cause = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.thesis_id}: {self.from_state} → {self.to_state}"


class Milestone(models.Model):
    thesis = models.ForeignKey(Thesis, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=160)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    late_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="studies_milestone_due")]

    def __str__(self) -> str:
        return self.title


class ThesisFile(models.Model):
    """A draft or the final work. The newest final one is what is published."""

    class Kind(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("thesis file", "Draft")
        FINAL = "final", pgettext_lazy("thesis file", "Final work")

    thesis = models.ForeignKey(Thesis, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    file = models.FileField(storage=private_storage, upload_to="theses", max_length=200)
    name = models.CharField(max_length=160)
    format = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    note = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name


class ThesisFeedback(models.Model):
    """What one side says afterwards; the other two read it."""

    thesis = models.ForeignKey(Thesis, on_delete=models.CASCADE, related_name="feedback")
    side = models.CharField(max_length=10, choices=Side.choices)
    went_well = models.TextField(blank=True)
    to_better = models.TextField(blank=True)
    again = models.BooleanField(null=True, help_text="would do it again")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thesis", "side"], name="studies_feedback_once")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.thesis_id}: {self.side}"
