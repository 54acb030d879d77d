"""The editor's forms: one for the facts, one for each language, one for places, one for cautions.

Each gives `values()`, what the editor wrote by the model's field names, for `services.edit_model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.models import OperatingModel
from catalogue.models.operating import place_name
from catalogue.vocabulary import (
    ADVICE_STEPS,
    FIELD_WORDS,
    LANGUAGES,
    STEP_WORDS,
    Aim,
    Caution,
    Effort,
    Scope,
    Size,
    StaffTime,
)
from core import places
from core.forms import StampedForm
from core.text import PlainTextField

PARTS: dict[str, str | Promise] = {
    "facts": _("Facts"),
    "fi": _("Finnish"),
    "sv": _("Swedish"),
    "en": _("English"),
    "places": pgettext_lazy("model", "Places"),
    "cautions": _("Cautions"),
}
MOST_STEPS = 7
EMPTY_PLACES = 2
LANGUAGE_WORDS = {"fi": _("in Finnish"), "sv": _("in Swedish"), "en": _("in English")}


class PartForm(StampedForm):
    """A part of a model. Every part ends with why it was changed, for those who read the history."""

    def __init__(self, data: Mapping[str, Any] | None, *, model: OperatingModel) -> None:
        self.model = model
        super().__init__(data, stamp=str(model.version))
        self.build()
        self.fields["why"] = PlainTextField(
            label=_("Why you changed it"), help_text=_("For the history."), max_length=200, required=False
        )

    def build(self) -> None:
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        raise NotImplementedError


class FactsForm(PartForm):
    def build(self) -> None:
        model = self.model
        self.fields["effort"] = forms.TypedChoiceField(
            label=FIELD_WORDS["effort"], choices=Effort.choices, coerce=int, initial=model.effort
        )
        self.fields["staff_time"] = forms.ChoiceField(
            label=FIELD_WORDS["staff_time"], choices=StaffTime.choices, initial=model.staff_time
        )
        for name, choices in (("scope", Scope.choices), ("suits", Size.choices)):
            self.fields[name] = _several(name, choices, getattr(model, name))
        self.fields["main_aim"] = forms.ChoiceField(
            label=_("Main aim"), choices=Aim.choices, initial=model.aims[0] if model.aims else None
        )
        self.fields["other_aims"] = forms.MultipleChoiceField(
            label=_("Other aims"),
            choices=Aim.choices,
            initial=model.aims[1:],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.fields["source_date"] = forms.DateField(
            label=FIELD_WORDS["source_date"],
            initial=model.source_date,
            widget=forms.DateInput(attrs={"type": "date", "class": "w-m"}, format="%Y-%m-%d"),
        )

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        others = [aim for aim in data["other_aims"] if aim != data["main_aim"]]
        return {
            "effort": data["effort"],
            "staff_time": data["staff_time"],
            "scope": data["scope"],
            "suits": data["suits"],
            "aims": [data["main_aim"], *others],
            "source_date": data["source_date"].isoformat(),
        }


def _several(name: str, choices: Any, chosen: list[str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=FIELD_WORDS[name], choices=choices, initial=chosen, widget=forms.CheckboxSelectMultiple
    )


def _few_lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "few"})


class TextForm(PartForm):
    """One language's words. Steps are seven pairs of fields; those left empty at the end are not there."""

    def __init__(self, data: Mapping[str, Any] | None, *, model: OperatingModel, language: str) -> None:
        self.language = language
        super().__init__(data, model=model)

    def build(self) -> None:
        text = self.model.text(self.language)
        for name, limit, lines in (
            ("title", 120, False),
            ("line", 120, False),
            ("what", 3000, True),
            ("why_municipality", 2000, True),
            ("why_company", 2000, True),
            ("takes", 2000, True),
        ):
            self.fields[name] = PlainTextField(
                label=FIELD_WORDS[name], max_length=limit, lines=lines, initial=getattr(text, name)
            )
        for n in range(1, MOST_STEPS + 1):
            step = text.steps[n - 1] if n <= len(text.steps) else {}
            self.fields[f"step_{n}_title"] = PlainTextField(
                label=_("Step %(n)d, heading") % {"n": n},
                max_length=120,
                required=n == 1,
                initial=step.get("title", ""),
            )
            self.fields[f"step_{n}_text"] = PlainTextField(
                label=_("Step %(n)d, what to do") % {"n": n},
                max_length=1000,
                widget=_few_lines(3),
                required=n == 1,
                initial=step.get("text", ""),
            )
        for start in self.model.starts:
            for name in ADVICE_STEPS[start]:
                key = f"{start}.{name}"
                self.fields[f"advice.{key}"] = PlainTextField(
                    label=_("Advice: %(step)s") % {"step": STEP_WORDS[key]},
                    max_length=400,
                    widget=_few_lines(2),
                    required=False,
                    initial=text.advice.get(key, ""),
                )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(2, MOST_STEPS + 1):
            title, text = data.get(f"step_{n}_title"), data.get(f"step_{n}_text")
            if title and not text:
                self.add_error(f"step_{n}_text", _("Say what to do in step %(n)d, or remove its heading.") % {"n": n})
            if text and not title:
                self.add_error(f"step_{n}_title", _("Give step %(n)d a heading.") % {"n": n})
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        steps = [
            {"title": data[f"step_{n}_title"], "text": data[f"step_{n}_text"]}
            for n in range(1, MOST_STEPS + 1)
            if data[f"step_{n}_title"]
        ]
        keys = [f"{start}.{name}" for start in self.model.starts for name in ADVICE_STEPS[start]]
        advice = {key: data[f"advice.{key}"] for key in keys if data[f"advice.{key}"]}
        values = {key: data[key] for key in ("title", "line", "what", "why_municipality", "why_company", "takes")}
        return {f"{self.language}.{key}": value for key, value in (values | {"steps": steps, "advice": advice}).items()}


class PlacesForm(PartForm):
    """The places, with two empty rows at the end. A row whose Finnish name is emptied is removed."""

    def build(self) -> None:
        self.rows = len(self.model.places) + EMPTY_PLACES
        for n in range(1, self.rows + 1):
            place = self.model.places[n - 1] if n <= len(self.model.places) else {}
            for key, word in (("name", _("name")), ("what", _("what is done"))):
                for language in LANGUAGES:
                    self.fields[f"{key}_{n}_{language}"] = PlainTextField(
                        label=_("Place %(n)d, %(what)s %(language)s")
                        % {"n": n, "what": word, "language": LANGUAGE_WORDS[language]},
                        max_length=120 if key == "name" else 400,
                        required=False,
                        initial=place.get(key, {}).get(language, ""),
                    )
            self.fields[f"where_{n}"] = PlainTextField(
                label=_("Place %(n)d, municipalities or region") % {"n": n},
                help_text=_("Names with commas between. Empty means the whole country."),
                max_length=200,
                required=False,
                initial=", ".join(place_name(code) for code in place.get("where", [])),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(1, self.rows + 1):
            if not data.get(f"name_{n}_fi"):
                continue
            for key in ("name", "what"):
                for language in LANGUAGES:
                    if not data.get(f"{key}_{n}_{language}"):
                        self.add_error(
                            f"{key}_{n}_{language}",
                            _("Place %(n)d is still missing a text %(language)s.")
                            % {"n": n, "language": LANGUAGE_WORDS[language]},
                        )
            try:
                data[f"codes_{n}"] = _codes(data.get(f"where_{n}", ""))
            except ValidationError as error:
                self.add_error(f"where_{n}", error)
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "places": [
                {
                    "name": {language: data[f"name_{n}_{language}"] for language in LANGUAGES},
                    "what": {language: data[f"what_{n}_{language}"] for language in LANGUAGES},
                    "where": data[f"codes_{n}"],
                }
                for n in range(1, self.rows + 1)
                if data.get(f"name_{n}_fi")
            ]
        }


def _codes(text: str) -> list[str]:
    """Codes of the municipalities and regions named, or a ValidationError naming the one that there is not."""
    found = []
    for name in filter(None, (part.strip() for part in text.split(","))):
        code = places.find(name) or _region_code(name)
        if not code:
            raise ValidationError(_("%(name)s is not a municipality or a region in Finland.") % {"name": name})
        found.append(code)
    return found


def _region_code(name: str) -> str:
    wanted = name.casefold()
    for region in places.regions().values():
        if wanted in {region.fi.casefold(), region.sv.casefold(), region.en.casefold()}:
            return region.code
    return ""


class CautionsForm(PartForm):
    """One row a kind of caution, in three languages; an empty row is no caution."""

    def build(self) -> None:
        given = {caution["kind"]: caution for caution in self.model.cautions}
        for kind in Caution:
            for language in LANGUAGES:
                self.fields[f"{kind.value}_{language}"] = PlainTextField(
                    label=_("%(caution)s, %(language)s")
                    % {"caution": kind.label, "language": LANGUAGE_WORDS[language]},
                    max_length=400,
                    widget=_few_lines(3),
                    required=False,
                    initial=given.get(kind.value, {}).get(language, ""),
                )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for kind in Caution:
            written = [language for language in LANGUAGES if data.get(f"{kind.value}_{language}")]
            for language in LANGUAGES:
                if written and language not in written:
                    self.add_error(
                        f"{kind.value}_{language}", _("Write the caution in all three languages, or in none.")
                    )
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "cautions": [
                {"kind": kind.value, **{language: data[f"{kind.value}_{language}"] for language in LANGUAGES}}
                for kind in Caution
                if data[f"{kind.value}_fi"]
            ]
        }


def form_for(part: str, data: Mapping[str, Any] | None, *, model: OperatingModel) -> PartForm:
    """The form of a part. Raises KeyError for a part that there is not."""
    if part in LANGUAGES:
        return TextForm(data, model=model, language=part)
    return {"facts": FactsForm, "places": PlacesForm, "cautions": CautionsForm}[part](data, model=model)
