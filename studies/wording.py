"""What is said of theses and places, in the reader's language."""

from __future__ import annotations

from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from studies.models import SeasonPlace, ThesisChange

CAUSES = {
    "chosen": _("Somebody was chosen, and the agreement was begun."),
    "signed": _("All three have signed the agreement."),
    "new_version": _("A new version of the agreement was opened."),
    "version_dropped": _("The new version of the agreement was let go."),
    "version_signed": _("All three have signed the new version of the agreement."),
    "supervisor": _("The supervisor changed."),
    "supervisor_left": _("The supervisor is not here any more. The school names another."),
    "student_left": _("The student closed the account."),
    "company_gone": _("The company's profile was taken down."),
    "school_gone": _("The school's profile was taken down."),
    "embargo_over": _("The embargo ended."),
}
"""Of changes that no person explained."""


def why_of(change: ThesisChange) -> str:
    """A person's words, and the cause where there is one."""
    return " ".join(one for one in (str(CAUSES.get(change.cause, "")), change.why) if one)


def pay_words(place: SeasonPlace, language: str | None = None) -> str:
    """*12,50 € an hour* in the reader's language or in the given one; empty where nothing is paid."""
    if place.pay is None:
        return ""
    with translation.override(language or translation.get_language()):
        is_whole = place.pay == place.pay.to_integral_value()
        amount = number_format(place.pay, decimal_pos=0 if is_whole else 2, use_l10n=True)
        return f"{amount}\u00a0€ {place.get_pay_unit_display()}"
