"""Five plain questions, of whose answers a topic's text is made."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

QUESTIONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "problem": (
        _("What would you like to know or to have solved?"),
        _("In plain words, as you would tell a neighbour. “We throw away half of the sawdust.”"),
    ),
    "use": (
        _("What would you do with the answer?"),
        _("What is different when the work is done."),
    ),
    "material": (
        _("What can the student use?"),
        _("Data, machines, people to interview, a place to work. Say also what is confidential."),
    ),
    "who": (
        _("What should the student know or be interested in?"),
        _("A field of study, a skill, a language. Nothing is fine too."),
    ),
    "care": (
        _("Does the work touch people, animals or personal data?"),
        _("The school must know of it early. “No” is an answer too."),
    ),
}
"""Question and hint by key, in their order."""
NEEDED = ("problem", "use", "material")
SHORTEST = 20
"""Of what is wanted, in characters: a title again is no answer."""

_HEADINGS = {
    "fi": {
        "problem": "Mitä selvitetään", "use": "Mihin vastausta käytetään", "material": "Mitä on käytettävissä",
        "who": "Kenelle aihe sopii", "care": "Ihmiset ja tiedot",
    },
    "sv": {
        "problem": "Vad ska utredas", "use": "Vad svaret används till", "material": "Vad som finns att tillgå",
        "who": "Vem ämnet passar för", "care": "Människor och uppgifter",
    },
    "en": {
        "problem": "What is to be found out", "use": "What the answer is for", "material": "What there is to use",
        "who": "Whom it suits", "care": "People and data",
    },
}  # fmt: skip


def text_of(answers: Mapping[str, str], language: str) -> str:
    """The topic's text in the language of the answers: a heading and a paragraph of each that was given."""
    headings = _HEADINGS[language]
    parts = [f"**{headings[key]}**\n\n{answers[key].strip()}" for key in QUESTIONS if answers.get(key, "").strip()]
    return "\n\n".join(parts)
