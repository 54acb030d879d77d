"""Each page of networks: what it shows, what its buttons do, what it costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from networks.models import Application, Membership, Network
from networks.services import applications, groups, memberships
from networks.services import networks as services
from networks.services.groups import GroupPlan

from .making import NOW, World, make_profile, make_theme, make_user, make_world, second_coordinator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def as_user(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def url(name: str, world: World, **more: Any) -> str:
    return reverse(name, kwargs={"slug": world.network.slug, **more})


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def form_data(**changes: Any) -> dict[str, Any]:
    return {
        "name_fi": "Puuverkosto", "purpose_fi": "Samalla seudulla.", "themes": [make_theme().pk],
        "area": "Liperi, Pohjois-Karjala",
        "languages": ["fi"], "language": "fi", "admission": "open", "visibility": "public", **changes,
    }  # fmt: skip


class TestList:
    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, world: World, count: int, django_assert_num_queries: Any) -> None:
        for n in range(1, count):
            made = services.found_network(plan=_plan(f"Verkosto {n}"), organiser=world.town, by=world.kaisa, now=NOW)
            services.start_network(network=made, by=world.kaisa, now=NOW)
        world.member("Saha")
        client = as_user(world.people["Saha"])
        client.get(reverse("networks"))
        with django_assert_num_queries(18):
            response = client.get(reverse("networks"))
        assert len(response.context["rows"]) == count

    def test_by_theme(self, world: World) -> None:
        other = services.found_network(
            plan=_plan("Kierto", themes=(make_theme("kiertotalous"),)), organiser=world.town, by=world.kaisa, now=NOW
        )
        services.start_network(network=other, by=world.kaisa, now=NOW)
        for theme, found in (("puurakentaminen", [world.network]), ("kiertotalous", [other])):
            rows = as_user(None).get(f"{reverse('networks')}?theme={theme}").context["rows"]
            assert [row.network for row in rows] == found
        assert len(as_user(None).get(f"{reverse('networks')}?theme=eiole").context["rows"]) == 2

    def test_empty_it_tells_what_to_do(self) -> None:
        assert 'class="empty"' in as_user(None).get(reverse("networks")).content.decode()


def _plan(name: str, **more: Any) -> Any:
    from .making import plan

    return plan(names={"fi": name}, **more)


class TestNetworkPage:
    def test_for_the_world(self, world: World) -> None:
        made = world.member("Saha")
        world.applicant("Hakija")
        services.add_goal(network=world.network, year=2026, text="Päiväkoti", by=world.kaisa, now=NOW)
        page = text_of(as_user(None).get(world.network.get_absolute_url()))
        for shown in (
            "Puuverkosto",
            "1 jäsen",
            "Kaisa Koordinaattori",
            "Liperin kunta",
            "Päiväkoti",
            "Saha Oy",
            "Hae jäseneksi",
        ):
            assert shown in page
        assert "Hakija Oy" not in page
        assert "hakemus odottaa" not in page
        assert made.profile.name in page

    def test_for_the_coordinator(self, world: World) -> None:
        asked = world.applicant("Hakija")
        response = as_user(world.kaisa).get(world.network.get_absolute_url())
        assert "1 hakemus odottaa" in text_of(response)
        assert url("network_decide", world, pk=asked.pk) == response.context["next"].url
        assert response.context["steps"]

    def test_for_one_invited_and_one_to_renew(self) -> None:
        world = make_world(membership_months=1)
        member = world.member("Saha")
        Membership.objects.filter(pk=member.pk).update(renewal_asked_at=NOW)
        invited = memberships.invite(network=world.network, profile=world.company("Uusi"), by=world.kaisa, now=NOW)
        for name, one in (("Saha", member), ("Uusi", invited)):
            response = as_user(world.people[name]).get(world.network.get_absolute_url())
            assert response.context["next"].url == url("network_own", world, pk=one.pk)
            assert not response.context["steps"]

    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, world: World, count: int, django_assert_num_queries: Any) -> None:
        for n in range(count):
            made = world.member(f"Jäsen{n}")
            group = groups.make_group(network=world.network, plan=GroupPlan(f"R{n}"), by=world.kaisa, now=NOW)
            groups.set_members(group=group, members=[made], chair=made, by=world.kaisa, now=NOW)
            services.add_goal(network=world.network, year=2026, text=f"T{n}", by=world.kaisa, now=NOW)
        client = as_user(world.kaisa)
        client.get(world.network.get_absolute_url())
        with django_assert_num_queries(36):
            client.get(world.network.get_absolute_url())

    def test_starting_and_ending(self) -> None:
        world = make_world(running=False)
        client = as_user(world.kaisa)
        assert "Tämä on luonnos" in text_of(client.get(world.network.get_absolute_url()))
        assert client.post(url("network_start", world)).status_code == 302
        world.network.refresh_from_db()
        assert world.network.is_running
        assert client.get(url("network_end", world)).status_code == 200
        client.post(url("network_end", world), {"reason": "Tehty"})
        world.network.refresh_from_db()
        assert world.network.is_ended
        page = text_of(client.get(world.network.get_absolute_url()))
        assert "Tehty" in page
        assert client.get(url("network_edit", world)).status_code == 302

    def test_the_guide(self, world: World) -> None:
        client = as_user(world.kaisa)
        client.post(url("network_guide", world), {"step": "series", "done": "yes"})
        assert world.network.guide_steps.get().key == "series"
        client.post(url("network_guide", world), {"closed": "yes"})
        assert 'id="guide"' not in client.get(world.network.get_absolute_url()).content.decode()
        client.post(url("network_guide", world), {"closed": "no"})
        assert 'id="guide"' in client.get(world.network.get_absolute_url()).content.decode()


class TestMaking:
    def test_from_a_model_with_its_advice(self, world: World) -> None:
        from catalogue.services import load_catalogue

        load_catalogue(now=NOW)
        client = as_user(world.kaisa)
        address = f"{reverse('network_new')}?model=networking-support"
        assert 'class="tip"' in client.get(address).content.decode()
        response = client.post(reverse("network_new"), form_data(
            name_fi="Uusi verkosto", model="networking-support", once="k", organiser=world.town.pk))  # fmt: skip
        made = Network.objects.get(name_fi="Uusi verkosto")
        assert response.status_code == 302
        assert made.operating_model is not None
        assert made.area == ["426", "12"]
        assert "tip" in client.get(made.get_absolute_url()).content.decode()

    def test_bad_input_stands_at_its_field(self, world: World) -> None:
        response = as_user(world.kaisa).post(reverse("network_new"), form_data(
            name_fi="", area="Liperi, Atlantis", organiser=world.town.pk))  # fmt: skip
        assert response.status_code == 422
        assert "Atlantis" in text_of(response)
        assert not Network.objects.exclude(pk=world.network.pk).exists()

    def test_editing_and_a_stale_page(self, world: World) -> None:
        client = as_user(world.kaisa)
        stamp = client.get(url("network_edit", world)).context["form"]["stamp"].value()
        sent = form_data(organiser=world.town.pk, fee="100 euroa", stamp=stamp, admission="application")
        assert client.post(url("network_edit", world), sent).status_code == 302
        response = client.post(url("network_edit", world), {**sent, "fee": "200 euroa"})
        assert response.status_code == 422
        world.network.refresh_from_db()
        assert world.network.fee == "100 euroa"

    def test_goals_criteria_and_coordinators(self, world: World) -> None:
        client = as_user(world.kaisa)
        for name, sent in (
            ("network_goals", {"year": 2026, "text": "Päiväkoti"}),
            ("network_criteria", {"sentence": "Käyttää puuta", "shown_by": "Linkki"}),
            ("network_coordinators", {"email": world.hilkka.email}),
        ):
            assert client.get(url(name, world)).status_code == 200
            assert client.post(url(name, world), {}).status_code == 422
            assert client.post(url(name, world), sent).status_code == 302
            assert client.get(url(name, world)).status_code == 200
        goal, criterion = world.network.goals.get(), world.network.criteria.get()
        client.post(url("network_goals", world), {"goal": goal.pk, "act": "reached"})
        goal.refresh_from_db()
        assert goal.is_reached
        client.post(url("network_goals", world), {"goal": goal.pk, "act": "remove"})
        client.post(url("network_criteria", world), {"criterion": criterion.pk})
        assert not world.network.goals.exists()
        assert not world.network.criteria.exists()
        for name, field in (
            ("network_goals", "goal"),
            ("network_criteria", "criterion"),
            ("network_coordinators", "coordinator"),
        ):
            for gone in ("999", "x"):
                assert client.post(url(name, world), {field: gone}).status_code == 302
        own = world.network.coordinators.get(user=world.kaisa)
        client.post(url("network_coordinators", world), {"coordinator": own.pk})
        assert [one.user for one in world.network.coordinators.all()] == [world.hilkka]


class TestMembers:
    def test_the_coordinator_searches_and_invites(self, world: World) -> None:
        world.member("Saha")
        profile = world.company("Liimapuu")
        client = as_user(world.kaisa)
        found = client.get(f"{url('network_members', world)}?q=saha&state=member")
        assert "Saha Oy" in text_of(found)
        assert not client.get(f"{url('network_members', world)}?q=zzz").context["page"].object_list
        assert profile in client.get(f"{url('network_members', world)}?find=liima").context["found"]
        client.post(url("network_invite", world), {"profile": profile.slug})
        assert Membership.objects.get(profile=profile).state == "invited"
        assert profile not in client.get(f"{url('network_members', world)}?find=liima").context["found"]
        assert client.post(url("network_invite", world), {"profile": "nobody"}).status_code == 302

    @pytest.mark.usefixtures("bare_masthead")
    @pytest.mark.parametrize("count", [1, 3])
    def test_fixed_queries(self, world: World, count: int, django_assert_num_queries: Any) -> None:
        for n in range(count):
            world.member(f"Jäsen{n}")
            world.applicant(f"Hakija{n}")
        for person, cost in ((world.kaisa, 10), (world.people["Jäsen0"], 8)):
            client = as_user(person)
            client.get(url("network_members", world))
            with django_assert_num_queries(cost):
                client.get(url("network_members", world))

    def test_one_member_and_its_removal(self, world: World) -> None:
        made = world.member("Saha")
        client = as_user(world.kaisa)
        page = text_of(client.get(url("network_member", world, pk=made.pk)))
        assert "Saha Omistaja" in page
        assert client.post(url("network_member", world, pk=made.pk), {"why": ""}).status_code == 422
        client.post(url("network_member", world, pk=made.pk), {"why": "Lopetti"})
        made.refresh_from_db()
        assert made.state == "removed"
        assert "Lopetti" in text_of(client.get(url("network_member", world, pk=made.pk)))

    def test_an_invitation_is_taken_back(self, world: World) -> None:
        made = memberships.invite(network=world.network, profile=world.company("Uusi"), by=world.kaisa, now=NOW)
        as_user(world.kaisa).post(url("network_member", world, pk=made.pk), {"why": "Väärä"})
        made.refresh_from_db()
        assert made.state == "removed"


class TestDeciding:
    def test_by_criterion(self) -> None:
        world = make_world(criteria=1, admission=Network.Admission.CRITERIA)
        criterion = world.network.criteria.get()
        made = world.applicant("Saha", shown={criterion.pk: "Todistus"})
        client, address = as_user(world.kaisa), url("network_decide", world, pk=made.pk)
        assert "Todistus" in text_of(client.get(address))
        response = client.post(address, {"decision": "accept", f"met_{criterion.pk}": "yes"})
        assert response.status_code == 422
        sent = {"decision": "accept", f"met_{criterion.pk}": "yes", f"reason_{criterion.pk}": "Nähty"}
        assert client.post(address, sent).status_code == 302
        made.refresh_from_db()
        assert made.state == "accepted"
        assert client.get(address).status_code == 200

    def test_the_second_coordinator_is_told(self, world: World) -> None:
        made, other = world.applicant("Saha"), second_coordinator(world)
        applications.decide(application=made, accept=True, by=other, now=NOW)
        response = as_user(world.kaisa).post(
            url("network_decide", world, pk=made.pk), {"decision": "decline", "reason": "Ei"}, follow=True
        )
        assert "Joku on jo päättänyt" in text_of(response)
        made.refresh_from_db()
        assert made.state == "accepted"

    def test_an_appeal(self, world: World) -> None:
        made = world.applicant("Saha")
        address = url("network_decide", world, pk=made.pk)
        as_user(world.kaisa).post(address, {"decision": "decline", "reason": "Eri ala"})
        saha, own = as_user(world.people["Saha"]), url("network_own", world, pk=made.membership.pk)
        assert "Eri ala" in text_of(saha.get(own))
        assert saha.post(url("network_appeal", world, pk=made.membership.pk), {"text": ""}).status_code == 422
        saha.post(url("network_appeal", world, pk=made.membership.pk), {"text": "Silti"})
        assert "Päätös on sinun" in text_of(as_user(world.kaisa).get(address))
        assert as_user(world.kaisa).post(address, {"uphold": "yes", "reason": "x"}).status_code == 422
        as_user(world.hilkka).post(address, {"uphold": "yes", "reason": "Kuuluu"})
        made.membership.refresh_from_db()
        assert made.membership.state == "member"
        assert as_user(world.hilkka).get(address).status_code == 200


class TestOwn:
    def test_joining_an_open_one(self) -> None:
        world = make_world(admission="open")
        profile = world.company("Saha")
        client = as_user(world.people["Saha"])
        assert client.get(url("network_join", world)).status_code == 200
        response = client.post(url("network_join", world), {"profile": profile.pk})
        made = Membership.objects.get()
        assert response["Location"] == url("network_own", world, pk=made.pk)
        assert "Organisaatiosi on jo täällä" in text_of(client.get(url("network_join", world)))

    def test_applying_with_criteria(self) -> None:
        world = make_world(criteria=1, admission=Network.Admission.CRITERIA)
        criterion = world.network.criteria.get()
        profile = world.company("Saha")
        client = as_user(world.people["Saha"])
        sent = {"profile": profile.pk, "text": "Mukaan", "language": "fi"}
        assert client.post(url("network_join", world), sent).status_code == 422
        assert client.post(url("network_join", world), {**sent, f"criterion_{criterion.pk}": "Näin"}).status_code == 302
        assert Application.objects.get().answers.get().shown == "Näin"

    def test_what_a_coordinator_wrote_as_a_hint_stays_text(self) -> None:
        world = make_world(criteria=1, admission=Network.Admission.CRITERIA)
        written = '<b hx-post="/fi/account/logout/" hx-trigger="load">Todistus</b>'
        world.network.criteria.update(shown_by=written)
        world.company("Saha")
        page = as_user(world.people["Saha"]).get(url("network_join", world)).content.decode()
        assert written not in page
        assert "&lt;b hx-post=" in page

    def test_one_without_a_profile_is_told_what_to_do(self, world: World) -> None:
        assert "Omat profiilit" in text_of(as_user(make_user()).get(url("network_join", world)))
        assert as_user(None).get(url("network_join", world)).status_code == 302

    def test_an_invitation_answered_twice(self, world: World) -> None:
        made = memberships.invite(network=world.network, profile=world.company("Uusi"), by=world.kaisa, now=NOW)
        client, act = as_user(world.people["Uusi"]), url("network_own_act", world, pk=made.pk)
        assert "kutsuttu" in text_of(client.get(url("network_own", world, pk=made.pk)))
        for _press in range(2):
            assert client.post(act, {"act": "accept"}).status_code == 302
        assert made.changes.count() == 2
        assert client.post(act, {"act": "dance"}).status_code == 404

    def test_seats_invoices_leave_and_leaving(self, world: World) -> None:
        made = world.member("Saha")
        client = as_user(world.people["Saha"])
        assert client.get(url("network_own", world, pk=made.pk)).status_code == 200
        client.post(url("network_seats", world, pk=made.pk), {"people": []})
        assert not made.seats.exists()
        assert client.post(url("network_seats", world, pk=made.pk), {"people": [world.kaisa.pk]}).status_code == 422
        assert client.post(url("network_invoice", world, pk=made.pk), {"email": "x"}).status_code == 422
        client.post(url("network_invoice", world, pk=made.pk), {"name": "Saha Oy", "email": "lasku@saha.fi"})
        made.refresh_from_db()
        assert made.invoice_email == "lasku@saha.fi"
        for act, state in (("pause", "on_leave"), ("back", "member"), ("leave", "left")):
            client.post(url("network_own_act", world, pk=made.pk), {"act": act, "why": "Syy"})
            made.refresh_from_db()
            assert made.state == state
        refused = client.post(url("network_own_act", world, pk=made.pk), {"act": "leave"}, follow=True)
        assert "on muuttunut" in text_of(refused)

    def test_who_leaves_a_hidden_one_goes_to_the_list(self) -> None:
        world = make_world(visibility="hidden")
        made = world.member("Saha")
        response = as_user(world.people["Saha"]).post(url("network_own_act", world, pk=made.pk), {"act": "leave"})
        assert response["Location"] == reverse("networks")

    def test_renewing(self) -> None:
        world = make_world(membership_months=1)
        made = world.member("Saha")
        client = as_user(world.people["Saha"])
        assert "Jatkatko?" in text_of(client.get(url("network_own", world, pk=made.pk)))
        client.post(url("network_own_act", world, pk=made.pk), {"act": "renew"})
        before = made.period_ends
        made.refresh_from_db()
        assert made.period_ends is not None
        assert before is None or made.period_ends > before


class TestGroups:
    def test_made_filled_edited_left_and_ended(self, world: World) -> None:
        saha = world.member("Saha")
        client = as_user(world.kaisa)
        assert client.post(url("network_group_new", world), {"name": "Ohjaus", "kind": "steering"}).status_code == 422
        sent = {"name": "Ohjaus", "kind": "steering", "mandate": "Päättää", "term_ends": "2027-12-31"}
        assert client.post(url("network_group_new", world), sent).status_code == 302
        group = world.network.groups.get()
        pk = {"pk": group.pk}
        for name in ("network_group", "network_group_edit", "network_group_members"):
            assert client.get(url(name, world, **pk)).status_code == 200
        bad = client.post(url("network_group_members", world, **pk), {"members": [], "chair": saha.pk})
        assert bad.status_code == 422
        client.post(url("network_group_members", world, **pk), {"members": [saha.pk], "chair": saha.pk})
        client.post(url("network_group_edit", world, **pk), {**sent, "mandate": "Päättää kaikesta"})
        page = text_of(as_user(None).get(url("network_group", world, **pk)))
        assert "Päättää kaikesta" in page
        assert "Saha Oy" in page
        member = group.members.get()
        as_user(world.people["Saha"]).post(url("network_group_leave", world, pk=member.pk))
        assert not group.members.exists()
        client.post(url("network_group_end", world, **pk))
        group.refresh_from_db()
        assert group.ended_at is not None
        assert client.get(url("network_group", world, **pk)).status_code == 200


def test_elsewhere(world: World) -> None:
    made = world.member("Saha")
    shown = world.network.name
    assert shown in text_of(as_user(None).get(made.profile.get_absolute_url()))
    assert shown in text_of(as_user(None).get(world.town.get_absolute_url()))
    assert shown in text_of(as_user(None).get(make_theme().get_absolute_url()))
    keeper = make_user("Anu", is_coordinator=True)
    make_profile("Anun yhdistys", by=keeper)
    assert "Et koordinoi" in text_of(as_user(keeper).get(reverse("desk")))
