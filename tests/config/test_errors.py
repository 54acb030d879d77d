"""What is told of an error elsewhere opens nothing and names nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from config.errors import route_of, without_secrets

from .test_settings import PRODUCTION, solmu

SECRET = "c2VjcmV0LWxpbms:1abcde:signed"


def event(path: str) -> dict[str, Any]:
    return {
        "message": "broken",
        "transaction": path,
        "transaction_info": {"source": "url"},
        "request": {
            "url": f"https://solmu.example.fi{path}",
            "method": "GET",
            "query_string": f"key={SECRET}",
            "headers": {"Referer": f"https://solmu.example.fi{path}", "User-Agent": "x"},
            "data": {"text": SECRET},
        },
    }


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_secret_in_an_address_is_not_told(language: str) -> None:
    """Whatever the language of the thread that tells it."""
    with translation.override(language):
        path = reverse("claim_link", kwargs={"token": SECRET})
    told = without_secrets(event(path))
    assert SECRET not in json.dumps(told)
    assert told["request"] == {"method": "GET", "url": f"/{language}/claim/<str:token>/"}
    assert told["transaction"] == told["request"]["url"]
    assert told["message"] == "broken"


def test_an_address_without_a_page_is_not_told_either() -> None:
    assert route_of(f"/fi/no-such-page/{SECRET}") == "unknown"
    assert route_of("") == "unknown"


def test_an_error_of_a_task_is_told_as_it_is() -> None:
    assert without_secrets({"message": "broken"}) == {"message": "broken"}


def test_the_installation_asks_for_it(tmp_path: Path) -> None:
    pytest.importorskip("sentry_sdk")
    asked = (
        "import sentry_sdk; o = sentry_sdk.get_client().options; "
        "print(o['before_send'].__name__, o['include_local_variables'], o['send_default_pii'], o['max_breadcrumbs'])"
    )
    given = {**PRODUCTION, "SENTRY_DSN": "https://key@127.0.0.1:1/1"}
    done = solmu(tmp_path, "shell", "--no-imports", "-c", asked, **given)
    assert done.stdout.split() == ["without_secrets", "False", "False", "0"], done.stderr
