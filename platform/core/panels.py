"""How an upper app shows itself on a lower app's page without the lower one knowing of it.

A page asks for the panels of its kind; apps contribute theirs in `AppConfig.ready()`:

    panels.register("profile", "matching.common", build, order=20)

Kinds in use: `front` and `front_actions` (no subject), `profile`, `profile_side`, `profile_actions`, `theme`,
`event`, `desk` (coordinator's desk), `conversation` (a stranger's request), `conversation_head` (what a
conversation is about), `account` (settings), `about_data`. A
builder gets the request and the page's subject and returns a `Panel` or None. The key begins with the app's label.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core import modules


@dataclass(frozen=True)
class Panel:
    """A piece of a page: the template and what it shows. The template brings its own `<section>`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


Builder = Callable[[HttpRequest, Any], "Panel | None"]

_registry: dict[str, dict[str, tuple[int, Builder]]] = {}


def register(kind: str, key: str, build: Builder, *, order: int = 50) -> None:
    """Add a panel. Registering the same key again replaces it, so that reloading an app is harmless."""
    _registry.setdefault(kind, {})[key] = (order, build)


def render(kind: str, request: HttpRequest, subject: Any = None) -> list[SafeString]:
    """The kind's panels in order, already rendered; those with nothing to say are left out."""
    found = []
    places = _registry.get(kind, {})
    for key in sorted(modules.that_are_on(places), key=lambda key: (places[key][0], key)):
        panel = places[key][1](request, subject)
        if panel is not None:
            found.append(render_to_string(panel.template, panel.context, request=request))
    return found
