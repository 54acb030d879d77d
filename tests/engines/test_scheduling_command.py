"""`solmu schedule`: files in, a schedule out, and one plain line when something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from events.scheduling.command import main

FORM: dict[str, Any] = {
    "format": "schedule-input/1",
    "slots": [{"id": "s0"}, {"id": "s1"}],
    "tables_per_slot": 1,
    "participants": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
    "meetings": [
        {"id": "ab", "participants": ["a", "b"], "weight": 3},
        {"id": "ac", "participants": ["a", "c"], "weight": 2},
        {"id": "bc", "participants": ["b", "c"], "weight": 1},
    ],
}


def write(folder: Path, form: Any, name: str = "in.json") -> str:
    path = folder / name
    path.write_text(form if isinstance(form, str) else json.dumps(form), encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def test_a_schedule_is_written_with_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([write(tmp_path, FORM), "--seconds", "2"]) == 0
    out, said = answer(capsys)
    assert sorted(row["id"] for row in out["meetings"]) == ["ab", "ac"]
    assert (out["unscheduled"], out["status"], out["objective"]["weight_held"]) == (["bc"], "optimal", 5)
    assert said == ""


def test_a_previous_schedule_is_repaired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([write(tmp_path, FORM), "--seconds", "2"])
    before, _said = answer(capsys)
    previous = write(tmp_path, before, "out.json")
    ill = {**FORM, "participants": [{"id": "a"}, {"id": "b", "unavailable": ["s0", "s1"]}, {"id": "c"}]}
    assert main([write(tmp_path, ill), "--previous", previous]) == 0
    out, _said = answer(capsys)
    [row] = out["meetings"]
    assert row == next(one for one in before["meetings"] if one["id"] == "ac")
    assert (out["objective"]["kept"], out["objective"]["moved"], out["objective"]["impossible"]) == (1, 0, 1)


def test_when_there_is_no_schedule_it_is_said_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    musts = [{**meeting, "required": True} for meeting in FORM["meetings"]]
    assert main([write(tmp_path, {**FORM, "meetings": musts}), "--seconds", "2"]) == 1
    out, said = answer(capsys)
    assert (out["status"], out["meetings"], out["unscheduled"]) == ("infeasible", [], ["ab", "ac", "bc"])
    assert out["obstacles"][0]["code"] == "too-few-tables"
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("", "not JSON"),
        ("[]", "the file is not an object"),
        ("[" * 100_000, "not JSON"),
        ({**FORM, "slots": None}, "slots is not a list"),
        ({**FORM, "slots": [{"id": "s0"}, {"id": "s0"}]}, "slot s0 is given twice"),
        ({**FORM, "meetings": [{"id": "ab", "participants": ["a", "z"]}]}, "unknown participant z"),
        ({**FORM, "meetings": [{"id": "ab", "participants": ["a", "b"], "weight": 1.5}]}, "not a whole number"),
        ({**FORM, "meetings": [{"id": "ab", "participants": ["a", "b"], "weight": float("nan")}]}, "weight"),
        ({**FORM, "previous": {"meetings": [{"id": "ab"}]}}, "previous"),
        ({**FORM, "previous": []}, "previous is not an object"),
    ],
)
def test_bad_input_is_one_plain_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: Any, words: str) -> None:
    assert main([write(tmp_path, form)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("solmu schedule: ")
    assert words in said.err


def test_bad_arguments_are_one_plain_line_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write(tmp_path, FORM)
    (tmp_path / "latin.json").write_bytes(b'{"slots": "\xe4"}')
    for arguments in (
        [],
        [good, "--seconds", "soon"],
        [good, "--seconds", "-1"],
        [good, "--seconds", "nan"],
        [good, "--workers", "0"],
        [good, "--previous", str(tmp_path / "none.json")],
        [good, "--previous", write(tmp_path, "{", "half.json")],
        [str(tmp_path / "none.json")],
        [str(tmp_path)],
        [str(tmp_path / "latin.json")],
    ):
        assert main(arguments) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1, arguments


def test_the_command_needs_no_settings_and_no_database(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "solmu", "schedule", write(tmp_path, FORM), "--seconds", "3"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": "nonsense"},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["objective"]["weight_held"] == 5
