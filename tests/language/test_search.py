"""What a searcher writes finds what was written, in whatever form either stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language import highlight_spans, matches, query_needles, query_terms, search_column, search_terms

FOUND = [
    ("yritys", "fi", "Autamme yrityksiä kasvamaan."),
    ("yrityksille", "fi", "Pieni yritys etsii kumppania."),
    ("kutterinlastut", "fi", "Meiltä jää kutterinlastua."),
    ("lastu", "fi", "Ostamme kutterinlastua karjatiloille."),
    ("kutterinlastua", "fi", "Meillä on kutterin lastua joka viikko."),
    ("elementti", "fi", "Puuelementtien valmistusta ja pystytystä."),
    ("hukkalämpö", "fi", "Hukkalämmön talteenotto saunoissa."),
    ("lämmön", "fi", "Hukkalämpö hyötykäyttöön."),
    ("käsityö", "fi", "Opetamme käsitöitä ja ompelua."),
    ("vaatteet", "fi", "Korjaamme rikkinäisen vaatteen."),
    ("opinnäytetöitä", "fi", "Aihe opinnäytetyölle."),
    ("matkailijat", "fi", "Majoitusta matkailijoille."),
    ("puu", "fi", "Rakennamme puusta."),
    ("raken", "fi", "Rakennamme puusta, ja rakentaminen on taitolaji."),
    ("SÄHKÖAUTOJEN", "fi", "Sähköauton latausta"),
    ("spillvärme", "sv", "Vi tar vara på spillvärmen."),
    ("värme", "sv", "Spillvärme från bageriet."),
    ("båtarna", "sv", "Vi bygger båtar."),
    ("företag", "sv", "Stöd för företagen i bygden."),
    ("element", "sv", "Träelementen görs här."),
    ("company", "en", "Work with local companies."),
    ("buildings", "en", "Repair of an old building."),
    ("IT", "fi", "IT-palveluita pienille."),
]


@pytest.mark.parametrize(("query", "language", "text"), FOUND)
def test_inflected_and_compound_words_find_each_other(query: str, language: str, text: str) -> None:
    assert matches(search_column(search_terms(text, language)), query_needles(query))


@pytest.mark.parametrize(
    ("query", "language", "text"),
    [
        ("puu", "fi", "Puuha jatkuu pihalla."),
        ("yritys koulu", "fi", "Pieni yritys etsii kumppania."),
        ("hukkalämpö", "fi", "Lämpöä riittää."),
        ("värme", "sv", "Kalla bad."),
    ],
)
def test_other_words_do_not(query: str, language: str, text: str) -> None:
    assert not matches(search_column(search_terms(text, language)), query_needles(query))


def test_the_searcher_need_not_choose_a_language() -> None:
    assert ("spillvärme",) in query_terms("spillvärmen")[0]
    assert ("hukkalämpö",) in query_terms("hukkalämmön")[0]
    assert ("company",) in query_terms("companies")[0]


def test_small_words_of_a_query_are_left_out_unless_they_are_all_of_it() -> None:
    assert len(query_terms("työ ja koulu")) == 2
    assert query_terms("ja") == [(("ja",),)]


def test_an_empty_query_asks_nothing() -> None:
    assert query_terms("  \x00 🙂 ") == []
    assert matches(" lastu ", query_needles(""))


def test_each_term_is_stored_once_in_the_order_of_its_appearance() -> None:
    assert search_terms("Lastua ja kutterinlastua. Lastu!", "fi") == ["lastu", "kutterinlastu", "kutteri"]


def test_an_empty_text_has_an_empty_column() -> None:
    assert search_column(search_terms("", "fi")) == ""


def test_the_words_that_a_term_means_are_marked() -> None:
    text = "Kutterinlastua jää, lastut kuivataan."
    assert [text[start:end] for start, end in highlight_spans(text, "fi", {"lastu"})] == ["Kutterinlastua", "lastut"]
    assert highlight_spans(text, "fi", set()) == []


@given(st.text(max_size=200), st.sampled_from(["fi", "sv", "en", None]), st.sets(st.text(max_size=8), max_size=4))
@settings(max_examples=100, deadline=None)
def test_marked_spans_are_in_the_text_ordered_and_apart(text: str, language: str | None, terms: set[str]) -> None:
    end = 0
    for start, stop in highlight_spans(text, language, terms | set(search_terms(text, language)[:2])):
        assert end <= start < stop <= len(text)
        end = stop


@given(st.text(max_size=200), st.sampled_from(["fi", "sv", "en"]))
@settings(max_examples=100, deadline=None)
def test_terms_hold_no_space_for_the_column_is_divided_by_it(text: str, language: str) -> None:
    assert not any(" " in term or not term for term in search_terms(text, language))
    assert len(query_terms(text * 3)) <= 12
