"""Course rounds: a teacher opens one, companies offer places, students wish, and each gets one."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core import places
from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from opportunities.models import Opportunity
from studies.models.market import OnMarket


def private_storage() -> Storage:
    """Not under an address of its own: a view hands a file out to those whose it is."""
    return storages["private"]


def new_token() -> str:
    return secrets.token_urlsafe(18)


class CourseRoundQuerySet(models.QuerySet["CourseRound"]):
    def seen_by(self, user: Any) -> CourseRoundQuerySet:
        """Those that are no draft, of schools that the reader sees; a draft by those who teach at the school."""
        seen = Q(school__in=Profile.objects.visible_to(user).values("pk")) & ~Q(state="draft")
        if not getattr(user, "is_authenticated", False):
            return self.filter(seen)
        return self.filter(seen | Q(pk__in=self.model._default_manager.taught_by(user).values("pk")))

    def taught_by(self, user: Any) -> CourseRoundQuerySet:
        return self.filter(school__in=Profile.objects.taught_by(user).values("pk"))


class CourseRound(OnMarket, TimeStamped):
    """`forget_on`: when what is about students goes, set when the round ends."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("course round", "Draft")
        COMPANIES = "companies", pgettext_lazy("course round", "Open for companies")
        WISHES = "wishes", pgettext_lazy("course round", "Open for wishes")
        ALLOCATED = "allocated", pgettext_lazy("course round", "Places given")
        RUNNING = "running", pgettext_lazy("course round", "Under way")
        ENDED = "ended", pgettext_lazy("course round", "Ended")

    school = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="course_rounds")
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    companies_until = models.DateField()
    wishes_until = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    group_most = models.PositiveSmallIntegerField(default=1, help_text="1: nobody forms groups")
    has_minors = models.BooleanField(default=False, help_text="companies are told no names")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="on the market"
    )
    made_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="made")
    creation_key = models.CharField(max_length=40, null=True, blank=True, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    forget_on = models.DateField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(
        null=True, blank=True, help_text="when places were given first; kept when what is about students goes"
    )

    objects = CourseRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(companies_until__lte=F("wishes_until"), wishes_until__lte=F("starts_on"))
                & Q(starts_on__lte=F("ends_on")),
                name="studies_round_days_in_order",
            ),
            models.CheckConstraint(condition=Q(group_most__gte=1), name="studies_round_group_most"),
        ]
        indexes = [models.Index(fields=["forget_on"], condition=Q(forgotten_at=None), name="studies_round_forget")]
        ordering = ["-starts_on", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("course", kwargs={"pk": self.pk})

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def takes_students(self) -> bool:
        return self.state in (self.State.COMPANIES, self.State.WISHES)

    @property
    def has_groups(self) -> bool:
        return self.group_most > 1

    @property
    def is_given(self) -> bool:
        """Everyone has been told where they go."""
        return self.state in (self.State.ALLOCATED, self.State.RUNNING, self.State.ENDED)


class OfferedPlace(models.Model):
    """What a company has for a round. One that is withdrawn stays, so that it can be told of."""

    round = models.ForeignKey(CourseRound, on_delete=models.CASCADE, related_name="places")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="course_places")
    text = models.TextField()
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, help_text="of the text")
    languages = models.JSONField(default=list, help_text="in any of which the work can be done")
    municipality = models.CharField(max_length=3, blank=True)
    remote = models.BooleanField(default=False)
    contact = models.CharField(
        max_length=160, blank=True, help_text="for those who are given this place; nobody else sees it"
    )
    least = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    students = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="how many were given to it; kept when what is about students goes"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "profile"], name="studies_place_once"),
            models.CheckConstraint(condition=Q(least__gte=1, most__gte=F("least")), name="studies_place_least_most"),
        ]
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.profile_id}"

    @property
    def where(self) -> str:
        return places.name(self.municipality)


class Team(models.Model):
    """Students who go to the same place. Others come in by its code."""

    round = models.ForeignKey(CourseRound, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=8)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="studies_team_code_once")]
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return self.name


class Entrant(models.Model):
    """A student in a round: what is needed for a place, as the student gives it, and nothing else."""

    round = models.ForeignKey(CourseRound, on_delete=models.CASCADE, related_name="entrants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="course_entries")
    name = models.CharField(max_length=80)
    languages = models.JSONField(default=list)
    municipality = models.CharField(max_length=3, blank=True)
    most_km = models.PositiveSmallIntegerField(null=True, blank=True)
    shown_to_company = models.BooleanField(default=False, help_text="the name, when the place has been given")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="studies_entrant_once")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Wish(models.Model):
    """Of a student, or of a group together; `rank` from 1."""

    entrant = models.ForeignKey(Entrant, null=True, blank=True, on_delete=models.CASCADE, related_name="wishes")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="wishes")
    place = models.ForeignKey(OfferedPlace, on_delete=models.CASCADE, related_name="wishes")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entrant__isnull=True, team__isnull=False) | Q(entrant__isnull=False, team__isnull=True),
                name="studies_wish_of_one",
            ),
            models.UniqueConstraint(fields=["entrant", "place"], name="studies_wish_entrant_once"),
            models.UniqueConstraint(fields=["team", "place"], name="studies_wish_team_once"),
        ]
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        return f"{self.rank}: {self.place_id}"


class Allocation(models.Model):
    """One making of who goes where. The row is the truth: a worker holds it by a lease. Costs as in
    `studies.allocation`; `bound` is compared with `total`."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("allocation", "waits for its turn")
        RUNNING = "running", pgettext_lazy("allocation", "is being made")
        DONE = "done", pgettext_lazy("allocation", "ready")
        FAILED = "failed", pgettext_lazy("allocation", "failed")

    ACTIVE = (State.WAITING, State.RUNNING)

    round = models.ForeignKey(CourseRound, on_delete=models.CASCADE, related_name="allocations")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    keeps = models.BooleanField(default=False, help_text="those who have a place keep it")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    unplaced = models.PositiveIntegerField(default=0)
    cost = models.PositiveIntegerField(default=0)
    above = models.PositiveBigIntegerField(default=0, help_text="how much better another could be at most; 0: proven")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(state__in=["waiting", "running"]), name="studies_allocation_one_active"
            )
        ]
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE


class Placement(models.Model):
    """Where a student goes, which choice it was, and why not an earlier one: `[{place, why, as_good, others}]`."""

    allocation = models.ForeignKey(Allocation, on_delete=models.CASCADE, related_name="placements")
    entrant = models.ForeignKey(Entrant, on_delete=models.CASCADE, related_name="placements")
    place = models.ForeignKey(OfferedPlace, null=True, blank=True, on_delete=models.SET_NULL, related_name="placements")
    choice = models.PositiveSmallIntegerField(null=True, blank=True)
    reasons = models.JSONField(default=list)
    by_hand = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["allocation", "entrant"], name="studies_placement_once")]
        ordering = ["entrant__name", "pk"]

    def __str__(self) -> str:
        return f"{self.entrant_id} → {self.place_id}"


class AllocationChange(models.Model):
    """A change by hand. Names nobody: who moved is seen in the placements, and goes with them."""

    allocation = models.ForeignKey(Allocation, on_delete=models.CASCADE, related_name="changes")
    place = models.ForeignKey(OfferedPlace, null=True, on_delete=models.SET_NULL, related_name="+")
    students = models.PositiveSmallIntegerField()
    cost = models.IntegerField()
    unplaced = models.IntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.allocation_id}: {self.cost:+}"


class Deliverable(models.Model):
    round = models.ForeignKey(CourseRound, on_delete=models.CASCADE, related_name="deliverables")
    title = models.CharField(max_length=120)
    due_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title


class HandIn(models.Model):
    """What a student or a group has handed in: a file or a link. The company sees it when they say so."""

    deliverable = models.ForeignKey(Deliverable, on_delete=models.CASCADE, related_name="handed_in")
    entrant = models.ForeignKey(Entrant, null=True, blank=True, on_delete=models.CASCADE, related_name="handed_in")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="handed_in")
    link = models.URLField(blank=True)
    file = models.FileField(storage=private_storage, upload_to="courses", max_length=200, blank=True)
    name = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=8, blank=True)
    shown_to_company = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entrant__isnull=True, team__isnull=False) | Q(entrant__isnull=False, team__isnull=True),
                name="studies_handin_of_one",
            ),
            models.UniqueConstraint(fields=["deliverable", "entrant"], name="studies_handin_entrant_once"),
            models.UniqueConstraint(fields=["deliverable", "team"], name="studies_handin_team_once"),
        ]
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.name or self.link


class CourseFeedback(models.Model):
    """Of one student or of one company, when the round has ended. The teacher reads them without names."""

    round = models.ForeignKey(CourseRound, on_delete=models.CASCADE, related_name="feedback")
    entrant = models.ForeignKey(Entrant, null=True, blank=True, on_delete=models.CASCADE, related_name="feedback")
    place = models.ForeignKey(OfferedPlace, null=True, blank=True, on_delete=models.CASCADE, related_name="feedback")
    grade = models.PositiveSmallIntegerField(help_text="1 to 5")
    text = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entrant__isnull=True, place__isnull=False) | Q(entrant__isnull=False, place__isnull=True),
                name="studies_feedback_of_one",
            ),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="studies_feedback_grade"),
            models.UniqueConstraint(fields=["round", "entrant"], name="studies_feedback_entrant_once"),
            models.UniqueConstraint(fields=["round", "place"], name="studies_feedback_place_once"),
        ]
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.grade}"
