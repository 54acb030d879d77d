"""What the audit trail's actions are called in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from core.models import AuditEvent

register = template.Library()

WORDS = {
    "profile.drafted": _("Started the profile"),
    "profile.published": _("Published the profile"),
    "profile.changed": _("Edited the profile"),
    "profile.imported": _("Brought the profile in from a list"),
    "profile.visibility_changed": _("Changed who sees the profile"),
    "profile.logo_changed": _("Changed the logo"),
    "profile.claimed": _("Claimed the profile"),
    "profile.claim_link_sent": _("Sent the claim link"),
    "profile.takeover_asked": _("Asked to represent the profile"),
    "profile.takeover_granted": _("Let somebody represent the profile"),
    "profile.takeover_refused": _("Refused a request to represent the profile"),
    "profile.confirmed": _("Confirmed that the profile is who it says"),
    "profile.not_confirmed": _("Did not confirm the profile"),
    "profile.unclaimed": _("Took the profile back from its representatives"),
    "profile.taken_down": _("Took the profile down"),
    "profile.blocked": _("Blocked a profile"),
    "profile.unblocked": _("Removed a block"),
    "representative.invited": _("Invited a representative"),
    "representative.invitation_withdrawn": _("Withdrew an invitation"),
    "representative.joined": _("Became a representative"),
    "representative.role_changed": _("Changed a representative's role"),
    "representative.shown": _("Put their name on the profile"),
    "representative.not_shown": _("Took their name off the profile"),
    "representative.left": _("Stopped representing"),
    "representative.removed": _("Took a representative's right away"),
    "representative.succession": _("Handed ownership over"),
}


@register.filter
def in_words(event: AuditEvent) -> str:
    """The action in words; an action without words shows its own name rather than nothing."""
    return str(WORDS.get(event.action, event.action))
