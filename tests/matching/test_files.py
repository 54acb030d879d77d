"""`solmu match`: profiles in files, partners out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from matching import files

PROFILES = [
    {"id": "saw", "name": "Puurunko Oy", "kind": "company", "text": "Valmistamme puuelementtejä.", "lang": "fi"},
    {"id": "bed", "text": "Otamme vastaan lastua ja purua talleille.", "lang": "fi", "themes": ["maatalous"]},
    {"id": "sun", "text": "Vi installerar solpaneler på tak.", "lang": "sv"},
    {"id": "none"},
]


def write(path: Path, rows: list[Any]) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, list[dict[str, Any]], str]:
    code = files.main([str(argument) for argument in arguments])
    out, errors = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], errors


def test_a_need_finds_an_offer_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profiles = write(tmp_path / "p.jsonl", PROFILES)
    queries = write(
        tmp_path / "q.jsonl",
        [
            {"id": "n1", "text": "Etsimme kutterinlastulle ottajaa.", "lang": "fi"},
            {"id": "n2", "text": "Haluamme aurinkopaneelit katolle.", "lang": "fi"},
        ],
    )
    code, lines, errors = run(capsys, profiles, "--queries", queries)
    assert (code, errors) == (0, "")
    assert [line["id"] for line in lines] == ["n1", "n2"]
    assert [line["matches"][0]["id"] for line in lines] == ["bed", "sun"]
    first = lines[0]["matches"][0]
    assert first["reasons"][0]["mine"] == ["kutterinlastulle"]
    assert first["reasons"][0]["theirs"] == ["lastua"]
    # What is taken for being shown to others, too, is no reason, and is less than a tenth here.
    assert 0 < 0.9 * sum(reason["points"] for reason in first["reasons"]) <= first["score"]


def test_without_queries_every_profile_is_one_and_none_meets_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines, _errors = run(capsys, write(tmp_path / "p.jsonl", PROFILES), "--point", "accuracy", "--top", 1)
    assert code == 0
    assert [line["id"] for line in lines] == ["saw", "bed", "sun", "none"]
    assert all(line["id"] not in [one["id"] for one in line["matches"]] for line in lines)
    assert all(len(line["matches"]) <= 1 for line in lines)


def test_history_is_what_others_did_and_cold_leaves_ones_own_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profiles = write(tmp_path / "p.jsonl", [{"id": "a"}, {"id": "b"}, {"id": "c", "text": "Bakery", "lang": "en"}])
    history = write(
        tmp_path / "h.jsonl",
        [
            {"id": "w1", "title": "Solar roofs of schools", "text": "", "participants": ["a"]},
            {"id": "w2", "title": "Solar roofs in winter", "text": "", "participants": ["b"]},
        ],
    )
    queries = write(tmp_path / "q.jsonl", [{"id": "q", "org": "a", "exclude": []}])
    warm = run(capsys, profiles, "--history", history, "--queries", queries)[1]
    cold = run(capsys, profiles, "--history", history, "--queries", queries, "--cold")[1]
    assert [one["id"] for one in warm[0]["matches"]] == ["b"]
    assert cold[0]["matches"] == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "2: not JSON"),
        ("[]", "2: not an object"),
        ('{"name": "x"}', "2: “id” is missing"),
        ('{"id": "saw"}', "2: “saw” is here twice"),
        ('{"id": "x", "text": 3}', "2: “text” must be a text"),
        ('{"id": "x", "themes": "a"}', "2: “themes” must be a list of texts"),
        ('{"id": "x", "lat": 91, "lon": 0}', "2: “lat” must be a number between -90 and 90"),
        ('{"id": "x", "lat": NaN}', "2: not JSON: NaN is not a number"),
        ('{"id": "x", "documents": 3}', "2: “documents” must be a list"),
        ('{"id": "x", "documents": true}', "2: “documents” must be a list"),
        ('{"id": "x", "documents": [{"role": "boss", "text": "x"}]}', "2: a document's “role” must be one of"),
    ],
)
def test_a_bad_line_is_named_with_its_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    code, lines, errors = run(capsys, write(tmp_path / "p.jsonl", [PROFILES[0], line]))
    assert (code, lines) == (2, [])
    assert said in errors
    assert errors.count("\n") == 1


def test_a_query_without_anything_or_of_nobody_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profiles = write(tmp_path / "p.jsonl", PROFILES)
    for row, said in (({"id": "q"}, "a query has “org” or “text”"), ({"id": "q", "org": "x"}, "no profile “x”")):
        code, _lines, errors = run(capsys, profiles, "--queries", write(tmp_path / "q.jsonl", [row]))
        assert code == 2
        assert said in errors


def test_a_missing_file_and_a_wrong_encoding_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _lines, errors = run(capsys, tmp_path / "nothing.jsonl")
    assert code == 2
    assert "nothing.jsonl" in errors
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b'{"id": "a", "text": "\xe4"}\n')
    code, _lines, errors = run(capsys, bad)
    assert code == 2
    assert "not UTF-8" in errors


def test_two_at_work_answer_as_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.files.table.FEW", 0)
    profiles = files.read_profiles(write(tmp_path / "profiles.jsonl", PROFILES))
    alone = list(files.match(profiles, {}, None))
    assert list(files.match(profiles, {}, None, hands=2)) == alone
    assert [name for name, _found in alone] == ["saw", "bed", "sun", "none"]
