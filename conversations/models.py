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
    has read; one notice is sent for it, and none for those that follow. `waits_from` is the first that nobody has
    answered, until somebody says that it needs no answer. `taken_by` takes care of it for the profile, as long as
    they represent it (`queries.care`). `shows_itself`: hidden as the profile is, it has let the other know of it.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sides")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="conversation_sides")
    other = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    unread_from = models.ForeignKey("Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    shows_itself = models.BooleanField(default=False)
    waits_from = models.ForeignKey("Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    waits_told_at = models.DateTimeField(null=True, blank=True, help_text="when colleagues were told that it waits")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations_taken"
    )
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "other"], name="conversations_side_once")]
        indexes = [
            models.Index(fields=["profile"], condition=Q(unread_from__isnull=False), name="conversations_unread"),
            models.Index(
                fields=["waits_from"],
                condition=Q(waits_from__isnull=False, waits_told_at__isnull=True),
                name="conversations_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} ← {self.other_id}"


class Absence(models.Model):
    """A person is away, from the first day to the last, both with. Told to colleagues only."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="absence"
    )
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="conversations_absence_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.first_day}–{self.last_day}"


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


class GroupTalk(models.Model):
    """A conversation of several profiles. `circle` and `circle_id` name a group that an upper app keeps, and that says
    who is in it (`hooks.Circles`); without them it has a name of its own and its profiles are its `places`.
    """

    circle = models.CharField(max_length=40, blank=True)
    circle_id = models.BigIntegerField(null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    creation_key = models.CharField(max_length=40, null=True, blank=True, help_text="the same form makes one")  # noqa: DJ001  # no key is not the same as the same key
    last = models.ForeignKey("GroupMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "circle_id"],
                condition=Q(circle_id__isnull=False),
                name="conversations_circle_once",
            ),
            models.UniqueConstraint(fields=["created_by", "creation_key"], name="conversations_group_made_once"),
            models.CheckConstraint(
                condition=Q(circle="", circle_id__isnull=True) | ~Q(circle="") & Q(circle_id__isnull=False),
                name="conversations_circle_or_places",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.circle} {self.circle_id}"


class GroupPlace(models.Model):
    """A profile in a group conversation of its own making: it sees what is written from `since` on."""

    talk = models.ForeignKey(GroupTalk, on_delete=models.CASCADE, related_name="places")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="group_places")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["talk", "profile"], name="conversations_place_once")]
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.profile_id} in {self.talk_id}"


class GroupMessage(models.Model):
    """As a `Message`, but read by many. Its profile may go; what it said stays for the others."""

    talk = models.ForeignKey(GroupTalk, on_delete=models.CASCADE, related_name="messages")
    profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="group_messages"
    )
    text = models.TextField()
    language = models.CharField(
        max_length=2, choices=LANGUAGE_CHOICES, blank=True, help_text="as far as it can be told"
    )
    at = models.DateTimeField()
    token = models.CharField(max_length=40)
    known_as = ""
    """Of the writer, where the circle knows people by other names (`queries.groups.name_writers`)."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["talk", "by", "token"], name="conversations_group_message_once")]
        indexes = [models.Index(fields=["talk", "-id"], name="conversations_group_newest")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.talk_id}: {self.text[:40]}"


class GroupReader(models.Model):
    """How a person has a group conversation: for which profile (None: for those who run the group), what is unread,
    and whether they wish to be told of it."""

    talk = models.ForeignKey(GroupTalk, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    unread_from = models.ForeignKey(GroupMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    muted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["talk", "user"], name="conversations_reader_once")]
        indexes = [
            models.Index(fields=["user"], condition=Q(unread_from__isnull=False), name="conversations_group_unread")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.talk_id}"
