"""The words of letters: what a letter says if nobody changes it, and the places in it that are filled for each one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from core.models import in_language
from networks.models import Network

PLACES: Mapping[str, Mapping[str, str]] = {
    "fi": {"organisation": "organisaatio", "network": "verkosto", "purpose": "tarkoitus", "sender": "lähettäjä"},
    "sv": {"organisation": "organisation", "network": "nätverk", "purpose": "syfte", "sender": "avsändare"},
    "en": {"organisation": "organisation", "network": "network", "purpose": "purpose", "sender": "sender"},
}
"""What a place is called in a letter of each language: whoever writes Finnish need not know an English word."""
LONGEST_SUBJECT, LONGEST = 120, 3000
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Words:
    subject: str
    text: str


def standard(language: str) -> Words:
    """The letter to begin from."""
    with translation.override(language):
        subject = _("Invitation to the network {network}")
        text = _(
            "Hello!\n\nI invite {organisation} to the network {network}. {purpose}\n\n"
            "Joining binds you to nothing yet: come and see whom you meet. If this is not for you, a no is welcome "
            "too.\n\n{sender}"
        )
    return Words(_named(subject, language), _named(text, language))


def reminder(language: str) -> Words:
    with translation.override(language):
        subject = _("You can still answer: {network}")
        text = _(
            "Hello!\n\nI invited {organisation} to the network {network} and have not heard from you yet. Would you "
            "come? A no is an answer too, and I will not ask again.\n\n{sender}"
        )
    return Words(_named(subject, language), _named(text, language))


def silent(language: str) -> Words:
    """To a member of whom nothing has been seen for long: no blame, and every answer is a good one."""
    with translation.override(language):
        subject = _("How is it going? {network}")
        text = _(
            "Hello!\n\nWe have not seen {organisation} in the network {network} for a while, and I would like to know "
            "how it is going. Is there something that we should do differently?\n\nIf you want to go on, one press is "
            "enough. If this is a busy year, a leave is fine, and so is leaving: the door stays open.\n\n{sender}"
        )
    return Words(_named(subject, language), _named(text, language))


def wrong_places(text: str, language: str) -> list[str]:
    """What stands in braces and is no place that can be filled; a lone brace is told as it stands."""
    known = set(PLACES[language].values())
    wrong = [f"{{{name}}}" for name in _PLACE.findall(text) if name.strip().lower() not in known]
    return wrong + sorted(set(_PLACE.sub("", text)) & {"{", "}"})


def fill(words: Words, *, language: str, organisation: str, network: Network, sender: str) -> Words:
    """The letter to one organisation. What is filled in is never read for places again."""
    values = {
        "organisation": organisation,
        "network": in_language(network, "name", language),
        "purpose": in_language(network, "purpose", language),
        "sender": sender,
    }
    said = {name: values[key] for key, name in PLACES[language].items()}

    def put(text: str) -> str:
        return _PLACE.sub(lambda found: said.get(found[1].strip().lower(), found[0]), text)

    return Words(" ".join(put(words.subject).split())[:160], re.sub(r"[ \t]+\n", "\n", put(words.text)).strip())


def place_names(language: str) -> list[str]:
    """As they are written: "{verkosto}"."""
    return [f"{{{name}}}" for name in PLACES[language].values()]


def _named(text: str, language: str) -> str:
    for key, name in PLACES[language].items():
        text = text.replace(f"{{{key}}}", f"{{{name}}}")
    return text
