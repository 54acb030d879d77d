"""What the reader can do next in a network: one thing, the most pressing first. And the guide beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks import guide
from networks.models import Membership, Network
from networks.queries import board
from networks.queries import members as queries
from networks.rules.renewals import is_due

State = Membership.State


@dataclass(frozen=True)
class Next:
    """`title` is the thing by itself, `alone` as the only one on a page; `label` is the button's."""

    title: str
    text: str
    url: str
    label: str

    @property
    def alone(self) -> str:
        return _("Next: %(step)s") % {"step": self.title[:1].lower() + self.title[1:]}


@dataclass(frozen=True)
class GuideRow:
    step: guide.Step
    url: str
    is_done: bool
    by_hand: bool


def guide_of(network: Network) -> list[GuideRow]:
    """The steps in order, each done or not; four reads."""
    pressed = set(network.guide_steps.values_list("key", flat=True))
    asked = network.memberships.exclude(state__in=[State.REMOVED]).count()
    done = {
        "theme": network.theme_items.exists(),
        "purpose": bool(network.purpose),
        "goals": network.goals.exists(),
        "start": not network.is_draft,
        "members": asked >= guide.ENOUGH_INVITED,
        "colleague": network.coordinators.count() > 1,
    }
    rows = []
    for step in guide.STEPS:
        url = reverse(step.page, kwargs={"slug": network.slug}) if step.page else ""
        by_hand = step.key in guide.BY_HAND
        rows.append(GuideRow(step, url, step.key in pressed if by_hand else done[step.key], by_hand))
    return rows


def for_coordinator(network: Network, steps: Sequence[GuideRow]) -> Next | None:
    """Whoever waits comes first, then the guide's next step."""
    return next(waiting(network, steps), None)


def waiting(network: Network, steps: Sequence[GuideRow]) -> Iterator[Next]:
    """All that waits for those who run the network, the most pressing first; what is not asked for is not read."""
    if network.is_ended:
        return
    applied = list(queries.waiting_applications(network)[:50])
    if applied:
        first, n = applied[0], len(applied)
        yield Next(
            ngettext(
                "Decide on an application", "Decide on %(n)d applications", n
            ) % {"n": n},
            _("%(profile)s has waited since %(day)s.")
            % {"profile": first.membership.profile.name, "day": date_format(first.made_at, "SHORT_DATE_FORMAT")},
            reverse("network_decide", kwargs={"slug": network.slug, "pk": first.pk}),
            _("Read and decide"),
        )  # fmt: skip
    appealed = queries.open_appeals(network).first()
    if appealed is not None:
        yield Next(
            _("Answer an appeal"),
            _("%(profile)s asks for the decision to be looked at again.")
            % {"profile": appealed.membership.profile.name},
            reverse("network_decide", kwargs={"slug": network.slug, "pk": appealed.pk}),
            _("Read and answer"),
        )
    reported = board.open_reports(network).count()
    if reported:
        yield Next(
            ngettext("Look at a report", "Look at %(n)d reports", reported) % {"n": reported},
            _("A reader of the noticeboard says that something is wrong."),
            reverse("network_board_reports", kwargs={"slug": network.slug}),
            _("Look at it"),
        )
    if network.guide_closed_at is not None:
        return
    for row in steps:
        if not row.is_done and row.url:
            yield Next(str(row.step.label), str(row.step.hint), row.url, _("Do it"))


def for_member(network: Network, own: Sequence[Membership], today: date) -> Next | None:
    """An invitation, a renewal, an answer that has come: what waits for the reader's own organisation."""
    for one in own:
        url = reverse("network_own", kwargs={"slug": network.slug, "pk": one.pk})
        told = {"profile": one.profile.name}
        if one.state == State.INVITED and network.is_running:
            return Next(
                _("Answer the invitation"),
                _("%(profile)s is invited to the network.") % told,
                url,
                _("Look at it and answer"),
            )
        if network.is_running and one.renewal_asked_at is not None and is_due(one, today):
            assert one.period_ends is not None  # else nothing is due
            day = date_format(one.period_ends, "SHORT_DATE_FORMAT")
            return Next(
                _("Renew the membership"),
                _("The membership of %(profile)s holds until %(day)s.") % {**told, "day": day},
                url,
                _("Renew"),
            )
    return None
