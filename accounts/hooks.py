"""What upper apps want to be told of. They register in `AppConfig.ready()`; services call the hooks by name, in plain
sight.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

ProfileHook = Callable[..., None]
UserExport = Callable[[Any], dict[str, Any]]
UserLeaving = Callable[[Any, datetime], None]

_changed: dict[str, ProfileHook] = {}
_unclaimed: dict[str, Callable[[int], None]] = {}
_exports: dict[str, UserExport] = {}
_leaving: dict[str, UserLeaving] = {}


def on_profile_changed(key: str, hook: Callable[[int, datetime], None]) -> None:
    """`hook(profile_id, now)` runs inside the transaction that published, changed, hid, blocked, claimed or removed a
    profile.
    """
    _changed[key] = hook


def profile_changed(profile_id: int, *, now: datetime) -> None:
    for hook in _changed.values():
        hook(profile_id, now)


def on_unclaimed(key: str, hook: Callable[[int], None]) -> None:
    """`hook(profile_id)` runs inside the transaction that takes a profile back from those who claimed it wrongly: what
    they wrote of it in another app goes."""
    _unclaimed[key] = hook


def unclaimed(profile_id: int) -> None:
    for hook in _unclaimed.values():
        hook(profile_id)


def on_export(key: str, export: UserExport) -> None:
    """`export(user)` gives what an app knows of a user, as JSON-ready data under its key in the user's own export."""
    _exports[key] = export


def exports(user: Any) -> dict[str, Any]:
    return {key: export(user) for key, export in sorted(_exports.items())}


def on_user_leaving(key: str, hook: UserLeaving) -> None:
    """`hook(user, now)` runs before an account is deleted, in the same transaction, while the user still represents."""
    _leaving[key] = hook


def user_leaving(user: Any, *, now: datetime) -> None:
    for hook in _leaving.values():
        hook(user, now)
