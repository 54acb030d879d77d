"""What an organiser asks of those who register, and what they answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import in_language
from core.text import reader_language
from events.models.event import Event
from events.models.registrations import Registration
from events.models.tickets import TicketCategory


class Question(models.Model):
    """A question of the organiser's own. It says what is done with the answer and when the answer is deleted; one
    that says neither cannot be made.
    """

    class Kind(models.TextChoices):
        SHORT = "short", _("Short text")
        LONG = "long", _("Long text")
        CHOICE = "choice", _("One choice")
        SEVERAL = "several", _("Several choices")
        YES_NO = "yes_no", _("Yes or no")
        NUMBER = "number", _("Number")
        DIET = "diet", _("Dietary needs")
        ACCESS = "access", _("Accessibility needs")

    class Kept(models.IntegerChoices):
        """Days after the event's last day."""

        NEXT_DAY = 1, _("the day after the event")
        WEEK = 7, _("a week after the event")
        MONTH = 30, _("30 days after the event")
        QUARTER = 90, _("90 days after the event")
        YEAR = 365, _("a year after the event")

    WITH_OPTIONS = (Kind.CHOICE, Kind.SEVERAL)
    NEEDS = (Kind.DIET, Kind.ACCESS)
    """They tell of health or conviction, so their answers are kept for a week at most."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    label_fi = models.CharField(max_length=200, blank=True)
    label_sv = models.CharField(max_length=200, blank=True)
    label_en = models.CharField(max_length=200, blank=True)
    hint_fi = models.CharField(max_length=300, blank=True)
    hint_sv = models.CharField(max_length=300, blank=True)
    hint_en = models.CharField(max_length=300, blank=True)
    purpose_fi = models.CharField(max_length=300, blank=True, help_text="what is done with the answer")
    purpose_sv = models.CharField(max_length=300, blank=True)
    purpose_en = models.CharField(max_length=300, blank=True)
    is_required = models.BooleanField(default=False)
    options = models.JSONField(default=list, blank=True, help_text="[{key, fi, sv, en}] of a choice")
    kept_days = models.PositiveSmallIntegerField(choices=Kept.choices, default=Kept.MONTH)
    depends_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="dependents")
    depends_values = models.JSONField(default=list, blank=True, help_text="answers to `depends_on` that ask this too")
    tickets = models.ManyToManyField(TicketCategory, blank=True, related_name="questions", help_text="none: all")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self, "label")

    @property
    def hint(self) -> str:
        return in_language(self, "hint")

    @property
    def purpose(self) -> str:
        return in_language(self, "purpose")

    @property
    def name(self) -> str:
        """Of its field in a form."""
        return f"q{self.pk}"

    @property
    def delete_on(self) -> date:
        """The day on which its answers are deleted: so many days after the event's last, where it is held."""
        return timezone.localtime(self.event.ends_at).date() + timedelta(days=self.kept_days)

    def option_label(self, key: str) -> str:
        language = reader_language()
        option = next((one for one in self.options if one.get("key") == key), None)
        if option is None:
            return key
        return next((option[code] for code in (language, "fi", "sv", "en") if option.get(code)), key)


class Answer(models.Model):
    """What one who registered answered: a text, a number, yes or no, an option's key, or several keys with words."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    value: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "question"], name="events_answer_once")]
        ordering = ["question__position", "question__pk"]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.question_id}"
