"""Meetings of two parties, and how two connected ones agree on a time."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.models import TimeStamped
from core.text import LANGUAGE_CHOICES
from events.models.registrations import Registration
from events.models.rounds import MeetingRequest, Slot


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def agreed(self) -> MeetingQuerySet:
        return self.filter(state=Meeting.State.AGREED)

    def of_user(self, user: Any) -> MeetingQuerySet:
        """Meetings that this person comes to."""
        return self.filter(parties__user=user)

    def overlapping(self, starts_at: Any, ends_at: Any) -> MeetingQuerySet:
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class Meeting(TimeStamped):
    """A meeting that both sides have agreed, for its whole life: it moves and is cancelled, and is never made anew.

    `uid` and `sequence` are what calendars know it by: the sequence rises whenever a calendar has something to change.
    """

    class State(models.TextChoices):
        AGREED = "agreed", _("agreed")
        CANCELLED = "cancelled", _("cancelled")

    uid = models.CharField(max_length=120, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    revised_at = models.DateTimeField(help_text="when this sequence came to be")
    state = models.CharField(max_length=9, choices=State.choices, default=State.AGREED)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    topic = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of the topic")
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.CASCADE, related_name="meetings")
    table = models.PositiveSmallIntegerField(null=True, blank=True)
    request = models.OneToOneField(
        MeetingRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="meeting"
    )
    moved_from = models.DateTimeField(null=True, blank=True, help_text="its start before it was last moved")
    table_before = models.PositiveSmallIntegerField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=400, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_meeting_has_length"),
            models.CheckConstraint(
                condition=Q(slot=None, table=None) | Q(slot__isnull=False, table__isnull=False),
                name="events_meeting_slot_has_table",
            ),
            models.UniqueConstraint(
                fields=["slot", "table"], condition=Q(state="agreed"), name="events_meeting_table_once"
            ),
        ]
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.topic[:40]}"

    @property
    def where(self) -> str:
        """The place and the table, in the active language."""
        table = gettext("table %(table)s") % {"table": self.table} if self.table is not None else ""
        return ", ".join(part for part in (self.place, table) if part)

    @property
    def online(self) -> str:
        """The address at which it is met online: of an event's round what the round says, else what the place names."""
        named = re.search(r"https?://[^\s<>\"]+", self.place)
        if named is not None:
            return named.group().rstrip(".,;)")
        return self.slot.round.online_at(self.table) if self.slot is not None else ""

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED


class MeetingParty(models.Model):
    """One side of a meeting: the profile, the person who comes, and what this side says came of it.

    `outcome` is one press; how useful, what next and the note are said by those who want to. The note is the side's
    own: no other side, no organiser and no figure has it.
    """

    class Outcome(models.TextChoices):
        HAPPENED = "happened", _("We met")
        STAND_IN = "stand_in", _("We met, with a stand-in")
        CALLED_OFF = "off", _("It was called off in time")
        DID_NOT = "did_not", _("Somebody did not come")

    class Useful(models.IntegerChoices):
        NOT = 1, _("Not useful")
        SOMEWHAT = 2, _("Somewhat useful")
        VERY = 3, _("Very useful")

    class NextStep(models.TextChoices):
        AGAIN = "again", _("We meet again")
        SEND = "send", _("One of us sends more")
        OFFER = "offer", _("An offer is made")
        NOTHING = "nothing", _("Nothing for now")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="parties")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="meeting_parties")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="meeting_parties"
    )
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="meeting_parties"
    )
    busy_in = models.ForeignKey(
        Slot,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="busy_parties",
        help_text="the meeting's slot while the meeting stands: so the database itself refuses two at once",
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    useful = models.PositiveSmallIntegerField(null=True, blank=True, choices=Useful.choices)
    next_step = models.CharField(max_length=7, choices=NextStep.choices, blank=True)
    note = models.TextField(blank=True, max_length=1000, help_text="for one's own side only")
    asked_at = models.DateTimeField(null=True, blank=True, help_text="when it was asked by mail whether it was held")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at=None) | (~Q(outcome="") & Q(outcome_at__isnull=False)),
                name="events_meetingparty_outcome_has_time",
            ),
            models.UniqueConstraint(fields=["registration", "busy_in"], name="events_meetingparty_one_at_a_time"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.profile_id}"


class MeetingProposal(models.Model):
    """Times that one connected party offers to the other. Proposing others answers this one and opens the next.

    With `moves` it is about a meeting that is already agreed: accepting it moves that meeting, which stands until then.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        COUNTERED = "countered", _("other times proposed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    proposer = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="proposals_made")
    other = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="proposals_got")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="meeting_proposals"
    )
    topic = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES, default="fi", help_text="of the topic")
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    proposed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=400, blank=True)
    counters = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="countered_by"
    )
    moves = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.CASCADE, related_name="move_proposals")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(proposer=F("other")), name="events_proposal_not_to_self"),
            models.UniqueConstraint(
                Least("proposer", "other"),
                Greatest("proposer", "other"),
                condition=Q(state="open"),
                name="events_proposal_open_once",
            ),
        ]
        ordering = ["-proposed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.proposer_id} → {self.other_id} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class ProposedTime(models.Model):
    proposal = models.ForeignKey(MeetingProposal, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "starts_at"], name="events_proposedtime_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_proposedtime_has_length"),
        ]
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
