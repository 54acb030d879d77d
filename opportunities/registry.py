"""What the market of offers and needs gives to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import hooks
from catalogue import starts
from core import modules, nav, panels
from matching import hooks as matching_hooks
from matching.services import questions
from notifications import kinds
from themes import hooks as theme_hooks


def register() -> None:
    from opportunities import notices, notices_purchases
    from opportunities.queries import documents
    from opportunities.queries import opportunities as queries
    from opportunities.rules import opportunities as rules
    from opportunities.services import departures, matching
    from opportunities.views import panels as own

    modules.register(
        "opportunities",
        _("Offers and needs"),
        _("A market of concrete offers and needs that end by themselves, matched both ways."),
        needs=("matching", "conversations"),
        order=15,
    )
    nav.register("opportunities", _("Market"), "market", order=15)
    panels.register("profile", "opportunities.profile", own.profile, order=25)
    panels.register("theme", "opportunities.theme", own.theme, order=15)
    panels.register("front", "opportunities.front", own.front, order=25)
    panels.register("desk", "opportunities.feeds", own.desk, order=20)
    panels.register("conversation_head", "opportunities.about", own.conversation, order=10)
    matching_hooks.on_documents("opportunities", documents.documents_of)
    questions.register_kind(matching.QUESTION, answer=matching.answer, then=matching.then)
    hooks.on_export("opportunities", queries.export_of)
    hooks.on_user_leaving("opportunities", departures.user_leaving)
    hooks.on_profile_changed("opportunities", departures.profile_changed)
    theme_hooks.on_retagged("opportunities", departures.retagged)
    starts.register(
        starts.Start(
            key="purchase",
            label=_("Open a market dialogue"),
            short=pgettext_lazy("start", "market dialogue"),
            hint=_("A planned purchase as an open need: questions and answers are public, the same for everybody."),
            url=lambda: reverse("purchase_new"),
            allowed=rules.may_buy,
            refused=_("Planned purchases are told of by the owners and editors of a municipality."),
            order=8,
            module="opportunities",
        )
    )
    for kind in (*notices.KINDS, *notices_purchases.KINDS):
        kinds.register(kind)
