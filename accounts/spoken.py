"""The languages that a party can be dealt with in: more than those that the site speaks."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SPOKEN: dict[str, str | Promise] = {
    "fi": _("Finnish"),
    "sv": _("Swedish"),
    "en": _("English"),
    "smi": _("Sámi languages"),
    "fse": _("Finnish Sign Language"),
    "et": _("Estonian"),
    "ru": _("Russian"),
    "uk": _("Ukrainian"),
    "no": _("Norwegian"),
    "de": _("German"),
    "fr": _("French"),
    "es": _("Spanish"),
    "ar": _("Arabic"),
    "zh": _("Chinese"),
}


def names(codes: list[str]) -> list[str]:
    """The languages' names, in the order of the list above; unknown codes are left out."""
    return [str(name) for code, name in SPOKEN.items() if code in codes]
