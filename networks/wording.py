"""What is said of networks and memberships, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import places
from networks.models import MembershipChange, Network

CAUSES = {
    "invitation": _("The invitation was declined."),
    "withdrawn": _("The invitation was taken back."),
    "application": _("The application was taken back."),
    "decision": _("A coordinator decided on the application."),
    "appeal": _("The appeal was upheld."),
    "lapsed": _("The membership was not renewed in time."),
    "taken_down": _("The organisation's profile was taken down."),
}
"""Of changes that no person explained."""

SHORT_ADMISSION = {
    Network.Admission.OPEN: pgettext_lazy("network", "Theme network, open to all"),
    Network.Admission.APPLICATION: pgettext_lazy("network", "Theme network, members by application"),
    Network.Admission.CRITERIA: pgettext_lazy("network", "Theme network, members by criteria"),
}

STAGE_NAMES = {
    "asked": pgettext_lazy("funnel", "Asked"),
    "members": pgettext_lazy("funnel", "Members"),
    "attended": pgettext_lazy("funnel", "Came"),
    "met": pgettext_lazy("funnel", "Met somebody"),
    "came": pgettext_lazy("funnel", "Something came of it"),
}
SENTENCES = {
    "asked": _("Invited during the year, applied or joined by themselves, or members already."),
    "members": _("Members for at least a part of the year, on leave or not."),
    "attended": _("Somebody came for them to a meeting: was checked in, sat at a table, or had a 1:1 meeting."),
    "met": _("Sat at a table with another organisation, or had a 1:1 meeting that was not cancelled."),
    "came": _("Of a 1:1 meeting one side says that an offer, a deal, a project or a thesis came of it."),
}
"""What is counted in each stage of a year's funnel (`queries.year`), in a plain sentence."""


def why_of(change: MembershipChange) -> str:
    """Why it changed: in a person's words where there are any."""
    return change.why or str(CAUSES.get(change.cause, ""))


def area_of(network: Network) -> str:
    """The area in words: "Joensuu, Liperi"."""
    names = (places.name(code) if len(code) == 3 else places.region_name(code) for code in network.area)
    return ", ".join(name for name in names if name)
