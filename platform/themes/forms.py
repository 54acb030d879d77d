"""Forms of themes, and the picker that other apps' forms use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.text import LANGUAGE_CHOICES, PlainTextField
from themes.models import Theme
from themes.queries import Branch, Found, Proposal, branches, find_themes
from themes.services import LONGEST_NAME

FIELD_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Choice:
    """A theme to tick. `words` are the words of a text that speak for it, `via` the other name it was found by."""

    theme: Theme
    ticked: bool = False
    words: tuple[str, ...] = ()
    via: str = ""


class ThemePicker(forms.SelectMultiple):
    """Themes to tick: those proposed from a text with the words that gave each, those chosen already, a search, and
    the whole vocabulary folded up. The search asks the server while one types; without JavaScript its button sends the
    form, which the view shows again when `ThemesField.is_looking(form)`."""

    template_name = "themes/picker.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__(attrs, choices)
        self.proposals: Sequence[Proposal] = ()
        self.query = ""

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return id_ or ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        self.query = str(data.get(f"{name}_find", ""))
        return super().value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        chosen = keys(value or ())
        offered = [Choice(p.theme, p.theme.pk in chosen, p.words) for p in self.proposals]
        shown = {choice.theme.pk for choice in offered}
        kept = [Choice(theme, True) for theme in Theme.objects.filter(pk__in=chosen - shown)]
        shown |= {choice.theme.pk for choice in kept}
        found = (
            [Choice(f.theme, False, via=f.via) for f in find_themes(self.query, without=shown)] if self.query else []
        )
        tree = branches()
        return {
            "widget": {
                "name": name,
                "id": (attrs or {}).get("id", f"id_{name}"),
                "attrs": attrs or {},
                "offered": offered,
                "kept": kept,
                "found": found,
                "query": self.query,
                "branches": _without(tree, shown | {choice.theme.pk for choice in found}),
                "shown": ",".join(str(pk) for pk in sorted(shown)),
                "find_url": reverse("theme_find"),
            }
        }


class ThemesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes no argument when it runs
    """Themes in use, chosen with the picker. A wider `queryset` may hold one's own proposals besides.

    Give what a text speaks of with `field.propose(propose_themes(text, language))` after the form is made.
    """

    widget = ThemePicker

    def __init__(self, *, most: int | None = None, queryset: QuerySet[Theme] | None = None, **kwargs: Any) -> None:
        self.most = most
        super().__init__(queryset=Theme.objects.active() if queryset is None else queryset, **kwargs)

    def propose(self, proposals: Sequence[Proposal]) -> None:
        self.widget.proposals = proposals

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if not keys([one]):
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(one)[:20]}
                )
        chosen = super().clean(value)
        if self.most is not None and len(chosen) > self.most:
            raise forms.ValidationError(
                _("Choose at most %(most)d themes; now there are %(count)d."),
                code="too_many",
                params={"most": self.most, "count": len(chosen)},
            )
        return chosen

    @staticmethod
    def is_looking(form: forms.BaseForm) -> bool:
        """Whether the form was sent by a picker's search button: show it again, and save nothing."""
        return any(
            f"{form.add_prefix(name)}_look" in form.data
            for name, field in form.fields.items()
            if isinstance(field, ThemesField)
        )


class ProposeThemeForm(forms.Form):
    name = PlainTextField(label=_("Name of the theme"), max_length=LONGEST_NAME)
    language = forms.ChoiceField(label=_("The name is in"), choices=LANGUAGE_CHOICES, widget=forms.RadioSelect)
    parent = forms.ModelChoiceField(
        label=_("Belongs to"), queryset=Theme.objects.none(), required=False, empty_label=_("I cannot say")
    )
    note = PlainTextField(
        label=_("What does it cover?"),
        help_text=_("A sentence or two. The coordinator decides by it."),
        max_length=500,
        lines=True,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Theme.objects.active().tops()  # type: ignore[attr-defined]  # a choice field
        self.fields["parent"].label_from_instance = _label  # type: ignore[attr-defined]  # a choice field


class AcceptThemeForm(forms.Form):
    """A theme in use has a name in every language."""

    name_fi = PlainTextField(label=_("Name in Finnish"), max_length=LONGEST_NAME)
    name_sv = PlainTextField(label=_("Name in Swedish"), max_length=LONGEST_NAME)
    name_en = PlainTextField(label=_("Name in English"), max_length=LONGEST_NAME)
    parent = forms.ModelChoiceField(
        label=_("Belongs to"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=_("Nothing: it is a theme of the top level"),
    )
    synonyms_fi = PlainTextField(
        label=_("Other names in Finnish"), help_text=_("Divided by commas."), max_length=500, required=False
    )
    synonyms_sv = PlainTextField(
        label=_("Other names in Swedish"), help_text=_("Divided by commas."), max_length=500, required=False
    )
    synonyms_en = PlainTextField(
        label=_("Other names in English"), help_text=_("Divided by commas."), max_length=500, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Theme.objects.active().tops()  # type: ignore[attr-defined]  # a choice field
        self.fields["parent"].label_from_instance = _label  # type: ignore[attr-defined]  # a choice field

    def names(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"name_{language}"] for language, _word in LANGUAGE_CHOICES}

    def synonyms(self) -> dict[str, list[str]]:
        return {
            language: [part.strip() for part in self.cleaned_data[f"synonyms_{language}"].split(",") if part.strip()]
            for language, _word in LANGUAGE_CHOICES
        }


class MergeThemeForm(forms.Form):
    into = forms.ChoiceField(label=_("The theme that stays"))

    def __init__(self, *args: Any, theme: Theme, suggested: Iterable[Theme] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: list[tuple[Any, Any]] = [("", _("Choose a theme"))]
        near = [(str(other.pk), other.label) for other in suggested if other.pk != theme.pk]
        if near:
            groups.append((_("Nearest by name"), near))
        groups.extend(
            (
                branch.top.label,
                [(str(t.pk), t.label) for t in (branch.top, *branch.children) if t.pk != theme.pk],
            )
            for branch in branches()
        )
        self.fields["into"].choices = groups  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> Theme:
        theme: Theme = Theme.objects.get(pk=int(self.cleaned_data["into"]))
        return theme


def keys(values: Iterable[Any]) -> set[int]:
    """The keys among what a form was sent; anything else is left out, as the field will refuse it."""
    return {int(value) for value in map(str, values) if value.isdecimal() and len(value) < 12}


def picked(data: Mapping[str, Any], name: str) -> tuple[set[int], set[int]]:
    """(themes ticked, themes shown above the search) of a picker that asks while one types."""
    ticked = keys(data.getlist(name) if hasattr(data, "getlist") else ())
    return ticked, keys(str(data.get("shown", "")).split(",")[:200])


def choices_found(query: str, ticked: set[int], shown: set[int]) -> list[Choice]:
    """What stands under a picker's search: what was ticked there before, then what the query finds."""
    before = [Choice(theme, True) for theme in Theme.objects.active().filter(pk__in=ticked - shown)]
    found: list[Found] = find_themes(query, without=shown | ticked)
    return [*before, *(Choice(one.theme, via=one.via) for one in found)]


def _without(tree: list[Branch], shown: set[int]) -> list[Branch]:
    return [
        Branch(branch.top, tuple(t for t in (branch.top, *branch.children) if t.pk not in shown)) for branch in tree
    ]


def _label(theme: Theme) -> str:
    return theme.label
