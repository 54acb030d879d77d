"""What the demo tells to the pages below it: who can be tried out, and whose data it carries."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.demo.people import demo_people
from core import credits, demo
from core.credits import Credit


def register() -> None:
    """Only in a demo: another installation has neither these people nor this data."""
    if not settings.SOLMU_DEMO:
        return
    demo.register(demo_people)
    credits.register(
        "demo.organisations",
        Credit(
            name=_("The demo's real organisations and what they have taken part in"),
            holder="CORDIS, European Union",
            licence="CC BY 4.0",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            source="https://cordis.europa.eu/",
            changes=_(
                "Finnish participants of research projects: names and places spelt as in Finnish and Swedish, kinds "
                "and themes matched to ours. Facts only; the organisations have not written anything here themselves."
            ),
        ),
    )
