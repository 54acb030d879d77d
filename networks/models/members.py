"""Who belongs to a network: profiles, the people who take part for them, and every change with who, when and why."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from networks.models.network import Network


class MembershipQuerySet(models.QuerySet["Membership"]):
    def standing(self) -> MembershipQuerySet:
        """Those who belong: members, on leave or not."""
        return self.filter(state__in=Membership.STANDING)

    def of_user(self, user: Any) -> MembershipQuerySet:
        """Those of the profiles that the person represents."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(profile__representatives__user=user, profile__status=Profile.Status.PUBLISHED)


class Membership(models.Model):
    """A profile in a network. What may become of a state is in `rules.membership_states`."""

    class State(models.TextChoices):
        INVITED = "invited", pgettext_lazy("membership", "invited")
        APPLIED = "applied", pgettext_lazy("membership", "applied")
        MEMBER = "member", pgettext_lazy("membership", "member")
        ON_LEAVE = "on_leave", pgettext_lazy("membership", "on leave")
        LEFT = "left", pgettext_lazy("membership", "left")
        DECLINED = "declined", pgettext_lazy("membership", "declined")
        REMOVED = "removed", pgettext_lazy("membership", "removed")

    STANDING = (State.MEMBER, State.ON_LEAVE)

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="memberships")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="memberships")
    state = models.CharField(max_length=8, choices=State.choices)
    state_since = models.DateTimeField()
    member_since = models.DateTimeField(null=True, blank=True)
    period_ends = models.DateField(null=True, blank=True, help_text="the last day that it holds without renewal")
    renewal_asked_at = models.DateTimeField(null=True, blank=True, help_text="for the period that ends now")
    is_named = models.BooleanField(default=False, help_text="wants to be thanked by name in the yearly report")
    invoice_name = models.CharField(max_length=160, blank=True)
    invoice_address = models.CharField(max_length=300, blank=True)
    invoice_email = models.EmailField(blank=True)
    invoice_number = models.CharField(max_length=40, blank=True, help_text="address of electronic invoices")
    invoice_operator = models.CharField(max_length=40, blank=True)
    invoice_reference = models.CharField(max_length=120, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "profile"], name="networks_membership_once")]
        indexes = [
            models.Index(fields=["network", "state", "profile"], name="networks_membership_list"),
            models.Index(
                fields=["period_ends"],
                condition=Q(state__in=["member", "on_leave"], period_ends__isnull=False),
                name="networks_membership_ends",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.profile_id} @ {self.network_id} ({self.state})"

    @property
    def is_standing(self) -> bool:
        return self.state in self.STANDING


class SeatQuerySet(models.QuerySet["Seat"]):
    def held(self) -> SeatQuerySet:
        """Of those who still represent the member: whoever no longer does takes part no longer."""
        return self.filter(membership__profile__representatives__user=F("user"), user__is_active=True)


class Seat(models.Model):
    """A representative who takes part in the network for a member."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="network_seats")
    since = models.DateTimeField()

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "user"], name="networks_seat_once")]
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.membership_id}"


class MembershipChange(models.Model):
    """From what to what, when, by whom and why. Rows are added and never changed; `from_state` is empty at first."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="changes")
    from_state = models.CharField(max_length=8, choices=Membership.State.choices, blank=True)
    to_state = models.CharField(max_length=8, choices=Membership.State.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    why = models.CharField(max_length=400, blank=True, help_text="in a person's words")
    cause = models.CharField(max_length=20, blank=True, help_text="a key of `wording.CAUSES`, where no person said why")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.from_state} → {self.to_state}"
