"""What is printed of an event: badges, a list of names, programmes, signs for tables, certificates of attendance."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.text import reader_language
from events.forms.printing import BadgesForm, PartForm
from events.models import Event, Registration, Round
from events.printing import LAYOUTS, print_badges, print_certificates, print_programmes, print_signs
from events.queries import events as event_queries
from events.queries import printing as queries
from events.queries import printing_day as day_queries
from events.queries import rounds as round_queries
from events.views.events import event_or_404
from events.views.events_host import hosted


@login_required
@require_safe
def event_printing(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be printed; and whose names the fonts cannot write."""
    event = hosted(request, slug)
    parts = queries.parts(queries.seated(event))
    context = {
        "event": event,
        "badges": BadgesForm(tickets=list(event.tickets.all()), parts=parts),
        "certificates": PartForm(parts=queries.parts(queries.attended(event)), prefix="given"),
        "programmes": PartForm(parts=parts, prefix="own"),
        "rounds": day_queries.published(event),
        "is_in_parts": bool(parts),
        "seated": queries.seated(event).count(),
        "attended": queries.attended(event).count(),
        "by_hand": queries.not_printable(event),
        "is_over": event.ends_at <= timezone.now(),
    }
    return render(request, "events/registration/printing.html", context)


@login_required
@require_safe
def event_names(request: HttpRequest, slug: str) -> HttpResponse:
    """Names with a box before each, for paper."""
    event = hosted(request, slug)
    return render(request, "events/registration/names.html", {"event": event, "rows": queries.seated(event)})


@login_required
@require_safe
def event_badges(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    if limited := _limited(request):
        return limited
    form = BadgesForm(request.GET, tickets=list(event.tickets.all()), parts=queries.parts(queries.seated(event)))
    if not form.is_valid():
        raise Http404
    ticket = form.cleaned_data.get("ticket")
    made = queries.badges(event, ticket=int(ticket) if ticket else None, part=form.cleaned_data.get("part") or 1)
    if not made and "part" in form.fields:
        messages.info(request, _("Nobody in that part has the ticket."))
        return redirect("event_printing", slug=slug)
    if not made:
        raise Http404
    layout = LAYOUTS[form.cleaned_data["layout"]]
    content = print_badges(made, event=event.title, layout=layout, language=_language())
    return _file(content, f"{event.slug}-badges")


@login_required
@require_safe
def event_certificates(request: HttpRequest, slug: str) -> HttpResponse:
    """A page for each who was checked in; nobody else has one."""
    event = hosted(request, slug)
    if limited := _limited(request):
        return limited
    return _certificates(event, own=None, part=_part(request, queries.attended(event), "given"))


@login_required
@require_safe
def own_certificate(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own, when the event is over."""
    event = event_or_404(request, slug)
    mine = event_queries.own_registration(request.user, event)
    if mine is None or event.ends_at > timezone.now():
        raise Http404
    if limited := _limited(request):
        return limited
    return _certificates(event, own=mine.pk)


def _part(request: HttpRequest, rows: QuerySet[Registration], prefix: str) -> int:
    form = PartForm(request.GET, parts=queries.parts(rows), prefix=prefix)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data.get("part") or 1


def _certificates(event: Event, *, own: int | None, part: int = 1) -> HttpResponse:
    now = timezone.now()
    attended = queries.attended(event)
    rows = queries.part_of(attended, part) if own is None else attended.filter(pk=own)
    made = queries.certificates(event, rows, now=now)
    if not made:
        raise Http404
    return _file(
        print_certificates(made, language=_language()), f"{event.slug}-certificate{'s' if own is None else ''}"
    )


@login_required
@require_safe
def event_programmes(request: HttpRequest, slug: str) -> HttpResponse:
    """Each one's programme of the event's rounds, a page each."""
    event = hosted(request, slug)
    rounds = day_queries.published(event)
    if not rounds:
        raise Http404
    if limited := _limited(request):
        return limited
    seated = queries.seated(event)
    rows = list(queries.part_of(seated, _part(request, seated, "own")))
    if not rows:
        raise Http404
    made = day_queries.programmes(event, rounds, rows, now=timezone.now())
    return _file(print_programmes(made, language=_language()), f"{slug}-programmes")


@login_required
@require_safe
def event_signs(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """A sign for each table, with who meets there when that is asked for."""
    round = _published(request, slug, number)
    if limited := _limited(request):
        return limited
    made = day_queries.signs(round, with_meetings=request.GET.get("meetings") == "1")
    return _file(print_signs(made, language=_language()), f"{slug}-tables")


def _published(request: HttpRequest, slug: str, number: int) -> Round:
    """The round, when its schedule is out."""
    round = round_queries.round_of(hosted(request, slug), number)
    if round is None or round.published_at is None:
        raise Http404
    return round


def _limited(request: HttpRequest) -> HttpResponse | None:
    """Two hundred sheets take about a second to draw: nobody asks for them again and again."""
    response: HttpResponse | None = consume_or_429(request, action="print", user=request.user, limit_get=True)
    return response


def _language() -> str:
    return reader_language()


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
