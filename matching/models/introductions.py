"""Two parties introduced to each other by a coordinator."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.text import LANGUAGE_CHOICES


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def of(self, profile: Profile) -> IntroductionQuerySet:
        return self.filter(Q(a=profile) | Q(b=profile))

    def between(self, one: Profile, other: Profile) -> IntroductionQuerySet:
        low, high = sorted((one.pk, other.pk))
        return self.filter(a_id=low, b_id=high)

    def answerable(self, now: datetime) -> IntroductionQuerySet:
        """To be answered by each side on its own. One that the other side declined stands here all the same, so that
        nobody can tell it from one that waits."""
        return self.filter(state__in=(Introduction.State.OPEN, Introduction.State.DECLINED), expires_at__gt=now)


class Introduction(models.Model):
    """One for a pair, ever; the lower id is `a`. `letter_a` is what `a` is written, in the language of its owner.

    The sides' answers are Interest rows like any others, private to each; `state` is what they make together, and
    whoever made the introduction is told of it only that the two were connected, or that the time ran out.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for answers")
        CONNECTED = "connected", _("Connected")
        DECLINED = "declined", _("Declined by one side")
        EXPIRED = "expired", _("The time ran out")

    LEADS_TO: dict[str, tuple[str, ...]] = {
        State.OPEN: (State.CONNECTED, State.DECLINED, State.EXPIRED),
        # Whoever declined may change their mind while the time lasts.
        State.DECLINED: (State.CONNECTED, State.EXPIRED),
        State.CONNECTED: (),
        State.EXPIRED: (),
    }

    a = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="introductions_as_a")
    b = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="introductions_as_b")
    letter_a = models.TextField()
    letter_b = models.TextField()
    language_a = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    language_b = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="matching_introduction_once"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="matching_introduction_low_first"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="matching_introduction_ends_after_it_began"
            ),
        ]
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.a_id} – {self.b_id}: {self.state}"

    def other_of(self, profile: Profile) -> Profile:
        return self.b if profile.pk == self.a_id else self.a

    def letter_to(self, profile: Profile) -> tuple[str, str]:
        """(language, text)."""
        return (self.language_a, self.letter_a) if profile.pk == self.a_id else (self.language_b, self.letter_b)

    def may_become(self, state: str) -> bool:
        return state in self.LEADS_TO[self.state]
