"""What a calendar's address shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.hooks import Circle
from events.models import CalendarFeed, Event
from events.queries.meetings import Colleague
from themes.models import Theme


class FeedForm(forms.Form):
    """One choice of all that a person can subscribe to: themselves, the house, each network of theirs, each
    event, each theme.
    """

    what = forms.ChoiceField(
        label=_("What it shows"), error_messages={"required": _("Choose what the calendar shows.")}
    )

    def __init__(
        self,
        *args: Any,
        events: Sequence[Event],
        themes: Sequence[Theme],
        circles: Sequence[tuple[Circle, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        scope = CalendarFeed.Scope
        self.events = {f"{scope.EVENT}-{event.pk}": event for event in events}
        self.themes = {f"{scope.THEME}-{theme.pk}": theme for theme in themes}
        self.circles = {f"{scope.CIRCLE}-{circle.key}-{circle.pk}": circle for circle, _name in circles}
        groups: list[Any] = [(scope.OWN.value, scope.OWN.label), (scope.NETWORK.value, scope.NETWORK.label)]
        if circles:
            named = zip(self.circles, circles, strict=True)
            groups.append((scope.CIRCLE.label, [(key, name) for key, (_circle, name) in named]))
        if events:
            groups.append((scope.EVENT.label, [(key, event.title) for key, event in self.events.items()]))
        if themes:
            groups.append((scope.THEME.label, [(key, theme.label) for key, theme in self.themes.items()]))
        self.fields["what"].choices = groups  # type: ignore[attr-defined]  # a ChoiceField

    def chosen(self) -> dict[str, Any]:
        what = self.cleaned_data["what"]
        return {
            "scope": what.split("-")[0],
            "event": self.events.get(what),
            "theme": self.themes.get(what),
            "circle": self.circles.get(what),
        }


class HandOverForm(forms.Form):
    """Which colleague comes instead."""

    colleague = forms.ChoiceField(
        label=_("Who comes instead of you?"), error_messages={"required": _("Choose one of your colleagues.")}
    )

    def __init__(self, *args: Any, colleagues: Sequence[Colleague], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.user.pk): one.user for one in colleagues}
        self.fields["colleague"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, person.name or person.email) for key, person in self.people.items()
        ]
