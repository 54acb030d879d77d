"""*Start here*: what can be begun from an operating model.

An app that has something to start registers it in `AppConfig.ready()`:

    starts.register(Start(
        key="event", label=_("Start an event"), short=_("event"), hint=_("…"),
        url=lambda: reverse("event_new"), allowed=lambda user: user.has_perm("events.create_event"),
        refused=_("An event is made by a coordinator."), order=10,
    ))

The model's page shows those whose key is in the model's `serves`. The link gets `?model=<slug>`, from which the form
that it opens fills itself and shows the model's advice (`catalogue.guidance`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise

from catalogue.models import OperatingModel
from core import modules


@dataclass(frozen=True)
class Start:
    """`short` is a noun for lists ("event"); `refused` says who may, to those who may not."""

    key: str
    label: str | Promise
    short: str | Promise
    hint: str | Promise
    url: Callable[[], str]
    allowed: Callable[[Any], bool]
    refused: str | Promise
    order: int = 50
    module: str = ""
    """The app of the page that it opens, where that can be switched off (`core.modules`)."""

    def url_for(self, model: OperatingModel) -> str:
        url = self.url()
        return f"{url}{'&' if '?' in url else '?'}{urlencode({'model': model.slug})}"


@dataclass(frozen=True)
class Offer:
    """A start as one reader sees it on one model's page."""

    start: Start
    url: str
    allowed: bool


_registry: dict[str, Start] = {}


def register(start: Start) -> None:
    """Registering a key again replaces it, so that reloading an app is harmless."""
    _registry[start.key] = start


def registered() -> dict[str, Start]:
    return {start.key: start for start in sorted(_registry.values(), key=lambda start: (start.order, start.key))}


def starts_of(model: OperatingModel) -> list[Start]:
    return [start for key, start in registered().items() if key in model.serves and modules.is_on(start.module)]


def offers_for(model: OperatingModel, user: Any) -> list[Offer]:
    """What can be started from the model; those that the reader may start come first."""
    offers = [Offer(start, start.url_for(model), bool(start.allowed(user))) for start in starts_of(model)]
    return sorted(offers, key=lambda offer: not offer.allowed)
