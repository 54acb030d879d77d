"""A feed of others, and the form of an opportunity filled in from what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import StampedForm
from core.text import LANGUAGE_CHOICES, PlainTextField
from opportunities.forms.opportunities import TICKED
from opportunities.models import Candidate, Feed, Opportunity
from opportunities.rules import opportunities as rules
from opportunities.services.feeds import FeedPlan
from themes.forms import ThemesField
from themes.models import Theme
from themes.queries import propose_themes


class FeedForm(StampedForm):
    name = PlainTextField(
        label=_("Name of the source"),
        help_text=_("It is shown with all that comes from here: “Business Finland”, “Motiva, energy advice”."),
        max_length=120,
        error_messages={"required": _("Write the name of the source.")},
    )
    address = forms.CharField(
        label=_("Address of the feed"),
        help_text=_("RSS, Atom or a calendar (iCal). It begins with https:// or webcal://."),
        max_length=500,
        error_messages={
            "required": _("Write the address of the feed. It begins with https:// or webcal://."),
            "max_length": _("The address is too long: the limit is five hundred characters."),
        },
        widget=forms.URLInput(attrs={"class": "input"}),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("opportunity", "What kind"),
        choices=[(value, label) for value, label in Opportunity.Kind.choices if value != Opportunity.Kind.PURCHASE],
        initial=Opportunity.Kind.FUNDING,
        widget=forms.Select(attrs={"class": "input"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the text"),
        choices=[("", _("Tell from the text")), *LANGUAGE_CHOICES],
        required=False,
        widget=forms.Select(attrs={"class": "narrow"}),
    )
    visibility = forms.ChoiceField(
        label=_("Who sees it"),
        choices=Opportunity.Visibility.choices,
        initial=Opportunity.Visibility.PUBLIC,
        widget=forms.RadioSelect,
    )
    themes = ThemesField(label=_("Themes"), required=False, most=rules.MOST_THEMES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs.setdefault("class", "input")

    def plan(self) -> FeedPlan:
        given = self.cleaned_data
        return FeedPlan(
            name=given["name"],
            address=given["address"],
            kind=given["kind"],
            visibility=given["visibility"],
            language=given["language"],
            themes=tuple(given["themes"]),
        )


def initial_of(feed: Feed) -> dict[str, Any]:
    plain = ("name", "address", "kind", "language", "visibility")
    themes = [item.tag_id for item in feed.theme_items.all()]
    return {**{name: getattr(feed, name) for name in plain}, "themes": themes}


def typed(data: Any) -> dict[str, Any]:
    """What a form was sent, to be shown again as it is, before anything is checked."""
    found = {name: data.get(name, "") for name in FeedForm.base_fields if name != "themes"}
    return {**found, "themes": data.getlist("themes")}


def initial_from(candidate: Candidate, today: date) -> dict[str, Any]:
    """An offer of the feed's kind, with the feed's themes and those that the text speaks of most. Without a deadline
    the coordinator gives the day; one beyond what an offer may last is given as far as it may."""
    feed = candidate.feed
    suits = [item.tag_id for item in feed.theme_items.all() if item.tag.state == Theme.State.ACTIVE]
    told = propose_themes(f"{candidate.title}\n{candidate.text}", feed.language or None)[:TICKED]
    last_day = min(candidate.deadline, rules.latest_day(today)) if candidate.deadline else None
    return {
        "direction": Opportunity.Direction.OFFER,
        "kind": feed.kind,
        "title": candidate.title,
        "text": candidate.text,
        "language": feed.language,
        "source": feed.name,
        "source_url": candidate.link,
        "visibility": feed.visibility,
        "last_day": last_day,
        "themes": list(dict.fromkeys([*suits, *(one.theme.pk for one in told)]))[: rules.MOST_THEMES],
    }
