"""What a network's year leaves behind: letters to members gone silent, and the yearly report."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES, LANGUAGES, reader_language
from networks.models.members import Membership
from networks.models.network import Network


class Asking(models.Model):
    """A kind letter to a member that has gone silent, in its words as they were sent; `stays_at` when the member
    pressed that it stays. Leave and leaving are read from the membership's history."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="askings")
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    subject = models.CharField(max_length=160)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    stays_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stays_at=None) | Q(stays_at__gte=F("made_at")), name="networks_asking_answer_follows"
            )
        ]
        indexes = [models.Index(fields=["membership", "-made_at"], name="networks_asking_last")]
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.made_at:%Y-%m-%d}"


class NetworkReport(TimeStamped):
    """A year of a network as its coordinators tell it. `figures` are those of the moment when it was published and do
    not follow by themselves: from two states of a figure one could tell what one answer was."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="reports")
    year = models.PositiveSmallIntegerField()
    words_fi = models.TextField(blank=True)
    words_sv = models.TextField(blank=True)
    words_en = models.TextField(blank=True)
    goals_fi = models.TextField(blank=True)
    goals_sv = models.TextField(blank=True)
    goals_en = models.TextField(blank=True)
    figures = models.JSONField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "year"], name="networks_report_once_a_year"),
            models.CheckConstraint(
                condition=Q(published_at=None, figures=None) | Q(published_at__isnull=False, figures__isnull=False),
                name="networks_report_published_with_figures",
            ),
        ]
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.network_id}: {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("network_report", kwargs={"slug": self.network.slug, "year": self.year})

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def told(self, name: str) -> tuple[str, str]:
        """(text, its language): in the reader's language, else in the first in which there is one; ("", "") for none"""
        for code in (reader_language(), *LANGUAGES):
            text: str = getattr(self, f"{name}_{code}")
            if text:
                return text, code
        return "", ""
