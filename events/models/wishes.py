"""What participants wish of a round in private."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.registrations import Registration


class Wish(models.Model):
    """How gladly one would meet another in the event, in whichever of its rounds. Nobody else ever sees it, neither the
    other side nor the host; the solver weighs it, and two who wish for each other have agreed.
    """

    class Word(models.TextChoices):
        STAR = "star", _("Must meet")
        WOULD = "would", _("Would meet")
        RATHER_NOT = "rather_not", _("Rather not")

    GLAD = (Word.STAR, Word.WOULD)

    by = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="wishes_made")
    about = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="wishes_got")
    word = models.CharField(max_length=10, choices=Word.choices)
    said_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "wishes"
        constraints = [
            models.UniqueConstraint(fields=["by", "about"], name="events_wish_once"),
            models.CheckConstraint(condition=~Q(by=F("about")), name="events_wish_not_of_self"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.by_id} → {self.about_id}"
