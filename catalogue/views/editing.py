"""Changing the catalogue: for its editors alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.diff import as_text, word_diff
from catalogue.forms import PARTS, form_for
from catalogue.models import ModelRevision, OperatingModel
from catalogue.models.operating import place_name
from catalogue.rules import may_edit_models
from catalogue.services import NothingChanged, StaleModel, edit_model, revert_revision
from catalogue.vocabulary import FIELD_WORDS, STEP_WORDS, Aim, Caution, Effort, Scope, Size, StaffTime
from core.errors import DomainError
from core.forms import add_domain_error

REVISIONS_A_PAGE = 20


def _for_editor(request: HttpRequest, slug: str) -> OperatingModel:
    if not may_edit_models(request.user):
        raise PermissionDenied
    return get_object_or_404(OperatingModel.objects.with_texts(), slug=slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, part: str = "facts") -> HttpResponse:
    model = _for_editor(request, slug)
    if part not in PARTS:
        raise Http404
    form = form_for(part, request.POST if request.method == "POST" else None, model=model)
    if request.method == "POST" and form.is_valid():
        try:
            edit_model(
                model=model,
                values=form.values(),
                by=request.user,
                now=timezone.now(),
                version=form.seen,
                why=form.cleaned_data["why"],
            )
        except (StaleModel, NothingChanged) as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved. What stood there before is in the history."))
            return redirect("model_edit_part", slug=slug, part=part)
    context = {"model": model, "form": form, "part": part, "parts": PARTS}
    return render(request, "catalogue/edit.html", context)


@login_required
@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    model = _for_editor(request, slug)
    revisions = model.revisions.select_related("by", "undoes").order_by("-at", "-pk")
    page = Paginator(revisions, REVISIONS_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"revision": revision, "changes": [_shown(name, change) for name, change in revision.changes.items()]}
        for revision in page.object_list
    ]
    return render(request, "catalogue/history.html", {"model": model, "page": page, "rows": rows})


@login_required
@require_POST
def revert(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    model = _for_editor(request, slug)
    revision = get_object_or_404(ModelRevision, pk=pk, model=model)
    try:
        revert_revision(revision=revision, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The change was taken back."))
    return redirect("model_history", slug=slug)


def _shown(name: str, change: dict[str, Any]) -> dict[str, Any]:
    """A change of one field as the history shows it: its name, its language, the differing words."""
    language, _dot, field = name.rpartition(".")
    word = _word_of(field)
    return {
        "field": FIELD_WORDS[field],
        "language": language,
        "pieces": word_diff(as_text(change["before"], word), as_text(change["after"], word)),
    }


def _word_of(field: str) -> Any:
    """How a field's keys and values are named to a person."""
    names: dict[str, Any] = {
        "scope": dict(Scope.choices),
        "effort": {str(key): label for key, label in Effort.choices},
        "staff_time": dict(StaffTime.choices),
        "aims": dict(Aim.choices),
        "suits": dict(Size.choices),
        "cautions": {**dict(Caution.choices), "kind": pgettext("model", "kind")},
        "advice": STEP_WORDS,
        "steps": {"title": _("heading"), "text": _("what to do")},
        "places": {"name": _("name"), "what": _("what is done"), "where": pgettext("model", "where")},
    }
    known = names.get(field, {})
    if field == "places":
        return lambda key: str(known.get(key) or (place_name(key) if key.isdigit() else key))
    return lambda key: str(known.get(key, key))
