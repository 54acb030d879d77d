"""Handing in, files, and feedback."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import attachments
from core.errors import DomainError
from core.forms import add_domain_error
from studies.forms.courses import CourseFeedbackForm, HandInForm
from studies.models import CourseFeedback, HandIn
from studies.rules import courses as rules
from studies.services import courses_work as services
from studies.views.courses import GET_OR_POST, seen_round
from studies.views.courses_students import own


@login_required
@require_http_methods(GET_OR_POST)
def course_hand_in(request: HttpRequest, pk: int, deliverable: int) -> HttpResponse:
    round, _entrant = own(request, pk)
    asked = get_object_or_404(round.deliverables, pk=deliverable)
    form = HandInForm()
    if request.method == "POST":
        form = HandInForm(request.POST, request.FILES)
        try:
            if form.is_valid():
                services.hand_in(
                    deliverable=asked,
                    file=form.cleaned_data["attachments"],
                    link=form.cleaned_data["link"],
                    shown_to_company=form.cleaned_data["shown_to_company"],
                    by=request.user,
                    now=timezone.now(),
                )
                messages.success(request, _("Handed in."))
                return redirect(round)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"round": round, "form": form, "deliverable": asked}
    return render(request, "studies/courses/hand_in.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def course_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """To be saved by those whose it is, never opened on our address, and kept by no cache between."""
    round = seen_round(request, pk)
    known = HandIn.objects.select_related("deliverable__round__school").exclude(file="")
    found = get_object_or_404(known, pk=file, deliverable__round=round)
    if not rules.may_read(request.user, found):
        raise Http404
    return attachments.saved(found)


@login_required
@require_http_methods(GET_OR_POST)
def course_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    round = seen_round(request, pk)
    entrant = rules.own_entrant(request.user, round)
    place = rules.own_place(request.user, round)
    if entrant is None and place is None:
        raise PermissionDenied
    said = CourseFeedback.objects.filter(round=round, entrant=entrant, place=place if entrant is None else None).first()
    data = request.POST if request.method == "POST" else None
    form = CourseFeedbackForm(data, initial={"grade": said.grade, "text": said.text} if said is not None else None)
    if data is not None and form.is_valid():
        try:
            services.give_feedback(
                round=round,
                grade=form.cleaned_data["grade"],
                text=form.cleaned_data["text"],
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Thank you."))
            return redirect(round)
    context = {"round": round, "form": form}
    return render(request, "studies/courses/feedback.html", context, status=422 if form.errors else 200)
