"""Addresses of conversations in groups: a network's, and one of several parties."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, User
from conversations.models import GroupTalk
from conversations.services import groups
from matching.models import Connection
from networks.models import Group
from networks.queries.talks import CIRCLE, CIRCLES
from tests.e2e.made import PEOPLE

NAME = "Yhteinen tarjous"


def wanted(mine: Profile) -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?")."""
    own = _several(mine)
    circle = _circle()
    reported = own.messages.exclude(profile=mine).order_by("pk")[0]
    return [
        ("company", "messages_group", {"pk": own.pk}, ""),
        ("company", "messages_group_people", {"pk": own.pk}, ""),
        ("company", "messages_group_report", {"pk": own.pk, "message": reported.pk}, ""),
        *[(who, "messages_group", {"pk": circle.pk}, "") for who in ("company", "coordinator")],
    ]


def _several(mine: Profile) -> GroupTalk:
    found = GroupTalk.objects.filter(name=NAME).first()
    if found is not None:
        return found
    now = timezone.now()
    by = User.objects.get(email=PEOPLE["company"])
    free = Profile.objects.published().filter(kind="company", visibility="public", representatives__role="owner")
    others = list(free.exclude(pk=mine.pk).order_by("pk").distinct()[:2])
    for one in others:
        for other in (mine, *others):
            low, high = sorted((one, other), key=lambda profile: profile.pk)
            if low != high:
                Connection.objects.get_or_create(a=low, b=high, defaults={"made_at": now})
    made = groups.make(profile=mine, others=others, name=NAME, by=by, now=now - timedelta(hours=2))
    writer = others[0].representatives.filter(role="owner")[0].user
    said = "Pyydetäänkö kuivauksesta yhteinen tarjous? Meillä olisi tarvetta syksyllä."
    groups.write(talk=made, text=said, profile=others[0], by=writer, now=now - timedelta(hours=1))
    groups.write(talk=made, text="Sopii, kysyn kuljetuksesta.", profile=mine, by=by, now=now)
    return made


def _circle() -> GroupTalk:
    """Of a group in which the company takes part."""
    by, now = User.objects.get(email=PEOPLE["company"]), timezone.now()
    own = Group.objects.filter(pk__in=CIRCLES.of(by), ended_at=None, network__state="running").order_by("pk")[0]
    talk = groups.open_circle(circle=CIRCLE, circle_id=own.pk, now=now)
    if talk.last is None:
        groups.write(talk=talk, text="Kuka pääsee torstaina paikalle?", by=by, now=now)
    return talk
