"""Forms of invitations: who is written to, the letter in each language, where it goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.text import LANGUAGE_CHOICES, LANGUAGES, PlainTextField
from networks import letter_words
from networks.letter_words import Words
from networks.services.letters import WrongPlace


class LettersForm(forms.Form):
    """A letter in each language that its readers read: a field `subject_fi` and `text_fi` for each."""

    written: list[str]

    def add_letters(self, languages: Collection[str], begun: Callable[[str], Words]) -> None:
        """`begun`: the letter to begin from, by language."""
        names = dict(LANGUAGE_CHOICES)
        self.written = [code for code in LANGUAGES if code in languages]
        for code in self.written:
            standard, told = begun(code), {"language": names[code]}
            self.fields[f"subject_{code}"] = PlainTextField(
                label=_("Subject (%(language)s)") % told,
                max_length=letter_words.LONGEST_SUBJECT,
                initial=standard.subject,
                error_messages={"required": _("Write the subject.")},
            )
            self.fields[f"text_{code}"] = PlainTextField(
                label=_("Letter (%(language)s)") % told,
                help_text=_("These are filled in for each: %(places)s. The link for answering comes below the text.")
                % {"places": ", ".join(letter_words.place_names(code))},
                max_length=letter_words.LONGEST,
                lines=True,
                initial=standard.text,
                error_messages={"required": _("Write the letter.")},
                widget=forms.Textarea(attrs={"rows": 10, "lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for code in self.written:
            for field in (f"subject_{code}", f"text_{code}"):
                wrong = letter_words.wrong_places(data.get(field, ""), code)
                if wrong:
                    self.add_error(field, ValidationError(str(WrongPlace(wrong, code, field))))
        return data

    def words(self) -> dict[str, Words]:
        data = self.cleaned_data
        return {code: Words(data[f"subject_{code}"], data[f"text_{code}"]) for code in self.written}


class LetterForm(LettersForm):
    """The chosen organisations, each of which can still be left out, and a letter in each language that they read.
    `may_address`: whether the writer may give an address to one that has none. `begun`: the letter to begin from, by
    language."""

    def __init__(
        self, *args: Any, profiles: Sequence[Profile], languages: Mapping[int, str], may_address: bool = False,
        begun: Callable[[str], Words] = letter_words.standard, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.profiles, self.languages = profiles, languages
        self.fields["profile"] = forms.MultipleChoiceField(
            label=_("To whom"),
            choices=[(one.slug, one.name) for one in profiles],
            initial=[one.slug for one in profiles],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one organisation.")},
        )
        for one in profiles:
            if may_address and not one.is_claimed and not one.contact_email:
                self.fields[f"address_{one.pk}"] = forms.EmailField(
                    label=_("E-mail address of %(name)s") % {"name": one.name},
                    help_text=_("Its page has none. Whoever gets the letter can claim the page."),
                    required=False,
                    error_messages={"invalid": _("Write an address such as name@company.fi, or leave this empty.")},
                )
        self.add_letters(languages.values(), begun)

    def chosen(self) -> list[Profile]:
        wanted = set(self.cleaned_data["profile"])
        return [one for one in self.profiles if one.slug in wanted]

    def addresses(self) -> dict[int, str]:
        return {one.pk: given for one in self.profiles if (given := self.cleaned_data.get(f"address_{one.pk}", ""))}


class ReminderForm(LettersForm):
    """The one reminder, in each language in which somebody is silent."""

    def __init__(self, *args: Any, languages: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_letters(languages, letter_words.reminder)


class NoForm(forms.Form):
    """No, with why if one wants to tell."""

    why = PlainTextField(
        label=_("Why not?"),
        help_text=_("You need not tell. The coordinator reads it."),
        max_length=400,
        lines=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
