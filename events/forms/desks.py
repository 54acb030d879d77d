"""Forms of advisory desks: the host's, the visitor's and the advisor's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import StampedForm
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from events.forms.fields import ClockInput, WhenField
from events.models import AdviceDesk
from events.rules.desks import VISIT_MINUTES
from events.services.desks import DeskPlan
from events.wording import clock


def minutes_choices() -> list[tuple[int, str]]:
    return [(n, ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}) for n in VISIT_MINUTES]


class DeskForm(StampedForm):
    name = PlainTextField(
        label=_("Name of the desk"),
        max_length=80,
        help_text=_("For example: Business advice. Visitors look for it by this name."),
        error_messages={"required": _("Give the desk a name.")},
    )
    topics = PlainTextField(label=_("What one can ask about"), max_length=300, required=False, lines=True)
    languages = forms.MultipleChoiceField(
        label=_("Languages of advice"),
        choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    place = PlainTextField(label=_("Where in the building"), max_length=120, required=False)
    opens_at = WhenField(label=_("The desk opens"))
    closes_at = WhenField(label=_("The desk closes"))
    minutes = forms.TypedChoiceField(label=_("Length of a visit"), coerce=int, choices=minutes_choices, initial=20)
    pause_from = forms.TimeField(label=_("A break begins"), required=False, widget=ClockInput())
    pause_until = forms.TimeField(label=_("and ends"), required=False, widget=ClockInput())
    takes_bookings = forms.BooleanField(label=_("Visitors can book a time"), required=False, initial=True)
    takes_queue = forms.BooleanField(label=_("Visitors can join a line"), required=False, initial=True)
    advisors = forms.ModelMultipleChoiceField(
        label=_("Advisors"),
        queryset=get_user_model().objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Advisors take turns at the desk: it receives one visitor at a time."),
        error_messages={"required": _("Choose at least one advisor.")},
    )

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["advisors"]
        chosen.queryset = get_user_model().objects.filter(pk__in=[one.pk for one in people]).order_by("name", "pk")
        chosen.label_from_instance = lambda one: one.name or one.email

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("pause_from"), data.get("pause_until")
        if (first is None) != (last is None):
            self.add_error("pause_until", _("Tell both when the break begins and when it ends, or neither."))
        elif first is not None and last is not None and last <= first:
            self.add_error("pause_until", _("The break ends before it begins."))
        return data

    def plan(self) -> DeskPlan:
        data = self.cleaned_data
        pause = None
        if data["pause_from"] and data["pause_until"]:
            day = timezone.localdate(data["opens_at"])
            clocks = (self._clock(key) for key in ("pause_from", "pause_until"))
            pause = tuple(timezone.make_aware(datetime.combine(day, clock)).astimezone(UTC) for clock in clocks)
        return DeskPlan(
            name=data["name"],
            topics=data["topics"],
            language=reader_language(),
            languages=tuple(data["languages"]),
            place=data["place"],
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
            minutes=data["minutes"],
            pause=(pause[0], pause[1]) if pause else None,
            takes_bookings=data["takes_bookings"],
            takes_queue=data["takes_queue"],
            advisors=list(data["advisors"]),
        )

    def _clock(self, key: str) -> time:
        """Left as it is, it is the one that was, whose `fold` tells the two apart in the hour that comes twice."""
        told: time = self.cleaned_data[key]
        was: time | None = self.initial.get(key)
        return was if was is not None and was == told else told


def initial_of(desk: AdviceDesk) -> dict[str, Any]:
    names = (
        "name",
        "topics",
        "languages",
        "place",
        "opens_at",
        "closes_at",
        "minutes",
        "takes_bookings",
        "takes_queue",
    )
    found = {name: getattr(desk, name) for name in names}
    for name in ("pause_from", "pause_until"):
        moment = getattr(desk, name)
        found[name] = timezone.localtime(moment).time() if moment else None
    return {**found, "advisors": [one.pk for one in desk.advisors.all()]}


class _AboutForm(forms.Form):
    about = PlainTextField(
        label=_("What you would like to talk of"),
        max_length=300,
        required=False,
        help_text=_("For the advisors, so that they can prepare. It is deleted a month after the event."),
    )


class LineForm(_AboutForm):
    """A place in line."""


class BookForm(_AboutForm):
    """One of the times that are free for the visitor and an advisor."""

    starts_at = forms.TypedChoiceField(
        label=_("Time"),
        coerce=datetime.fromisoformat,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the times."),
            "invalid_choice": _("That time is no longer free. Choose another."),
        },
    )
    field_order = ("starts_at", "about")

    def __init__(self, *args: Any, starts: Sequence[datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["starts_at"]
        chosen.choices = [(start.isoformat(), clock(start)) for start in starts]


class NoteForm(forms.Form):
    note = PlainTextField(
        label=_("A note of this visit"),
        max_length=1000,
        required=False,
        lines=True,
        help_text=_(
            "For the advisors of this desk only. It is in the visitor's data if they ask for it, and is deleted a "
            "month after the event."
        ),
    )
