"""What events give to the rest of the house. Called once, when apps are ready."""

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
    from events import notices_events
    from events.queries import registrations as queries
    from events.rules.events import may_create_event
    from events.services.colleagues import mail_returned
    from events.views import event_panels

    for kind in notices_events.KINDS:
        kinds.register(kind)
    mail_hooks.on_returned("events", mail_returned)
    modules.register(
        "events",
        _("Events and meetings"),
        _("Events with registration and programme, rounds of meetings, meetings of two."),
        order=20,
    )
    nav.register("events", _("Events"), "events", order=20)
    panels.register("front", "events.coming", event_panels.front, order=20)
    panels.register("theme", "events.theme", event_panels.theme, order=30)
    panels.register("profile", "events.profile", event_panels.profile, order=40)
    panels.register("desk", "events.desk", event_panels.desk, order=20)
    hooks.on_export(
        "registrations",
        lambda user: {
            "registrations": list(queries.export_of(user)),
            "colleagues_asked": list(queries.invitations_of(user)),
        },
    )
    starts.register(
        starts.Start(
            key="event",
            label=_("Start an event"),
            short=pgettext_lazy("start", "event"),
            hint=_("The form is filled from the model, and its advice stands beside each field."),
            url=lambda: reverse("event_new"),
            allowed=may_create_event,
            refused=_("Events are made by coordinators and by those who represent a municipality."),
            order=10,
            module="events",
        )
    )
