"""What matching gives to the rest of the house, and asks of it. Called once, when apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts import hooks
from conversations import hooks as conversation_hooks
from core import credits, modules, nav, panels
from core.credits import Credit
from matching import connection_actions, notices, queries, rules, services
from notifications import kinds


def register() -> None:
    from matching.views import panels as own

    hooks.on_profile_changed("matching", services.profile_changed)
    hooks.on_export("matching", own.export)
    conversation_hooks.on_connected("matching", rules.are_connected)
    conversation_hooks.on_partners("matching", rules.partners_of)
    conversation_hooks.on_apart("matching", queries.are_apart)
    connection_actions.register("conversations.write", own.write_actions, order=5)
    panels.register("conversation", "matching.reason", own.reason, order=20)
    modules.register(
        "matching",
        _("Partners"),
        _("Partners proposed with reasons, interest and connections."),
        order=10,
    )
    nav.register("matching", _("Partners"), "suggestions", order=10)
    panels.register("profile", "matching.common", own.common, order=20)
    panels.register("front", "matching.suggestions", own.front, order=20)
    panels.register("profile", "matching.similar", own.similar, order=80)
    panels.register("profile", "matching.introduce", own.introduce, order=90)
    panels.register("desk", "matching.ground", own.ground_desk, order=25)
    panels.register("desk", "matching.introduce", own.introduce_desk, order=30)
    panels.register("desk", "matching.wanted", own.wanted, order=40)
    for kind in notices.KINDS:
        kinds.register(kind)
    credits.register(
        "matching.yso",
        Credit(
            name=_("Bridge between languages: General Finnish Ontology YSO"),
            holder=(
                "National Library of Finland, Semantic Computing Research Group (SeCo), "
                "The Finnish Terminology Centre TSK"
            ),
            licence="CC BY 4.0",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            source="https://finto.fi/yso/",
            changes=_("Labels turned into dictionary forms, so that texts in different languages meet."),
        ),
    )
