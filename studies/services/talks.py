"""The conversations of student work follow who is in the work, and go with what is about the student."""

from __future__ import annotations

from conversations.models import GroupTalk
from conversations.services import groups
from studies.models import CourseRound, Thesis
from studies.queries.talks import COURSE, THESIS


def round_changed(round: CourseRound) -> None:
    """Who is at which place has changed, or who lets the company know their name."""
    talks = GroupTalk.objects.filter(circle=COURSE, circle_id__in=round.places.values("pk"))
    for pk in list(talks.values_list("circle_id", flat=True)):
        groups.circle_changed(COURSE, pk or 0)


def thesis_changed(thesis: Thesis) -> None:
    groups.circle_changed(THESIS, thesis.pk)


def forget_round(round: CourseRound) -> None:
    groups.drop_circles(COURSE, list(round.places.values_list("pk", flat=True)))


def forget_thesis(thesis: Thesis) -> None:
    groups.drop_circles(THESIS, [thesis.pk])
