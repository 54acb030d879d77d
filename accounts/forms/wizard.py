"""The wizard's way: which pages there are for a kind, in which order, and what the person sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Profile
from accounts.services.sections import Section

Kind = Profile.Kind
CHECK = "check"


@dataclass(frozen=True, slots=True)
class Stage:
    """A step as it is shown: one page, or two that belong together."""

    label: str | Promise
    pages: tuple[str, ...]


_ORGANISATION = (
    Stage(_("Organisation"), (Section.BUSINESS_ID, Section.ORGANISATION)),
    Stage(_("Your words"), (Section.WORDS,)),
    Stage(_("Themes"), (Section.THEMES,)),
    Stage(_("Contact"), (Section.CONTACT,)),
    Stage(pgettext_lazy("wizard", "Check"), (CHECK,)),
)
_PERSON = (
    Stage(_("You"), (Section.PERSON,)),
    Stage(_("Your words"), (Section.WORDS,)),
    Stage(_("Themes"), (Section.THEMES,)),
    Stage(_("Visibility"), (Section.CONTACT,)),
    Stage(pgettext_lazy("wizard", "Check"), (CHECK,)),
)


def stages_of(profile: Profile) -> tuple[Stage, ...]:
    return _PERSON if profile.is_person else _ORGANISATION


def pages_of(profile: Profile) -> list[str]:
    """Every page of the profile's way, the last of which is the check."""
    return [str(page) for stage in stages_of(profile) for page in stage.pages]


def resume_page(profile: Profile) -> str:
    """Where the making was left."""
    pages = pages_of(profile)
    return profile.wizard_step if profile.wizard_step in pages else pages[0]


def before(profile: Profile, page: str) -> str:
    """The page before; empty for the first."""
    pages = pages_of(profile)
    at = pages.index(page)
    return pages[at - 1] if at else ""


def after(profile: Profile, page: str) -> str:
    pages = pages_of(profile)
    return pages[min(pages.index(page) + 1, len(pages) - 1)]


def progress(profile: Profile, page: str) -> list[dict[str, Any]]:
    """The stages for the line of steps: done, now, or to come."""
    stages = stages_of(profile)
    now = next(number for number, stage in enumerate(stages) if page in stage.pages)
    return [
        {"label": stage.label, "done": number < now, "now": number == now, "page": str(stage.pages[0])}
        for number, stage in enumerate(stages)
    ]


class KindForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Who is the profile for?"),
        choices=[
            (Kind.COMPANY, _("Company")),
            (Kind.ASSOCIATION, _("Association or cooperative")),
            (Kind.MUNICIPALITY, _("Municipality")),
            (Kind.EDUCATION, _("School")),
            (Kind.RESEARCH, _("Research organisation")),
            (Kind.PUBLIC_BODY, _("Other public body")),
            (Kind.STUDENT, _("Student: my own profile")),
            (Kind.RESIDENT, _("Resident: my own profile")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who the profile is for"),
            "invalid_choice": _("Choose who the profile is for"),
        },
    )
