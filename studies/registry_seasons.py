"""What seasons of summer jobs and internships give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import hooks
from catalogue import starts
from core import panels
from notifications import kinds
from opportunities import hooks as market


def register() -> None:
    from studies import notices_seasons
    from studies.queries import seasons as queries
    from studies.services import calls, seasons_ending, seasons_places
    from studies.views import seasons_panels

    for kind in notices_seasons.KINDS:
        kinds.register(kind)
    hooks.on_export("studies.seasons", queries.export_of)
    hooks.on_user_leaving("studies.seasons", seasons_ending.user_leaving)
    hooks.on_profile_changed("studies.seasons", seasons_ending.profile_changed)
    market.on_kept(
        seasons_places.KEEPER,
        market.Keeper(
            where=queries.where_kept,
            down=seasons_places.taken_down,
            own=_("To the place in its season"),
            others=_("Look at the place and apply"),
        ),
    )
    market.on_kept(
        calls.CALLS,
        market.Keeper(
            where=queries.where_called,
            down=lambda opportunity, by, now: None,  # the season goes on with the places that it has
            own=_("To the season"),
            others=_("Look at the season and add a place"),
        ),
    )
    panels.register("studies", "studies.seasons", seasons_panels.hub, order=30)
    panels.register("profile", "studies.seasons_profile", seasons_panels.profile, order=35)
    starts.register(
        starts.Start(
            key="student_work",
            label=_("Start student work"),
            short=pgettext_lazy("start", "student work"),
            hint=_("A season of summer jobs, a course round or a topic of a thesis: each begins from the same page."),
            url=lambda: reverse("studies"),
            allowed=lambda user: True,
            refused="",
            order=30,
            module="studies",
        )
    )
