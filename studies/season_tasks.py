"""Tasks that the catalogue suggests for a season's places: ready choices, changed by whoever takes one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from studies.models import SeasonPlace

Field = SeasonPlace.Field


@dataclass(frozen=True)
class ReadyTask:
    """`model`: the page of the catalogue that tells more."""

    title: str | Promise
    text: str | Promise
    field: str
    model: str


TASKS: dict[str, ReadyTask] = {
    "stories": ReadyTask(
        _("Stories of responsible firms"),
        _(
            "You interview five firms of the area and write a short story of each, with pictures: what they have done, "
            "what it cost and what it gave. Somebody here reads your texts with you, and they are published under your "
            "name."
        ),
        Field.COMMUNICATION,
        "company-stories",
    ),
    "translating": ReadyTask(
        _("Translating our materials"),
        _(
            "You put our brochures and web pages into another language that you know well, and make the hard sentences "
            "easier on the way. A colleague who knows the matter answers your questions."
        ),
        Field.LANGUAGES,
        "targeted-messages",
    ),
    "carbon": ReadyTask(
        _("Counting our carbon footprint"),
        _(
            "You gather a year's bills of electricity, heat, fuel and purchases and count with a ready table what we "
            "emit. In the end you show us the three things that would matter most. You need no earlier knowledge, only "
            "care with numbers."
        ),
        Field.CLIMATE,
        "climate-commitment",
    ),
    "posts": ReadyTask(
        _("Climate deeds for social media"),
        _(
            "You look for what people, clubs and firms nearby do for the climate, and make a picture or a short video "
            "of one deed a week. We agree the first ones together; then you plan the rest."
        ),
        Field.COMMUNICATION,
        "summer-workers",
    ),
    "nature": ReadyTask(
        _("Caring for nature nearby"),
        _(
            "You pull up invasive plants, mend paths and signs and count what grows and lives in our parks and shores. "
            "You work outdoors in a small group with a leader."
        ),
        Field.OUTDOORS,
        "summer-workers",
    ),
    "advice": ReadyTask(
        _("Helping with phones and computers"),
        _(
            "You sit at the library or a service point a few hours a day and help those who ask with phones, banking "
            "and forms. Patience matters more than skill, and somebody is always near."
        ),
        Field.OFFICE,
        "summer-workers",
    ),
}
