"""A message as it comes from a page."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms.representatives import ReportForm
from conversations import rules
from core.text import PlainTextField


class MessageForm(forms.Form):
    """The token makes the same form sent twice one message. `goes_on`: it stands where one was just sent."""

    text = PlainTextField(
        label=_("Your message"),
        lines=True,
        max_length=rules.LONGEST,
        error_messages={"required": _("Write a message.")},
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, is_first: bool = False, goes_on: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if goes_on:
            self.fields["text"].widget.attrs["autofocus"] = True
        self.fields["token"].initial = uuid4().hex
        self.fields["text"].widget.attrs["rows"] = 6 if is_first else 4
        if is_first:
            limit = rules.LONGEST_FIRST
            self.fields["text"].limit = limit  # type: ignore[attr-defined]  # a PlainTextField
            self.fields["text"].help_text = ngettext(
                "Tell who you are and what you wish, in at most %(n)d character.",
                "Tell who you are and what you wish, in at most %(n)d characters.",
                limit,
            ) % {"n": limit}


class ReportMessageForm(ReportForm):
    """As of a profile; the answer goes to the account's own address."""

    field_order = ["reason", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
