"""Members whom the coordinator has introduced to each other."""

from __future__ import annotations

from django.db import models

from matching.models import Introduction
from networks.models.network import Network


class MemberIntroduction(models.Model):
    """That an introduction of two was made in a network, and why, in the coordinator's words. How the two answer is the
    introduction's own; three who are introduced are three pairs."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="introductions")
    introduction = models.OneToOneField(Introduction, on_delete=models.CASCADE, related_name="in_network")
    reason = models.CharField(max_length=600)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.network_id}: {self.introduction_id}"
