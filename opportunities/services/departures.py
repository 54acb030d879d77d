"""What follows when a profile or a theme changes, and when a person leaves."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import hooks
from accounts.models import Profile
from accounts.services.users import PUT_INSTEAD, SHORTEST_NAME, addresses_of
from core import attachments
from opportunities.models import Opportunity, OpportunityFile
from opportunities.services.columns import refresh_search_terms
from opportunities.services.purchases import forget_asker
from themes.hooks import Changed

STANDING = (Opportunity.State.DRAFT, Opportunity.State.OPEN)


def profile_changed(profile_id: int, now: datetime) -> None:
    """Its offers and needs are found by its name, too. Whether they are shown is asked when they are read; the files of
    a person who is gone are nobody's to keep."""
    gone = Profile.objects.filter(pk=profile_id, kind__in=Profile.PEOPLE, status=Profile.Status.TAKEN_DOWN)
    attachments.forget(OpportunityFile.objects.filter(opportunity__profile__in=gone))
    standing = Opportunity.objects.filter(profile=profile_id, state__in=STANDING)
    if Profile.objects.filter(pk=profile_id).exists():
        refresh_search_terms(standing)


def retagged(changed: Changed, now: datetime) -> None:
    """A theme became another: they are found by it, and their profiles are matched by it."""
    keys = changed.get(Opportunity, [])
    found = Opportunity.objects.filter(pk__in=keys, state__in=STANDING)
    refresh_search_terms(found)
    for pk in sorted(set(found.values_list("profile_id", flat=True))):
        hooks.profile_changed(pk, now=now)


@transaction.atomic
def user_leaving(user: Any, now: datetime) -> None:
    """What was written is the organisation's and stays; the person's name and addresses go from the texts."""
    words = [*addresses_of(user), *([user.name] if len(user.name) >= SHORTEST_NAME else [])]
    mine = Opportunity.objects.filter(created_by=user) | Opportunity.objects.filter(answered_by=user)
    changed = []
    for one in mine.distinct():
        before = (one.title, one.text)
        for word in words:
            pattern = re.compile(re.escape(word), re.IGNORECASE)
            one.title, one.text = pattern.sub(PUT_INSTEAD, one.title)[:120], pattern.sub(PUT_INSTEAD, one.text)
        if (one.title, one.text) != before:
            one.version += 1
            one.save(update_fields=["title", "text", "version"])
            changed.append(one)
    forget_asker(user)
    refresh_search_terms(changed)
    for pk in sorted({one.profile_id for one in changed}):
        hooks.profile_changed(pk, now=now)
