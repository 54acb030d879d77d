"""What every section's form has."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Profile
from accounts.services.sections import Section, read
from core.forms import StampedForm


class SectionForm(StampedForm):
    """A section's form. `values()` is what `sections.write` takes."""

    section: Section

    def __init__(self, data: Any = None, *, profile: Profile, **kwargs: Any) -> None:
        self.profile = profile
        super().__init__(data, initial={**self.saved(), **kwargs.pop("initial", {})}, **kwargs)
        self.arrange()

    def saved(self) -> dict[str, Any]:
        """The section as it is saved, as the form's fields take it."""
        return read(self.profile, self.section)

    def arrange(self) -> None:
        """Fit labels and fields to the profile's kind."""

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "stamp"}

    def preview(self) -> dict[str, Any]:
        """What of the form is right so far, for a look at how the profile will be."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if name not in ("stamp", "logo")}


def choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # the field is a choice field
