"""The figures of a process are for the collector that shows the installation's token."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.views import metrics

TOKEN = "a-token-of-the-tests-0123456789abcdef"


def ask(**headers: str) -> HttpResponse:
    return metrics(RequestFactory().get("/metrics", headers=headers))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer "},
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer ä"},
    ],
)
def test_nobody_else_is_given_figures(settings: Any, headers: dict[str, str]) -> None:
    pytest.importorskip("django_prometheus")
    for token in (TOKEN, ""):
        settings.METRICS_TOKEN = token
        answer = ask(**headers)
        assert (answer.status_code, b"python_info" in answer.content) == (401, False)


def test_the_collector_is_given_them(settings: Any) -> None:
    pytest.importorskip("django_prometheus")
    settings.METRICS_TOKEN = TOKEN
    answer = ask(Authorization=f"Bearer {TOKEN}")
    assert (answer.status_code, b"python_info" in answer.content) == (200, True)
