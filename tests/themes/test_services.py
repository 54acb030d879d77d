"""What is done with themes, each way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Profile, ProfileTheme, User
from core.models import AuditEvent
from themes import hooks, services
from themes.models import Theme
from themes.queries import theme_by_wording
from themes.rules import TRANSITIONS, may_become

pytestmark = pytest.mark.django_db
State = Theme.State


def profile(name: str, *themes: Theme) -> Profile:
    made = Profile.objects.create(kind="company", status="published", name_fi=name, slug=name.lower())
    for theme in themes:
        ProfileTheme.objects.create(content_object=made, tag=theme)
    return made


def tags(made: Profile) -> set[str]:
    return set(made.themes.values_list("slug", flat=True))


def propose(by: User, now: datetime, name: str = "Aaltovoima", language: str = "fi") -> Theme:
    return services.propose_theme(name=name, language=language, by=by, now=now)


class TestLoading:
    def test_the_whole_vocabulary_comes_in_and_a_second_time_changes_nothing(self) -> None:
        assert services.load_themes() == services.Loaded(167, 0, 0)
        assert services.load_themes() == services.Loaded(0, 0, 167)
        assert Theme.objects.active().tops().count() == 14

    def test_a_theme_that_differs_from_the_file_is_mended(self) -> None:
        services.load_themes()
        Theme.objects.filter(slug="aurinkoenergia").update(name_sv="Fel")
        assert services.load_themes() == services.Loaded(0, 1, 166)
        assert Theme.objects.get(slug="aurinkoenergia").name_sv == "Solenergi"

    def test_a_merge_outlives_a_new_loading(self, coordinator: User, now: datetime) -> None:
        services.load_themes()
        wind, solar = Theme.objects.get(slug="tuulivoima"), Theme.objects.get(slug="aurinkoenergia")
        services.merge_theme(theme=wind, into=solar, by=coordinator, now=now)
        services.load_themes()
        wind.refresh_from_db()
        solar.refresh_from_db()
        assert wind.state == State.MERGED
        assert "Tuulivoima" in solar.synonyms_fi
        assert "aurinkopaneelit" in solar.synonyms_fi


class TestProposing:
    def test_a_proposal_waits_with_its_name_in_its_language(self, person: User, top: Theme, now: datetime) -> None:
        theme = services.propose_theme(
            name=" Vågkraft\x00 ", language="sv", by=person, now=now, parent=top, note="Havets vågor."
        )
        assert (theme.name_sv, theme.name_fi, theme.slug) == ("Vågkraft", "", "vagkraft")
        assert (theme.state, theme.parent, theme.proposed_by, theme.proposed_at) == (State.PROPOSED, top, person, now)
        assert AuditEvent.objects.filter(action="theme.proposed", by=person).count() == 1

    @pytest.mark.parametrize("name", ["Aurinkoenergia", "AURINKOENERGIA!", "aurinkopaneelit", "solar energy", "Äly"])
    def test_a_name_that_is_taken_in_any_language_and_case_is_refused(
        self, name: str, person: User, solar: Theme, now: datetime
    ) -> None:
        propose(person, now, "äly")
        with pytest.raises(services.ThemeExists) as refused:
            propose(person, now, name)
        assert refused.value.field == "name"
        assert Theme.objects.proposed().count() == 1

    @pytest.mark.parametrize("name", ["", "   ", "!!!", "\x00"])
    def test_a_name_is_needed(self, name: str, person: User, now: datetime) -> None:
        with pytest.raises(services.NameMissing):
            propose(person, now, name)

    def test_five_may_wait_at_a_time(self, person: User, coordinator: User, now: datetime) -> None:
        for number in range(5):
            propose(person, now, f"Uusi aihe {number}")
        with pytest.raises(services.TooManyProposals):
            propose(person, now, "Kuudes")
        services.reject_proposal(theme=Theme.objects.proposed()[0], by=coordinator, now=now)
        assert propose(person, now, "Kuudes").pk

    def test_only_a_theme_of_the_top_can_be_the_parent(self, person: User, solar: Theme, now: datetime) -> None:
        with pytest.raises(services.BadParent):
            services.propose_theme(name="Aaltovoima", language="fi", by=person, now=now, parent=solar)

    def test_addresses_of_the_site_and_of_other_themes_are_avoided(self, person: User, now: datetime) -> None:
        assert propose(person, now, "Propose").slug == "propose-2"
        assert propose(person, now, "Ääni").slug == "aani"
        assert propose(person, now, "Aani").slug == "aani-2"
        assert propose(person, now, "風力", "en").slug

    def test_two_at_the_same_moment_make_one(
        self, person: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = propose(person, now)
        answers = iter([None, first])
        monkeypatch.setattr(services, "theme_by_wording", lambda name: next(answers))
        monkeypatch.setattr(services, "_free_name", lambda name: first.name)
        with pytest.raises(services.ThemeExists):
            propose(person, now)


class TestAccepting:
    names = {"fi": "Aaltovoima", "sv": "Vågkraft", "en": "Wave power"}

    def test_the_theme_is_in_use_with_all_its_names(
        self, person: User, coordinator: User, top: Theme, now: datetime
    ) -> None:
        theme = services.accept_proposal(
            theme=propose(person, now),
            names=self.names,
            parent=top,
            synonyms={"fi": ["meren aallot", "Meren aallot", "aaltovoima"]},
            by=coordinator,
            now=now,
        )
        theme.refresh_from_db()
        assert (theme.state, theme.name_en, theme.parent, theme.decided_by) == (
            State.ACTIVE,
            "Wave power",
            top,
            coordinator,
        )
        assert theme.synonyms_fi == ["meren aallot"]

    @pytest.mark.parametrize("language", ["fi", "sv", "en"])
    def test_no_language_may_lack(self, language: str, person: User, coordinator: User, now: datetime) -> None:
        names = {**self.names, language: " "}
        with pytest.raises(services.NameMissing) as refused:
            services.accept_proposal(theme=propose(person, now), names=names, parent=None, by=coordinator, now=now)
        assert refused.value.field == f"name_{language}"

    def test_another_themes_name_is_refused(self, person: User, coordinator: User, solar: Theme, now: datetime) -> None:
        names = {**self.names, "sv": "solenergi"}
        with pytest.raises(services.ThemeExists) as refused:
            services.accept_proposal(theme=propose(person, now), names=names, parent=None, by=coordinator, now=now)
        assert (refused.value.theme, refused.value.field) == (solar, "name_sv")

    def test_a_second_decision_comes_too_late(self, person: User, coordinator: User, now: datetime) -> None:
        theme = propose(person, now)
        services.reject_proposal(theme=theme, by=coordinator, now=now)
        with pytest.raises(services.AlreadyDecided):
            services.accept_proposal(theme=theme, names=self.names, parent=None, by=coordinator, now=now)

    def test_a_theme_cannot_belong_to_a_theme_below_the_top(
        self, person: User, coordinator: User, solar: Theme, now: datetime
    ) -> None:
        with pytest.raises(services.BadParent):
            services.accept_proposal(
                theme=propose(person, now), names=self.names, parent=solar, by=coordinator, now=now
            )


class TestMerging:
    def test_everything_is_tagged_anew_and_nothing_twice(
        self, coordinator: User, solar: Theme, wind: Theme, now: datetime
    ) -> None:
        only, both, other = profile("Only", wind), profile("Both", wind, solar), profile("Other", solar)
        assert services.merge_theme(theme=wind, into=solar, by=coordinator, now=now) == 1
        assert [tags(made) for made in (only, both, other)] == [{"aurinkoenergia"}] * 3
        assert ProfileTheme.objects.count() == 3

    def test_the_old_names_still_find_the_theme(
        self, coordinator: User, solar: Theme, wind: Theme, now: datetime
    ) -> None:
        services.merge_theme(theme=wind, into=solar, by=coordinator, now=now)
        assert theme_by_wording("VINDKRAFT") == solar
        wind.refresh_from_db()
        assert (wind.state, wind.merged_into) == (State.MERGED, solar)

    def test_what_was_merged_before_follows(
        self, coordinator: User, top: Theme, solar: Theme, wind: Theme, now: datetime
    ) -> None:
        services.merge_theme(theme=wind, into=solar, by=coordinator, now=now)
        services.merge_theme(theme=solar, into=top, by=coordinator, now=now)
        wind.refresh_from_db()
        assert wind.merged_into == top

    def test_upper_apps_are_told_what_changed(
        self, coordinator: User, solar: Theme, wind: Theme, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[tuple[hooks.Changed, datetime]] = []
        monkeypatch.setattr(hooks, "_hooks", {"test": lambda changed, at: told.append((changed, at))})
        made = profile("Only", wind)
        services.merge_theme(theme=wind, into=solar, by=coordinator, now=now)
        ((changed, at),) = told
        assert changed[Profile] == [made.pk]
        assert at == now

    def test_a_proposal_can_be_merged(self, person: User, coordinator: User, solar: Theme, now: datetime) -> None:
        theme = propose(person, now, "Aurinkovoima")
        made = profile("Only", theme)
        services.merge_theme(theme=theme, into=solar, by=coordinator, now=now)
        assert tags(made) == {"aurinkoenergia"}

    def test_not_into_itself(self, coordinator: User, solar: Theme, now: datetime) -> None:
        with pytest.raises(services.SameTheme):
            services.merge_theme(theme=solar, into=solar, by=coordinator, now=now)

    def test_not_while_themes_belong_to_it(
        self, coordinator: User, top: Theme, solar: Theme, wind: Theme, now: datetime
    ) -> None:
        with pytest.raises(services.HasChildren):
            services.merge_theme(theme=top, into=solar, by=coordinator, now=now)

    def test_not_into_a_theme_that_is_not_in_use(
        self, person: User, coordinator: User, solar: Theme, now: datetime
    ) -> None:
        with pytest.raises(services.AlreadyDecided):
            services.merge_theme(theme=solar, into=propose(person, now), by=coordinator, now=now)


class TestRefusing:
    def test_tags_of_a_refused_theme_go(self, person: User, coordinator: User, solar: Theme, now: datetime) -> None:
        theme = propose(person, now)
        made = profile("Only", theme, solar)
        services.reject_proposal(theme=theme, by=coordinator, now=now)
        theme.refresh_from_db()
        assert (theme.state, tags(made)) == (State.REJECTED, {"aurinkoenergia"})

    def test_the_name_may_be_proposed_again(self, person: User, coordinator: User, now: datetime) -> None:
        services.reject_proposal(theme=propose(person, now), by=coordinator, now=now)
        again = propose(person, now)
        assert (again.slug, again.name) == ("aaltovoima-2", "Aaltovoima (2)")


@pytest.mark.parametrize("action", ["accept", "merge", "reject"])
def test_who_is_no_coordinator_decides_nothing(action: str, person: User, solar: Theme, now: datetime) -> None:
    theme = propose(person, now)
    decisions: dict[str, Callable[[], object]] = {
        "accept": lambda: services.accept_proposal(
            theme=theme, names=TestAccepting.names, parent=None, by=person, now=now
        ),
        "merge": lambda: services.merge_theme(theme=theme, into=solar, by=person, now=now),
        "reject": lambda: services.reject_proposal(theme=theme, by=person, now=now),
    }
    with pytest.raises(services.NotForYou):
        decisions[action]()
    theme.refresh_from_db()
    assert theme.state == State.PROPOSED


@pytest.mark.parametrize("before", State.values)
@pytest.mark.parametrize("after", State.values)
def test_every_pair_of_states(before: str, after: str) -> None:
    allowed = {("proposed", "active"), ("proposed", "merged"), ("proposed", "rejected"), ("active", "merged")}
    assert may_become(Theme(state=before), after) == ((before, after) in allowed)
    assert set(TRANSITIONS) == set(State.values)


def test_a_text_tagged_by_chance_makes_no_theme(person: User) -> None:
    made = profile("Only")
    with pytest.raises(IntegrityError), transaction.atomic():
        made.themes.add("Mitä vain")
    assert not Theme.objects.exists()


def test_a_merged_theme_says_into_what(top: Theme) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.objects.filter(pk=top.pk).update(state=State.MERGED)
