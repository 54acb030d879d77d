"""What is kept of theme networks: themselves, their members, their groups."""

from networks.models.apart import KeptApart
from networks.models.applications import Appeal, Application, CriterionAnswer
from networks.models.board import Mention, Post, PostFile, PostReport
from networks.models.groups import Group, GroupMember
from networks.models.introductions import MemberIntroduction
from networks.models.letters import Letter
from networks.models.meetings import AgendaItem, Decision, MinutesDraft, NetworkMeeting, Seating, Task
from networks.models.members import Membership, MembershipChange, Seat
from networks.models.network import Coordinator, Criterion, Goal, GuideStep, Network, NetworkTheme
from networks.models.year import Asking, NetworkReport

__all__ = [
    "AgendaItem",
    "Appeal",
    "Application",
    "Asking",
    "Coordinator",
    "Criterion",
    "CriterionAnswer",
    "Decision",
    "Goal",
    "Group",
    "GroupMember",
    "GuideStep",
    "KeptApart",
    "Letter",
    "MemberIntroduction",
    "Membership",
    "MembershipChange",
    "Mention",
    "MinutesDraft",
    "Network",
    "NetworkMeeting",
    "NetworkReport",
    "NetworkTheme",
    "Post",
    "PostFile",
    "PostReport",
    "Seat",
    "Seating",
    "Task",
]
