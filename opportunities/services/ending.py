"""What time does: reminders before an end, and the question what came of it when it has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import Profile
from notifications.services import notify
from opportunities.models import Opportunity
from opportunities.rules import opportunities as rules
from opportunities.services.common import index_anew, people_of

AT_ONCE = 500


def remind(*, now: datetime) -> int:
    """Those whose end is seven days or one day away are told of, once each; not those that are kept
    elsewhere. Returns how many."""
    today = rules.today_of(now)
    week = Opportunity.objects.open(now).filter(last_day__lte=today + timedelta(days=max(rules.REMINDERS)))
    last = today + timedelta(days=min(rules.REMINDERS))
    soon = week.not_kept().filter(Q(reminded=None) | Q(reminded__gt=min(rules.REMINDERS), last_day__lte=last))
    done = 0
    for one in soon.filter(profile__status=Profile.Status.PUBLISHED).select_related("profile").order_by("pk")[:AT_ONCE]:
        days = rules.reminder_due(one, today)
        if days is None:
            continue
        with transaction.atomic():
            # Whoever renewed it this very moment, or another worker, has changed what stands there.
            same = Opportunity.objects.filter(pk=one.pk, reminded=one.reminded, last_day=one.last_day)
            if same.update(reminded=days):
                about = {"opportunity": one.pk, "last_day": one.last_day.isoformat()}
                key = f"{one.pk}:{one.last_day.isoformat()}:{days}"
                notify("opportunities.ending", people_of(one.profile), about, key=key, now=now)
                done += 1
    return done


def settle_ended(*, now: datetime) -> int:
    """Those that have ended are matched no more, and their people are asked, once, what came of them; not of those
    that are kept elsewhere, where it is known."""
    ended = Opportunity.objects.unsettled(now).filter(ended_told_at=None).select_related("profile")
    done = 0
    for one in ended.order_by("closes_at", "pk")[:AT_ONCE]:
        with transaction.atomic():
            same = Opportunity.objects.unsettled(now).filter(pk=one.pk, ended_told_at=None)
            if not same.update(ended_told_at=now):
                continue
            index_anew(one, now=now)
            if one.profile.status == Profile.Status.PUBLISHED and not one.kept_by:
                key = f"{one.pk}:{one.last_day.isoformat()}"
                notify("opportunities.ended", people_of(one.profile), {"opportunity": one.pk}, key=key, now=now)
        done += 1
    return done
