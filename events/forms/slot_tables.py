"""So many tables at each time of a round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from core.forms import StampedForm
from events.models import Round, Slot
from events.queries.tables import stamp_of, tables_at
from events.rules.rounds import MOST_TABLES
from events.wording import span


class SlotTablesForm(StampedForm):
    """A number for each of the times that are ahead."""

    def __init__(self, *args: Any, round: Round, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, stamp=str(stamp_of(round)), **kwargs)
        self.slots = slots
        for slot in slots:
            self.fields[f"slot_{slot.pk}"] = forms.IntegerField(
                label=span(slot.starts_at, slot.ends_at),
                min_value=0,
                max_value=MOST_TABLES,
                initial=tables_at(round, slot),
                widget=forms.NumberInput(attrs={"class": "w-s"}),
            )

    def tables(self) -> dict[int, int]:
        return {slot.pk: self.cleaned_data[f"slot_{slot.pk}"] for slot in self.slots}
