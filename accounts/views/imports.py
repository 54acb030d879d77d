"""A coordinator's import, a step a page: file, columns, rows with their faults, confirmation."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.imports import FIELD_LABELS, ImportFileForm, MappingForm
from accounts.importing.columns import CheckedRow
from accounts.importing.reading import MAX_BYTES
from accounts.models import ImportBatch
from accounts.services import imports
from accounts.views.desk import coordinator_only
from core import panels, places
from core.errors import DomainError
from core.forms import add_domain_error

_CELL = re.compile(r"cell-(\d+)-(\w+)")
ROWS_A_PAGE = 50


@coordinator_only
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    form = ImportFileForm(request.POST or None, request.FILES or None)
    model = request.POST.get("model") or request.GET.get("model", "")
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            # One byte past the limit is enough to refuse; a huge file is never read whole.
            data = upload.read(MAX_BYTES + 1)
            batch = imports.start(
                data=data,
                file_name=upload.name,
                source=form.cleaned_data["source"],
                model_slug=model,
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("import", pk=batch.pk)
    context = {
        "form": form,
        "model_slug": model,
        "batches": ImportBatch.objects.defer("rows").select_related("by")[:10],
        "import_panels": panels.render("profile_import", request),
    }
    return render(request, "accounts/imports/start.html", context, status=422 if form.errors else 200)


@coordinator_only
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """The batch where it stands: columns (`?step=columns`), rows, waiting, or what came of it."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    if batch.state != ImportBatch.State.OPEN:
        if request.method == "POST" and "again" in request.POST:
            imports.reopen(batch=batch, by=request.user)
            return redirect("import", pk=pk)
        return render(request, "accounts/imports/state.html", {"batch": batch})
    in_columns = request.GET.get("step") == "columns" or ("name_fi" not in batch.mapping and not batch.mapping)
    return _columns(request, batch) if in_columns else _rows(request, batch)


def _columns(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    form = MappingForm(request.POST or None, headers=batch.headers, mapping=batch.mapping)
    if request.method == "POST" and form.is_valid():
        try:
            imports.set_mapping(batch=batch, mapping=form.mapping(), by=request.user)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("import", pk=batch.pk)
    context = {"batch": batch, "form": form, "sample": batch.rows[:3]}
    return render(request, "accounts/imports/columns.html", context, status=422 if form.errors else 200)


def _rows(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    if request.method == "POST":
        cells = {
            (int(match[1]), match[2]): value
            for name, value in request.POST.items()
            if isinstance(value, str) and (match := _CELL.fullmatch(name))
        }
        try:
            if cells:
                imports.mend(batch=batch, cells=cells, by=request.user)
            if "confirm" in request.POST:
                imports.confirm(batch=batch, by=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(reverse("import", kwargs={"pk": batch.pk}) + ("?show=faults" if "mend" in request.POST else ""))
    rows = imports.checked(batch)
    faulty = [row for row in rows if row.errors]
    only_faults = request.GET.get("show") == "faults" and bool(faulty)
    page = Paginator(faulty if only_faults else rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    fields = [name for name in FIELD_LABELS if name in batch.mapping]
    context = {
        "batch": batch,
        "page": page,
        "fields": [FIELD_LABELS[name] for name in fields],
        "table": [(row, _cells(batch, row, fields)) for row in page.object_list],
        "faulty": len(faulty),
        "good": len(rows) - len(faulty),
        "only_faults": only_faults,
    }
    return render(request, "accounts/imports/rows.html", context)


def _cells(batch: ImportBatch, row: CheckedRow, fields: list[str]) -> list[dict[str, Any]]:
    """What the table shows of a row: clean values in words, and faulty ones as they stand with the fault."""
    cells = []
    for name in fields:
        fault = row.errors.get(name)
        column = batch.mapping[name]
        written = batch.rows[row.number - 2][column] if column < len(batch.rows[row.number - 2]) else ""
        value = row.values.get(name, "")
        if name == "place" and not fault:
            value = places.name(value) or ""
        if name == "themes":
            value = value.replace("|", ", ")
        cells.append(
            {
                "name": f"cell-{row.number}-{name}",
                "label": f"{FIELD_LABELS[name]}, {_('row')} {row.number}",
                "value": written if fault else value,
                "fault": imports.ROW_ERRORS[fault] if fault else "",
            }
        )
    return cells
