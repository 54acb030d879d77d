"""What is looked for among the members' offers and needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.text import PlainTextField


class MarketForm(forms.Form):
    q = PlainTextField(label=_("Search offers and needs"), max_length=100, required=False)
    wish = forms.ChoiceField(
        label=pgettext_lazy("facet", "What"),
        required=False,
        choices=[
            ("", _("Offers and needs")),
            ("offers", pgettext_lazy("market", "What is offered")),
            ("seeks", pgettext_lazy("market", "What is looked for")),
        ],
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(self, *args: Any, themes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["theme"]
        field.choices = [("", _("All themes")), *themes]
        for one in self.fields.values():
            one.widget.attrs["class"] = "input"

    def chosen(self) -> dict[str, str]:
        """What does not exist is left out."""
        self.is_valid()
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name, ""))}
