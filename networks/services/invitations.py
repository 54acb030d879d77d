"""Invitations in a batch: each organisation is written to once, and whoever could not be is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.errors import DomainError
from networks.letter_words import Words
from networks.models import Network
from networks.queries import letters as queries
from networks.rules import letters as letter_rules
from networks.rules import networks as rules
from networks.services import letters, memberships
from networks.services.common import NotRunning, NotTheCoordinator


class NobodyChosen(DomainError):
    message = _("Choose at least one organisation.")


class TooManyAtOnce(DomainError):
    def __init__(self) -> None:
        super().__init__(_("Choose at most %(n)d organisations at a time.") % {"n": letter_rules.MOST_AT_ONCE})


@dataclass(frozen=True)
class Sent:
    """`left_out`: who was not written to, each with the reason in words."""

    to: list[Profile] = field(default_factory=list)
    left_out: list[tuple[Profile, str]] = field(default_factory=list)

    @property
    def left_out_names(self) -> str:
        return ", ".join(profile.name for profile, _why in self.left_out)


def invite_all(
    *, network: Network, profiles: Sequence[Profile], words: Mapping[str, Words], by: Any, now: datetime,
    addresses: Mapping[int, str] | None = None,
) -> Sent:  # fmt: skip
    """Write to each, in its own language; `words` by language. Each is whole on its own: one that is refused leaves the
    others' letters as they are. Raises `NotTheCoordinator`, `NotRunning`, `NobodyChosen`, `TooManyAtOnce` or
    `letters.WrongPlace`, and then nobody is written to.
    """
    if not rules.may_coordinate(by, network):
        raise NotTheCoordinator
    if not network.is_running:
        raise NotRunning
    if not profiles:
        raise NobodyChosen
    if len(profiles) > letter_rules.MOST_AT_ONCE:
        raise TooManyAtOnce
    for language, one in words.items():
        letters.check(one, language)
    languages = queries.languages_of(profiles)
    sent = Sent()
    for profile in profiles:
        try:
            memberships.invite(
                network=network,
                profile=profile,
                by=by,
                now=now,
                words=words.get(languages[profile.pk]),
                language=languages[profile.pk],
                address=(addresses or {}).get(profile.pk, ""),
            )
        except DomainError as error:
            sent.left_out.append((profile, str(error)))
        else:
            sent.to.append(profile)
    return sent


def remind_silent(*, network: Network, by: Any, now: datetime, words: Mapping[str, Words] | None = None) -> Sent:
    """One reminder to each that has been silent and had none, in the language of its letter; `words` by language.
    Raises `NotTheCoordinator`, `NotRunning` or `letters.WrongPlace`, and then nobody is reminded.
    """
    if not rules.may_coordinate(by, network):
        raise NotTheCoordinator
    if not network.is_running:
        raise NotRunning
    for language, one in (words or {}).items():
        letters.check(one, language)
    sent = Sent()
    for row in queries.silent(network, now):
        profile = row.letter.membership.profile
        try:
            letters.remind(membership=row.letter.membership, words=words, by=by, now=now)
        except DomainError as error:
            sent.left_out.append((profile, str(error)))
        else:
            sent.to.append(profile)
    return sent
