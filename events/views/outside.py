"""An event outside its page: its picture, a card for other sites, and the interface of municipal event calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.paginator import EmptyPage, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from core.panels import Panel
from core.queries import installation
from core.text import LANGUAGES
from events.cover_picture import picture
from events.models import Event
from events.queries import events as event_queries
from events.queries import outside as queries
from events.queries import programme as programme_queries
from events.rules.events import may_manage_event
from events.views.events import event_or_404
from events.wording import event_when

A_PAGE, LONGEST_PAGE, LAST_PAGE = 20, 100, 10_000
COVER_KEPT = 24 * 3600


# --- The picture -----------------------------------------------------------------------------------------------------


@require_safe
def event_cover(request: HttpRequest, slug: str) -> HttpResponse:
    """The cover as PNG, in the language of the address. Drawn once, then kept while its words stay the same."""
    event = event_or_404(request, slug)
    when = event_when(event)
    lines = (when[:1].upper() + when[1:], " · ".join(part for part in (event_queries.where(event), _house()) if part))
    words = sha256(repr((event.title, queries.first_theme(event), lines)).encode()).hexdigest()[:32]
    key = f"events.cover.{words}"
    content = cache.get(key)
    if content is None:
        content = picture(event.title, queries.first_theme(event), lines)
        cache.set(key, content, COVER_KEPT)
    response = HttpResponse(content, content_type="image/png")
    response["Cache-Control"] = (
        "private, no-store" if event.is_draft or not event.is_for_all else "public, max-age=3600"
    )
    return response


def _house() -> str:
    return installation().name


# --- A card for other sites ------------------------------------------------------------------------------------------


@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # typed for views that take a request alone
@xframe_options_exempt
@require_safe
def event_embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The event, and its programme with `?programme=1`, to be shown inside any site.

    The only page that others may frame: it has no forms and no scripts, and is the same whoever looks, so that nothing
    of a reader who is signed in here can be framed.
    """
    nobody = AnonymousUser()
    event = get_object_or_404(event_queries.listed(nobody), slug=slug)
    request.user = nobody
    days = []
    if request.GET.get("programme"):
        days = programme_queries.days_of(programme_queries.talks_of(event, nobody))
    now = timezone.now()
    context = {
        "event": event,
        "where": event_queries.where(event),
        "left": event_queries.seats_left(event),
        "is_open": event.takes_registrations(now),
        "is_over": event.ends_at <= now,
        "days": days,
        "url": queries.page_url(event),
    }
    response = render(request, "events/outside/embed.html", context)
    response["Cache-Control"] = "public, max-age=300"
    return response


def share_panel(request: HttpRequest, event: Event) -> Panel | None:
    """For the host: what to paste elsewhere."""
    if event.is_draft or not event.is_for_all or not may_manage_event(request.user, event):
        return None
    context = {
        "event": event,
        "embed": f"{settings.SITE_URL}{reverse('event_embed', kwargs={'slug': event.slug})}",
        "linked": f"{_base()}/event/{queries.SOURCE}:{event.pk}/",
        "has_programme": event.sessions.exists(),
    }
    return Panel("events/outside/share_panel.html", context)


# --- Linked Events ---------------------------------------------------------------------------------------------------


class BadParameter(Exception):
    """What was asked for cannot be understood; its words are for the one who wrote the asking program."""


def _base() -> str:
    return f"{settings.SITE_URL}{reverse('linked_events')}".removesuffix("/event/")


@require_safe
def linked_events(request: HttpRequest) -> HttpResponse:
    """The list: `start`, `end` (a date, a time, or "today"), `last_modified_since`, `text`, `page`, `page_size`.

    Without times, what is to come. Archived ones are told only to those who ask by time.
    """
    try:
        found = _asked(request)
        size = _number(request, "page_size", A_PAGE, LONGEST_PAGE)
        page = Paginator(found.order_by("starts_at", "pk"), size).page(_number(request, "page", 1, LAST_PAGE))
    except BadParameter as problem:
        return _json({"detail": str(problem)}, status=400)
    except EmptyPage:
        return _json({"detail": "Invalid page."}, status=404)
    meta = {
        "count": page.paginator.count,
        "next": _page_url(request, page.number + 1) if page.has_next() else None,
        "previous": _page_url(request, page.number - 1) if page.has_previous() else None,
    }
    return _json({"meta": meta, "data": [queries.linked_event(event, _base()) for event in page.object_list]})


@require_safe
def linked_event(request: HttpRequest, number: str) -> HttpResponse:
    source, _colon, pk = number.partition(":")
    if source != queries.SOURCE or not pk.isdecimal() or len(pk) > 18:
        return _json({"detail": "Not found."}, status=404)
    event = queries.told_to_calendars().filter(pk=int(pk)).first()
    if event is None:
        return _json({"detail": "Not found."}, status=404)
    return _json(queries.linked_event(event, _base()))


def _asked(request: HttpRequest) -> QuerySet[Event]:
    start, end = _moment(request, "start"), _moment(request, "end", is_end=True)
    since = _moment(request, "last_modified_since")
    found = queries.told_to_calendars()
    if start is None and end is None and since is None:
        start = timezone.now()
    if start is not None:
        found = found.filter(ends_at__gte=start)
    if end is not None:
        found = found.filter(starts_at__lte=end)
    if since is not None:
        found = found.filter(changed_at__gte=since)
    words = request.GET.get("text", "")[:100].replace("\x00", "")
    if words:
        asked = Q(description__icontains=words)
        for code in LANGUAGES:
            asked |= Q(**{f"title_{code}__icontains": words}) | Q(**{f"summary_{code}__icontains": words})
        found = found.filter(asked)
    return found


def _moment(request: HttpRequest, name: str, *, is_end: bool = False) -> datetime | None:
    """A date is its beginning, or as an end its last moment."""
    text = request.GET.get(name, "").strip()[:40]
    if not text:
        return None
    try:
        day: date | None = timezone.localdate() if text == "today" else parse_date(text)
        moment = None if day is not None else parse_datetime(text.replace(" ", "+"))
    except ValueError:
        day = moment = None
    try:
        if day is not None:
            at = timezone.make_aware(datetime.combine(day, time()))
            return (at + timedelta(days=1, microseconds=-1) if is_end else at).astimezone(UTC)
        if moment is not None:
            return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the first or the last day that there is
    raise BadParameter(f"{name} must be a date (2026-12-03), a time (2026-12-03T09:00:00Z) or today")


def _number(request: HttpRequest, name: str, default: int, most: int) -> int:
    text = request.GET.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or len(text) > 6 or not 1 <= int(text) <= most:
        raise BadParameter(f"{name} must be a whole number from 1 to {most}")
    return int(text)


def _page_url(request: HttpRequest, page: int) -> str:
    asked: dict[str, Any] = {name: value for name, value in request.GET.items() if name != "page"}
    return f"{_base()}/event/?{urlencode({**asked, 'page': page})}"


def _json(data: dict[str, Any], *, status: int = 200) -> JsonResponse:
    """Open data: any site may read it from a browser."""
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300"
    return response
