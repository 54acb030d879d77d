"""Every form in Solmu's look: an error summary above, each field with label, hint and error in words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.text import PlainTextField


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


def add_domain_error(form: forms.BaseForm, error: DomainError) -> None:
    """Show a rule's refusal where it belongs: at its field, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


class StampedForm(forms.Form):
    """A form that knows which version of a thing it edits, so that a stale page cannot overwrite a newer save.

    `stamp` is the thing's version when the page was made; `is_stale(current)` compares it.
    """

    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, stamp: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stamp"].initial = stamp

    def is_stale(self, current: str) -> bool:
        sent = self.cleaned_data.get("stamp") or ""
        return bool(sent) and sent != current


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked, and for a piece rather than for a boosted page."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


class FeedbackForm(forms.Form):
    """What is wrong or missing, of which page, and where the answer goes. Only the text is needed."""

    text = PlainTextField(
        label=_("What did you notice?"),
        help_text=_(
            "If something could not be used, tell what you tried to do and with what: a phone, a screen reader, "
            "a keyboard."
        ),
        max_length=5000,
        lines=True,
        error_messages={"required": _("Write what you noticed.")},
    )
    about_accessibility = forms.BooleanField(
        label=_("It is about accessibility"), required=False, help_text=_("We answer these within 14 days.")
    )
    page = PlainTextField(label=_("Address of the page"), max_length=300, required=False)
    email = forms.EmailField(
        label=_("Your e-mail, if you want an answer"),
        required=False,
        error_messages={"invalid": _("Write an address such as name@company.fi, or leave this empty.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "w-m"}),
    )
