"""Forms of a network's meetings: the series, a meeting, its agenda and its minutes."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core import places
from core.forms import StampedForm
from core.text import LANGUAGES, PlainTextField, reader_language
from events.forms.again import EVERY, OWN
from events.forms.fields import ClockInput, DayInput, WhenField
from events.free_days import free_days
from events.recurrence import FARTHEST, Dates, Every, dates_after
from networks.forms.choosing import MemberChoice
from networks.models import AgendaItem, Group, Membership, NetworkMeeting
from networks.services.meetings import AGENDA_NAMES, Part, place_of

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
        label=_("Themes and aims"),
        help_text=_(
            "One on each line, in the order of the meetings. After a colon you can write the aim: what there is when "
            "the meeting ends. You can write them later too."
        ),
        max_length=9000,
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
    agenda = forms.ChoiceField(
        label=_("Agenda to begin from"),
        help_text=_("You can change it for each meeting."),
        choices=list(AGENDA_NAMES.items()),
        initial="usual",
        required=False,
    )
    group = forms.ModelChoiceField(
        label=_("For"), queryset=Group.objects.none(), required=False, empty_label=_("The whole network")
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, groups: QuerySet[Group], may_plan_all: bool, **kwargs: Any) -> None:
        """`groups`: those whose meetings the reader may plan; `may_plan_all`: the whole network's, too."""
        super().__init__(*args, **kwargs)
        self.may_plan_all = may_plan_all
        language = reader_language()
        self.fields["municipality"].choices = [("", "–"), *places.choices(language)]  # type: ignore[attr-defined]  # a choice field
        group: Any = self.fields["group"]
        group.queryset = groups
        if not may_plan_all:
            group.empty_label = None
        self.fields["themes"].widget.attrs["rows"] = 5
        self.fields["key"].initial = token_hex(16)

    def clean_themes(self) -> list[tuple[str, str]]:
        """(theme, aim) for each line; the aim is what stands after the first colon."""
        lines = [line.strip() for line in self.cleaned_data["themes"].split("\n")]
        found = []
        for line in lines:
            theme, _colon, aim = (part.strip() for part in line.partition(":"))
            if len(theme) > 120:
                raise forms.ValidationError(_("A theme has at most 120 characters."))
            if len(aim) > 300:
                raise forms.ValidationError(_("An aim has at most 300 characters."))
            if theme or aim:
                found.append((theme, aim))
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.may_plan_all and "group" in given and given["group"] is None:
            self.add_error("group", _("Choose the group that you chair."))
        return given

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
        help_text=_("Meetings begin at the same time by the clock in summer and in winter."),
        required=False,
    )


PART = re.compile(r"(\d{1,3})\s*(?:min\.?)?\s+(.+)")


class AgendaForm(forms.Form):
    """A part on each line, its minutes first: lines are added, moved and taken away as in any text. A line that is one
    of the usual parts by its name, in whichever language, is that part."""

    parts = PlainTextField(
        label=_("Parts"),
        help_text=_("One on each line: first its minutes, then what it is. Move, add and take away lines as you like."),
        max_length=3000,
        lines=True,
        required=False,
    )

    def __init__(self, *args: Any, meeting: NetworkMeeting, **kwargs: Any) -> None:
        lines = [f"{one.minutes} {one.name}" for one in meeting.agenda.all()]
        kwargs["initial"] = {"parts": "\n".join(lines)}
        super().__init__(*args, **kwargs)
        self.fields["parts"].widget.attrs["rows"] = max(6, len(lines) + 1)

    def clean_parts(self) -> list[Part]:
        kinds = _kinds_by_name()
        found = []
        for line in self.cleaned_data["parts"].split("\n"):
            if not line.strip():
                continue
            parts = PART.fullmatch(line.strip())
            if parts is None:
                raise forms.ValidationError(
                    _("Begin each line with minutes, like this: 20 Introductions. This one does not: %(line)s")
                    % {"line": line.strip()[:60]}
                )
            minutes, name = int(parts[1]), parts[2].strip()
            if minutes > 600:
                raise forms.ValidationError(_("A part takes at most 600 minutes."))
            if len(name) > 120:
                raise forms.ValidationError(_("The name of a part has at most 120 characters."))
            kind = kinds.get(name.casefold(), AgendaItem.Kind.OTHER)
            found.append(Part(kind, minutes, name if kind == AgendaItem.Kind.OTHER else ""))
        return found


def _kinds_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in LANGUAGES:
        with translation.override(code):
            found |= {str(kind.label).casefold(): kind.value for kind in AgendaItem.Kind if kind != "other"}
    return found


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
