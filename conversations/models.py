"""Contacts spent, and conversations between two profiles with their messages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.text import LANGUAGE_CHOICES


class Contact(models.Model):
    """A profile approached another that had not approached it. Rows are kept: the week's are counted, and those that
    were answered well let the profile do more.
    """

    class Kind(models.TextChoices):
        INTEREST = "interest", _("interest")
        MEETING = "meeting", _("meeting request")
        MESSAGE = "message", _("first message")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="contacts")
    other = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="contacts_to_it")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True, help_text="when the other side said yes to it")
    given_back_at = models.DateTimeField(null=True, blank=True, help_text="taken back in time, so it costs nothing")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(profile=F("other")), name="conversations_contact_not_self")]
        indexes = [models.Index(fields=["profile", "at"], name="conversations_contact_week")]

    def __str__(self) -> str:
        return f"{self.profile_id} → {self.other_id}: {self.kind}"


class Mailbox(models.Model):
    """What a profile has chosen. No row: organisations take strangers' messages, persons do not."""

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, primary_key=True, related_name="mailbox")
    takes_strangers = models.BooleanField()

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return f"{self.profile_id}: {self.takes_strangers}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def between(self, one: Profile, other: Profile) -> ConversationQuerySet:
        low, high = sorted((one.pk, other.pk))
        return self.filter(a_id=low, b_id=high)


class Conversation(models.Model):
    """All that two profiles have written to each other. The lower id is always `a`, so that a pair has one.

    `asked_by` wrote first, as a stranger; until the other side accepts, that is a request. `closed_by` wants no more:
    a request was declined, or a conversation ended. Neither is told to the other side.
    """

    a = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    last = models.ForeignKey("Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="conversations_pair_once"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="conversations_low_first"),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False) | Q(accepted_at__isnull=False), name="conversations_request_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.a_id} – {self.b_id}"

    @property
    def is_request(self) -> bool:
        return self.accepted_at is None


class Side(models.Model):
    """A conversation as one of its two profiles has it. `unread_from` is the first message that nobody of the profile
    has read; one notice is sent for it, and none for those that follow.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sides")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="conversation_sides")
    other = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    unread_from = models.ForeignKey("Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "other"], name="conversations_side_once")]
        indexes = [
            models.Index(fields=["profile"], condition=Q(unread_from__isnull=False), name="conversations_unread")
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} ← {self.other_id}"


class Message(models.Model):
    """Plain text of a profile, and of the person who wrote it for as long as they have an account. `token` comes with
    the form: the same form sent twice is one message.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages_written"
    )
    text = models.TextField()
    language = models.CharField(
        max_length=2, choices=LANGUAGE_CHOICES, blank=True, help_text="as far as it can be told"
    )
    at = models.DateTimeField()
    token = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "profile", "token"], name="conversations_message_once")
        ]
        indexes = [models.Index(fields=["conversation", "-id"], name="conversations_newest")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.text[:40]}"
