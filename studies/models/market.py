"""What student work puts on the market while it is asked for or offered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OnMarket(models.Model):
    """Beside the `opportunity` that stands there: why the market did not take it. Put there, or changed, it is told no
    more (`services.market`)."""

    class Refusal(models.TextChoices):
        HIDDEN = (
            "hidden",
            _("the profile is hidden, so nobody would see it. Make the profile visible, and it goes there by itself."),
        )
        FULL = "full", _("forty of yours are open there already. Close one, and it goes there by itself.")
        DAY = "day", _("its last day has passed or is too far away. Change the day, and it is tried again.")
        OTHER = "other", _("something in it does not suit the market. Change it, and it is tried again.")

    refused = models.CharField(max_length=6, choices=Refusal.choices, blank=True, help_text="why it is not there")

    class Meta:
        abstract = True
