"""The agreement: read, signed, changed, shown as it was signed; and its template."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Profile
from core.errors import DomainError, StaleSave
from core.forms import add_domain_error
from core.text import LANGUAGE_CHOICES, LANGUAGES
from studies.forms.theses import SectionsForm
from studies.models import AgreementTemplate, AgreementVersion, Signature, Thesis
from studies.queries import theses as queries
from studies.rules import theses as rules
from studies.services import agreements
from studies.views.theses import thesis_of_request
from studies.views.topics import GET_OR_POST


def _current(thesis: Thesis) -> AgreementVersion | None:
    """The version that is open, else the one in force, else the last there was."""
    found = list(thesis.agreements.prefetch_related("signatures"))
    for state in ("open", "in_force"):
        for one in found:
            if one.state == state:
                return one
    return found[0] if found else None


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """The text to be read, and the press that signs exactly it."""
    thesis, side = thesis_of_request(request, pk)
    if request.method == "POST":
        seen = request.POST.get("seen", "")[:64]
        try:
            agreements.sign(thesis=thesis, seen=seen, by=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("agreement", pk=pk)
        messages.success(request, _("Signed. The text is kept exactly as you read it."))
        return redirect(thesis)
    version = _current(thesis)
    if version is None:
        raise Http404
    rows = queries.agreement_rows(thesis, version)
    context = {
        "thesis": thesis,
        "side": side,
        "version": version,
        "text": bytes(version.content).decode(),
        "rows": rows,
        "is_open": version.state == AgreementVersion.State.OPEN and thesis.is_ongoing,
        "has_signed": any(row.side == side and row.signature is not None for row in rows),
    }
    return render(request, "studies/agreements/agreement.html", context)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def agreement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A change of the version that is open; what was signed of it is void then, and the page says so."""
    thesis, _side = thesis_of_request(request, pk)
    version = thesis.agreements.filter(state=AgreementVersion.State.OPEN).first()
    if version is None or not thesis.is_ongoing:
        return redirect(thesis)
    if request.method != "POST":
        agreed = {"embargo_until": version.embargo_until, "reads_first": version.reads_first}
        form = SectionsForm(language=thesis.language, initial={**version.sections, **agreed, "seen": version.sha256})
        return _edit_page(request, thesis, version, form)
    form = SectionsForm(request.POST, language=thesis.language)
    if form.is_valid():
        try:
            agreements.change_text(
                thesis=thesis, sections=form.sections(), by=request.user, now=timezone.now(),
                seen=form.cleaned_data["seen"], embargo_until=form.cleaned_data["embargo_until"],
                reads_first=form.cleaned_data["reads_first"],
            )  # fmt: skip
        except DomainError as error:
            _refuse(form, error, version.sha256)
        else:
            messages.success(request, _("Saved. The others are told."))
            return redirect("agreement", pk=pk)
    return _edit_page(request, thesis, version, form)


def _refuse(form: SectionsForm, error: DomainError, current: str) -> None:
    """The reason at its place. After a stale save the form has the current stamp: to save again is a choice."""
    if isinstance(error, StaleSave):
        data: Any = form.data
        form.data = data = data.copy()
        data["seen"] = current
    add_domain_error(form, error)


def _edit_page(request: HttpRequest, thesis: Thesis, version: AgreementVersion, form: SectionsForm) -> HttpResponse:
    is_signed = version.signatures.filter(voided_at=None).exists()
    context = {"thesis": thesis, "version": version, "form": form, "is_signed": is_signed}
    return render(request, "studies/agreements/edit.html", context, status=422 if form.errors else 200)


def _signature(request: HttpRequest, pk: int, signature: int) -> tuple[Thesis, Signature]:
    thesis, _side = thesis_of_request(request, pk)
    found: Signature = get_object_or_404(
        Signature.objects.select_related("version"), version__thesis=thesis, pk=signature
    )
    return thesis, found


@never_cache
@login_required
@require_safe
def agreement_signed(request: HttpRequest, pk: int, signature: int) -> HttpResponse:
    """What was signed, as it was signed, to be read and printed; and whether the bytes still have their fingerprint."""
    thesis, found = _signature(request, pk, signature)
    content = bytes(found.content)
    context = {
        "thesis": thesis,
        "signature": found,
        "text": content.decode(),
        "is_whole": agreements.fingerprint(content) == found.sha256,
    }
    return render(request, "studies/agreements/signed.html", context)


@never_cache
@login_required
@require_safe
def agreement_signed_file(request: HttpRequest, pk: int, signature: int) -> HttpResponse:
    """The very bytes."""
    _thesis, found = _signature(request, pk, signature)
    response = HttpResponse(bytes(found.content), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="agreement-{pk}-{found.version.number}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- Templates -------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(GET_OR_POST)
def agreement_template(request: HttpRequest, language: str, slug: str = "") -> HttpResponse:
    """What agreements are begun from: a school's own, or that of the whole installation."""
    if language not in LANGUAGES:
        raise Http404
    school = get_object_or_404(Profile.objects.published(), slug=slug, kind=Profile.Kind.EDUCATION) if slug else None
    if not rules.may_edit_template(request.user, school):
        raise PermissionDenied
    row = AgreementTemplate.objects.filter(school=school, language=language).first()
    version = row.version if row is not None else 0
    if request.method != "POST":
        start = {**agreements.template_of(school, language), "seen": str(version)}
        form = SectionsForm(language=language, is_template=True, initial=start)
    else:
        form = SectionsForm(request.POST, language=language, is_template=True)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            agreements.save_template(
                school=school, language=language, sections=form.sections(), by=request.user, now=timezone.now(),
                version=int(seen) if seen.isdecimal() else None,
            )  # fmt: skip
        except DomainError as error:
            _refuse(form, error, str(version))
        else:
            messages.success(request, _("Saved. New agreements begin from this."))
            return redirect(request.path)
    context = {"form": form, "school": school, "language": language, "languages": LANGUAGE_CHOICES}
    return render(request, "studies/agreements/template.html", context, status=422 if form.errors else 200)
