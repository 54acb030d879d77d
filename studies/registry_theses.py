"""What topics and theses give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts import hooks
from core import panels
from notifications import kinds
from opportunities import hooks as market


def register() -> None:
    from studies import notices_theses
    from studies.queries import theses as queries
    from studies.services import theses_care, theses_market, theses_topics
    from studies.views import thesis_desks

    for kind in notices_theses.KINDS:
        kinds.register(kind)
    hooks.on_export("studies.theses", queries.export_of)
    hooks.on_user_leaving("studies.theses", theses_care.user_leaving)
    hooks.on_profile_changed("studies.theses", theses_care.profile_changed)
    market.on_kept(
        theses_market.KEEPER,
        market.Keeper(
            where=queries.where_kept,
            down=theses_topics.taken_down,
            own=_("To the topic"),
            others=_("Look at the topic and apply"),
        ),
    )
    panels.register("studies", "studies.theses", thesis_desks.hub, order=10)
    panels.register("profile", "studies.theses_profile", thesis_desks.profile, order=33)
    panels.register("theme", "studies.theses_theme", thesis_desks.theme, order=23)
    panels.register("desk", "studies.theses_desk", thesis_desks.desk, order=60)
