"""What can wait: letters that have not left, memberships whose period ends, what is told before its day."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from networks.services import letters, market, reminders, renewals

SWEEPS = {
    "networks-letters": ("networks.tasks.send_letters", 30.0),
    "networks-renewals": ("networks.tasks.sweep_renewals", 3600.0),
    "networks-reminders": ("networks.tasks.sweep_reminders", 3600.0),
}


@shared_task(name="networks.tasks.sweep_renewals")
def sweep_renewals() -> None:
    """Asks those whose period ends soon, and ends the memberships that nobody renewed."""
    renewals.sweep_renewals(now=timezone.now())


@shared_task(name="networks.tasks.sweep_reminders")
def sweep_reminders() -> None:
    """Of meetings for which one has not registered, of what was promised, and of terms that end."""
    reminders.sweep_reminders(now=timezone.now())


@shared_task(name="networks.tasks.send_letters")
def send_letters() -> int:
    """Invitations by letter, and their reminders."""
    return letters.send_due(now=timezone.now())


@shared_task(name="networks.tasks.look_through_members")
def look_through_members(network_id: int, profile_id: int) -> None:
    """Whom of a network's members one of them might meet. Lost, the page asks anew."""
    market.look_through(network_id=network_id, profile_id=profile_id)
