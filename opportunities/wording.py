"""Small pieces of text on offers and needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import places
from opportunities.models import Opportunity, PurchaseEntry, PurchaseQuestion
from opportunities.printing import Entry
from opportunities.queries.matches import Why
from opportunities.queries.purchases import Record


def said_of(one: Opportunity) -> str:
    """Whose it is, what kind, where and until when, in a line."""
    direction = _("Needed") if one.is_need else _("Offered")
    parts = [one.profile.name, f"{direction}: {one.get_kind_display()}"]
    if one.source:
        parts.append(_("Offered by %(source)s") % {"source": one.source})
    if one.municipality:
        parts.append(places.name(one.municipality))
    day = date_format(one.last_day, "SHORT_DATE_FORMAT")
    return ". ".join([*parts, _("Open until %(day)s") % {"day": day}]) + "."


def said_why(why: Why) -> str:
    """Why it suits one, in a line."""
    if why.theirs:
        told = {"mine": ", ".join(why.mine), "theirs": ", ".join(why.theirs)}
        return _("Yours: “%(mine)s”. Theirs: “%(theirs)s”.") % told
    return _("The same theme: %(themes)s.") % {"themes": ", ".join(why.themes)}


CHANGED = {
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("What it is about"),
    "municipality": gettext_lazy("Where"),
    "last_day": gettext_lazy("Open until"),
    "timetable": gettext_lazy("Timetable of the purchase"),
    "questions_until": gettext_lazy("Questions until"),
    "notice_url": gettext_lazy("Official notice"),
    "event": gettext_lazy("Market dialogue event"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What of a purchase became what, in words. `is_text`: in the language of the purchase."""

    label: str
    before: str
    after: str
    is_text: bool


def said_changes(changes: list[dict[str, str]]) -> list[Change]:
    return [_said_change(one["field"], one["before"], one["after"]) for one in changes]


def _said_change(name: str, before: str, after: str) -> Change:
    if name == "file":
        return Change(_("File added") if after else _("File taken away"), before, after, is_text=False)
    if name == "event":  # its number says nothing; the link stands on the page
        return Change(str(CHANGED[name]), "", "", is_text=False)
    is_text = name in ("title", "text", "timetable")
    return Change(str(CHANGED.get(name, name)), _value(name, before), _value(name, after), is_text)


def _value(name: str, value: str) -> str:
    if not value:
        return ""
    if name == "municipality":
        return places.name(value)
    if name == "last_day":
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    return moment(datetime.fromisoformat(value)) if name == "questions_until" else value


def moment(when: datetime) -> str:
    """A day and a time where the installation is."""
    local = timezone.localtime(when)
    sign = ":" if (get_language() or "fi").startswith("en") else "."
    told = {"day": date_format(local, "SHORT_DATE_FORMAT"), "time": f"{local.hour}{sign}{local.minute:02}"}
    return _("%(day)s at %(time)s") % told


HEADER = (
    gettext_lazy("What"),
    gettext_lazy("Number"),
    gettext_lazy("Time"),
    gettext_lazy("Text"),
    gettext_lazy("Answered"),
    gettext_lazy("Answer"),
)
"""Of a purchase's record as a table."""


def record_lines(record: Record) -> list[list[str]]:
    """A purchase's record as a table: what it is, what was added and changed, each question with its answer."""
    one, purchase = record.opportunity, record.opportunity.purchase
    told = one.published_at
    lines = [[str(word) for word in HEADER]]
    lines.append([_("Planned purchase"), "", moment(told) if told else "", f"{one.title}\n\n{one.text}", "", ""])
    lines.append([_("Buyer"), "", "", one.profile.name, "", ""])
    lines.append([str(CHANGED["timetable"]), "", "", purchase.timetable, "", ""])
    lines.append([str(CHANGED["questions_until"]), "", "", moment(purchase.questions_until), "", ""])
    if purchase.notice_url:
        lines.append([str(CHANGED["notice_url"]), "", "", purchase.notice_url, "", ""])
    lines += [[_("File"), "", "", file.name, "", ""] for file in one.files.all()]
    lines += [_entry_line(entry) for entry in record.log]
    for row in record.published:
        lines.append(_question_line(_("Question"), row.question, str(row.number)))
        for entry in row.corrections:
            lines.append([_("Correction to an answer"), str(row.number), moment(entry.at), entry.text, "", ""])
    lines += [_question_line(_("Question that waits for an answer"), asked, "") for asked in record.waiting]
    lines += [_question_line(_("Question that was not published"), asked, "") for asked in record.declined]
    if one.closed_at is not None:
        lines.append([_("Closed"), "", moment(one.closed_at), "", "", ""])
    return lines


def record_entries(record: Record) -> tuple[Entry, ...]:
    """The same, for paper."""
    lines = record_lines(record)[1:]
    return tuple(
        Entry(
            f"{what} {number}".strip(),
            when,
            text,
            _("Answered %(when)s") % {"when": answered} if answered else "",
            answer,
        )
        for what, number, when, text, answered, answer in lines
    )


def _entry_line(entry: PurchaseEntry) -> list[str]:
    changes = [_in_words(change) for change in said_changes(entry.changes)]
    what = _("Change") if entry.kind == PurchaseEntry.Kind.CHANGE else _("Further information")
    return [what, "", moment(entry.at), "\n".join([*([entry.text] if entry.text else []), *changes]), "", ""]


def _in_words(change: Change) -> str:
    if not change.before and not change.after:
        return change.label
    if not change.before or not change.after:
        return f"{change.label}: {change.before or change.after}"
    return f"{change.label}: {change.before} → {change.after}"


def _question_line(what: str, asked: PurchaseQuestion, number: str) -> list[str]:
    answered = moment(asked.answered_at) if asked.answered_at else ""
    return [what, number, moment(asked.asked_at), asked.text, answered, asked.answer]
