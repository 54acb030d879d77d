"""Who may see what of a network: each kind of person × each page and list. A hidden network leaks nothing."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from accounts.services import profiles as profile_services
from events.models import CalendarFeed
from events.queries import feeds
from networks.models import Membership, Network, NetworkMeeting
from networks.queries import networks as queries
from networks.rules import networks as rules
from networks.services import applications, groups, meetings, memberships, reports
from networks.services import networks as services
from networks.services.groups import GroupPlan
from notifications.models import Notification

from .making import NOW, World, make_profile, make_theme, make_user, make_world, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

VISITOR, STRANGER, OTHER, INVITED, MEMBER, IN_GROUP = "visitor", "stranger", "other", "invited", "member", "in_group"
COORDINATOR, OWNER, ADMIN = "coordinator", "owner", "admin"
WHO = (VISITOR, STRANGER, OTHER, INVITED, MEMBER, IN_GROUP, COORDINATOR, OWNER, ADMIN)
"""A stranger has an account and no network; `other` is a member of another network; `owner` owns the host."""
INSIDE = {INVITED, MEMBER, IN_GROUP, COORDINATOR, OWNER, ADMIN}
RUNS = {COORDINATOR, OWNER, ADMIN}
NAME = "Salattu verkosto"


class Scene:
    """A network of each kind of visibility, and one person of each kind."""

    def __init__(self, visibility: str) -> None:
        self.world = make_world(visibility=visibility, names={"fi": NAME})
        self.network = self.world.network
        self.member = self.world.member("Jäsen")
        grouped = self.world.member("Ryhmäläinen")
        self.invited = memberships.invite(
            network=self.network, profile=self.world.company("Kutsuttu"), by=self.world.kaisa, now=NOW
        )
        self.group = groups.make_group(
            network=self.network, plan=GroupPlan("Salattu ryhmä"), by=self.world.kaisa, now=NOW
        )
        groups.set_members(group=self.group, members=[grouped], chair=grouped, by=self.world.kaisa, now=NOW)
        services.add_goal(network=self.network, year=2026, text="Salattu tavoite", by=self.world.kaisa, now=NOW)
        self.meeting = self._meeting(None, "Salattu aihe")
        self.group_meeting = self._meeting(self.group, "Salattu ryhmäaihe")
        self.asked = self._applicant()
        self._reports()
        other = make_world(names={"fi": "Toinen"})
        other.member("Muualla")
        stranger = make_user("Seppo")
        self.chosen = make_profile("Sepon Oy", by=stranger)
        self.people: dict[str, User | None] = {
            VISITOR: None,
            STRANGER: stranger,
            OTHER: other.people["Muualla"],
            INVITED: self.world.people["Kutsuttu"],
            MEMBER: self.world.people["Jäsen"],
            IN_GROUP: self.world.people["Ryhmäläinen"],
            COORDINATOR: self.world.kaisa,
            OWNER: self.world.hilkka,
            ADMIN: make_user("Anu", is_coordinator=True),
        }

    def _applicant(self) -> Any:
        """Somebody who applied while the network was still seen."""
        Network.objects.filter(pk=self.network.pk).update(visibility="public")
        made = self.world.applicant("Hakija", text="Salattu hakemus")
        Network.objects.filter(pk=self.network.pk).update(visibility=self.network.visibility)
        return made

    def _meeting(self, group: Any, theme: str) -> NetworkMeeting:
        days = [NOW.date() + timedelta(days=20)]
        plan = meetings.SeriesPlan(days=days, at=time(9, 0), minutes=60, themes=[theme], place="Torni")
        [made] = meetings.plan_series(network=self.network, plan=plan, group=group, by=self.world.kaisa, now=NOW)
        return made

    def _reports(self) -> None:
        """This year's is published, last year's a draft."""
        Network.objects.filter(pk=self.network.pk).update(started_at=NOW - timedelta(days=365))
        for year in (2025, 2026):
            reports.save_report(
                network=self.network, year=year, words={"fi": "Salattu vuosi"}, goals={}, by=self.world.kaisa, now=NOW
            )
        reports.publish_report(network=self.network, year=2026, by=self.world.kaisa, now=NOW)

    def client(self, who: str) -> Client:
        client, person = Client(), self.people[who]
        if person is not None:
            client.force_login(person)
        return client

    def url(self, name: str, **more: Any) -> str:
        return reverse(name, kwargs={"slug": self.network.slug, **more})


def pages(scene: Scene) -> dict[str, tuple[str, set[str]]]:
    """Each page and who of those that see the network may open it."""
    everybody = set(WHO)
    return {
        "network": (scene.url("network"), everybody),
        "members": (scene.url("network_members"), everybody),
        "group": (scene.url("network_group", pk=scene.group.pk), everybody),
        "join": (scene.url("network_join"), everybody - {VISITOR}),
        "edit": (scene.url("network_edit"), RUNS),
        "end": (scene.url("network_end"), RUNS),
        "goals": (scene.url("network_goals"), RUNS),
        "criteria": (scene.url("network_criteria"), RUNS),
        "coordinators": (scene.url("network_coordinators"), RUNS),
        "members_file": (scene.url("network_members_file", ending="csv"), RUNS),
        "member": (scene.url("network_member", pk=scene.member.pk), RUNS),
        "proposed": (scene.url("network_proposed"), RUNS),
        "letter": (f"{scene.url('network_letter_write')}?profile={scene.chosen.slug}", RUNS),
        "letters": (scene.url("network_letters"), RUNS),
        "gauge": (scene.url("network_gauge"), RUNS),
        "introduce": (scene.url("network_introduce"), RUNS),
        "meetings": (scene.url("network_meetings"), RUNS | {MEMBER, IN_GROUP}),
        "tasks": (scene.url("network_tasks"), RUNS | {MEMBER, IN_GROUP}),
        "series_new": (scene.url("network_series_new"), RUNS | {IN_GROUP}),
        "wheel": (scene.url("network_wheel"), RUNS | {MEMBER, IN_GROUP}),
        "apart": (scene.url("network_apart"), RUNS),
        "year": (scene.url("network_year"), RUNS),
        "year_file": (scene.url("network_year_file", ending="csv"), RUNS),
        "counted": (scene.url("network_counted", stage="members"), RUNS),
        "met": (scene.url("network_met"), RUNS),
        "met_file": (scene.url("network_met_file", ending="xlsx"), RUNS),
        "newcomers": (scene.url("network_newcomers"), RUNS),
        "silent": (scene.url("network_silent"), RUNS),
        "report": (scene.url("network_report", year=2026), everybody),
        "report_draft": (scene.url("network_report", year=2025), RUNS),
        "report_edit": (scene.url("network_report_edit", year=2025), RUNS),
        "decide": (scene.url("network_decide", pk=scene.asked.pk), RUNS),
        "group_new": (scene.url("network_group_new"), RUNS),
        "group_edit": (scene.url("network_group_edit", pk=scene.group.pk), RUNS),
        "group_members": (scene.url("network_group_members", pk=scene.group.pk), RUNS),
        "own": (scene.url("network_own", pk=scene.member.pk), {MEMBER}),
        "own_invited": (scene.url("network_own", pk=scene.invited.pk), {INVITED}),
    }


SEEN_BY = {
    "public": set(WHO),
    "members": set(WHO) - {VISITOR},
    "hidden": INSIDE,
}


@pytest.mark.parametrize("visibility", ["public", "members", "hidden"])
def test_every_page_by_everybody(visibility: str) -> None:
    """Those who may, see it; to those who see the network and may not, it says so; for others it does not exist, and no
    answer tells it from an address where there never was one."""
    scene = Scene(visibility)
    wrong: list[tuple[Any, ...]] = []
    for who in WHO:
        client, sees = scene.client(who), who in SEEN_BY[visibility]
        for name, (address, allowed) in pages(scene).items():
            response = client.get(address)
            needs_sign_in = name not in ("network", "members", "group", "report", "report_draft")
            if who == VISITOR and needs_sign_in:
                expected = 302
            elif not sees:
                expected = 404
            elif who in allowed:
                expected = 200
            else:
                expected = 404 if name.startswith(("own", "report_draft")) else 403
            if response.status_code != expected:
                wrong.append((who, name, response.status_code, expected))
            if expected != 200 and "Salattu" in response.content.decode():
                wrong.append((who, name, "said its name"))
    assert wrong == []


def test_the_wheel_and_its_calendar_show_a_groups_meetings_to_the_group() -> None:
    """Each sees on the wheel, and in the calendar of the same network, what is theirs; nobody else has a calendar."""
    scene = Scene("hidden")
    inside = RUNS | {MEMBER, IN_GROUP}
    for who in WHO:
        client, person = scene.client(who), scene.people[who]
        page = client.get(scene.url("network_wheel")).content.decode()
        assert ("Salattu aihe" in page) is (who in inside), who
        assert ("Salattu ryhmäaihe" in page) is (who in RUNS | {IN_GROUP}), who
        made = client.post(scene.url("network_calendar"))
        feed = CalendarFeed.objects.filter(user=person).first() if person is not None else None
        assert (feed is not None) is (who in inside), who
        if feed is None:
            assert made.status_code == (302 if who == VISITOR else 403 if who == INVITED else 404), who
            continue
        told = Client().get(feeds.path_of(feed)).content.decode()
        assert ("Salattu aihe" in told) is True, who
        assert ("Salattu ryhmäaihe" in told) is (who in RUNS | {IN_GROUP}), who


@pytest.mark.parametrize("visibility", ["public", "members", "hidden"])
def test_what_is_on_other_sites_is_what_a_visitor_sees(visibility: str) -> None:
    """The card and the data are the same for everybody, and are there for a public network alone; never a meeting of a
    group, nor of members."""
    scene = Scene(visibility)
    data = reverse("network_public", kwargs={"slug": scene.network.slug})
    for address in (scene.url("network_embed"), data):
        told = {who: scene.client(who).get(address) for who in WHO}
        assert {one.status_code for one in told.values()} == {200 if visibility == "public" else 404}, address
        for who, one in told.items():
            said = one.content.decode()
            assert "Salattu ryhmäaihe" not in said, (who, address)
            assert ("Salattu" in said) is (visibility == "public"), (who, address)
            if visibility == "public":
                assert one.content == told[VISITOR].content, (who, address)


PRESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("network_start", {}), ("network_guide", {"closed": "yes"}), ("network_invite", {"profile": "x"}),
    ("network_goals", {"year": 2026, "text": "x"}), ("network_criteria", {"sentence": "x", "shown_by": "y"}),
    ("network_coordinators", {"email": "x@example.fi"}), ("network_end", {}), ("network_edit", {}),
    ("network_letter_write", {}), ("network_letters_remind", {}), ("network_introduce", {"reason": "x"}),
    ("network_apart", {"reason": "x"}),
    ("network_silent_write", {"profile": "x"}),
)  # fmt: skip


@pytest.mark.parametrize("visibility", ["public", "hidden"])
def test_no_press_of_others_does_anything(visibility: str) -> None:
    scene = Scene(visibility)
    before = Network.objects.values().get(pk=scene.network.pk)
    for who in set(WHO) - RUNS - {VISITOR}:
        client, expected = scene.client(who), 403 if who in SEEN_BY[visibility] else 404
        for name, sent in PRESSES:
            assert client.post(scene.url(name), sent).status_code == expected, (who, name)
        for name in ("network_report_edit", "network_report_publish", "network_report_take_back"):
            assert client.post(scene.url(name, year=2026), {"words_fi": "x"}).status_code == expected, (who, name)
        for name, pk in (("network_group_renew", scene.group.pk), ("network_group_end", scene.group.pk)):
            assert client.post(scene.url(name, pk=pk)).status_code == expected, (who, name)
        remind = client.post(scene.url("network_meeting_remind", pk=scene.meeting.pk))
        assert remind.status_code == (403 if who in (MEMBER, IN_GROUP) else 404), who
        returned = scene.url("network_letter_returned", pk=scene.invited.letters.get().pk)
        assert client.post(returned).status_code == expected, who
        if who == MEMBER:
            continue
        for name in ("network_own_act", "network_seats", "network_invoice", "network_appeal"):
            address = scene.url(name, pk=scene.member.pk)
            assert client.post(address, {"act": "leave", "text": "x"}).status_code == 404, (who, name)
    assert Network.objects.values().get(pk=scene.network.pk) == before
    scene.member.refresh_from_db()
    assert scene.member.state == "member"


class TestHidden:
    """By title, by number, by filter, by a panel, by a notice, by what may be offered."""

    @pytest.fixture
    def scene(self) -> Scene:
        return Scene("hidden")

    @pytest.mark.parametrize("who", WHO)
    def test_lists_counts_and_panels(self, scene: Scene, who: str) -> None:
        other_theme = make_theme("kiertotalous")
        services.edit_network(
            network=scene.network,
            plan=plan(names={"fi": NAME}, visibility="hidden", themes=(other_theme,)),
            organiser=scene.world.town,
            by=scene.world.kaisa,
            now=NOW,
        )
        client, sees = scene.client(who), who in INSIDE
        listed = client.get(reverse("networks"))
        assert (NAME in listed.content.decode()) is sees
        assert listed.context["page"].paginator.count == (2 if sees else 1)
        assert ("kiertotalous" in listed.content.decode()) is sees, "the filter offers its theme"
        filtered = client.get(f"{reverse('networks')}?theme=kiertotalous").content.decode()
        assert (NAME in filtered) is sees
        for address in (
            scene.member.profile.get_absolute_url(),
            scene.world.town.get_absolute_url(),
            other_theme.get_absolute_url(),
            reverse("home"),
        ):
            assert not (NAME in client.get(address).content.decode() and not sees), address
        panel = client.get(scene.member.profile.get_absolute_url()).content.decode()
        assert (NAME in panel) is sees

    def test_rules_and_lists_say_the_same(self, scene: Scene) -> None:
        for who in WHO:
            person = scene.people[who] or Client().get(reverse("networks")).wsgi_request.user
            assert rules.may_see_network(person, scene.network) is (who in INSIDE)
            assert (scene.network in queries.listed(person)) is (who in INSIDE)
            assert rules.may_coordinate(person, scene.network) is (who in RUNS)
            assert rules.may_see_inside(person, scene.network) is (who in RUNS | {MEMBER, IN_GROUP})
            assert rules.may_see_group_work(person, scene.group) is (who in RUNS | {IN_GROUP})

    def test_who_left_sees_it_no_more(self, scene: Scene) -> None:
        memberships.leave(membership=scene.member, by=scene.people[MEMBER], now=NOW)
        client = scene.client(MEMBER)
        assert client.get(scene.url("network")).status_code == 404
        assert client.get(scene.url("network_own", pk=scene.member.pk)).status_code == 404

    def test_who_was_declined_reads_why_and_sees_nothing_else(self, scene: Scene) -> None:
        applications.decide(application=scene.asked, accept=False, by=scene.world.kaisa, now=NOW, reason="Eri ala")
        client = Client()
        client.force_login(scene.world.people["Hakija"])
        assert client.get(scene.url("network")).status_code == 404
        page = client.get(scene.url("network_own", pk=scene.asked.membership_id))
        assert page.status_code == 200
        assert "Eri ala" in page.content.decode()

    def test_notices_go_to_those_concerned_alone(self, scene: Scene) -> None:
        concerned = {*scene.world.people.values(), scene.world.kaisa}
        told = {one.user for one in Notification.objects.filter(kind__startswith="networks.")}
        elsewhere = {one for who in (STRANGER, OTHER) if (one := scene.people[who]) is not None}
        assert not told & {scene.people[STRANGER]}
        assert told <= concerned | elsewhere | {row.user for row in _coordinators()}

    def test_a_draft_is_seen_by_those_who_make_it(self) -> None:
        world = make_world(running=False, names={"fi": NAME})
        stranger = make_user()
        for person, status in ((None, 404), (stranger, 404), (world.kaisa, 200), (world.hilkka, 200)):
            client = Client()
            if person is not None:
                client.force_login(person)
            assert client.get(world.network.get_absolute_url()).status_code == status
            assert (NAME in client.get(reverse("networks")).content.decode()) is (status == 200)


def _coordinators() -> Any:
    from networks.models import Coordinator

    return Coordinator.objects.select_related("user")


def test_a_members_hidden_profile_stays_hidden(world: World) -> None:
    """A member that hides its profile is counted, and named to nobody but its own people and the coordinator."""
    made = world.member("Piilo")
    profile_services.set_visibility(
        profile=made.profile, visibility=Profile.Visibility.HIDDEN, by=world.people["Piilo"], now=NOW
    )
    world.member("Muu")
    for person, sees in ((None, False), (world.people["Muu"], False), (world.people["Piilo"], True)):
        client = Client()
        if person is not None:
            client.force_login(person)
        page = client.get(world.network.get_absolute_url()).content.decode()
        assert ("Piilo Oy" in page) is sees
        assert "2 jäsentä" in page
    assert Membership.objects.standing().filter(network=world.network).count() == 2


def test_invoices_are_the_members_and_the_coordinators(world: World) -> None:
    made = world.member("Saha")
    world.member("Muu")
    details = memberships.InvoiceDetails(name="Salainen lasku", number="0037000")
    memberships.set_invoice_details(membership=made, details=details, by=world.people["Saha"], now=NOW)
    own, desk = (
        reverse(name, kwargs={"slug": world.network.slug, "pk": made.pk}) for name in ("network_own", "network_member")
    )
    for person, address, status in (
        (world.people["Saha"], own, 200),
        (world.kaisa, desk, 200),
        (world.people["Muu"], own, 404),
        (world.people["Muu"], desk, 403),
        (make_user(), own, 404),
    ):
        client = Client()
        client.force_login(person)
        response = client.get(address)
        assert response.status_code == status
        assert ("Salainen lasku" in response.content.decode()) is (status == 200)
