"""What its host writes when an event is over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.forms import StampedForm
from core.text import PlainTextField


class AftermathForm(StampedForm):
    aftermath = PlainTextField(
        label=_("What came of it"),
        help_text=_("For all to read: what was agreed, begun or learnt. Name nobody who has not agreed to it."),
        max_length=4000,
        lines=True,
        required=False,
    )
