"""The conversations of student work, from the pages of the work. The pages themselves are of conversations."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conversations.models import GroupReader
from conversations.services import groups as services
from core import modules
from studies.models import OfferedPlace
from studies.queries import talks as queries


@login_required
@never_cache
@require_safe
def course_talk(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """For the company and the students who were given to it; for others it is not there."""
    if not OfferedPlace.objects.filter(pk=place, round=pk).exists():
        raise Http404
    return _open(request, queries.COURSE, place)


@login_required
@never_cache
@require_safe
def thesis_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """For the three; for others it is not there."""
    return _open(request, queries.THESIS, pk)


def _open(request: HttpRequest, circle: str, pk: int) -> HttpResponse:
    if not modules.is_on("conversations") or not queries.CIRCLES[circle].voices(pk, request.user):
        raise Http404
    talk = services.open_circle(circle=circle, circle_id=pk, now=timezone.now())
    return redirect("messages_group", pk=talk.pk)


def is_unread(user: Any, circle: str, pk: int) -> bool:
    mine = GroupReader.objects.filter(user=user, talk__circle=circle, talk__circle_id=pk)
    return mine.filter(unread_from__isnull=False, muted=False).exists()
