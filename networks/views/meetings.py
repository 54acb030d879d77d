"""A network's series and its meetings."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_domain_error
from events.recurrence import Dates
from networks.forms.meetings import AgendaForm, MeetingForm, MoveForm, SeriesForm
from networks.models import Group, Membership, Network, NetworkMeeting
from networks.queries import meetings as queries
from networks.queries import rotation as rotation_queries
from networks.rules.meetings import is_late, may_finish, may_run_meeting, may_see_meeting
from networks.rules.networks import chaired_by, may_coordinate, may_see_inside
from networks.services import meetings as services
from networks.services import reminders
from networks.services.meetings import NotTheCoordinator

GET_OR_POST = ("GET", "HEAD", "POST")
TASKS_A_PAGE = 50


def seen_network(request: HttpRequest, slug: str) -> Network:
    return get_object_or_404(Network.objects.visible_to(request.user).select_related("organiser"), slug=slug)


def inner_network(request: HttpRequest, slug: str) -> Network:
    """For its members and those who run it."""
    network = seen_network(request, slug)
    if not may_see_inside(request.user, network):
        raise PermissionDenied
    return network


def seen_meeting(request: HttpRequest, slug: str, pk: int) -> NetworkMeeting:
    """A meeting that one may not see is not there: neither its name nor its time is told."""
    found = (
        NetworkMeeting.objects.select_related("network__organiser", "event", "group", "host__profile", "minutes_by")
        .filter(network__slug=slug, pk=pk)
        .first()
    )
    if found is None or not may_see_meeting(request.user, found):
        raise Http404
    return found


def run_meeting(request: HttpRequest, slug: str, pk: int) -> NetworkMeeting:
    meeting = seen_meeting(request, slug, pk)
    if not may_run_meeting(request.user, meeting):
        raise PermissionDenied
    return meeting


@login_required
@require_safe
def network_meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """All meetings, with who comes."""
    network, now = inner_network(request, slug), timezone.now()
    context = {
        "network": network,
        "series": queries.series_of(network, request.user, now),
        "may_run": may_coordinate(request.user, network),
        "asks": True,
    }
    return render(request, "networks/meetings/list.html", context)


@login_required
@require_http_methods(GET_OR_POST)
def network_series_new(request: HttpRequest, slug: str) -> HttpResponse:
    network = inner_network(request, slug)
    may_plan_all = may_coordinate(request.user, network)
    groups = Group.objects.filter(network=network, ended_at=None)
    if not may_plan_all:
        groups = groups.filter(pk__in=chaired_by(request.user).values("pk"))
        if not groups.exists():
            raise PermissionDenied
    asked = request.GET.get("group", "")
    form = SeriesForm(
        request.POST if request.method == "POST" else None,
        groups=groups,
        may_plan_all=may_plan_all,
        initial={"group": groups.filter(pk=int(asked)).first()} if asked.isdecimal() and len(asked) < 18 else None,
    )
    dates: Dates | None = None
    if request.method == "POST" and form.is_valid():
        dates, given = form.dates(), form.cleaned_data
        if "make" in request.POST:
            plan = services.SeriesPlan(
                days=dates.held,
                at=given["at"],
                minutes=given["minutes"],
                table_size=given["table_size"],
                themes=[theme for theme, _aim in given["themes"]],
                aims=[aim for _theme, aim in given["themes"]],
                agenda=given["agenda"] or "usual",
                place=given["place"],
                municipality=given["municipality"],
                in_turn=given["in_turn"],
            )
            try:
                made = services.plan_series(
                    network=network,
                    plan=plan,
                    group=given["group"],
                    key=given["key"],
                    by=request.user,
                    now=timezone.now(),
                )
            except DomainError as error:
                add_domain_error(form, error)
                dates = None
            else:
                told = ngettext("%(n)d meeting is in the calendar.", "%(n)d meetings are in the calendar.", len(made))
                messages.success(request, told % {"n": len(made)})
                return redirect("network_meetings", slug=slug)
    context = {
        "network": network,
        "form": form,
        "dates": dates,
        "planned": list(zip_longest(dates.held, form.cleaned_data["themes"][: len(dates.held)])) if dates else [],
    }
    return render(request, "networks/meetings/series.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def network_meeting(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting, now = seen_meeting(request, slug, pk), timezone.now()
    tasks, back = list(queries.tasks_of(meeting)), list(queries.open_tasks(meeting))
    for task in (*tasks, *back):
        task.meeting.network = meeting.network
    may_run, takes = may_run_meeting(request.user, meeting), meeting.event.takes_registrations(now)
    context = {
        "meeting": meeting,
        "network": meeting.network,
        "agenda": list(meeting.agenda.all()),
        "tables": rotation_queries.shown_tables(meeting),
        "comers": meeting.event.registrations.confirmed().count(),
        "saved": queries.Minutes(meeting, list(meeting.decisions.all()), tasks, meeting.minutes_by),
        "tasks": tasks,
        "is_live": may_run and meeting.has_begun(now) and not meeting.is_approved,
        "open_tasks": back,
        "finishable": {task.pk for task in (*tasks, *back) if may_run or may_finish(request.user, task)},
        "may_run": may_run,
        "shows_minutes": may_run or meeting.is_approved,
        "has_begun": meeting.has_begun(now),
        "is_over": meeting.is_over(now),
        "missed": queries.missed(meeting) if may_run and takes else None,
        "may_remind": may_run and takes and not meeting.is_reminded,
    }
    return render(request, "networks/meetings/meeting.html", context)


@login_required
@require_POST
def network_meeting_remind(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Those who have not registered are told, once."""
    meeting = run_meeting(request, slug, pk)
    try:
        n = reminders.remind_of_meeting(meeting=meeting, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        told = ngettext("%(n)d person is reminded.", "%(n)d people are reminded.", n)
        messages.success(request, told % {"n": n})
    return redirect("network_meeting", slug=slug, pk=pk)


@login_required
@require_safe
def network_tasks(request: HttpRequest, slug: str) -> HttpResponse:
    """What has been promised in meetings and not done, the earliest day first."""
    network, now = inner_network(request, slug), timezone.now()
    page = Paginator(queries.tasks_of_network(network, request.user), TASKS_A_PAGE).get_page(request.GET.get("page"))
    own = set(Membership.objects.standing().of_user(request.user).filter(network=network).values_list("pk", flat=True))
    chaired = set(chaired_by(request.user).filter(network=network).values_list("pk", flat=True))
    runs, today = may_coordinate(request.user, network), timezone.localdate(now)
    rows = [
        (task, is_late(task, today), runs or task.who_id in own or task.meeting.group_id in chaired)
        for task in page.object_list
    ]
    return render(request, "networks/meetings/tasks.html", {"network": network, "page": page, "rows": rows})


@login_required
@require_http_methods(GET_OR_POST)
def network_meeting_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Theme, aim, host; the time; the agenda: three forms on a page, one sent at a time."""
    meeting, now = run_meeting(request, slug, pk), timezone.now()
    sent = next((part for part in ("about", "move", "agenda") if part in request.POST), None)

    def data(part: str) -> Any:
        return request.POST if sent == part else None

    about = MeetingForm(data("about"), meeting=meeting)
    move = MoveForm(data("move"), initial={"starts_at": meeting.event.starts_at})
    agenda = AgendaForm(data("agenda"), meeting=meeting)
    form: Any = {"about": about, "move": move, "agenda": agenda}.get(sent or "")
    if form is not None and form.is_valid():
        given: dict[str, Any] = {"meeting": meeting, "by": request.user, "now": now}
        try:
            if sent == "about":
                services.edit_meeting(**given, **form.cleaned_data)
                messages.success(request, _("Saved."))
            elif sent == "move":
                count = services.move_meeting(**given, **form.cleaned_data)
                told = ngettext(
                    "%(n)d meeting is moved. Those who come are told.",
                    "%(n)d meetings are moved. Those who come are told.",
                    count,
                )
                messages.success(request, told % {"n": count})
            else:
                services.set_agenda(**given, parts=form.cleaned_data["parts"])
                messages.success(request, _("The agenda is saved."))
            return redirect("network_meeting", slug=slug, pk=pk)
        except NotTheCoordinator as error:
            raise PermissionDenied from error
        except DomainError as error:
            add_domain_error(form, error)
    context = {
        "meeting": meeting,
        "network": meeting.network,
        "about": about,
        "move": move,
        "agenda": agenda,
        "form": form,
    }
    return render(request, "networks/meetings/edit.html", context, status=422 if form and form.errors else 200)
