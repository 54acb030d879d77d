"""A planned purchase of a municipality: a need whose questions and answers are public, and what was added when."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Profile
from core.text import LANGUAGE_CHOICES
from opportunities.models.opportunities import Opportunity


class Purchase(models.Model):
    """The market dialogue of an opportunity of kind PURCHASE. Whoever reads it learns the same as everybody else."""

    opportunity = models.OneToOneField(Opportunity, on_delete=models.CASCADE, related_name="purchase")
    timetable = models.CharField(max_length=400, help_text="when the purchase is planned, in the writer's words")
    questions_until = models.DateTimeField(help_text="from this moment nobody asks any more")
    notice_url = models.URLField(max_length=500, blank=True, help_text="the official notice")
    event = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="a market dialogue event, by its number: events stand above this app"
    )
    reminded = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="days after the end of questions of the last reminder that some wait"
    )

    class Meta:
        indexes = [models.Index(fields=["event"]), models.Index(fields=["questions_until"])]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.questions_until}"

    def takes_questions(self, now: datetime) -> bool:
        return self.opportunity.is_open(now) and now < self.questions_until


class PurchaseQuestion(models.Model):
    """Asked in writing. Who asked is kept to tell them of the answer, and is shown to nobody, the buyer included."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ANSWERED = "answered"
        DECLINED = "declined"

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.TextField(blank=True, help_text="the reason instead, of one that was declined")
    answer_language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    creation_key = models.CharField(
        max_length=40, null=True, blank=True, unique=True, editable=False, help_text="one form asks once"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None, answer="")
                | ~Q(state="waiting") & Q(answered_at__isnull=False) & ~Q(answer=""),
                name="opportunities_question_has_its_answer",
            )
        ]
        indexes = [models.Index(fields=["purchase", "state", "answered_at"])]
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        """Where its buyer answers it."""
        return reverse("purchase_question", kwargs={"pk": self.purchase.opportunity_id, "question": self.pk})

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class PurchaseEntry(models.Model):
    """Something that was added or changed after the purchase was published. Nothing of it is ever changed or removed.

    `changes` are those of a change: [{"field": …, "before": …, "after": …}], as the texts were, or as file names."""

    class Kind(models.TextChoices):
        INFORMATION = "information"
        CHANGE = "change"
        CORRECTION = "correction"

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    question = models.ForeignKey(
        PurchaseQuestion, null=True, blank=True, on_delete=models.CASCADE, related_name="corrections"
    )
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, blank=True)
    changes = models.JSONField(default=list)
    at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    creation_key = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="correction", question__isnull=False) | ~Q(kind="correction") & Q(question=None),
                name="opportunities_correction_is_of_a_question",
            )
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.purchase_id}: {self.kind} {self.at}"


class PurchaseFollower(models.Model):
    """A person who is told of answers and additions: asked, or pressed *follow*. Shown to nobody else."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purchase", "user"], name="opportunities_follower_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.purchase_id}"
