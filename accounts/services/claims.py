"""Unclaimed profiles: claiming them by link or e-mail domain, asking a coordinator, and a claim taken back.

A business ID is public and stands on the page itself, so it lets nobody in: whoever has nothing else asks
the coordinator.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import hooks, rules, tokens
from accounts.models import ClaimLink, Invitation, Profile, Representative, TakeoverRequest, User
from accounts.queries.representatives import coordinators
from accounts.services.columns import refresh_search_terms
from accounts.services.profiles.common import forget_file
from accounts.services.profiles.confirming import confirm_or_wait
from accounts.services.representatives import (
    LinkBroken,
    LinkExpired,
    LinkUsed,
    NotAllowed,
    NotPersonal,
    Role,
    owned_addresses,
)
from core import audit
from core.errors import DomainError
from core.tasks import wake
from notifications import post
from notifications.services import notify

CLAIM_LINK_DAYS = 60

# An address at these tells nothing of an organisation.
SHARED_DOMAINS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.fi",
        "live.com",
        "live.fi",
        "msn.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "luukku.com",
        "suomi24.fi",
        "kolumbus.fi",
        "elisanet.fi",
        "saunalahti.fi",
        "welho.com",
        "pp.inet.fi",
        "inet.fi",
        "netti.fi",
        "surffi.fi",
        "mbnet.fi",
        "gmx.com",
        "gmx.net",
        "mail.com",
        "aland.net",
    ]
)


class AlreadyClaimed(DomainError):
    message = _("The profile has representatives already. You can ask the coordinator to let you in.")


class NoMatch(DomainError):
    message = _("Your address does not belong to this organisation. Ask the coordinator to let you represent it.")


class NotClaimed(DomainError):
    message = _("Nobody represents this profile.")


class AlreadyAsked(DomainError):
    message = _("You have asked for this already. The coordinator will decide.")


class AlreadyDecided(DomainError):
    message = _("The request has been decided already.")


class AlreadyRepresenting(DomainError):
    message = _("You represent this profile already.")


def matching_domain(user: Any, profile: Profile) -> str:
    """The domain that a verified address of the user shares with the profile's website or contact address, or empty."""
    return _shared_domain(owned_addresses(user), profile)


def matching_domains(users: Iterable[User], profile: Profile) -> dict[int, str]:
    """The same of many, by user, in one look."""
    addresses: dict[int, set[str]] = {user.pk: set() for user in users}
    verified = EmailAddress.objects.filter(user__in=addresses, verified=True)
    for pk, email in verified.values_list("user", "email"):
        addresses[pk].add(email.lower())
    return {pk: _shared_domain(own, profile) for pk, own in addresses.items()}


def _shared_domain(addresses: Iterable[str], profile: Profile) -> str:
    host = (urlsplit(profile.website).hostname or "").removeprefix("www.")
    own = {host, profile.contact_email.rpartition("@")[2].lower()} - {""} - SHARED_DOMAINS
    for address in sorted(addresses):
        domain = address.rpartition("@")[2]
        if domain in own or any(domain.endswith("." + parent) for parent in own):
            return domain
    return ""


@transaction.atomic
def claim_by_domain(*, profile: Profile, user: Any, now: datetime) -> None:
    if not matching_domain(user, profile):
        raise NoMatch
    _claim(profile, user, how="domain", now=now)


def read_claim_link(token: str, *, now: datetime) -> ClaimLink:
    pk = tokens.read(tokens.CLAIM, token)
    link = ClaimLink.objects.select_related("profile").filter(pk=pk).first() if pk else None
    if link is None:
        raise LinkBroken
    if link.used_at:
        raise LinkUsed
    if link.expires_at < now:
        raise LinkExpired
    return link


@transaction.atomic
def claim_by_link(*, token: str, user: Any, now: datetime) -> Profile:
    link = read_claim_link(token, now=now)
    if not ClaimLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now, used_by=user):
        raise LinkUsed
    is_sure = link.made_by is not None and rules.is_coordinator(link.made_by)
    _claim(link.profile, user, how="link", now=now, is_sure=is_sure)
    return link.profile


def _claim(profile: Profile, user: Any, *, how: str, now: datetime, is_sure: bool = False) -> None:
    """First come, first served, on the locked row; whoever claims becomes the owner. `is_sure`: a coordinator knows
    who they are."""
    locked = Profile.objects.select_for_update().get(pk=profile.pk)
    if locked.is_person or locked.status != Profile.Status.PUBLISHED:
        raise NotPersonal if locked.is_person else NotAllowed
    if locked.claimed_at is not None:
        raise AlreadyClaimed
    locked.claimed_at = now
    if not is_sure and locked.kind in Profile.OFFICIAL:
        # Imported ones are confirmed while they are facts alone: who speaks for one is another matter.
        locked.confirmed_at = None
    locked.save(update_fields=["claimed_at", "confirmed_at", "changed_at"])
    Representative.objects.create(profile=locked, user=user, role=Role.OWNER, since=now)
    confirm_or_wait(locked, is_sure=is_sure, now=now)
    audit.record("profile.claimed", locked, by=user, now=now, how=how)
    hooks.profile_changed(locked.pk, now=now)
    notify(
        "accounts.profile_claimed",
        coordinators(),
        {"profile": locked.pk, "user": user.pk, "how": how},
        key=f"{locked.pk}-{now:%Y%m%d%H%M%S}",
        now=now,
    )


@transaction.atomic
def send_claim_link(*, profile: Profile, email: str, language: str, by: Any, now: datetime) -> ClaimLink:
    """A coordinator sends an unclaimed organisation the link to its own page. Raises `NotAllowed`, `AlreadyClaimed`, or
    `AddressMarked` where mail does not arrive."""
    if not rules.is_coordinator(by):
        raise NotAllowed
    if profile.is_claimed:
        raise AlreadyClaimed
    email = email.strip().lower()
    post.refuse_marked(email, field="email")
    link = ClaimLink.objects.create(
        profile=profile,
        sent_to=email,
        language=language,
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=CLAIM_LINK_DAYS),
    )
    audit.record("profile.claim_link_sent", profile, by=by, now=now)
    if link.sent_to:
        wake("accounts.tasks.send_letters")
    return link


def make_claim_link(*, profile: Profile, language: str, by: Any, now: datetime) -> ClaimLink:
    """A link that travels in another app's letter, to an address that is known there; in the caller's transaction, who
    has seen to it that `by` may write the letter. Raises `AlreadyClaimed`."""
    if profile.is_claimed:
        raise AlreadyClaimed
    made: ClaimLink = ClaimLink.objects.create(
        profile=profile, language=language, made_by=by, made_at=now, expires_at=now + timedelta(days=CLAIM_LINK_DAYS)
    )
    audit.record("profile.claim_link_sent", profile, by=by, now=now)
    return made


@transaction.atomic
def request_takeover(*, profile: Profile, reason: str, by: Any, now: datetime) -> TakeoverRequest:
    """Ask to represent a profile whose representatives have gone, or that no rule lets one claim."""
    if profile.is_person:
        raise NotPersonal
    if rules.represents(by, profile):
        raise AlreadyRepresenting
    try:
        with transaction.atomic():
            request = TakeoverRequest.objects.create(profile=profile, by=by, reason=reason, asked_at=now)
    except IntegrityError as error:
        raise AlreadyAsked from error
    audit.record("profile.takeover_asked", profile, by=by, now=now)
    about = {"profile": profile.pk, "request": request.pk}
    notify("accounts.takeover_asked", coordinators(), about, key=str(request.pk), now=now)
    owners = [r.user for r in profile.representatives.filter(role=Role.OWNER).select_related("user")]
    notify("accounts.takeover_told", owners, about, key=str(request.pk), now=now)
    return request


@transaction.atomic
def decide_takeover(*, request: TakeoverRequest, grant: bool, reason: str, by: Any, now: datetime) -> None:
    """A coordinator's decision. Granted: the asker becomes an owner beside those there are."""
    if not rules.is_coordinator(by):
        raise NotAllowed
    state = TakeoverRequest.State.GRANTED if grant else TakeoverRequest.State.REFUSED
    decided = TakeoverRequest.objects.filter(pk=request.pk, state=TakeoverRequest.State.OPEN).update(
        state=state, decided_at=now, decided_by=by, decision_reason=reason
    )
    if not decided:
        raise AlreadyDecided
    profile = Profile.objects.select_for_update().get(pk=request.profile_id)
    if grant:
        Representative.objects.update_or_create(
            profile=profile,
            user=request.by,
            defaults={"role": Role.OWNER},
            create_defaults={"role": Role.OWNER, "since": now},
        )
        if profile.claimed_at is None:
            profile.claimed_at = now
            profile.save(update_fields=["claimed_at", "changed_at"])
            confirm_or_wait(profile, is_sure=True, now=now)
        hooks.profile_changed(profile.pk, now=now)
    audit.record(
        "profile.takeover_granted" if grant else "profile.takeover_refused", profile, by=by, now=now, user=request.by_id
    )
    notify(
        "accounts.takeover_decided",
        request.by,
        {"profile": profile.pk, "request": request.pk},
        key=str(request.pk),
        now=now,
    )


@transaction.atomic
def unclaim(*, profile: Profile, by: Any, now: datetime) -> None:
    """A coordinator takes an organisation's profile back from those who claimed it wrongly: nobody represents it any
    more, their invitations and the claim links that are out are dead, and it can be claimed again.

    The words, the logo and the addresses that they may have written go (a claim by e-mail domain looks at those), and
    what other apps show on the page (`hooks.on_unclaimed`). Its names and themes stay: it has to be called something,
    and the coordinator checks them. Those who represented it are told.
    Raises `NotAllowed`, `NotPersonal`, `NotClaimed`.
    """
    if not rules.is_coordinator(by):
        raise NotAllowed
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if profile.is_person:
        raise NotPersonal
    if profile.claimed_at is None:
        raise NotClaimed
    people = [row.user for row in profile.representatives.select_related("user")]
    profile.representatives.all().delete()
    Invitation.objects.filter(profile=profile, accepted_at=None, withdrawn_at=None).delete()
    ClaimLink.objects.filter(profile=profile, used_at=None).delete()
    profile.texts.all().delete()
    forget_file(profile)
    profile.claimed_at = profile.confirmed_at = profile.confirmation_refused_at = None
    profile.logo = profile.contact_name = profile.contact_email = profile.contact_phone = profile.website = ""
    profile.visibility, profile.contact_visibility = Profile.Visibility.PUBLIC, Profile.Visibility.HIDDEN
    profile.save()
    hooks.unclaimed(profile.pk)
    refresh_search_terms([profile])
    audit.record("profile.unclaimed", profile, by=by, now=now, users=[user.pk for user in people])
    hooks.profile_changed(profile.pk, now=now)
    key = f"{profile.pk}-{now:%Y%m%d%H%M%S}"
    notify("accounts.unclaimed", people, {"profile": profile.pk}, key=key, now=now)
