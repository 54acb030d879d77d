"""Failures that the domain foresees."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule said no. Its message is for the person, in their language; `field` names the form field it belongs to.

    Subclasses stand in the module that raises them and set `message` (a lazy translation).
    """

    message: str | Promise = ""

    def __init__(self, message: str | Promise | None = None, *, field: str | None = None) -> None:
        self.field = field
        if message is not None:
            self.message = message
        super().__init__(str(self.message))

    def __str__(self) -> str:
        return str(self.message)


class StaleSave(DomainError):
    """Somebody else saved after the page was made; nothing of what was written is lost."""
