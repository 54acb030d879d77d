"""Bringing organisations in from a file: read, map, mend, confirm; then all of them appear, or none."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.importing import columns, reading
from accounts.models import ImportBatch, Profile
from accounts.services.profiles import create_unclaimed
from accounts.services.representatives import NotAllowed
from core import audit
from core.errors import DomainError
from core.tasks import wake
from core.text import LANGUAGES, clean_text
from notifications.services import notify
from themes.models import Theme

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)

UNREADABLE: dict[str, str | Promise] = {
    "too_big": _("The file is too big: at most %(limit)s megabytes are read. Divide it into parts."),
    "empty": _("The file has no rows below its headings."),
    "too_many_rows": _("The file has too many rows: at most %(limit)s are read at a time. Divide it into parts."),
    "too_many_columns": _(
        "The file has too many columns: at most %(limit)s are read. Leave only those that are needed."
    ),
    "not_a_table": _("The file is not a table that could be read. Save it as CSV or XLSX and try again."),
    "encoding": _("The file's characters could not be read. Save it as CSV UTF-8 or XLSX and try again."),
}
ROW_ERRORS: dict[str, str | Promise] = {
    "formula": _("The cell has a formula. Write its value."),
    "missing_name": _("The name is missing."),
    "bad_kind": _("This kind is not known: write company, association, school and so on."),
    "bad_business_id": _("The business ID is not right: its form is 1234567-8, and the last digit is a check."),
    "double": _("The same business ID stands on an earlier row."),
    "known": _("An organisation with this business ID is here already."),
    "bad_place": _("There is no such municipality."),
    "bad_website": _("The address is not whole: write for example www.company.fi."),
    "bad_email": _("The address is not whole: write for example name@company.fi."),
}


class FileUnreadable(DomainError):
    message = UNREADABLE["not_a_table"]


class NothingToImport(DomainError):
    message = _("No row is without faults. Mend some, or choose another file.")


class AlreadyConfirmed(DomainError):
    message = _("The import has been started already.")


class NameNotChosen(DomainError):
    message = _("Choose the column in which the name stands.")


@transaction.atomic
def start(*, data: bytes, file_name: str, source: str, model_slug: str, by: Any, now: datetime) -> ImportBatch:
    """Read the file and keep its rows; nothing is imported yet."""
    if not rules.is_coordinator(by):
        raise NotAllowed
    try:
        sheet = reading.read(data)
    except reading.Unreadable as error:
        raise FileUnreadable(str(UNREADABLE[error.reason]) % error.facts, field="file") from error
    batch = ImportBatch.objects.create(
        by=by,
        file_name=clean_text(file_name)[:200],
        source=source[:200],
        headers=[clean_text(header) for header in sheet.headers],
        rows=[[clean_text(cell) for cell in row] for row in sheet.rows],
        mapping=columns.guess(sheet.headers),
        model_slug=model_slug[:80],
        made_at=now,
    )
    audit.record("import.started", batch, by=by, now=now, rows=len(sheet.rows))
    return batch


@transaction.atomic
def set_mapping(*, batch: ImportBatch, mapping: dict[str, int], by: Any) -> None:
    _own_open(batch, by)
    if not any(f"name_{language}" in mapping for language in LANGUAGES):
        raise NameNotChosen
    batch.mapping = mapping
    batch.save(update_fields=["mapping"])


@transaction.atomic
def mend(*, batch: ImportBatch, cells: dict[tuple[int, str], str], by: Any) -> None:
    """Write new values into faulty cells: (row number as shown, field) → text."""
    _own_open(batch, by)
    for (number, name), text in cells.items():
        row, column = number - 2, batch.mapping.get(name)
        if column is not None and 0 <= row < len(batch.rows):
            batch.rows[row][column] = clean_text(text)[: reading.MAX_CELL]
    batch.save(update_fields=["rows"])


def checked(batch: ImportBatch) -> list[columns.CheckedRow]:
    """The rows as they would go in, each with its faults."""
    used = Profile.objects.exclude(business_id="").exclude(status=Profile.Status.TAKEN_DOWN)
    known = set(used.values_list("business_id", flat=True))
    return columns.check(batch.rows, batch.mapping, known=known, themes=set(_themes_by_word()))


def _themes_by_word() -> dict[str, Theme]:
    found: dict[str, Theme] = {}
    for theme in Theme.objects.active():
        for word in (
            theme.name_fi,
            theme.name_sv,
            theme.name_en,
            theme.slug,
            *theme.synonyms_fi,
            *theme.synonyms_sv,
            *theme.synonyms_en,
        ):
            found.setdefault(word.casefold(), theme)
    return found


@transaction.atomic
def confirm(*, batch: ImportBatch, by: Any, now: datetime) -> None:
    """Queue the import of the faultless rows; the others stay on the page for mending or leaving out."""
    _own_open(batch, by)
    if not any(not row.errors for row in checked(batch)):
        raise NothingToImport
    if not ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.OPEN).update(state=ImportBatch.State.QUEUED):
        raise AlreadyConfirmed
    audit.record("import.confirmed", batch, by=by, now=now)
    wake("accounts.tasks.run_imports")


def run_queued(*, now: datetime) -> int:
    """Run what is queued, one batch a transaction: after a crash the batch is still queued and runs again from
    nothing.
    """
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    count = 0
    for batch in ImportBatch.objects.filter(free, state=ImportBatch.State.QUEUED).order_by("pk"):
        if ImportBatch.objects.filter(free, pk=batch.pk, state=ImportBatch.State.QUEUED).update(
            leased_until=now + LEASE
        ):
            count += _run(batch, now)
    return count


def _run(batch: ImportBatch, now: datetime) -> int:
    try:
        with transaction.atomic():
            made = _import(batch, now)
    except Exception as error:  # whatever it was, nothing came in; the batch says so and can be confirmed again
        logger.exception("Import %s failed", batch.pk)
        ImportBatch.objects.filter(pk=batch.pk).update(
            state=ImportBatch.State.FAILED, problem=type(error).__name__, leased_until=None
        )
        return 0
    return made


def _import(batch: ImportBatch, now: datetime) -> int:
    rows = checked(batch)
    good = [row for row in rows if not row.errors]
    by_word = _themes_by_word()
    for row in good:
        value = row.values
        profile = create_unclaimed(
            kind=value["kind"],
            names={language: value.get(f"name_{language}", "") for language in LANGUAGES},
            business_id=value.get("business_id", ""),
            municipality=value.get("place", ""),
            website=value.get("website", ""),
            themes=list(dict.fromkeys(by_word[word] for word in value["themes"].split("|") if word)),
            source=batch.source or batch.file_name,
            by=batch.by,
            now=now,
        )
        if value.get("email"):
            # Where the claim link goes; never shown on an unclaimed page.
            Profile.objects.filter(pk=profile.pk).update(contact_email=value["email"])
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=ImportBatch.State.DONE, done_at=now, count=len(good), skipped=len(rows) - len(good), leased_until=None
    )
    if batch.by is not None:
        notify("accounts.imported", batch.by, {"batch": batch.pk, "count": len(good)}, key=str(batch.pk), now=now)
    return len(good)


@transaction.atomic
def reopen(*, batch: ImportBatch, by: Any) -> None:
    """A failed import can be mended and confirmed again."""
    if not rules.is_coordinator(by):
        raise NotAllowed
    ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.FAILED).update(
        state=ImportBatch.State.OPEN, problem=""
    )


def _own_open(batch: ImportBatch, by: Any) -> None:
    if not rules.is_coordinator(by):
        raise NotAllowed
    if batch.state != ImportBatch.State.OPEN:
        raise AlreadyConfirmed
