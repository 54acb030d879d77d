"""What the party says of itself, and the themes that its words speak of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.profiles.base import SectionForm
from accounts.models import Profile
from accounts.services.sections import MOST_THEMES, TEXT_KINDS, TEXT_LIMIT, Section
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from themes.forms import ThemesField
from themes.models import Theme
from themes.queries import Proposal, propose_themes

Kind = Profile.Kind
TICKED = 6
"""Proposed themes that come ticked."""
_LANGUAGES = [("", _("Tell from the text")), *LANGUAGE_CHOICES]


def _language_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language of the text"),
        choices=_LANGUAGES,
        required=False,
        widget=forms.Select(attrs={"class": "narrow"}),
    )


def _words_field(label: Any, hint: Any) -> PlainTextField:
    return PlainTextField(
        label=label,
        help_text=hint,
        max_length=TEXT_LIMIT,
        lines=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class WordsForm(SectionForm):
    """What the party does, offers and looks for, each in a language of its own."""

    section = Section.WORDS

    does = _words_field(_("What does your organisation do?"), _("A sentence or two, as you would tell a neighbour."))
    does_language = _language_field()
    offers = _words_field(
        _("What does your organisation offer?"),
        _("Products, services, space, skills, side streams. One thing a line reads best."),
    )
    offers_language = _language_field()
    seeks = _words_field(
        _("What does your organisation look for?"),
        _("For example: “We look for someone near Liperi who can use our wood shavings.”"),
    )
    seeks_language = _language_field()

    def arrange(self) -> None:
        if not self.profile.is_person:
            return
        self.fields.pop("does")
        self.fields.pop("does_language")
        offers, seeks = self.fields["offers"], self.fields["seeks"]
        seeks.label = _("What do you look for?")
        if self.profile.kind == Kind.STUDENT:
            offers.label = _("What can you do?")
            offers.help_text = _("Skills, courses, hobbies: what a company would gain from you.")
            seeks.help_text = _("For example a subject for a thesis, a traineeship or a summer job.")
            seeks.required = True
            seeks.error_messages["required"] = _("Write what you look for")
            self.order_fields(["seeks", "seeks_language", "offers", "offers_language"])
        else:
            offers.label = _("What do you offer?")
            offers.help_text = _("Skills, time, space: what you could give or lend.")
            seeks.help_text = _("For example work, company for a project, or a place to practise.")

    @property
    def texts(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each text with its language."""
        return [
            (self[name], self[f"{name}_language"])
            for name in self.fields
            if name in TEXT_KINDS and f"{name}_language" in self.fields
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("offers") or data.get("seeks")):
            self.add_error("seeks", _("Write what you look for or what you offer: partners are proposed from it"))
        return data

    def values(self) -> dict[str, Any]:
        return {**super().values(), "reader": reader_language()}


class ThemesForm(SectionForm):
    """Themes proposed from the profile's own words come ticked the first time; the person decides."""

    section = Section.THEMES

    themes = ThemesField(
        label=_("Themes"),
        help_text=_("Found in your text. Take away those that do not hold."),
        required=False,
        most=MOST_THEMES,
    )

    def saved(self) -> dict[str, Any]:
        return {"themes": list(self.profile.themes.values_list("pk", flat=True))}

    def arrange(self) -> None:
        field = self.fields["themes"]
        assert isinstance(field, ThemesField)
        # One's own themes that still wait for a decision stay.
        own = Theme.objects.filter(profile_items__content_object=self.profile)
        field.queryset = (Theme.objects.active() | own).distinct()
        best: dict[int, Proposal] = {}
        for text in self.profile.texts.all():
            for proposal in propose_themes(text.text, text.language):
                had = best.get(proposal.theme.pk)
                if had is None or had.score < proposal.score:
                    best[proposal.theme.pk] = proposal
        self.proposals: list[Proposal] = sorted(best.values(), key=lambda one: -one.score)[:MOST_THEMES]
        field.propose(self.proposals)
        if not self.proposals:
            field.help_text = _("Nothing was found in your text. Choose what you want to be found by.")

    def tick_proposals(self) -> None:
        """Tick what the text speaks of most, where nothing has been chosen yet."""
        if not self.initial.get("themes"):
            self.initial["themes"] = [proposal.theme.pk for proposal in self.proposals[:TICKED]]
