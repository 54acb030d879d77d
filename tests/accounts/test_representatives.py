"""Inviting, joining, roles, succession: the services' ways out."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.models import Invitation, Profile, Representative, User
from accounts.services import letters
from accounts.services import representatives as services
from core.models import AuditEvent
from notifications.models import Notification
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db


def verified(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def owner() -> User:
    return make_user("Oona Omistaja")


@pytest.fixture
def profile(owner: User) -> Profile:
    return make_profile("Karjalan Puurunko Oy", by=owner)


def invite(profile: Profile, owner: User, email: str = "uusi@example.fi") -> Invitation:
    return services.invite(profile=profile, email=email, role="editor", by=owner, now=NOW)


def test_invitation_leaves_by_mail_once_and_is_accepted_once(profile: Profile, owner: User) -> None:
    row = invite(profile, owner)
    assert letters.send_due(now=NOW) == 1
    assert letters.send_due(now=NOW + timedelta(hours=1)) == 0
    token = tokens.make(tokens.INVITATION, row.pk)
    assert token in mail.outbox[0].body
    assert "Karjalan Puurunko Oy" in mail.outbox[0].subject
    guest = verified(make_user(email="uusi@example.fi"))
    services.accept_invitation(token=token, user=guest, now=NOW)
    assert Representative.objects.get(user=guest).role == "editor"
    assert Notification.objects.filter(user=owner, kind="accounts.representative_joined").count() == 1
    with pytest.raises(services.LinkUsed):
        services.accept_invitation(token=token, user=guest, now=NOW)


def test_a_letter_that_does_not_leave_writes_no_address_into_the_log(
    profile: Profile, owner: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(self: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({self.to[0]: (450, f"4.2.2 <{self.to[0]}> is full".encode())})

    invite(profile, owner)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert letters.send_due(now=NOW) == 0
    assert "did not leave: SMTPRecipientsRefused 450" in caplog.text
    assert "uusi@example.fi" not in caplog.text


def test_invitation_is_for_its_address_only(profile: Profile, owner: User) -> None:
    token = tokens.make(tokens.INVITATION, invite(profile, owner).pk)
    with pytest.raises(services.WrongAddress):
        services.accept_invitation(token=token, user=verified(make_user()), now=NOW)
    unverified = make_user(email="uusi@example.fi")
    with pytest.raises(services.WrongAddress):
        services.accept_invitation(token=token, user=unverified, now=NOW)


def test_links_that_do_not_hold_say_why(profile: Profile, owner: User) -> None:
    row = invite(profile, owner)
    token = tokens.make(tokens.INVITATION, row.pk)
    with pytest.raises(services.LinkBroken):
        services.read_invitation(token[:-1], now=NOW)
    with pytest.raises(services.LinkBroken):
        services.read_invitation(tokens.make(tokens.CLAIM, row.pk), now=NOW)
    with pytest.raises(services.LinkExpired):
        services.read_invitation(token, now=NOW + timedelta(days=15))
    services.withdraw_invitation(invitation=row, by=owner, now=NOW)
    with pytest.raises(services.LinkWithdrawn):
        services.read_invitation(token, now=NOW)


def test_withdrawing_makes_no_room_for_more_letters_to_the_same_address(profile: Profile, owner: User) -> None:
    for _n in range(2):
        services.withdraw_invitation(invitation=invite(profile, owner), by=owner, now=NOW)
    with pytest.raises(services.AskedEnough):
        invite(profile, owner)
    other = make_profile(by=owner)
    with pytest.raises(services.AskedEnough):
        invite(other, owner)
    stranger = make_user()
    assert invite(make_profile(by=stranger), stranger)
    row = services.invite(
        profile=profile, email="uusi@example.fi", role="editor", by=owner, now=NOW + timedelta(days=8)
    )
    assert row.pk


def test_a_profile_sends_so_many_invitations_a_day_also_withdrawn_ones(profile: Profile, owner: User) -> None:
    for n in range(services.LETTERS_IN_A_DAY):
        row = invite(profile, owner, f"a{n}@example.fi")
        services.withdraw_invitation(invitation=row, by=owner, now=NOW)
    with pytest.raises(services.TooManyLetters):
        invite(profile, owner, "viela@example.fi")
    later = NOW + timedelta(days=1, seconds=1)
    assert services.invite(profile=profile, email="viela@example.fi", role="editor", by=owner, now=later)


def test_a_script_that_invites_is_told_to_wait(client: Client, profile: Profile, owner: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"representative_invite": "20/h/user"}
    client.force_login(owner)
    address = reverse("representatives", args=[profile.slug])
    seen = [client.post(address, {"email": "ei osoite", "role": "editor"}).status_code for _n in range(21)]
    assert seen[:20] == [422] * 20
    assert seen[20] == 429
    assert client.get(address).status_code == 200


def test_nobody_is_invited_twice(profile: Profile, owner: User) -> None:
    invite(profile, owner)
    with pytest.raises(services.AlreadyInvited):
        invite(profile, owner, "UUSI@example.fi")
    with pytest.raises(services.AlreadyRepresents):
        invite(profile, owner, owner.email)


def test_an_expired_invitation_gives_way_to_a_new_one(profile: Profile, owner: User) -> None:
    invite(profile, owner)
    later = NOW + timedelta(days=20)
    assert services.invite(profile=profile, email="uusi@example.fi", role="editor", by=owner, now=later).pk


def test_open_invitations_have_a_limit(profile: Profile, owner: User) -> None:
    for n in range(services.OPEN_INVITATIONS):
        invite(profile, owner, f"p{n}@example.fi")
    with pytest.raises(services.TooManyInvitations):
        invite(profile, owner, "yksi@example.fi")


@pytest.mark.parametrize("role", ["editor", "member", None])
def test_only_owners_invite(profile: Profile, role: str | None) -> None:
    user = make_user()
    if role:
        Representative.objects.create(profile=profile, user=user, role=role, since=NOW)
    with pytest.raises(services.NotAllowed):
        invite(profile, user)


def test_a_persons_profile_has_no_other_representatives(owner: User) -> None:
    student = make_profile(kind="student", by=owner)
    with pytest.raises(services.NotPersonal):
        invite(student, owner)


def test_the_last_owner_cannot_leave_nor_be_lowered(profile: Profile, owner: User) -> None:
    mine = Representative.objects.get(user=owner)
    with pytest.raises(services.LastOwner):
        services.remove(representative=mine, by=owner, now=NOW)
    with pytest.raises(services.LastOwner):
        services.change_role(representative=mine, role="editor", by=owner, now=NOW)


def test_succession_makes_an_owner_and_lets_the_old_one_go(profile: Profile, owner: User) -> None:
    colleague = make_user("Sanna Seuraaja")
    row = Representative.objects.create(profile=profile, user=colleague, role="editor", since=NOW)
    services.hand_over(profile=profile, successor=row, by=owner, now=NOW, leave=True)
    assert list(profile.representatives.values_list("user", "role")) == [(colleague.pk, "owner")]
    assert Notification.objects.filter(user=colleague, kind="accounts.became_owner").exists()
    assert {"representative.succession", "representative.left"} <= set(
        AuditEvent.objects.values_list("action", flat=True)
    )


def test_succession_is_only_for_owners_and_only_to_the_profiles_own(profile: Profile, owner: User) -> None:
    other = Representative.objects.get(profile=make_profile(by=make_user()))
    with pytest.raises(services.NotAllowed):
        services.hand_over(profile=profile, successor=other, by=owner, now=NOW, leave=True)
    editor = make_user()
    row = Representative.objects.create(profile=profile, user=editor, role="editor", since=NOW)
    with pytest.raises(services.NotAllowed):
        services.hand_over(profile=profile, successor=row, by=editor, now=NOW, leave=False)


def test_removing_tells_the_one_removed(profile: Profile, owner: User) -> None:
    colleague = make_user()
    row = Representative.objects.create(profile=profile, user=colleague, role="editor", since=NOW)
    with pytest.raises(services.NotAllowed):
        services.remove(representative=Representative.objects.get(user=owner), by=colleague, now=NOW)
    services.remove(representative=row, by=owner, now=NOW)
    assert Notification.objects.get(user=colleague).kind == "accounts.representative_removed"


def test_ones_name_is_shown_by_ones_own_choice(profile: Profile, owner: User) -> None:
    mine = Representative.objects.get(user=owner)
    with pytest.raises(services.NotAllowed):
        services.set_shown(representative=mine, shown=True, title="", by=make_user(), now=NOW)
    services.set_shown(representative=mine, shown=True, title="Myyntijohtaja", by=owner, now=NOW)
    mine.refresh_from_db()
    assert (mine.shown, mine.title) == (True, "Myyntijohtaja")
