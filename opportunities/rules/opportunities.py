"""Who may do what with an offer or a need, and how long it lasts. Everything not said here is refused."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts import rules as accounts_rules
from accounts.models import Profile
from opportunities.models import Opportunity

MONTHS_AHEAD = 6
"""Its last day is at most so many months from today: what nobody looks after goes by itself."""
USUAL = timedelta(days=60)
"""How long it lasts when nothing else is chosen, and when it is renewed."""
REMINDERS = (7, 1)
"""Days before its last day on which its people are reminded."""
MOST_OPEN = 40
"""Open ones of a profile at a time: a market is not a catalogue."""
MOST_THEMES = 5
MOST_FILES = 4
MOST_SEARCHES = 20
BUYERS = (Profile.Kind.MUNICIPALITY, Profile.Kind.PUBLIC_BODY)
"""Whose purchases are public, and so is what is said of them beforehand."""
MOST_DOCUMENTS = 10
"""Files of a planned purchase."""
MOST_WAITING = 20
"""Questions of one profile about one purchase that wait for an answer."""


def may_make_for(user: Any, profile: Profile) -> bool:
    """Owners and editors: what is offered and needed is said in the organisation's name, as its profile is."""
    return profile.status == Profile.Status.PUBLISHED and accounts_rules.may_edit(user, profile)


def may_manage(user: Any, opportunity: Opportunity) -> bool:
    return may_make_for(user, opportunity.profile)


def is_own(user: Any, opportunity: Opportunity) -> bool:
    """Any representative sees it in every state."""
    profile = opportunity.profile
    return profile.status == Profile.Status.PUBLISHED and accounts_rules.represents(user, profile)


def may_see(user: Any, opportunity: Opportunity, now: datetime) -> bool:
    """Its own people, and while it is open those for whom it is. One that was taken down is its own people's and the
    coordinators', who answer for that. A planned purchase is for everybody, across blocks too."""
    if is_own(user, opportunity):
        return True
    if opportunity.state == Opportunity.State.TAKEN_DOWN:
        return accounts_rules.is_coordinator(user)
    if opportunity.is_purchase and is_for_all(opportunity.profile):
        return opportunity.is_open(now)
    return Opportunity.objects.seen_by(user, now).filter(pk=opportunity.pk).exists()


def was_seen(user: Any, opportunity: Opportunity) -> bool:
    """It is over, and the person could see it while it was open: they are told that it is over, and nothing of it."""
    over = (Opportunity.State.OPEN, Opportunity.State.CLOSED)
    if opportunity.is_purchase and is_for_all(opportunity.profile):
        return opportunity.state in over
    return opportunity.state in over and Opportunity.objects.shown_to(user).filter(pk=opportunity.pk).exists()


STUDENT_WORK = (
    Opportunity.Kind.THESIS, Opportunity.Kind.COURSE_PROJECT, Opportunity.Kind.INTERNSHIP, Opportunity.Kind.SUMMER_JOB,
)  # fmt: skip


def may_answer_hidden(profile: Profile, opportunity: Opportunity) -> bool:
    """To apply for work is a student's own choice to be known, by whoever offers it and by nobody else."""
    is_students = profile.kind == Profile.Kind.STUDENT and profile.status == Profile.Status.PUBLISHED
    return is_students and not opportunity.is_need and opportunity.kind in STUDENT_WORK


def may_take_down(user: Any) -> bool:
    return accounts_rules.is_coordinator(user)


def is_shown(profile: Profile) -> bool:
    """A hidden profile's offers and needs would be seen by nobody."""
    return profile.status == Profile.Status.PUBLISHED and profile.visibility != Profile.Visibility.HIDDEN


def is_for_all(profile: Profile) -> bool:
    return profile.status == Profile.Status.PUBLISHED and profile.visibility == Profile.Visibility.PUBLIC


# --- Planned purchases


def may_buy_for(user: Any, profile: Profile) -> bool:
    """Open the market dialogue of a planned purchase: for a buyer that a coordinator has confirmed."""
    return profile.kind in BUYERS and profile.is_confirmed and may_make_for(user, profile)


def may_buy(user: Any) -> bool:
    return any(may_buy_for(user, one) for one in Profile.objects.spoken_for_by(user).filter(kind__in=BUYERS))


def may_read_record(user: Any, opportunity: Opportunity) -> bool:
    """What was asked and answered stays public when the purchase is over."""
    if is_own(user, opportunity):
        return True
    return opportunity.is_purchase and was_seen(user, opportunity)


def may_ask(user: Any, profile: Profile, opportunity: Opportunity) -> bool:
    """In the name of a published profile of one's own; whoever acts for the buyer does not."""
    if profile.status != Profile.Status.PUBLISHED or is_own(user, opportunity):
        return False
    return accounts_rules.may_act_for(user, profile)


# --- Its end: all about days where the installation is


def today_of(now: datetime) -> date:
    return timezone.localdate(now, timezone.get_default_timezone())


def end_of(last_day: date) -> datetime:
    """The first moment at which it is not there any more: midnight after its last day. Midnight is there once on every
    day, also when clocks are changed."""
    return timezone.make_aware(
        datetime.combine(last_day + timedelta(days=1), time.min), timezone.get_default_timezone()
    )


def latest_day(today: date) -> date:
    """Six months from today, or the last day of a shorter month."""
    month = today.month - 1 + MONTHS_AHEAD
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def usual_day(today: date) -> date:
    return today + USUAL


def reminded_already(last_day: date, today: date) -> int | None:
    """Of one that is published now: reminders whose day has passed, or is today, are not sent."""
    passed = [days for days in REMINDERS if last_day - today <= timedelta(days=days)]
    return min(passed) if passed else None


def reminder_due(opportunity: Opportunity, today: date) -> int | None:
    """How many days before the end the reminder is that is due now; the nearest one, when a sweep was missed."""
    due = reminded_already(opportunity.last_day, today)
    if due is None or (opportunity.reminded is not None and opportunity.reminded <= due):
        return None
    return due
