"""Suggestions made, answers given, connections that came of them; and the marks that say whose list is out of date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile


class Freshness(models.Model):
    """Whether a profile's suggestions are right: the fact that a lost message or a killed worker cannot take away.

    `version` grows by each change, the last of them at `changed_at`; who matched an older one leaves the mark
    standing. `stale_since` is empty when all is right; while a worker is at it, `leased_until` keeps others away, and
    lets them in when it has died.
    """

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, primary_key=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    stale_since = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    matched_version = models.PositiveIntegerField(default=0)
    matched_at = models.DateTimeField(null=True, blank=True)
    first_matched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "freshness"
        indexes = [
            models.Index(fields=["changed_at"], name="matching_changed"),
            models.Index(fields=["stale_since"], condition=Q(stale_since__isnull=False), name="matching_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id}: version {self.version}, matched {self.matched_version}"


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def best_first(self) -> SuggestionQuerySet:
        return self.order_by("-score", "other_id")


class Suggestion(models.Model):
    """A partner proposed to a profile. Its place in the list is its score: a newcomer's row moves no other row.

    `evidence` is what `matching.evidence` writes and reads: the score's own terms, from which reasons are told when
    somebody looks. `generation` is the version of the profile that was matched. `surprise` and `lowered`
    (whose answers, in words, put it lower) are no columns: they are set when a list is read (`matching.lists`).
    """

    surprise = False
    lowered: tuple[Any, ...] = ()

    class Direction(models.TextChoices):
        BOTH = "both", _("Good for both")
        MINE = "mine", _("Good for you")
        THEIRS = "theirs", _("Good for them")
        SHARED = "shared", _("Something in common")

    # The list's own index begins with the profile.
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, db_index=False, related_name="suggestions")
    other = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="suggested_to")
    score = models.IntegerField()
    direction = models.CharField(max_length=6, choices=Direction.choices)
    evidence = models.JSONField(default=dict)
    signature = models.BigIntegerField(default=0)
    generation = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "other"], name="matching_suggestion_once"),
            models.CheckConstraint(condition=~Q(profile=F("other")), name="matching_suggestion_not_self"),
        ]
        indexes = [models.Index(fields=["profile", "-score", "other"], name="matching_suggestion_list")]

    def __str__(self) -> str:
        return f"{self.profile_id} → {self.other_id}: {self.score}"


class InterestQuerySet(models.QuerySet["Interest"]):
    def positive(self) -> InterestQuerySet:
        return self.filter(answer=Interest.Answer.INTERESTED)

    def teaching(self) -> InterestQuerySet:
        """Answers that steer the suggestions that come after them."""
        return self.filter(answer=Interest.Answer.NOT_RELEVANT).exclude(about={}).exclude(why="")

    def standing(self, today: Any) -> InterestQuerySet:
        """Answers that keep a suggestion away: all but a *later* whose day has come."""
        return self.exclude(answer=Interest.Answer.LATER, until__lte=today)


class Interest(models.Model):
    """One side's answer to the other. Nobody but the answering side sees it, until both are interested.

    `told_on_claim`: the other was unclaimed when the answer was given, and whoever answered knows that it will be told
    to those who come to represent it. `about` is what the suggestion was about when it was answered, where the answer
    teaches something (`matching.teaching`); emptied, the answer stands and teaches nothing. `points` are the parts of
    the suggestion's score by kind, as they were then: what the whole installation learns from (`matching.taught`).
    """

    class Answer(models.TextChoices):
        INTERESTED = "interested", _("Interested")
        LATER = "later", _("Later")
        NOT_RELEVANT = "not_relevant", _("Not right now")
        NEVER = "never", _("Never again")

    class Why(models.TextChoices):
        HAVE_PARTNER = "have_partner", _("We already have a partner for this")
        TOO_FAR = "too_far", _("Too far away")
        WRONG_TOPIC = "wrong_topic", _("The subject is wrong")
        WRONG_SIZE = "wrong_size", _("Too small or too large for us")
        OTHER = "other", _("Something else")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="interests")
    other = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="interests_in_it")
    answer = models.CharField(max_length=12, choices=Answer.choices)
    why = models.CharField(max_length=12, choices=Why.choices, blank=True)
    why_in_words = models.CharField(max_length=200, blank=True)
    about = models.JSONField(default=dict, blank=True)
    points = models.JSONField(default=dict, blank=True)
    until = models.DateField(null=True, blank=True)
    told_on_claim = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "other"], name="matching_interest_once"),
            models.CheckConstraint(condition=~Q(profile=F("other")), name="matching_interest_not_self"),
            models.CheckConstraint(
                condition=Q(answer="later", until__isnull=False) | (~Q(answer="later") & Q(until__isnull=True)),
                name="matching_interest_later_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(why="", why_in_words="") | Q(answer="not_relevant"),
                name="matching_interest_why_of_not_relevant",
            ),
        ]
        indexes = [
            models.Index(fields=["profile", "-at"]),
            models.Index(fields=["other", "at"], condition=Q(told_on_claim=True), name="matching_interest_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} → {self.other_id}: {self.answer}"


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def of(self, profile: Profile) -> ConnectionQuerySet:
        return self.filter(Q(a=profile) | Q(b=profile))

    def between(self, one: Profile, other: Profile) -> ConnectionQuerySet:
        low, high = sorted((one.pk, other.pk))
        return self.filter(a_id=low, b_id=high)


class Connection(models.Model):
    """Mutual interest. The pair has no order: the lower id is always `a`, so that it can stand only once."""

    a = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="connections_as_a")
    b = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="connections_as_b")
    made_at = models.DateTimeField()

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="matching_connection_once"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="matching_connection_low_first"),
        ]
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.a_id} – {self.b_id}"

    def other_of(self, profile: Profile) -> Profile:
        return self.b if profile.pk == self.a_id else self.a
