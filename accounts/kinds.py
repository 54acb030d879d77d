"""The kinds of profiles as words for headings and lists, beside the model's own singular."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLURALS: dict[str, str | Promise] = {
    "company": _("Companies"),
    "municipality": _("Municipalities"),
    "association": _("Associations"),
    "education": _("Schools"),
    "research": _("Research organisations"),
    "public_body": _("Public bodies"),
    "student": _("Students"),
    "resident": _("Residents"),
}

WISHES: dict[str, str | Promise] = {"seeks": _("Looks for"), "offers": _("Offers")}
"""The texts by which parties find each other, as a list names them."""
