"""Members whom the coordinator keeps apart at the tables."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from networks.models.members import Membership
from networks.models.network import Network


class KeptApart(models.Model):
    """Two members who shall not share a table, by the coordinator's word. The smaller key is `one`, so that a pair is
    there once. The reason is for those who run the network; the two are never told."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="kept_apart")
    one = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=400)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="networks_keptapart_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="networks_keptapart_in_order"),
        ]
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.network_id}: {self.one_id} | {self.other_id}"
