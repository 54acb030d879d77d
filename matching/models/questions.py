"""What somebody asks of the matcher, and what it answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile


class QuestionQuerySet(models.QuerySet["Question"]):
    def waiting(self) -> QuestionQuerySet:
        return self.filter(answered_at=None, failed=False, removed_at=None)

    def free(self, now: datetime) -> QuestionQuerySet:
        """Those that no worker is at, or whose worker has died."""
        return self.waiting().filter(Q(leased_until=None) | Q(leased_until__lt=now))

    def of(self, user: Any) -> QuestionQuerySet:
        """Newest first. Nobody sees another's."""
        return self.filter(by=user, removed_at=None).order_by("-asked_at", "-pk")


class Question(models.Model):
    """A page that needs the index asks for it here, for only workers hold the index; the row is the fact, and the task
    that is woken only looks at it.

    What `data` and `answer` hold is the kind's own matter. `profile` is for whom it is asked, if for anybody. A removed
    one is emptied at once, and its row goes when it counts no more against the asker's limit.
    """

    class Kind(models.TextChoices):
        NEED = "need", _("What somebody looks for")
        EXPERIMENT = "experiment", _("Two ways to make a list")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    answer = models.JSONField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    failed = models.BooleanField(default=False)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["by", "-asked_at"]),
            models.Index(fields=["asked_at"], name="matching_question_age"),
            models.Index(
                fields=["leased_until"],
                condition=Q(answered_at=None, failed=False, removed_at=None),
                name="matching_question_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind}"

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None and not self.failed
