"""A group's conversation, from the group's page. The page itself is of conversations."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conversations.models import GroupTalk
from conversations.services import groups as services
from core import modules
from core.panels import Panel
from networks.models import Group
from networks.queries import talks as queries
from networks.views.meetings import seen_network


@login_required
@never_cache
@require_safe
def network_group_talk(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """To the group's conversation, for those who are in it; others who see the group are told that it is not theirs."""
    if not modules.is_on("conversations"):
        raise Http404
    network = seen_network(request, slug)
    group = get_object_or_404(Group, network=network, pk=pk)
    if not queries.voices(group.pk, request.user):
        raise PermissionDenied
    talk = services.open_circle(circle=queries.CIRCLE, circle_id=group.pk, now=timezone.now())
    return redirect("messages_group", pk=talk.pk)


def panel(request: HttpRequest, group: Group) -> Panel | None:
    if not request.user.is_authenticated or not modules.is_on("conversations"):
        return None
    if not queries.voices(group.pk, request.user):
        return None
    talk = GroupTalk.objects.filter(circle=queries.CIRCLE, circle_id=group.pk).first()
    unread = talk is not None and talk.readers.filter(user=request.user, unread_from__isnull=False).exists()
    return Panel("networks/groups/panel_talk.html", {"group": group, "is_unread": unread})
