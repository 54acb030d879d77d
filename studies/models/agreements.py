"""The agreement of the three: its template, its versions, and signatures that keep the bytes that were signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core.text import LANGUAGE_CHOICES
from studies.models.theses import Side, Thesis


class AgreementTemplate(models.Model):
    """From what an agreement is begun: a school's own words, or (no school) those of the whole installation. What is
    not written here is in the words of `agreement_words`."""

    school = models.ForeignKey(
        Profile, null=True, blank=True, on_delete=models.CASCADE, related_name="agreement_templates"
    )
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    sections = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "language"], name="studies_template_once_a_language"),
            # SQLite knows no `nulls_distinct`.
            models.UniqueConstraint(
                fields=["language"], condition=models.Q(school=None), name="studies_template_default_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id or 'default'}: {self.language}"


class AgreementVersion(models.Model):
    """A text that all three sign or do not. While it is open it can be changed, and a change voids its signatures."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("agreement", "To be signed")
        IN_FORCE = "in_force", pgettext_lazy("agreement", "In force")
        REPLACED = "replaced", pgettext_lazy("agreement", "Replaced")
        DROPPED = "dropped", pgettext_lazy("agreement", "Dropped")

    thesis = models.ForeignKey(Thesis, on_delete=models.CASCADE, related_name="agreements")
    number = models.PositiveSmallIntegerField()
    sections = models.JSONField(default=dict)
    embargo_until = models.DateField(null=True, blank=True, help_text="not published before this day")
    reads_first = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="days for the company to read the final work before it is published"
    )
    why = models.CharField(max_length=400, blank=True, help_text="why there is a new version")
    content = models.BinaryField(help_text="the document as it stands, UTF-8")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thesis", "number"], name="studies_agreement_number_once"),
            models.UniqueConstraint(fields=["thesis"], condition=Q(state="open"), name="studies_agreement_one_open"),
            models.UniqueConstraint(
                fields=["thesis"], condition=Q(state="in_force"), name="studies_agreement_one_in_force"
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.thesis_id}: {self.number}"


class Signature(models.Model):
    """A press by which one side accepted. `content` is the document as it was on that moment, byte for byte, and is
    never changed; a signature of a text that was changed later is void, and is kept."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120, help_text="as it was when signed")
    at = models.DateTimeField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"], condition=Q(voided_at=None), name="studies_signature_once_a_side"
            ),
            models.UniqueConstraint(
                fields=["version", "by"], condition=Q(voided_at=None), name="studies_signature_one_person_one_side"
            ),
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.side}"
