"""What the catalogue tells the apps below it at start-up: its place in the navigation, its panels, its own start, whose
data it stands on.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import hooks
from accounts.models import Profile
from catalogue import guidance, queries, rules, services, starts
from catalogue.files import SOURCE
from catalogue.models import ModelRevision, ShelfItem
from core import credits, modules, nav, panels


def all_places() -> None:
    modules.register(
        "catalogue",
        _("Operating models"),
        _("The catalogue of the municipality's means, its guide and its advice beside forms."),
        order=50,
    )
    nav.register("catalogue", _("Operating models"), "models", order=50)
    panels.register("profile", "catalogue.shelf", shelf_panel, order=60)
    panels.register("profile_import", "catalogue.guidance", import_panel, order=10)
    hooks.on_export("catalogue", export)
    hooks.on_unclaimed("catalogue", services.empty_shelf)
    credits.register(
        "catalogue",
        credits.Credit(
            name=_("Operating models of municipalities for working with companies"),
            holder=SOURCE,
            licence="",
            licence_url="",
            source=SOURCE,
            changes=_(
                "Only ideas are used: the page of 20 September 2021 is told again in our own words in Finnish, Swedish "
                "and English. Effort, staff time, aims and sizes are our estimates."
            ),
        ),
    )
    starts.register(
        starts.Start(
            key="profile_import",
            label=_("Import organisations"),
            short=pgettext_lazy("start", "import of organisations"),
            hint=_("Bring the region's organisations in from a table, so that the model has someone to begin with."),
            url=lambda: reverse("profile_import"),
            allowed=lambda user: bool(user.is_authenticated and user.has_perm("accounts.coordinate")),
            refused=_("Organisations are imported by a coordinator."),
            order=50,
        )
    )


def shelf_panel(request: HttpRequest, profile: Profile) -> panels.Panel | None:
    """On a municipality's profile: what it shares of its shelf, and for its own people the way to the whole of it."""
    if profile.kind != Profile.Kind.MUNICIPALITY:
        return None
    own = rules.may_keep_shelf(request.user, profile)
    items = queries.shelf_of(profile, shared_only=True)
    if not items and not own:
        return None
    return panels.Panel("catalogue/shelf_panel.html", {"profile": profile, "items": items, "own": own})


def import_panel(request: HttpRequest, subject: Any) -> panels.Panel | None:
    """Beside the import's steps: the advice of the model that it was started from; an import under way remembers it."""
    remembered = getattr(subject, "model_slug", "")
    model = guidance.model_by_slug(remembered) if remembered else guidance.model_of_request(request)
    if model is None or not guidance.guidance_for(model, "profile_import"):
        return None
    return panels.Panel("catalogue/guidance_panel.html", {"model": model, "form_key": "profile_import"})


def export(user: Any) -> dict[str, Any]:
    """What the catalogue knows of a person: their edits and the shelf items they changed last."""
    edits = ModelRevision.objects.filter(by=user).select_related("model").order_by("at")
    items = ShelfItem.objects.filter(changed_by=user).select_related("model", "profile").order_by("pk")
    return {
        "edits": [{"model": e.model.slug, "at": e.at.isoformat(), "fields": sorted(e.changes)} for e in edits],
        "shelf": [
            {"profile": i.profile.slug, "model": i.model.slug, "state": i.state, "changed_at": i.changed_at.isoformat()}
            for i in items
        ],
    }
