"""A thesis's own page, and everything that is done on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from core.errors import DomainError
from core.forms import add_domain_error
from networks.services.board_files import KINDS, prepare
from studies.forms.theses import (
    FeedbackForm,
    GuardianForm,
    HandInForm,
    MilestoneForm,
    PublishForm,
    SupervisorForm,
    WhyForm,
)
from studies.models import AgreementVersion, Milestone, Side, Thesis, ThesisFile
from studies.queries import theses as queries
from studies.queries.talks import THESIS
from studies.rules import theses as rules
from studies.services import agreements, theses, theses_files
from studies.services.theses import may_give_feedback
from studies.views import talks
from studies.views.topics import GET_OR_POST
from studies.wording import why_of


def thesis_of_request(request: HttpRequest, pk: int) -> tuple[Thesis, Side]:
    """For the three; for others there is no such thesis."""
    known = Thesis.objects.select_related(*queries.PARTIES)
    found: Thesis = get_object_or_404(known, pk=pk)
    side = rules.side_of(request.user, found)
    if side is None:
        raise Http404
    return found, side


@never_cache
@login_required
@require_safe
def thesis(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, *thesis_of_request(request, pk))


def _page(request: HttpRequest, thesis: Thesis, side: Side, act: str = "", form: forms.Form | None = None) -> HttpResponse:  # fmt: skip  # noqa: E501 (one line)
    """Where it stands, and what to do next. `form` is that of `act`, sent with something to be corrected."""
    versions = queries.versions_of(thesis)
    current = next((one for one in versions if one.state == AgreementVersion.State.OPEN), None)
    held = next((one for one in versions if one.state == AgreementVersion.State.IN_FORCE), None)
    feedback = list(thesis.feedback.all())
    mine = next((one for one in feedback if one.side == side), None)
    today = timezone.localdate()
    sent = {act: form} if form is not None else {}
    shows_publish = side == Side.STUDENT and thesis.state == Thesis.State.FINISHED and thesis.erased_at is None
    context = {
        "thesis": thesis,
        "side": side,
        "form": form,
        "next": queries.next_step(thesis, side, versions, today),
        "current": current,
        "held": held,
        "rows": queries.agreement_rows(thesis, current or held),
        "signed": [one for version in versions for one in _kept(version)],
        "versions": versions,
        "milestones": list(thesis.milestones.all()),
        "today": today,
        "files": list(thesis.files.all()),
        "feedback": feedback,
        "changes": [(one, Thesis.State(one.to_state).label, why_of(one)) for one in thesis.changes.all()],
        "milestone_form": sent.get("milestone") or MilestoneForm(prefix="milestone"),
        "hand_in_form": sent.get("hand-in") or HandInForm(prefix="hand-in"),
        "feedback_form": (sent.get("feedback") or _feedback_form(mine)) if may_give_feedback(thesis) else None,
        "mine": mine,
        "publish_form": (sent.get("publish") or PublishForm(prefix="publish")) if shows_publish else None,
        "guardian_form": sent.get("guardian") or GuardianForm(
            prefix="guardian",
            initial={"guardian_name": thesis.guardian_name, "guardian_contact": thesis.guardian_contact},
        ),
        "back_form": sent.get("send-back") or WhyForm(prefix="send-back"),
        "change_form": sent.get("change") or WhyForm(prefix="change"),
        "end_form": sent.get("end") or WhyForm(prefix="end"),
        "is_unread": talks.is_unread(request.user, THESIS, thesis.pk),
        "shown": thesis.shown_by_student if side == Side.STUDENT else thesis.shown_by_company,
    }  # fmt: skip
    return render(request, "studies/theses/thesis.html", context, status=422 if form is not None else 200)


def _kept(version: AgreementVersion) -> list[Any]:
    found = list(version.signatures.all())
    for one in found:
        one.version = version
    return found


def _feedback_form(mine: Any) -> FeedbackForm:
    start = {}
    if mine is not None:
        again = {True: "yes", False: "no"}.get(mine.again, "")
        start = {"went_well": mine.went_well, "to_better": mine.to_better, "again": again}
    return FeedbackForm(prefix="feedback", initial=start)


# --- Presses ---------------------------------------------------------------------------------------------------------

Done = Callable[[HttpRequest, Thesis, Any], Any]


def _said(service: Callable[..., Any]) -> Done:
    """A service that takes what the form says under the same names."""
    return lambda request, thesis, data: service(thesis=thesis, by=request.user, now=timezone.now(), **data)


def _guardian(request: HttpRequest, thesis: Thesis, data: Any) -> Any:
    named = {"name": data["guardian_name"], "contact": data["guardian_contact"]}
    return agreements.set_guardian(thesis=thesis, by=request.user, now=timezone.now(), **named)


def _hand_in(request: HttpRequest, thesis: Thesis, data: Any) -> Any:
    upload = data["attachments"]
    file = prepare(upload, upload.name or "", upload.size)
    return theses_files.hand_in(
        thesis=thesis, file=file, is_final=data["is_final"], note=data["note"], by=request.user, now=timezone.now()
    )


def _feedback(request: HttpRequest, thesis: Thesis, data: Any) -> Any:
    again = {"yes": True, "no": False}.get(data["again"])
    given = {"went_well": data["went_well"], "to_better": data["to_better"], "again": again}
    return theses.give_feedback(thesis=thesis, by=request.user, now=timezone.now(), **given)


def _shown(shown: bool) -> Done:
    return lambda request, thesis, data: theses.set_shown(
        thesis=thesis, shown=shown, by=request.user, now=timezone.now()
    )


def _number(request: HttpRequest, name: str) -> int:
    found = request.POST.get(name, "")
    return int(found) if found.isdecimal() and len(found) < 18 else 0


def _milestone(service: Callable[..., Any], **more: Any) -> Done:
    def act(request: HttpRequest, thesis: Thesis, data: Any) -> Any:
        found = get_object_or_404(Milestone.objects.select_related("thesis"), thesis=thesis, pk=_number(request, "pk"))
        return service(milestone=found, by=request.user, now=timezone.now(), **more)

    return act


def _remove_draft(request: HttpRequest, thesis: Thesis, data: Any) -> Any:
    found = get_object_or_404(ThesisFile, thesis=thesis, pk=_number(request, "pk"))
    return theses_files.remove_draft(file=found, by=request.user, now=timezone.now())


ACTS: dict[str, tuple[type[forms.Form] | None, Done]] = {
    "milestone": (MilestoneForm, _said(theses.add_milestone)),
    "reached": (None, _milestone(theses.set_milestone_done, done=True)),
    "not-reached": (None, _milestone(theses.set_milestone_done, done=False)),
    "milestone-remove": (None, _milestone(theses.remove_milestone)),
    "hand-in": (HandInForm, _hand_in),
    "draft-remove": (None, _remove_draft),
    "send-back": (WhyForm, _said(theses.send_back)),
    "finish": (None, _said(theses.finish)),
    "feedback": (FeedbackForm, _feedback),
    "publish": (PublishForm, _said(theses.publish)),
    "take-back": (None, _said(theses.take_back)),
    "show": (None, _shown(True)),
    "hide": (None, _shown(False)),
    "guardian": (GuardianForm, _guardian),
    "change": (WhyForm, _said(agreements.propose_change)),
    "drop": (None, _said(agreements.drop_version)),
    "end": (WhyForm, _said(theses.break_off)),
}
"""By the last word of the address: the form that is sent, if there is one, and the service."""


@login_required
@require_POST
def thesis_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One service call; refused, the page comes back with what was written."""
    thesis, side = thesis_of_request(request, pk)
    if act not in ACTS:
        raise Http404
    form_class, do = ACTS[act]
    form = form_class(request.POST, request.FILES, prefix=act) if form_class is not None else None
    if form is not None and not form.is_valid():
        return _page(request, thesis, side, act, form)
    try:
        do(request, thesis, form.cleaned_data if form is not None else {})
    except DomainError as error:
        if form is None:
            messages.error(request, str(error))
            return redirect(thesis)
        add_domain_error(form, error)
        thesis.refresh_from_db()
        return _page(request, thesis, side, act, form)
    messages.success(request, _("Done."))
    return redirect("agreement_edit" if act == "change" else "thesis", pk=pk)


@login_required
@require_http_methods(GET_OR_POST)
def thesis_supervisor(request: HttpRequest, pk: int) -> HttpResponse:
    """By the supervisor, or by an owner of the school, who sees no more of the thesis than its name."""
    found: Thesis = get_object_or_404(Thesis.objects.select_related(*queries.PARTIES), pk=pk)
    if not rules.may_name_supervisor(request.user, found):
        raise Http404
    teachers = User.objects.deciding_for([found.school]).filter(is_active=True)
    others = [one.pk for one in (found.student, found.company) if one is not None]
    people = teachers.exclude(pk=found.supervisor_id or 0).exclude(representations__profile__in=others)
    form = SupervisorForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            theses.hand_over(thesis=found, to=form.cleaned_data["to"], by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The others are told, and all three accept the agreement again."))
            return redirect("supervision")
    context = {"thesis": found, "form": form, "has_people": people.exists()}
    return render(request, "studies/theses/supervisor.html", context, status=422 if form.errors else 200)


# --- Files, results --------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def thesis_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    found, _side = thesis_of_request(request, pk)
    return _handed_out(get_object_or_404(found.files, pk=file))


def _handed_out(file: ThesisFile) -> HttpResponseBase:
    """To be saved, never opened on our address, and kept by no cache between."""
    try:
        content = file.file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=KINDS[file.format][0])
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
def thesis_result(request: HttpRequest, pk: int) -> HttpResponse:
    """A published thesis, for everybody; names as each side wishes."""
    found: Thesis = get_object_or_404(queries.shown_results(), pk=pk)
    themes = [one for one in found.topic.themes.all() if one.state == one.State.ACTIVE] if found.topic else []
    context = {"thesis": found, "themes": themes, "file": found.files.filter(kind=ThesisFile.Kind.FINAL).first()}
    return render(request, "studies/theses/result.html", context)


@never_cache
@require_safe
def thesis_result_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    found: Thesis = get_object_or_404(Thesis.objects.published(), pk=pk)
    file = found.files.filter(kind=ThesisFile.Kind.FINAL).first()
    if file is None:
        raise Http404
    return _handed_out(file)
