"""A school's page on one form: parts with rows, to which a row is added and from which one is taken by a press, with
JavaScript or without.

A field is `terms_2_ends_on`: the part, the row, what it is. The form is told how many rows each part has by a hidden
field. A press that adds or takes a row shows the form again as it was typed, and neither looks at it nor saves it
(`SchoolForm.reshaped`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import StampedForm
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from studies import weeks
from studies.forms.theses import DayField
from studies.models import Level, SchoolPage, Work
from studies.rules.schools import MOST
from studies.services import schools as services
from studies.services.schools import PagePlan, PersonPlan, ProgrammePlan, TermPlan, WeeksPlan

Made = dict[str, Callable[[], forms.Field]]


def _text(label: Any, most: int, css: str = "", **more: Any) -> Callable[[], forms.Field]:
    def make() -> forms.Field:
        field = PlainTextField(label=label, max_length=most, required=False, **more)
        field.widget.attrs["class"] = css
        return field

    return make


def _week(label: Any) -> Callable[[], forms.Field]:
    return lambda: forms.IntegerField(
        label=label,
        required=False,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric", "min": weeks.FIRST, "max": weeks.LAST}),
        error_messages={"invalid": _("Weeks go from 1 to 53.")},
    )


def _choice(label: Any, choices: Any) -> Callable[[], forms.Field]:
    return lambda: forms.ChoiceField(label=label, choices=[("", _("Choose")), *choices], required=False)


ROWS: dict[str, Made] = {
    "programmes": {
        "name": _text(_("Name of the programme"), 120),
        "level": _choice(_("Level"), Level.choices),
        "website": lambda: forms.URLField(
            label=_("Its page on the web"), required=False, assume_scheme="https", max_length=200
        ),
    },
    "people": {
        "name": _text(_("Name"), 120),
        "about": _text(_("What to ask of"), 160),
        "email": lambda: forms.EmailField(label=_("E-mail"), required=False, max_length=254),
        "phone": _text(_("Phone"), 40),
    },
    "terms": {
        "name": _text(_("Name of the term"), 80),
        "starts_on": lambda: DayField(label=_("Begins")),
        "ends_on": lambda: DayField(label=_("Ends")),
    },
    "weeks": {
        "kind": _choice(_("What suits"), Work.choices),
        "first": _week(_("From week")),
        "last": _week(_("To week")),
        "note": _text(_("What to know of it"), 160),
    },
}
PLANS: dict[str, Any] = {"programmes": ProgrammePlan, "people": PersonPlan, "terms": TermPlan, "weeks": WeeksPlan}


@dataclass(frozen=True)
class Part:
    """A part of the form as the page shows it: `rows` are their numbers with their fields."""

    key: str
    heading: str | Promise
    hint: str | Promise
    row: str | Promise
    add: str | Promise
    has_room: bool
    rows: list[tuple[int, list[forms.BoundField]]]


WORDS: dict[str, tuple[str | Promise, str | Promise, str | Promise, str | Promise]] = {
    "programmes": (
        _("Programmes"), _("What is studied with you."), pgettext_lazy("row of a form", "Programme"),
        _("Add a programme"),
    ),
    "people": (
        _("Contact people"),
        _("Shown to those who see the contact details of your profile. Ask each person first."),
        pgettext_lazy("row of a form", "Person"), _("Add a person"),
    ),
    "terms": (_("Terms"), _("Their first and last days."), pgettext_lazy("row of a form", "Term"), _("Add a term")),
    "weeks": (
        _("What suits when"),
        _("By week numbers, and it holds every year. From 45 to 8 goes over the New Year."),
        pgettext_lazy("row of a form", "Weeks"), _("Add weeks"),
    ),
}  # fmt: skip


class SchoolForm(StampedForm):
    text = PlainTextField(
        label=_("To companies"),
        help_text=_("How work is begun with you, and what you hope of companies."),
        max_length=3000,
        lines=True,
        required=False,
    )
    language = forms.ChoiceField(label=_("The page is written in"), choices=LANGUAGE_CHOICES)

    def __init__(self, *args: Any, counts: Mapping[str, int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counts = {
            part: _number(self.data.get(f"{part}_rows"), most) if self.is_bound else (counts or {}).get(part, 1)
            for part, most in MOST.items()
        }
        for part, made in ROWS.items():
            for row in range(1, self.counts[part] + 1):
                for name, make in made.items():
                    self.fields[f"{part}_{row}_{name}"] = make()
            self.fields[f"{part}_rows"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=str(self.counts[part])
            )

    @classmethod
    def of(cls, page: SchoolPage | None) -> SchoolForm:
        """What is saved; a part that has nothing begins with an empty row."""
        if page is None:
            return cls(initial={"language": reader_language()}, stamp="0")
        initial: dict[str, Any] = {"text": page.text, "language": page.language}
        counts = {}
        for part, made in ROWS.items():
            rows = list(getattr(page, part).all())
            counts[part] = max(1, len(rows))
            for row, one in enumerate(rows, start=1):
                initial |= {f"{part}_{row}_{name}": getattr(one, name) for name in made}
        return cls(initial=initial, counts=counts, stamp=str(page.version))

    @classmethod
    def reshaped(cls, data: Any) -> SchoolForm | None:
        """After a press that adds or takes a row: the form as it was typed. None: it was another press."""
        add, drop = data.get("add", ""), data.get("drop", "")
        part, _sep, number = drop.partition("-")
        if add not in ROWS and part not in ROWS:
            return None
        initial: dict[str, Any] = {name: data.get(name, "") for name in ("text", "language")}
        counts = {}
        for key, made in ROWS.items():
            numbers = list(range(1, _number(data.get(f"{key}_rows"), MOST[key]) + 1))
            if key == part:
                numbers = [n for n in numbers if str(n) != number]
            counts[key] = max(1, min(MOST[key], len(numbers) + (key == add)))
            for row, old in enumerate(numbers, start=1):
                initial |= {f"{key}_{row}_{name}": data.get(f"{key}_{old}_{name}", "") for name in made}
        return cls(initial=initial, counts=counts, stamp=data.get("stamp", ""))

    @property
    def parts(self) -> list[Part]:
        return [
            Part(
                key, heading, hint, row, add, self.counts[key] < MOST[key],
                [(n, [self[f"{key}_{n}_{name}"] for name in ROWS[key]]) for n in range(1, self.counts[key] + 1)],
            )
            for key, (heading, hint, row, add) in WORDS.items()
        ]  # fmt: skip

    @property
    def counters(self) -> list[forms.BoundField]:
        return [self[f"{key}_rows"] for key in ROWS]

    def plan(self) -> PagePlan:
        """Rows in which nothing stands are no rows."""
        rows: dict[str, list[Any]] = {}
        for key, made in ROWS.items():
            rows[key] = []
            for row in range(1, self.counts[key] + 1):
                values = {name: self.cleaned_data.get(f"{key}_{row}_{name}") for name in made}
                is_typed = any(str(self.data.get(f"{key}_{row}_{name}", "")).strip() for name in made)
                if is_typed:
                    rows[key].append(PLANS[key](row=row, **values))
        return PagePlan(text=self.cleaned_data.get("text", ""), language=self.cleaned_data.get("language", ""), **rows)

    def clean(self) -> dict[str, Any]:
        """All that the service would refuse is told at once."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for problem in services.problems_of(self.plan()):
            if problem.field in self.fields and problem.field not in self.errors:
                self.add_error(problem.field, str(problem))
        return data


def _number(typed: Any, most: int) -> int:
    """Rows that a form says to have: at least one, and no more than there is room for."""
    return max(1, min(most, int(typed))) if str(typed or "").isdecimal() and len(str(typed)) < 4 else 1
