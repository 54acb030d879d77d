"""What a profile wishes of the partners that are suggested to it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from matching.engine.preferences import MOST_SURPRISES


class Preferences(models.Model):
    """A profile's wishes; no row means none. Lists hold codes, and an empty list is no wish; `hard` names the wishes
    that leave others out, the rest only count more. `matching.wishes` reads it for the engine."""

    class Place(models.TextChoices):
        ANYWHERE = "anywhere", _("Anywhere")
        KM = "km", _("Within a distance")
        REGION = "region", _("In our region")
        MUNICIPALITY = "municipality", _("In our municipality")

    class Ready(models.TextChoices):
        CLAIMED = "claimed", _("Somebody represents them here")
        CONTACT = "contact", _("They have given contact details")
        OFFERS = "offers", _("They have written what they offer")

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, primary_key=True, related_name="+")
    place = models.CharField(max_length=12, choices=Place.choices, default=Place.ANYWHERE)
    km = models.PositiveSmallIntegerField(default=50, validators=[MinValueValidator(1), MaxValueValidator(1500)])
    sizes = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    ready = models.JSONField(default=list)
    hard = models.JSONField(default=list)
    surprises = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_SURPRISES)])
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "preferences"
        constraints = [
            models.CheckConstraint(
                condition=Q(surprises__lte=MOST_SURPRISES), name="matching_preferences_few_surprises"
            ),
            models.CheckConstraint(condition=Q(km__gte=1, km__lte=1500), name="matching_preferences_km"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id}: {self.place}"
