"""The noticeboard of a network or of one of its groups: posts, comments under them, files, mentions, reports."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Profile
from core.text import LANGUAGE_CHOICES
from networks.models.groups import Group
from networks.models.network import Network


def private_storage() -> Storage:
    """Not under an address of its own: a view hands a file out to those who may see the board."""
    return storages["private"]


class PostQuerySet(models.QuerySet["Post"]):
    def of_board(self, network: Network, group: Group | None) -> PostQuerySet:
        """Of one board: the whole network's, or a group's."""
        return self.filter(network=network, group=group)

    def shown_to(self, user: Any, *, runs: bool) -> PostQuerySet:
        """Without what is hidden, unless the reader runs the network or wrote it; what is under a hidden post is as
        hidden as the post."""
        if runs:
            return self
        return self.filter(Q(hidden_at=None) | Q(created_by=user), Q(under__hidden_at=None) | Q(under__created_by=user))


class Post(models.Model):
    """A post, or a comment when it is `under` one. It is the profile's and stays when its writer goes: `created_by` is
    empty then. A removed post that others have commented on stays as an empty place (`removed_at`)."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="posts")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.CASCADE, related_name="posts")
    under = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="comments")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="board_posts"
    )
    profile = models.ForeignKey(
        Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="for whom it was written"
    )
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, blank=True)
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="rises with every save, so that a stale form is known")
    pinned_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hidden_why = models.CharField(max_length=400, blank=True)
    search_terms = models.TextField(blank=True, editable=False)
    creation_key = models.CharField(
        max_length=40, null=True, blank=True, unique=True, editable=False, help_text="one form makes one post"
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(under__isnull=True) | Q(pinned_at__isnull=True),
                name="networks_post_comments_are_not_pinned",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_why=""), name="networks_post_hidden_with_reason"
            ),
            models.CheckConstraint(condition=~Q(pk=F("under")), name="networks_post_not_under_itself"),
        ]
        indexes = [
            models.Index(
                "network",
                "group",
                F("at").desc(),
                "hidden_at",
                "created_by",
                "pinned_at",
                condition=Q(under__isnull=True),
                name="networks_post_list",
            ),
            models.Index(fields=["under", "at"], name="networks_post_comments"),
            models.Index(fields=["network", "at"], name="networks_post_lately"),
        ]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        """A comment's page is its post's, at the comment."""
        return reverse("network_post", kwargs={"slug": self.network.slug, "pk": self.pk})

    @property
    def is_comment(self) -> bool:
        return self.under_id is not None

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def writer(self) -> str:
        """The person, or the organisation when the person has gone; never an address."""
        if self.created_by is not None and self.created_by.name:
            return str(self.created_by.name)
        return str(self.profile.name) if self.profile is not None else _("A former member")

    @property
    def organisation(self) -> str:
        """For whom the person wrote, where that is not said already."""
        name = str(self.profile.name) if self.profile is not None else ""
        return "" if name == self.writer else name


class PostFile(models.Model):
    """`kind` is a key of `board_files.KINDS`, found from the content when it came."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(storage=private_storage, upload_to="board", max_length=200)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Mention(models.Model):
    """Somebody of the circle whom a post names."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="networks_mention_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.post_id}"


class PostReport(models.Model):
    """A reader's word to those who run the network. The writer is not told who reported."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    why = models.CharField(max_length=600)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "by"], condition=Q(settled_at__isnull=True), name="networks_postreport_once"
            )
        ]
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.why[:40]}"
