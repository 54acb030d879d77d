"""run.py's ways to fail: one plain sentence each, and no traceback."""

from __future__ import annotations

import errno
import importlib.util
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def run(tmp_path: Path) -> ModuleType:
    """run.py as a module, at work in a folder of its own."""
    spec = importlib.util.spec_from_file_location("solmu_run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("uv.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv" / "stamp.json",
        "PYTHON": tmp_path / ".venv" / "python",
    }.items():
        setattr(module, name, str(value))
    (tmp_path / ".venv").mkdir()
    return module


def answering(*answers: tuple[bool, str]) -> Any:
    """In place of the tools: each call gets the next answer, the last one ever after."""
    left = list(answers)
    return lambda command, env=None: left.pop(0) if len(left) > 1 else left[0]


def test_an_old_python_is_told_which_is_needed(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.sys, "version_info", (3, 8, 1))
    monkeypatch.setattr(run, "find_newer_python", lambda: None)
    with pytest.raises(run.Problem, match=r"needs Python 3\.11 or newer, and this is Python 3\.8"):
        run.use_right_python()


def test_a_newer_python_beside_is_used(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[str] = []
    monkeypatch.setattr(run.sys, "version_info", (3, 8, 1))
    monkeypatch.setattr(run, "find_newer_python", lambda: "/opt/python3.12")
    monkeypatch.setattr(run.os, "execv", lambda path, arguments: became.append(path))
    run.use_right_python()
    assert became == ["/opt/python3.12"]


def test_a_taken_port_is_told_before_anything_is_installed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "run.py", "--port", str(port)], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {port} is taken by another program" in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_what_is_no_port_is_told(port: str) -> None:
    done = subprocess.run(
        [sys.executable, "run.py", f"--port={port}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "a port is a number from 1 to 65535" in done.stderr


def test_no_network_is_one_sentence(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "run_quietly", answering((False, "Temporary failure in name resolution")))
    with pytest.raises(run.Problem, match="could not be fetched: is there a network"):
        run.install("run")
    assert "name resolution" in (Path(run.VENV) / "install.log").read_text()


def test_another_failure_points_to_its_log(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "run_quietly", answering((False, "error: no wheel for this machine")))
    with pytest.raises(run.Problem, match=r"install\.log"):
        run.install("run")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("OSError: [Errno 28] No space left on device", errno.ENOSPC),
        ("failed to write: Read-only file system (os error 30)", errno.EROFS),
        ("Permission denied (os error 13)", errno.EACCES),
    ],
)
def test_a_disk_that_cannot_be_written_is_recognised(run: ModuleType, said: str, code: int) -> None:
    with pytest.raises(OSError, match=r"Errno") as told:
        run.raise_if_disk(said)
    assert told.value.errno == code


def test_a_full_disk_is_recognised_where_the_tool_is_silent(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.shutil, "disk_usage", lambda path: Usage(100, 100, 0))
    monkeypatch.setattr(run, "run_quietly", answering((False, "")))
    with pytest.raises(OSError, match="No space left"):
        run.make_venv()


def test_a_python_without_venv_is_told_what_to_install(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "run_quietly", answering((False, "ensurepip is not available")))
    with pytest.raises(run.Problem, match="apt install python3-venv"):
        run.make_venv()


def test_installed_once_is_not_installed_again(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(run.PYTHON).touch()
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "run_quietly", answering((True, "")))
    run.install("test")
    monkeypatch.setattr(run, "run_quietly", answering((False, "not again")))
    run.install("test")
    # What the tests need holds what running needs.
    run.install("run")


def test_a_changed_lock_or_place_installs_again(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(run.PYTHON).touch()
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "run_quietly", answering((True, "")))
    run.install("run")
    assert run.installed_level() == "run"
    (Path(run.ROOT) / "uv.lock").write_text("another", encoding="utf-8")
    assert run.installed_level() == ""


def test_pip_is_the_way_where_uv_is_not(run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    monkeypatch.setattr(run, "BIN", str(bin_folder))
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "run_quietly", answering((False, "no uv here"), (True, ""), (True, f"{site}\n")))
    run.install("run")
    assert (site / "solmu.pth").read_text().splitlines() == [str(tmp_path), str(tmp_path / "platform")]
    assert (bin_folder / "solmu").read_text().startswith("#!")
