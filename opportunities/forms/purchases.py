"""Telling of a planned purchase, asking about it, answering, and adding to it."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.clocks import moment_of
from core.forms import FilesField
from core.text import PlainTextField
from opportunities import hooks
from opportunities.forms.opportunities import A_DAY, LONGEST_TEXT, OpportunityForm, day_input, initial_of
from opportunities.models import Opportunity, OpportunityFile, Purchase
from opportunities.services.opportunities import Plan
from opportunities.services.purchases import Terms

LONGEST_QUESTION = 2000
NOT_ASKED = ("direction", "kind", "starts_on", "ends_on", "reward", "pay", "answered_by", "visibility")


class PurchaseForm(OpportunityForm):
    """A need that everybody sees, with its timetable and the end of questions."""

    timetable = PlainTextField(
        label=_("Timetable of the purchase"),
        help_text=_("An estimate will do: “Call for tenders in the autumn, contract from January”."),
        max_length=400,
        error_messages={"required": _("Tell when the purchase is planned, even if it is an estimate.")},
    )
    questions_day = forms.DateField(
        label=_("Questions until"),
        help_text=_("The last day on which questions are taken."),
        widget=day_input(),
        error_messages={"required": _("Choose until when questions are taken."), **A_DAY},
    )
    questions_time = forms.TimeField(
        label=_("Clock time"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(attrs={"type": "time", "step": 300, "class": "w-s"}, format="%H:%M"),
        error_messages={
            "required": _("Write the time like this: 9:30."),
            "invalid": _("Write the time like this: 9:30."),
        },
    )
    notice_url = forms.URLField(
        label=_("Official notice"),
        help_text=_("Where the notice is published, for example in Hilma. Leave empty until there is one."),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": _("Write an address such as https://www.hankintailmoitukset.fi/.")},
    )
    event = forms.TypedChoiceField(
        label=_("Market dialogue event"),
        help_text=_("If you also meet companies in person: your own event, whose page leads here."),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(
        self,
        *args: Any,
        profile: Profile,
        there: list[OpportunityFile],
        purchase: Purchase | None = None,
        **kwargs: Any,
    ) -> None:
        """`purchase`: what is edited. The event that it is linked to stays a choice when it is over."""
        super().__init__(*args, profile=profile, there=there, **kwargs)
        self._until = purchase.questions_until if purchase is not None else None
        linked = purchase.event if purchase is not None else None
        for name in NOT_ASKED:
            self.fields.pop(name, None)
        self.fields["title"].help_text = _("Name what is bought, so that companies find their own trade.")
        self.fields["text"].help_text = _("What is planned, how much, for whom, and on what you want to hear views.")
        self.fields["attachments"].help_text = _(
            "At most ten, 5 MB each: PDF, pictures, documents, tables or plain text. Everybody can open them."
        )
        self.fields["timetable"].widget.attrs["class"] = self.fields["notice_url"].widget.attrs["class"] = "input"
        events: Any = self.fields["event"]
        known = hooks.event_choices(profile, timezone.now())
        if linked is not None and linked not in dict(known):
            known = [*known, (linked, str(_("The event that is linked now")))]
        events.choices = [("", _("None")), *known]
        if not known:
            del self.fields["event"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        day, clock = given.get("questions_day"), given.get("questions_time")
        if day is not None and clock is not None:
            try:
                given["questions_until"] = moment_of(day, clock, self._until)
            except forms.ValidationError as error:  # a time that the clocks skip or repeat
                self.add_error("questions_time", error)
        return given

    def plan(self, terms: Terms | None = None) -> Plan:
        """With its own terms. Raises `attachments.BadFile`."""
        given = self.cleaned_data
        given |= dict.fromkeys(("starts_on", "ends_on", "pay"))
        given |= {"direction": Opportunity.Direction.NEED, "kind": Opportunity.Kind.PURCHASE, "reward": ""}
        given |= {"visibility": Opportunity.Visibility.PUBLIC}
        terms = Terms(given["timetable"], given["questions_until"], given["notice_url"], given.get("event"))
        return super().plan(terms)


def purchase_initial(opportunity: Opportunity) -> dict[str, Any]:
    purchase = opportunity.purchase
    until = timezone.localtime(purchase.questions_until)
    return {
        **initial_of(opportunity),
        "timetable": purchase.timetable,
        "questions_day": until.date(),
        "questions_time": until.time(),
        "notice_url": purchase.notice_url,
        "event": purchase.event,
    }


class OnceForm(forms.Form):
    """One form makes one thing, however often it is sent."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = token_hex(16)


class AskForm(OnceForm):
    text = PlainTextField(
        label=_("Your question"),
        help_text=_(
            "It is published as you write it, with its answer and without a name. "
            "Leave out your name and whatever is your trade's secret."
        ),
        max_length=LONGEST_QUESTION,
        lines=True,
        error_messages={"required": _("Write your question.")},
    )


class AnswerForm(forms.Form):
    text = PlainTextField(
        label=_("Answer to everybody"),
        help_text=_("The question and this answer are public at the moment you press. Later you can add, not rewrite."),
        max_length=LONGEST_TEXT,
        lines=True,
        error_messages={"required": _("Write the answer.")},
    )


class DeclineForm(forms.Form):
    why = PlainTextField(
        label=_("Why is it not published?"),
        help_text=_("Only the one who asked is told this, and can ask anew. You are not told who it is."),
        max_length=400,
        lines=True,
        error_messages={"required": _("Tell why it is not published, so that whoever asked can ask anew.")},
    )


class CorrectionForm(OnceForm):
    text = PlainTextField(
        label=_("Correction"),
        help_text=_("The answer stays as people have read it. This stands below it with today's date."),
        max_length=LONGEST_TEXT,
        lines=True,
        error_messages={"required": _("Write what is new.")},
    )


class InformationForm(OnceForm):
    text = PlainTextField(
        label=_("What is new?"),
        help_text=_("It stands on the page with its date, and those who follow are told. It cannot be taken back."),
        max_length=LONGEST_TEXT,
        lines=True,
        error_messages={"required": _("Write what is new.")},
    )
    attachments = FilesField(
        help_text=_("5 MB each: PDF, pictures, documents, tables or plain text. Everybody can open them.")
    )
