"""Tables that one party keeps for a whole round."""

from __future__ import annotations

from django.db import models

from events.models.registrations import Registration
from events.models.rounds import Round


class OwnTable(models.Model):
    """A table that one party keeps for the whole round, in a round in which one side sits and the other moves.

    `by_hand`: the host chose them; the others have the round's ticket, and lose the table with it.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="own_tables")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="own_tables")
    number = models.PositiveSmallIntegerField()
    by_hand = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "registration"], name="events_owntable_once"),
            models.UniqueConstraint(fields=["round", "number"], name="events_owntable_of_one"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.registration_id} at {self.number}"
