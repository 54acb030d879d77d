"""The coordinator's desk: proposed themes that wait."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.panels import Panel
from themes.queries import open_proposals
from themes.rules import may_manage_themes


def proposals_panel(request: HttpRequest, subject: Any) -> Panel | None:
    if not may_manage_themes(request.user):
        return None
    waiting = list(open_proposals()[:5])
    return Panel("themes/desk_panel.html", {"waiting": waiting}) if waiting else None
