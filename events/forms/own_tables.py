"""Who sits at a table of their own: everyone with a ticket, and those who are chosen by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Registration, Round, TicketCategory


class SeatedForm(forms.Form):
    ticket = forms.ModelChoiceField(
        label=_("Everyone with this ticket sits"),
        queryset=TicketCategory.objects.none(),
        required=False,
        empty_label=_("Nobody by their ticket"),
        help_text=_("Those who register later with this ticket sit as well."),
    )
    people = forms.ModelMultipleChoiceField(
        label=_("Who sits at a table of their own"),
        queryset=Registration.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        by_hand = round.own_tables.filter(by_hand=True).values_list("registration", flat=True)
        kwargs["initial"] = {"ticket": round.seated_ticket_id, "people": list(by_hand)}
        super().__init__(*args, **kwargs)
        tickets = round.event.tickets.all()
        self.fields["ticket"].queryset = tickets  # type: ignore[attr-defined]  # a ModelChoiceField
        if not tickets.exists():
            del self.fields["ticket"]
        comers = round.event.registrations.confirmed().select_related("profile", "user")
        people: Any = self.fields["people"]
        people.queryset = comers.order_by("profile__name_fi", "pk")
        people.label_from_instance = lambda one: f"{one.profile.name} ({one.user.name})"
