"""Invitations by letter, for the tests of them."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.models import Profile, User
from networks.models import Letter
from networks.queries import letters as queries
from networks.services import invitations, letters, memberships

from .making import NOW, World, make_profile


def unclaimed(name: str = "Metsäkone Oy", **fields: Any) -> Profile:
    return make_profile(name, **{"contact_email": "toimisto@metsakone.example", **fields})


def invited(world: World, profile: Profile | None = None) -> Letter:
    membership = memberships.invite(network=world.network, profile=profile or unclaimed(), by=world.kaisa, now=NOW)
    return membership.letters.get()


def batch(world: World, *profiles: Profile, **more: Any) -> invitations.Sent:
    values: dict[str, Any] = {"words": {}, "by": world.kaisa, "now": NOW, **more}
    return invitations.invite_all(network=world.network, profiles=profiles, **values)


def claim_of(letter: Letter) -> str:
    assert letter.claim_link is not None
    return tokens.make(tokens.CLAIM, letter.claim_link.pk)


def page_of(letter: Letter) -> str:
    return reverse("network_letter", kwargs={"token": tokens.make(letters.TOKEN, letter.pk)})


def outcome(letter: Letter, now: Any = NOW) -> str:
    return queries.outcome_of(queries.invitations(letter.membership.network).get(pk=letter.pk), now)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
