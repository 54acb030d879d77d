"""Who acts for a profile: inviting, accepting, changing roles, leaving with a successor.

A claimed organisation always has an owner. The rule is checked on the locked profile, so two owners who leave at the
same
moment cannot both succeed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import rules, tokens
from accounts.models import Invitation, Profile, Representative
from core import audit
from core.errors import DomainError
from core.tasks import wake
from notifications import post
from notifications.services import notify

INVITATION_DAYS = 14
OPEN_INVITATIONS = 20
# Letters that a profile has sent in a day, and that an address has got in a week; a withdrawn one has been sent too.
LETTERS_IN_A_DAY = 30
LETTERS_TO_ONE_IN_A_WEEK = 2
Role = Representative.Role


class NotAllowed(DomainError):
    message = _("Your role in this profile does not allow that.")


class AlreadyRepresents(DomainError):
    message = _("This person already represents the profile.")


class AlreadyInvited(DomainError):
    message = _("This address has an open invitation. Withdraw it first if you want to send a new one.")


class TooManyInvitations(DomainError):
    message = _("There are many open invitations already. Wait until some are answered, or withdraw some.")


class TooManyLetters(DomainError):
    message = _("Many invitations have been sent today already. Go on tomorrow.")


class AskedEnough(DomainError):
    message = _("This address has been invited twice within a week. Wait for an answer, or send a message yourself.")


class LinkBroken(DomainError):
    message = _("The link is not whole. Copy it from the letter once more.")


class LinkExpired(DomainError):
    message = _("The link has expired. Ask the sender for a new one.")


class LinkUsed(DomainError):
    message = _("The link has been used already.")


class LinkWithdrawn(DomainError):
    message = _("The link has been withdrawn. Ask the sender if you think that it was a mistake.")


class WrongAddress(DomainError):
    message = _("The invitation was sent to another address. Sign in with that address, or ask for a new invitation.")


class LastOwner(DomainError):
    message = _("You are the last owner. Choose a successor first.")


class NotPersonal(DomainError):
    message = _("A student's or resident's profile has one representative: the person.")


def owned_addresses(user: Any) -> set[str]:
    """The user's verified addresses, lower case."""
    return {
        address.lower()
        for address in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    }


@transaction.atomic
def invite(*, profile: Profile, email: str, role: str, by: Any, now: datetime) -> Invitation:
    """Invite an address to represent the profile; the letter leaves after the commit, and a sweep sends it if it was
    lost.
    """
    if not rules.may_manage_representatives(by, profile):
        raise NotAllowed
    if profile.is_person:
        raise NotPersonal
    email = email.strip().lower()
    if Representative.objects.filter(profile=profile).filter(Q(user__email=email)).exists():
        raise AlreadyRepresents(field="email")
    still_open = Invitation.objects.filter(profile=profile, accepted_at=None, withdrawn_at=None)
    still_open.filter(email=email, expires_at__lt=now).update(withdrawn_at=now)
    if still_open.filter(expires_at__gte=now).count() >= OPEN_INVITATIONS:
        raise TooManyInvitations
    post.refuse_marked(email, field="email")
    _ensure_letters_left(profile, email, by, now)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                profile=profile,
                email=email,
                role=role,
                invited_by=by,
                invited_at=now,
                expires_at=now + timedelta(days=INVITATION_DAYS),
            )
    except IntegrityError as error:
        raise AlreadyInvited(field="email") from error
    audit.record("representative.invited", profile, by=by, now=now, role=role)
    wake("accounts.tasks.send_letters")
    return invitation


def _ensure_letters_left(profile: Profile, email: str, by: Any, now: datetime) -> None:
    """Each invitation is a letter to an address that may be a stranger's. Raises `TooManyLetters`, `AskedEnough`."""
    _lock(profile.pk)
    sent = Invitation.objects.filter(profile=profile)
    if sent.filter(invited_at__gt=now - timedelta(days=1)).count() >= LETTERS_IN_A_DAY:
        raise TooManyLetters
    to_one = Invitation.objects.filter(Q(profile=profile) | Q(invited_by=by), email=email)
    if to_one.filter(invited_at__gt=now - timedelta(days=7)).count() >= LETTERS_TO_ONE_IN_A_WEEK:
        raise AskedEnough(field="email")


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Any, now: datetime) -> None:
    if not rules.may_manage_representatives(by, invitation.profile):
        raise NotAllowed
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now):
        audit.record("representative.invitation_withdrawn", invitation.profile, by=by, now=now)


def read_invitation(token: str, *, now: datetime) -> Invitation:
    """The invitation behind a link, or the named reason why it does not hold."""
    pk = tokens.read(tokens.INVITATION, token)
    invitation = Invitation.objects.select_related("profile", "invited_by").filter(pk=pk).first() if pk else None
    if invitation is None:
        raise LinkBroken
    if invitation.accepted_at:
        raise LinkUsed
    if invitation.withdrawn_at or invitation.profile.status == Profile.Status.TAKEN_DOWN:
        raise LinkWithdrawn
    if invitation.expires_at < now:
        raise LinkExpired
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, user: Any, now: datetime) -> Profile:
    """Become a representative. The link is good for one use, by the invited address."""
    invitation = read_invitation(token, now=now)
    if invitation.email not in owned_addresses(user):
        raise WrongAddress
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(accepted_at=now):
        raise LinkUsed
    profile = invitation.profile
    _representative, made = Representative.objects.get_or_create(
        profile=profile, user=user, defaults={"role": invitation.role, "since": now}
    )
    if made:
        audit.record("representative.joined", profile, by=user, now=now, role=invitation.role)
        _tell_owners(
            "accounts.representative_joined", profile, {"user": user.pk}, key=f"{invitation.pk}", now=now, but=user
        )
    return profile


@transaction.atomic
def change_role(*, representative: Representative, role: str, by: Any, now: datetime) -> None:
    profile = _lock(representative.profile_id)
    if not rules.may_manage_representatives(by, profile):
        raise NotAllowed
    if role != Role.OWNER:
        _keep_an_owner(profile, without=representative)
    representative.role = role
    representative.save(update_fields=["role"])
    audit.record("representative.role_changed", profile, by=by, now=now, user=representative.user_id, role=role)


@transaction.atomic
def set_shown(*, representative: Representative, shown: bool, title: str, by: Any, now: datetime) -> None:
    """Whether one's own name and title stand on the profile: each person's own choice."""
    if representative.user_id != by.pk:
        raise NotAllowed
    representative.shown, representative.title = shown, title
    representative.save(update_fields=["shown", "title"])
    audit.record(
        "representative.shown" if shown else "representative.not_shown", representative.profile, by=by, now=now
    )


@transaction.atomic
def remove(*, representative: Representative, by: Any, now: datetime) -> None:
    """Take somebody's right away (owners), or leave (oneself). The last owner may do neither; see `hand_over`."""
    profile = _lock(representative.profile_id)
    own = representative.user_id == by.pk
    if not own and not rules.may_manage_representatives(by, profile):
        raise NotAllowed
    _keep_an_owner(profile, without=representative)
    user = representative.user
    representative.delete()
    audit.record("representative.left" if own else "representative.removed", profile, by=by, now=now, user=user.pk)
    if not own:
        notify(
            "accounts.representative_removed",
            user,
            {"profile": profile.pk},
            key=f"{profile.pk}-{now:%Y%m%d%H%M%S}",
            now=now,
        )


@transaction.atomic
def hand_over(*, profile: Profile, successor: Representative, by: Any, now: datetime, leave: bool) -> None:
    """Make another representative an owner and, if asked, leave at the same moment."""
    profile = _lock(profile.pk)
    if not rules.may_manage_representatives(by, profile) or successor.profile_id != profile.pk:
        raise NotAllowed
    successor.role = Role.OWNER
    successor.save(update_fields=["role"])
    audit.record("representative.succession", profile, by=by, now=now, user=successor.user_id)
    notify(
        "accounts.became_owner",
        successor.user,
        {"profile": profile.pk},
        key=f"{profile.pk}-{now:%Y%m%d%H%M%S}",
        now=now,
    )
    if leave:
        Representative.objects.filter(profile=profile, user=by).delete()
        audit.record("representative.left", profile, by=by, now=now, user=by.pk)


def _lock(profile_id: int) -> Profile:
    return Profile.objects.select_for_update().get(pk=profile_id)


def _keep_an_owner(profile: Profile, *, without: Representative) -> None:
    others = Representative.objects.filter(profile=profile, role=Role.OWNER).exclude(pk=without.pk)
    if without.role == Role.OWNER and not others.exists():
        raise LastOwner


def _tell_owners(
    kind: str, profile: Profile, about: dict[str, Any], *, key: str, now: datetime, but: Any = None
) -> None:
    owners = [r.user for r in profile.representatives.filter(role=Role.OWNER).select_related("user") if r.user != but]
    notify(kind, owners, {"profile": profile.pk, **about}, key=key, now=now)
