"""What is told of networks: kinds of notices, said in the reader's language when they are read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from networks.models import Application, Group, Letter, Membership, Network
from networks.wording import why_of
from notifications.kinds import Category, Delivery, Kind, Notice


def _membership(context: dict[str, Any]) -> Membership:
    found = Membership.objects.select_related("network", "profile").filter(pk=context["membership"]).first()
    if found is None:
        raise LookupError(context["membership"])
    return found


def _application(context: dict[str, Any]) -> Application:
    known = Application.objects.select_related("membership__network", "membership__profile", "appeal")
    found = known.filter(pk=context["application"]).first()
    if found is None:
        raise LookupError(context["application"])
    return found


def _network(context: dict[str, Any]) -> Network:
    found = Network.objects.filter(pk=context["network"]).first()
    if found is None:
        raise LookupError(context["network"])
    return found


def _told(membership: Membership) -> dict[str, str]:
    return {"network": membership.network.name, "profile": membership.profile.name}


def _own(membership: Membership) -> str:
    return reverse("network_own", kwargs={"slug": membership.network.slug, "pk": membership.pk})


def _member(membership: Membership) -> str:
    return reverse("network_member", kwargs={"slug": membership.network.slug, "pk": membership.pk})


def invited(context: dict[str, Any]) -> Notice:
    membership = _membership(context)
    first = membership.changes.order_by("-at", "-pk").filter(to_state=Membership.State.INVITED).first()
    if first is None or membership.state != Membership.State.INVITED:
        raise LookupError(context["membership"])
    return Notice(
        title=_("%(profile)s is invited to the network %(network)s") % _told(membership),
        text=first.why or _letter_of(membership) or membership.network.purpose,
        url=_own(membership),
    )


def _letter_of(membership: Membership, kind: str = Letter.Kind.INVITATION) -> str:
    found = membership.letters.filter(kind=kind, asked_at=membership.state_since).first()
    return found.text if found is not None else ""


def reminded(context: dict[str, Any]) -> Notice:
    membership = _membership(context)
    if membership.state != Membership.State.INVITED:
        raise LookupError(context["membership"])
    return Notice(
        title=_("%(profile)s can still answer: %(network)s") % _told(membership),
        text=_letter_of(membership, Letter.Kind.REMINDER),
        url=_own(membership),
    )


def letter_returned(context: dict[str, Any]) -> Notice:
    membership = _membership(context)
    return Notice(
        title=_("The letter to %(profile)s came back: %(network)s") % _told(membership),
        text=_("Its address takes no mail. Look for another one, or call."),
        url=reverse("network_letters", kwargs={"slug": membership.network.slug}),
    )


def mail_returned(context: dict[str, Any]) -> Notice:
    membership = _membership(context)
    person = User.objects.filter(pk=context["person"], is_active=True).first()
    if person is None:
        raise LookupError
    return Notice(
        title=_("Mail to %(person)s comes back: %(network)s") % {"person": person, "network": membership.network.name},
        text=_("They take part for %(profile)s and read what is sent only when they sign in here. Call them.")
        % {"profile": membership.profile.name},
        url=_member(membership),
    )


def joined(context: dict[str, Any]) -> Notice:
    membership = _membership(context)
    return Notice(
        title=_("%(profile)s is a new member: %(network)s") % _told(membership),
        text=_("Write to them, and tell whom they should meet first."),
        url=_member(membership),
    )


def applied(context: dict[str, Any]) -> Notice:
    application = _application(context)
    membership = application.membership
    return Notice(
        title=_("%(profile)s applies for membership: %(network)s") % _told(membership),
        text=application.text[:300],
        url=reverse("network_decide", kwargs={"slug": membership.network.slug, "pk": application.pk}),
    )


def decided(context: dict[str, Any]) -> Notice:
    application = _application(context)
    membership = application.membership
    if application.state == Application.State.ACCEPTED:
        title = _("%(profile)s is a member of the network %(network)s") % _told(membership)
        text = application.reason or _("Look who else is there, and choose who takes part.")
    else:
        title = _("%(profile)s was not accepted to the network %(network)s") % _told(membership)
        text = _("%(reason)s You can appeal the decision.") % {"reason": f"{application.reason.rstrip('.')}."}
    return Notice(title=title, text=text, url=_own(membership))


def appealed(context: dict[str, Any]) -> Notice:
    application = _application(context)
    membership = application.membership
    return Notice(
        title=_("%(profile)s appeals a decision: %(network)s") % _told(membership),
        text=application.appeal.text[:300],
        url=reverse("network_decide", kwargs={"slug": membership.network.slug, "pk": application.pk}),
    )


def appeal_answered(context: dict[str, Any]) -> Notice:
    application = _application(context)
    membership = application.membership
    if application.appeal.is_upheld:
        title = _("The appeal was upheld, and %(profile)s is a member: %(network)s") % _told(membership)
    else:
        title = _("The decision stands after the appeal: %(network)s") % _told(membership)
    return Notice(title=title, text=application.appeal.reason, url=_own(membership))


def left(context: dict[str, Any]) -> Notice:
    membership = _membership(context)
    last = membership.changes.order_by("-at", "-pk").first()
    return Notice(
        title=_("%(profile)s has left the network %(network)s") % _told(membership),
        text=why_of(last) if last is not None else "",
        url=_member(membership),
    )


def removed(context: dict[str, Any]) -> Notice:
    """It names the network to those who were in it; the page is theirs no longer where the network is hidden."""
    membership = _membership(context)
    last = membership.changes.filter(to_state=Membership.State.REMOVED).order_by("-at", "-pk").first()
    return Notice(
        title=_("%(profile)s is no longer a member of the network %(network)s") % _told(membership),
        text=why_of(last) if last is not None else "",
        url=reverse("networks"),
    )


def renewal(context: dict[str, Any]) -> Notice:
    membership = _membership(context)
    if membership.renewal_asked_at is None or str(membership.period_ends) != context["ends"]:
        raise LookupError(context["membership"])
    ends = date.fromisoformat(context["ends"])
    return Notice(
        title=_("Does %(profile)s go on in the network %(network)s?") % _told(membership),
        text=_("The membership holds until %(day)s. It is renewed in one press.")
        % {"day": date_format(ends, "SHORT_DATE_FORMAT")},
        url=_own(membership),
    )


def lapsed(context: dict[str, Any]) -> Notice:
    membership = _membership(context)
    return Notice(
        title=_("The membership of %(profile)s has ended: %(network)s") % _told(membership),
        text=_("The membership was not renewed. The organisation can join again."),
        url=membership.network.get_absolute_url(),
    )


def coordinates(context: dict[str, Any]) -> Notice:
    network = _network(context)
    return Notice(
        title=_("You coordinate the network %(network)s") % {"network": network.name},
        text=_("Its page tells what to do next."),
        url=network.get_absolute_url(),
    )


def ended(context: dict[str, Any]) -> Notice:
    network = _network(context)
    return Notice(
        title=_("The network %(network)s has ended") % {"network": network.name},
        text=network.end_reason,
        url=network.get_absolute_url(),
    )


def in_group(context: dict[str, Any]) -> Notice:
    group = Group.objects.select_related("network").filter(pk=context["group"]).first()
    if group is None:
        raise LookupError(context["group"])
    told = {"group": group.name, "network": group.network.name}
    return Notice(
        title=_("You are in the group %(group)s: %(network)s") % told,
        text=group.mandate,
        url=group.get_absolute_url(),
    )


def term(context: dict[str, Any]) -> Notice:
    """Until it is renewed or the group ends."""
    found = Group.objects.select_related("network").filter(pk=context["group"], ended_at=None).first()
    if found is None or str(found.term_ends) != context["ends"]:
        raise LookupError(context["group"])
    told = {
        "group": found.name,
        "network": found.network.name,
        "day": date_format(date.fromisoformat(context["ends"]), "SHORT_DATE_FORMAT"),
    }
    return Notice(
        title=_("The term of the group %(group)s ends on %(day)s: %(network)s") % told,
        text=_(
            "Does it go on with the same people, or is it time to choose anew? The coordinator renews it in one press."
        ),
        url=found.get_absolute_url(),
    )


KINDS = tuple(
    Kind(f"networks.{name}", Category.NETWORKS, render=render, delivery=delivery, may_leave=may_leave)
    for name, render, delivery, may_leave in (
        ("invited", invited, Delivery.NOW, True),
        ("reminded", reminded, Delivery.NOW, True),
        ("letter_returned", letter_returned, Delivery.DAILY, True),
        ("mail_returned", mail_returned, Delivery.DAILY, True),
        ("joined", joined, Delivery.DAILY, True),
        ("applied", applied, Delivery.DAILY, True),
        # What is decided of one's own organisation, and what has a day after which it is too late.
        ("decided", decided, Delivery.NOW, False),
        ("appealed", appealed, Delivery.NOW, False),
        ("appeal_answered", appeal_answered, Delivery.NOW, False),
        ("removed", removed, Delivery.NOW, False),
        ("renewal", renewal, Delivery.DAILY, False),
        ("lapsed", lapsed, Delivery.NOW, False),
        ("coordinates", coordinates, Delivery.NOW, False),
        ("left", left, Delivery.DAILY, True),
        ("ended", ended, Delivery.NOW, True),
        ("in_group", in_group, Delivery.DAILY, True),
        ("term", term, Delivery.DAILY, True),
    )
)
