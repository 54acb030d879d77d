"""Claims, takeover requests, reports and blocks: the services' ways out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.models import Block, Profile, Report, Representative, User
from accounts.services import claims, letters, safety
from accounts.services import representatives as people
from core.models import AuditEvent
from core.services import send_feedback
from notifications.models import Notification
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db


def verified(email: str) -> User:
    user = make_user(email=email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def unclaimed() -> Profile:
    return make_profile("Vaaran Energia Oy", website="https://www.vaaranenergia.fi", business_id="1234567-1")


@pytest.fixture
def coordinator() -> User:
    return make_user("Kaisa Koordinaattori", is_coordinator=True)


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@vaaranenergia.fi", "vaaranenergia.fi"),
        ("a@sales.vaaranenergia.fi", "sales.vaaranenergia.fi"),
        ("a@eivaaranenergia.fi", ""),
        ("a@gmail.com", ""),
    ],
)
def test_domain_must_be_the_organisations_own(unclaimed: Profile, email: str, domain: str) -> None:
    assert claims.matching_domain(verified(email), unclaimed) == domain


def test_a_shared_mail_domain_never_matches() -> None:
    profile = make_profile(contact_email="yritys@gmail.com")
    assert claims.matching_domain(verified("joku@gmail.com"), profile) == ""


def test_unverified_address_claims_nothing(unclaimed: Profile) -> None:
    with pytest.raises(claims.NoMatch):
        claims.claim_by_domain(profile=unclaimed, user=make_user(email="a@vaaranenergia.fi"), now=NOW)


def test_claiming_makes_an_owner_and_tells_the_coordinator(unclaimed: Profile, coordinator: User) -> None:
    user = verified("a@vaaranenergia.fi")
    claims.claim_by_domain(profile=unclaimed, user=user, now=NOW)
    unclaimed.refresh_from_db()
    assert unclaimed.is_claimed
    assert Representative.objects.get(profile=unclaimed).role == "owner"
    assert Notification.objects.get(user=coordinator).kind == "accounts.profile_claimed"
    with pytest.raises(claims.AlreadyClaimed):
        claims.claim_by_domain(profile=unclaimed, user=verified("b@vaaranenergia.fi"), now=NOW)


def test_the_number_on_the_page_lets_nobody_in(client: Client, unclaimed: Profile, coordinator: User) -> None:
    """A business ID is public: whoever has nothing else asks, and a coordinator decides."""
    asker = make_user()
    client.force_login(asker)
    page = client.post(reverse("claim", args=[unclaimed.slug]), {"business_id": "1234567-1"})
    assert reverse("takeover", args=[unclaimed.slug]) in page.content.decode()
    unclaimed.refresh_from_db()
    assert not unclaimed.is_claimed
    client.post(reverse("takeover", args=[unclaimed.slug]), {"reason": "Olen toimitusjohtaja"})
    assert not Representative.objects.exists()
    claims.decide_takeover(
        request=unclaimed.takeover_requests.get(), grant=True, reason="Soitin", by=coordinator, now=NOW
    )
    assert Profile.objects.get(pk=unclaimed.pk).is_claimed
    assert Representative.objects.get(profile=unclaimed).user == asker


def test_a_wrong_claim_is_taken_back(unclaimed: Profile, coordinator: User) -> None:
    wrong = verified("a@vaaranenergia.fi")
    claims.claim_by_domain(profile=unclaimed, user=wrong, now=NOW)
    people.invite(profile=unclaimed, email="toveri@example.fi", role="owner", by=wrong, now=NOW)
    Profile.objects.filter(pk=unclaimed.pk).update(contact_email="x@vaara-oma.fi", visibility="hidden")
    unclaimed.texts.create(kind="offers", language="fi", text="Keksittyä")
    with pytest.raises(people.NotAllowed):
        claims.unclaim(profile=unclaimed, by=wrong, now=NOW)
    claims.unclaim(profile=unclaimed, by=coordinator, now=NOW)
    unclaimed.refresh_from_db()
    assert not unclaimed.is_claimed
    assert not unclaimed.representatives.exists()
    assert not unclaimed.invitations.exists()
    assert not unclaimed.texts.exists()
    assert claims.matching_domain(verified("y@vaara-oma.fi"), unclaimed) == "", "what they wrote opens no new way in"
    assert unclaimed in Profile.objects.visible_to(make_user())
    assert Notification.objects.filter(user=wrong, kind="accounts.unclaimed").exists()
    assert AuditEvent.objects.filter(action="profile.unclaimed", by=coordinator).exists()
    with pytest.raises(claims.NotClaimed):
        claims.unclaim(profile=unclaimed, by=coordinator, now=NOW)
    with pytest.raises(people.NotPersonal):
        claims.unclaim(profile=make_profile(kind="student", by=make_user()), by=coordinator, now=NOW)


def test_a_coordinator_takes_a_profile_back_where_takeovers_are_decided(client: Client, coordinator: User) -> None:
    owner = make_user("Outo Omistaja")
    profile = make_profile("Vaara Oy", by=owner)
    request = claims.request_takeover(profile=profile, reason="Se on meidän", by=make_user(), now=NOW)
    address = reverse("unclaim", args=[profile.slug])
    client.force_login(owner)
    assert client.post(address).status_code == 403
    assert client.get(reverse("standing", args=[profile.slug])).status_code == 403
    client.force_login(coordinator)
    assert address in client.get(reverse("decide", args=[request.pk])).content.decode()
    assert "Outo Omistaja" in client.get(address).content.decode()
    assert client.post(address)["Location"] == reverse("standing", args=[profile.slug])
    assert not profile.representatives.exists()
    assert "Outo Omistaja" not in client.get(reverse("standing", args=[profile.slug])).content.decode()


def test_claim_link_travels_in_a_letter_and_works_once(unclaimed: Profile, coordinator: User) -> None:
    link = claims.send_claim_link(
        profile=unclaimed, email="info@vaaranenergia.fi", language="sv", by=coordinator, now=NOW
    )
    assert letters.send_due(now=NOW) == 1
    token = tokens.make(tokens.CLAIM, link.pk)
    assert token in mail.outbox[0].body
    assert claims.claim_by_link(token=token, user=make_user(), now=NOW) == unclaimed
    with pytest.raises(people.LinkUsed):
        claims.claim_by_link(token=token, user=make_user(), now=NOW)


def test_claim_link_expires(unclaimed: Profile, coordinator: User) -> None:
    link = claims.send_claim_link(profile=unclaimed, email="x@y.fi", language="fi", by=coordinator, now=NOW)
    with pytest.raises(people.LinkExpired):
        claims.claim_by_link(token=tokens.make(tokens.CLAIM, link.pk), user=make_user(), now=NOW + timedelta(days=61))


def test_only_coordinators_send_claim_links(unclaimed: Profile) -> None:
    with pytest.raises(people.NotAllowed):
        claims.send_claim_link(profile=unclaimed, email="x@y.fi", language="fi", by=make_user(), now=NOW)


def test_takeover_is_decided_once_by_a_coordinator(coordinator: User) -> None:
    owner, asker = make_user(), make_user()
    profile = make_profile(by=owner)
    request = claims.request_takeover(profile=profile, reason="Uusi toimitusjohtaja", by=asker, now=NOW)
    assert set(Notification.objects.values_list("user", "kind")) == {
        (coordinator.pk, "accounts.takeover_asked"),
        (owner.pk, "accounts.takeover_told"),
    }
    with pytest.raises(claims.AlreadyAsked):
        claims.request_takeover(profile=profile, reason="Taas", by=asker, now=NOW)
    with pytest.raises(people.NotAllowed):
        claims.decide_takeover(request=request, grant=True, reason="", by=asker, now=NOW)
    claims.decide_takeover(request=request, grant=True, reason="Tarkistettu", by=coordinator, now=NOW)
    assert Representative.objects.get(profile=profile, user=asker).role == "owner"
    with pytest.raises(claims.AlreadyDecided):
        claims.decide_takeover(request=request, grant=False, reason="", by=coordinator, now=NOW)


def test_a_refused_takeover_changes_nothing(coordinator: User) -> None:
    profile, asker = make_profile(by=make_user()), make_user()
    request = claims.request_takeover(profile=profile, reason="x", by=asker, now=NOW)
    claims.decide_takeover(request=request, grant=False, reason="Ei osoitusta", by=coordinator, now=NOW)
    assert not Representative.objects.filter(user=asker).exists()
    assert Notification.objects.filter(user=asker, kind="accounts.takeover_decided").exists()


def test_nobody_asks_for_a_persons_profile_or_for_ones_own() -> None:
    owner = make_user()
    with pytest.raises(people.NotPersonal):
        claims.request_takeover(profile=make_profile(kind="student", by=owner), reason="x", by=make_user(), now=NOW)
    with pytest.raises(claims.AlreadyRepresenting):
        claims.request_takeover(profile=make_profile(by=owner), reason="x", by=owner, now=NOW)


def test_report_is_handled_once_and_may_take_the_profile_down(unclaimed: Profile, coordinator: User) -> None:
    row = safety.report(profile=unclaimed, reason="take_down", text="", email="x@y.fi", by=make_user(), now=NOW)
    with pytest.raises(people.NotAllowed):
        safety.handle_report(report=row, take_down=True, outcome="x", by=make_user(), now=NOW)
    safety.handle_report(report=row, take_down=True, outcome="Poistettu", by=coordinator, now=NOW)
    unclaimed.refresh_from_db()
    assert unclaimed.status == "taken_down"
    assert Report.objects.get().email == ""
    with pytest.raises(safety.AlreadyHandled):
        safety.handle_report(report=row, take_down=False, outcome="x", by=coordinator, now=NOW)


def test_block_hides_each_from_the_other_and_is_undone() -> None:
    mine, theirs = make_user(), make_user()
    one, other = make_profile(by=mine), make_profile(by=theirs)
    safety.block(blocker=one, blocked=other, by=mine, now=NOW)
    assert other not in Profile.objects.visible_to(mine)
    assert one not in Profile.objects.visible_to(theirs)
    assert one in Profile.objects.visible_to(make_user())
    safety.unblock(blocker=one, blocked=other, by=mine, now=NOW)
    assert other in Profile.objects.visible_to(mine)


def test_block_is_for_ones_own_and_not_of_oneself() -> None:
    mine = make_user()
    one, other = make_profile(by=mine), make_profile(by=make_user())
    with pytest.raises(people.NotAllowed):
        safety.block(blocker=other, blocked=one, by=mine, now=NOW)
    with pytest.raises(people.NotAllowed):
        safety.unblock(blocker=other, blocked=one, by=mine, now=NOW)
    with pytest.raises(safety.NotYourself):
        safety.block(blocker=one, blocked=one, by=mine, now=NOW)
    assert not Block.objects.exists()


def test_many_reports_of_a_profile_are_one_notice_a_day(unclaimed: Profile, coordinator: User) -> None:
    for n in range(3):
        safety.report(profile=unclaimed, reason="harmful", text=str(n), email="", by=AnonymousUser(), now=NOW)
    assert Report.objects.count() == 3
    assert Notification.objects.filter(user=coordinator, kind="accounts.reported").count() == 1
    later = NOW + timedelta(days=1)
    safety.report(profile=unclaimed, reason="harmful", text="", email="", by=AnonymousUser(), now=later)
    assert Notification.objects.filter(user=coordinator, kind="accounts.reported").count() == 2


@pytest.mark.parametrize(
    ("name", "answers"), [("report", [302, 302, 429]), ("takeover", [302, 422, 429]), ("feedback", [302, 302, 429])]
)
def test_whoever_writes_to_the_coordinators_again_and_again_is_told_to_wait(
    client: Client, unclaimed: Profile, settings: Any, name: str, answers: list[int]
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"report": "2/h/ip", "takeover": "2/h/user", "feedback": "2/h/ip"}
    client.force_login(make_user())
    address = reverse(name, args=[] if name == "feedback" else [unclaimed.slug])
    assert client.post(address, {"x": "1"}).status_code == 422, "what is not sent is not counted"
    written = "Se on väärin"
    typed = {"reason": "harmful" if name == "report" else written, "text": written}
    sent = [client.post(address, typed) for _n in range(3)]
    assert [one.status_code for one in sent] == answers
    assert written in sent[-1].content.decode(), "what was typed is not lost"
    assert client.get(address).status_code == 200
    if name == "takeover":
        client.force_login(make_user())
        assert client.post(address, typed).status_code == 302, "another at the same address is another"


PAGES = [
    "block",
    "blocks",
    "trail",
    "representatives",
    "representative_shown",
    "representative_leave",
    "succession",
    "claim",
    "takeover",
    "report",
]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("why", ["hidden", "draft", "blocks_us"])
def test_no_page_tells_of_a_profile_that_one_does_not_see(client: Client, name: str, why: str) -> None:
    mine, theirs = make_user(), make_user()
    own = make_profile(by=mine)
    fields = {"hidden": {"visibility": "hidden"}, "draft": {"status": "draft"}}.get(why, {})
    other = make_profile("Salainen Oy", by=theirs, **fields)
    if why == "blocks_us":
        safety.block(blocker=other, blocked=own, by=theirs, now=NOW)
    client.force_login(mine)
    there, nowhere = reverse(name, args=[other.slug]), reverse(name, args=["ei-ole"])
    for send in (client.get, client.post):
        assert send(there).status_code == send(nowhere).status_code
    assert not Block.objects.filter(blocker=own).exists()


def test_a_profile_that_one_sees_refuses_by_name_and_ones_own_block_is_undone(client: Client) -> None:
    mine, theirs = make_user(), make_user()
    own, other = make_profile(by=mine), make_profile(by=theirs)
    client.force_login(mine)
    for name in ("blocks", "trail", "representatives", "succession"):
        assert client.get(reverse(name, args=[other.slug])).status_code == 403
    address = reverse("block", args=[other.slug])
    client.post(address, {"profile": own.pk})
    assert Block.objects.filter(blocker=own, blocked=other).exists()
    assert client.get(address).status_code == 200
    client.post(address, {"profile": own.pk, "undo": "1"})
    assert not Block.objects.exists()


def test_coordinators_are_told_of_feedback_once_a_day_of_each_kind(client: Client, coordinator: User) -> None:
    def send(*, accessibility: bool, days: int = 0) -> None:
        send_feedback(text="x", about_accessibility=accessibility, page="", email="", now=NOW + timedelta(days=days))

    for accessibility in (False, False, True):
        send(accessibility=accessibility)
    told = Notification.objects.filter(user=coordinator, kind="accounts.feedback")
    assert told.count() == 2
    send(accessibility=False, days=1)
    assert told.count() == 3
    client.force_login(coordinator)
    assert client.get(reverse("notifications")).content.decode().count("14 ") >= 1
    assert not Notification.objects.exclude(user=coordinator).exists()
