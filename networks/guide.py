"""The guide beside a network until it is well started: its steps, the model's advice that each shows, and what does it.

A step is done by a fact (there is a theme, three have been invited) or, where no fact tells, by a press.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Step:
    """`advice` is the step of the model's advice beside it (`catalogue.vocabulary`); `page` is where it is done."""

    key: str
    label: str | Promise
    hint: str | Promise
    advice: str = ""
    page: str = ""


STEPS: tuple[Step, ...] = (
    Step(
        "theme",
        pgettext_lazy("guide", "Choose a theme that is narrow enough"),
        _("One trade or one question, so that those who come have something to do together."),
        "theme",
        "network_edit",
    ),
    Step(
        "purpose",
        pgettext_lazy("guide", "Write what the network is for"),
        _("Two sentences: who come together, and what is different when it has worked."),
        "purpose",
        "network_edit",
    ),
    Step(
        "admission",
        pgettext_lazy("guide", "Decide how one becomes a member"),
        _("Open is easiest. Criteria are worth their work only where membership must mean something."),
        "admission",
        "network_edit",
    ),
    Step(
        "goals",
        pgettext_lazy("guide", "Write the goals of the year"),
        _("Two or three, such that one can see whether they were reached."),
        "",
        "network_goals",
    ),
    Step(
        "start",
        pgettext_lazy("guide", "Start the network"),
        _("Until then only those who coordinate it see it."),
        "",
        "network_edit",
    ),
    Step(
        "members",
        pgettext_lazy("guide", "Invite the first members"),
        _("Begin with three to five who gain something from one another, and ask them whom to invite next."),
        "members",
        "network_proposed",
    ),
    Step(
        "series",
        pgettext_lazy("guide", "Agree on when you meet"),
        _("Dates for the whole year, so that they are in calendars before everything else."),
        "series",
        "network_series_new",
    ),
    Step(
        "colleague",
        pgettext_lazy("guide", "Find another coordinator"),
        _("Somebody who knows the network when you are away, and who can answer an appeal."),
        "",
        "network_coordinators",
    ),
)
BY_HAND = frozenset({"admission", "series"})
"""Those that no fact tells of."""
ENOUGH_INVITED = 3
