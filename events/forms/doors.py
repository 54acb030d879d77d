"""A link for a helper at the door."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text import PlainTextField
from events.forms.fields import WhenField


class HelperForm(forms.Form):
    name = PlainTextField(
        label=_("For whom, or for which door"),
        max_length=80,
        error_messages={"required": _("Tell whom or which door the link is for.")},
    )
    expires_at = WhenField(
        label=_("The link holds until"), error_messages={"required": _("Choose the day and the time.")}
    )
