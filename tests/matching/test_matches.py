"""From a mark to rows: who stands in whose list, and who never may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest

from accounts.models import Block, PastWork, Profile, ProfileText, User
from matching import evidence, indexing, queries, services
from matching.engine.ranking import LENGTH
from matching.models import Freshness, Interest, Suggestion
from matching.services import marks, matches, rows
from tests.factories.people import NOW, make_profile, make_user

pytestmark = pytest.mark.django_db
Settle = Callable[..., None]


def pairs() -> set[tuple[str, str]]:
    return set(Suggestion.objects.values_list("profile__slug", "other__slug"))


def change_text(profile: Profile, kind: str, text: str) -> None:
    ProfileText.objects.update_or_create(profile=profile, kind=kind, defaults={"text": text, "language": "fi"})
    services.profile_changed(profile.pk, NOW)


def test_both_sides_get_a_row(saw: Profile, bedding: Profile, settle: Settle) -> None:
    settle()
    assert {("puurunko", "kuivike"), ("kuivike", "puurunko")} <= pairs()
    row = Suggestion.objects.get(profile=saw, other=bedding)
    assert row.direction == "mine"
    assert Suggestion.objects.get(profile=bedding, other=saw).direction == "theirs"


def test_a_rows_parts_sum_to_its_score_and_its_reasons_carry_their_terms(
    saw: Profile, bedding: Profile, settle: Settle
) -> None:
    settle()
    row = Suggestion.objects.get(profile=saw, other=bedding)
    read = evidence.understand(row.evidence, me=saw, other=bedding)
    assert sum(points for _kind, _gain, points in read.sums) == row.score > 0
    assert sum(term.points for term in evidence.terms(row.evidence)) == row.score
    assert 0 < sum(reason.points for reason in read.reasons) <= row.score
    need = read.reasons[0]
    assert (need.mine.quotes, need.theirs.quotes) == (("kutterinlastulle",), ("Lastua",))


def test_an_unclaimed_profile_is_proposed_but_has_no_list(saw: Profile, school: Profile, settle: Settle) -> None:
    settle()
    assert ("puurunko", "amk") in pairs()
    assert not Suggestion.objects.filter(profile=school).exists()


def test_a_claim_makes_the_list(saw: Profile, school: Profile, settle: Settle) -> None:
    settle()
    school.claimed_at = NOW
    school.save()
    services.profile_changed(school.pk, NOW)
    settle()
    assert ("amk", "puurunko") in pairs()


@pytest.mark.parametrize("fields", [{"visibility": "hidden"}, {"status": "draft"}, {"status": "taken_down"}])
def test_what_is_hidden_is_gone_from_every_list_in_the_same_transaction(
    saw: Profile, bedding: Profile, settle: Settle, fields: dict[str, str]
) -> None:
    settle()
    Profile.objects.filter(pk=bedding.pk).update(**fields)
    services.profile_changed(bedding.pk, NOW)
    assert ("puurunko", "kuivike") not in pairs()
    settle()
    assert ("puurunko", "kuivike") not in pairs()


def test_a_hidden_profile_still_looks_for_partners(saw: Profile, bedding: Profile, settle: Settle) -> None:
    Profile.objects.filter(pk=saw.pk).update(visibility="hidden")
    services.profile_changed(saw.pk, NOW)
    settle()
    assert pairs() == {("puurunko", "kuivike")}


def test_a_student_is_proposed_only_when_they_chose_to_be_seen(saw: Profile, settle: Settle) -> None:
    student = make_profile(
        "Oona Opiskelija",
        by=make_user(),
        slug="oona",
        kind=Profile.Kind.STUDENT,
        visibility=Profile.Visibility.HIDDEN,
        field_of_study="puuelementtien asennus",
    )
    settle()
    assert ("puurunko", "oona") not in pairs()
    Profile.objects.filter(pk=student.pk).update(visibility=Profile.Visibility.MEMBERS)
    services.profile_changed(student.pk, NOW)
    settle()
    assert ("puurunko", "oona") in pairs()


@pytest.mark.parametrize("turned", [False, True])
def test_a_block_takes_both_rows_at_once_and_for_good(
    saw: Profile, bedding: Profile, settle: Settle, turned: bool
) -> None:
    settle()
    one, other = (bedding, saw) if turned else (saw, bedding)
    Block.objects.create(blocker=one, blocked=other, at=NOW)
    services.profile_changed(one.pk, NOW)
    assert pairs().isdisjoint({("puurunko", "kuivike"), ("kuivike", "puurunko")})
    settle()
    assert pairs().isdisjoint({("puurunko", "kuivike"), ("kuivike", "puurunko")})


def test_a_change_reaches_ones_own_list_and_those_of_others(saw: Profile, bedding: Profile, settle: Settle) -> None:
    town_user = make_user()
    town = make_profile(
        "Liperin kunta", by=town_user, slug="liperi", kind="municipality", texts={"seeks": "Etsimme leipuria."}
    )
    settle()
    assert ("liperi", "puurunko") not in pairs()
    change_text(town, "seeks", "Etsimme puuelementtien asentajaa päiväkotiin.")
    settle()
    assert {("liperi", "puurunko"), ("puurunko", "liperi")} <= pairs()
    change_text(town, "seeks", "Etsimme leipuria.")
    settle()
    assert pairs().isdisjoint({("liperi", "puurunko"), ("puurunko", "liperi")})


def test_past_work_counts_in_another_language(saw: Profile, settle: Settle) -> None:
    old = make_profile("Vanha Oy", slug="vanha", kind="research")
    PastWork.objects.create(profile=old, title="New uses of solar energy in cold climates", language="en")
    change_text(saw, "seeks", "Etsimme apua aurinkoenergian käyttöön.")
    settle()
    row = Suggestion.objects.get(profile=saw, other=old)
    reason = evidence.understand(row.evidence, me=saw, other=old).reasons[0]
    assert (reason.mine.quotes, reason.theirs.quotes) == (("aurinkoenergian",), ("solar energy",))


def test_matching_again_changes_nothing(saw: Profile, bedding: Profile, school: Profile, settle: Settle) -> None:
    settle()
    before = list(Suggestion.objects.order_by("profile", "other").values_list("profile", "other", "score", "evidence"))
    for profile in (bedding, saw, school):
        services.mark_stale(profile_id=profile.pk, now=NOW)
    settle()
    after = list(Suggestion.objects.order_by("profile", "other").values_list("profile", "other", "score", "evidence"))
    assert after == before


def test_a_list_is_cut_at_its_length_and_keeps_the_best(saw: Profile, settle: Settle) -> None:
    for n in range(LENGTH + 8):
        make_profile(f"Lastu {n}", slug=f"lastu-{n}", municipality="091", texts={"offers": "Otamme vastaan lastua."})
    settle()
    late = make_profile(
        "Lähellä Oy", slug="lahella", municipality="426", texts={"offers": "Vastaanottaja kutterinlastulle."}
    )
    settle()
    assert Suggestion.objects.filter(profile=saw).count() == LENGTH
    assert Suggestion.objects.filter(profile=saw).best_first()[0].other_id == late.pk


def test_one_that_falls_below_those_unseen_leaves_the_list(saw: Profile, settle: Settle) -> None:
    best = make_profile(
        "Lähellä Oy", slug="lahella", municipality="426", texts={"offers": "Vastaanottaja kutterinlastulle."}
    )
    for n in range(LENGTH + 3):
        make_profile(f"Lastu {n}", slug=f"lastu-{n}", municipality="426", texts={"offers": "Kutterinlastulle paikka."})
    settle()
    change_text(best, "offers", "Pidämme lastua pihassa, leivomme ja opetamme ja ajamme ja soitamme kitaraa.")
    Profile.objects.filter(pk=best.pk).update(municipality="091")
    services.profile_changed(best.pk, NOW)
    services.rematch(profile_id=best.pk, now=NOW)
    assert not Suggestion.objects.filter(profile=saw, other=best).exists()


def test_a_list_that_runs_short_is_marked_to_be_filled(saw: Profile, settle: Settle) -> None:
    givers = [
        make_profile(f"Lastu {n}", slug=f"lastu-{n}", municipality="426", texts={"offers": "Kutterinlastulle paikka."})
        for n in range(31)
    ]
    settle()
    assert not Freshness.objects.get(pk=saw.pk).stale_since
    for giver in givers[:2]:
        Profile.objects.filter(pk=giver.pk).update(visibility="hidden")
        services.profile_changed(giver.pk, NOW)
    assert Freshness.objects.get(pk=saw.pk).stale_since


def test_a_pair_whose_other_side_has_changed_since_is_left_to_that_side(
    saw: Profile, bedding: Profile, settle: Settle
) -> None:
    """A worker that read the old text must not write over the row made of the new one, however late it comes."""
    settle()
    services.mark_stale(profile_id=saw.pk, now=NOW)
    marks.lease(profile_id=saw.pk, now=NOW)
    with indexing.index_in_step() as index:
        late = matches.match(index, saw.pk, NOW)
    change_text(bedding, "offers", "Ruisleipää ja pullaa.")
    services.rematch(profile_id=bedding.pk, now=NOW)
    assert ("puurunko", "kuivike") not in pairs()
    rows.write(late, now=NOW)
    assert ("puurunko", "kuivike") not in pairs()
    assert ("kuivike", "puurunko") not in pairs()


def test_a_profile_that_changes_while_it_is_matched_stays_marked(saw: Profile, bedding: Profile) -> None:
    services.mark_stale(profile_id=saw.pk, now=NOW)
    real = rows.write

    def change_first(*args: object, **kwargs: object) -> list[int]:
        change_text(saw, "seeks", "Etsimme leipää.")
        return real(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    with mock.patch.object(rows, "write", change_first):
        assert not services.rematch(profile_id=saw.pk, now=NOW)
    mark = Freshness.objects.get(pk=saw.pk)
    assert mark.stale_since is not None
    assert mark.leased_until is None
    assert services.rematch(profile_id=saw.pk, now=NOW)


def test_a_lease_keeps_others_away_until_it_has_run_out(saw: Profile, bedding: Profile) -> None:
    """What a killed worker had taken is taken again, and not before."""
    services.mark_stale(profile_id=saw.pk, now=NOW)
    assert marks.lease(profile_id=saw.pk, now=NOW) is not None
    assert marks.lease(profile_id=saw.pk, now=NOW + timedelta(seconds=20)) is None
    assert not services.rematch(profile_id=saw.pk, now=NOW + timedelta(seconds=20))
    assert services.rematch(profile_id=saw.pk, now=NOW + timedelta(seconds=31))
    assert marks.lease(profile_id=saw.pk, now=NOW + timedelta(hours=2)) is None


def test_one_that_fails_keeps_its_mark_and_hinders_nobody(saw: Profile, bedding: Profile, settle: Settle) -> None:
    for profile in (saw, bedding):
        services.mark_stale(profile_id=profile.pk, now=NOW)
    real = matches.match

    def fail_for_saw(index: object, profile_id: int, now: object) -> object:
        if profile_id == saw.pk:
            raise RuntimeError("broken")
        return real(index, profile_id, now)  # type: ignore[arg-type]  # passed on as they came

    with mock.patch.object(matches, "match", fail_for_saw):
        assert services.rematch_all(now=NOW) == 1
    mark = Freshness.objects.get(pk=saw.pk)
    assert (mark.attempts, mark.stale_since) == (1, NOW)
    assert services.rematch_all(now=NOW + timedelta(minutes=1)) == 1


def test_a_profile_that_came_without_a_word_is_found(saw: Profile, bedding: Profile) -> None:
    assert services.mark_the_unmarked(now=NOW) == 2
    assert services.mark_the_unmarked(now=NOW) == 0


def test_a_changed_vocabulary_is_read_again(saw: Profile, bedding: Profile, settle: Settle) -> None:
    from themes.models import Theme

    settle()
    with indexing.index_in_step() as first:
        pass
    with indexing.index_in_step() as same:
        assert same is first
    Theme.objects.create(name="uusi", slug="uusi", name_fi="Uusi", synonyms_fi=["kutterinlastu"])
    with indexing.index_in_step() as second:
        assert second is not first
        assert second.bridge.concepts("kutterinlastu", "fi") == ("theme:uusi",)


def test_attention_is_counted_and_lowers_who_is_everywhere(saw: Profile, bedding: Profile, settle: Settle) -> None:
    for n in range(12):
        make_profile(f"Saha {n}", by=make_user(), slug=f"saha-{n}", texts={"seeks": "Kutterinlastulle ottaja."})
    settle()
    queries.count_attention()
    counts, fair = queries.attention()
    assert counts[bedding.pk] > fair > 0
    before = Suggestion.objects.get(profile=saw, other=bedding).score
    services.mark_stale(profile_id=saw.pk, now=NOW)
    settle()
    after = Suggestion.objects.get(profile=saw, other=bedding)
    assert after.score < before
    assert (
        sum(points for *_which, points in evidence.understand(after.evidence, me=saw, other=bedding).sums)
        == after.score
    )


def test_a_never_takes_the_other_out_of_both_lists(
    saw: Profile, saw_user: User, bedding: Profile, settle: Settle
) -> None:
    settle()
    services.answer(profile=saw, other=bedding, answer=Interest.Answer.NEVER, by=saw_user, now=NOW)
    settle()
    assert pairs().isdisjoint({("puurunko", "kuivike"), ("kuivike", "puurunko")})
    services.undo_answer(profile=saw, other=bedding, by=saw_user, now=NOW)
    settle()
    assert {("puurunko", "kuivike"), ("kuivike", "puurunko")} <= pairs()
