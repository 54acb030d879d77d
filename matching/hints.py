"""What would make suggestions stronger, in words, each with the way to the very place where it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.services.sections import Section
from matching.indexing import NEEDED
from matching.lacking import Lack, Told, lacks_between, lacks_much

_BETWEEN: dict[Lack, str | Promise] = {
    Lack.SEEKS: _(
        'This would be stronger if you told <a href="{url}">what you look for</a>: they have told what they can do.'
    ),
    Lack.OFFERS: _(
        'This would be stronger if you told <a href="{url}">what you offer</a>: they have told what they look for.'
    ),
    Lack.THEMES: _('This would be stronger if you chose <a href="{url}">your themes</a>: they have chosen theirs.'),
    Lack.WORDS: _('This would be stronger if you <a href="{url}">wrote more</a>: your texts have few words.'),
    Lack.PLACE: _('This would be stronger if you told <a href="{url}">where you are</a>.'),
    Lack.THEIR_OFFERS: _("This would be stronger if they told what they offer. You can ask them."),
    Lack.THEIR_SEEKS: _("This would be stronger if they told what they look for. You can ask them."),
}
_ALONE: dict[Lack, str | Promise] = {
    Lack.SEEKS: _('Tell <a href="{url}">what you look for</a>, and those who offer it are suggested to you.'),
    Lack.OFFERS: _('Tell <a href="{url}">what you offer</a>, and you are suggested to those who look for it.'),
    Lack.THEMES: _('Choose <a href="{url}">your themes</a>, and others of the same field find you.'),
    Lack.WORDS: _('<a href="{url}">Write more</a> of your work: partners are suggested by your words.'),
    Lack.PLACE: _('Tell <a href="{url}">where you are</a>, and those who are near come higher.'),
}


def above_list(profile: Profile) -> list[SafeString]:
    """For a profile that lacks much; else nothing."""
    return _say(lacks_much(told_by(profile)), _ALONE, profile)


def of_suggestion(me: Profile, other: Profile, kinds: Collection[str]) -> list[SafeString]:
    """`kinds` are those of the suggestion's reasons."""
    return _say(lacks_between(told_by(me), told_by(other), kinds), _BETWEEN, me)


def told_by(profile: Profile) -> Told:
    """From what the matcher reads of it; no query where that is at hand."""
    prefetch_related_objects([profile], *NEEDED)
    words = {text.kind: len(text.text.split()) for text in profile.texts.all()}
    return Told(
        seeks=words.get("seeks", 0),
        offers=words.get("offers", 0),
        does=words.get("does", 0) + len(profile.field_of_study.split()),
        themes=len(profile.theme_items.all()),
        place=bool(profile.municipality),
        speaks=profile.is_claimed,
    )


def _say(lacks: Iterable[Lack], said: dict[Lack, str | Promise], profile: Profile) -> list[SafeString]:
    return [format_html(str(said[lack]), url=_place_of(lack, profile)) for lack in lacks]


def _place_of(lack: Lack, profile: Profile) -> str:
    facts = Section.PERSON if profile.is_person else Section.ORGANISATION
    section, field = {
        Lack.SEEKS: (Section.WORDS, "#id_seeks"),
        Lack.OFFERS: (Section.WORDS, "#id_offers"),
        Lack.WORDS: (Section.WORDS, "#id_does"),
        Lack.THEMES: (Section.THEMES, ""),
        Lack.PLACE: (facts, "#id_municipality"),
    }.get(lack, (Section.WORDS, ""))
    return reverse("profile_edit_section", kwargs={"slug": profile.slug, "section": str(section)}) + field
