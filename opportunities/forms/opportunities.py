"""Writing an offer or a need, closing it, taking it down, answering it."""

from __future__ import annotations

import re
from decimal import Decimal
from secrets import token_hex
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Profile, User
from core import places
from core.attachments import Prepared, prepare
from core.forms import FilesField, StampedForm
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from opportunities.models import Opportunity, OpportunityFile, SavedSearch
from opportunities.rules import opportunities as rules
from opportunities.services.opportunities import Plan
from opportunities.services.purchases import Terms
from themes.forms import ThemesField, keys
from themes.queries import Proposal, propose_themes

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
TICKED = 3
"""Proposed themes that come ticked."""
A_DAY = {"invalid": _("Choose a day.")}


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "w-s"}, format="%Y-%m-%d")


class PayField(forms.DecimalField):
    """Euros a month as people write them: 2 300, 2300,50 €."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        text = re.sub(r"[\s\u00a0\u202f€]", "", str(value)).replace(",", ".")
        if not re.fullmatch(r"\d+(\.\d{1,2})?", text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class OpportunityForm(StampedForm):
    """The whole on one page. `proposals` are the themes that the text speaks of, once it has been asked. `of_others`:
    the writer may tell of what somebody else offers."""

    direction = forms.ChoiceField(
        label=_("Do you offer or need?"),
        choices=Opportunity.Direction.choices,
        widget=forms.RadioSelect(attrs={"class": "side"}),
        error_messages={"required": _("Choose whether you offer or need.")},
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("opportunity", "What kind"),
        choices=[("", _("Choose")), *(one for one in Opportunity.Kind.choices if one[0] != Opportunity.Kind.PURCHASE)],
        error_messages={"required": _("Choose what kind it is.")},
    )
    title = PlainTextField(
        label=pgettext_lazy("opportunity", "Title"),
        help_text=_("Name the thing itself: “Dry storage, 40 m², for the winter”."),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Write a title.")},
    )
    text = PlainTextField(
        label=_("What is it about?"),
        help_text=_("What, how much, for whom, by when. Partners are found by these words."),
        max_length=LONGEST_TEXT,
        lines=True,
        error_messages={"required": _("Tell in a sentence or two what it is about.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the text"),
        choices=[("", _("Tell from the text")), *LANGUAGE_CHOICES],
        required=False,
        widget=forms.Select(attrs={"class": "narrow"}),
    )
    themes = ThemesField(label=_("Themes"), required=False, most=rules.MOST_THEMES)
    municipality = forms.ChoiceField(label=_("Where"), required=False)
    starts_on = forms.DateField(
        label=_("First day of the work"), required=False, widget=day_input(), error_messages=A_DAY
    )
    ends_on = forms.DateField(label=_("Last day of the work"), required=False, widget=day_input(), error_messages=A_DAY)
    reward = PlainTextField(
        label=_("Price or reward"),
        help_text=_("In your own words: “by agreement”, “free for whoever collects it”."),
        max_length=120,
        required=False,
    )
    pay = PayField(
        label=_("Pay, euros a month"),
        max_digits=8,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"class": "w-s", "inputmode": "decimal"}),
        error_messages={"invalid": _("Write the pay as a number, such as 2300 or 2300,50.")},
    )
    source = PlainTextField(
        label=_("Who offers it, if somebody else does"),
        help_text=_("A funder, an adviser, a programme. Partners see whose it is, and that you only tell of it."),
        max_length=120,
        required=False,
    )
    source_url = forms.CharField(
        label=_("Its page at the source"),
        max_length=1000,
        required=False,
        widget=forms.URLInput(attrs={"class": "input"}),
        error_messages={"max_length": _("The address is too long: the limit is a thousand characters.")},
    )
    attachments = FilesField(
        help_text=_(
            "At most four, 5 MB each: PDF, pictures, documents, tables or plain text. Whoever sees this can open them."
        )
    )
    without = forms.MultipleChoiceField(label=_("Take away"), required=False, widget=forms.CheckboxSelectMultiple)
    answered_by = forms.ModelChoiceField(
        label=_("Who answers"),
        help_text=_("Conversations about this come into their care."),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Whoever has time"),
    )
    visibility = forms.ChoiceField(
        label=_("Who sees it"), choices=Opportunity.Visibility.choices, widget=forms.RadioSelect
    )
    last_day = forms.DateField(
        label=_("Open until"),
        help_text=_("Six months ahead at most. We remind you before it ends, and you can renew it in one press."),
        widget=day_input(),
        error_messages={"required": _("Choose the last day."), **A_DAY},
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(
        self, *args: Any, profile: Profile, there: list[OpportunityFile], of_others: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["municipality"].choices = [("", _("Anywhere")), *places.choices(reader_language())]
        people = User.objects.filter(representations__profile=profile, is_active=True).distinct()
        fields["answered_by"].queryset = people.order_by("name", "pk")
        fields["once"].initial = self.initial.get("once") or token_hex(16)
        if there:
            fields["without"].choices = [(str(one.pk), one.name) for one in there]
        else:
            del self.fields["without"]
        if not self.fields["answered_by"].queryset[1:2]:  # type: ignore[attr-defined]  # a choice field
            del self.fields["answered_by"]
        if not of_others:
            del self.fields["source"], self.fields["source_url"]
        for name in ("kind", "municipality", "title", "reward", "answered_by", "source"):
            if name in self.fields:
                self.fields[name].widget.attrs.setdefault("class", "input")
        self.proposals: list[Proposal] = []

    def propose(self, text: str, language: str = "") -> None:
        """Show the themes that the text speaks of, with the words that gave each."""
        self.proposals = propose_themes(text, language or None)[: rules.MOST_THEMES] if text.strip() else []
        field = self.fields["themes"]
        assert isinstance(field, ThemesField)
        field.propose(self.proposals)

    def plan(self, terms: Terms | None = None) -> Plan:
        """What the services ask for. Raises `attachments.BadFile`."""
        given = self.cleaned_data
        return Plan(
            direction=given["direction"],
            kind=given["kind"],
            title=given["title"],
            text=given["text"],
            language=given["language"],
            reader=reader_language(),
            municipality=given["municipality"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            reward=given["reward"],
            pay=given["pay"],
            source=given.get("source"),
            source_url=given.get("source_url", ""),
            visibility=given["visibility"],
            last_day=given["last_day"],
            answered_by=given.get("answered_by"),
            themes=tuple(given["themes"]),
            files=prepared(given["attachments"]),
            without=[int(pk) for pk in given.get("without", ())],
            terms=terms,
        )


def prepared(uploads: list[Any]) -> list[Prepared]:
    """Raises `attachments.BadFile`; more than can be taken are not looked at."""
    return [prepare(one, one.name or "", one.size) for one in uploads[: rules.MOST_DOCUMENTS + 1]]


def initial_of(opportunity: Opportunity) -> dict[str, Any]:
    plain = ("direction", "kind", "title", "text", "language", "municipality", "starts_on", "ends_on", "reward", "pay",
             "source", "source_url", "visibility", "last_day", "answered_by")  # fmt: skip
    return {
        **{name: getattr(opportunity, name) for name in plain},
        "themes": [item.tag_id for item in opportunity.theme_items.all()],
    }


def typed(data: Any, form: type[OpportunityForm] = OpportunityForm) -> dict[str, Any]:
    """What a form was sent, to be shown again as it is, before anything is checked."""
    several = ("themes", "without")
    found = {name: data.get(name, "") for name in form.base_fields if name not in (*several, "attachments")}
    return {**found, "themes": list(keys(data.getlist("themes"))), "without": data.getlist("without")}


def tick_proposals(initial: dict[str, Any], text: str, language: str) -> dict[str, Any]:
    """With what the text speaks of most ticked, where nothing has been chosen yet."""
    if initial.get("themes") or not text.strip():
        return initial
    return {**initial, "themes": [one.theme.pk for one in propose_themes(text, language or None)[:TICKED]]}


class CloseForm(forms.Form):
    """`answered` are those who answered: with one of them it was found here."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=Opportunity.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    found = forms.ModelChoiceField(
        label=_("With whom, if it was found here"),
        queryset=Profile.objects.none(),
        required=False,
        empty_label=_("I would rather not say"),
    )

    def __init__(self, *args: Any, opportunity: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answered = Profile.objects.filter(pk__in=opportunity.answers.values("profile"))
        field: Any = self.fields["found"]
        field.queryset = answered.order_by("name_fi", "pk")
        field.label_from_instance = lambda profile: profile.name
        if not answered.exists():
            del self.fields["found"]


class TakeDownForm(forms.Form):
    why = PlainTextField(
        label=_("Why?"),
        help_text=_("The organisation is told this, and can ask you about it."),
        max_length=400,
        lines=True,
        error_messages={"required": _("Tell why, so that it can be understood afterwards.")},
    )


class SaveSearchForm(forms.Form):
    name = PlainTextField(label=_("Name of the search"), max_length=80, required=False)
    rhythm = forms.ChoiceField(
        label=_("Tell me of new ones"),
        choices=[
            (SavedSearch.Rhythm.DAILY, _("In the daily digest")),
            (SavedSearch.Rhythm.NOW, _("At once")),
            (SavedSearch.Rhythm.NEVER, _("Do not tell")),
        ],
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
