"""Organisations for a network that begins in the browser, and what they do while nobody looks."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import Profile, ProfileTheme, User
from events.models import Event, Session
from events.services import registrations
from networks.models import Membership, Network
from networks.services import memberships
from tests.e2e.made import company, person
from themes.models import Theme


def neighbours(count: int) -> dict[str, Any]:
    """So many companies of different people with a theme that nobody else has chosen."""
    free = Theme.objects.active().exclude(parent=None).exclude(children__isnull=False)
    theme = free.exclude(pk__in=ProfileTheme.objects.values("tag")).order_by("pk")[0]
    mark = secrets.token_hex(3)
    for n in range(count):
        user = person(f"verkko{n}-{mark}@selain.example", f"Verkostoituja {mark}{n}")
        profile = Profile.objects.get(slug=company(user.email, f"Verkkola {mark}{n} Oy"))
        ProfileTheme.objects.create(tag=theme, content_object=profile)
    return {"theme": theme.name_fi, "mark": mark}


def join(slug: str, people: int) -> int:
    """So many of those invited accept; how many are members then."""
    invited = Membership.objects.filter(network__slug=slug, state=Membership.State.INVITED).order_by("pk")
    for membership in invited[:people]:
        owner = User.objects.get(representations__profile=membership.profile)
        memberships.accept_invitation(membership=membership, by=owner, now=timezone.now())
    return Membership.objects.filter(network__slug=slug).standing().count()


def invited(slug: str) -> list[str]:
    """The addresses of those who have not answered."""
    waiting = Membership.objects.filter(network__slug=slug, state=Membership.State.INVITED).order_by("pk")
    return list(waiting.values_list("profile__representatives__user__email", flat=True))


def all_register(slug: str) -> int:
    """Every member that has not yet registers for the first meeting, which then begins."""
    network, now = Network.objects.get(slug=slug), timezone.now()
    meeting = network.meetings.select_related("event").order_by("event__starts_at")[0]
    there = meeting.event.registrations.values("profile")
    for membership in network.memberships.standing().exclude(profile__in=there).select_related("profile"):
        owner = User.objects.get(representations__profile=membership.profile)
        registrations.register(event=meeting.event, profile=membership.profile, by=owner, now=now)
    delta = now - timedelta(minutes=5) - meeting.event.starts_at
    for rows in (Event.objects.filter(pk=meeting.event_id), Session.objects.filter(event=meeting.event_id)):
        rows.update(starts_at=F("starts_at") + delta, ends_at=F("ends_at") + delta)
    return meeting.pk
