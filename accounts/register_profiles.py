"""What profiles tell the apps below at start-up: the directory's place in the navigation, one's own organisation in the
masthead, panels, whose data they stand on, and what to do when a theme changes.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import profile_panels
from accounts.models import Profile
from accounts.services.columns import refresh_search_terms
from core import credits, nav, panels
from themes import hooks as theme_hooks

CC_BY = "https://creativecommons.org/licenses/by/4.0/"


def register() -> None:
    nav.register("directory", _("Directory"), "directory", order=40)
    nav.register_tool("accounts.own", "accounts/profile/tool.html", profile_panels.own_tool, order=60)
    panels.register("profile", "accounts.offers", profile_panels.offers, order=30)
    panels.register("profile", "accounts.works", profile_panels.works, order=50)
    panels.register("profile", "accounts.facts", profile_panels.facts, order=70)
    panels.register("profile", "accounts.people", profile_panels.people, order=80)
    panels.register("front", "accounts.wishes", profile_panels.front, order=30)
    panels.register("front_actions", "accounts.browse", profile_panels.front_action, order=50)
    panels.register("theme", "accounts.profiles", profile_panels.theme, order=20)
    theme_hooks.on_retagged("accounts.profiles", _retagged)
    credits.register(
        "prh",
        credits.Credit(
            name=_("Names, industries and places of businesses"),
            holder="Patentti- ja rekisterihallitus (PRH)",
            licence="CC BY 4.0",
            licence_url=CC_BY,
            source="https://avoindata.prh.fi/",
            changes=_("Fetched when a profile is made; its makers may have changed them since."),
        ),
    )
    credits.register(
        "industries",
        credits.Credit(
            name=_("Classification of industries, TOL 2008 and TOL 2025"),
            holder="Tilastokeskus / Statistikcentralen",
            licence="CC BY 4.0",
            licence_url=CC_BY,
            source="https://stat.fi/fi/luokitukset/toimiala",
            changes=_("Two-digit divisions only; their names are shortened."),
        ),
    )


def _retagged(changed: theme_hooks.Changed, now: datetime) -> None:
    refresh_search_terms(Profile.objects.filter(pk__in=changed.get(Profile, [])))
