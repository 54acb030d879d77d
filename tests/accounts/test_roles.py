"""Who decides for a profile, and who teaches at a school: asked from the person's side and from the profile's."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Profile, Representative, User
from accounts.rules import may_edit
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "decides"), [("owner", True), ("editor", True), ("member", False)])
def test_owners_and_editors_decide(role: str, decides: bool) -> None:
    profile, person = make_profile("Levy Oy", by=make_user()), make_user()
    make_profile("Muu Oy", by=make_user())
    Representative.objects.create(profile=profile, user=person, role=role, since=NOW)
    assert list(Profile.objects.decided_by(person)) == [profile] * decides
    assert User.objects.deciding_for([profile]).filter(pk=person.pk).exists() is decides
    assert may_edit(person, profile) is decides


def test_a_colleague_who_decides_lends_it_to_nobody_and_a_visitor_decides_nothing() -> None:
    owner, member = make_user(), make_user()
    profile = make_profile("Levy Oy", by=owner)
    Representative.objects.create(profile=profile, user=member, role="member", since=NOW)
    assert not Profile.objects.spoken_for_by(member).decided_by(member).exists()
    assert not Profile.objects.decided_by(AnonymousUser()).exists()
    assert list(User.objects.deciding_for([profile])) == [owner]


def test_who_decides_for_several_comes_once() -> None:
    owner = make_user()
    for name in ("Levy Oy", "Puu Oy"):
        make_profile(name, by=owner)
    assert list(User.objects.deciding_for(Profile.objects.all())) == [owner]
    assert Profile.objects.spoken_for_by(owner).decided_by(owner).count() == 2


@pytest.mark.parametrize(
    ("changes", "teaches"),
    [
        ({}, True),
        ({"kind": "company"}, False),
        ({"confirmed_at": None}, False),
        ({"status": "draft"}, False),
        ({"status": "taken_down"}, False),
    ],
)
def test_one_teaches_at_confirmed_published_schools(changes: dict[str, str | None], teaches: bool) -> None:
    teacher = make_user()
    school = make_profile("Oppilaitos", by=teacher, kind="education")
    Profile.objects.filter(pk=school.pk).update(**{"confirmed_at": NOW, **changes})
    assert Profile.objects.taught_by(teacher).exists() is teaches
    assert not Profile.objects.taught_by(make_user()).exists()
