"""What every app stands on: audit trail, the installation, the demo's mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(thing: Any, field: str, language: str | None = None) -> str:
    """A translated field in the asked (or active) language; else the first there is of Finnish, Swedish, English."""
    wanted = (language or get_language() or "fi")[:2]
    for code in (wanted, "fi", "sv", "en"):
        value = getattr(thing, f"{field}_{code}", "")
        if value:
            return str(value)
    return ""


class TimeStamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Installation(models.Model):
    """Whose Solmu this is: one row. Read it through `core.queries.installation()`, which keeps it in the cache."""

    name_fi = models.CharField(_("name in Finnish"), max_length=80, default="Solmu")
    name_sv = models.CharField(_("name in Swedish"), max_length=80, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    keeper_fi = models.CharField(_("who keeps it, in Finnish"), max_length=200, blank=True)
    keeper_sv = models.CharField(_("who keeps it, in Swedish"), max_length=200, blank=True)
    keeper_en = models.CharField(_("who keeps it, in English"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=40, blank=True)
    municipality = models.CharField(_("municipality at the centre"), max_length=3, blank=True)
    modules_off = models.JSONField(default=list, blank=True)
    """Keys of the modules that it does without (`core.modules`)."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="core_installation_is_one")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def keeper(self) -> str:
        return in_language(self, "keeper")


class AuditEvent(models.Model):
    """Who did what to what, when. Names no personal data in `detail`; when the user goes, `by` becomes empty."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_type}:{self.subject_id}"


class DemoMail(models.Model):
    """A message that a demo without a mail server would have sent; shown at /mail/."""

    sent_at = models.DateTimeField(auto_now_add=True, db_index=True)
    message_id = models.CharField(max_length=255, blank=True)
    to = models.CharField(max_length=254, db_index=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text="[{name, type, content}] where content is text")

    class Meta:
        constraints = [
            # As a receiver's mailbox does: a second copy with the same Message-ID is the same mail.
            models.UniqueConstraint(
                fields=["message_id", "to"], condition=~models.Q(message_id=""), name="core_demomail_once"
            )
        ]
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class Feedback(models.Model):
    """What someone told of a page, above all of its accessibility; by law answered within 14 days."""

    sent_at = models.DateTimeField(db_index=True)
    page = models.CharField(max_length=300, blank=True)
    about_accessibility = models.BooleanField(default=False)
    text = models.TextField()
    email = models.EmailField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return self.text[:60]
