"""Forms of members: joining, deciding, taking part, invoices, groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from networks.forms.choosing import MemberChoice, MembersChoice
from networks.models import Application, Criterion, Group, Membership, Network
from networks.rules.networks import profiles_to_join
from networks.services.applications import Ruling
from networks.services.groups import GroupPlan
from networks.services.memberships import InvoiceDetails


class JoinForm(forms.Form):
    """Who joins and, where one applies, in what words; each criterion with how it is met."""

    profile = forms.ModelChoiceField(
        label=_("Who joins"),
        queryset=Profile.objects.none(),
        error_messages={"required": _("Choose who joins.")},
    )
    text = PlainTextField(
        label=_("Why would you like to join?"),
        help_text=_("What you bring, and what you hope for. Only those who coordinate the network read it."),
        max_length=2000,
        lines=True,
        required=False,
    )
    language = forms.ChoiceField(label=_("The application is in"), choices=LANGUAGE_CHOICES)

    def __init__(self, *args: Any, network: Network, user: Any, criteria: Sequence[Criterion] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        profile: Any = self.fields["profile"]
        profile.queryset = profiles_to_join(user, network)
        profile.label_from_instance = lambda one: one.name
        profile.empty_label = None
        self.fields["language"].initial = reader_language()
        if network.admission == Network.Admission.OPEN:
            del self.fields["text"], self.fields["language"]
        for one in criteria:
            self.fields[f"criterion_{one.pk}"] = PlainTextField(
                label=one.sentence,
                help_text=one.shown_by,
                max_length=1500,
                lines=True,
                error_messages={"required": _("Tell how you meet this.")},
            )

    def shown(self) -> dict[int, str]:
        return {one.pk: self.cleaned_data[f"criterion_{one.pk}"] for one in self.criteria}


class DecisionForm(forms.Form):
    """Each criterion met or not, with a reason, and the decision."""

    ACCEPT, DECLINE = "accept", "decline"
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(ACCEPT, _("Accept as a member")), (DECLINE, _("Decline"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide.")},
    )
    reason = PlainTextField(
        label=_("Reason"),
        help_text=_("The applicant reads it. Always needed to decline."),
        max_length=600,
        lines=True,
        required=False,
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = list(application.answers.select_related("criterion"))
        for one in self.answers:
            self.fields[f"met_{one.criterion_id}"] = forms.ChoiceField(
                label=one.criterion.sentence,
                choices=[("yes", pgettext_lazy("criterion", "Met")), ("no", pgettext_lazy("criterion", "Not met"))],
                widget=forms.RadioSelect(attrs={"class": "side"}),
                error_messages={"required": _("Decide whether this is met.")},
            )
            self.fields[f"reason_{one.criterion_id}"] = PlainTextField(
                label=_("Why: %(criterion)s") % {"criterion": one.criterion.sentence},
                max_length=400,
                error_messages={"required": _("Give the reason.")},
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"answer": one, "met": self[f"met_{one.criterion_id}"], "reason": self[f"reason_{one.criterion_id}"]}
            for one in self.answers
        ]

    def is_accepted(self) -> bool:
        return bool(self.cleaned_data["decision"] == self.ACCEPT)

    def rulings(self) -> dict[int, Ruling]:
        data = self.cleaned_data
        return {
            one.criterion_id: Ruling(data[f"met_{one.criterion_id}"] == "yes", data[f"reason_{one.criterion_id}"])
            for one in self.answers
        }


class AppealForm(forms.Form):
    text = PlainTextField(
        label=_("Why should the decision be looked at again?"),
        help_text=_("Somebody else than the one who decided answers."),
        max_length=2000,
        lines=True,
        error_messages={"required": _("Tell why.")},
    )


class AppealAnswerForm(forms.Form):
    uphold = forms.ChoiceField(
        label=_("Answer to the appeal"),
        choices=[
            ("yes", _("Uphold the appeal: the applicant becomes a member")),
            ("no", _("The decision stands")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you answer.")},
    )
    reason = PlainTextField(
        label=_("Reason"),
        help_text=_("The applicant reads it."),
        max_length=600,
        lines=True,
        error_messages={"required": _("Give a reason that the applicant can understand.")},
    )


class InviteForm(forms.Form):
    """A profile by the slug of its page, from the list of those found."""

    profile = forms.CharField(max_length=120)
    why = PlainTextField(max_length=400, required=False)


class ReasonForm(forms.Form):
    why = PlainTextField(
        label=_("Why?"),
        help_text=_("The organisation reads it, and it stays in the history."),
        max_length=400,
        lines=True,
        error_messages={"required": _("Tell why, so that it can be understood afterwards.")},
    )


class SeatsForm(forms.Form):
    people: forms.Field = forms.ModelMultipleChoiceField(
        label=_("Who takes part"),
        help_text=_("Those who take part are told of what happens in the network."),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, membership: Membership, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.queryset = people
        field.label_from_instance = lambda person: person.name or person.email
        self.initial.setdefault("people", list(membership.seats.values_list("user", flat=True)))


class InvoiceForm(forms.Form):
    name = PlainTextField(label=_("Name on the invoice"), max_length=160, required=False)
    address = PlainTextField(label=_("Postal address"), max_length=300, required=False)
    email = forms.EmailField(
        label=_("E-mail for invoices"),
        required=False,
        error_messages={"invalid": _("Write an address such as name@company.fi, or leave this empty.")},
    )
    number = PlainTextField(
        label=_("Address of electronic invoices"),
        help_text=_("An OVT number or an IBAN."),
        max_length=40,
        required=False,
    )
    operator = PlainTextField(label=_("Operator of electronic invoices"), max_length=40, required=False)
    reference = PlainTextField(label=_("Your reference"), max_length=120, required=False)

    def details(self) -> InvoiceDetails:
        return InvoiceDetails(**self.cleaned_data)

    @classmethod
    def of(cls, membership: Membership, data: Any = None) -> InvoiceForm:
        return cls(data, initial={name: getattr(membership, f"invoice_{name}") for name in cls.base_fields})


class GroupForm(forms.Form):
    name = PlainTextField(
        label=_("Name of the group"), max_length=120, error_messages={"required": _("Write the group's name.")}
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Group.Kind.choices, widget=forms.RadioSelect)
    mandate = PlainTextField(
        label=_("What it does"),
        help_text=_("Of a steering group its mandate: what it decides on."),
        max_length=600,
        lines=True,
        required=False,
    )
    term_ends = forms.DateField(
        label=_("Its term ends"),
        help_text=_("Leave empty if it has no term."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "w-s"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Choose a day.")},
    )

    def plan(self) -> GroupPlan:
        return GroupPlan(**self.cleaned_data)


class GroupMembersForm(forms.Form):
    members: forms.Field = MembersChoice(label=_("Members of the group"), required=False)
    chair: forms.Field = MemberChoice(
        label=_("Chair"), help_text=_("One of the group's members."), required=False, empty_label=_("No chair yet")
    )

    def __init__(self, *args: Any, group: Group, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("members", "chair"):
            field: Any = self.fields[name]
            field.offer(members)
        self.initial.setdefault("members", list(group.members.values_list("membership", flat=True)))
        self.initial.setdefault("chair", group.chair_id)


class MembersFilterForm(forms.Form):
    """The coordinator's search: a part of a name, and a state."""

    q = PlainTextField(label=_("Name"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=pgettext_lazy("membership", "State"),
        required=False,
        choices=[("", pgettext_lazy("membership", "All states")), *Membership.State.choices],
    )

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name, ""))}
