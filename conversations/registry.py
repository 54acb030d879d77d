"""What conversations give to the rest of the house, and ask of it. Called once, when apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts import hooks
from conversations import notices, notices_groups
from conversations.queries import messages as queries
from conversations.services import safety
from core import modules, nav, panels
from notifications import badges, kinds


def register() -> None:
    from conversations.views import panels as own

    hooks.on_profile_changed("conversations", safety.profile_changed)
    hooks.on_user_leaving("conversations", safety.user_leaving)
    hooks.on_export("messages", queries.export_of)
    modules.register(
        "conversations",
        _("Messages"),
        _("Messages between organisations."),
        order=40,
    )
    nav.register_tool("conversations.messages", "conversations/tool.html", own.tool, order=15)
    badges.register("conversations.messages", own.badge)
    panels.register("profile_actions", "conversations.write", own.write_action, order=20)
    for kind in (*notices.KINDS, *notices_groups.KINDS):
        kinds.register(kind)
