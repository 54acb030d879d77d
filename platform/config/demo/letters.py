"""What the demo's parties have written to each other, and who of them is away."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from config.demo import read
from config.demo.profiles import party_owner, party_profile
from conversations.queries.messages import side_towards
from conversations.services import care
from conversations.services.messages import mark_read, send_message


def write_messages(*, now: datetime) -> int:
    """Each written and read in its time, but for what waits; returns how many."""
    count = 0
    for row in read.messages():
        for message in row["messages"]:
            sender = message["from"]
            receiver = next(key for key in row["between"] if key != sender)
            at = now - timedelta(hours=message["before"])
            by = User.objects.get(email=message["by"]) if "by" in message else party_owner(sender)
            profile, other = party_profile(sender), party_profile(receiver)
            send_message(profile=profile, other=other, text=message["text"], by=by, now=at)
            # The last is still unread, so that the inbox has something new.
            if message is not row["messages"][-1]:
                side = side_towards(other, profile)
                assert side is not None
                mark_read(side=side, by=party_owner(receiver), now=at + timedelta(minutes=20))
            count += 1
    for away in read.absences():
        today = timezone.localdate(now)
        care.be_away(
            user=User.objects.get(email=away["who"]),
            first=today + timedelta(days=away["first"]),
            last=today + timedelta(days=away["last"]),
            now=now,
        )
    return count
