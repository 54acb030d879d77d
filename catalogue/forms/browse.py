"""The forms by which the catalogue is read: all of them by GET, so that what they show can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.guide import Answers
from catalogue.models import OperatingModel
from catalogue.queries import Filters
from catalogue.vocabulary import Aim, Effort, Size, StaffTime
from core.text import PlainTextField


class FilterForm(forms.Form):
    """Reads the query string. A value that does not exist narrows nothing, and `unknown` tells so."""

    q = PlainTextField(label=_("Find a model"), max_length=200, required=False)
    aim = forms.ChoiceField(label=_("Aim"), choices=Aim.choices, required=False)
    effort = forms.ChoiceField(label=_("Effort at most"), choices=Effort.choices, required=False)
    category = forms.SlugField(required=False, max_length=60)

    def filters(self, categories: Iterable[str]) -> Filters:
        self.is_valid()
        data = self.cleaned_data
        category = data.get("category", "")
        if category and category not in set(categories):
            self.add_error("category", _("There is no such category."))
            category = ""
        return Filters(
            text=data.get("q", ""), aim=data.get("aim", ""), effort=int(data.get("effort") or 0), category=category
        )


class FitForm(forms.Form):
    size = forms.ChoiceField(
        label=_("How large is your municipality?"), choices=Size.choices, widget=forms.RadioSelect, required=False
    )
    time = forms.ChoiceField(
        label=_("How much staff time is there for this?"),
        choices=StaffTime.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    aim = forms.MultipleChoiceField(
        label=_("What do you want most?"),
        help_text=_("Choose one or two."),
        choices=Aim.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in ("size", "time", "aim")):
            raise forms.ValidationError(_("Answer at least one question."))
        return data

    def answers(self) -> Answers:
        data = self.cleaned_data
        return Answers(size=data.get("size", ""), time=data.get("time", ""), aims=tuple(data.get("aim", ())))


class CompareForm(forms.Form):
    """Two models or three. Bound once a second one has been chosen; until then it only knows the first."""

    def __init__(self, data: Mapping[str, Any], models: Iterable[OperatingModel]) -> None:
        self.known = {model.slug: model for model in models}
        asked = {name: str(data.get(name, "")) for name in ("first", "second", "third")}
        super().__init__(
            asked if asked["second"] or asked["third"] else None,
            initial={"first": asked["first"] if asked["first"] in self.known else ""},
        )
        choices = [("", _("Choose a model")), *((slug, model.text().title) for slug, model in self.known.items())]
        self.fields["first"] = forms.ChoiceField(label=_("First model"), choices=choices)
        self.fields["second"] = forms.ChoiceField(label=_("Second model"), choices=choices)
        self.fields["third"] = forms.ChoiceField(label=_("Third model"), choices=choices, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [slug for slug in data.values() if slug]
        if not self.errors and len(set(chosen)) < len(chosen):
            self.add_error("second", _("Choose two different models."))
        return data

    def chosen(self) -> list[OperatingModel]:
        return [self.known[slug] for slug in self.cleaned_data.values() if slug]
