"""Official kinds: what one can do before a coordinator has confirmed it, who is told, and how it is decided."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import hooks, tokens
from accounts.models import Profile, Representative, User
from accounts.queries import representatives as queries
from accounts.services import claims, profiles
from accounts.services.sections import Section
from core.models import AuditEvent
from events.rules.events import may_create_event, may_organise_as
from notifications.models import Notification
from opportunities.rules.opportunities import may_buy, may_buy_for
from studies.queries.theses import schools_of
from studies.rules import courses, seasons
from studies.rules.schools import may_teach
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator() -> User:
    return make_user("Kaisa Koordinaattori", is_coordinator=True)


def published(by: User, kind: str) -> Profile:
    """As the wizard makes it."""
    draft = profiles.create_draft(kind=kind, by=by, now=NOW)
    for section, data in (
        (Section.ORGANISATION, {"name_fi": "Helsingin kaupunki", "municipality": "091"}),
        (Section.WORDS, {"offers": "Kaupungin palveluja."}),
    ):
        profiles.save_step(profile=draft, section=section, data=data, by=by, now=NOW)
    return profiles.publish_profile(profile=draft, by=by, now=NOW)


def powers(user: User, profile: Profile) -> dict[str, bool]:
    profile.refresh_from_db()
    return {
        "event": may_create_event(user) or may_organise_as(user, profile),
        "purchase": may_buy(user) or may_buy_for(user, profile),
        "season": seasons.hosts_of(user).exists() or seasons.may_host_as(user, profile),
        "school": may_teach(user, profile) or courses.schools_of(user).exists() or bool(schools_of(user)),
    }


POWERS = {
    "municipality": {"event", "purchase", "season"},
    "education": {"season", "school"},
    "public_body": {"purchase"},
}


@pytest.mark.parametrize("kind", POWERS)
def test_whoever_calls_themselves_official_has_no_powers_before_a_coordinator_confirms(
    kind: str, coordinator: User
) -> None:
    user = make_user()
    profile = published(user, kind)
    assert not any(powers(user, profile).values())
    told = Notification.objects.get(user=coordinator, kind="accounts.confirmation_waits")
    assert told.read_at is None
    profiles.confirm(profile=profile, by=coordinator, now=NOW)
    assert {name for name, has in powers(user, profile).items() if has} == POWERS[kind]
    assert Notification.objects.get(pk=told.pk).read_at is not None, (
        "what has been decided waits for no other coordinator"
    )
    assert Notification.objects.filter(user=user, kind="accounts.confirmed").exists()
    assert AuditEvent.objects.filter(action="profile.confirmed", by=coordinator).exists()


def test_a_coordinator_who_does_not_confirm_says_why_and_may_change_it(coordinator: User) -> None:
    user = make_user()
    profile = published(user, "municipality")
    with pytest.raises(profiles.NotAllowed):
        profiles.confirm(profile=profile, by=user, now=NOW)
    with pytest.raises(profiles.NotAllowed):
        profiles.refuse(profile=profile, reason="x", by=user, now=NOW)
    with pytest.raises(profiles.ReasonMissing):
        profiles.refuse(profile=profile, reason=" ", by=coordinator, now=NOW)
    assert queries.unconfirmed() == [profile]
    profiles.refuse(profile=profile, reason="Kaupunki ei tunne teitä", by=coordinator, now=NOW)
    assert queries.unconfirmed() == []
    assert not any(powers(user, profile).values())
    told = Notification.objects.get(user=user, kind="accounts.not_confirmed")
    assert told.context["reason"] == "Kaupunki ei tunne teitä"
    profiles.confirm(profile=profile, by=coordinator, now=NOW)
    assert powers(user, profile)["event"]
    profiles.refuse(profile=profile, reason="Erehdys", by=coordinator, now=NOW)
    assert not powers(user, profile)["event"]


def test_only_official_kinds_wait(coordinator: User) -> None:
    company = published(make_user(), "company")
    assert company.is_confirmed
    assert not Notification.objects.exists()
    with pytest.raises(profiles.NothingToConfirm):
        profiles.confirm(profile=company, by=coordinator, now=NOW)


def test_what_a_coordinator_makes_imports_or_lets_in_is_confirmed(coordinator: User) -> None:
    assert published(coordinator, "municipality").is_confirmed
    imported = profiles.create_unclaimed(
        kind="education", names={"fi": "Koulu"}, municipality="167", by=coordinator, now=NOW
    )
    assert imported.is_confirmed
    waits = published(make_user(), "education")
    claims.unclaim(profile=waits, by=coordinator, now=NOW)
    waits.refresh_from_db()
    link = claims.send_claim_link(profile=waits, email="a@koulu.fi", language="fi", by=coordinator, now=NOW)
    assert claims.claim_by_link(token=tokens.make(tokens.CLAIM, link.pk), user=make_user(), now=NOW) == waits
    waits.refresh_from_db()
    assert waits.is_confirmed
    claims.unclaim(profile=waits, by=coordinator, now=NOW)
    waits = Profile.objects.get(pk=waits.pk)
    assert not waits.is_confirmed
    asked = claims.request_takeover(profile=waits, reason="Rehtori", by=make_user(), now=NOW)
    claims.decide_takeover(request=asked, grant=True, reason="Soitin", by=coordinator, now=NOW)
    assert Profile.objects.get(pk=waits.pk).is_confirmed


def test_taking_over_confirms_nothing_that_others_had_made(coordinator: User) -> None:
    profile = published(make_user(), "municipality")
    asked = claims.request_takeover(profile=profile, reason="Minäkin", by=make_user(), now=NOW)
    claims.decide_takeover(request=asked, grant=True, reason="Soitin", by=coordinator, now=NOW)
    profile.refresh_from_db()
    assert not profile.is_confirmed


def html(response: Any) -> str:
    return str(response.content.decode())


def test_its_people_see_what_waits_and_others_that_it_is_not_confirmed(client: Client, coordinator: User) -> None:
    user = make_user()
    profile = published(user, "municipality")
    page = html(client.get(profile.get_absolute_url()))
    assert "badge warn" in page
    assert "note warn" not in page
    client.force_login(user)
    assert "note warn" in html(client.get(profile.get_absolute_url()))
    assert "badge warn" in html(client.get(reverse("own_profiles")))
    profiles.confirm(profile=profile, by=coordinator, now=NOW)
    page = html(client.get(profile.get_absolute_url()))
    assert "badge warn" not in page
    assert "note warn" not in page


def test_a_coordinator_decides_from_the_desk(client: Client, coordinator: User) -> None:
    user = make_user("Outo Omistaja")
    profile = published(user, "municipality")
    address = reverse("standing", args=[profile.slug])
    client.force_login(user)
    assert client.post(address, {"confirm": "1"}).status_code == 403
    client.force_login(coordinator)
    assert address in html(client.get(reverse("desk")))
    assert "Outo Omistaja" in html(client.get(address))
    assert client.post(address, {"confirm": ""}).status_code == 422
    assert client.post(address, {"confirm": "0", "reason": ""}).status_code == 422
    assert client.post(address, {"confirm": "1"})["Location"] == reverse("desk")
    profile.refresh_from_db()
    assert profile.is_confirmed
    assert address not in html(client.get(reverse("desk")))
    company = make_profile(by=make_user())
    assert client.post(reverse("standing", args=[company.slug]), {"confirm": "1"}).status_code == 200
    company.refresh_from_db()
    assert company.confirmation_refused_at is None


@pytest.mark.parametrize("many", [1, 3])
def test_the_desk_counts_what_waits_in_the_same_number_of_queries(
    client: Client, coordinator: User, django_assert_num_queries: Any, rf: Any, many: int
) -> None:
    for _n in range(many):
        make_profile(kind="municipality", by=make_user(), confirmed_at=None)
    request = rf.get("/")
    request.user = coordinator
    with django_assert_num_queries(2):
        assert queries.desk_tool(request) == {"waiting": many}
    with django_assert_num_queries(1):
        assert len(queries.unconfirmed()) == many


def test_those_that_were_published_before_count_as_confirmed() -> None:
    school = make_profile(kind="education", by=make_user(), confirmed_at=None)
    draft = make_profile(kind="education", status="draft", by=make_user(), confirmed_at=None)
    company = make_profile(by=make_user(), confirmed_at=None)
    migration: Any = import_module("accounts.migrations.0003_confirmed_organisations")
    migration.confirm_published(apps, None)
    for one in (school, draft, company):
        one.refresh_from_db()
    assert [one.confirmed_at is not None for one in (school, draft, company)] == [True, False, False]


def test_an_imported_school_waits_when_an_address_of_its_domain_claims_it(coordinator: User) -> None:
    """Pupils have addresses of the school's too."""
    school = profiles.create_unclaimed(
        kind="education",
        names={"fi": "Koulu"},
        municipality="167",
        website="https://koulu.fi",
        by=coordinator,
        now=NOW,
    )
    pupil = make_user(email="oppilas@student.koulu.fi")
    EmailAddress.objects.create(user=pupil, email="oppilas@student.koulu.fi", verified=True, primary=True)
    claims.claim_by_domain(profile=school, user=pupil, now=NOW)
    assert not any(powers(pupil, school).values())
    assert queries.unconfirmed() == [school]
    assert Notification.objects.filter(user=coordinator, kind="accounts.confirmation_waits").exists()


def test_a_confirmation_taken_back_is_told_to_whom_profiles_matter(
    coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = published(coordinator, "municipality")
    told: list[int] = []
    monkeypatch.setitem(hooks._changed, "test", lambda pk, now: told.append(pk))
    profiles.refuse(profile=profile, reason="Erehdys", by=coordinator, now=NOW)
    assert told == [profile.pk]


def test_the_desks_page_reads_the_addresses_once(
    client: Client, coordinator: User, django_assert_num_queries: Any
) -> None:
    profile = make_profile("Vaara Oy", by=make_user(), website="https://vaara.fi")
    client.force_login(coordinator)
    address = reverse("standing", args=[profile.slug])
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for name in ("a", "b"):
        user = make_user(email=f"{name}@vaara.fi")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        Representative.objects.create(profile=profile, user=user, role="editor", since=NOW)
    with django_assert_num_queries(len(one)):
        assert "vaara.fi" in client.get(address).content.decode()


def test_a_mark_of_the_number_alone_goes() -> None:
    """The mark says that the name is the register's too."""
    profile = make_profile(business_id="1234567-1", business_id_checked_at=NOW)
    import_module("accounts.migrations.0003_confirmed_organisations").forget_numbers(apps, None)
    profile.refresh_from_db()
    assert profile.business_id_checked_at is None
