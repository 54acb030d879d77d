from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.services import imports, letters, users


@shared_task(name="accounts.tasks.send_letters")
def send_letters() -> int:
    """Invitations and claim links that have not left."""
    return letters.send_due(now=timezone.now())


@shared_task(name="accounts.tasks.run_imports")
def run_imports() -> int:
    """Imports that a coordinator has confirmed."""
    return imports.run_queued(now=timezone.now())


@shared_task(name="accounts.tasks.forget_unconfirmed")
def forget_unconfirmed() -> int:
    """Accounts that were begun and never confirmed."""
    return users.forget_all_unconfirmed(now=timezone.now())


SWEEPS = {
    "accounts-letters": ("accounts.tasks.send_letters", 30.0),
    "accounts-imports": ("accounts.tasks.run_imports", 30.0),
    "accounts-unconfirmed": ("accounts.tasks.forget_unconfirmed", 3600.0),
}
