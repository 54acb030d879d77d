from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.importing.columns import FIELDS
from core.text import PlainTextField

FIELD_LABELS = {
    "name_fi": _("Name in Finnish"),
    "name_sv": _("Name in Swedish"),
    "name_en": _("Name in English"),
    "kind": _("Kind"),
    "business_id": _("Business ID"),
    "place": _("Municipality"),
    "website": _("Website"),
    "email": _("E-mail for the claim link"),
    "themes": _("Themes"),
}


class ImportFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX with headings on the first row, at most 5 megabytes and 5,000 rows."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
    source = PlainTextField(
        label=_("Where the facts come from"),
        help_text=_(
            "Shown on each page until it is claimed, for example “Business register of the town, January 2026”."
        ),
        max_length=200,
        error_messages={"required": _("Write where the facts come from.")},
    )


class MappingForm(forms.Form):
    """One select a field: which column of the file it is."""

    def __init__(self, *args: Any, headers: list[str], mapping: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", _("Not in the file")), *((str(n), header or str(n + 1)) for n, header in enumerate(headers))]
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(
                label=FIELD_LABELS[name], choices=columns, required=False, initial=str(mapping.get(name, ""))
            )
            self.fields[name].widget.attrs["class"] = "w-m"

    def mapping(self) -> dict[str, int]:
        return {name: int(value) for name, value in self.cleaned_data.items() if value != ""}
