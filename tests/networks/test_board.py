"""Writing on a noticeboard: posts, comments, mentions, changing, removing, what stays, what is kept in order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Profile
from accounts.services.users import delete_user
from core.models import AuditEvent
from networks.models import Group, Membership, Post, PostReport, Seat
from networks.queries import next_steps
from networks.queries.networks import export_of
from networks.rules import board as rules
from networks.services import board, board_keeping, groups, memberships
from networks.services import networks as network_services
from networks.services.common import HasEnded, NotRunning, NotTheCoordinator, ReasonMissing
from networks.services.groups import GroupHasEnded, GroupPlan
from notifications import kinds

from .making import NOW, World, kinds_to, make_user, make_world

pytestmark = pytest.mark.django_db


def write(world: World, text: str = "Kenellä on kuivuri?", *, who: str = "Saha", **more: Any) -> Post:
    by = more.pop("by", None) or world.people[who]
    values: dict[str, Any] = {"network": world.network, "group": None, "now": NOW, **more}
    return board.write(text=text, by=by, **values)


@pytest.fixture
def town(world: World) -> World:
    """Two members, Saha and Höylä, of which the second is in a group."""
    world.member("Saha")
    world.member("Höylä")
    return world


def make_group(world: World, name: str = "Höylä") -> Group:
    made = groups.make_group(network=world.network, plan=GroupPlan("Sivuvirrat"), by=world.kaisa, now=NOW)
    member = Membership.objects.get(network=world.network, profile__name_fi=f"{name} Oy")
    groups.set_members(group=made, members=[member], chair=None, by=world.kaisa, now=NOW)
    return made


def test_a_post_and_a_comment(town: World) -> None:
    post = write(town, "  Vi söker torkar för flis, gärna nära.  ")
    comment = write(town, "Meillä on.", who="Höylä", under=post)
    assert (post.language, post.text) == ("sv", "Vi söker torkar för flis, gärna nära.")
    assert (post.writer, post.organisation) == ("Saha Omistaja", "Saha Oy")
    assert (comment.under, comment.is_comment) == (post, True)
    assert write(town, "Samaa mieltä.", under=comment).under == post, "a comment on a comment stands beside it"
    assert AuditEvent.objects.filter(action="post.written").count() == 3


def test_the_same_form_twice_is_one_post(town: World) -> None:
    assert write(town, key="abc") == write(town, key="abc")
    assert Post.objects.count() == 1


@pytest.mark.parametrize(("text", "error"), [("  ", board.NothingWritten), ("a" * 5001, board.TooLong)])
def test_what_is_not_written(town: World, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        write(town, text)


def test_who_may_not_write(town: World) -> None:
    group = make_group(town)
    town.applicant("Hakija")
    for by, where in ((make_user(), None), (town.people["Hakija"], None), (town.people["Saha"], group)):
        with pytest.raises(board.NotYourBoard):
            write(town, by=by, group=where)
    assert write(town, who="Höylä", group=group).group == group
    assert write(town, by=town.kaisa, group=group).organisation == "Liperin kunta"


def test_who_takes_part_is_who_the_member_named(town: World) -> None:
    """The owner hands the seat on: the board is the colleague's, and no longer the owner's; with no seats it is the
    deciders' again. Both ways of asking agree."""
    saha = Membership.objects.get(profile__name_fi="Saha Oy")
    owner, colleague = town.people["Saha"], make_user("Kalle Kollega")
    saha.profile.representatives.create(user=colleague, role="member", since=NOW)
    for seated, sees in ((None, [owner]), (colleague, [colleague]), (owner, [owner])):
        Seat.objects.filter(membership=saha).delete()
        if seated is not None:
            Seat.objects.create(membership=saha, user=seated, since=NOW)
        for person in (owner, colleague):
            assert rules.may_see_board(person, town.network, None) is (person in sees)
            assert rules.circle(town.network, None).filter(pk=person.pk).exists() is (person in sees)


def test_nothing_is_written_where_all_has_ended(town: World) -> None:
    post, group = write(town), make_group(town)
    inside = write(town, who="Höylä", group=group)
    groups.end_group(group=group, by=town.kaisa, now=NOW)
    with pytest.raises(GroupHasEnded):
        write(town, who="Höylä", group=group, under=inside)
    network_services.end_network(network=town.network, by=town.kaisa, now=NOW)
    for act in (
        lambda: write(town),
        lambda: board.edit(post=post, text="Toisin", by=town.people["Saha"], now=NOW),
        lambda: board.remove(post=post, by=town.people["Saha"], now=NOW),
        lambda: board_keeping.pin(post=post, pinned=True, by=town.kaisa, now=NOW),
    ):
        with pytest.raises(HasEnded):
            act()
    draft = make_world(running=False)
    with pytest.raises(NotRunning):
        write(draft, by=draft.kaisa)


class TestMentions:
    def test_by_name_and_from_the_list(self, town: World) -> None:
        town.member("Sorvi")
        post = write(town, "Mitä sanoo @höylä omistaja:n väki?", to=[town.people["Sorvi"].pk, town.people["Saha"].pk])
        mentioned = {one.user for one in post.mentions.all()}
        assert mentioned == {town.people["Höylä"], town.people["Sorvi"]}, "the writer mentions nobody by themself"
        assert "networks.board_mention" in kinds_to(town.people["Höylä"])
        assert "networks.board" not in kinds_to(town.people["Höylä"]), "told once"

    def test_nobody_outside_the_circle(self, town: World) -> None:
        outsider = make_user("Ulla Ulkona")
        group = make_group(town)
        post = write(town, "@Ulla Ulkona @Saha Omistaja", who="Höylä", group=group, to=[outsider.pk])
        assert not post.mentions.exists()
        assert (kinds_to(outsider), "networks.board_mention" in kinds_to(town.people["Saha"])) == ([], False)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("@Aino Aho", {1}),
            ("@aino  aho, katso", {1}),
            ("@Aino Aholainen", {2}),
            ("@Aino Ahonen", set()),
            ("aino@Aino Aho.fi", set()),
            ("Aino Aho", set()),
            ("@@Aino Aho", set()),
            ("(@Bo Ek)", {3, 4}),
        ],
    )
    def test_names(self, text: str, found: set[int]) -> None:
        people = [(1, "Aino Aho"), (2, "Aino Aholainen"), (3, "Bo Ek"), (4, "Bo Ek"), (5, "")]
        assert board.named_in(text, people) == found

    def test_a_name_written_later_is_told_once(self, town: World) -> None:
        post = write(town)
        for text in ("@Höylä Omistaja?", "@Höylä Omistaja!"):
            board.edit(post=post, text=text, by=town.people["Saha"], now=NOW)
        assert kinds_to(town.people["Höylä"]).count("networks.board_mention") == 1


class TestOwn:
    def test_change(self, town: World) -> None:
        post = write(town)
        changed = board.edit(post=post, text="Löytyi jo.", by=town.people["Saha"], now=NOW, version=0)
        assert (changed.text, changed.version, changed.edited_at) == ("Löytyi jo.", 1, NOW)
        with pytest.raises(board.PostStale):
            board.edit(post=post, text="Vanha sivu", by=town.people["Saha"], now=NOW, version=0)
        for other in (town.people["Höylä"], town.kaisa):
            with pytest.raises(board.NotYourPost):
                board.edit(post=post, text="Muun", by=other, now=NOW)
            with pytest.raises(board.NotYourPost):
                board.remove(post=post, by=other, now=NOW)

    def test_remove_without_and_with_comments(self, town: World) -> None:
        alone, talked = write(town), write(town)
        comment = write(town, "Meillä.", who="Höylä", under=talked)
        for post in (alone, talked):
            board.remove(post=post, by=town.people["Saha"], now=NOW)
        assert list(Post.objects.filter(under=None)) == [talked]
        talked.refresh_from_db()
        assert (talked.text, talked.search_terms, talked.removed_at) == ("", "", NOW)
        with pytest.raises(board.PostGone):
            write(town, under=talked)
        board.remove(post=comment, by=town.people["Höylä"], now=NOW)
        assert not Post.objects.exists(), "an empty place with nothing under it goes too"

    def test_a_member_leaves(self, town: World) -> None:
        post = write(town)
        saha = Membership.objects.get(profile__name_fi="Saha Oy")
        memberships.leave(membership=saha, by=town.people["Saha"], now=NOW)
        with pytest.raises(board.NotYourBoard):
            board.edit(post=post, text="x", by=town.people["Saha"], now=NOW)
        post.refresh_from_db()
        assert post.writer == "Saha Omistaja"

    def test_the_writers_account_ends(self, town: World) -> None:
        person = town.people["Saha"]
        profile = Profile.objects.get(name_fi="Saha Oy")
        profile.representatives.create(user=make_user(), role="owner", since=NOW)
        post = write(town, "Terveisin Saha Omistaja")
        answer = write(town, "@Saha Omistaja, meillä on.", who="Höylä", under=post)
        delete_user(user=person, now=NOW)
        post.refresh_from_db()
        answer.refresh_from_db()
        assert (post.writer, post.organisation, post.text) == ("Saha Oy", "", "Terveisin […]")
        assert (answer.text, answer.mentions.count(), answer.writer) == ("@[…], meillä on.", 0, "Höylä Omistaja")
        assert "omistaja" not in post.search_terms

    def test_ones_own_are_in_ones_export(self, town: World) -> None:
        write(town)
        assert [row["text"] for row in export_of(town.people["Saha"])["noticeboard"]] == ["Kenellä on kuivuri?"]


class TestKeeping:
    def test_pins(self, town: World) -> None:
        posts = [write(town) for _n in range(4)]
        for post in posts[:3]:
            board_keeping.pin(post=post, pinned=True, by=town.kaisa, now=NOW)
        board_keeping.pin(post=posts[0], pinned=True, by=town.kaisa, now=NOW)
        with pytest.raises(board_keeping.TooManyPins):
            board_keeping.pin(post=posts[3], pinned=True, by=town.kaisa, now=NOW)
        board_keeping.pin(post=posts[0], pinned=False, by=town.kaisa, now=NOW)
        comment = write(town, who="Höylä", under=posts[3])
        with pytest.raises(board_keeping.NotPinned):
            board_keeping.pin(post=comment, pinned=True, by=town.kaisa, now=NOW)
        with pytest.raises(NotTheCoordinator):
            board_keeping.pin(post=posts[3], pinned=True, by=town.people["Saha"], now=NOW)

    def test_hide_tells_the_writer_why(self, town: World) -> None:
        post = write(town)
        with pytest.raises(ReasonMissing):
            board_keeping.hide(post=post, why=" ", by=town.kaisa, now=NOW)
        with pytest.raises(NotTheCoordinator):
            board_keeping.hide(post=post, why="x", by=town.people["Höylä"], now=NOW)
        board_keeping.hide(post=post, why="Mainos", by=town.kaisa, now=NOW)
        board_keeping.hide(post=post, why="Toinen syy", by=town.kaisa, now=NOW)
        assert kinds_to(town.people["Saha"]).count("networks.board_hidden") == 1
        kind = kinds.get("networks.board_hidden")
        assert kind is not None
        assert kind.render({"post": post.pk}).text == "Mainos"
        with pytest.raises(board.NotYourPost):
            board.edit(post=post, text="Ei mainos", by=town.people["Saha"], now=NOW)
        with pytest.raises(board.PostGone):
            write(town, who="Höylä", under=post)
        board_keeping.unhide(post=post, by=town.kaisa, now=NOW)
        assert write(town, who="Höylä", under=post).under == post

    def test_a_report_comes_to_the_coordinator_first_of_all(self, town: World) -> None:
        post = write(town)
        reader = town.people["Höylä"]
        made = board_keeping.report(post=post, why="Ei kuulu tänne", by=reader, now=NOW)
        for by, why, error in (
            (reader, "Taas", board_keeping.ReportedAlready),
            (town.people["Saha"], "Oma", board_keeping.OwnPost),
            (make_user(), "x", board.NotYourBoard),
        ):
            with pytest.raises(error):
                board_keeping.report(post=post, why=why, by=by, now=NOW)
        assert "networks.board_reported" in kinds_to(town.kaisa)
        assert "networks.board_reported" not in kinds_to(town.people["Saha"])
        following = next_steps.for_coordinator(town.network, [])
        assert following is not None
        assert following.url.endswith("/board/reports/")
        board_keeping.settle(post=post, by=town.kaisa, now=NOW)
        made.refresh_from_db()
        assert (made.settled_by, next_steps.for_coordinator(town.network, [])) == (town.kaisa, None)
        board_keeping.report(post=post, why="Yhä", by=reader, now=NOW + timedelta(days=1))
        board_keeping.hide(post=post, why="Mainos", by=town.kaisa, now=NOW)
        assert not PostReport.objects.filter(settled_at=None).exists(), "hidden is settled"
