"""Forms of a network: making it, its goals, its criteria, its end; and the list's filter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core import places
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from events.forms.hosting import HostedForm
from networks.models import Network
from networks.queries import networks as queries
from networks.services.networks import NetworkPlan
from networks.wording import area_of
from themes.forms import ThemesField

MOST_THEMES = 3
"""A network with more themes is about none of them."""


class AreaField(PlainTextField):
    """Municipalities and regions by name, between commas, as people write them; the value is a list of codes."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        regions = {name.casefold(): one.code for one in places.regions().values() for name in (one.fi, one.sv, one.en)}
        codes, unknown = [], []
        for part in (part.strip() for part in text.replace("\n", ",").replace(";", ",").split(",")):
            code = places.find(part) or regions.get(part.casefold(), "") if part else ""
            if code:
                codes.append(code)
            elif part:
                unknown.append(part)
        if unknown:
            raise forms.ValidationError(
                _("There is no municipality or region called %(name)s. Check the spelling."),
                params={"name": unknown[0][:60]},
            )
        return list(dict.fromkeys(codes))


class NetworkForm(HostedForm):
    """A network as its coordinator writes it."""

    WORDS = ("name", "purpose")

    themes = ThemesField(
        label=_("Theme"),
        help_text=_("One is best. The narrower it is, the easier it is to tell who belongs."),
        most=MOST_THEMES,
        required=False,
    )
    name_fi = PlainTextField(label=_("Name in Finnish"), max_length=160, required=False)
    name_sv = PlainTextField(label=_("Name in Swedish"), max_length=160, required=False)
    name_en = PlainTextField(label=_("Name in English"), max_length=160, required=False)
    purpose_fi = PlainTextField(label=_("Purpose in Finnish"), max_length=600, lines=True, required=False)
    purpose_sv = PlainTextField(label=_("Purpose in Swedish"), max_length=600, lines=True, required=False)
    purpose_en = PlainTextField(label=_("Purpose in English"), max_length=600, lines=True, required=False)
    area = AreaField(
        label=_("Area"),
        help_text=_("Municipalities or regions, with commas between them: Joensuu, Liperi."),
        max_length=1000,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken in the network"),
        choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    language = forms.ChoiceField(label=_("Goals, criteria and groups are written in"), choices=LANGUAGE_CHOICES)
    admission = forms.ChoiceField(
        label=_("How one becomes a member"), choices=Network.Admission.choices, widget=forms.RadioSelect
    )
    visibility = forms.ChoiceField(
        label=_("Who sees the network"), choices=Network.Visibility.choices, widget=forms.RadioSelect
    )
    membership_months = forms.IntegerField(
        label=_("A membership holds for so many months"),
        help_text=_("Leave empty if it holds for good. Before the end we ask each member to renew it."),
        required=False,
        min_value=1,
        max_value=120,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
    )
    fee = PlainTextField(
        label=_("Fee"),
        help_text=_("As information: how much, for what, how it is invoiced. Nothing is paid here."),
        max_length=300,
        required=False,
    )
    organiser = forms.ModelChoiceField(
        label=pgettext_lazy("network", "Who hosts it"), queryset=Profile.objects.none(), required=False
    )

    def __init__(self, *args: Any, user: Any, network: Network | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, organiser_id=network.organiser_id if network else None, **kwargs)
        self.fields["organiser"].error_messages["required"] = _("Choose who hosts the network.")
        self.fields[f"purpose_{reader_language()}"].help_text = _(
            "Two sentences: who come together, and what is different when it has worked."
        )

    @property
    def own_name(self) -> forms.BoundField:
        return self.own_words[0]

    @property
    def own_purpose(self) -> forms.BoundField:
        return self.own_words[1]

    def plan(self) -> NetworkPlan:
        data = self.cleaned_data
        return NetworkPlan(
            names=self.by_language("name"),
            purposes=self.by_language("purpose"),
            language=data["language"],
            languages=tuple(data["languages"]),
            area=tuple(data["area"]),
            admission=data["admission"],
            visibility=data["visibility"],
            fee=data["fee"],
            membership_months=data["membership_months"],
            themes=tuple(data["themes"]),
        )


def initial_of(network: Network) -> dict[str, Any]:
    """What the form shows of a network that is edited."""
    plain = [name for name in NetworkForm.base_fields if name not in ("stamp", "once", "themes", "area")]
    return {
        **{name: getattr(network, name) for name in plain},
        "themes": [theme.pk for theme in network.themes.all()],
        "area": area_of(network),
    }


class GoalForm(forms.Form):
    year = forms.IntegerField(
        label=_("Year"),
        min_value=2000,
        max_value=2100,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
        error_messages={"required": _("Write the year.")},
    )
    text = PlainTextField(
        label=_("Goal"),
        help_text=_("Such that one can see whether it was reached."),
        max_length=300,
        error_messages={"required": _("Write the goal.")},
    )


class CriterionForm(forms.Form):
    sentence = PlainTextField(
        label=_("Criterion"),
        help_text=_("One sentence that can be met or not."),
        max_length=300,
        error_messages={"required": _("Write the criterion.")},
    )
    shown_by = PlainTextField(
        label=_("How it is shown"),
        help_text=_("A certificate, a link, a description in one's own words."),
        max_length=300,
        error_messages={"required": _("Write how one shows it.")},
    )


class CoordinatorForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail of the new coordinator"),
        help_text=_("Of someone who represents the host or a member, and has an account here."),
        error_messages={
            "required": _("Write the address."),
            "invalid": _("Write an address such as name@company.fi."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-m"}),
    )


class EndForm(forms.Form):
    reason = PlainTextField(
        label=_("Why?"), help_text=_("Sent to the members."), max_length=400, lines=True, required=False
    )


class FilterForm(forms.Form):
    """The list's filter. What is not known is left out rather than refused: a shared link goes on working."""

    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = sorted((theme.label, theme.slug) for theme in queries.themes_in_use(user))
        self.fields["theme"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("All themes")),
            *[(slug, label) for label, slug in themes],
        ]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        known = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return {name: value for name, value in known.items() if value}
