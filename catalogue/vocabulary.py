"""The catalogue's fixed lists and their words: aims, sizes, staff time, starts, cautions, and the fields of a model.

The files, the database, the forms and the guide all speak in these keys; the words are lazy translations.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LANGUAGES = ("fi", "sv", "en")


class Aim(models.TextChoices):
    EMISSIONS = "emissions", _("Lower emissions")
    SKILLS = "skills", _("Knowledge and skills")
    NETWORKING = "networking", _("Companies meet each other")
    INNOVATION = "innovation", _("New solutions")
    VISIBILITY = "visibility", _("Good deeds seen")
    PROCUREMENT = "procurement", _("Better purchasing")
    YOUTH = "youth", _("Young people in working life")
    VITALITY = "vitality", _("Companies doing well")


class Effort(models.IntegerChoices):
    LITTLE = 1, pgettext_lazy("effort", "little")
    SOME = 2, pgettext_lazy("effort", "some")
    MUCH = 3, pgettext_lazy("effort", "much")


class StaffTime(models.TextChoices):
    """In rising order; `StaffTime.values.index` compares them."""

    FEW_DAYS = "few_days", _("A few days a year")
    DAY_A_MONTH = "day_a_month", _("About a day a month")
    DAY_A_WEEK = "day_a_week", _("About a day a week")
    HALF_POST = "half_post", _("Half a post or more")


class Size(models.TextChoices):
    SMALL = "small", _("Under 10,000 inhabitants")
    MEDIUM = "medium", _("10,000–50,000 inhabitants")
    LARGE = "large", _("More than 50,000 inhabitants")


class Scope(models.TextChoices):
    CONTINUOUS = "continuous", _("Goes on all the time")
    SINGLE = "single", _("Done once")


class Caution(models.TextChoices):
    GREENWASH = "greenwash", _("Risk of greenwash")
    USELESS_TRACKING = "useless_tracking", _("Risk of useless tracking")
    UPKEEP = "upkeep", _("Needs upkeep")
    DEMAND = "demand", _("Is it wanted?")


# What each start asks of a model's advice, in the order of its form.
ADVICE_STEPS: dict[str, tuple[str, ...]] = {
    "event": ("title", "description", "time", "place", "capacity", "invite", "round", "after"),
    "profile_import": ("source", "columns", "check", "invite"),
    "network": ("theme", "members", "series"),
    "student_work": ("topic", "school", "follow_up"),
}
STARTS = tuple(ADVICE_STEPS)

STEP_WORDS = {
    "event.title": _("Title"),
    "event.description": _("Description"),
    "event.time": _("Time"),
    "event.place": _("Place"),
    "event.capacity": _("Number of people"),
    "event.invite": _("Whom to invite"),
    "event.round": _("One-to-one meetings"),
    "event.after": _("Afterwards"),
    "profile_import.source": _("Which organisations"),
    "profile_import.columns": _("What to have about them"),
    "profile_import.check": _("Before you import"),
    "profile_import.invite": _("Inviting them"),
    "network.theme": _("Theme"),
    "network.members": _("Members"),
    "network.series": _("Series of meetings"),
    "student_work.topic": _("Topic"),
    "student_work.school": _("School"),
    "student_work.follow_up": _("Follow-up"),
}

# The fields of a model that are the same in every language, and those that each language has. An editor's change and a
# file's change are compared field by field, under the names "effort" and "fi.what".
FACT_FIELDS = ("scope", "effort", "staff_time", "aims", "suits", "serves", "source_date", "cautions", "places")
TEXT_FIELDS = ("title", "line", "what", "why_municipality", "why_company", "steps", "takes", "advice")

FIELD_WORDS = {
    "scope": _("Continuous or single"),
    "effort": _("Effort"),
    "staff_time": _("Staff time"),
    "aims": _("Aims"),
    "suits": _("Size of municipality"),
    "serves": _("Can be started here"),
    "source_date": _("Date of the source"),
    "cautions": _("Cautions"),
    "places": _("Places"),
    "title": _("Title"),
    "line": _("One line"),
    "what": _("What it is"),
    "why_municipality": _("Why, for the municipality"),
    "why_company": _("Why, for the company"),
    "steps": _("Steps"),
    "takes": _("What it takes"),
    "advice": _("Advice beside forms"),
}
