"""Answering an offer or a need: a conversation with it at its head."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from conversations.models import Message, Side
from conversations.services import care, messages
from conversations.services.common import NotYourProfile
from core import audit
from core.errors import DomainError
from opportunities.models import Answer, Opportunity
from opportunities.rules import opportunities as rules
from opportunities.services.common import KeptElsewhere, NotOpen, lock


class IsYourOwn(DomainError):
    message = _("You cannot answer an offer or need of your own.")


class AskedInPublic(DomainError):
    message = _(
        "Everybody gets the same information of a planned purchase, so it is not answered in private. Ask there."
    )


@transaction.atomic
def answer(*, opportunity: Opportunity, profile: Profile, text: str, by: Any, now: datetime, token: str = "") -> Answer:
    """Write to the one whose it is. The budget of contacts, blocks and closed conversations hold as for any message;
    a choice not to be written to by strangers does not, for to publish this is to ask for answers. A student's hidden
    profile applies for work without being shown to others. The same `token` once more is the same message.

    Raises `NotOpen`, `IsYourOwn`, `KeptElsewhere`, `AskedInPublic`, and what
    `conversations.services.messages.send_message` raises.
    """
    if profile.pk == opportunity.profile_id:
        raise IsYourOwn
    if opportunity.is_purchase:
        raise AskedInPublic
    if not Opportunity.objects.seen_by(by, now).filter(pk=opportunity.pk).exists():
        raise NotOpen
    if opportunity.kept_by:
        raise KeptElsewhere
    sent = messages.send_message(
        profile=profile, other=opportunity.profile, text=text, by=by, now=now, token=token, invited=True,
        shows_itself=rules.may_answer_hidden(profile, opportunity),
    )  # fmt: skip
    held = lock(opportunity)
    # It may have been closed while the two profiles were waited for; then nothing of this has happened.
    if held is None or not held.is_open(now):
        raise NotOpen
    made, is_new = Answer.objects.get_or_create(
        opportunity=held, profile=profile, defaults={"conversation": sent.conversation, "by": by, "at": now}
    )
    if is_new:
        audit.record("opportunity.answered", held, by=by, now=now, profile=profile.pk)
        _entrust(held, profile, sent, now)
    return made


def _entrust(opportunity: Opportunity, profile: Profile, sent: Message, now: datetime) -> None:
    """Who said that they answer takes care of the conversation, unless a colleague has it already."""
    person = opportunity.answered_by
    if person is None:
        return
    side = Side.objects.get(conversation=sent.conversation, profile=opportunity.profile_id, other=profile.pk)
    try:
        with transaction.atomic():
            care.assign(side=side, to=person.pk, seen=None, by=person, now=now)
    except (care.TakenMeanwhile, care.NotAColleague, NotYourProfile):
        pass  # somebody else has it, or the person represents the organisation no more: whoever answers, answers
