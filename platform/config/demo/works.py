"""The demo's student work: topics, a thesis under way, one that is published, and a course round with its places."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from config.demo import read
from config.demo.people import make_user
from config.demo.profiles import party_owner, party_profile
from networks.services.board_files import Prepared
from studies.models import CourseRound, Entrant, Thesis, Topic
from studies.services import (
    agreements,
    courses,
    courses_allocating,
    courses_joining,
    theses,
    theses_applying,
    theses_files,
    theses_topics,
)
from themes.models import Theme

OPEN_FOR = 60
WISHED_BEFORE, GIVEN_BEFORE = timedelta(days=7), timedelta(days=3)


def make_works(*, now: datetime) -> int:
    """Topics, theses and the round; returns how many."""
    plans = read.studies()
    for row in plans["topics"]:
        _make_topic(row, now)
    for row in plans["theses"]:
        _make_thesis(row, now)
    _make_round(plans["round"], now)
    return len(plans["topics"]) + len(plans["theses"]) + 1


def _day(now: datetime, days: int) -> date:
    return timezone.localdate(now) + timedelta(days=days)


# --- Theses ----------------------------------------------------------------------------------------------------------


def _make_topic(row: dict[str, Any], now: datetime) -> Topic:
    """Sent to the school; approved, and applied for, where the row says so."""
    owner, profile, sent = party_owner(row["by"]), party_profile(row["by"]), now - timedelta(days=row["sent"])
    plan = theses_topics.TopicPlan(
        title=row["title"],
        answers=row["answers"],
        school=party_profile(row["school"]),
        last_day=_day(sent, row.get("open_for", OPEN_FOR)),
        language=row.get("language", "fi"),
        work_language=row.get("language", "fi"),
        level=row["level"],
        municipality=profile.municipality,
        pay=row.get("pay", ""),
        themes=tuple(Theme.objects.filter(slug__in=row["themes"]).order_by("pk")),
    )
    topic = theses_topics.offer_topic(plan=plan, profile=profile, by=owner, now=sent)
    topic = theses_topics.send_to_school(topic=topic, by=owner, now=sent)
    if "open" in row:
        supervisor = User.objects.get(email=row["supervisor"])
        topic = theses_topics.approve(
            topic=topic, checks=theses_topics.ALL_FIT, by=supervisor, now=now - timedelta(days=row["open"])
        )
    for one in row.get("applies", ()):
        _apply(topic, one["student"], one["text"], now - timedelta(days=one["day"]))
    return topic


def _apply(topic: Topic, student: str, text: str, at: datetime) -> Any:
    return theses_applying.apply(
        topic=topic, profile=party_profile(student), text=text, by=party_owner(student), now=at
    )


def _make_thesis(row: dict[str, Any], now: datetime) -> Thesis:
    """From its topic through the agreement of the three, as far as the row goes."""

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    three = {
        "student": party_owner(row["student"]),
        "company": party_owner(row["by"]),
        "supervisor": User.objects.get(email=row["supervisor"]),
    }
    application = _apply(_make_topic(row, now), row["student"], row["lines"], ago(row["chosen"] + 2))
    thesis = theses_applying.choose(application=application, by=three["company"], now=ago(row["chosen"]))
    for side, days in row["signed"].items():
        agreements.sign(thesis=thesis, seen=thesis.agreements.get().sha256, by=three[side], now=ago(days))
    _work(thesis, row, three["student"], now)
    if "accepted" in row:
        _end(thesis, row, three, now)
    return thesis


def _work(thesis: Thesis, row: dict[str, Any], student: User, now: datetime) -> None:
    """Milestones are set on the day on which the agreement came into force."""
    set_at = now - timedelta(days=min(row["signed"].values()))
    for one in row["milestones"]:
        made = theses.add_milestone(
            thesis=thesis, title=one["title"], due_on=_day(now, one["in"]), by=student, now=set_at
        )
        if "reached" in one:
            theses.set_milestone_done(milestone=made, done=True, by=student, now=now - timedelta(days=one["reached"]))
    for kind in ("draft", "final"):
        if kind in row:
            file = row[kind]
            theses_files.hand_in(
                thesis=thesis,
                file=Prepared(file["name"], "text", f"{file['text']}\n".encode()),
                is_final=kind == "final",
                note=file.get("note", ""),
                by=student,
                now=now - timedelta(days=file["day"]),
            )


def _end(thesis: Thesis, row: dict[str, Any], three: dict[str, User], now: datetime) -> None:
    """Accepted, talked over, published, and shown on both profiles."""
    theses.finish(thesis=thesis, by=three["supervisor"], now=now - timedelta(days=row["accepted"]))
    for side, said in row["feedback"].items():
        theses.give_feedback(
            thesis=thesis,
            went_well=said["went_well"],
            to_better=said["to_better"],
            again=True,
            by=three[side],
            now=now - timedelta(days=said["day"]),
        )
    at = now - timedelta(days=row["published"])
    theses.publish(thesis=thesis, summary=row["summary"], embargo_until=None, by=three["student"], now=at)
    for side in ("student", "company"):
        theses.set_shown(thesis=thesis, shown=True, by=three[side], now=at)


# --- The course round ------------------------------------------------------------------------------------------------


def _make_round(row: dict[str, Any], now: datetime) -> CourseRound:
    """Opened, joined, wished in, and its places given and told to everyone."""
    teacher, opened = User.objects.get(email=row["teacher"]), now - timedelta(days=row["opened"])
    plan = courses.RoundPlan(
        name=row["name"],
        text=row["text"],
        language="fi",
        companies_until=_day(now, row["companies_until"]),
        wishes_until=_day(now, row["wishes_until"]),
        starts_on=_day(now, row["starts_on"]),
        ends_on=_day(now, row["ends_on"]),
        group_most=row["group_most"],
    )
    made = courses.open_round(plan=plan, school=party_profile(row["school"]), by=teacher, now=opened)
    for one in row["deliverables"]:
        courses.add_deliverable(round=made, title=one["title"], due_on=_day(now, one["in"]), by=teacher, now=opened)
    made = courses.go_on(round=made, seen="draft", by=teacher, now=opened)
    places = {one["by"]: _offer(made, one, opened + timedelta(days=2 + n)) for n, one in enumerate(row["places"])}
    made = courses.go_on(round=made, seen="companies", by=teacher, now=_wishes_open(now, row))
    codes: dict[str, str] = {}
    for one in row["students"]:
        _come_in(made, one, places, codes, now - WISHED_BEFORE)
    given = now - GIVEN_BEFORE
    asked = courses_allocating.ask_allocation(round=made, by=teacher, now=given)
    courses_allocating.run_allocation(allocation_id=asked.pk, clock=lambda: given)
    courses_allocating.publish(allocation=asked, by=teacher, now=given)
    return made


def _wishes_open(now: datetime, row: dict[str, Any]) -> datetime:
    return now + timedelta(days=row["companies_until"])


def _offer(round: CourseRound, row: dict[str, Any], at: datetime) -> int:
    profile = party_profile(row["by"])
    plan = courses_joining.PlacePlan(
        text=row["text"],
        language=row.get("language", "fi"),
        languages=row["languages"],
        municipality=profile.municipality,
        remote=row.get("remote", False),
        least=row["least"],
        most=row["most"],
        contact=f"{party_owner(row['by']).name}, {party_owner(row['by']).email}",
    )
    made = courses_joining.offer_place(round=round, profile=profile, plan=plan, by=party_owner(row["by"]), now=at)
    return made.pk


def _come_in(round: CourseRound, row: dict[str, Any], places: dict[str, int], codes: dict[str, str], at: datetime) -> None:  # fmt: skip  # noqa: E501 (one line)
    """By the teacher's link: with a profile of the demo, or with a first name alone. The group's first one makes it."""
    user, name = _student(row)
    plan = courses_joining.EntrantPlan(name, row["languages"], "167", row.get("km"), row.get("shown", False))
    entrant: Entrant = courses_joining.join(round=round, plan=plan, by=user, now=at, token=round.token)
    group = row.get("group")
    if group in codes:
        courses_joining.join_team(entrant=entrant, code=codes[group], by=user, now=at)
    elif group:
        codes[group] = courses_joining.make_team(entrant=entrant, name=group, by=user, now=at).code
    if "wishes" in row:
        entrant.refresh_from_db()
        courses_joining.set_wishes(entrant=entrant, places=[places[key] for key in row["wishes"]], by=user, now=at)


def _student(row: dict[str, Any]) -> tuple[User, str]:
    if "party" in row:
        user = party_owner(row["party"])
        return user, user.name.partition(" ")[0]
    return make_user(name=row["name"], email=f"{row['name'].lower()}@kurssi.example"), row["name"]
