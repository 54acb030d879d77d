"""Forms of topics and theses."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core import places
from core.errors import DomainError
from core.forms import StampedForm
from core.text import LANGUAGE_CHOICES, PlainTextField, reader_language
from networks.services.board_files import ACCEPT
from studies import agreement_words
from studies.models import Level, Topic
from studies.queries.theses import FilterChoices, TopicFilters, clean_words
from studies.services import agreements, theses, theses_applying, theses_topics
from studies.services.theses_common import WhyMissing
from studies.services.theses_topics import TopicPlan
from studies.topic_questions import NEEDED, QUESTIONS
from themes.forms import ThemesField

MOST_THEMES = 3


def _missing(error: type[DomainError]) -> dict[str, Any]:
    """What is needed is not shown as optional; left empty, it is told in the service's own words."""
    return {"required": error.message}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__({"class": "w-m"}, format="%Y-%m-%d")


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {})["invalid"] = _("Write the day like this: 2026-12-03 or 3.12.2026.")
        super().__init__(widget=DayInput(), input_formats=["%Y-%m-%d", "%d.%m.%Y"], **kwargs)


class TopicForm(StampedForm):
    """A topic by five plain questions."""

    title = PlainTextField(
        label=_("Name of the topic"),
        help_text=_("A few words that a student stops at."),
        max_length=120,
        error_messages=_missing(theses_topics.TitleMissing),
    )
    themes = ThemesField(label=_("Theme"), most=MOST_THEMES, required=False)
    profile = forms.ModelChoiceField(label=_("Who offers it"), queryset=Profile.objects.none(), empty_label=None)
    school = forms.ModelChoiceField(
        label=_("School"),
        help_text=_("Its supervisor sees that the topic fits for a thesis, before others see it."),
        queryset=Profile.objects.none(),
        empty_label=_("Choose"),
        error_messages=_missing(theses_topics.NotASchool),
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    language = forms.ChoiceField(label=_("Your answers are in"), choices=LANGUAGE_CHOICES)
    work_language = forms.ChoiceField(label=_("The work is written in"), choices=LANGUAGE_CHOICES)
    municipality = forms.ChoiceField(label=_("Where"), required=False)
    pay = PlainTextField(
        label=_("Pay"),
        help_text=_("Euros for the whole work, such as 1500. Leave empty if nothing is paid."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "w-s", "inputmode": "decimal"}),
    )
    last_day = DayField(
        label=_("Shown until"),
        help_text=_("After this day it is not shown any more."),
        error_messages=_missing(theses_topics.WrongDay),
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, user: Any, offers: QuerySet[Profile], topic: Topic | None = None, **kwargs: Any) -> None:  # fmt: skip  # noqa: E501 (one line)
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = token_hex(16)
        for key, (label, hint) in QUESTIONS.items():
            self.fields[key] = PlainTextField(
                label=label, help_text=hint, max_length=2000, lines=True, required=key in NEEDED,
                error_messages=_missing(theses_topics.AnswerTooShort),
            )  # fmt: skip
            self.fields[key].widget.attrs["rows"] = 3
        profile: Any = self.fields["profile"]
        profile.queryset, profile.label_from_instance = offers, _name_of
        school: Any = self.fields["school"]
        schools = Profile.objects.visible_to(user).published().confirmed().filter(kind=Profile.Kind.EDUCATION)
        school.queryset, school.label_from_instance = schools.order_by("name_fi"), _name_of
        where: Any = self.fields["municipality"]
        where.choices = [("", _("Anywhere")), *places.choices(reader_language())]
        if topic is not None:
            del self.fields["profile"], self.fields["once"]

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[key] for key in QUESTIONS]

    def plan(self) -> TopicPlan:
        data = self.cleaned_data
        return TopicPlan(
            title=data["title"],
            answers={key: data[key] for key in QUESTIONS},
            school=data["school"],
            last_day=data["last_day"],
            language=data["language"],
            work_language=data["work_language"],
            level=data["level"],
            municipality=data["municipality"],
            pay=data["pay"],
            themes=tuple(data["themes"]),
        )


def initial_of(topic: Topic) -> dict[str, Any]:
    pay = f"{topic.pay:f}".removesuffix(".00").replace(".", ",") if topic.pay is not None else ""
    return {
        **topic.answers, "title": topic.title, "themes": [one.pk for one in topic.themes.all()], "school": topic.school,
        "level": topic.level, "language": topic.language, "work_language": topic.work_language,
        "municipality": topic.municipality, "pay": pay, "last_day": topic.last_day,
    }  # fmt: skip


def _name_of(profile: Profile) -> str:
    return profile.name


class TopicFilterForm(forms.Form):
    """The list's question, read from an address that may have been typed or kept for years."""

    q = PlainTextField(label=_("Search"), max_length=200, required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    language = forms.ChoiceField(label=_("The work is written in"), required=False)
    place = forms.ChoiceField(label=_("Where"), required=False)
    school = forms.ChoiceField(label=_("School"), required=False)
    pay = forms.ChoiceField(label=_("Pay"), required=False)

    def __init__(self, *args: Any, known: FilterChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        self._choose("theme", [*every, *known.themes])
        self._choose("level", [*every, *Level.choices])
        self._choose("language", [*every, *LANGUAGE_CHOICES])
        self._choose("place", [*every, *((code, places.name(code)) for code in known.places)])
        self._choose("school", [*every, *known.schools])
        self._choose("pay", [*every, ("paid", _("Paid"))])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def chosen(self) -> TopicFilters:
        """A value that does not exist is left out."""
        self.is_valid()
        given = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        return TopicFilters(
            text=clean_words(given["q"]), theme=given["theme"], level=given["level"], language=given["language"],
            place=given["place"], school=given["school"], paid=given["pay"] == "paid",
        )  # fmt: skip


CHECKS = {
    "scope": _("The scope fits"),
    "level": _("The level fits"),
    "ethics": _("Nothing in it is ethically doubtful, or a permit is planned"),
    "data": _("The material is there and may be used"),
}


class SaidForm(forms.Form):
    """What the supervisor looked at, each with a note, and a word in the end. To open a topic needs no word."""

    said = PlainTextField(
        label=_("What should be changed, or why does it not fit?"),
        help_text=_("Whoever offers it reads this."),
        max_length=600,
        lines=True,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in CHECKS.items():
            self.fields[name] = forms.BooleanField(label=label, required=False)
            told = format_html('{}<span class="vh">: {}</span>', _("Note"), label)
            self.fields[f"{name}_note"] = PlainTextField(label=told, max_length=200, required=False)
        self.order_fields([one for name in CHECKS for one in (name, f"{name}_note")])

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[name], self[f"{name}_note"]) for name in CHECKS]

    def checks(self) -> dict[str, tuple[bool, str]]:
        return {name: (self.cleaned_data[name], self.cleaned_data[f"{name}_note"]) for name in CHECKS}


def told_checks(topic: Topic) -> list[tuple[Any, bool, str]]:
    """Of a topic that was looked at: what, whether it fits, and the note."""
    return [(CHECKS[name], one["fits"], one["note"]) for name, one in topic.checks.items() if name in CHECKS]


class ApplyForm(forms.Form):
    profile = forms.ModelChoiceField(label=_("For whom"), queryset=Profile.objects.none(), empty_label=None)
    text = PlainTextField(
        label=_("A few lines"),
        help_text=_("Who you are, and why this topic. The other side sees your name and these lines, nothing else."),
        max_length=2000,
        lines=True,
        error_messages=_missing(theses_applying.TooShort),
    )
    is_minor = forms.BooleanField(
        label=_("I am under 18"),
        help_text=_("Then nothing of you is shown to others, and a guardian is asked for before you sign."),
        required=False,
    )

    def __init__(self, *args: Any, profiles: QuerySet[Profile], is_student: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 4
        profile: Any = self.fields["profile"]
        profile.queryset, profile.label_from_instance = profiles, _name_of
        if not is_student:
            del self.fields["is_minor"]


# --- A thesis's page -------------------------------------------------------------------------------------------------


class MilestoneForm(forms.Form):
    title = PlainTextField(label=_("Milestone"), max_length=160, error_messages=_missing(theses.NameMissing))
    due_on = DayField(label=_("By"), error_messages=_missing(theses.WrongMilestone))


class HandInForm(forms.Form):
    attachments = forms.FileField(
        label=_("File"),
        help_text=_("PDF, a document or plain text, 5 MB at most. Only the three of you can open it."),
        error_messages={"required": _("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    note = PlainTextField(label=_("What should the others look at?"), max_length=600, required=False)
    is_final = forms.BooleanField(label=_("This is the final work"), required=False)


class WhyForm(forms.Form):
    why = PlainTextField(label=_("Why?"), max_length=400, lines=True, error_messages=_missing(WhyMissing))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].widget.attrs["rows"] = 2


class FeedbackForm(forms.Form):
    went_well = PlainTextField(label=_("What went well?"), max_length=2000, lines=True, required=False)
    to_better = PlainTextField(label=_("What would you do otherwise?"), max_length=2000, lines=True, required=False)
    again = forms.ChoiceField(
        label=_("Would you do it again?"),
        choices=[("", _("I cannot say")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
    )


class PublishForm(forms.Form):
    summary = PlainTextField(
        label=_("What came of it?"),
        help_text=_("A few sentences that everybody can read. The final work can be opened beside them."),
        max_length=3000,
        lines=True,
        error_messages=_missing(theses.SummaryMissing),
    )
    embargo_until = DayField(
        label=_("Published on"),
        required=False,
        help_text=_("Leave empty to publish it now. Before the day only the three of you see it."),
    )


class GuardianForm(forms.Form):
    guardian_name = PlainTextField(
        label=_("Guardian's name"), max_length=120, error_messages=_missing(agreements.GuardianMissing)
    )
    guardian_contact = PlainTextField(
        label=_("Guardian's phone or e-mail"),
        help_text=_(
            "The supervisor sees it, the company does not. It goes when the work has ended and a year is over."
        ),
        max_length=160,
        error_messages=_missing(agreements.GuardianMissing),
    )


class SupervisorForm(forms.Form):
    to = forms.ModelChoiceField(
        label=_("New supervisor"), queryset=User.objects.none(), empty_label=_("Choose"),
        error_messages={"required": _("Choose who supervises from now on.")},
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]  # a choice field


class SectionsForm(forms.Form):
    """The agreement's sections, of a version or of a template, in which some can be left for later; `language` is that
    of their headings."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, language: str, is_template: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in agreement_words.SECTIONS:
            heading = agreement_words.HEADINGS[language][key]
            self.fields[key] = PlainTextField(
                label=format_html('<span lang="{}">{}</span>', language, heading),
                max_length=4000, lines=True, required=not is_template,
                error_messages=_missing(agreements.SectionMissing),
            )  # fmt: skip
            self.fields[key].widget.attrs.update({"rows": 4, "lang": language})

        if not is_template:
            self.fields["embargo_until"] = DayField(
                label=_("Not published before"), required=False, help_text=_("Leave empty if there is no embargo.")
            )
            self.fields["reads_first"] = forms.IntegerField(
                label=_("Days for the company to read the final work before it is published"), required=False,
                widget=forms.NumberInput(attrs={"class": "w-s", "min": 1, "max": agreements.MOST_READING}),
                help_text=_("Leave empty if it reads it with the others."),
                error_messages={"invalid": agreements.WrongReading.message},
            )  # fmt: skip

    def sections(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in agreement_words.SECTIONS}
