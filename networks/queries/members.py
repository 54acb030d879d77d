"""Reading members, groups and applications of one network."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Profile, User
from accounts.queries import names
from events.models import Registration
from networks.models import Application, Group, Membership, MembershipChange, Network


def shown_members(network: Network, user: Any) -> QuerySet[Membership]:
    """The members whose profiles the reader may see, by name."""
    seen = Profile.objects.visible_to(user).values("pk")
    found = Membership.objects.standing().filter(network=network, profile__in=seen)
    return found.select_related("profile").order_by("profile__name_fi", "profile__name_sv", "pk")


def every_membership(network: Network, *, q: str = "", state: str = "") -> QuerySet[Membership]:
    """For the coordinator: all who are or were in it, by name."""
    found = Membership.objects.filter(network=network).select_related("profile")
    if q:
        named = Q(profile__name_fi__icontains=q) | Q(profile__name_sv__icontains=q) | Q(profile__name_en__icontains=q)
        found = found.filter(named)
    if state:
        found = found.filter(state=state)
    return found.order_by("profile__name_fi", "profile__name_sv", "pk")


def table_of(network: Network) -> list[list[str]]:
    """Headings, and a line for each who is or was in it: for files, in four reads."""
    rows = every_membership(network).annotate(attended=_attended())
    rows = rows.prefetch_related("seats__user", "groups__group")
    head = [
        _("Organisation"),
        _("Kind"),
        _("Municipality"),
        pgettext("membership", "State"),
        pgettext("membership", "Since"),
        pgettext("membership", "Holds until"),
        _("Groups"),
        _("Takes part"),
        _("Meetings attended"),
    ]
    if not network.fee:
        return [head, *(_line(one) for one in rows)]
    return [[*head, *_invoice_head()], *([*_line(one), *_invoice_of(one)] for one in rows)]


def _invoice_head() -> list[str]:
    """Where a member wants invoices: told where the network has a fee."""
    return [
        _("Name on the invoice"),
        _("Address for invoices"),
        _("E-mail for invoices"),
        _("Address of electronic invoices"),
        _("Operator of electronic invoices"),
        _("Reference for invoices"),
    ]


def _invoice_of(one: Membership) -> list[str]:
    return [
        one.invoice_name,
        one.invoice_address,
        one.invoice_email,
        one.invoice_number,
        one.invoice_operator,
        one.invoice_reference,
    ]


def _attended() -> Subquery:
    """To how many of the network's meetings somebody came for the member."""
    came = Registration.objects.filter(
        profile=OuterRef("profile"), checked_in_at__isnull=False, event__network_meeting__network=OuterRef("network")
    )
    return Subquery(came.order_by().values("profile").annotate(n=Count("event", distinct=True)).values("n"))


def _line(one: Any) -> list[str]:
    return [
        one.profile.name,
        str(one.profile.get_kind_display()),
        one.profile.place,
        str(one.get_state_display()),
        f"{timezone.localdate(one.state_since):%Y-%m-%d}",
        f"{one.period_ends:%Y-%m-%d}" if one.period_ends else "",
        ", ".join(sorted(row.group.name for row in one.groups.all() if row.group.ended_at is None)),
        ", ".join(sorted(seat.user.name or seat.user.email for seat in one.seats.all())),
        str(one.attended or 0),
    ]


def names_of(memberships: QuerySet[Membership]) -> list[tuple[int, str]]:
    """(key, the profile's name) in the given order. One read of these columns alone."""
    rows = memberships.values_list("pk", *names.columns("profile__"))
    return [(pk, names.first(called)) for pk, *called in rows]


def counts(network: Network) -> dict[str, int]:
    """How many are in each state."""
    found = dict(Membership.objects.filter(network=network).order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in Membership.State.values}


def waiting_applications(network: Network) -> QuerySet[Application]:
    """The oldest first."""
    waiting = Application.objects.filter(membership__network=network, state=Application.State.WAITING)
    return waiting.select_related("membership__profile").order_by("made_at", "pk")


def open_appeals(network: Network) -> QuerySet[Application]:
    found = Application.objects.filter(
        membership__network=network, appeal__isnull=False, appeal__answered_at__isnull=True
    )
    return found.select_related("membership__profile", "appeal").order_by("appeal__made_at", "pk")


def own_memberships(network: Network, user: Any) -> list[Membership]:
    """Those of the reader's profiles, whatever their state."""
    return list(Membership.objects.of_user(user).filter(network=network).select_related("profile").order_by("pk"))


def history(membership: Membership) -> list[MembershipChange]:
    """The newest first."""
    return list(membership.changes.select_related("by").order_by("-at", "-pk"))


def groups_of(network: Network) -> QuerySet[Group]:
    """The standing groups with `size`, the steering group first."""
    found = network.groups.filter(ended_at=None).annotate(size=Count("members"))
    return found.order_by("kind", "name", "pk")


def members_of_group(group: Group, user: Any) -> QuerySet[Membership]:
    """Those whose profiles the reader may see, by name."""
    return shown_members(group.network, user).filter(groups__group=group)


def groups_of_member(membership: Membership) -> list[Group]:
    return list(Group.objects.filter(members__membership=membership, ended_at=None).order_by("kind", "name"))


def representatives_of(membership: Membership) -> QuerySet[User]:
    """Of whom the member chooses those who take part."""
    return User.objects.filter(representations__profile=membership.profile, is_active=True).order_by("name", "pk")


def can_be_asked(user: Any) -> QuerySet[Profile]:
    """Profiles that can be invited to something, as far as the coordinator may see them, by name."""
    found = Profile.objects.visible_to(user).published().exclude(visibility=Profile.Visibility.HIDDEN)
    return found.order_by("name_fi", "name_sv", "pk")


def to_invite(network: Network, user: Any, words: str) -> QuerySet[Profile]:
    """Those by a part of their name that are not in the network, nor asked to be."""
    there = Membership.objects.filter(network=network, state__in=["invited", "applied", "member", "on_leave"])
    named = Q(name_fi__icontains=words) | Q(name_sv__icontains=words) | Q(name_en__icontains=words)
    return can_be_asked(user).filter(named).exclude(pk__in=there.values("profile"))
