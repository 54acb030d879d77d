"""What course rounds give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts import hooks
from conversations import hooks as conversations
from core import panels
from notifications import kinds
from opportunities import hooks as market


def register() -> None:
    from studies import notices_courses
    from studies.queries import courses as queries
    from studies.queries import talks
    from studies.services import calls, courses_care
    from studies.views import courses_panels

    for kind in notices_courses.KINDS:
        kinds.register(kind)
    for key, circles in talks.CIRCLES.items():
        conversations.register_circles(key, circles)
    hooks.on_export("studies.courses", queries.export_of)
    hooks.on_user_leaving("studies.courses", courses_care.user_leaving)
    hooks.on_profile_changed("studies.courses", courses_care.profile_changed)
    market.on_kept(
        calls.COURSES,
        market.Keeper(
            where=queries.where_kept,
            down=lambda opportunity, by, now: None,  # the round goes on in its school
            own=_("To the course round"),
            others=_("Look at the course and sign up"),
        ),
    )
    panels.register("studies", "studies.courses", courses_panels.hub, order=20)
    panels.register("profile", "studies.courses_profile", courses_panels.profile, order=34)
