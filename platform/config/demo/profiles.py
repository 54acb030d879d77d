"""The demo's profiles: real organisations that nobody represents, and invented parties with their people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from accounts import tokens
from accounts.models import Invitation, Profile, Representative, User
from accounts.services import profiles as services
from accounts.services import representatives
from accounts.services.sections import Section
from config.demo import read
from config.demo.people import make_user
from themes.models import Theme

INDUSTRY_EDITION = "2008"
IMPORTED_BEFORE = timedelta(days=30)
FIRST_CAME_BEFORE = timedelta(days=24)
BETWEEN = timedelta(hours=9)


def make_organisations(found: Iterable[read.Organisation], *, now: datetime) -> int:
    """The real ones, as facts; returns how many."""
    themes = Theme.objects.in_bulk(field_name="slug")
    return len(
        [
            services.create_unclaimed(
                kind=one.kind,
                names=one.names,
                municipality=one.municipality,
                source=one.source,
                source_id=one.source_id,
                themes=[themes[slug] for slug in one.themes],
                works=[(title, "en") for title in one.projects],
                is_demo=True,
                now=now - IMPORTED_BEFORE,
            )
            for one in found
        ]
    )


def make_parties(found: Iterable[read.Party], *, now: datetime) -> int:
    """The invented ones, each made page by page as its owner would, one after another; returns how many."""
    themes = Theme.objects.in_bulk(field_name="slug")
    made = [
        _make_party(party, themes, now=now - FIRST_CAME_BEFORE + number * BETWEEN) for number, party in enumerate(found)
    ]
    return len(made)


def party_profile(key: str) -> Profile:
    """The profile that was made for the party, found by its owner."""
    owner = read.parties()[key].owner
    return Profile.objects.published().get(representatives__user__email=owner.email, is_demo=True)


def party_owner(key: str) -> User:
    return User.objects.get(email=read.parties()[key].owner.email)


def _make_party(party: read.Party, themes: dict[str, Theme], *, now: datetime) -> Profile:
    owner = _user(party.owner, party)
    profile = services.create_draft(kind=party.kind, by=owner, now=now, is_demo=True)
    for section, data in _pages(party, themes):
        services.save_step(profile=profile, section=section, data=data, by=owner, now=now)
    profile = services.publish_profile(profile=profile, by=owner, now=now)
    if not profile.is_person:
        _show_name(profile, owner, now=now)
    for person in party.people:
        if person != party.owner:
            _join(profile, person, party, by=owner, now=now)
    return profile


def _user(person: read.Person, party: read.Party) -> User:
    return make_user(name=person.name, email=person.email, language=party.language, coordinator=person.coordinator)


def _pages(party: read.Party, themes: dict[str, Theme]) -> Iterator[tuple[Section, dict[str, Any]]]:
    """The wizard's pages as the party fills them in."""
    if party.kind in Profile.PEOPLE:
        yield (
            Section.PERSON,
            {
                "name_fi": next(iter(party.names.values())),
                "municipality": party.municipality,
                "school": party.school,
                "field_of_study": party.field,
                "study_year": party.year,
            },
        )
    else:
        yield Section.BUSINESS_ID, {"business_id": party.business_id}
        yield (
            Section.ORGANISATION,
            {
                **{f"name_{language}": name for language, name in party.names.items()},
                "municipality": party.municipality,
                "industry": party.industry,
                "industry_edition": INDUSTRY_EDITION if party.industry else "",
                "size": party.size,
                "website": party.website,
            },
        )
    yield Section.WORDS, {**party.texts, **{f"{kind}_language": party.language for kind in party.texts}}
    yield Section.THEMES, {"themes": [themes[slug] for slug in party.themes]}
    yield (
        Section.CONTACT,
        {
            "contact_name": party.owner.name,
            "contact_email": party.owner.email,
            "contact_visibility": Profile.Visibility.MEMBERS,
            "languages": list(party.speaks),
            "visibility": party.visibility,
            "age": "adult",
        },
    )


def _show_name(profile: Profile, user: User, *, now: datetime) -> None:
    own = Representative.objects.get(profile=profile, user=user)
    representatives.set_shown(representative=own, shown=True, title="", by=user, now=now)


def _join(profile: Profile, person: read.Person, party: read.Party, *, by: User, now: datetime) -> None:
    """Invited by the owner, and accepted a day later by the link that the letter would have carried."""
    user = _user(person, party)
    invitation: Invitation = representatives.invite(
        profile=profile, email=person.email, role=person.role, by=by, now=now
    )
    token = tokens.make(tokens.INVITATION, invitation.pk)
    representatives.accept_invitation(token=token, user=user, now=now + timedelta(days=1))
