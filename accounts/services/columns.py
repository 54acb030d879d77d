"""The columns that a profile is searched by, kept true by whoever changes what stands in them."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import industries, search
from accounts.models import Profile
from core import places


def refresh_search_terms(profiles: Iterable[Profile]) -> None:
    """Compute the columns anew from what is saved: after a change of the profile, or of a theme that it has. What the
    given objects remember of their texts is not trusted; their own columns are set, so that they can be saved after.
    """
    given = list(profiles)
    fresh = Profile.objects.filter(pk__in=[profile.pk for profile in given]).prefetch_related(
        "texts", "past_works", "theme_items__tag"
    )
    columns = {profile.pk: _columns(profile) for profile in fresh}
    for profile in given:
        profile.search_names, profile.search_terms = columns[profile.pk]
    Profile.objects.bulk_update(given, ["search_names", "search_terms"], batch_size=200)


def _columns(profile: Profile) -> tuple[str, str]:
    names = search.name_terms((code, getattr(profile, f"name_{code}")) for code in search.LANGUAGES)
    return search.column(names), search.column(names, _themes(profile), _texts(profile), _facts(profile))


def _themes(profile: Profile) -> list[str]:
    found: list[tuple[str, str]] = []
    for item in profile.theme_items.all():
        found += [(code, getattr(item.tag, f"name_{code}")) for code in search.LANGUAGES]
    return search.text_terms(found)


def _texts(profile: Profile) -> list[str]:
    texts = [(text.language, text.text) for text in profile.texts.all()]
    return search.text_terms([*texts, *((work.language, work.title) for work in profile.past_works.all())])


def _facts(profile: Profile) -> list[str]:
    """Place in both languages, industry in all, field of study; a school's name as it is written."""
    here = [places.name(profile.municipality, "fi"), places.name(profile.municipality, "sv")]
    return [
        *(word for name in [*here, profile.school] for word in search.as_written(name)),
        *search.text_terms(industries.names(profile.industry, profile.industry_edition).items()),
        *search.text_terms([("fi", profile.field_of_study), ("sv", profile.field_of_study)]),
    ]
