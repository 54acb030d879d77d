"""Reports to the coordinator, and blocks between profiles."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.profiles import Profile


class Report(models.Model):
    class Reason(models.TextChoices):
        WRONG = "wrong", _("The facts are wrong")
        NOT_REAL = "not_real", _("This is not who it says it is")
        HARMFUL = "harmful", _("It is harmful or spam")
        TAKE_DOWN = "take_down", _("It is about us, and we want it taken down")
        OTHER = "other", _("Something else")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    email = models.EmailField(blank=True)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.profile}: {self.reason}"


class Block(models.Model):
    """`blocker` sees nothing of `blocked`, and the other way round. Private: the blocked side is never told."""

    blocker = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="blocked_by")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="accounts_block_once"),
            models.CheckConstraint(condition=~models.Q(blocker=models.F("blocked")), name="accounts_block_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} × {self.blocked_id}"
