"""The house's own rules, held by tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_platform_is_a_folder_and_never_a_package() -> None:
    """Python's own module is called platform; a package of that name in front of it breaks `import uuid`."""
    assert [file.name for file in (ROOT / "platform").iterdir() if file.suffix in {".py", ".pyi"}] == []
    import platform

    assert "site-packages" not in (platform.__file__ or "")
    assert not Path(platform.__file__ or "").is_relative_to(ROOT)


def test_tests_have_no_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("version", [(3, 6), (3, 8), (3, 11)])
def test_old_pythons_can_read_run_py(version: tuple[int, int]) -> None:
    """A syntax error would be all that an old Python told; what it must tell is which Python is needed."""
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=version)


def test_run_py_needs_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def _required(file: str) -> dict[str, str]:
    """{name: version} of a requirements file, without markers."""
    found = {}
    for line in (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            name, _, version = line.split(";")[0].rstrip(" \\").partition("==")
            found[name.split("[")[0].lower()] = version.strip()
    return found


def _locked() -> dict[str, dict[str, object]]:
    with (ROOT / "uv.lock").open("rb") as file:
        return {package["name"]: package for package in tomllib.load(file)["package"]}


@pytest.mark.parametrize(("file", "groups"), [("run.txt", ()), ("test.txt", ("test", "quality"))])
def test_requirements_say_what_the_lock_says(file: str, groups: tuple[str, ...]) -> None:
    """pip's way in (where uv cannot go) must install the same. `uv export` writes them: see CONTRIBUTING.md."""
    lock = _locked()
    project = lock["solmu"]
    todo: list[tuple[str, tuple[str, ...]]] = []

    def add(dependencies: list[dict[str, object]]) -> None:
        todo.extend((str(d["name"]), tuple(d.get("extra", ()))) for d in dependencies)  # type: ignore[arg-type]

    add(project["dependencies"])  # type: ignore[arg-type]
    for group in groups:
        add(project["dev-dependencies"][group])  # type: ignore[index]
    wanted: dict[str, str] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while todo:
        name, extras = item = todo.pop()
        if item in seen:
            continue
        seen.add(item)
        package = lock[name]
        wanted[name] = str(package["version"])
        add(package.get("dependencies", []))  # type: ignore[arg-type]
        for extra in extras:
            add(package.get("optional-dependencies", {}).get(extra, []))  # type: ignore[attr-defined]
    assert _required(file) == wanted


def test_uv_is_pinned_by_hash() -> None:
    text = (ROOT / "requirements" / "uv.txt").read_text(encoding="utf-8")
    assert text.startswith("uv==")
    assert text.count("--hash=sha256:") >= 10


def test_each_dependency_says_why_it_is_there() -> None:
    """A comment stands above each dependency, or above the few that it is about together."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.split("dependencies = [\n", 1)[1].split("\n]", 1)[0].splitlines()]
    unexplained = [
        line
        for number, line in enumerate(lines)
        if not line.startswith("#") and not any(above.startswith("#") for above in lines[max(0, number - 3) : number])
    ]
    assert unexplained == []


def test_no_secret_has_a_default_in_compose() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        uses = [part for part in text.split("${")[1:] if re.match(rf"{name}\b", part)]
        assert uses
        assert all(use.removeprefix(name).startswith(":?") for use in uses)


def test_compose_is_valid() -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    if not tool.exists():
        pytest.skip("check-jsonschema belongs to the group `quality`")
    done = subprocess.run(
        [tool, "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_wheel_names_every_package() -> None:
    """Hatchling is told the packages one by one, so a new app must be told to it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        named = set(tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    found = {
        str(init.parent.relative_to(ROOT))
        for init in [*ROOT.glob("*/__init__.py"), *ROOT.glob("platform/*/__init__.py")]
    }
    assert found == named
