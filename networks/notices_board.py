"""What is told of noticeboards. What was written stands in the letter only for one who may read it when it leaves."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import Group, Network, Post
from networks.queries import board as queries
from networks.rules import board as rules
from networks.rules.networks import may_coordinate
from networks.services import board_telling
from notifications.kinds import Category, Delivery, Kind, Notice, Point
from notifications.models import Notification
from notifications.rules import digest_bounds

SHOWN = 200
"""Characters of a post in a letter."""


def _post(context: dict[str, Any]) -> Post:
    known = Post.objects.select_related("network", "group", "under", "created_by", "profile")
    found = known.filter(pk=context["post"], removed_at=None).first()
    if found is None:
        raise LookupError(context["post"])
    return found


def _board(context: dict[str, Any]) -> tuple[Network, Group | None]:
    network = Network.objects.filter(pk=context["network"]).first()
    group = Group.objects.filter(pk=context["group"]).first() if context["group"] else None
    if network is None or (context["group"] and group is None):
        raise LookupError(context["network"])
    return network, group


def name_of(network: Network, group: Group | None) -> str:
    return f"{network.name}, {group.name}" if group is not None else network.name


def _point(post: Post) -> Point:
    said = _("%(who)s commented") if post.is_comment else _("%(who)s wrote")
    text = post.text if len(post.text) <= SHOWN else post.text[:SHOWN].rsplit(" ", 1)[0] + " …"
    return Point(title=said % {"who": post.writer}, text=text, url=post.get_absolute_url())


def lately(context: dict[str, Any]) -> Notice:
    network, group = _board(context)
    return Notice(
        title=_("New on the noticeboard: %(board)s") % {"board": name_of(network, group)},
        url=queries.board_url(network, group),
    )


def lately_points(context: dict[str, Any], reader: Any) -> list[Point]:
    """All that was written in the day, but the reader's own and what they were told of by itself."""
    network, group = _board(context)
    if not rules.may_see_board(reader, network, group):
        return []
    begins, ends = digest_bounds(context["day"])
    kinds = (board_telling.POST, board_telling.MENTION)
    told = set(Notification.objects.filter(user=reader, kind__in=kinds).values_list("key", flat=True))
    found = queries.lately(network, group, reader, begins, ends, runs=may_coordinate(reader, network))
    return [_point(one) for one in found if str(one.pk) not in told]


def single(context: dict[str, Any]) -> Notice:
    post = _post(context)
    said = _("%(who)s commented: %(board)s") if post.is_comment else _("%(who)s wrote on the noticeboard: %(board)s")
    told = {"who": post.writer, "board": name_of(post.network, post.group)}
    return Notice(title=said % told, url=post.get_absolute_url())


def mention(context: dict[str, Any]) -> Notice:
    post = _post(context)
    told = {"who": post.writer, "board": name_of(post.network, post.group)}
    return Notice(title=_("%(who)s mentions you: %(board)s") % told, url=post.get_absolute_url())


def post_points(context: dict[str, Any], reader: Any) -> list[Point]:
    """The post's own words, while the reader may read them; without them the letter does not leave."""
    try:
        post = _post(context)
    except LookupError:
        return []
    if not rules.may_see_board(reader, post.network, post.group):
        return []
    return [_point(post)] if rules.may_see_post(reader, post, runs=may_coordinate(reader, post.network)) else []


def hidden(context: dict[str, Any]) -> Notice:
    post = _post(context)
    if not post.is_hidden:
        raise LookupError(context["post"])
    said = _("Your comment was hidden: %(board)s") if post.is_comment else _("Your post was hidden: %(board)s")
    return Notice(
        title=said % {"board": name_of(post.network, post.group)}, text=post.hidden_why, url=post.get_absolute_url()
    )


def reported(context: dict[str, Any]) -> Notice:
    post = _post(context)
    waiting = post.reports.filter(settled_at=None).count()
    if not waiting:
        raise LookupError(context["post"])
    return Notice(
        title=ngettext("A report on the noticeboard: %(board)s", "Reports on the noticeboard: %(board)s", waiting)
        % {"board": name_of(post.network, post.group)},
        text=_("Look at it, and hide it or let it be."),
        url=reverse("network_board_reports", kwargs={"slug": post.network.slug}),
    )


KINDS = (
    Kind(board_telling.LATELY, Category.NETWORKS, render=lately, points=lately_points),
    Kind(board_telling.POST, Category.NETWORKS, render=single, points=post_points),
    Kind(board_telling.MENTION, Category.NETWORKS, render=mention, delivery=Delivery.NOW, points=post_points),
    Kind("networks.board_hidden", Category.NETWORKS, render=hidden, delivery=Delivery.NOW, may_leave=False),
    Kind("networks.board_reported", Category.NETWORKS, render=reported, delivery=Delivery.NOW),
)
