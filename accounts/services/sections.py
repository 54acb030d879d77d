"""A profile's sections: what the wizard asks a page at a time and what is edited afterwards, read and written one way.

A section is plain values in, plain values out. Reading gives the same values that writing takes, so a page can tell
whether what it shows is still what is saved (`stamp`).
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import ytunnus

from accounts import industries
from accounts.models import Profile, ProfileText, ProfileTheme
from accounts.spoken import SPOKEN
from core import places
from core.errors import DomainError
from core.text import LANGUAGE_CHOICES, clean_text
from language import guess_language
from themes.models import Theme

TEXT_LIMIT = 4000
MOST_THEMES = 12
_LANGUAGES = {code for code, _name in LANGUAGE_CHOICES}
TEXT_KINDS = tuple(ProfileText.Kind.values)


class Section(enum.StrEnum):
    BUSINESS_ID = "business-id"
    ORGANISATION = "organisation"
    PERSON = "person"
    WORDS = "words"
    THEMES = "themes"
    CONTACT = "contact"


ORGANISATIONS = (Section.BUSINESS_ID, Section.ORGANISATION, Section.WORDS, Section.THEMES, Section.CONTACT)
PEOPLE = (Section.PERSON, Section.WORDS, Section.THEMES, Section.CONTACT)

_FIELDS: dict[Section, tuple[str, ...]] = {
    Section.BUSINESS_ID: ("business_id",),
    Section.ORGANISATION: (
        "name_fi",
        "name_sv",
        "name_en",
        "municipality",
        "industry",
        "industry_edition",
        "size",
        "website",
    ),
    Section.PERSON: ("name_fi", "municipality", "school", "field_of_study", "study_year"),
    Section.CONTACT: (
        "contact_name",
        "contact_email",
        "contact_phone",
        "contact_visibility",
        "languages",
        "visibility",
    ),
}


class BadValue(DomainError):
    message = _("This cannot be saved as it is. Check it.")


class BadBusinessId(DomainError):
    message = _("This is not a business ID. It has seven digits, a hyphen and a check digit, as in 0112038-9.")


class BusinessIdTaken(DomainError):
    """Another published profile has the number; `profile` is that one."""

    message = _("An organisation with this business ID is here already.")

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        super().__init__(field="business_id")


class AgeMissing(DomainError):
    message = _("Choose your age: it decides whether others can see a profile of you. It is not kept.")


class TooYoungToBeSeen(DomainError):
    message = _(
        "Under 18 nobody has a profile here that others see. Choose “Nobody but me”: you can apply all the same."
    )


class TooLong(DomainError):
    pass


class TooManyThemes(DomainError):
    message = _("Choose at most 12 themes: a few that hold say more than many.")


def sections_of(profile: Profile) -> tuple[Section, ...]:
    return PEOPLE if profile.is_person else ORGANISATIONS


def normal_business_id(text: str) -> str:
    """A business ID in its written form, 1234567-8. Old ones of six digits get the zero that they now have.

    Raises `BadBusinessId` when the check digit does not hold.
    """
    digits = clean_text(text).upper().removeprefix("FI").replace("-", "").replace("–", "").replace(" ", "")
    digits = digits.zfill(8) if len(digits) == 7 else digits
    try:
        number: str = ytunnus.validate(digits)
    except NumberError as problem:
        raise BadBusinessId(field="business_id") from problem
    if not number.strip("0"):
        raise BadBusinessId(field="business_id")
    return f"{number[:7]}-{number[7:]}"


def read(profile: Profile, section: Section) -> dict[str, Any]:
    """The section's values as they are saved. Themes are slugs in alphabetical order."""
    if section is Section.WORDS:
        texts = {text.kind: text for text in profile.texts.all()}
        found: dict[str, Any] = {}
        for kind in TEXT_KINDS:
            found[kind] = texts[kind].text if kind in texts else ""
            found[f"{kind}_language"] = texts[kind].language if kind in texts else ""
        return found
    if section is Section.THEMES:
        return {"themes": sorted(profile.themes.values_list("slug", flat=True))}
    return {name: getattr(profile, name) for name in _FIELDS[section]}


def stamp(profile: Profile, section: Section) -> str:
    """The section's version: the same while the same is saved."""
    values = json.dumps(read(profile, section), sort_keys=True, default=str)
    return hashlib.sha256(values.encode()).hexdigest()[:16]


def write(profile: Profile, section: Section, data: Mapping[str, Any]) -> list[str]:
    """Take the section's values over; what `data` does not name stays. The profile's own columns are set but not
    saved: that is the caller's, who holds the transaction. Returns the names of what changed.

    Raises `BadBusinessId`, `BusinessIdTaken`, `BadValue`, `AgeMissing`, `TooYoungToBeSeen`, `TooLong` or
    `TooManyThemes`, each with its field.
    """
    if section is Section.WORDS:
        return _write_words(profile, data)
    if section is Section.THEMES:
        return _write_themes(profile, data.get("themes", ()))
    values = {name: data[name] for name in _FIELDS[section] if name in data}
    if section is Section.BUSINESS_ID and values.get("business_id"):
        values["business_id"] = normal_business_id(values["business_id"])
        ensure_free(profile, values["business_id"])
    if "visibility" in values:
        check_age(profile, values["visibility"], data.get("age", ""))
    called = profile.main_name
    changed = [name for name, value in values.items() if getattr(profile, name) != value]
    for name in changed:
        setattr(profile, name, values[name])
    _check(profile, changed)
    # What was found in the register was the number with the name.
    if "business_id" in changed or profile.main_name != called:
        profile.business_id_checked_at = None
    return changed


ADULT, MINOR = "adult", "minor"


def asks_age(profile: Profile) -> bool:
    """A student whom nobody sees yet says their age before others do. It is not kept."""
    return profile.kind == Profile.Kind.STUDENT and profile.visibility == Profile.Visibility.HIDDEN


def check_age(profile: Profile, visibility: str, age: str) -> None:
    """Raises `AgeMissing` or `TooYoungToBeSeen`."""
    if visibility == Profile.Visibility.HIDDEN or not asks_age(profile):
        return
    if age == MINOR:
        raise TooYoungToBeSeen(field="visibility")
    if age != ADULT:
        raise AgeMissing(field="age")


def ensure_free(profile: Profile, business_id: str) -> None:
    """Raises `BusinessIdTaken` when another published profile has the number."""
    holder = Profile.objects.published().filter(business_id=business_id).exclude(pk=profile.pk).first()
    if holder:
        raise BusinessIdTaken(holder)


def _check(profile: Profile, changed: list[str]) -> None:
    others = [field.name for field in Profile._meta.fields if field.name not in changed]
    try:
        profile.clean_fields(exclude=others)
    except ValidationError as problem:
        raise BadValue(field=next(iter(problem.message_dict))) from problem
    if "municipality" in changed and profile.municipality and profile.municipality not in places.municipalities():
        raise BadValue(field="municipality")
    if (
        "industry" in changed
        and profile.industry
        and not industries.is_known(profile.industry, profile.industry_edition)
    ):
        raise BadValue(field="industry")
    if "languages" in changed and not set(profile.languages) <= set(SPOKEN):
        raise BadValue(field="languages")


def _write_words(profile: Profile, data: Mapping[str, Any]) -> list[str]:
    changed = []
    for kind in TEXT_KINDS:
        if kind not in data:
            continue
        text = clean_text(data[kind])
        if len(text) > TEXT_LIMIT:
            raise TooLong(
                ngettext(
                    "The text is %(over)d character too long: the limit is %(limit)d.",
                    "The text is %(over)d characters too long: the limit is %(limit)d.",
                    len(text) - TEXT_LIMIT,
                )
                % {"over": len(text) - TEXT_LIMIT, "limit": TEXT_LIMIT},
                field=kind,
            )
        if _write_text(profile, kind, text, data.get(f"{kind}_language") or "", data.get("reader") or "fi"):
            changed.append(kind)
    return changed


def _write_text(profile: Profile, kind: str, text: str, language: str, reader: str) -> bool:
    if not text:
        return bool(profile.texts.filter(kind=kind).delete()[0])
    chosen = language if language in _LANGUAGES else (guess_language(text) or reader)
    saved = profile.texts.filter(kind=kind).first()
    if saved and (saved.text, saved.language) == (text, chosen):
        return False
    ProfileText.objects.update_or_create(profile=profile, kind=kind, defaults={"text": text, "language": chosen})
    return True


def _write_themes(profile: Profile, themes: Iterable[Theme]) -> list[str]:
    wanted = {theme.pk: theme for theme in themes}
    if len(wanted) > MOST_THEMES:
        raise TooManyThemes(field="themes")
    had = set(profile.theme_items.values_list("tag_id", flat=True))
    gone, new = had - wanted.keys(), wanted.keys() - had
    if gone:
        profile.theme_items.filter(tag__in=gone).delete()
    ProfileTheme.objects.bulk_create([ProfileTheme(tag=wanted[pk], content_object=profile) for pk in sorted(new)])
    return ["themes"] if gone or new else []
