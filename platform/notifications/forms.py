from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications import queries
from notifications.kinds import Category, Delivery


class PreferencesForm(forms.Form):
    """One choice a category. Categories whose every kind must come at once are told, not asked."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in queries.categories_for(user):
            if not row["fixed"]:
                self.fields[row["category"].value] = forms.ChoiceField(
                    label=row["category"].label,
                    choices=Delivery.choices,
                    initial=row["chosen"],
                    widget=forms.RadioSelect,
                    error_messages={"invalid_choice": _("Choose one of the rhythms.")},
                )

    def changed_choices(self) -> list[tuple[Category, Delivery]]:
        return [(Category(name), Delivery(self.cleaned_data[name])) for name in self.changed_data]
