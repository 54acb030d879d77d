"""A network's year: each stage of the funnel, who is silent and who is new, who met whom, and the picture of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.models import Conversation, Message
from events.models import Event, FollowUp, Meeting, MeetingParty, Registration, Round, Slot
from networks import picture
from networks.models import Asking, Membership, MembershipChange, Network, NetworkMeeting, Post, Seating
from networks.queries import met as met_queries
from networks.queries import quiet
from networks.queries import year as queries
from networks.rules import year as rules
from tests.factories.people import NOW, make_profile

from .gathering import Gathering, make_gathering

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 12, 1, 9, tzinfo=UTC)
State = Membership.State


def change(member: Membership, to: str, at: datetime, before: str = "") -> None:
    MembershipChange.objects.create(membership=member, from_state=before, to_state=to, at=at)
    Membership.objects.filter(pk=member.pk).update(state=to, state_since=at)


def seat(town: Gathering, meeting: NetworkMeeting, *tables: tuple[int, ...]) -> None:
    for table, numbers in enumerate(tables, 1):
        for number in numbers:
            Seating.objects.create(meeting=meeting, profile=town.members[number].profile, table=table)


def two(
    town: Gathering, meeting: NetworkMeeting, one: int, other: int, *, state: str = "agreed", came: str = ""
) -> Meeting:
    """A 1:1 meeting in a round of the meeting's event; `came` is what its first side says came of it."""
    event = meeting.event
    round, _made = Round.objects.get_or_create(
        event=event,
        defaults={"starts_at": event.starts_at, "ends_at": event.ends_at, "tables": 9, "slot_minutes": 20},
    )
    ends = event.starts_at + timedelta(minutes=20)
    slot, _made = Slot.objects.get_or_create(round=round, starts_at=event.starts_at, ends_at=ends)
    table = Meeting.objects.filter(slot=slot).count() + 1
    made = Meeting.objects.create(
        uid=f"{slot.pk}-{table}@example.fi",
        revised_at=NOW,
        state=state,
        starts_at=slot.starts_at,
        ends_at=ends,
        slot=slot,
        table=table,
    )
    sides = [
        MeetingParty.objects.create(meeting=made, profile=town.members[n].profile, user=town.users[n])
        for n in (one, other)
    ]
    if came:
        FollowUp.objects.create(party=sides[0], after_days=30, asked_at=LATE, came=came, answered_at=LATE)
    return made


def numbers(town: Gathering, profiles: set[int]) -> list[int]:
    return [n for n, member in enumerate(town.members) if member.profile_id in profiles]


def year_of(town: Gathering, year: int = 2026, now: datetime = LATE) -> queries.Funnel:
    """Its members are the same as those that are read alone."""
    found = queries.funnel(town.network, year, now)
    assert queries.members_in(town.network, year) == found.members
    return found


class TestFunnel:
    def test_asked_are_the_invited_those_who_came_by_themselves_and_the_members(self) -> None:
        town = make_gathering(2)
        for name, states in (("Kutsu", [State.INVITED]), ("Haku", [State.APPLIED, State.DECLINED])):
            profile = make_profile(name)
            one = Membership.objects.create(network=town.network, profile=profile, state=states[0], state_since=NOW)
            before = ""
            for state in states:
                change(one, state, NOW, before)
                before = state
            town.members.append(one)
        found = year_of(town)
        assert numbers(town, found.asked) == [0, 1, 2, 3]
        assert numbers(town, found.new_asked) == [0, 1, 2, 3]
        assert numbers(town, found.members) == numbers(town, found.new_members) == [0, 1]
        assert found.attended == found.met == found.came == set()

    def test_a_member_counts_in_each_year_in_which_it_was_one(self) -> None:
        town = make_gathering(3)
        change(town.members[1], State.LEFT, datetime(2026, 6, 1, tzinfo=UTC), State.MEMBER)
        change(town.members[2], State.ON_LEAVE, datetime(2026, 6, 1, tzinfo=UTC), State.MEMBER)
        now = datetime(2027, 6, 1, tzinfo=UTC)
        found = queries.funnels(town.network, [2027, 2026, 2025], now)
        assert [numbers(town, found[year].members) for year in (2025, 2026, 2027)] == [[], [0, 1, 2], [0, 2]]
        assert numbers(town, found[2027].new_members) == []
        assert numbers(town, found[2026].new_members) == [0, 1, 2]

    def test_who_comes_back_from_leave_is_not_new(self) -> None:
        town = make_gathering(1)
        change(town.members[0], State.ON_LEAVE, datetime(2026, 12, 1, tzinfo=UTC), State.MEMBER)
        change(town.members[0], State.MEMBER, datetime(2027, 2, 1, tzinfo=UTC), State.ON_LEAVE)
        found = year_of(town, 2027, datetime(2027, 6, 1, tzinfo=UTC))
        assert numbers(town, found.members) == [0]
        assert not found.new_members
        assert not found.new_asked

    def test_the_year_is_the_local_one(self) -> None:
        """At eleven in the evening in London on New Year's Eve it is next year in Helsinki already."""
        town = make_gathering(1)
        MembershipChange.objects.update(at=datetime(2026, 12, 31, 23, tzinfo=UTC))
        now = datetime(2027, 6, 1, tzinfo=UTC)
        assert numbers(town, year_of(town, 2026, now).members) == []
        assert numbers(town, year_of(town, 2027, now).new_members) == [0]

    def test_whoever_was_checked_in_or_sat_came_and_a_registration_alone_says_nothing(self) -> None:
        town = make_gathering(4)
        [meeting] = town.plan()
        town.come(meeting, 0, here=True)
        town.come(meeting, 1, 3)
        seat(town, meeting, (2,))
        found = year_of(town)
        assert numbers(town, found.attended) == [0, 2]
        assert found.met == set()  # alone at a table one meets nobody

    def test_a_meeting_to_come_or_cancelled_and_guests_do_not_count(self) -> None:
        town = make_gathering(3)
        first, second = town.plan(2)
        seat(town, first, (0, 1))
        seat(town, second, (0, 2))
        Registration.objects.create(
            event=first.event, profile=make_profile("Vieras"), user=town.anu, registered_at=NOW, checked_in_at=NOW
        )
        between = first.event.ends_at + timedelta(days=1)
        assert numbers(town, year_of(town, now=between).attended) == [0, 1]
        Event.objects.filter(pk=first.event_id).update(state=Event.State.CANCELLED)
        assert year_of(town, now=between).attended == set()

    def test_those_met_who_shared_a_table_or_a_meeting_two_and_two(self) -> None:
        town = make_gathering(7)
        [meeting] = town.plan()
        seat(town, meeting, (0, 1), (2,))
        two(town, meeting, 3, 4)
        two(town, meeting, 5, 6, state="cancelled")
        found = year_of(town)
        assert numbers(town, found.met) == [0, 1, 3, 4]
        assert numbers(town, found.attended) == [0, 1, 2, 3, 4]

    def test_two_people_of_the_same_organisation_have_not_met_by_sitting_together(self) -> None:
        town = make_gathering(1)
        [meeting] = town.plan()
        seat(town, meeting, (0, 0))
        assert year_of(town).met == set()

    @pytest.mark.parametrize(
        ("came", "counts"), [("deal", True), ("thesis", True), ("talks", False), ("nothing", False)]
    )
    def test_something_came_of_it_for_both_when_one_says_so(self, came: str, counts: bool) -> None:
        town = make_gathering(4)
        [meeting] = town.plan()
        two(town, meeting, 0, 1, came=came)
        two(town, meeting, 2, 3)
        assert numbers(town, year_of(town).came) == ([0, 1] if counts else [])

    def test_another_networks_meetings_are_its_own(self) -> None:
        town, other = make_gathering(2), make_gathering(2)
        [meeting] = other.plan()
        for number in (0, 1):
            Seating.objects.create(meeting=meeting, profile=town.members[number].profile, table=1)
        two(town, meeting, 0, 1, came="deal")
        found = year_of(town)
        assert found.attended == found.met == found.came == set()
        assert found.meetings == 0

    def test_each_stage_holds_the_next_and_reads_do_not_grow(self, django_assert_num_queries: Any) -> None:
        for members in (3, 9):
            town = make_gathering(members)
            meetings = town.plan(2)
            for meeting in meetings:
                seat(town, meeting, tuple(range(members)))
                two(town, meeting, 0, 1, came="offer")
            with django_assert_num_queries(6):
                found = queries.funnels(town.network, [2026, 2025], LATE)[2026]
            sets = [found.of(stage) for stage in queries.STAGES]
            assert all(whole >= part for whole, part in pairwise(sets))
            assert [*found.counts().values()] == [members, members, members, members, 2]
            assert found.meetings == 2

    def test_the_years_of_a_network(self) -> None:
        town = make_gathering(0)
        now = datetime(2034, 5, 1, tzinfo=UTC)
        assert queries.years_of(town.network, NOW) == [2026]
        assert queries.years_of(town.network, now) == [2034, 2033, 2032, 2031, 2030]
        town.network.ended_at = datetime(2027, 5, 1, tzinfo=UTC)
        assert queries.years_of(town.network, now) == [2027, 2026]
        assert queries.years_of(Network(), now) == [2034]


class TestSilent:
    def silent(self, town: Gathering, now: datetime = LATE) -> list[int]:
        return numbers(town, {one.profile_id for one in quiet.silent(town.network, now)})

    def test_only_members_on_duty_who_are_not_new(self) -> None:
        town = make_gathering(4)
        change(town.members[1], State.ON_LEAVE, NOW, State.MEMBER)
        change(town.members[2], State.LEFT, NOW, State.MEMBER)
        change(town.members[3], State.MEMBER, LATE - timedelta(days=30), State.ON_LEAVE)
        assert self.silent(town) == [0]
        assert self.silent(town, NOW + timedelta(days=90)) == []

    def test_any_sign_of_life_within_the_time_ends_the_silence(self) -> None:
        town = make_gathering(9)
        meeting, coming = town.plan(2)
        lately, before = LATE - timedelta(days=30), LATE - rules.SILENT_AFTER - timedelta(days=1)
        Event.objects.filter(pk=meeting.event_id).update(starts_at=lately, ends_at=lately + timedelta(hours=2))
        Event.objects.filter(pk=coming.event_id).update(starts_at=LATE + timedelta(days=9),
                                                        ends_at=LATE + timedelta(days=10))  # fmt: skip
        meeting.event.refresh_from_db()
        town.come(meeting, 0, here=True)
        seat(town, meeting, (1,))
        two(town, meeting, 2, 3)
        town.come(coming, 4)
        Post.objects.create(network=town.network, profile=town.members[5].profile, text="Hei", at=lately)
        Post.objects.create(network=town.network, profile=town.members[6].profile, text="Hei", at=before)
        one, other = (town.members[n].profile for n in (7, 8))
        talk = Conversation.objects.create(a=one, b=other, made_at=before, accepted_at=before)
        Message.objects.create(conversation=talk, profile=one, text="Hei", at=lately, token="a")
        assert self.silent(town) == [6, 8]  # a message that one got is no sign of oneself

    def test_a_message_to_somebody_elsewhere_is_no_sign(self) -> None:
        town = make_gathering(1)
        stranger = make_profile("Muualla")
        talk = Conversation.objects.create(
            a=town.members[0].profile, b=stranger, made_at=NOW, accepted_at=NOW
        )  # fmt: skip
        Message.objects.create(
            conversation=talk, profile=town.members[0].profile, text="Hei", at=LATE - timedelta(days=1), token="a"
        )
        assert self.silent(town) == [0]

    def test_whoever_said_that_it_stays_is_not_silent_and_nobody_is_asked_twice(self) -> None:
        town = make_gathering(3)
        at = LATE - timedelta(days=20)
        for n, stays in ((0, at), (1, None)):
            Asking.objects.create(
                membership=town.members[n], language="fi", subject="x", text="x", made_at=at, stays_at=stays
            )
        assert self.silent(town) == [1, 2]
        assert numbers(town, {one.profile_id for one in quiet.may_be_asked(town.network, LATE)}) == [2]
        rows = quiet.rows(quiet.silent(town.network, LATE), LATE)
        assert [(row.asked_at, row.may_ask) for row in rows] == [(at, False), (None, True)]

    def test_when_it_was_last_at_a_meeting(self) -> None:
        town = make_gathering(2)
        first, second = town.plan(2)
        seat(town, first, (0,))
        town.come(second, 0, here=True)
        rows = quiet.rows(quiet.silent(town.network, LATE), LATE)
        assert [row.last_came for row in rows] == [second.event.starts_at, None]


def test_newcomers_are_those_who_joined_lately_and_met_nobody() -> None:
    town = make_gathering(5)
    meeting, coming = town.plan(2)
    seat(town, meeting, (0,))
    town.come(meeting, 1, here=True)
    two(town, meeting, 2, 0)
    seat(town, coming, (3,))
    now = meeting.event.ends_at + timedelta(hours=1)
    assert numbers(town, {one.profile_id for one in quiet.newcomers(town.network, now)}) == [3, 4]
    assert not quiet.newcomers(town.network, NOW + rules.NEW_FOR + timedelta(days=1)).filter(
        pk=town.members[4].pk
    )  # fmt: skip


class TestMet:
    def test_pairs_at_tables_and_two_and_two(self) -> None:
        town = make_gathering(5)
        first, second = town.plan(2)
        seat(town, first, (0, 1, 2))
        seat(town, second, (1, 0), (2, 3))
        two(town, second, 0, 1)
        two(town, second, 3, 4, state="cancelled")
        profiles = met_queries.named(town.network, {member.profile_id for member in town.members})
        met = met_queries.met_in(town.network, 2026, LATE, set(profiles))
        a, b, c, d, _e = (member.profile_id for member in town.members)
        assert met.times == Counter({(a, b): 3, (a, c): 1, (b, c): 1, (c, d): 1})
        assert met.alone == Counter({(a, b): 1})
        assert met_queries.sorted_pairs(met)[0] == (a, b)
        own = met_queries.of_member(met, c, profiles)
        assert {(row.one.pk, row.other.pk, row.times) for row in own} == {(c, a, 1), (c, b, 1), (c, d, 1)}
        drawn = met_queries.drawn(met, profiles)
        assert [one.pk for one in drawn.nobody] == [town.members[4].profile_id]
        assert drawn.others == 0
        assert list(met_queries.table_of(met, profiles))[1][2:] == ["2", "1", "3"]
        assert not met_queries.met_in(town.network, 2025, LATE, set(profiles)).times

    def test_two_who_share_two_tables_of_a_meeting_have_met_there_once(self) -> None:
        town = make_gathering(2)
        [meeting] = town.plan()
        seat(town, meeting, (0, 1), (0, 1))
        a, b = (member.profile_id for member in town.members)
        assert met_queries.met_in(town.network, 2026, LATE, {a, b}).times == Counter({(a, b): 1})

    def test_of_many_the_picture_has_those_who_met_most_and_fewest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(met_queries, "MOST_DRAWN", 2)
        monkeypatch.setattr(met_queries, "FEWEST_DRAWN", 1)
        town = make_gathering(5)
        [meeting] = town.plan()
        seat(town, meeting, (1, 3, 4))
        people = [member.profile.pk for member in town.members]
        met = met_queries.met_in(town.network, 2026, LATE, people)
        members = met_queries.named(town.network, people)
        drawn = met_queries.drawn(met, members)
        assert set(drawn.names) == {people[n] for n in (1, 3, 2)}
        assert (drawn.others, len(drawn.nobody)) == (2, 2)
        chosen = met_queries.drawn(met, members, chosen=people[0])
        assert set(chosen.names) == {people[n] for n in (1, 0, 2)}


pairs = st.dictionaries(
    st.tuples(st.integers(1, 30), st.integers(1, 30)).filter(lambda pair: pair[0] < pair[1]), st.integers(1, 9)
)


class TestPicture:
    @given(pairs)
    def test_all_are_drawn_once_inside_the_square_and_no_name_stands_on_its_head(
        self, times: dict[tuple[int, int], int]
    ) -> None:
        keys = list(range(1, 31))
        made = picture.draw(keys, times)
        assert sorted(node.key for node in made.nodes) == keys
        for node in made.nodes:
            assert 0 < node.x < picture.SIZE
            assert 0 < node.y < picture.SIZE
            assert -90.1 <= (node.turn + 180) % 360 - 180 <= 90.1
        assert sum(path.count("M") for _weight, path in made.lines) == len(times)
        assert len({(node.x, node.y) for node in made.nodes}) == 30
        alone = {node.key for node in made.nodes if not node.partners}
        assert alone == set(keys) - {key for pair in times for key in pair}
        assert [node.key for node in made.nodes][30 - len(alone) :] == sorted(alone)

    @given(pairs, st.randoms())
    def test_it_is_the_same_whatever_the_order_of_the_pairs(
        self, times: dict[tuple[int, int], int], chance: Any
    ) -> None:
        shuffled = list(times.items())
        chance.shuffle(shuffled)
        assert picture.draw(range(1, 31), times) == picture.draw(range(1, 31), dict(shuffled))

    def test_groups_stand_together_and_a_chosen_ones_lines_come_by_themselves(self) -> None:
        groups = {(1, 3): 1, (1, 5): 1, (3, 5): 1, (2, 4): 1, (2, 6): 1, (4, 6): 1}
        around = picture.ordered([1, 2, 3, 4, 5, 6], groups)
        assert {frozenset(around[:3]), frozenset(around[3:])} == {frozenset({1, 3, 5}), frozenset({2, 4, 6})}
        assert picture.draw(around, groups, chosen=2).chosen.count("M") == 2

    def test_nobody(self) -> None:
        assert picture.draw([], {}) == picture.Picture([], [])
