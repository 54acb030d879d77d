from catalogue.forms.browse import CompareForm, FilterForm, FitForm
from catalogue.forms.editing import PARTS, CautionsForm, FactsForm, PartForm, PlacesForm, TextForm, form_for
from catalogue.forms.shelf import ShelfForm

__all__ = [
    "PARTS",
    "CautionsForm",
    "CompareForm",
    "FactsForm",
    "FilterForm",
    "FitForm",
    "PartForm",
    "PlacesForm",
    "ShelfForm",
    "TextForm",
    "form_for",
]
