"""Minutes of a meeting: written, approved, and the tasks that come of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error
from networks.forms.meetings import DraftForm, MinutesForm, TaskForm
from networks.models import Task
from networks.queries import meetings as queries
from networks.services import minutes as services
from networks.views.meetings import run_meeting, seen_meeting

GET_OR_POST = ("GET", "HEAD", "POST")


@login_required
@require_http_methods(GET_OR_POST)
def network_minutes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Two forms on a page, one sent at a time: the minutes with their decisions, and a task."""
    meeting, now = run_meeting(request, slug, pk), timezone.now()
    if meeting.is_approved and request.method != "POST":
        return redirect(meeting)
    is_task = "task" in request.POST
    draft = meeting.drafts.filter(by=request.user.pk).first()
    saved = "\n".join(one.text for one in meeting.decisions.all())
    initial = {"text": meeting.minutes, "decisions": saved}
    stamp = meeting.minutes_version
    if draft is not None:
        initial, stamp = {"text": draft.text, "decisions": draft.decisions}, draft.version
    data = request.POST if request.method == "POST" and not is_task else None
    form = MinutesForm(data, initial=initial, stamp=str(stamp))
    task = TaskForm(request.POST if is_task else None, meeting=meeting)
    sent: MinutesForm | TaskForm = task if is_task else form
    if request.method == "POST" and sent.is_valid():
        try:
            if is_task:
                services.add_task(meeting=meeting, by=request.user, now=now, **task.cleaned_data)
                messages.success(request, _("The task is written down."))
            else:
                text, decisions = form.cleaned_data["text"], form.cleaned_data["decisions"]
                services.write_minutes(
                    meeting=meeting, text=text, decisions=decisions, version=form.seen, by=request.user, now=now
                )
                messages.success(request, _("Saved."))
            return redirect("network_minutes", slug=slug, pk=pk)
        except DomainError as error:
            if is_task:
                add_domain_error(task, error)
            else:
                meeting = run_meeting(request, slug, pk)
                form.refuse(error, meeting.minutes_version)
    others = list(meeting.drafts.exclude(by=request.user.pk).select_related("by"))
    context = {
        "meeting": meeting,
        "network": meeting.network,
        "minutes": form,
        "task": task,
        "form": sent,
        "tasks": queries.tasks_of(meeting),
        "has_begun": meeting.has_begun(now),
        "draft": draft,
        "others": others,
        "others_names": ", ".join(str(one.by) for one in others),
        "saved": queries.minutes_of(meeting),
    }
    return render(request, "networks/meetings/minutes.html", context, status=422 if sent.errors else 200)


@login_required
@require_POST
def network_minutes_draft(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What has been typed so far, sent by the page itself a moment after each stroke; answers with a line of words."""
    meeting, now = run_meeting(request, slug, pk), timezone.now()
    form = DraftForm(request.POST)
    context: dict[str, Any] = {"now": now, "problem": _("The draft is too long to be kept. Shorten it, or save.")}
    if form.is_valid():
        text, decisions = form.cleaned_data["text"], form.cleaned_data["decisions"]
        seen = meeting.minutes_version if form.seen is None else form.seen
        try:
            kept = services.keep_draft(
                meeting=meeting, text=text, decisions=decisions, version=seen, by=request.user, now=now
            )
        except DomainError as error:
            context["problem"] = str(error)
        else:
            context |= {"problem": "", "kept": kept}
    return render(request, "networks/meetings/draft_kept.html", context)


@login_required
@require_POST
def network_minutes_drop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    services.drop_draft(meeting=run_meeting(request, slug, pk), by=request.user)
    messages.success(request, _("Here are the minutes as they were saved."))
    return redirect("network_minutes", slug=slug, pk=pk)


@login_required
@require_POST
def network_minutes_approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting = run_meeting(request, slug, pk)
    try:
        services.approve_minutes(meeting=meeting, by=request.user, now=timezone.now(), anyway="anyway" in request.POST)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("network_minutes", slug=slug, pk=pk)
    messages.success(request, _("The minutes are approved and sent to the members."))
    return redirect("network_meeting", slug=slug, pk=pk)


@login_required
@require_POST
def network_task_done(request: HttpRequest, slug: str, pk: int, task: int) -> HttpResponse:
    """From the page of any meeting that shows it, the list of open tasks, or the member's own page."""
    meeting = seen_meeting(request, slug, pk)
    found = get_object_or_404(Task.objects.filter(meeting__network=meeting.network), pk=task)
    try:
        services.finish_task(task=found, by=request.user, now=timezone.now())
    except services.NotYourTask as error:
        raise PermissionDenied from error
    messages.success(request, _("Done. It comes back no more."))
    back = request.POST.get("back", "")
    if back == "own" and found.who_id is not None:
        return redirect("network_own", slug=slug, pk=found.who_id)
    if back == "tasks":
        return redirect("network_tasks", slug=slug)
    return redirect("network_meeting", slug=slug, pk=pk)
