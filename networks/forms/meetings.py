"""Forms of a network's meetings: the series, a meeting, its agenda and its minutes."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import places
from core.forms import StampedForm
from core.text import PlainTextField, reader_language
from events.forms.again import EVERY, OWN
from events.forms.fields import ClockInput, DayInput, WhenField
from events.free_days import free_days
from events.recurrence import FARTHEST, Dates, Every, dates_after
from networks.forms.choosing import MemberChoice
from networks.models import AgendaItem, Group, Membership, NetworkMeeting
from networks.services.meetings import place_of

MOST = 24
DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


def _small(low: int, high: int) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric", "min": low, "max": high})


class SeriesForm(forms.Form):
    """First the dates are shown, then the series is made."""

    first = forms.DateField(
        label=_("First meeting"),
        input_formats=DAY_FORMATS,
        widget=DayInput(),
        error_messages={
            "required": _("Choose the day of the first meeting."),
            "invalid": _("Write the day like this: 2026-12-03 or 3.12.2026."),
        },
    )
    at = forms.TimeField(
        label=_("Begins at"),
        input_formats=["%H:%M", "%H.%M"],
        widget=ClockInput(),
        error_messages={"required": _("Choose the time."), "invalid": _("Write the time like this: 9:30.")},
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=30, max_value=600, initial=120, widget=_small(30, 600)
    )
    every = forms.ChoiceField(
        label=_("How often"),
        choices=[choice for choice in EVERY if choice[0] != OWN],
        widget=forms.RadioSelect,
        initial=Every.MONTH_WEEKDAY.value,
    )
    count = forms.IntegerField(
        label=_("How many meetings"), min_value=1, max_value=MOST, initial=5, widget=_small(1, MOST)
    )
    leaves_holidays_out = forms.BooleanField(label=_("Leave out holidays of Finland"), required=False, initial=True)
    themes = PlainTextField(
        label=_("Themes"),
        help_text=_("One on each line, in the order of the meetings. You can write them later too."),
        max_length=3000,
        lines=True,
        required=False,
    )
    in_turn = forms.BooleanField(
        label=_("Members host in turn"),
        help_text=_("Each meeting is at a member's, those who have hosted least first. You can change any of them."),
        required=False,
    )
    place = PlainTextField(
        label=_("Place"), help_text=_("If members do not host in turn."), max_length=200, required=False
    )
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    table_size = forms.IntegerField(
        label=_("People at a table"),
        help_text=_("Four is a good number: everybody speaks."),
        min_value=2,
        max_value=12,
        initial=4,
        widget=_small(2, 12),
    )
    group = forms.ModelChoiceField(
        label=_("For"), queryset=Group.objects.none(), required=False, empty_label=_("The whole network")
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, network: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = reader_language()
        self.fields["municipality"].choices = [("", "–"), *places.choices(language)]  # type: ignore[attr-defined]  # a choice field
        self.fields["group"].queryset = Group.objects.filter(network=network, ended_at=None)  # type: ignore[attr-defined]  # a model choice field
        self.fields["themes"].widget.attrs["rows"] = 5
        self.fields["key"].initial = token_hex(16)

    def clean_themes(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["themes"].split("\n")]
        if any(len(line) > 120 for line in lines):
            raise forms.ValidationError(_("A theme has at most 120 characters."))
        return [line for line in lines if line]

    def clean_first(self) -> Any:
        day = self.cleaned_data["first"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose a day that has not passed."))
        return day

    def dates(self) -> Dates:
        """The first one counts, if it is no holiday."""
        given = self.cleaned_data
        first, language = given["first"], reader_language()
        years = range(first.year, (first + FARTHEST).year + 1)
        free = free_days(years, language) if given["leaves_holidays_out"] else {}
        own = () if first in free else (first,)
        rest = dates_after(first, Every(given["every"]), given["count"] - len(own), free)
        left_out = ((first, free[first]), *rest.left_out) if first in free else rest.left_out
        return Dates((*own, *rest.held), left_out)


class MeetingForm(forms.Form):
    theme = PlainTextField(label=_("Theme"), max_length=120, required=False)
    aim = PlainTextField(
        label=_("Aim"),
        help_text=_("What there is when the meeting ends that there was not before."),
        max_length=300,
        required=False,
    )
    host = MemberChoice(label=_("Host"), required=False, empty_label=_("Nobody"))
    place = PlainTextField(
        label=_("Place"), help_text=_("Leave empty to meet at the host's."), max_length=200, required=False
    )
    table_size = forms.IntegerField(label=_("People at a table"), min_value=2, max_value=12, widget=_small(2, 12))

    def __init__(self, *args: Any, meeting: NetworkMeeting, **kwargs: Any) -> None:
        is_at_host = meeting.host is not None and meeting.event.place == place_of(meeting.host)
        kwargs["initial"] = {
            "theme": meeting.theme,
            "aim": meeting.aim,
            "host": meeting.host_id,
            "place": "" if is_at_host else meeting.event.place,
            "table_size": meeting.table_size,
        }
        super().__init__(*args, **kwargs)
        self.fields["host"].offer(members_of(meeting))  # type: ignore[attr-defined]  # a choice of members


class MoveForm(forms.Form):
    starts_at = WhenField(label=_("New time"), error_messages={"required": _("Choose the day and the time.")})
    with_following = forms.BooleanField(
        label=_("Move all that follow as much"),
        help_text=_("They keep their hour of the clock, over the change of summer time too."),
        required=False,
    )


class AgendaForm(forms.Form):
    """Minutes for each part; none leaves it out."""

    def __init__(self, *args: Any, meeting: NetworkMeeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = {item.kind: item.minutes for item in meeting.agenda.all()}
        for kind, label in AgendaItem.Kind.choices:
            self.fields[kind] = forms.IntegerField(
                label=label, min_value=0, max_value=600, initial=now.get(kind, 0), widget=_small(0, 600)
            )


class MinutesForm(StampedForm):
    text = PlainTextField(label=_("Minutes"), max_length=20000, lines=True, required=False)
    decisions = PlainTextField(
        label=_("Decisions"), help_text=_("One on each line."), max_length=8000, lines=True, required=False
    )

    def clean_decisions(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["decisions"].split("\n")]
        if any(len(line) > 400 for line in lines):
            raise forms.ValidationError(_("A decision has at most 400 characters."))
        return [line for line in lines if line]


class DraftForm(StampedForm):
    """What is being typed: kept as it is, half a line too."""

    text = PlainTextField(max_length=20000, lines=True, required=False)
    decisions = PlainTextField(max_length=8000, lines=True, required=False)


class TaskForm(forms.Form):
    text = PlainTextField(label=_("Task"), max_length=400, error_messages={"required": _("Write what is to be done.")})
    who = MemberChoice(label=_("Who"), required=False, empty_label="–")
    due = forms.DateField(
        label=_("By when"),
        input_formats=DAY_FORMATS,
        widget=DayInput(),
        required=False,
        error_messages={"invalid": _("Write the day like this: 2026-12-03 or 3.12.2026.")},
    )

    def __init__(self, *args: Any, meeting: NetworkMeeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].offer(members_of(meeting))  # type: ignore[attr-defined]  # a choice of members


def members_of(meeting: NetworkMeeting) -> QuerySet[Membership]:
    found = meeting.network.memberships.standing().select_related("profile").order_by("profile__name_fi", "pk")
    if meeting.group is not None:
        found = found.filter(groups__group=meeting.group)
    return found
