"""Asking to become a member: an application, the decision on each criterion, and an appeal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from core.text import LANGUAGE_CHOICES
from networks.models.members import Membership
from networks.models.network import Criterion


class Application(models.Model):
    """One asking. A membership has at most one that waits (a constraint holds this)."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("application", "waiting")
        ACCEPTED = "accepted", pgettext_lazy("application", "accepted")
        DECLINED = "declined", pgettext_lazy("application", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="applications")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(state="waiting"), name="networks_application_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"]) | Q(decided_at__isnull=False),
                name="networks_application_decided_when",
            ),
        ]
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.state}"


class CriterionAnswer(models.Model):
    """How an applicant shows a criterion, and what the coordinator decides of it, with a reason."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers")
    shown = models.TextField()
    is_met = models.BooleanField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="networks_criterionanswer_once"),
            models.CheckConstraint(
                condition=Q(is_met__isnull=True) | ~Q(reason=""), name="networks_criterionanswer_has_reason"
            ),
        ]
        ordering = ["criterion_id"]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.criterion_id} {self.is_met}"


class Appeal(models.Model):
    """Against a declined application. Answered by somebody else than the one who decided it (services hold this)."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="appeal")
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_upheld = models.BooleanField(null=True, blank=True)
    reason = models.CharField(max_length=600, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_upheld__isnull=True, answered_at__isnull=True)
                | Q(is_upheld__isnull=False, answered_at__isnull=False),
                name="networks_appeal_answered_when",
            )
        ]
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.is_upheld}"
