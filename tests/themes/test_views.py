"""Pages of themes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import panels
from core.credits import all_credits
from core.panels import Panel
from themes import services
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(person: User, now: datetime) -> Theme:
    return services.propose_theme(name="Aaltovoima", language="fi", by=person, now=now, note="Aalloista sähköä.")


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_list_has_the_tree(client: Client, solar: Theme) -> None:
    page = text(client.get(reverse("themes")))
    assert 'href="/fi/themes/aurinkoenergia/"' in page
    assert "Energia" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_reads_a_fixed_number_of_times(
    rows: int, client: Client, top: Theme, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        Theme.objects.create(name=f"T{number}", slug=f"t{number}", name_fi=f"Teema {number}", parent=top)
    client.get(reverse("themes"))
    with django_assert_num_queries(1):
        client.get(reverse("themes"))


def test_the_list_finds_by_another_name(client: Client, solar: Theme, wind: Theme) -> None:
    page = text(client.get(reverse("themes"), {"q": "aurinkopaneeleita"}))
    assert "Aurinkoenergia" in page
    assert "aurinkopaneelit" in page
    assert "Tuulivoima" not in page


def test_a_search_in_vain_tells_what_to_do(client: Client, solar: Theme) -> None:
    response = client.get(reverse("themes"), {"q": "zzzqq<script>"})
    assert reverse("theme_propose") in text(response)
    assert "<script>" not in text(response).split("</head>")[1]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_theme_shows_its_names_in_every_language(language: str, client: Client, solar: Theme) -> None:
    page = text(client.get(f"/{language}/themes/aurinkoenergia/"))
    assert all(name in page for name in ("Aurinkoenergia", "Solenergi", "Solar energy"))


def test_a_themes_page_shows_what_upper_apps_bring(
    client: Client, solar: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(request: HttpRequest, subject: Theme) -> Panel:
        return Panel("themes/desk_panel.html", {"waiting": [subject]})

    monkeypatch.setitem(panels._registry, "theme", {"test": (1, build)})
    assert reverse("theme_proposal", args=[solar.pk]) in text(client.get(solar.get_absolute_url()))


def test_a_merged_theme_leads_to_the_other(
    client: Client, coordinator: User, solar: Theme, wind: Theme, now: datetime
) -> None:
    services.merge_theme(theme=wind, into=solar, by=coordinator, now=now)
    response = client.get(wind.get_absolute_url())
    assert (response.status_code, response["Location"]) == (301, "/fi/themes/aurinkoenergia/")


def test_an_unknown_theme_is_not_found(client: Client) -> None:
    assert client.get("/fi/themes/ei-ole/").status_code == 404


def test_a_proposal_is_seen_by_its_maker_and_by_those_who_decide(
    client: Client, person: User, coordinator: User, proposal: Theme
) -> None:
    stranger = User.objects.create_user("stranger@example.fi")
    url = proposal.get_absolute_url()
    seen = [client.get(url).status_code]
    for user in (stranger, person, coordinator):
        client.force_login(user)
        seen.append(client.get(url).status_code)
    assert seen == [404, 404, 200, 200]


class TestProposing:
    def test_who_is_not_signed_in_is_asked_to(self, client: Client) -> None:
        assert client.get(reverse("theme_propose")).status_code == 302

    def test_a_proposal_is_sent_and_seen_below(self, client: Client, person: User, top: Theme) -> None:
        client.force_login(person)
        sent = {"name": "Aaltovoima", "language": "fi", "parent": top.pk, "note": "Aalloista."}
        page = text(client.post(reverse("theme_propose"), sent, follow=True))
        assert Theme.objects.get(state="proposed").parent == top
        assert "Aaltovoima" in page

    def test_a_name_that_is_taken_is_refused_at_its_field_with_the_way_there(
        self, client: Client, person: User, solar: Theme
    ) -> None:
        client.force_login(person)
        response = client.post(reverse("theme_propose"), {"name": "AURINKOPANEELIT", "language": "fi"})
        assert "Aurinkoenergia" in str(response.context["form"].errors["name"])
        assert solar.get_absolute_url() in text(response)

    @pytest.mark.parametrize(
        "sent",
        [
            {"name": "", "language": "fi"},
            {"name": "x" * 101, "language": "fi"},
            {"name": "Aaltovoima", "language": "de"},
            {"name": "Aaltovoima", "language": "fi", "parent": "999999"},
            {"name": "Aaltovoima", "language": "fi", "note": "x" * 501},
        ],
    )
    def test_bad_input_is_refused(self, sent: dict[str, str], client: Client, person: User) -> None:
        client.force_login(person)
        assert client.post(reverse("theme_propose"), sent).context["form"].errors
        assert not Theme.objects.exists()


class TestDeciding:
    names = {"name_fi": "Aaltovoima", "name_sv": "Vågkraft", "name_en": "Wave power", "synonyms_fi": "aallot, vesi"}

    @pytest.mark.parametrize("view", ["theme_proposals", "theme_proposal", "theme_merge"])
    def test_who_is_no_coordinator_must_not(
        self, view: str, client: Client, person: User, proposal: Theme, solar: Theme
    ) -> None:
        arguments = {"theme_proposals": [], "theme_proposal": [proposal.pk], "theme_merge": [solar.slug]}[view]
        url = reverse(view, args=arguments)
        assert client.get(url).status_code == 302
        client.force_login(person)
        assert client.get(url).status_code == 403
        assert client.post(url, {"do": "reject", "into": solar.pk}).status_code in (403, 405)
        assert Theme.objects.get(pk=proposal.pk).state == "proposed"

    def test_the_list_shows_what_waits(self, client: Client, coordinator: User, proposal: Theme) -> None:
        client.force_login(coordinator)
        page = text(client.get(reverse("theme_proposals")))
        assert "Aaltovoima" in page
        assert "Aalloista sähköä." in page

    def test_a_proposal_is_taken_into_use(self, client: Client, coordinator: User, proposal: Theme, top: Theme) -> None:
        client.force_login(coordinator)
        sent = {"do": "accept", "parent": top.pk, **self.names}
        response = client.post(reverse("theme_proposal", args=[proposal.pk]), sent)
        proposal.refresh_from_db()
        assert response["Location"] == reverse("theme_proposals")
        assert (proposal.state, proposal.synonyms_fi) == ("active", ["aallot", "vesi"])

    def test_a_missing_name_is_asked_for_where_it_is_missing(
        self, client: Client, coordinator: User, proposal: Theme
    ) -> None:
        client.force_login(coordinator)
        response = client.post(
            reverse("theme_proposal", args=[proposal.pk]), {"do": "accept", **self.names, "name_sv": ""}
        )
        assert "name_sv" in response.context["form"].errors
        assert text(response).count('aria-invalid="true"') == 1

    def test_a_proposal_is_merged(self, client: Client, coordinator: User, proposal: Theme, wind: Theme) -> None:
        client.force_login(coordinator)
        client.post(reverse("theme_proposal", args=[proposal.pk]), {"do": "merge", "into": wind.pk})
        proposal.refresh_from_db()
        assert proposal.merged_into == wind

    def test_a_merge_needs_a_theme(self, client: Client, coordinator: User, proposal: Theme, wind: Theme) -> None:
        client.force_login(coordinator)
        for into in ("", "999999", str(proposal.pk)):
            response = client.post(reverse("theme_proposal", args=[proposal.pk]), {"do": "merge", "into": into})
            assert "into" in response.context["form"].errors

    def test_a_proposal_is_refused(self, client: Client, coordinator: User, proposal: Theme) -> None:
        client.force_login(coordinator)
        client.post(reverse("theme_proposal", args=[proposal.pk]), {"do": "reject"})
        proposal.refresh_from_db()
        assert proposal.state == "rejected"

    def test_a_stale_page_decides_nothing(
        self, client: Client, coordinator: User, proposal: Theme, now: datetime
    ) -> None:
        services.reject_proposal(theme=proposal, by=coordinator, now=now)
        client.force_login(coordinator)
        response = client.post(reverse("theme_proposal", args=[proposal.pk]), {"do": "accept", **self.names})
        proposal.refresh_from_db()
        assert (response.status_code, proposal.state) == (302, "rejected")

    def test_a_theme_in_use_is_merged_into_another(
        self, client: Client, coordinator: User, solar: Theme, wind: Theme
    ) -> None:
        client.force_login(coordinator)
        url = reverse("theme_merge", args=[wind.slug])
        assert "Tuulivoima" in text(client.get(url))
        response = client.post(url, {"into": solar.pk})
        assert response["Location"] == solar.get_absolute_url()

    def test_a_theme_with_others_below_it_is_not_merged(
        self, client: Client, coordinator: User, top: Theme, solar: Theme
    ) -> None:
        client.force_login(coordinator)
        response = client.post(reverse("theme_merge", args=[top.slug]), {"into": solar.pk})
        assert response.context["form"].non_field_errors()

    def test_the_desk_shows_proposals_to_those_who_decide(
        self, client: Client, person: User, coordinator: User, proposal: Theme
    ) -> None:
        request = HttpRequest()
        request.user = person
        assert not any("Aaltovoima" in panel for panel in panels.render("desk", request))
        request.user = coordinator
        assert any("Aaltovoima" in panel for panel in panels.render("desk", request))


def test_the_command_loads_the_vocabulary(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_themes")
    assert "167 added" in capsys.readouterr().out


def test_the_sources_are_credited() -> None:
    assert {"CC BY 4.0", "ODbL 1.0, CC BY-SA"} <= {credit.licence for credit in all_credits()}
