"""Groups inside a network: about a narrower theme, or the steering group."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from networks.models.members import Membership
from networks.models.network import Network


class Group(models.Model):
    """Its chair is one of its members (services hold this); a steering group has a mandate and a term."""

    class Kind(models.TextChoices):
        THEMATIC = "thematic", _("Thematic group")
        STEERING = "steering", _("Steering group")

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.THEMATIC)
    name = models.CharField(max_length=120)
    mandate = models.CharField(max_length=600, blank=True, help_text="what it does, in the network's language")
    chair = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="chaired")
    term_ends = models.DateField(null=True, blank=True)
    term_asked_at = models.DateTimeField(null=True, blank=True, help_text="for the term that ends now")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "name"],
                condition=models.Q(ended_at__isnull=True),
                name="networks_group_name_once",
                violation_error_message=_("The network has a group of that name."),
            )
        ]
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("network_group", kwargs={"slug": self.network.slug, "pk": self.pk})

    @property
    def is_steering(self) -> bool:
        return self.kind == self.Kind.STEERING


class GroupMember(models.Model):
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="groups")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "membership"], name="networks_groupmember_once")]
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.group_id}"
