"""Which badges, and on what sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import TicketCategory
from events.printing import LAYOUTS
from events.queries.printing import Part

NAMES = {
    "95x65": gettext_lazy("95 × 65 mm, eight on a sheet"),
    "85x55": gettext_lazy("85 × 55 mm, ten on a sheet"),
    "105x148": gettext_lazy("A6, four on a sheet"),
}


class PartField(forms.TypedChoiceField):
    """Which of the files, where there are so many that one does not do."""

    def __init__(self) -> None:
        super().__init__(label=gettext_lazy("Part"), coerce=int, required=False)


def _offer_parts(form: forms.Form, parts: Sequence[Part]) -> None:
    choices = [(part.number, f"{part.number}: {part.first} – {part.last}") for part in parts]
    form.fields["part"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
    if not parts:
        del form.fields["part"]


class PartForm(forms.Form):
    part = PartField()

    def __init__(self, *args: Any, parts: Sequence[Part] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_parts(self, parts)


class BadgesForm(forms.Form):
    layout = forms.ChoiceField(label=gettext_lazy("Size"), choices=[(key, NAMES[key]) for key in LAYOUTS])
    ticket = forms.ChoiceField(label=gettext_lazy("Ticket"), required=False)
    part = PartField()

    def __init__(self, *args: Any, tickets: list[TicketCategory], parts: Sequence[Part] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_parts(self, parts)
        choices = [(str(ticket.pk), ticket.name) for ticket in tickets]
        self.fields["ticket"].choices = [("", _("All tickets")), *choices]  # type: ignore[attr-defined]
        if not tickets:
            del self.fields["ticket"]
