"""A message as it comes from a page."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms.representatives import ReportForm
from accounts.models import Profile
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


class GroupForm(forms.Form):
    """A conversation of several: its name, and which of those with whom one is connected. `once` comes with the
    form."""

    name = PlainTextField(
        label=_("Name of the conversation"),
        help_text=_("All who are in it see it."),
        max_length=rules.LONGEST_NAME,
        error_messages={"required": _("Give the conversation a name.")},
    )
    others = forms.ModelMultipleChoiceField(
        queryset=Profile.objects.none(),
        label=_("Who are in it"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least two others. With one you can write to each other directly.")},
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, partners: QuerySet[Profile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["others"]
        field.queryset = partners
        self.fields["once"].initial = uuid4().hex


class AddForm(forms.Form):
    other = forms.ModelChoiceField(
        queryset=Profile.objects.none(),
        label=_("Bring one more into it"),
        empty_label=None,
        error_messages={
            "required": _("Choose who."),
            "invalid_choice": _("Choose one with whom everybody here is connected."),
        },
    )

    def __init__(self, *args: Any, free: QuerySet[Profile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.queryset = free


class AwayForm(forms.Form):
    first_day = forms.DateField(
        label=_("First day away"), widget=forms.DateInput(attrs={"type": "date", "class": "w-s"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date", "class": "w-s"}, format="%Y-%m-%d")
    )


class CareForm(forms.Form):
    """A press among colleagues. `seen` is who took care of it on the page that was pressed."""

    do = forms.ChoiceField(choices=[(one, one) for one in ("me", "release", "give", "done")])
    colleague = forms.IntegerField(required=False)
    seen = forms.IntegerField(required=False)
