"""One's own details, and the end of an account."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.text import PlainTextField


class DetailsForm(forms.Form):
    name = PlainTextField(
        label=_("Your name"),
        help_text=_("Those who act for the same profile see it, and those whom you invite."),
        max_length=120,
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "w-m"}),
    )
    # Each language is named in itself, so that one who came to the wrong one finds the way out.
    language = forms.ChoiceField(
        label=_("Language of pages and mail"),
        choices=[("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language.")},
    )


class DeleteForm(forms.Form):
    """The password; or a word for those who have none, whom the view has made show who they are otherwise."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        error_messages={"required": _("Write your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "w-m"}),
    )
    word = forms.CharField(
        error_messages={"required": _("Write the word.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-s", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        del self.fields["word" if user.has_usable_password() else "password"]
        if "word" in self.fields:
            self.fields["word"].label = gettext("Write the word %(word)s") % {"word": self.wanted_word}

    @property
    def wanted_word(self) -> str:
        return gettext("DELETE")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.casefold() != self.wanted_word.casefold():
            raise forms.ValidationError(gettext("Write the word %(word)s.") % {"word": self.wanted_word})
        return word
