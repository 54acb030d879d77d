"""One's own account: its details, all that is kept of a person as a file, and its end."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Exists, FileField, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts import hooks
from accounts.models import ClaimLink, Invitation, Profile, Report, Representative, TakeoverRequest, User
from core import audit, live
from core.errors import DomainError
from core.models import AuditEvent, DemoMail, Feedback
from core.queries import installation
from notifications.models import Notification, Preference, ReturnedAddress
from notifications.queries import read_notice

Role = Representative.Role
PUT_INSTEAD = "[…]"
# A name shorter than this would be taken out of the middle of other words.
SHORTEST_NAME = 4
UNCONFIRMED_FOR = timedelta(days=1)
"""How long a begun account waits for its address to be confirmed."""


class LastOwner(DomainError):
    """The account cannot end while organisations would be orphaned by it: `profiles` are those."""

    message = _("You are the last owner of a profile. Hand it over or take it down first.")

    def __init__(self, profiles: list[Profile]) -> None:
        self.profiles = profiles
        super().__init__()


@transaction.atomic
def change_details(*, user: User, name: str, language: str, now: datetime) -> None:
    """The name that others see and the language of pages and mail."""
    changed = [field for field, value in (("name", name), ("language", language)) if getattr(user, field) != value]
    if not changed:
        return
    user.name, user.language = name, language
    user.save(update_fields=changed)
    audit.record("user.changed", user, by=user, now=now, fields=changed)


def addresses_of(user: User) -> set[str]:
    """Every address of the account, lower case."""
    held = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {address.lower() for address in [user.email, *held] if address}


def held_alone(user: User) -> list[Profile]:
    """The organisations' published profiles whose last owner the user is. Nobody else can hand them on."""
    others = Representative.objects.filter(profile=OuterRef("profile"), role=Role.OWNER).exclude(user=user)
    rows = (
        Representative.objects.filter(user=user, role=Role.OWNER, profile__status=Profile.Status.PUBLISHED)
        .exclude(profile__kind__in=Profile.PEOPLE)
        .filter(~Exists(others))
        .select_related("profile")
    )
    return [row.profile for row in rows]


@transaction.atomic
def forget_unconfirmed(*, user: User) -> None:
    """Take a begun account away. One that has been confirmed, or used, is left as it is."""
    if user.last_login is None and not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.delete()


NO_DUTY: dict[str, Any] = {"is_staff": False, "is_coordinator": False, "is_editor": False, "representations": None}


def holds_duty(user: User) -> bool:
    """Such an account was made by a command or an administrator: nobody's trap, though nobody confirmed its address."""
    return not User.objects.filter(pk=user.pk, **NO_DUTY).exists()


def forget_all_unconfirmed(*, now: datetime) -> int:
    """Take away the accounts that were begun over a day ago and whose address nobody has confirmed. Returns how many.

    What is left lying is of no use to its owner, and a trap for whoever the address belongs to. Accounts made by a
    command or an administrator have no address that waits, or hold a duty, and stay.
    """
    waiting = EmailAddress.objects.filter(user=OuterRef("pk"))
    begun = User.objects.filter(
        Exists(waiting),
        ~Exists(waiting.filter(verified=True)),
        last_login=None,
        date_joined__lt=now - UNCONFIRMED_FOR,
        **NO_DUTY,
    )
    found = list(begun)
    for user in found:
        forget_unconfirmed(user=user)
    return len(found)


# --- All that is kept of a person


def export_data(*, user: User, now: datetime) -> dict[str, Any]:
    """All that is kept of the user, as data: their own rows, and what other apps tell through `hooks.on_export`."""
    mine = _any_of("email", addresses_of(user))
    represents = Representative.objects.filter(user=user).select_related("profile")
    own = [row.profile for row in represents if row.profile.is_person]
    return {
        "service": installation().name,
        "made_at": now,
        "account": _facts(user, "password"),
        "email_addresses": _rows(EmailAddress.objects.filter(user=user)),
        # Secrets of sign-in are no information about a person, and would be a danger in a file.
        "sign_in_methods": _rows(Authenticator.objects.filter(user=user), "data"),
        "sessions": _rows(UserSession.objects.filter(user=user), "session_key", "data"),
        "represents": [{**_facts(row), "profile": row.profile.name} for row in represents],
        "own_profiles": [_profile(profile) for profile in own],
        "invitations_sent": _rows(Invitation.objects.filter(invited_by=user)),
        "invitations_received": _rows(Invitation.objects.filter(mine)),
        "claim_links": _rows(ClaimLink.objects.filter(Q(used_by=user) | _any_of("sent_to", addresses_of(user)))),
        "takeover_requests": _rows(TakeoverRequest.objects.filter(by=user)),
        "returned_addresses": _rows(ReturnedAddress.objects.filter(mine)),
        "reports": _rows(Report.objects.filter(Q(by=user) | mine)),
        "feedback": _rows(Feedback.objects.filter(mine)),
        "notifications": [_notice(row) for row in Notification.objects.filter(user=user)],
        "notification_choices": _rows(Preference.objects.filter(user=user)),
        "log": _rows(AuditEvent.objects.filter(by=user)),
        **hooks.exports(user),
    }


def export_file(*, user: User, now: datetime) -> bytes:
    """A zip: the data as JSON, and the pictures that the user gave for profiles of their own."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        data = export_data(user=user, now=now)
        archive.writestr("solmu.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        for profile in _own_profiles(user):
            if profile.logo.name and profile.logo.storage.exists(profile.logo.name):
                with profile.logo.open("rb") as logo:
                    archive.writestr(f"pictures/{profile.slug}.png", logo.read())
    return whole.getvalue()


def _facts(row: models.Model, *without: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in without:
            continue
        value = getattr(row, field.attname)
        found[field.name] = value.name if isinstance(field, FileField) else value
    return found


def _rows(rows: Iterable[models.Model], *without: str) -> list[dict[str, Any]]:
    return [_facts(row, *without) for row in rows]


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        **_facts(profile, "search_terms", "search_names"),
        "texts": _rows(profile.texts.all()),
        "works": _rows(profile.past_works.all()),
        "themes": [theme.label for theme in profile.themes.all()],
    }


def _notice(row: Notification) -> dict[str, Any]:
    notice = read_notice(row)
    return {
        **_facts(row, "leased_until", "attempts"),
        "title": notice.title if notice else "",
        "text": notice.text if notice else "",
    }


# --- The end of an account


@transaction.atomic
def delete_user(*, user: User, now: datetime) -> None:
    """End the account and leave no personal data: what others did with the person stays, without the person.

    An organisation's profile belongs to the organisation and stays; a student's or resident's goes. Raises `LastOwner`.
    """
    profiles = Profile.objects.filter(pk__in=Representative.objects.filter(user=user).values("profile"))
    list(profiles.select_for_update().order_by("pk"))
    alone = held_alone(user)
    if alone:
        raise LastOwner(alone)
    hooks.user_leaving(user, now=now)
    addresses = addresses_of(user)
    for profile in _own_profiles(user):
        _remove_profile(profile, now)
    for draft in profiles.filter(status=Profile.Status.DRAFT):
        if not draft.representatives.exclude(user=user).exists():
            _remove_profile(draft, now)
    _leave_profiles(user, addresses, now)
    _forget_letters(user, addresses)
    _forget_words(user, addresses)
    _end_sessions(user)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).delete()
    audit.record("user.deleted", user, by=None, now=now)
    user.delete()


def _own_profiles(user: User) -> list[Profile]:
    return list(Profile.objects.filter(representatives__user=user, kind__in=Profile.PEOPLE))


def _remove_profile(profile: Profile, now: datetime) -> None:
    """Out of sight first, so that other apps end what hangs on it, and then away with all its rows."""
    profile.status = Profile.Status.TAKEN_DOWN
    profile.save(update_fields=["status"])
    hooks.profile_changed(profile.pk, now=now)
    if profile.logo.name:
        storage, name = profile.logo.storage, profile.logo.name
        transaction.on_commit(lambda: storage.delete(name))
    profile.delete()


def _leave_profiles(user: User, addresses: set[str], now: datetime) -> None:
    """The person is no longer a representative, nor the contact of any profile."""
    represented = Representative.objects.filter(user=user)
    by_name = Q(pk__in=represented.values("profile"), contact_name__iexact=user.name) if user.name else Q(pk=None)
    for profile in Profile.objects.filter(_any_of("contact_email", addresses) | by_name):
        Profile.objects.filter(pk=profile.pk).update(contact_name="", contact_email="", contact_phone="")
        audit.record("profile.contact_removed", profile, by=None, now=now)
    for row in represented.select_related("profile"):
        audit.record("representative.left", row.profile, by=None, now=now)
    represented.delete()


def _forget_letters(user: User, addresses: set[str]) -> None:
    Invitation.objects.filter(_any_of("email", addresses)).delete()
    links = ClaimLink.objects.filter(_any_of("sent_to", addresses))
    links.filter(used_at=None).delete()
    links.update(sent_to="")
    DemoMail.objects.filter(_any_of("to", addresses)).delete()
    ReturnedAddress.objects.filter(_any_of("email", addresses)).delete()


def _forget_words(user: User, addresses: set[str]) -> None:
    """What the person told of something stays useful; who told it goes, also from the middle of the text."""
    words = [*addresses, *([user.name] if len(user.name) >= SHORTEST_NAME else [])]
    for report in Report.objects.filter(Q(by=user) | _any_of("email", addresses)):
        report.by, report.email, report.text = None, "", _without(report.text, words)
        report.save(update_fields=["by", "email", "text"])
    for feedback in Feedback.objects.filter(_any_of("email", addresses)):
        feedback.email, feedback.text = "", _without(feedback.text, words)
        feedback.save(update_fields=["email", "text"])


def _end_sessions(user: User) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in UserSession.objects.filter(user=user).values_list("session_key", flat=True):
        store().delete(key)
    live.say_session_ended(user.pk)


def _any_of(field: str, addresses: Iterable[str]) -> Q:
    """The field holds one of the addresses, in whatever case it was typed."""
    found = Q(pk=None)
    for address in addresses:
        found |= Q(**{f"{field}__iexact": address})
    return found


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = re.sub(re.escape(word), PUT_INSTEAD, text, flags=re.IGNORECASE)
    return text
