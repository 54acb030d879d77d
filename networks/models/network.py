"""Theme networks: what a municipality hosts all year. Their members are in `networks.models.members`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from taggit.managers import TaggableManager

from accounts.models import Profile, Representative
from catalogue.models import OperatingModel
from core.models import TimeStamped, in_language
from core.text import LANGUAGE_CHOICES
from themes.models import ThemedItem


class NetworkQuerySet(models.QuerySet["Network"]):
    """Every list of networks goes through `visible_to`; what is not said there is not shown."""

    def visible_to(self, user: Any) -> NetworkQuerySet:
        """Public ones for all, members' ones for those signed in, once they have begun; hidden ones for those who
        belong to them or are asked to; a draft for those who make it. The same as `rules.networks.may_see_network`.
        """
        begun = ~Q(state=Network.State.DRAFT)
        if not user.is_authenticated:
            return self.filter(begun, visibility=Network.Visibility.PUBLIC)
        if user.has_perm("accounts.coordinate"):
            return self.all()
        shown = begun & ~Q(visibility=Network.Visibility.HIDDEN)
        return self.filter(shown | self._run_by(user) | (begun & Exists(_of_user(user, *_ASKED))))

    def run_by(self, user: Any) -> NetworkQuerySet:
        """Those that the person coordinates, or whose organiser the person owns."""
        return self.filter(self._run_by(user)) if user.is_authenticated else self.none()

    @staticmethod
    def _run_by(user: Any) -> Q:
        owned = Representative.objects.filter(user=user, role=Representative.Role.OWNER).values("profile")
        return Q(pk__in=Coordinator.objects.filter(user=user).values("network")) | Q(organiser__in=owned)

    def of_member(self, user: Any) -> NetworkQuerySet:
        """Those in which a profile that the person represents is a member, on leave or not."""
        return self.filter(Exists(_of_user(user, "member", "on_leave"))) if user.is_authenticated else self.none()

    def running(self) -> NetworkQuerySet:
        return self.filter(state=Network.State.RUNNING)

    def with_counts(self) -> NetworkQuerySet:
        """With `member_count`, counted in the same read."""
        from networks.models.members import Membership

        members = Membership.objects.standing().filter(network=OuterRef("pk")).order_by().values("network")
        return self.annotate(member_count=Coalesce(Subquery(members.annotate(n=Count("pk")).values("n")), 0))


_ASKED = ("invited", "applied", "member", "on_leave")


def _of_user(user: Any, *states: str) -> Any:
    """The memberships in a network of those whom the person represents."""
    from networks.models.members import Membership

    return Membership.objects.filter(
        network=OuterRef("pk"), state__in=states, profile__representatives__user=user, profile__status="published"
    )


class Network(TimeStamped):  # type: ignore[django-manager-missing]  # ItemBase has no types, so its relation is unseen
    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("network", "draft")
        RUNNING = "running", pgettext_lazy("network", "running")
        ENDED = "ended", pgettext_lazy("network", "ended")

    class Admission(models.TextChoices):
        OPEN = "open", _("Open: whoever wants joins")
        APPLICATION = "application", _("By application: a coordinator decides")
        CRITERIA = "criteria", _("Closed, with criteria: a coordinator decides on each with a reason")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everyone on the web")
        MEMBERS = "members", _("Those who have signed in")
        HIDDEN = "hidden", _("Only its members and those invited")

    slug = models.SlugField(max_length=120, unique=True)
    name_fi = models.CharField(max_length=160, blank=True)
    name_sv = models.CharField(max_length=160, blank=True)
    name_en = models.CharField(max_length=160, blank=True)
    purpose_fi = models.CharField(max_length=600, blank=True)
    purpose_sv = models.CharField(max_length=600, blank=True)
    purpose_en = models.CharField(max_length=600, blank=True)
    language = models.CharField(
        max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of goals, criteria, groups and the fee"
    )
    languages = models.JSONField(default=list, blank=True, help_text="codes of the languages spoken in the network")
    area = models.JSONField(default=list, blank=True, help_text="codes: three digits a municipality, two a region")
    organiser = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="networks")
    admission = models.CharField(max_length=11, choices=Admission.choices, default=Admission.APPLICATION)
    visibility = models.CharField(max_length=7, choices=Visibility.choices, default=Visibility.PUBLIC)
    fee = models.CharField(max_length=300, blank=True, help_text="information only; no money moves here")
    membership_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="how long a membership holds before it asks to be renewed; empty: for good"
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)
    operating_model = models.ForeignKey(
        OperatingModel, null=True, blank=True, on_delete=models.SET_NULL, related_name="networks"
    )
    guide_closed_at = models.DateTimeField(null=True, blank=True, help_text="when its guide was put away")
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    creation_key = models.CharField(
        max_length=40, null=True, blank=True, unique=True, editable=False, help_text="one form makes one network"
    )
    themes = TaggableManager(through="networks.NetworkTheme", blank=True)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(membership_months__isnull=True) | Q(membership_months__gte=1),
                name="networks_network_period_has_length",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", started_at__isnull=True) | ~Q(state="draft") & Q(started_at__isnull=False),
                name="networks_network_started_unless_draft",
            ),
        ]
        ordering = ["name_fi", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("network", kwargs={"slug": self.slug})

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def purpose(self) -> str:
        return in_language(self, "purpose")

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_ended(self) -> bool:
        return self.state == self.State.ENDED


class NetworkTheme(ThemedItem):
    """A theme on a network (django-taggit's through model)."""

    content_object = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="theme_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="networks_networktheme_once")]


class Goal(models.Model):
    """What a network wants to reach in a year, in the network's language."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="goals")
    year = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    reached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-year", "pk"]

    def __str__(self) -> str:
        return f"{self.year}: {self.text}"

    @property
    def is_reached(self) -> bool:
        return self.reached_at is not None


class Coordinator(models.Model):
    """A person who gathers the network. While it runs there is always one (services hold this)."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="coordinators")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="coordinated_networks")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "user"], name="networks_coordinator_once")]
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.network_id}"


class Criterion(models.Model):
    """What a member must be, as a sentence, and how it is shown. One that decisions stand on is retired, not lost."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="criteria")
    sentence = models.CharField(max_length=300)
    shown_by = models.CharField(max_length=300, help_text="how one shows it: a certificate, a link, a description")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "criteria"

    def __str__(self) -> str:
        return self.sentence


class GuideStep(models.Model):
    """A step of the network's guide that a coordinator has pressed done; what a step is stands in `networks.guide`."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="guide_steps")
    key = models.CharField(max_length=20)
    done_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "key"], name="networks_guidestep_once")]

    def __str__(self) -> str:
        return f"{self.network_id}: {self.key}"
