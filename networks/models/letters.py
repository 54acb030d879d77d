"""Letters by which organisations are invited to a network, and reminded of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import pgettext_lazy

from accounts.models import ClaimLink
from core.text import LANGUAGE_CHOICES
from networks.models.members import Membership, MembershipChange


class LetterQuerySet(models.QuerySet["Letter"]):
    def to_mail(self) -> LetterQuerySet:
        """Those that have not left: of an invitation that still waits, in a network that runs."""
        waits = self.filter(membership__state=Membership.State.INVITED, membership__network__state="running")
        return waits.filter(mailed_at=None, returned_at=None).exclude(sent_to="")

    def with_answer(self) -> LetterQuerySet:
        """With `answer`, what the invitation led to first (empty: nothing yet), and `answer_why`."""
        first = MembershipChange.objects.filter(
            membership=OuterRef("membership"), from_state=Membership.State.INVITED, at__gte=OuterRef("asked_at")
        ).order_by("at", "pk")
        return self.annotate(
            answer=Subquery(first.values("to_state")[:1]), answer_why=Subquery(first.values("why")[:1])
        )


class Letter(models.Model):
    """One letter to one organisation, in its words as they were sent. An invitation has one, and one reminder at most.

    To an organisation that nobody represents it is mailed, with a link by which its page is claimed; to others a
    notice carries it, so that each person's own choice of mail holds, and `sent_to` is empty.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", pgettext_lazy("letter", "invitation")
        REMINDER = "reminder", pgettext_lazy("letter", "reminder")

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.INVITATION)
    asked_at = models.DateTimeField(help_text="when the invitation began that the letter is of")
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    subject = models.CharField(max_length=160)
    text = models.TextField()
    sent_to = models.EmailField(blank=True)
    claim_link = models.ForeignKey(ClaimLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True, help_text="when it came back: the address took no mail")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="when its page was opened first")

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "asked_at", "kind"], name="networks_letter_once"),
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(mailed_at__isnull=True, returned_at__isnull=True),
                name="networks_letter_waiting",
            )
        ]
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.membership_id}"

    @property
    def is_of_now(self) -> bool:
        """Whether the invitation that it is of still waits for an answer."""
        one: Any = self.membership
        return bool(one.state == Membership.State.INVITED and one.state_since == self.asked_at)
