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
    "network": ("theme", "purpose", "admission", "members", "series"),
    "student_work": ("topic", "school", "follow_up"),
    "purchase": ("title", "text", "timetable", "questions"),
}
STARTS = tuple(ADVICE_STEPS)

STEP_WORDS = {
    "event.title": pgettext_lazy("advice", "Title"),
    "event.description": pgettext_lazy("advice", "Description"),
    "event.time": pgettext_lazy("advice", "Time"),
    "event.place": pgettext_lazy("advice", "Place"),
    "event.capacity": pgettext_lazy("advice", "Number of people"),
    "event.invite": pgettext_lazy("advice", "Whom to invite"),
    "event.round": pgettext_lazy("advice", "One-to-one meetings"),
    "event.after": pgettext_lazy("advice", "Afterwards"),
    "profile_import.source": pgettext_lazy("advice", "Which organisations"),
    "profile_import.columns": pgettext_lazy("advice", "What to have about them"),
    "profile_import.check": pgettext_lazy("advice", "Before you import"),
    "profile_import.invite": pgettext_lazy("advice", "Inviting them"),
    "network.theme": pgettext_lazy("advice", "Theme"),
    "network.purpose": pgettext_lazy("advice", "Purpose"),
    "network.admission": pgettext_lazy("advice", "Becoming a member"),
    "network.members": pgettext_lazy("advice", "Members"),
    "network.series": pgettext_lazy("advice", "Series of meetings"),
    "student_work.topic": pgettext_lazy("advice", "Topic"),
    "student_work.school": pgettext_lazy("advice", "School"),
    "student_work.follow_up": pgettext_lazy("advice", "Follow-up"),
    "purchase.title": pgettext_lazy("advice", "Title"),
    "purchase.text": pgettext_lazy("advice", "What is planned"),
    "purchase.timetable": pgettext_lazy("advice", "Timetable"),
    "purchase.questions": pgettext_lazy("advice", "Questions and answers"),
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
    "places": pgettext_lazy("model", "Places"),
    "title": pgettext_lazy("model", "Title"),
    "line": _("One line"),
    "what": _("What it is"),
    "why_municipality": _("Why, for the municipality"),
    "why_company": _("Why, for the company"),
    "steps": pgettext_lazy("model", "Steps"),
    "takes": _("What it takes"),
    "advice": _("Advice beside forms"),
}
