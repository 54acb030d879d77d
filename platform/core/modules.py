"""What an installation can do without. An app that can be switched off says so in `AppConfig.ready()`:

    modules.register("networks", _("Theme networks"), _("What it is, in a sentence."), needs=("events",), order=30)

Of one that is off no address answers (`core.middleware`), no menu, tool, panel, start or notice is made, and a template
asks `{% if on.networks %}` where it points to it. What it knows stays, and is there again when it is switched on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.queries import installation
from core.services import set_installation


class NeedsAnother(DomainError):
    message = _("“%(one)s” stands on “%(other)s”: keep both, or switch off both.")


@dataclass(frozen=True)
class Module:
    """`needs`: the modules without which this one has no sense."""

    key: str
    label: str | Promise
    hint: str | Promise
    needs: tuple[str, ...] = ()
    order: int = 50


_registry: dict[str, Module] = {}


def register(key: str, label: str | Promise, hint: str | Promise, *, needs: tuple[str, ...] = (), order: int) -> None:
    """`key` is the app's label. Registering it again replaces it, so that reloading an app is harmless."""
    _registry[key] = Module(key, label, hint, needs, order)


def registered() -> list[Module]:
    return sorted(_registry.values(), key=lambda module: module.order)


def off() -> frozenset[str]:
    """The keys of those that are switched off."""
    return frozenset(installation().modules_off) & _registry.keys()


def is_on(name: str) -> bool:
    """Of an app, or of something of it: `networks`, `networks.desk`, `networks.views.own`."""
    return bool(that_are_on([name]))


def that_are_on(names: Iterable[str]) -> list[str]:
    """Those of the names that are on, in one look at most."""
    apps = {name: name.partition(".")[0] for name in names}
    away = off() if _registry.keys() & apps.values() else frozenset()
    return [name for name, app in apps.items() if app not in away]


def switched() -> dict[str, bool]:
    away = off()
    return {key: key not in away for key in _registry}


def set_modules(*, on: Iterable[str], by: Any, now: datetime) -> None:
    """Those in `on` are on, all others off. Raises `NeedsAnother`."""
    wanted = set(on)
    for module in registered():
        for need in module.needs if module.key in wanted else ():
            if need not in wanted:
                told = {"one": module.label, "other": _registry[need].label}
                raise NeedsAnother(str(NeedsAnother.message) % told, field="on")
    off = [module.key for module in registered() if module.key not in wanted]
    set_installation(by=by, now=now, modules_off=off)
