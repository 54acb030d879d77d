"""Whose list is made in two ways, and which ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.text import PlainTextField
from matching.engine.weights import LEAST_FACTOR, MOST_FACTOR
from matching.experiments import Weighting
from matching.models import Tuning
from matching.tuning_words import PARTS, STRENGTHS, attention_in_words

MOST_NAMED = 5


class ExperimentForm(forms.Form):
    """Each way has the fields `<side>_point`, `<side>_attention` and, in per cent, `<side>_<part>` for each part."""

    profile = PlainTextField(
        label=_("Whose list"),
        help_text=_("The name of the profile, or a part of it."),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "w-m"}),
        error_messages={"required": _("Write whose list is to be made.")},
    )

    def __init__(
        self, *args: Any, ways: dict[str, Weighting], of: QuerySet[Profile], name: str = "", **kwargs: Any
    ) -> None:
        """`of` are the profiles that can be chosen."""
        super().__init__(*args, **kwargs)
        self.initial = {"profile": name}
        self.of = of
        for side, way in ways.items():
            self.fields |= dict(_fields(side, way))

    def side(self, side: str) -> list[forms.BoundField]:
        """The fields of one way, for the page."""
        return [self[name] for name in self.fields if name.startswith(f"{side}_")]

    def clean_profile(self) -> Profile:
        """The one whose name it is, else the only one whose name holds it."""
        name = self.cleaned_data["profile"]
        names = ("name_fi", "name_sv", "name_en")
        for how in ("iexact", "icontains"):
            meant = Q(slug=name)
            for field in names:
                meant |= Q(**{f"{field}__{how}": name})
            found = list(self.of.filter(meant).order_by("pk")[: MOST_NAMED + 1])
            if len(found) == 1:
                return found[0]
            if found:
                some = ", ".join(one.name for one in found[:MOST_NAMED])
                raise forms.ValidationError(
                    _("Several profiles have it in their name: %(some)s. Write the whole name."), params={"some": some}
                )
        raise forms.ValidationError(_("No profile that you can see has such a name."))

    def way(self, side: str) -> Weighting:
        """What a form that holds asks for."""
        data = self.cleaned_data
        factors = {part: float(data[f"{side}_{part}"]) / 100 for part in PARTS}
        moved = {part: factor for part, factor in factors.items() if factor != 1}
        return Weighting(data[f"{side}_point"], data[f"{side}_attention"], moved)


def _fields(side: str, way: Weighting) -> Iterator[tuple[str, forms.Field]]:
    yield (
        f"{side}_point",
        forms.ChoiceField(label=_("Who comes first"), choices=Tuning.Point.choices, initial=way.point),
    )
    strengths = {**STRENGTHS, way.attention: attention_in_words(way.attention)}
    yield (
        f"{side}_attention",
        forms.TypedChoiceField(
            label=_("How strongly attention is shared"),
            choices=[(f"{strength:g}", words) for strength, words in sorted(strengths.items())],
            coerce=float,
            initial=f"{way.attention:g}",
        ),
    )
    for part, words in PARTS.items():
        yield f"{side}_{part}", _per_cent(words, way.factors.get(part, 1.0))


def _per_cent(label: Any, factor: float) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        min_value=100 * LEAST_FACTOR,
        max_value=100 * MOST_FACTOR,
        initial=round(100 * factor, 2),
        widget=forms.NumberInput(attrs={"class": "w-s", "step": "any"}),
    )
