"""A notice is a row. Inbox, badge and mail are read from it, so what is lost on the way is found again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Category, Delivery


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)


class Notification(models.Model):
    """One notice to one person. `key` makes it once: the same kind and key to the same person is the same notice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    delivery = models.CharField(max_length=6, choices=Delivery.choices)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "key"], name="notifications_once")]
        indexes = [
            models.Index(fields=["user", "-created_at"]),
            models.Index(fields=["mail_due_at"], condition=models.Q(mailed_at=None), name="notifications_due"),
        ]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user_id}"


class ReturnedAddress(models.Model):
    """An address to which no more letters go: mail to it came back, or its reader called it unwanted. `email` is in
    lower case. It goes when a letter arrives there, or when its person says that it works."""

    class Why(models.TextChoices):
        CAME_BACK = "came_back", _("mail came back")
        UNWANTED = "unwanted", _("its reader called a letter unwanted")

    email = models.EmailField(unique=True)
    why = models.CharField(max_length=9, choices=Why.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.email


class Preference(models.Model):
    """How a person wants a category by mail. No row: each kind's own default."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    category = models.CharField(max_length=10, choices=Category.choices)
    delivery = models.CharField(max_length=6, choices=Delivery.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "category"], name="notifications_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.category} {self.delivery}"
