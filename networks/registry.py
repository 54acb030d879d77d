"""What networks give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import hooks
from catalogue import starts
from core import modules, nav, panels
from notifications import hooks as mail_hooks
from notifications import kinds


def register() -> None:
    from events.rules.events import may_create_event
    from networks import notices, registry_board, registry_meetings, registry_talks, registry_year
    from networks.queries import networks as queries
    from networks.services import departures, returned
    from networks.views import outside
    from networks.views import panels as own

    for kind in notices.KINDS:
        kinds.register(kind)
    modules.register(
        "networks",
        _("Theme networks"),
        _("What a municipality hosts all year: members, groups, a series of meetings."),
        needs=("events",),
        order=30,
    )
    nav.register("networks", _("Networks"), "networks", order=30)
    panels.register("profile", "networks.profile", own.profile, order=35)
    panels.register("network", "networks.outside", outside.panel, order=90)
    panels.register("theme", "networks.theme", own.theme, order=25)
    panels.register("desk", "networks.desk", own.desk, order=15)
    mail_hooks.on_returned("networks", returned.mail_returned)
    hooks.on_export("networks", queries.export_of)
    hooks.on_user_leaving("networks", departures.leave_everything)
    hooks.on_profile_changed("networks", departures.profile_changed)
    starts.register(
        starts.Start(
            key="network",
            label=_("Start a theme network"),
            short=pgettext_lazy("start", "theme network"),
            hint=_("Theme, purpose and members one after the other, with the model's advice at each."),
            url=lambda: reverse("network_new"),
            allowed=may_create_event,
            refused=_("Networks are founded by coordinators and by those who represent a municipality."),
            order=5,
            module="networks",
        )
    )
    registry_meetings.register()
    registry_board.register()
    registry_talks.register()
    registry_year.register()
