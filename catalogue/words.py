"""The guide's reasons in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import starts
from catalogue.guide import AGAINST, Ranked, Reason
from catalogue.vocabulary import Aim, Caution, StaffTime


def reason_words(ranked: Ranked) -> tuple[list[str], list[str]]:
    """(what speaks for the model, what to mind), each a sentence in the reader's language."""
    said = [(reason, _say(reason, about)) for reason, about in ranked.reasons]
    return (
        [words for reason, words in said if words and reason not in AGAINST],
        [words for reason, words in said if words and reason in AGAINST],
    )


def _say(reason: Reason, about: str) -> str:
    match reason:
        case Reason.MAIN_AIM:
            return _("Its main aim is yours: %(aim)s.") % {"aim": _small(Aim(about).label)}
        case Reason.OTHER_AIM:
            return _("It also helps with this: %(aim)s.") % {"aim": _small(Aim(about).label)}
        case Reason.LITTLE_EFFORT:
            return _("It is light to start.")
        case Reason.TIME_TO_SPARE:
            return _("It asks for less staff time than you have: %(time)s.") % {"time": _small(StaffTime(about).label)}
        case Reason.TIME_FITS:
            return _("It takes the staff time you have: %(time)s.") % {"time": _small(StaffTime(about).label)}
        case Reason.SUITS_SIZE:
            return _("A municipality of your size can manage it.")
        case Reason.STARTS_HERE:
            start = starts.registered().get(about)
            return _("You can begin right here: %(start)s.") % {"start": start.short} if start else ""
        case Reason.DONE_BY_OTHERS:
            count = int(about)
            return ngettext(
                "There is an example to ask about.", "There are %(count)d examples to ask about.", count
            ) % {"count": count}
        case Reason.MORE_TIME:
            return _("It asks for more staff time than you have: %(time)s.") % {"time": _small(StaffTime(about).label)}
        case Reason.LARGER:
            return _("It is usually for larger municipalities; with neighbours you might manage it.")
        case Reason.OTHER_SIZE:
            return _("It is meant for municipalities of another size.")
        case Reason.CAUTION:
            return _("Mind this: %(caution)s.") % {"caution": _small(Caution(about).label)}


def _small(label: str | Promise) -> str:
    """A label inside a sentence: its first letter small, a number at its beginning left alone."""
    text = str(label).rstrip("?")
    return text[:1].lower() + text[1:]
