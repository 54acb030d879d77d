"""Who acts for a profile, and how one comes to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import roles
from accounts.models.profiles import Profile


class Representative(models.Model):
    """A user acting for a profile. A claimed profile always has at least one owner (services hold this)."""

    Role = roles.Role
    DECIDES = roles.DECIDES

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="representatives")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="representations")
    role = models.CharField(max_length=6, choices=roles.Role.choices, default=roles.Role.MEMBER)
    title = models.CharField(_("title"), max_length=120, blank=True)
    shown = models.BooleanField(_("name shown on the profile"), default=False)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "user"], name="accounts_representative_once")]
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.user} · {self.profile} ({self.role})"


class Invitation(models.Model):
    """An invitation by e-mail to represent a profile. Its link is the signed number of the row: the row says whether
    it still holds.
    """

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=6, choices=Representative.Role.choices, default=Representative.Role.EDITOR)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="accounts_invitation_open_once",
            )
        ]
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return f"{self.email} · {self.profile}"


class ClaimLink(models.Model):
    """A link that lets whoever got it claim an unclaimed profile, once. Like an invitation's, it is the row's signed
    number.
    """

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="claim_links")
    sent_to = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="fi")
    mailed_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.profile} ({self.made_at:%Y-%m-%d})"


class TakeoverRequest(models.Model):
    """Someone says that a profile is theirs to represent; a coordinator decides. Claims that no rule settles come here
    too.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="takeover_requests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="takeover_requests")
    reason = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "by"], condition=Q(state="open"), name="accounts_takeover_open_once"
            )
        ]
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.by} → {self.profile} ({self.state})"
