"""Who sees a network's meetings and who runs them. Everything not said here is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import rules as accounts_rules
from networks.models import GroupMember, KeptApart, Membership, Network, NetworkMeeting, Task
from networks.rules.networks import chaired_by, is_in_group, may_coordinate, may_lead_group, may_see_inside

CIRCLE = "networks.meetings"
"""What networks' meetings are called in `events.hooks`."""
REMINDED_BEFORE = timedelta(days=7)
"""Before a meeting, to those who have not registered; before the day by which something was promised."""
PLANNED_BEFORE = timedelta(days=14)
"""A meeting that was planned nearer than this is told of once, when it is planned."""
TOLD_LATELY = timedelta(days=3)
"""After the minutes have told of a task, nobody is reminded of it."""
FEW_SOON = timedelta(days=14)
"""Before a meeting: those who run the network hear when few have registered."""


def may_see_meeting(user: Any, meeting: NetworkMeeting) -> bool:
    """Its members and those who run the network; a group's, those of the group."""
    if may_coordinate(user, meeting.network):
        return True
    if meeting.group is not None:
        return is_in_group(user, meeting.group)
    return may_see_inside(user, meeting.network)


def may_see_pair(user: Any, pair: KeptApart) -> bool:
    """Those who run the network; but whoever represents one of the two is never told."""
    if not may_coordinate(user, pair.network):
        return False
    return not Membership.objects.of_user(user).filter(pk__in=[pair.one_id, pair.other_id]).exists()


def may_run_meeting(user: Any, meeting: NetworkMeeting) -> bool:
    """Those who run the network; of a group's, its chair too."""
    if may_coordinate(user, meeting.network):
        return True
    return meeting.group_id is not None and chaired_by(user).filter(pk=meeting.group_id).exists()


def may_plan_meetings(user: Any, network: Network, group: Any = None) -> bool:
    return may_coordinate(user, network) if group is None else may_lead_group(user, group)


def seen_by(user: Any) -> Q:
    """The same as `may_see_meeting`, as a condition on meetings."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    standing = Membership.objects.standing().of_user(user)
    in_network = Q(group=None) & Exists(standing.filter(network=OuterRef("network")))
    in_group = Exists(GroupMember.objects.filter(group=OuterRef("group"), membership__in=standing))
    if user.has_perm("accounts.coordinate"):
        return Q()
    return Q(network__in=Network.objects.run_by(user)) | in_network | Q(in_group)


def events_seen_by(user: Any) -> Q:
    """What `events.hooks.on_circle` asks: the events of these meetings."""
    return Q(pk__in=NetworkMeeting.objects.filter(seen_by(user)).values("event"))


def events_managed_by(user: Any) -> Q:
    """What `events.hooks.on_managing` asks: those who run a network manage its meetings as the organiser does, whether
    they represent it or not, and a group's chair those of the group; and nothing else of the organiser."""
    runs = Q(network__in=Network.objects.run_by(user)) | Q(group__in=chaired_by(user).values("pk"))
    return Q(pk__in=NetworkMeeting.objects.filter(runs).values("event"))


def may_organise_meeting(user: Any, pk: int, organiser: Any) -> bool:
    """As well: a meeting of the network in the name of the party that hosts it. Of a chair, `may_plan_meetings` asks
    whether it is the chair's own group."""
    network = Network.objects.filter(pk=pk, organiser=organiser).select_related("organiser").first()
    if network is None:
        return False
    return may_coordinate(user, network) or chaired_by(user).filter(network=network).exists()


def is_closed(network: Network, group: Any) -> bool:
    """Whether the network's meetings are for its members alone: those of a group, and of a network that is not for
    everybody to see or to join."""
    is_for_all = network.visibility == Network.Visibility.PUBLIC and network.admission != Network.Admission.CRITERIA
    return group is not None or not is_for_all


def may_finish(user: Any, task: Task) -> bool:
    """Whoever represents the member that promised it, and those who run the meeting."""
    if may_run_meeting(user, task.meeting):
        return True
    return task.who is not None and accounts_rules.may_act_for(user, task.who.profile)


# --- Whom a meeting and what was promised there are told to


def on_duty(meeting: NetworkMeeting) -> QuerySet[Membership]:
    """The members whose meeting it is, but those on leave: of the network, or of the group."""
    found = Membership.objects.filter(network=meeting.network_id, state=Membership.State.MEMBER)
    return found if meeting.group_id is None else found.filter(groups__group=meeting.group_id)


def is_few(comers: int, members: int, table_size: int) -> bool:
    """Too few for tables where people meet: under a third of the members, and under two tables."""
    return comers * 3 < members and comers < 2 * table_size


def is_reminded_now(meeting: NetworkMeeting, now: datetime) -> bool:
    """Whether those who have not registered are reminded: once, a week before, of a meeting planned well before."""
    starts = meeting.event.starts_at
    published = meeting.event.published_at
    was_planned = published is not None and published <= starts - PLANNED_BEFORE
    return not meeting.is_reminded and was_planned and now < starts <= now + REMINDED_BEFORE


def task_is_near(task: Task, now: datetime) -> bool:
    """Whether whoever promised it is reminded: once, in its last week, and not just after the minutes have said it."""
    told = task.meeting.approved_at
    if task.due is None or task.done_at is not None or task.reminded_at is not None or told is None:
        return False
    today = timezone.localdate(now)
    return today <= task.due <= today + REMINDED_BEFORE and told <= now - TOLD_LATELY


def is_late(task: Task, today: date) -> bool:
    return task.done_at is None and task.due is not None and task.due < today
