"""Settings fail loudly, in one sentence, and are safe where they are not a demo's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "tested-here-and-used-nowhere-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "solmu.example.fi",
    "SITE_URL": "https://solmu.example.fi",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.fi:587",
}
OURS = {
    *PRODUCTION,
    "BEHIND_PROXY",
    "PROXY_COUNT",
    "SOLMU_DEMO",
    "SOLMU_EMBEDDED",
    "DATABASE_URL",
    "REDIS_URL",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
}


def solmu(tmp_path: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key not in OURS}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "config.cli", *command],
        cwd=ROOT,
        env={**env, "SOLMU_DATA": str(tmp_path), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_deploy_check_is_clean(tmp_path: Path) -> None:
    done = solmu(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_each_missing_setting_is_named_at_once_and_no_traceback(tmp_path: Path) -> None:
    done = solmu(tmp_path, "check")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    for name in PRODUCTION:
        assert f"{name} is not set" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is shorter than 50 characters"),
        ("SECRET_KEY_FALLBACKS", "old", "SECRET_KEY_FALLBACKS holds a key that is shorter than 50 characters"),
        ("SITE_URL", "solmu.example.fi", "SITE_URL must begin with one of: http:, https:"),
        ("DATABASE_URL", "mysql://localhost/solmu", "DATABASE_URL must begin with one of"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL must begin with one of"),
        ("EMAIL_URL", "mail.example.fi", "EMAIL_URL is not an address of a mail server"),
        ("SOLMU_DEMO", "perhaps", "SOLMU_DEMO must be 1 or 0"),
        ("HSTS_SECONDS", "a year", "HSTS_SECONDS must be a whole number"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be"),
        ("DEFAULT_FROM_EMAIL", "Solmu", "DEFAULT_FROM_EMAIL must hold an e-mail address"),
    ],
)
def test_a_bad_value_is_told_in_one_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    done = solmu(tmp_path, "check", **{**PRODUCTION, name: value})
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({}, "0"),
        ({"BEHIND_PROXY": "1"}, "1"),
        ({"BEHIND_PROXY": "1", "PROXY_COUNT": ""}, "1"),
        ({"BEHIND_PROXY": "1", "PROXY_COUNT": "2"}, "2"),
        ({"BEHIND_PROXY": "1", "PROXY_COUNT": "0"}, "0"),
    ],
)
def test_behind_a_proxy_visitors_are_told_apart(tmp_path: Path, given: dict[str, str], count: str) -> None:
    asked = "from django.conf import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    done = solmu(tmp_path, "shell", "--no-imports", "-c", asked, **{**PRODUCTION, **given})
    assert done.stdout.strip() == count, done.stderr


def test_keys_before_this_one_are_read_from_the_environment(tmp_path: Path) -> None:
    asked = "from django.conf import settings; print([one[0] for one in settings.SECRET_KEY_FALLBACKS])"
    given = {**PRODUCTION, "SECRET_KEY_FALLBACKS": f"{'a' * 50}, {'b' * 50},"}
    assert solmu(tmp_path, "shell", "--no-imports", "-c", asked, **given).stdout.strip() == "['a', 'b']"


def test_figures_are_not_given_without_a_token(tmp_path: Path) -> None:
    for token, said in (("", "METRICS_TOKEN is not set"), ("short", "METRICS_TOKEN is shorter than 30 characters")):
        done = solmu(tmp_path, "check", **{**PRODUCTION, "PROMETHEUS": "1", "METRICS_TOKEN": token})
        assert (done.returncode, said in done.stderr) == (2, True)
    pytest.importorskip("django_prometheus")
    asked = "from django.urls import resolve; found = resolve('/metrics').func; print(found.__module__, found.__name__)"
    given = {**PRODUCTION, "PROMETHEUS": "1", "METRICS_TOKEN": "t" * 30}
    done = solmu(tmp_path, "shell", "--no-imports", "-c", asked, **given)
    assert done.stdout.split() == ["config.views", "metrics"], done.stderr


def test_the_demo_needs_nothing(tmp_path: Path) -> None:
    done = solmu(tmp_path, "check", SOLMU_DEMO="1")
    assert done.returncode == 0, done.stderr


def test_a_demo_is_not_made_outside_a_demo(tmp_path: Path) -> None:
    done = solmu(tmp_path, "demo", **PRODUCTION)
    assert done.returncode != 0
    assert "SOLMU_DEMO=1" in done.stderr
