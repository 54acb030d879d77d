"""Every form in Solmu's look: an error summary above, each field with label, hint and error in words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, ClassVar

from allauth.core.ratelimit import consume
from django import forms
from django.contrib import messages
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core import modules
from core.attachments import ACCEPT
from core.errors import DomainError, StaleSave
from core.text import LANGUAGES, PlainTextField, reader_language


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


def add_domain_error(form: forms.BaseForm, error: DomainError) -> None:
    """Show a rule's refusal where it belongs: at its field, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def is_too_often(request: HttpRequest, form: forms.BaseForm, *, action: str, user: Any = None) -> bool:
    """Of a form that is valid and about to be done: whether there have been too many (`ACCOUNT_RATE_LIMITS`). Then it
    says so, and keeps what was typed; the page is answered with 429."""
    if consume(request, action=action, user=user):
        return False
    form.add_error(None, _("Too many of these have been sent in a short time. Wait for an hour, then send again."))
    return True


def press(request: HttpRequest, do: Callable[[], Any], said: str, back: Any, **where: Any) -> HttpResponse:
    """One service call behind a button: done or refused, the page comes `back` with words."""
    try:
        do()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    response: HttpResponse = redirect(back, **where)
    return response


class StampedForm(forms.Form):
    """A form that knows which version of a thing it edits, so that a stale page cannot overwrite a newer save.

    `stamp` is the thing's version when the page was made; `is_stale(current)` compares it.
    """

    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=18)

    def __init__(self, *args: Any, stamp: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stamp"].initial = stamp

    @property
    def seen(self) -> int | None:
        """The version that the page was made of, of a form that has been cleaned; None when it does not say."""
        stamp: str = self.cleaned_data.get("stamp") or ""
        return int(stamp) if stamp.isdecimal() else None

    def refuse(self, error: DomainError, current: int) -> None:
        """The reason at its place. After a stale save the form has the `current` stamp: to save again is a choice."""
        if isinstance(error, StaleSave):
            data: Any = self.data
            self.data = data = data.copy()
            data[self.add_prefix("stamp")] = str(current)
        add_domain_error(self, error)

    def is_stale(self, current: str) -> bool:
        sent = self.cleaned_data.get("stamp") or ""
        return bool(sent) and sent != current


class WordedForm(StampedForm):
    """A form whose words are in three languages: a field `name_fi`, `name_sv`, `name_en` for each of `WORDS`."""

    WORDS: ClassVar[Collection[str]] = ()

    @property
    def own_words(self) -> list[forms.BoundField]:
        """In the reader's own language, to be written first."""
        return [self[f"{name}_{reader_language()}"] for name in self.WORDS]

    @property
    def other_words(self) -> list[forms.BoundField]:
        others = [code for code in LANGUAGES if code != reader_language()]
        return [self[f"{name}_{code}"] for code in others for name in self.WORDS]

    @property
    def has_other_words(self) -> bool:
        return any(field.value() or field.errors for field in self.other_words)

    def by_language(self, name: str) -> dict[str, str]:
        return {code: self.cleaned_data[f"{name}_{code}"] for code in LANGUAGES}


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files. What they are is looked at by `core.attachments.prepare`, and what cannot be taken is told
    by its name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Files"))
        super().__init__(required=False, widget=ManyFilesInput(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [one for one in given if one]


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


class ModulesForm(forms.Form):
    on = forms.MultipleChoiceField(
        label=_("In use here"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Keep at least one part in use.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = modules.registered()
        field: Any = self.fields["on"]
        field.choices = [(one.key, format_html("{} <small>{}</small>", one.label, one.hint)) for one in found]
        field.initial = modules.that_are_on(one.key for one in found)
