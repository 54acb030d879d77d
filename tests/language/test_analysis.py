"""Words, their dictionary forms and the parts of compounds."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language import Token, analyse, guess_language
from language.analysis import stop_words, words

LANGUAGES = ("fi", "sv", "en")


def read(word: str, language: str) -> Token:
    (token,) = analyse(word, language)
    return token


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("yrityksille", "yritys"),
        ("yrityksemme", "yritys"),
        ("töitä", "työ"),
        ("työ", "työ"),
        ("vaatteiden", "vaate"),
        ("hakkeen", "hake"),
        ("kädestä", "käsi"),
        ("Helsingissä", "helsinki"),
        ("asiakkainamme", "asiakas"),
        ("pienissäkin", "pieni"),
        ("EU:n", "eu"),
        ("CNC:llä", "cnc"),
        ("Solmussa", "solmu"),
        ("YRITYSTEN", "yritys"),
    ],
)
def test_finnish_forms_lead_to_their_dictionary_form(form: str, lemma: str) -> None:
    assert read(form, "fi").lemma == lemma


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("företagen", "företag"),
        ("böckerna", "bok"),
        ("båtar", "båt"),
        ("skor", "sko"),
        ("lånet", "lån"),
        ("lån", "lån"),
        ("avfallet", "avfall"),
        ("söker", "söka"),
        ("hållbara", "hållbar"),
    ],
)
def test_swedish_forms_lead_to_their_dictionary_form(form: str, lemma: str) -> None:
    assert read(form, "sv").lemma == lemma


@pytest.mark.parametrize(("form", "lemma"), [("companies", "company"), ("mice", "mouse"), ("firm's", "firm")])
def test_english_forms_lead_to_their_dictionary_form(form: str, lemma: str) -> None:
    assert read(form, "en").lemma == lemma


@pytest.mark.parametrize(
    ("word", "language", "lemma", "parts"),
    [
        ("kutterinlastulle", "fi", "kutterinlastu", ("kutteri", "lastu")),
        ("puuelementtien", "fi", "puuelementti", ("puu", "elementti")),
        ("hukkalämmön", "fi", "hukkalämpö", ("hukka", "lämpö")),
        ("pienyritysten", "fi", "pienyritys", ("pieni", "yritys")),
        ("naisyrittäjille", "fi", "naisyrittäjä", ("nainen", "yrittäjä")),
        ("biokaasulaitoksemme", "fi", "biokaasulaitos", ("bio", "kaasu", "laitos")),
        ("IT-palveluiden", "fi", "it-palvelu", ("it", "palvelu")),
        ("3D-tulostusta", "fi", "3d-tulostus", ("3d", "tulostus")),
        ("spillvärmen", "sv", "spillvärme", ("spill", "värme")),
        ("träelementen", "sv", "träelement", ("trä", "element")),
        ("arbetskraft", "sv", "arbetskraft", ("arbete", "kraft")),
        ("skolelever", "sv", "skolelev", ("skola", "elev")),
    ],
)
def test_a_compound_has_the_dictionary_forms_of_its_parts(
    word: str, language: str, lemma: str, parts: tuple[str, ...]
) -> None:
    token = read(word, language)
    assert (token.lemma, token.parts) == (lemma, parts)


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("asiakas", "fi"),
        ("rakentaminen", "fi"),
        ("palvelu", "fi"),
        ("kokonainen", "fi"),
        ("laatikko", "fi"),
        ("kompost", "sv"),
        ("kontroll", "sv"),
        ("svenska", "sv"),
        ("företag", "sv"),
        ("kompetens", "sv"),
        ("building", "en"),
    ],
)
def test_a_simple_word_is_left_whole(word: str, language: str) -> None:
    assert read(word, language).parts == ()


def test_marks_inside_a_word_do_not_hide_it() -> None:
    assert read("hukka\u00adläm\u200dmön", "fi").lemma == "hukkalämpö"
    assert read("hukkala\u0308mmo\u0308n", "fi").lemma == "hukkalämpö"


def test_right_to_left_marks_and_nul_stand_between_words() -> None:
    assert [token.surface for token in analyse("\u202eyritys\x00kunta\u200f 🙂 koulu", "fi")] == [
        "yritys",
        "kunta",
        "koulu",
    ]


def test_a_name_in_capitals_is_no_small_word() -> None:
    assert [token.surface for token in analyse("It is IT", "en") if not token.stop] == ["IT"]
    assert [token.lemma for token in analyse("LVI-alan LVI TYÖTÄ", "fi")] == ["lvi-ala", "lvi", "työ"]


def test_words_that_say_nothing_are_marked() -> None:
    said = [token.surface for token in analyse("Etsimme kumppania, joka ostaa meiltä lastua.", "fi") if not token.stop]
    assert said == ["kumppania", "ostaa", "lastua"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_words_are_lower_case(language: str) -> None:
    assert all(word == word.lower() for word in stop_words(language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Meiltä jää yli kutterinlastua, ja etsimme sille ostajaa.", "fi"),
        ("Vi har spån över och söker en köpare.", "sv"),
        ("We have wood shavings left over and look for a buyer.", "en"),
        ("hukkalämpö", "fi"),
        ("spillvärme", "sv"),
        ("Lämpöpumput, aurinkopaneelit, maalämpö", "fi"),
        ("", None),
        ("12345 !!! 🙂", None),
        ("Wir suchen einen Käufer für unsere Hobelspäne und Sägemehl", None),
        ("zzyzx qwrtp", None),
    ],
)
def test_the_language_of_a_text_is_guessed(text: str, language: str | None) -> None:
    assert guess_language(text) == language


@given(st.text(max_size=300), st.sampled_from([*LANGUAGES, None, "xx"]))
@settings(max_examples=150, deadline=None)
def test_tokens_stand_in_the_text_in_order(text: str, language: str | None) -> None:
    tokens = analyse(text, language)
    end = 0
    for token in tokens:
        assert end <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.surface
        assert token.lemma
        assert token.lemma == token.lemma.lower()
        assert all(token.parts)
        end = token.end


@given(st.text(alphabet="abehiklmnoprstuvyäöå-:' ", max_size=200))
@settings(max_examples=150, deadline=None)
def test_word_like_nonsense_is_survived(text: str) -> None:
    for language in LANGUAGES:
        assert len(analyse(text, language)) == len(list(words(text)))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "kissa" * 20_000,
        "kissa-" * 16_000,
        "työ:" * 25_000,
        "\u0301" * 100_000,
        "a\u00ad" * 50_000,
        "\x00" * 100_000,
        "🙂‮" * 50_000,
        " ".join(f"puuelementtitehdas{number}lla" for number in range(4_000)),
        "Meiltä jää yli kutterinlastua. " * 3_300,
    ],
    ids=["one letter", "one word", "hyphens", "colons", "marks", "soft hyphens", "nul", "emoji", "unknown", "prose"],
)
def test_a_hundred_thousand_characters_are_read_quickly(text: str) -> None:
    analyse("lämmin", "fi")
    started = time.perf_counter()
    guess_language(text)
    analyse(text, "fi")
    assert time.perf_counter() - started < 3
