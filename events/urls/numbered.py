"""Addresses of a round, with its number in the event and, for the first, without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path


def of_round(root: str, rest: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    return [
        path(f"<slug:slug>/{root}/{rest}", view, name=name),
        path(f"<slug:slug>/{root}/<int:number>/{rest}", view, name=name),
    ]
