"""Asking for partners by what is needed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core.errors import DomainError
from language import guess_language
from matching import needs, rules
from matching.models import Question
from matching.services.interests import NotYourProfile
from matching.services.questions import ask
from themes.queries import propose_themes

MOST_THEMES = 5
LEAST_LATIN = 0.5


class StrangeLetters(DomainError):
    message = _("Solmu reads Finnish, Swedish and English. Write what you look for in one of them.")


class NothingToLookFor(DomainError):
    message = _(
        "There is no word here to look for: every text has these. Name a thing, a material, a skill or a kind of work."
    )


def ask_need(
    *,
    text: str,
    by: User,
    now: datetime,
    reader: str,
    language: str = "",
    themes: Collection[str] = (),
    profile: Profile | None = None,
) -> Question:
    """Ask for partners by a text. Without a language it is guessed, and is the `reader`'s where that fails;
    `themes` are slugs that the asker chose.

    Raises `StrangeLetters`, `NothingToLookFor` or `AskedOften` at the field `text`, and `NotYourProfile`.
    """
    if profile is not None and not rules.may_answer_for(by, profile):
        raise NotYourProfile
    letters = [sign for sign in text if sign.isalpha()]
    if letters and sum(sign < "\u0250" for sign in letters) < LEAST_LATIN * len(letters):
        raise StrangeLetters(field="text")
    guessed = "" if language else guess_language(text)
    data: dict[str, Any] = {
        "text": text,
        "language": language or guessed or reader,
        # Whether the asker chose the language, the text told it, or neither.
        "told": "chosen" if language else "guessed" if guessed else "unknown",
        "themes": list(themes),
    }
    if not needs.says_something(data):
        raise NothingToLookFor(field="text")
    # To be chosen among when one looks again.
    spoken_of = [proposal.theme.slug for proposal in propose_themes(text, data["language"])[:MOST_THEMES]]
    data["proposed"] = list(dict.fromkeys([*themes, *spoken_of]))
    return ask(kind=Question.Kind.NEED, data=data, by=by, profile=profile, now=now)
