"""The life of a network: founded, changed, started, ended; its goals, its criteria, its guide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from catalogue.models import OperatingModel
from core import audit
from core.errors import DomainError
from core.once import make_once
from core.text import LANGUAGES
from events.rules import events as event_rules
from networks import guide
from networks.models import Coordinator, Criterion, CriterionAnswer, Goal, GuideStep, Membership, Network
from networks.services.common import HasEnded, Stale, lock_for_coordinator, people_of
from notifications.services import notify
from themes.models import Theme

RESERVED = {"new", "mine", "letter", "gauge"}
"""Words that the addresses under /networks/ use themselves."""
MOST_GOALS, MOST_CRITERIA = 12, 12


class MayNotFound(DomainError):
    message = _("Networks are founded by coordinators and by those who represent a municipality.")


class MayNotOrganise(DomainError):
    message = _("Choose an organiser that you represent yourself.")


class Nameless(DomainError):
    message = _("Write the network's name in at least one language.")


class Purposeless(DomainError):
    message = _("Write what the network is for, in at least one language.")


class Themeless(DomainError):
    message = _("Choose the network's theme, as narrow as you can.")


class NotADraft(DomainError):
    message = _("The network has been started already.")


class NoCriteria(DomainError):
    message = _("Write at least one criterion, or choose another way to become a member.")


class TooManyGoals(DomainError):
    message = _("A year with so many goals has none. Take one away first.")


class TooManyCriteria(DomainError):
    message = _("There are many criteria already. Take one away first.")


class NotThere(DomainError):
    message = _("Somebody has taken it away already.")


@dataclass(frozen=True)
class NetworkPlan:
    """What a coordinator decides of a network. Texts by language; `language` is that of goals, criteria and groups."""

    names: dict[str, str]
    purposes: dict[str, str] = field(default_factory=dict)
    language: str = "fi"
    languages: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    admission: str = Network.Admission.APPLICATION
    visibility: str = Network.Visibility.PUBLIC
    fee: str = ""
    membership_months: int | None = None
    themes: tuple[Theme, ...] = ()


def found_network(
    *,
    plan: NetworkPlan,
    organiser: Profile | None,
    by: Any,
    now: datetime,
    operating_model: OperatingModel | None = None,
    key: str | None = None,
) -> Network:
    """Make a draft, whose first coordinator is who made it. The same `key` (a form's own) makes one network however
    often it is sent. Raises `MayNotFound`, `MayNotOrganise`, `Nameless`.
    """
    if not event_rules.may_create_event(by):
        raise MayNotFound
    if not event_rules.may_organise_as(by, organiser):
        raise MayNotOrganise(field="organiser")
    _check(plan)

    def make() -> Network:
        made = Network.objects.create(
            slug=_free_slug(plan),
            organiser=organiser,
            operating_model=operating_model,
            created_by=by,
            creation_key=key or None,
            **_fields(plan),
        )
        made.themes.set(plan.themes)
        Coordinator.objects.create(network=made, user=by, since=now)
        audit.record("network.founded", made, by=by, now=now)
        return made

    return make_once(Network.objects, key, by, make)


@transaction.atomic
def edit_network(
    *,
    network: Network,
    plan: NetworkPlan,
    organiser: Profile | None,
    by: Any,
    now: datetime,
    version: int | None = None,
) -> Network:
    """`version` is the one that the writer saw. Raises `NotTheCoordinator`, `HasEnded`, `Stale`, `MayNotOrganise`,
    `Nameless`, and of one that runs `Purposeless`, `Themeless` or `NoCriteria`.
    """
    network = lock_for_coordinator(network, by)
    if network.is_ended:
        raise HasEnded
    if version is not None and version != network.version:
        raise Stale
    if (organiser and organiser.pk) != network.organiser_id and not event_rules.may_organise_as(by, organiser):
        raise MayNotOrganise(field="organiser")
    _check(plan)
    if network.is_running:
        _check_whole(plan.purposes, plan.themes, plan.admission, network)
    fields = _fields(plan)
    changed = sorted(name for name, value in fields.items() if getattr(network, name) != value)
    for name, value in fields.items():
        setattr(network, name, value)
    network.organiser = organiser
    _save(network, "network.changed", by=by, now=now, fields=changed)
    network.themes.set(plan.themes)
    return network


@transaction.atomic
def start_network(*, network: Network, by: Any, now: datetime) -> Network:
    """From now on it takes members, and is seen by those whom its visibility names.

    Raises `NotTheCoordinator`, `NotADraft`, `Purposeless`, `Themeless` or `NoCriteria`.
    """
    network = lock_for_coordinator(network, by)
    if not network.is_draft:
        raise NotADraft
    purposes = {code: getattr(network, f"purpose_{code}") for code in LANGUAGES}
    _check_whole(purposes, tuple(network.themes.all()), network.admission, network)
    network.state, network.started_at = Network.State.RUNNING, now
    return _save(network, "network.started", by=by, now=now)


@transaction.atomic
def end_network(*, network: Network, by: Any, now: datetime, reason: str = "") -> Network:
    """Its page stays, nobody joins, and its members are told. A draft ends without telling anyone.

    Raises `NotTheCoordinator`, `HasEnded`.
    """
    network = lock_for_coordinator(network, by)
    if network.is_ended:
        raise HasEnded
    was_running = network.is_running
    network.state, network.ended_at, network.end_reason = Network.State.ENDED, now, reason.strip()[:400]
    network.started_at = network.started_at or now
    _save(network, "network.ended", by=by, now=now)
    if was_running:
        members = Membership.objects.standing().filter(network=network).select_related("profile")
        people = {one.pk: one for membership in members for one in people_of(membership)}
        notify("networks.ended", [people[pk] for pk in sorted(people)], {"network": network.pk},
               key=str(network.pk), now=now)  # fmt: skip
    return network


# --- Goals -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_goal(*, network: Network, year: int, text: str, by: Any, now: datetime) -> Goal:
    """Raises `NotTheCoordinator`, `HasEnded` or `TooManyGoals`."""
    network = _changeable(network, by)
    if network.goals.filter(year=year).count() >= MOST_GOALS:
        raise TooManyGoals(field="text")
    made = Goal.objects.create(network=network, year=year, text=text.strip()[:300])
    audit.record("network.goal_added", network, by=by, now=now, goal=made.pk)
    return made


@transaction.atomic
def set_goal_reached(*, goal: Goal, reached: bool, by: Any, now: datetime) -> Goal:
    """Pressed twice it keeps the first day. Raises `NotTheCoordinator`."""
    lock_for_coordinator(goal.network, by)
    goal.refresh_from_db()
    goal.reached_at = (goal.reached_at or now) if reached else None
    goal.save(update_fields=["reached_at"])
    audit.record("network.goal_reached" if reached else "network.goal_open", goal.network, by=by, now=now, goal=goal.pk)
    return goal


@transaction.atomic
def remove_goal(*, goal: Goal, by: Any, now: datetime) -> None:
    """Raises `NotTheCoordinator`."""
    lock_for_coordinator(goal.network, by)
    audit.record("network.goal_removed", goal.network, by=by, now=now, goal=goal.pk)
    goal.delete()


# --- Criteria --------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_criterion(*, network: Network, sentence: str, shown_by: str, by: Any, now: datetime) -> Criterion:
    """Those who are members already stay: it is asked of those who apply from now on. Raises `NotTheCoordinator`,
    `HasEnded` or `TooManyCriteria`.
    """
    network = _changeable(network, by)
    if network.criteria.filter(retired_at=None).count() >= MOST_CRITERIA:
        raise TooManyCriteria(field="sentence")
    made = Criterion.objects.create(network=network, sentence=sentence.strip()[:300], shown_by=shown_by.strip()[:300])
    audit.record("network.criterion_added", network, by=by, now=now, criterion=made.pk)
    return made


@transaction.atomic
def retire_criterion(*, criterion: Criterion, by: Any, now: datetime) -> None:
    """Asked no longer; decisions that stand on it keep it. The last one of a running network with criteria stays.

    Raises `NotTheCoordinator`, `NotThere` or `NoCriteria`.
    """
    network = lock_for_coordinator(criterion.network, by)
    standing = network.criteria.filter(retired_at=None)
    if not standing.filter(pk=criterion.pk).exists():
        raise NotThere
    is_last = not standing.exclude(pk=criterion.pk).exists()
    if is_last and network.is_running and network.admission == Network.Admission.CRITERIA:
        raise NoCriteria
    audit.record("network.criterion_retired", network, by=by, now=now, criterion=criterion.pk)
    if CriterionAnswer.objects.filter(criterion=criterion).exists():
        standing.filter(pk=criterion.pk).update(retired_at=now)
    else:
        standing.filter(pk=criterion.pk).delete()


# --- The guide -------------------------------------------------------------------------------------------------------


@transaction.atomic
def tick_step(*, network: Network, key: str, done: bool, by: Any, now: datetime) -> None:
    """A step that no fact tells of is pressed done. Raises `NotTheCoordinator` or `NotThere` for no such step."""
    network = lock_for_coordinator(network, by)
    if key not in guide.BY_HAND:
        raise NotThere
    if done:
        GuideStep.objects.get_or_create(network=network, key=key, defaults={"done_at": now, "by": by})
    else:
        GuideStep.objects.filter(network=network, key=key).delete()


@transaction.atomic
def close_guide(*, network: Network, by: Any, now: datetime, closed: bool = True) -> None:
    """Put away when the network is well on its way, or taken out again. Raises `NotTheCoordinator`."""
    network = lock_for_coordinator(network, by)
    network.guide_closed_at = now if closed else None
    network.save(update_fields=["guide_closed_at", "changed_at"])


# --- Pieces ----------------------------------------------------------------------------------------------------------


def _changeable(network: Network, by: Any) -> Network:
    network = lock_for_coordinator(network, by)
    if network.is_ended:
        raise HasEnded
    return network


def _save(network: Network, action: str, *, by: Any, now: datetime, **detail: Any) -> Network:
    network.version += 1
    network.save()
    audit.record(action, network, by=by, now=now, **detail)
    return network


def _check(plan: NetworkPlan) -> None:
    if not any(plan.names.values()):
        raise Nameless(field="name_fi")


def _check_whole(purposes: dict[str, str], themes: Sequence[Theme], admission: str, network: Network) -> None:
    if not any(purposes.values()):
        raise Purposeless(field="purpose_fi")
    if not themes:
        raise Themeless(field="themes")
    if admission == Network.Admission.CRITERIA and not network.criteria.filter(retired_at=None).exists():
        raise NoCriteria(field="admission")


def _fields(plan: NetworkPlan) -> dict[str, Any]:
    return {
        **{f"name_{code}": plan.names.get(code, "") for code in LANGUAGES},
        **{f"purpose_{code}": plan.purposes.get(code, "") for code in LANGUAGES},
        "language": plan.language,
        "languages": list(plan.languages),
        "area": list(plan.area),
        "admission": plan.admission,
        "visibility": plan.visibility,
        "fee": plan.fee,
        "membership_months": plan.membership_months,
    }


def _free_slug(plan: NetworkPlan) -> str:
    name = next((plan.names[code] for code in LANGUAGES if plan.names.get(code)), "")
    base = slugify(name)[:100].strip("-") or "network"
    if base in RESERVED:
        base = f"{base}-network"
    taken = set(Network.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
