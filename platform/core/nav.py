"""The main navigation: apps add their places in `AppConfig.ready()`, so core knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core import modules


@dataclass(frozen=True)
class Item:
    """A place in the main navigation. `url_name` is reversed in the reader's language; `prefix` decides when it is
    current.
    """

    label: str | Promise
    url_name: str
    order: int


_items: dict[str, Item] = {}
_tools: dict[str, tuple[int, str, Callable[[HttpRequest], dict[str, Any] | None]]] = {}


def register(key: str, label: str | Promise, url_name: str, *, order: int) -> None:
    _items[key] = Item(label, url_name, order)


def register_tool(
    key: str, template: str, build: Callable[[HttpRequest], dict[str, Any] | None], *, order: int
) -> None:
    """Add a tool of the masthead's end (the bell, one's own organisation). `build` returns the template's context, or
    None to hide.
    """
    _tools[key] = (order, template, build)


def items(request: HttpRequest) -> list[dict[str, Any]]:
    found = []
    for item in sorted((_items[key] for key in modules.that_are_on(_items)), key=lambda item: item.order):
        url = reverse(item.url_name)
        found.append({"label": item.label, "url": url, "current": request.path.startswith(url)})
    return found


def tools(request: HttpRequest) -> list[SafeString]:
    """None where the request was refused before it was known who asks."""
    found: list[SafeString] = []
    if not hasattr(request, "user"):
        return found
    on = (_tools[key] for key in modules.that_are_on(_tools))
    for _order, template, build in sorted(on, key=lambda tool: tool[0]):
        context = build(request)
        if context is not None:
            found.append(render_to_string(template, context, request=request))
    return found
