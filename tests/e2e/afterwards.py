"""The demo's event that has been held, and what its people are asked afterwards."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from events.models import EventReport, FollowUp, Meeting, MeetingParty
from events.services import outcomes
from tests.e2e.made import PEOPLE

NOT_PAGES = ("answer_follow_up", "report_publish", "report_withdraw")


def _mine() -> MeetingParty:
    """The company's side of a meeting that was held in the event."""
    held = Meeting.objects.agreed().filter(ends_at__lt=timezone.now(), parties__follow_ups__isnull=False)
    return MeetingParty.objects.filter(meeting__in=held, user__email=PEOPLE["company"]).order_by("pk")[0]


def facts() -> dict[str, Any]:
    """The event, and the path of a link in a mail that asks the company what came of a meeting."""
    mine = _mine()
    FollowUp.objects.filter(party=mine).update(came="", answered_at=None, answered_by=None)
    question = mine.follow_ups.order_by("after_days")[0]
    token = outcomes.answer_token(outcomes.CAME, question.pk, User.objects.get(email=PEOPLE["company"]))
    path = reverse("answer_from_mail", kwargs={"token": token})
    return {"slug": EventReport.objects.order_by("pk")[0].event.slug, "path": path, "meeting": mine.meeting_id}


def came_of(meeting: int) -> list[str]:
    rows = FollowUp.objects.filter(party__meeting=meeting, party__user__email=PEOPLE["company"])
    return list(rows.order_by("after_days").values_list("came", flat=True))


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    mine = _mine()
    slug = {"slug": EventReport.objects.order_by("pk")[0].event.slug}
    question = mine.follow_ups.order_by("after_days")[0]
    company = User.objects.get(email=PEOPLE["company"])
    return [
        ("coordinator", "event_outcomes", slug, ""),
        ("coordinator", "event_report", slug, ""),
        ("anonymous", "event_report", slug, ""),
        ("company", "meeting", {"pk": mine.meeting_id}, ""),
        ("company", "meeting_more", {"pk": mine.meeting_id}, ""),
        *(
            ("anonymous", "answer_from_mail", {"token": outcomes.answer_token(kind, pk, company)}, f"answer={answer}")
            for kind, pk, answer in ((outcomes.CAME, question.pk, "deal"), (outcomes.HELD, mine.pk, "happened"))
        ),
    ]
