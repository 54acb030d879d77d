"""How the matcher is tuned here: what was chosen, and what was learnt from answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.engine.weights import DEFAULT_POINT, MOST_ATTENTION


class TuningQuerySet(models.QuerySet["Tuning"]):
    def newest_first(self) -> TuningQuerySet:
        return self.order_by("-pk")

    def learnt(self) -> TuningQuerySet:
        return self.filter(how=Tuning.How.LEARNT)


class Tuning(models.Model):
    """Rows are only ever added: the newest is in force, and without one all is as the product came.

    `factors` are what parts of a score weigh, so many times what the weights file says, by `engine.weights.Part`. Where
    the installation learnt by itself there is no `by`; `figures` say from what, and `answers_until` how far answers
    have been learnt from: no two rows learn from the same. `restores` is the earlier row that a restored one is like;
    without it all is again as the product came.
    """

    class Point(models.TextChoices):
        SPREAD = "spread", _("Spread")
        ACCURACY = "accuracy", _("Accuracy")

    class How(models.TextChoices):
        CHOSEN = "chosen", _("Chosen")
        LEARNT = "learnt", _("Learnt from answers")
        RESTORED = "restored", _("Brought back")

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    how = models.CharField(max_length=8, choices=How.choices)
    point = models.CharField(max_length=8, choices=Point.choices, default=DEFAULT_POINT)
    attention = models.FloatField(default=1.0)
    factors = models.JSONField(default=dict, blank=True)
    learns = models.BooleanField(default=True)
    why = models.CharField(max_length=200, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    answers_until = models.DateTimeField(null=True, blank=True, unique=True)
    restores = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = TuningQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "tunings"
        constraints = [
            models.CheckConstraint(
                condition=Q(attention__gte=0, attention__lte=MOST_ATTENTION), name="matching_tuning_attention"
            ),
            models.CheckConstraint(condition=Q(point__in=("accuracy", "spread")), name="matching_tuning_point"),
            models.CheckConstraint(
                condition=Q(how="learnt", answers_until__isnull=False)
                | (~Q(how="learnt") & Q(answers_until__isnull=True)),
                name="matching_tuning_learnt_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point}, attention × {self.attention:g}"
