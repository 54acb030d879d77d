"""The demo's data is whole: nothing in it points at what does not exist."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, time
from typing import Any

import pytest
from stdnum.fi import ytunnus

from accounts.models import Profile
from catalogue.files import read_catalogue
from config.demo import meeting_days, read
from config.demo.kinds import DemoKind, kinds
from config.demo.moments import moment
from config.demo.programme import read_programme
from core import places
from events.models import Event, Session
from events.outlines import ready_made
from themes.vocabulary import entries

SLUGS = {entry.slug for entry in entries()}
PARTIES = read.parties()
MODELS = {model.slug for category in read_catalogue() for model in category.models}


def test_all_organisations_are_there_once() -> None:
    found = read.organisations()
    assert len(found) == 158
    assert len({one.source_id for one in found}) == 158
    assert len({one.names["fi"].casefold() for one in found}) == 158


@pytest.mark.parametrize("one", read.organisations(), ids=lambda one: one.source_id)
def test_an_organisation_is_whole(one: read.Organisation) -> None:
    assert one.kind in Profile.Kind.values
    assert one.municipality == places.current_code(one.municipality)
    assert places.name(one.municipality)
    assert one.themes
    assert set(one.themes) <= SLUGS
    assert one.projects
    assert all(one.projects)
    assert set(one.names) <= set(read.LANGUAGES)


def test_a_right_spelling_has_the_letters_of_the_source() -> None:
    """Only ä, ö, å, š, capitals, punctuation and a few named mistakes of the source differ."""
    fold = str.maketrans("äöåš", "aoas")

    def letters(text: str) -> str:
        return "".join(c for c in text.casefold().translate(fold) if c.isalnum())

    other = {}
    for line in (read.DATA / "finland.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if letters(row["name"]) != letters(row["source_name"]):
            other[row["name"]] = row["source_name"]
    assert set(other) == {
        "Baltic Marine Environment Protection Commission (HELCOM)",
        "Integrated Carbon Observation System European Research Infrastructure Consortium (ICOS ERIC)",
        "Kemi-Tornionlaakson koulutuskuntayhtymä Lappia",
        "Luomuliitto ry",
        "Metsä Tissue Oyj",
        "Opetushallitus",
        "Oulun ammattikorkeakoulu Oy",
        "Pirkanmaan sairaanhoitopiiri",
        "Suomen metsäkeskus",
        "Tieteellisten seurain valtuuskunta",
        "Ulkopoliittinen instituutti",
    }


def test_every_label_of_the_source_is_mapped_or_refused_with_a_reason() -> None:
    labels = set()
    for line in (read.DATA / "finland.jsonl").read_text(encoding="utf-8").splitlines():
        labels |= set(json.loads(line)["labels"])
    assert set(read.theme_map()) == labels
    for line in (read.DATA / "theme_map.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        _, themes, why_none = line.split("\t")
        assert (themes == "-") == bool(why_none), line
        assert themes == "-" or set(themes.split("|")) <= SLUGS, line


def test_the_parties_are_enough_and_speak_three_languages() -> None:
    assert len(PARTIES) == 43
    languages = Counter(party.language for party in PARTIES.values())
    assert languages["fi"] >= 26
    assert languages["sv"] >= 8
    assert languages["en"] >= 6
    assert {party.kind for party in PARTIES.values()} == set(Profile.Kind.values)


def test_names_and_addresses_are_nobody_elses() -> None:
    names = [name.casefold() for party in PARTIES.values() for name in set(party.names.values())]
    real = {name.casefold() for one in read.organisations() for name in one.names.values()}
    assert len(names) == len(set(names))
    assert not set(names) & real
    emails = [person.email for party in PARTIES.values() for person in party.people]
    assert len(emails) == len(set(emails))
    assert all(email.endswith(".example") for email in emails)


@pytest.mark.parametrize("party", PARTIES.values(), ids=lambda party: party.key)
def test_a_party_is_whole(party: read.Party) -> None:
    assert party.kind in Profile.Kind.values
    assert places.name(party.municipality)
    assert party.municipality == places.current_code(party.municipality)
    assert all(places.name(code) for code in party.coordinates)
    assert set(party.names) <= set(read.LANGUAGES)
    assert party.language in party.names
    assert party.language in read.LANGUAGES
    assert set(party.speaks) <= set(read.LANGUAGES)
    assert party.speaks
    for text in party.texts.values():
        assert 20 <= len(text.split()) <= 60, text
    assert 2 <= len(party.themes) <= 4
    assert set(party.themes) <= SLUGS
    assert party.owner
    assert {person.role for person in party.people} <= {"owner", "editor", "member"}
    assert party.size in ("", *Profile.Size.values)
    assert party.visibility in Profile.Visibility.values
    if party.business_id:
        assert ytunnus.is_valid(party.business_id)
        assert party.business_id.startswith("91")
    if party.kind == "student":
        assert party.school in {name for other in PARTIES.values() for name in other.names.values()}


@pytest.mark.parametrize("event", read.events(), ids=lambda event: event.key)
def test_an_event_is_whole(event: read.DemoEvent) -> None:
    assert set(event.names) == set(event.summaries) == set(read.LANGUAGES)
    assert set(event.attendees) <= set(PARTIES)
    assert event.organiser in PARTIES
    assert event.round is None or len(event.attendees) <= event.capacity
    assert event.kind in Event.Kind.values
    assert set(event.speaks) <= set(read.LANGUAGES)
    assert event.accessibility
    assert 0 < event.closes < event.day
    assert event.starts < event.ends
    assert set(event.themes) <= SLUGS
    assert event.model in MODELS
    pairs = [(request.sender, request.receiver) for request in event.requests]
    assert len(pairs) == len(set(pairs))
    for request in event.requests:
        assert request.sender != request.receiver
        assert {request.sender, request.receiver} <= set(event.attendees)
        assert request.message
        assert (request.answer == "declined") == bool(request.reason)
        assert request.answer in ("accepted", "declined", "waits")
    assert set(event.away) <= set(event.attendees)
    if event.programme:
        plan = read_programme(event.programme)
        assert {session.room for session in plan.sessions} <= {"", *(room.key for room in plan.rooms)}
        assert {key for session in plan.sessions for key in session.speakers} == {one.key for one in plan.speakers}
        assert {one.party for one in plan.speakers} <= {"", *PARTIES}
        assert all(event.starts <= session.at < session.to <= event.ends for session in plan.sessions)
        assert all(set(session.title) == set(read.LANGUAGES) for session in plan.sessions)
        assert {session.kind for session in plan.sessions} <= set(Session.Kind.values)
    if event.round:
        assert all(slot < event.round.slots for slots in event.away.values() for slot in slots)


@pytest.mark.parametrize("event", kinds(), ids=lambda event: event.key)
def test_an_event_from_a_template_is_whole(event: DemoKind) -> None:
    assert set(event.names) == set(event.summaries) == set(read.LANGUAGES)
    assert event.template in ready_made()
    assert event.organiser in PARTIES
    assert set(event.attendees) <= set(PARTIES)
    assert set(event.themes) <= SLUGS
    assert places.name(event.municipality)
    assert event.accessibility
    assert event.closes is None or event.closes < event.day
    assert all(day > event.day for day in event.runs)
    assert bool(event.aftermath) == event.is_past


def test_answers_shelves_and_logins_name_what_exists() -> None:
    for pair in read.answers()["connections"]:
        assert set(pair["between"]) <= set(PARTIES)
    for answer in read.answers()["interests"]:
        assert {answer["from"], answer["to"]} <= set(PARTIES)
        assert answer["from"] != answer["to"]
        assert ("why" in answer) == (answer["answer"] == "not_relevant")
    for talk in read.messages():
        assert set(talk["between"]) <= set(PARTIES)
        assert {message["from"] for message in talk["messages"]} <= set(talk["between"])
        assert (len(talk["messages"]) == 1) == talk.get("waits", False)
        hours = [message["before"] for message in talk["messages"]]
        assert hours == sorted(hours, reverse=True)
    for key, items in read.shelves().items():
        assert PARTIES[key].kind == "municipality"
        assert {item["model"] for item in items} <= MODELS
    password, people = read.logins()
    assert len(password) >= 12
    assert len(people) == 5
    for login in people:
        assert set(login.what) == set(read.LANGUAGES)
        assert login.administrator or login.email == PARTIES[login.party].owner.email


@pytest.mark.parametrize(
    ("day", "lands_on"), [(0, "2026-11-24"), (3, "2026-11-27"), (4, "2026-11-30"), (5, "2026-11-30")]
)
def test_nothing_is_agreed_on_a_weekend(day: int, lands_on: str) -> None:
    tuesday = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert moment(tuesday, day=day, at=time(9)).isoformat() == f"{lands_on}T09:00:00+02:00"


def test_who_is_asked_can_still_say_yes() -> None:
    """The one who shows how a request is answered keeps a slot free for it."""
    (fair,) = [event for event in read.events() if event.round]
    assert fair.round is not None
    mine = [wish for wish in fair.requests if "salopirtti" in (wish.sender, wish.receiver)]
    agreed = {frozenset((wish.sender, wish.receiver)) for wish in mine if wish.answer == "accepted"}
    waiting = [wish for wish in mine if wish.answer == "waits"]
    assert waiting
    assert len(agreed) + len(waiting) <= fair.round.slots


@pytest.mark.parametrize("day", meeting_days.days(), ids=lambda day: day["key"])
def test_a_day_of_meetings_is_whole(day: dict[str, Any]) -> None:
    comers = set(day["attendees"])
    assert comers <= set(PARTIES)
    assert set(day["themes"]) <= SLUGS
    for wish in day["requests"]:
        assert {wish["from"], wish["to"]} <= comers
        assert (wish.get("answer") == "declined") == ("reason" in wish)
    for mark in day["marks"]:
        assert {mark["by"], mark["about"]} <= comers
    for plan in day["rounds"]:
        assert set(plan.get("seated", ())) <= comers
        assert len(plan.get("seated", ())) <= plan["tables"]
    assert set(day["name"]) == set(day["summary"]) == {"fi", "sv", "en"}


@pytest.mark.parametrize("network", read.networks(), ids=lambda network: network["key"])
def test_networks_are_of_parties_that_there_are(network: dict[str, Any]) -> None:
    """Whoever acts is a party of the demo; whoever sits in a group, chairs it or is on leave is a member."""
    members = set(network["members"])
    applying = {one["party"] for one in network.get("applies", ())}
    assert {network["organiser"], *members, *network.get("invited", ()), *applying} <= set(PARTIES)
    assert network["model"] in MODELS
    assert set(network["themes"]) <= SLUGS
    assert set(network.get("on_leave", ())) <= members
    assert set(network.get("named", ())) <= members
    for group in network.get("groups", ()):
        assert group["chair"] in group["members"]
        assert set(group["members"]) <= members
    for applied in network.get("applies", ()):
        assert len(applied["shown"]) == len(network["criteria"])
    for texts in (network["names"], network["purposes"]):
        assert set(texts) == {"fi", "sv", "en"}


@pytest.mark.parametrize("series", read.network_meetings(), ids=lambda series: series["network"])
def test_series_are_of_the_members_of_a_network(series: dict[str, Any]) -> None:
    network = next(one for one in read.networks() if one["names"]["fi"] == series["network"])
    members = set(network["members"])
    days = [meeting["day"] for meeting in series["meetings"]]
    assert days == sorted(set(days))
    for meeting in series["meetings"]:
        who = {task["who"] for task in meeting.get("tasks", ())}
        assert {meeting["host"], *meeting["comes"], *who} <= members
        assert ("text" in meeting) == (meeting["day"] < 0)
    if "report" in series:
        assert set(series["report"]["words"]) == set(series["report"]["goals"]) == {"fi", "sv", "en"}
        # A year and a day before any day is a day of last year, so that the report has something to tell.
        assert sum(-430 < day <= -366 for day in days) >= 2
        assert network["started"] <= -430


def test_those_who_are_away_are_people_of_the_demo() -> None:
    people = {person.email for party in PARTIES.values() for person in party.people}
    for one in read.absences():
        assert one["who"] in people
        assert one["first"] <= 0 < one["last"]


@pytest.mark.parametrize("board", read.network_posts(), ids=lambda board: board.get("group", board["network"]))
def test_boards_are_written_by_those_whose_they_are(board: dict[str, Any]) -> None:
    network = next(one for one in read.networks() if one["names"]["fi"] == board["network"])
    group = next((one for one in network["groups"] if one["name"] == board.get("group")), network)
    members = {*group["members"], network["organiser"]}
    for post in board["posts"]:
        said = [post, *post.get("comments", ())]
        assert {one["by"] for one in said} <= members
        assert all(one["text"] and one["day"] < 0 for one in said)


@pytest.mark.parametrize("row", read.opportunities(), ids=lambda row: row["title"])
def test_offers_and_needs_are_of_parties_that_are_seen(row: dict[str, Any]) -> None:
    """An answer is a stranger's first message at most, and comes while it is open."""
    known = read.parties()
    assert known[row["by"]].visibility != "hidden"
    assert set(row["themes"]) <= SLUGS
    assert 0 < row["open_for"] <= 181
    assert len(row["title"]) <= 120
    for one in row.get("answers", ()):
        assert one["by"] in known
        assert one["by"] != row["by"]
        assert row["published"] - row["open_for"] < one["day"] < row["published"]
        assert len(one["text"]) <= 600
    closed = row.get("closed", {})
    assert closed.get("outcome", "here") in ("here", "elsewhere", "not_needed")
    assert "found" not in closed or closed["found"] in {one["by"] for one in row["answers"]}


WORKS = read.studies()


@pytest.mark.parametrize("row", [*WORKS["topics"], *WORKS["theses"]], ids=lambda row: row["title"])
def test_a_topic_is_of_a_party_and_a_school_whose_teacher_looks_at_it(row: dict[str, Any]) -> None:
    """What happens to it comes in order, and the supervisor represents the school."""
    assert PARTIES[row["school"]].kind == "education"
    teachers = {one.email for one in PARTIES[row["school"]].people if one.role in ("owner", "editor")}
    assert row["supervisor"] in teachers
    assert set(row["themes"]) <= SLUGS
    students = [one["student"] for one in row.get("applies", ())] + [row[key] for key in ("student",) if key in row]
    assert all(PARTIES[key].kind == "student" for key in students)
    days = [
        row["sent"],
        row.get("open", 0),
        row.get("chosen", 0),
        *sorted(row.get("signed", {}).values(), reverse=True),
    ]
    days += [row[key] for key in ("accepted", "published") if key in row]
    assert days == sorted(days, reverse=True)
    assert set(row.get("signed", ())) in (set(), {"student", "company", "supervisor"})


def test_the_course_round_is_of_companies_that_offer_what_is_wished() -> None:
    plan = WORKS["round"]
    offered = [one["by"] for one in plan["places"]]
    assert len(offered) == len(set(offered)) == 8
    assert set(offered) <= set(PARTIES)
    assert len(plan["students"]) == 16
    names = [one.get("name", one.get("party")) for one in plan["students"]]
    assert len(set(names)) == 16
    for one in plan["students"]:
        assert set(one.get("wishes", ())) <= set(offered)
        assert PARTIES[one["party"]].kind == "student" if "party" in one else one["name"].isalpha()
    days = [plan[name] for name in ("companies_until", "wishes_until", "starts_on", "ends_on")]
    assert days == sorted(days)
